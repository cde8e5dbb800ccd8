//! The order service: takes orders, and keeps what becomes of them.
//!
//! Shipped, rejected and cancelled are ends: whatever comes later changes nothing. Every change of a row is told by a
//! fact in the order's stream, so that the row is a fold of it.

use super::catalog::{Catalog, OrderError};
use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::ids::{Cents, ItemId, OrderId, PaymentId, Quantity, TrackingId, UserId};
use super::items::Items;
use super::limits::{MAX_ORDERS, MAX_USERS};
use super::rules::Rules;
use super::status::Status;
use super::streams;
use super::table::Table;
use crate::base::Time;

/// What the order service knows of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OrderRow {
    /// How far it is.
    pub status: Status,
    /// Whose it is.
    pub user: UserId,
    /// What it is about.
    pub items: Items,
    /// What it costs.
    pub total: Cents,
    /// The payment that confirmed it.
    pub payment: Option<PaymentId>,
    /// The number of its parcel.
    pub tracking: Option<TrackingId>,
    /// Shipping was asked to let it be.
    pub cancel_requested: bool,
    /// A try to get the money failed.
    pub payment_failed: bool,
    /// A correction of the tracking number that came before the number: wrong, right, when.
    pub(super) correction: Option<(TrackingId, TrackingId, Time)>,
}

/// What a customer asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlaceOrder {
    /// Which order: the same on every retry.
    pub order: OrderId,
    /// Who asks.
    pub user: UserId,
    /// Which items, and how many.
    pub wanted: Vec<(ItemId, Quantity)>,
}

/// Why an order was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// What is wanted cannot be sold so.
    #[error("{0}")]
    Items(
        /// Why not.
        OrderError,
    ),
    /// The order's number is too high.
    #[error("there are at most {MAX_ORDERS} orders")]
    TooManyOrders,
    /// The customer's number is too high.
    #[error("there are at most {MAX_USERS} customers")]
    TooManyUsers,
    /// The number belongs to an order of another customer or of other items.
    #[error("order {0} is another one")]
    Taken(
        /// Which number.
        OrderId,
    ),
}

/// The order service's books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderBook {
    catalog: Catalog,
    old_orders: u32,
    orders: Table<OrderRow>,
}

impl OrderBook {
    /// No orders yet.
    pub fn new(catalog: &Catalog, rules: &Rules) -> OrderBook {
        OrderBook { catalog: catalog.clone(), old_orders: rules.old_orders, orders: Table::default() }
    }

    /// What is known of an order.
    pub fn order(&self, order: OrderId) -> Option<&OrderRow> {
        self.orders.get(order.0).filter(|row| row.status != Status::Unknown)
    }

    /// All orders; numbers that nobody chose are of [`Status::Unknown`].
    pub fn orders(&self) -> &Table<OrderRow> {
        &self.orders
    }

    /// Takes an order. A retry of one that was taken is answered as before, and nothing comes of it.
    ///
    /// # Errors
    /// If it cannot be taken.
    pub fn place(&self, wish: &PlaceOrder, at: Time) -> Result<Effect, Refusal> {
        let PlaceOrder { order, user, ref wanted } = *wish;
        if order.0 >= MAX_ORDERS {
            return Err(Refusal::TooManyOrders);
        }
        if user.0 >= MAX_USERS {
            return Err(Refusal::TooManyUsers);
        }
        let (items, total) = self.catalog.price(wanted).map_err(Refusal::Items)?;
        if let Some(row) = self.order(order) {
            let same = row.user == user && row.items == items;
            return if same { Ok(Effect::none()) } else { Err(Refusal::Taken(order)) };
        }
        let row = OrderRow { status: Status::Placed, user, items: items.clone(), total, ..OrderRow::default() };
        let created = ShopEvent::OrderCreated { order, user, items: items.clone(), total, timestamp: at };
        let placed = ShopEvent::OrderPlaced { order, user, items, total, timestamp: at };
        let effect = Effect::of(Change::Order(order, row)).storing(streams::order(order), created);
        Ok(effect.in_first_form(order.0 < self.old_orders).publishing(placed))
    }

    /// The order should have been shipped by now. If it is not at its end, shipping is asked to let it be, once; whether
    /// the parcel has left already is for shipping to say.
    pub fn deadline_passed(&self, order: OrderId) -> Effect {
        match self.order(order) {
            Some(row) if matches!(row.status, Status::Placed | Status::Confirmed) => {
                let row = OrderRow { status: Status::Cancelling, cancel_requested: true, ..row.clone() };
                let asked = ShopEvent::CancelRequested { order };
                let effect = Effect::of(Change::Order(order, row));
                effect.storing(streams::order(order), asked.clone()).publishing(asked)
            }
            _ => Effect::none(),
        }
    }

    /// What an event asks for.
    pub fn work(&self, event: &ShopEvent) -> Work {
        if self.decide(event, Time::ZERO) == Effect::none() { Work::Skip } else { Work::Do }
    }

    /// What comes of an event. An order that nobody placed here is nobody's business.
    pub fn decide(&self, event: &ShopEvent, at: Time) -> Effect {
        let Some(order) = event.order() else { return Effect::none() };
        let Some(row) = self.order(order) else { return Effect::none() };
        let (mut row, open) = (row.clone(), !row.status.is_end());
        let stream = streams::order(order);
        match *event {
            // Who is about to be cancelled is not confirmed any more.
            ShopEvent::PaymentProcessed { payment, .. } if row.status == Status::Placed => {
                (row.status, row.payment) = (Status::Confirmed, Some(payment));
                let confirmed = ShopEvent::OrderConfirmed { order, payment, timestamp: at };
                Effect::of(Change::Order(order, row)).storing(stream, confirmed)
            }
            ShopEvent::PaymentFailed { .. } if open && !row.payment_failed => {
                row.payment_failed = true;
                Effect::of(Change::Order(order, row)).storing(stream, event.clone())
            }
            ShopEvent::PaymentDeclined { reason, .. } if open => {
                row.status = Status::Rejected;
                let rejected = ShopEvent::OrderRejected { order, reason, timestamp: at };
                Effect::of(Change::Order(order, row)).storing(stream, rejected)
            }
            ShopEvent::OutOfStock { .. } if matches!(row.status, Status::Placed | Status::Confirmed) => {
                row.status = Status::Cancelling;
                Effect::of(Change::Order(order, row)).storing(stream, event.clone())
            }
            ShopEvent::PaymentRefunded { reason, .. } if open => {
                row.status = Status::Cancelled;
                let cancelled = ShopEvent::OrderCancelled { order, reason, timestamp: at };
                Effect::of(Change::Order(order, row)).storing(stream, cancelled)
            }
            // The parcel has left, whatever was asked for in the meantime.
            ShopEvent::OrderShipped { tracking, .. } if open => {
                (row.status, row.tracking) = (Status::Shipped, Some(tracking));
                let correction = row.correction.take();
                if let Some((_, tracking, _)) = correction {
                    row.tracking = Some(tracking);
                }
                let effect = Effect::of(Change::Order(order, row)).storing(stream.clone(), event.clone());
                match correction {
                    Some((wrong, tracking, timestamp)) => {
                        effect.storing(stream, ShopEvent::TrackingCorrected { order, wrong, tracking, timestamp })
                    }
                    None => effect,
                }
            }
            ShopEvent::TrackingCorrected { wrong, tracking, .. } if row.tracking == Some(wrong) => {
                row.tracking = Some(tracking);
                Effect::of(Change::Order(order, row)).storing(stream, event.clone())
            }
            ShopEvent::TrackingCorrected { wrong, tracking, timestamp, .. } if open => {
                row.correction = Some((wrong, tracking, timestamp));
                Effect::of(Change::Order(order, row))
            }
            _ => Effect::none(),
        }
    }

    pub(super) fn apply(&mut self, order: OrderId, row: &OrderRow) {
        self.orders.set(order.0, row.clone());
    }
}
