//! Shipping: packs what is reserved, and is the authority on whether a parcel has left.
//!
//! A request to let an order be is granted as long as the parcel has not left, also if shipping has not heard of the
//! order yet: then it never ships it. Afterwards the request is ignored, and `OrderShipped` is the answer to it.

use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::ids::{OrderId, TrackingId};
use super::rules::Rules;
use super::streams;
use super::table::Table;
use crate::base::{Time, digest};

/// What became of an order's parcel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Shipment {
    /// Nothing yet.
    #[default]
    Waiting,
    /// It has left.
    Left {
        /// Under the number that was written on it first.
        tracking: TrackingId,
        /// That number was wrong, and was corrected.
        corrected: bool,
    },
    /// It will never leave.
    Cancelled,
}

/// Shipping's books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ShippingBook {
    wrong_tracking_every: u32,
    shipments: Table<Shipment>,
}

impl ShippingBook {
    /// No parcels yet.
    pub fn new(rules: &Rules) -> ShippingBook {
        ShippingBook { wrong_tracking_every: rules.wrong_tracking_every, shipments: Table::default() }
    }

    /// What became of an order's parcel.
    pub fn shipment(&self, order: OrderId) -> Shipment {
        self.shipments.row(order.0)
    }

    /// What an event asks for.
    pub fn work(&self, event: &ShopEvent) -> Work {
        let Some(order) = event.order() else { return Work::Skip };
        match (event, self.shipment(order)) {
            (ShopEvent::StockUpdated { .. }, Shipment::Waiting) => Work::Prepare,
            (ShopEvent::CancelRequested { .. }, Shipment::Waiting) => Work::Do,
            // The parcel's own record comes round, and somebody compares it with what the carrier says.
            (ShopEvent::OrderShipped { .. }, Shipment::Left { tracking, corrected: false })
                if tracking != right_number(order) =>
            {
                Work::Do
            }
            _ => Work::Skip,
        }
    }

    /// What comes of an event. A parcel that was let be while it was packed does not leave.
    pub fn decide(&self, event: &ShopEvent, at: Time) -> Effect {
        let Some(order) = event.order() else { return Effect::none() };
        let (stream, shipment) = (streams::shipment(order), self.shipment(order));
        match (self.work(event), event, shipment) {
            (Work::Prepare, ..) => {
                let tracking =
                    if self.is_mixed_up(order) { right_number(neighbour(order)) } else { right_number(order) };
                let event = ShopEvent::OrderShipped { order, tracking, timestamp: at };
                let change = Change::Shipment(order, Shipment::Left { tracking, corrected: false });
                Effect::of(change).storing(stream, event.clone()).publishing(event)
            }
            (Work::Do, ShopEvent::CancelRequested { .. }, _) => {
                let event = ShopEvent::ShippingCancelled { order };
                let change = Change::Shipment(order, Shipment::Cancelled);
                Effect::of(change).storing(stream, event.clone()).publishing(event)
            }
            (Work::Do, _, Shipment::Left { tracking: wrong, .. }) => {
                let tracking = right_number(order);
                let event = ShopEvent::TrackingCorrected { order, wrong, tracking, timestamp: at };
                let change = Change::Shipment(order, Shipment::Left { tracking: wrong, corrected: true });
                Effect::of(change).storing(stream, event.clone()).publishing(event)
            }
            _ => Effect::none(),
        }
    }

    /// Whether the label of this order's parcel is mixed up with another.
    fn is_mixed_up(&self, order: OrderId) -> bool {
        self.wrong_tracking_every > 0 && (order.0 + 1).is_multiple_of(self.wrong_tracking_every)
    }

    pub(super) fn apply(&mut self, order: OrderId, shipment: Shipment) {
        self.shipments.set(order.0, shipment);
    }
}

/// The number under which the carrier knows an order's parcel: nine digits that look like nothing, none twice.
pub fn right_number(order: OrderId) -> TrackingId {
    // The order's number is in the high digits, so that no two are equal; the low ones are for the look of it.
    TrackingId(100_000_000 + u64::from(order.0) * 1_000 + digest(&("tracking", order.0)) % 1_000)
}

/// The order with whose label a parcel's is mixed up.
fn neighbour(order: OrderId) -> OrderId {
    OrderId(order.0 ^ 1)
}
