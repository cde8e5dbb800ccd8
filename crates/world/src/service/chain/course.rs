//! What comes next for a worker: another call, or its answer.

use super::message::{ChainAnswer, ChainRequest};
use super::note::ChainNote;
use super::port::ChainPort;
use super::process::{Ask, ChainJob, ChainService};
use crate::service::ShopMessage;
use crate::shop::{Book, OrderId, ProviderAnswer, ProviderRequest, Service, ShopEvent, Status};

/// What a worker has heard, so that it can go on.
#[derive(Clone, Copy)]
pub(super) enum Heard<'a> {
    /// Nothing yet: it has only taken its time.
    Nothing,
    /// The answer of a service, to this request.
    Answer(&'a ChainRequest, &'a [ShopEvent]),
    /// The answer of the provider.
    Provider(ProviderAnswer),
    /// It has tried often enough to ask this. What was done, nobody knows.
    Silence(&'a Ask),
}

/// What it does next.
pub(super) enum Next {
    /// It calls a service.
    Call(Service, ChainRequest),
    /// It asks the provider, on this event.
    Ask(ProviderRequest, ShopEvent),
    /// It is done: what was told is the answer.
    Done,
    /// It cannot say what came of it.
    Fail,
    /// A customer wants what cannot be.
    Refuse,
}

impl ChainService {
    /// A worker goes on.
    pub(super) fn proceed(&mut self, at: usize, heard: Heard<'_>, port: &mut impl ChainPort) {
        let Some(job) = self.workers.get(at).and_then(Option::as_ref) else { return };
        let next = match job.of.request.clone() {
            ChainRequest::Place(wish) => self.place(at, &wish, heard, port),
            ChainRequest::Check(event) => self.check(at, &event),
            ChainRequest::Pay(event) => self.pay(at, &event, heard, port),
            ChainRequest::GiveBack(event) => self.give_back(at, &event, heard, port),
            ChainRequest::Reserve(event) => self.reserve(at, &event, heard, port),
            ChainRequest::Settle(event) => self.settle(&event, port),
            ChainRequest::Ship(event) | ChainRequest::Stop(event) => self.send_or_stop(at, &event, port),
            ChainRequest::Tell(events, order) => self.take_note(at, &events, order, port),
        };
        match next {
            Next::Call(whom, request) => self.call(at, whom, Ask::Service(request), 0, port),
            Next::Ask(request, on) => {
                if let Some(job) = self.workers.get_mut(at).and_then(Option::as_mut) {
                    job.on = Some(on);
                }
                self.call(at, Service::Provider, Ask::Provider(request), 0, port);
            }
            Next::Done => self.finish(at, true, port),
            Next::Fail => self.finish(at, false, port),
            Next::Refuse => self.refuse(at, port),
        }
    }

    /// Something has come of it that the answer tells.
    pub(super) fn tell(&mut self, at: usize, events: impl IntoIterator<Item = ShopEvent>) {
        if let Some(job) = self.workers.get_mut(at).and_then(Option::as_mut) {
            job.told.extend(events);
        }
    }

    /// For which event a worker has asked the provider.
    pub(super) fn asked_on(&self, at: usize) -> Option<ShopEvent> {
        self.workers.get(at)?.as_ref()?.on.clone()
    }

    /// Decides by the books what comes of an event, and writes it down. What would be published; `None`: it could not be
    /// dealt with.
    pub(super) fn deal_with(
        &mut self,
        event: &ShopEvent,
        answer: Option<&ProviderAnswer>,
        order: OrderId,
        port: &mut impl ChainPort,
    ) -> Option<Vec<ShopEvent>> {
        let effect = self.ledger.book.decide(event, answer, port.local_time());
        let again = effect.again;
        let records = self.commit(event, effect, order, port);
        (!again).then_some(records)
    }

    /// The fraud check or analytics is told what happened.
    fn take_note(&mut self, at: usize, events: &[ShopEvent], order: OrderId, port: &mut impl ChainPort) -> Next {
        for event in events {
            if !self.has_had(event) {
                let records = self.deal_with(event, None, order, port);
                self.tell(at, records.unwrap_or_default());
            }
        }
        Next::Done
    }

    fn refuse(&mut self, at: usize, port: &mut impl ChainPort) {
        let Some(ChainJob { of, .. }) = self.workers.get_mut(at).and_then(Option::take) else { return };
        let order = of.request.order();
        port.note(ChainNote::Finished { worker: at as u8, order, ok: true });
        port.send(of.from, ShopMessage::Refused { order });
        self.take_up(port);
    }

    /// A worker answers, and is free again.
    fn finish(&mut self, at: usize, ok: bool, port: &mut impl ChainPort) {
        let Some(ChainJob { of, told, failed, .. }) = self.workers.get_mut(at).and_then(Option::take) else { return };
        let order = of.request.order();
        port.note(ChainNote::Finished { worker: at as u8, order, ok });
        match of.call {
            Some(call) => {
                let answer = if ok { ChainAnswer::Done(told.into()) } else { ChainAnswer::Failed };
                port.send(of.from, ShopMessage::Response { call, order, answer });
            }
            None => {
                let status = self.status(order);
                if !status.is_end() {
                    port.note(ChainNote::LeftInDoubt { order });
                }
                // Who is told that it failed may try elsewhere: that must not be an order that is sent.
                let ended = status == Status::Shipped || (status.is_end() && !failed);
                port.send(
                    of.from,
                    if ended { ShopMessage::Ended { order, status } } else { ShopMessage::Failed { order } },
                );
            }
        }
        self.take_up(port);
    }

    /// How far an order is, as the order service knows.
    pub(super) fn status(&self, order: OrderId) -> Status {
        match &self.ledger.book {
            Book::Order(book) => book.order(order).map_or(Status::Unknown, |row| row.status),
            _ => Status::Unknown,
        }
    }
}
