//! The order service's desk: where customers place orders and look around, and who minds that orders come to an end.

use std::collections::VecDeque;

use super::message::ShopMessage;
use super::note::ServiceNote;
use super::port::{ServicePort, Timer};
use super::process::{Service, TICK};
use crate::base::NodeId;
use crate::shop::{
    Book, BrowseNumber, Change, Effect, Fact, ItemId, OrderBook, OrderId, PlaceOrder, ShopEvent, Status, UserId,
    streams,
};

/// A customer at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Visit {
    /// Where they came from.
    pub from: NodeId,
    /// The order that they place.
    pub wish: PlaceOrder,
}

/// The desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Desk {
    /// Who waits.
    pub queue: VecDeque<Visit>,
    /// Who is served.
    pub serving: Option<Visit>,
    /// Which orders are to be shipped by which tick.
    deadlines: VecDeque<(u32, OrderId)>,
}

impl Service {
    /// A customer places an order.
    pub(super) fn visit(&mut self, visit: Visit, port: &mut impl ServicePort) {
        let Some(book) = self.orders() else { return };
        let order = visit.wish.order;
        let same = |other: &Visit| other.wish.order == order;
        if book.order(order).is_some() {
            // They did not hear that it was taken.
            port.send(visit.from, ShopMessage::Accepted { order });
        } else if self.desk.serving.as_ref().is_some_and(same) || self.desk.queue.iter().any(same) {
            // They will.
        } else if self.desk.queue.len() as u64 >= u64::from(self.config.desk_queue) {
            port.note(ServiceNote::TurnedAway { order });
            port.send(visit.from, ShopMessage::Busy { order });
        } else {
            self.desk.queue.push_back(visit);
            self.serve(port);
        }
    }

    fn serve(&mut self, port: &mut impl ServicePort) {
        if self.desk.serving.is_none()
            && let Some(visit) = self.desk.queue.pop_front()
        {
            port.note(ServiceNote::DeskBegan { order: visit.wish.order });
            self.desk.serving = Some(visit);
            let (low, high) = self.config.service_time;
            let takes = port.draw_between(low, high);
            port.set_timer(Timer::Desk, takes);
        }
    }

    /// The desk is done with a customer.
    pub(super) fn served(&mut self, port: &mut impl ServicePort) {
        let Some(visit) = self.desk.serving.take() else { return };
        let order = visit.wish.order;
        match self.orders().map(|book| book.place(&visit.wish, port.local_time())) {
            Some(Ok(effect)) => {
                port.note(ServiceNote::DeskFinished { order });
                self.commit(None, None, effect, port);
                port.send(visit.from, ShopMessage::Accepted { order });
                self.mind(order);
            }
            Some(Err(_)) => port.send(visit.from, ShopMessage::Refused { order }),
            None => {}
        }
        self.serve(port);
    }

    /// A customer looks at something, or puts it into the cart.
    pub(super) fn browse(
        &mut self,
        (user, number): (UserId, BrowseNumber),
        item: ItemId,
        to_cart: bool,
        port: &mut impl ServicePort,
    ) {
        let (timestamp, known) = (port.local_time(), self.config.catalog.get(item).is_some());
        if self.orders().is_none() || !known {
            return;
        }
        let event = match to_cart {
            true => ShopEvent::ItemAddedToCart { user, number, item, timestamp },
            false => ShopEvent::ProductViewed { user, number, item, timestamp },
        };
        let fact = Fact { stream: streams::customer(user), event: event.clone(), old_form: false };
        let effect = Effect { change: Change::None, facts: vec![fact], records: vec![event], again: false };
        self.commit(None, None, effect, port);
    }

    /// The books of orders, if it keeps them.
    fn orders(&self) -> Option<&OrderBook> {
        match &self.ledger.book {
            Book::Order(book) => Some(book),
            _ => None,
        }
    }

    /// From now on the order has a deadline.
    fn mind(&mut self, order: OrderId) {
        let ticks = (self.config.rules.shipping_deadline.0 / TICK.0) as u32;
        self.desk.deadlines.push_back((self.ticks.saturating_add(ticks), order));
    }

    /// All orders that have not ended have a deadline anew: it has started again, and does not know since when they wait.
    pub(super) fn mind_all(&mut self) {
        let open = |status: Status| status != Status::Unknown && !status.is_end();
        let orders = self.orders().into_iter().flat_map(|book| book.orders().iter());
        let open: Vec<OrderId> = orders.filter(|(_, row)| open(row.status)).map(|(order, _)| OrderId(order)).collect();
        open.into_iter().for_each(|order| self.mind(order));
    }

    /// A tick has gone by: orders that wait for too long are to be let be.
    pub(super) fn look_at_deadlines(&mut self, port: &mut impl ServicePort) {
        while let Some(&(due, order)) = self.desk.deadlines.front()
            && due <= self.ticks
        {
            self.desk.deadlines.pop_front();
            if let Some(effect) = self.orders().map(|book| book.deadline_passed(order))
                && effect != Effect::none()
            {
                self.commit(None, None, effect, port);
            }
        }
    }
}
