//! The order service: it begins the chain, and undoes what has failed in it.

use super::course::{Heard, Next};
use super::message::ChainRequest;
use super::note::ChainNote;
use super::port::ChainPort;
use super::process::{Ask, ChainService};
use crate::service::{Commit, ServiceWrite};
use crate::shop::{Book, DeclineReason, Effect, OrderId, PlaceOrder, Service, ShopEvent, Status};

impl ChainService {
    /// A customer's order, from the beginning to what the customer is told.
    pub(super) fn place(&mut self, at: usize, wish: &PlaceOrder, heard: Heard<'_>, port: &mut impl ChainPort) -> Next {
        let order = wish.order;
        match heard {
            Heard::Nothing => self.begin(at, wish, port),
            Heard::Answer(request, events) => match request {
                ChainRequest::Check(_) => {
                    if events.is_empty() {
                        return self.go_and_pay(order, port);
                    }
                    self.learn(at, order, events, port);
                    self.reject(at, order, port)
                }
                ChainRequest::Pay(_) => {
                    self.learn(at, order, events, port);
                    if self.status(order).is_end() { self.close(at, order) } else { self.undo(at, order, port) }
                }
                ChainRequest::Stop(_) => {
                    self.learn(at, order, events, port);
                    match events.last() {
                        Some(said) => Next::Call(Service::Inventory, ChainRequest::Settle(said.clone())),
                        None => self.close(at, order),
                    }
                }
                ChainRequest::Settle(_) => self.after_settling(at, order, port),
                ChainRequest::GiveBack(_) => {
                    self.learn(at, order, events, port);
                    self.close(at, order)
                }
                ChainRequest::Tell(..) => self.after_telling(order, port),
                ChainRequest::Place(_) | ChainRequest::Reserve(_) | ChainRequest::Ship(_) => Next::Fail,
            },
            Heard::Silence(Ask::Service(request)) => match request {
                ChainRequest::Check(_) => {
                    // Nothing was done yet that somebody would have to undo.
                    self.has_failed(at);
                    self.reject(at, order, port)
                }
                ChainRequest::Pay(_) => self.undo(at, order, port),
                ChainRequest::Settle(_) => self.after_settling(at, order, port),
                ChainRequest::Tell(..) => self.after_telling(order, port),
                // Whether the parcel has left is not known, or where the money is: nobody may say that it came to nothing.
                _ => self.close(at, order),
            },
            Heard::Provider(_) | Heard::Silence(Ask::Provider(_)) => Next::Fail,
        }
    }

    /// The order is written down first. One that was, in a life before this, goes on where its books say that it is.
    fn begin(&mut self, at: usize, wish: &PlaceOrder, port: &mut impl ChainPort) -> Next {
        let Book::Order(book) = &self.ledger.book else { return Next::Fail };
        let order = wish.order;
        let Ok(effect) = book.place(wish, port.local_time()) else { return Next::Refuse };
        match self.status(order) {
            Status::Unknown => {
                self.tell(at, effect.records.clone());
                let placed = effect.records.clone();
                self.write_order(order, effect, port);
                match self.config.knows.find(Service::Fraud) {
                    Some(_) => Next::Call(Service::Fraud, ChainRequest::Tell(placed.into(), order)),
                    None => self.check_first(order, port),
                }
            }
            Status::Placed | Status::Confirmed => self.go_and_pay(order, port),
            Status::Cancelling => self.undo(at, order, port),
            Status::Shipped | Status::Rejected | Status::Cancelled => Next::Done,
        }
    }

    fn check_first(&self, order: OrderId, port: &impl ChainPort) -> Next {
        let placed = self.placed(order, port);
        placed.map_or(Next::Fail, |placed| Next::Call(Service::Inventory, ChainRequest::Check(placed)))
    }

    fn go_and_pay(&self, order: OrderId, port: &impl ChainPort) -> Next {
        let placed = self.placed(order, port);
        placed.map_or(Next::Fail, |placed| Next::Call(Service::Payment, ChainRequest::Pay(placed)))
    }

    /// The order as it was placed.
    fn placed(&self, order: OrderId, port: &impl ChainPort) -> Option<ShopEvent> {
        let Book::Order(book) = &self.ledger.book else { return None };
        let row = book.order(order)?;
        let (items, timestamp) = (row.items.clone(), port.local_time());
        Some(ShopEvent::OrderPlaced { order, user: row.user, items, total: row.total, timestamp })
    }

    /// What was done is written into the books of orders, and told to the end.
    fn learn(&mut self, at: usize, order: OrderId, events: &[ShopEvent], port: &mut impl ChainPort) {
        let before = self.status(order);
        for event in events {
            self.deal_with(event, None, order, port);
        }
        self.tell(at, events.iter().cloned());
        self.say_if_ended(order, before, port);
    }

    fn say_if_ended(&self, order: OrderId, before: Status, port: &mut impl ChainPort) {
        let status = self.status(order);
        if status != before && status.is_end() {
            port.note(ChainNote::Ended { order, status });
        }
    }

    fn write_order(&mut self, order: OrderId, effect: Effect, port: &mut impl ChainPort) {
        let Effect { change, .. } = effect;
        let commit = Commit { seen: None, cause: None, change, facts: Vec::new(), records: Vec::new() };
        self.write(ServiceWrite::Effect(Box::new(commit)), port);
        port.note(ChainNote::Wrote { order });
    }

    /// The order comes to nothing before anybody was asked for money.
    fn reject(&mut self, at: usize, order: OrderId, port: &mut impl ChainPort) -> Next {
        let declined = ShopEvent::PaymentDeclined { order, reason: DeclineReason::Cancelled };
        self.learn(at, order, &[declined], port);
        self.close(at, order)
    }

    fn has_failed(&mut self, at: usize) {
        if let Some(job) = self.workers.get_mut(at).and_then(Option::as_mut) {
            job.failed = true;
        }
    }

    /// What was done of it, nobody knows: shipping is asked to let it be.
    fn undo(&mut self, at: usize, order: OrderId, port: &mut impl ChainPort) -> Next {
        self.has_failed(at);
        let Book::Order(book) = &self.ledger.book else { return Next::Fail };
        let effect = book.deadline_passed(order);
        if effect != Effect::none() {
            self.write_order(order, effect, port);
        }
        Next::Call(Service::Shipping, ChainRequest::Stop(ShopEvent::CancelRequested { order }))
    }

    /// Shipping has said what became of the parcel; inventory was told, and has heard it or not.
    fn after_settling(&mut self, at: usize, order: OrderId, port: &impl ChainPort) -> Next {
        if self.status(order).is_end() {
            return self.close(at, order);
        }
        let placed = self.placed(order, port);
        placed.map_or(Next::Fail, |placed| Next::Call(Service::Payment, ChainRequest::GiveBack(placed)))
    }

    /// The fraud check is told before the rest is begun, analytics when all is over.
    fn after_telling(&self, order: OrderId, port: &impl ChainPort) -> Next {
        match self.status(order) {
            Status::Placed => self.check_first(order, port),
            status if status.is_end() => Next::Done,
            _ => Next::Fail,
        }
    }

    /// All is over: analytics is told, if it is in service.
    fn close(&self, at: usize, order: OrderId) -> Next {
        let told = self.workers.get(at).and_then(Option::as_ref).map(|job| job.told.clone()).unwrap_or_default();
        match self.config.knows.find(Service::Analytics) {
            Some(_) => Next::Call(Service::Analytics, ChainRequest::Tell(told.into(), order)),
            None if self.status(order).is_end() => Next::Done,
            None => Next::Fail,
        }
    }
}
