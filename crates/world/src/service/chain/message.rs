//! What services of the chain ask each other, and what they answer.

use std::sync::Arc;

use crate::shop::{OrderId, PlaceOrder, ShopEvent};

/// What somebody is asked to do. What has to be known for it is an event, as in the event-driven shop: the rules are the
/// same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChainRequest {
    /// A customer asks the order service for all of it.
    Place(PlaceOrder),
    /// The order service asks inventory whether there is enough: an `OrderPlaced`.
    Check(ShopEvent),
    /// The order service asks payment to have an order paid, and sent: an `OrderPlaced`.
    Pay(ShopEvent),
    /// Payment asks inventory to reserve what is paid, and have it sent: a `PaymentProcessed`.
    Reserve(ShopEvent),
    /// Inventory asks shipping to send what is reserved: a `StockUpdated`.
    Ship(ShopEvent),
    /// The order service asks shipping to let an order be: a `CancelRequested`.
    Stop(ShopEvent),
    /// The order service tells inventory what shipping has said: an `OrderShipped` or a `ShippingCancelled`.
    Settle(ShopEvent),
    /// The order service asks payment to give back what it may have captured: the `OrderPlaced` that it was for.
    GiveBack(ShopEvent),
    /// The order service tells the fraud check or analytics what happened.
    Tell(
        /// All of it, in its order.
        Arc<[ShopEvent]>,
        /// Of which order.
        OrderId,
    ),
}

impl ChainRequest {
    /// The order that it is about.
    pub fn order(&self) -> OrderId {
        match self {
            ChainRequest::Place(wish) => wish.order,
            ChainRequest::Tell(_, order) => *order,
            ChainRequest::Check(event)
            | ChainRequest::Pay(event)
            | ChainRequest::Reserve(event)
            | ChainRequest::Ship(event)
            | ChainRequest::Stop(event)
            | ChainRequest::Settle(event)
            // All of these events are about an order.
            | ChainRequest::GiveBack(event) => event.order().unwrap_or_default(),
        }
    }

    /// What it is called, as one would call the operation.
    pub fn name(&self) -> &'static str {
        match self {
            ChainRequest::Place(_) => "place the order",
            ChainRequest::Check(_) => "check the stock",
            ChainRequest::Pay(_) => "pay",
            ChainRequest::Reserve(_) => "update the stock",
            ChainRequest::Ship(_) => "ship",
            ChainRequest::Stop(_) => "stop the parcel",
            ChainRequest::Settle(_) => "settle the stock",
            ChainRequest::GiveBack(_) => "give back the money",
            ChainRequest::Tell(..) => "take note",
        }
    }
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChainAnswer {
    /// It was dealt with, now or before.
    Done(
        /// What came of it, in its order.
        Arc<[ShopEvent]>,
    ),
    /// There is too much to do: it was not taken.
    Busy,
    /// Somebody who was needed did not answer, or could not: what was done, nobody knows.
    Failed,
}
