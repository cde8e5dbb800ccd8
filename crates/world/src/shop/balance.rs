//! What must hold of a shop: money and stock add up, and every order has one end.
//!
//! The checks look at the books themselves, not at what services say: the provider's account is the truth about money,
//! shipping's book about parcels. After an event only its order has changed, and only that is looked at. Of services with
//! disks, the durable books are the ones to look at: what is only in memory may never have been.

use super::ids::{Cents, OrderId};
use super::imbalance::Imbalance;
use super::inventory::InventoryBook;
use super::order::OrderBook;
use super::provider::ProviderBook;
use super::shipping::{Shipment, ShippingBook};
use super::status::Status;
use super::table::Table;

/// The books that have to balance.
#[derive(Clone, Copy, Debug)]
pub struct Books<'a> {
    /// The order service's.
    pub order: &'a OrderBook,
    /// Inventory's.
    pub inventory: &'a InventoryBook,
    /// Shipping's.
    pub shipping: &'a ShippingBook,
    /// The provider's.
    pub provider: &'a ProviderBook,
}

/// What is known of all orders' ends, so that none leaves its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Balance {
    ends: Table<Status>,
}

impl Balance {
    /// Checks one order after any book may have changed its row: everything that must hold at every moment.
    pub fn after(&mut self, books: &Books<'_>, order: OrderId) -> Vec<Imbalance> {
        let mut found = of_order(books, order);
        let (from, to) = (self.ends.row(order.0), books.status(order));
        if from != to && from.is_end() {
            found.push(Imbalance::LeftItsEnd { order, from, to });
        } else if from != to && to.is_end() {
            self.ends.set(order.0, to);
        }
        found
    }
}

impl Books<'_> {
    fn status(&self, order: OrderId) -> Status {
        self.order.order(order).map_or(Status::Unknown, |row| row.status)
    }

    fn money(&self, order: OrderId) -> (Cents, Cents) {
        self.provider.account(order).map_or((Cents::ZERO, Cents::ZERO), |account| (account.captured, account.refunded))
    }
}

/// What does not hold of one order, of all that must hold at every moment.
pub fn of_order(books: &Books<'_>, order: OrderId) -> Vec<Imbalance> {
    let mut found = Vec::new();
    money(books, order, &mut found);
    stock(books, order, &mut found);
    ends(books, order, &mut found);
    found
}

/// What does not hold when all is quiet: every event was had by everybody, and no deadline is to come. It looks at
/// everything.
pub fn at_end(books: &Books<'_>) -> Vec<Imbalance> {
    let mut found = Vec::new();
    for (number, row) in books.order.orders().iter() {
        let (order, status) = (OrderId(number), row.status);
        if status != Status::Unknown && !status.is_end() {
            found.push(Imbalance::Unfinished { order, status });
        }
        let held = |reservation: &super::inventory::Reservation| {
            reservation.times > 0 && !reservation.sent && !reservation.cancelled
        };
        if books.inventory.reservation(order).is_some_and(held) {
            found.push(Imbalance::HeldBack { order, status });
        }
    }
    let known = books.order.orders().len().max(books.provider.accounts().len());
    (0..known).for_each(|order| found.extend(of_order(books, OrderId(order))));
    found
}

fn money(books: &Books<'_>, order: OrderId, found: &mut Vec<Imbalance>) {
    let Some(account) = books.provider.account(order) else { return };
    let (captured, refunded) = (account.captured, account.refunded);
    let value = books.order.order(order).map_or(Cents::ZERO, |row| row.total);
    if captured != Cents::ZERO && captured != value {
        found.push(Imbalance::Captured { order, captured, times: account.captures, value });
    }
    if refunded > captured {
        found.push(Imbalance::Refunded { order, refunded, captured });
    }
}

fn stock(books: &Books<'_>, order: OrderId, found: &mut Vec<Imbalance>) {
    let Some(reservation) = books.inventory.reservation(order) else { return };
    for line in reservation.items.lines() {
        let Some(&level) = books.inventory.level(line.item) else { continue };
        let parts = level.available.plus(level.reserved).and_then(|sum| sum.plus(level.sent));
        if parts != Some(level.initial) {
            found.push(Imbalance::Stock { item: line.item, level });
        }
    }
    if reservation.times > 1 {
        found.push(Imbalance::Reserved { order, times: reservation.times });
    }
}

fn ends(books: &Books<'_>, order: OrderId, found: &mut Vec<Imbalance>) {
    let (status, (captured, refunded)) = (books.status(order), books.money(order));
    let left = matches!(books.shipping.shipment(order), Shipment::Left { .. });
    if (left || status == Status::Shipped) && (captured == Cents::ZERO || refunded != Cents::ZERO) {
        found.push(Imbalance::NotPaid { order, captured, refunded });
    }
    let nothing = matches!(status, Status::Rejected | Status::Cancelled);
    if nothing && captured != refunded {
        found.push(Imbalance::Kept { order, end: status, captured, refunded });
    }
    if nothing && left {
        found.push(Imbalance::SentAllTheSame { order, end: status });
    }
}
