//! A call with its tries: its timeout, the back-off between them, the breaker before them.

use super::breaker::BreakerState;
use super::course::Heard;
use super::message::ChainAnswer;
use super::note::{ChainNote, Failure};
use super::port::{ChainPort, ChainTimer};
use super::process::{Ask, ChainService, ChainStage};
use crate::service::{CallId, ShopMessage};
use crate::shop::{OrderId, ProviderAnswer, Service};

impl ChainService {
    /// A worker calls somebody, after so many tries that failed.
    pub(super) fn call(&mut self, at: usize, whom: Service, ask: Ask, tries: u8, port: &mut impl ChainPort) {
        let Some(order) = self.order_of(at) else { return };
        // Whoever is not known is not there: that is the same as a call that fails.
        let Some(to) = self.config.knows.find(whom) else { return self.give_up(at, whom, &ask, port) };
        if !self.admits(whom) {
            port.note(ChainNote::TryFailed { worker: at as u8, whom, order, why: Failure::Broken });
            return self.give_up(at, whom, &ask, port);
        }
        self.calls += 1;
        self.retries += u64::from(tries > 0);
        let call = CallId { life: self.ledger.life, number: self.calls };
        let tries = tries.saturating_add(1);
        port.note(ChainNote::Called { worker: at as u8, whom, call, order, tries });
        port.send(
            to,
            match &ask {
                Ask::Service(request) => ShopMessage::Request { call, request: Box::new(request.clone()) },
                Ask::Provider(request) => ShopMessage::Call { call, request: *request },
            },
        );
        port.set_timer(ChainTimer::Worker(at as u8), self.config.timeout);
        self.is_at(at, ChainStage::Calling { whom, call, ask, tries });
    }

    fn is_at(&mut self, at: usize, stage: ChainStage) {
        if let Some(job) = self.workers.get_mut(at).and_then(Option::as_mut) {
            job.stage = stage;
        }
    }

    /// For which order a worker works.
    pub(super) fn order_of(&self, at: usize) -> Option<OrderId> {
        Some(self.workers.get(at)?.as_ref()?.of.request.order())
    }

    /// A worker's timer has run out.
    pub(super) fn time_is_up(&mut self, at: usize, port: &mut impl ChainPort) {
        let Some(job) = self.workers.get(at).and_then(Option::as_ref) else { return };
        match &job.stage {
            ChainStage::Working => self.proceed(at, Heard::Nothing, port),
            ChainStage::Calling { .. } => self.try_failed(at, Failure::TimedOut, port),
            ChainStage::BackingOff { whom, ask, tries } => {
                let (whom, ask, tries) = (*whom, ask.clone(), *tries);
                self.call(at, whom, ask, tries, port);
            }
        }
    }

    /// A service has answered a call.
    pub(super) fn answered(&mut self, call: CallId, answer: ChainAnswer, port: &mut impl ChainPort) {
        let Some((at, whom, ask)) = self.waits_for(call) else { return };
        match (answer, ask) {
            (ChainAnswer::Busy, _) => self.try_failed(at, Failure::Refused, port),
            (ChainAnswer::Failed, _) => self.try_failed(at, Failure::Failed, port),
            (ChainAnswer::Done(events), Ask::Service(request)) => {
                self.try_succeeded(at, whom, port);
                self.proceed(at, Heard::Answer(&request, &events), port);
            }
            (ChainAnswer::Done(_), Ask::Provider(_)) => {}
        }
    }

    /// The provider has answered a call.
    pub(super) fn provider_answered(&mut self, call: CallId, answer: ProviderAnswer, port: &mut impl ChainPort) {
        let Some((at, whom, Ask::Provider(_))) = self.waits_for(call) else { return };
        if answer == ProviderAnswer::Unavailable {
            return self.try_failed(at, Failure::Failed, port);
        }
        self.try_succeeded(at, whom, port);
        self.proceed(at, Heard::Provider(answer), port);
    }

    /// Which worker waits for the answer to a call. To an earlier try nobody listens any more.
    fn waits_for(&self, of: CallId) -> Option<(usize, Service, Ask)> {
        self.workers.iter().enumerate().find_map(|(at, job)| match &job.as_ref()?.stage {
            ChainStage::Calling { whom, call, ask, .. } if *call == of => Some((at, *whom, ask.clone())),
            _ => None,
        })
    }

    fn try_succeeded(&mut self, at: usize, whom: Service, port: &mut impl ChainPort) {
        port.cancel_timer(ChainTimer::Worker(at as u8));
        self.tell_breaker(whom, true, port);
    }

    fn try_failed(&mut self, at: usize, why: Failure, port: &mut impl ChainPort) {
        let Some(ChainStage::Calling { whom, ask, tries, .. }) =
            self.workers.get(at).and_then(Option::as_ref).map(|job| job.stage.clone())
        else {
            return;
        };
        let (Some(order), worker) = (self.order_of(at), at as u8) else { return };
        port.cancel_timer(ChainTimer::Worker(worker));
        port.note(ChainNote::TryFailed { worker, whom, order, why });
        self.tell_breaker(whom, false, port);
        if tries >= self.config.tries {
            return self.give_up(at, whom, &ask, port);
        }
        match self.config.back_off {
            None => self.call(at, whom, ask, tries, port),
            Some(back_off) => {
                let (low, high) = back_off.wait(tries);
                let wait = port.draw_between(low, high);
                port.set_timer(ChainTimer::Worker(worker), wait);
                self.is_at(at, ChainStage::BackingOff { whom, ask, tries });
            }
        }
    }

    fn give_up(&mut self, at: usize, whom: Service, ask: &Ask, port: &mut impl ChainPort) {
        let Some(order) = self.order_of(at) else { return };
        port.note(ChainNote::GaveUp { worker: at as u8, whom, order });
        self.proceed(at, Heard::Silence(ask), port);
    }

    fn admits(&mut self, whom: Service) -> bool {
        self.breakers.iter_mut().find(|(of, _)| *of == whom).is_none_or(|(_, breaker)| breaker.admits())
    }

    fn tell_breaker(&mut self, whom: Service, worked: bool, port: &mut impl ChainPort) {
        let Some((_, breaker)) = self.breakers.iter_mut().find(|(of, _)| *of == whom) else { return };
        let before = breaker.state();
        if worked {
            breaker.succeeded()
        } else {
            breaker.failed()
        }
        let to = breaker.state();
        if to != before {
            port.note(ChainNote::Switched { whom, to });
            if to == BreakerState::Open {
                self.mind_breakers(port);
            }
        }
    }
}
