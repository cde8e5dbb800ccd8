//! The names of streams: everything that happened to one thing.

use smol_str::format_smolstr;

use super::ids::{ItemId, OrderId, UserId};
use crate::store::StreamName;

/// The stream of an order, by the order service.
pub fn order(order: OrderId) -> StreamName {
    StreamName(format_smolstr!("order-{order}"))
}

/// The stream of an order's payment, by the payment service.
pub fn payment(order: OrderId) -> StreamName {
    StreamName(format_smolstr!("payment-{order}"))
}

/// The stream of an item's stock, by inventory.
pub fn stock(item: ItemId) -> StreamName {
    StreamName(format_smolstr!("stock-{item}"))
}

/// The stream of an order's parcel, by shipping.
pub fn shipment(order: OrderId) -> StreamName {
    StreamName(format_smolstr!("shipment-{order}"))
}

/// The stream of what a customer looked at, by the customer.
pub fn customer(user: UserId) -> StreamName {
    StreamName(format_smolstr!("customer-{user}"))
}
