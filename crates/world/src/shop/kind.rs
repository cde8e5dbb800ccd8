//! The kinds of events, by their names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of event it is. The number is a part of event ids: it never changes, and a new kind comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    /// A customer looked at an item.
    ProductViewed,
    /// A customer put an item into the cart.
    ItemAddedToCart,
    /// An order exists: the first fact of its stream.
    OrderCreated,
    /// An order was placed: what all others begin with.
    OrderPlaced,
    /// An order is paid.
    OrderConfirmed,
    /// An order came to nothing: it was not paid.
    OrderRejected,
    /// An order came to nothing, and the money went back.
    OrderCancelled,
    /// The order service has waited too long, and asks shipping to let the order be.
    CancelRequested,
    /// The money was captured.
    PaymentProcessed,
    /// The money was not captured and will not be.
    PaymentDeclined,
    /// A try to get the money failed; it will be tried again.
    PaymentFailed,
    /// A try to give the money back failed; it will be tried again.
    RefundFailed,
    /// The money went back.
    PaymentRefunded,
    /// The items are reserved.
    StockUpdated,
    /// There are not enough of an item.
    OutOfStock,
    /// The items are for sale again.
    StockReleased,
    /// So many of one item were reserved for an order.
    ItemReserved,
    /// So many of one item are for sale again.
    ItemReleased,
    /// So many of one item have left.
    ItemSent,
    /// The parcel has left.
    OrderShipped,
    /// There will be no parcel.
    ShippingCancelled,
    /// The tracking number was wrong, and this is the right one.
    TrackingCorrected,
    /// An order looks like fraud.
    FraudSuspected,
}

/// What services publish to and read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Topic {
    /// What becomes of orders, keyed by order.
    Orders,
    /// What customers look at, keyed by customer.
    Browsing,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Topic; 2] = [Topic::Orders, Topic::Browsing];

    /// Its name on the bus.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Orders => "orders",
            Topic::Browsing => "browsing",
        }
    }
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Kind; 23] = [
        Kind::ProductViewed,
        Kind::ItemAddedToCart,
        Kind::OrderCreated,
        Kind::OrderPlaced,
        Kind::OrderConfirmed,
        Kind::OrderRejected,
        Kind::OrderCancelled,
        Kind::CancelRequested,
        Kind::PaymentProcessed,
        Kind::PaymentDeclined,
        Kind::PaymentFailed,
        Kind::RefundFailed,
        Kind::PaymentRefunded,
        Kind::StockUpdated,
        Kind::OutOfStock,
        Kind::StockReleased,
        Kind::ItemReserved,
        Kind::ItemReleased,
        Kind::ItemSent,
        Kind::OrderShipped,
        Kind::ShippingCancelled,
        Kind::TrackingCorrected,
        Kind::FraudSuspected,
    ];

    /// The name on the bus and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Kind::ProductViewed => "ProductViewed",
            Kind::ItemAddedToCart => "ItemAddedToCart",
            Kind::OrderCreated => "OrderCreated",
            Kind::OrderPlaced => "OrderPlaced",
            Kind::OrderConfirmed => "OrderConfirmed",
            Kind::OrderRejected => "OrderRejected",
            Kind::OrderCancelled => "OrderCancelled",
            Kind::CancelRequested => "CancelRequested",
            Kind::PaymentProcessed => "PaymentProcessed",
            Kind::PaymentDeclined => "PaymentDeclined",
            Kind::PaymentFailed => "PaymentFailed",
            Kind::RefundFailed => "RefundFailed",
            Kind::PaymentRefunded => "PaymentRefunded",
            Kind::StockUpdated => "StockUpdated",
            Kind::OutOfStock => "OutOfStock",
            Kind::StockReleased => "StockReleased",
            Kind::ItemReserved => "ItemReserved",
            Kind::ItemReleased => "ItemReleased",
            Kind::ItemSent => "ItemSent",
            Kind::OrderShipped => "OrderShipped",
            Kind::ShippingCancelled => "ShippingCancelled",
            Kind::TrackingCorrected => "TrackingCorrected",
            Kind::FraudSuspected => "FraudSuspected",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The topic on which it is published; `None`: it is a fact that only its owner keeps.
    pub fn topic(self) -> Option<Topic> {
        match self {
            Kind::ProductViewed | Kind::ItemAddedToCart => Some(Topic::Browsing),
            Kind::OrderCreated | Kind::OrderConfirmed | Kind::OrderRejected | Kind::OrderCancelled => None,
            Kind::RefundFailed | Kind::ItemReserved | Kind::ItemReleased | Kind::ItemSent => None,
            _ => Some(Topic::Orders),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
