//! What happens in the shop.
//!
//! One type for facts and records: a fact is kept in its owner's stream, a record is published for all others, and some
//! events are both. Records carry what the next service needs (event-carried state transfer): whoever reserves items
//! learns which from `PaymentProcessed`, and asks nobody.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{BrowseNumber, Cents, ItemId, OrderId, PaymentId, Quantity, TrackingId, UserId};
use super::items::{Items, Left};
use super::kind::{Kind, Topic};
use super::reason::{CancelReason, DeclineReason, FraudReason};
use crate::base::Time;

/// Something that happened. The variants are in the order of [`Kind`], which is also how a payload tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ShopEvent {
    /// A customer looked at an item.
    ProductViewed {
        /// Which customer.
        user: UserId,
        /// Which of the things that the customer did.
        number: BrowseNumber,
        /// Which item.
        item: ItemId,
        /// When.
        timestamp: Time,
    },
    /// A customer put an item into the cart.
    ItemAddedToCart {
        /// Which customer.
        user: UserId,
        /// Which of the things that the customer did.
        number: BrowseNumber,
        /// Which item.
        item: ItemId,
        /// When.
        timestamp: Time,
    },
    /// An order exists.
    OrderCreated {
        /// Which order.
        order: OrderId,
        /// Whose.
        user: UserId,
        /// What it is about.
        items: Items,
        /// What it costs; not in the first form of this event.
        total: Cents,
        /// When.
        timestamp: Time,
    },
    /// An order was placed.
    OrderPlaced {
        /// Which order.
        order: OrderId,
        /// Whose.
        user: UserId,
        /// What it is about.
        items: Items,
        /// What it costs.
        total: Cents,
        /// When.
        timestamp: Time,
    },
    /// An order is paid.
    OrderConfirmed {
        /// Which order.
        order: OrderId,
        /// By which payment.
        payment: PaymentId,
        /// When.
        timestamp: Time,
    },
    /// An order came to nothing: it was not paid.
    OrderRejected {
        /// Which order.
        order: OrderId,
        /// Why not.
        reason: DeclineReason,
        /// When.
        timestamp: Time,
    },
    /// An order came to nothing, and the money went back.
    OrderCancelled {
        /// Which order.
        order: OrderId,
        /// Why.
        reason: CancelReason,
        /// When.
        timestamp: Time,
    },
    /// The order service has waited too long, and asks shipping to let the order be.
    CancelRequested {
        /// Which order.
        order: OrderId,
    },
    /// The money was captured.
    PaymentProcessed {
        /// Which order.
        order: OrderId,
        /// What the order is about: inventory needs it.
        items: Items,
        /// The payment.
        payment: PaymentId,
        /// How much.
        amount: Cents,
    },
    /// The money was not captured and will not be.
    PaymentDeclined {
        /// Which order.
        order: OrderId,
        /// Why not.
        reason: DeclineReason,
    },
    /// A try to get the money failed; it is tried again. Told of the first such try of an order.
    PaymentFailed {
        /// Which order.
        order: OrderId,
    },
    /// A try to give the money back failed; it is tried again. Told of the first such try of an order.
    RefundFailed {
        /// Which order.
        order: OrderId,
    },
    /// The money went back.
    PaymentRefunded {
        /// Which order.
        order: OrderId,
        /// Which payment was undone.
        payment: PaymentId,
        /// How much.
        amount: Cents,
        /// Why.
        reason: CancelReason,
        /// Which refund of the order, from 0. There is one, unless a duplicate was taken for a new event.
        nth: u8,
    },
    /// The items are reserved.
    StockUpdated {
        /// Which order.
        order: OrderId,
        /// What is reserved: shipping needs it.
        items: Items,
        /// What is left of each.
        left: Arc<[Left]>,
    },
    /// There are not enough of an item.
    OutOfStock {
        /// Which order.
        order: OrderId,
        /// Of which item.
        item: ItemId,
    },
    /// The items are for sale again.
    StockReleased {
        /// Which order.
        order: OrderId,
        /// What was reserved.
        items: Items,
    },
    /// So many of one item were reserved.
    ItemReserved {
        /// For which order.
        order: OrderId,
        /// Which item.
        item: ItemId,
        /// How many.
        quantity: Quantity,
        /// Which reservation of the order, from 0. There is one, unless a duplicate was taken for a new event.
        nth: u8,
    },
    /// So many of one item are for sale again.
    ItemReleased {
        /// Which order.
        order: OrderId,
        /// Which item.
        item: ItemId,
        /// How many.
        quantity: Quantity,
    },
    /// So many of one item have left.
    ItemSent {
        /// With which order.
        order: OrderId,
        /// Which item.
        item: ItemId,
        /// How many.
        quantity: Quantity,
    },
    /// The parcel has left.
    OrderShipped {
        /// Which order.
        order: OrderId,
        /// The number of the parcel.
        tracking: TrackingId,
        /// When it left.
        timestamp: Time,
    },
    /// There will be no parcel.
    ShippingCancelled {
        /// Which order.
        order: OrderId,
    },
    /// The tracking number was wrong.
    TrackingCorrected {
        /// Which order.
        order: OrderId,
        /// The wrong number.
        wrong: TrackingId,
        /// The right one.
        tracking: TrackingId,
        /// When it was noticed.
        timestamp: Time,
    },
    /// An order looks like fraud.
    FraudSuspected {
        /// Which order.
        order: OrderId,
        /// Whose.
        user: UserId,
        /// Why.
        reason: FraudReason,
    },
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// An order.
    Order(OrderId),
    /// What a customer did while looking around.
    Browsing(UserId, BrowseNumber),
}

impl ShopEvent {
    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            ShopEvent::ProductViewed { .. } => Kind::ProductViewed,
            ShopEvent::ItemAddedToCart { .. } => Kind::ItemAddedToCart,
            ShopEvent::OrderCreated { .. } => Kind::OrderCreated,
            ShopEvent::OrderPlaced { .. } => Kind::OrderPlaced,
            ShopEvent::OrderConfirmed { .. } => Kind::OrderConfirmed,
            ShopEvent::OrderRejected { .. } => Kind::OrderRejected,
            ShopEvent::OrderCancelled { .. } => Kind::OrderCancelled,
            ShopEvent::CancelRequested { .. } => Kind::CancelRequested,
            ShopEvent::PaymentProcessed { .. } => Kind::PaymentProcessed,
            ShopEvent::PaymentDeclined { .. } => Kind::PaymentDeclined,
            ShopEvent::PaymentFailed { .. } => Kind::PaymentFailed,
            ShopEvent::RefundFailed { .. } => Kind::RefundFailed,
            ShopEvent::PaymentRefunded { .. } => Kind::PaymentRefunded,
            ShopEvent::StockUpdated { .. } => Kind::StockUpdated,
            ShopEvent::OutOfStock { .. } => Kind::OutOfStock,
            ShopEvent::StockReleased { .. } => Kind::StockReleased,
            ShopEvent::ItemReserved { .. } => Kind::ItemReserved,
            ShopEvent::ItemReleased { .. } => Kind::ItemReleased,
            ShopEvent::ItemSent { .. } => Kind::ItemSent,
            ShopEvent::OrderShipped { .. } => Kind::OrderShipped,
            ShopEvent::ShippingCancelled { .. } => Kind::ShippingCancelled,
            ShopEvent::TrackingCorrected { .. } => Kind::TrackingCorrected,
            ShopEvent::FraudSuspected { .. } => Kind::FraudSuspected,
        }
    }

    /// What it is about.
    pub fn subject(&self) -> Subject {
        match *self {
            ShopEvent::ProductViewed { user, number, .. } | ShopEvent::ItemAddedToCart { user, number, .. } => {
                Subject::Browsing(user, number)
            }
            ShopEvent::OrderCreated { order, .. }
            | ShopEvent::OrderPlaced { order, .. }
            | ShopEvent::OrderConfirmed { order, .. }
            | ShopEvent::OrderRejected { order, .. }
            | ShopEvent::OrderCancelled { order, .. }
            | ShopEvent::CancelRequested { order }
            | ShopEvent::PaymentProcessed { order, .. }
            | ShopEvent::PaymentDeclined { order, .. }
            | ShopEvent::PaymentFailed { order }
            | ShopEvent::RefundFailed { order }
            | ShopEvent::PaymentRefunded { order, .. }
            | ShopEvent::StockUpdated { order, .. }
            | ShopEvent::OutOfStock { order, .. }
            | ShopEvent::StockReleased { order, .. }
            | ShopEvent::ItemReserved { order, .. }
            | ShopEvent::ItemReleased { order, .. }
            | ShopEvent::ItemSent { order, .. }
            | ShopEvent::OrderShipped { order, .. }
            | ShopEvent::ShippingCancelled { order }
            | ShopEvent::TrackingCorrected { order, .. }
            | ShopEvent::FraudSuspected { order, .. } => Subject::Order(order),
        }
    }

    /// The order that it is about, if it is about one.
    pub fn order(&self) -> Option<OrderId> {
        match self.subject() {
            Subject::Order(order) => Some(order),
            Subject::Browsing(..) => None,
        }
    }

    /// The topic on which it is published; `None`: it is a fact that only its owner keeps.
    pub fn topic(&self) -> Option<Topic> {
        self.kind().topic()
    }
}
