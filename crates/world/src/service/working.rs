//! A worker at work on one event.

use super::consumer::{Job, Stage};
use super::ledger::{Commit, ServiceWrite};
use super::message::{CallId, ShopMessage};
use super::note::ServiceNote;
use super::port::{ServicePort, Timer};
use super::process::{Service, TICK};
use crate::shop::{Defect, Effect, ProviderAnswer, ProviderRequest, ShopEvent, Work};

/// The most often that the wait for the provider is doubled.
const MAX_DOUBLINGS: u32 = 4;

impl Service {
    /// A worker that does nothing takes up what it was given; what is none of its business, or done already, is
    /// answered on the spot.
    pub(super) fn take_up(&mut self, at: usize, port: &mut impl ServicePort) {
        while let Some(worker) = self.workers.get_mut(at)
            && worker.job.is_none()
            && let Some(delivery) = worker.queue.pop_front()
        {
            let position = delivery.at;
            let Ok(event) = ShopEvent::from_record(&delivery.stored.record) else {
                worker.nack(position);
                continue;
            };
            let id = event.id();
            if !self.config.defects.has(Defect::ConsumerWithoutDedup) {
                if self.ledger.seen.has(id) {
                    worker.ack(position);
                    port.note(ServiceNote::KnewAlready { event: id });
                    continue;
                }
                // Another worker has it in hand. Unanswered, it comes again, should that one fail.
                if self.workers.iter().any(|other| other.job.as_ref().is_some_and(|job| job.event.id() == id)) {
                    continue;
                }
            }
            let Some(worker) = self.workers.get_mut(at) else { return };
            if self.ledger.book.work(&event) == Work::Skip {
                worker.ack(position);
                continue;
            }
            if self.config.defects.has(Defect::OffsetBeforeWork) {
                worker.ack(position);
            }
            port.note(ServiceNote::Began { worker: at as u8, event: id, tries: delivery.tries });
            worker.job = Some(Job { delivery, event, stage: Stage::Working });
            let (low, high) = self.config.service_time;
            let takes = port.draw_between(low, high);
            port.set_timer(Timer::Worker(at as u8), takes);
        }
    }

    /// A worker has taken its time: it decides, or asks the provider first.
    pub(super) fn time_is_taken(&mut self, at: usize, port: &mut impl ServicePort) {
        let Some(job) = self.workers.get(at).and_then(|worker| worker.job.as_ref()) else { return };
        match self.ledger.book.work(&job.event) {
            Work::Ask(request) => self.call(at, request, port),
            Work::Skip | Work::Do | Work::Prepare => self.finish(at, None, port),
        }
    }

    fn call(&mut self, at: usize, request: ProviderRequest, port: &mut impl ServicePort) {
        self.calls += 1;
        let call = CallId { life: self.ledger.life, number: self.calls };
        let Some(job) = self.workers.get_mut(at).and_then(|worker| worker.job.as_mut()) else { return };
        job.stage = Stage::Asking { call, request, tries: 1, waited: 0 };
        port.note(ServiceNote::Waits { worker: at as u8, event: job.event.id() });
        if let Some(provider) = self.config.provider {
            port.send(provider, ShopMessage::Call { call, request });
        }
    }

    /// The provider has answered a call.
    pub(super) fn provider_answers(&mut self, call: CallId, answer: ProviderAnswer, port: &mut impl ServicePort) {
        let waits = |stage: &Stage| matches!(stage, Stage::Asking { call: of, .. } if *of == call);
        let at = self.workers.iter().position(|worker| worker.job.as_ref().is_some_and(|job| waits(&job.stage)));
        if let Some(at) = at {
            self.finish(at, Some(answer), port);
        } else {
            port.note(ServiceNote::AnsweredTooLate);
        }
    }

    /// A tick has gone by: who waits for the provider may ask again, with the same key, or give up. The more often the
    /// event came, the longer they wait: a provider who is only slow gets to answer in the end.
    pub(super) fn wait_for_provider(&mut self, at: usize, port: &mut impl ServicePort) {
        // One tick more, since the first may have come at once.
        let patience =
            u32::try_from(self.config.attempt_timeout.0.div_ceil(TICK.0)).unwrap_or(u32::MAX).saturating_add(1);
        let Some(job) = self.workers.get_mut(at).and_then(|worker| worker.job.as_mut()) else { return };
        let Stage::Asking { call, request, tries, waited } = &mut job.stage else { return };
        *waited += 1;
        if *waited < patience {
            return;
        }
        let doublings = job.delivery.tries.saturating_sub(1).min(MAX_DOUBLINGS);
        if *tries >= u32::from(self.config.provider_tries) << doublings {
            return self.finish(at, Some(ProviderAnswer::Unavailable), port);
        }
        (*tries, *waited) = (*tries + 1, 0);
        let message = ShopMessage::Call { call: *call, request: *request };
        if let Some(provider) = self.config.provider {
            port.send(provider, message);
        }
    }

    /// A worker decides what comes of its event.
    fn finish(&mut self, at: usize, answer: Option<ProviderAnswer>, port: &mut impl ServicePort) {
        let Some(Job { delivery, event, .. }) = self.workers.get_mut(at).and_then(|worker| worker.job.take()) else {
            return;
        };
        let (id, worker) = (event.id(), at as u8);
        let effect = self.ledger.book.decide(&event, answer.as_ref(), port.local_time());
        let (facts, records, again) = (effect.facts.len() as u8, effect.records.len() as u8, effect.again);
        port.note(match again {
            true => ServiceNote::PutOff { worker, event: id },
            false => ServiceNote::Finished { worker, event: id, facts, records },
        });
        self.commit((!again).then_some(id), Some(&event), effect, port);
        if let Some(worker) = self.workers.get_mut(at) {
            if again {
                worker.nack(delivery.at);
            } else if !self.config.defects.has(Defect::OffsetBeforeWork) {
                worker.ack(delivery.at);
            }
        }
        self.tend(at, port);
    }

    /// Writes all that comes of an event in one commit, and has the relay bring it on its way.
    pub(super) fn commit(
        &mut self,
        seen: Option<crate::base::DomainEventId>,
        cause: Option<&ShopEvent>,
        effect: Effect,
        port: &mut impl ServicePort,
    ) {
        let Effect { change, facts, records, .. } = effect;
        let mut commit = Commit { seen, cause: cause.map(ShopEvent::id), change, facts, records };
        self.ledger.apply(&ServiceWrite::Effect(Box::new(commit.clone())));
        if self.config.defects.has(Defect::NoOutbox) {
            // What is to be told is known to this life only.
            commit.facts.clear();
            commit.records.clear();
        }
        port.write(ServiceWrite::Effect(Box::new(commit)));
        self.relay(port);
    }
}
