//! What an event says, under the names that its fields have in the field's own writing.

use super::Basis;
use super::table::seconds;
use crate::base::Time;
use crate::shop::{Items, Kind, OrderCreatedV1, ShopEvent};
use crate::store::{Event, SchemaVersion};

/// A field of an event: its name and what it holds.
pub type Field = (&'static str, String);

/// What is in an order: `metronome x2, rosin x1`.
pub(super) fn items(items: &Items, basis: &Basis) -> String {
    let line = |line: &crate::shop::Line| format!("{} x{}", basis.item(line.item), line.quantity);
    items.lines().iter().map(line).collect::<Vec<_>>().join(", ")
}

/// The fields of an event in its newest form.
pub fn fields(event: &ShopEvent, basis: &Basis) -> Vec<Field> {
    let timestamp = |time: Time| ("timestamp", seconds(time));
    let order = event.order().map(|order| ("orderId", order.to_string()));
    let rest = match event {
        ShopEvent::ProductViewed { user, item, timestamp: at, .. }
        | ShopEvent::ItemAddedToCart { user, item, timestamp: at, .. } => {
            vec![("userId", user.to_string()), ("item", basis.item(*item).into()), timestamp(*at)]
        }
        ShopEvent::OrderCreated { user, items: lines, total, timestamp: at, .. }
        | ShopEvent::OrderPlaced { user, items: lines, total, timestamp: at, .. } => vec![
            ("userId", user.to_string()),
            ("items", items(lines, basis)),
            ("total", total.to_string()),
            timestamp(*at),
        ],
        ShopEvent::OrderConfirmed { payment, timestamp: at, .. } => {
            vec![("paymentId", payment.to_string()), timestamp(*at)]
        }
        ShopEvent::OrderRejected { reason, timestamp: at, .. } => vec![("reason", reason.to_string()), timestamp(*at)],
        ShopEvent::OrderCancelled { reason, timestamp: at, .. } => vec![("reason", reason.to_string()), timestamp(*at)],
        ShopEvent::PaymentProcessed { items: lines, payment, amount, .. } => {
            vec![("paymentId", payment.to_string()), ("amount", amount.to_string()), ("items", items(lines, basis))]
        }
        ShopEvent::PaymentDeclined { reason, .. } => vec![("reason", reason.to_string())],
        ShopEvent::PaymentRefunded { payment, amount, reason, .. } => {
            vec![("paymentId", payment.to_string()), ("amount", amount.to_string()), ("reason", reason.to_string())]
        }
        ShopEvent::StockUpdated { items: lines, .. } | ShopEvent::StockReleased { items: lines, .. } => {
            vec![("items", items(lines, basis))]
        }
        ShopEvent::OutOfStock { item, .. } => vec![("item", basis.item(*item).into())],
        ShopEvent::ItemReserved { item, quantity, .. }
        | ShopEvent::ItemReleased { item, quantity, .. }
        | ShopEvent::ItemSent { item, quantity, .. } => {
            vec![("item", basis.item(*item).into()), ("quantity", quantity.to_string())]
        }
        ShopEvent::OrderShipped { tracking, timestamp: at, .. } => {
            vec![("trackingId", tracking.to_string()), timestamp(*at)]
        }
        ShopEvent::TrackingCorrected { wrong, tracking, timestamp: at, .. } => {
            vec![("wrongTrackingId", wrong.to_string()), ("trackingId", tracking.to_string()), timestamp(*at)]
        }
        ShopEvent::FraudSuspected { user, reason, .. } => {
            vec![("userId", user.to_string()), ("reason", reason.to_string())]
        }
        ShopEvent::CancelRequested { .. }
        | ShopEvent::PaymentFailed { .. }
        | ShopEvent::RefundFailed { .. }
        | ShopEvent::ShippingCancelled { .. } => Vec::new(),
    };
    order.into_iter().chain(rest).collect()
}

/// The fields that the stored bytes of an old event have; `None`: they are those of its newest form, or cannot be read.
pub fn stored_fields(event: &Event<'_>, basis: &Basis) -> Option<Vec<Field>> {
    let old = event.schema == SchemaVersion::FIRST && event.event_type().as_str() == Kind::OrderCreated.name();
    let OrderCreatedV1 { order, user, items: lines, timestamp } =
        old.then(|| OrderCreatedV1::read(&event.data).ok()).flatten()?;
    Some(vec![
        ("orderId", order.to_string()),
        ("userId", user.to_string()),
        ("items", items(&lines, basis)),
        ("timestamp", seconds(timestamp)),
    ])
}
