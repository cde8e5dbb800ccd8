//! The business side of the event-driven shop: what happens in it, and what each service makes of it.
//!
//! Everything here is a plain value. There is no process, no network and no clock: whoever runs the services hands their
//! [books](Book) one [event](ShopEvent) at a time, and carries the [effect](Effect) out.
//!
//! # The saga
//!
//! No service calls another. Each reads the topic `orders`, and publishes what comes of it there:
//!
//! | who | on | publishes |
//! |---|---|---|
//! | order | a customer's wish | `OrderPlaced` |
//! | payment | `OrderPlaced` | `PaymentProcessed` or `PaymentDeclined`; first `PaymentFailed` if it has to try again |
//! | inventory | `PaymentProcessed` | `StockUpdated` or `OutOfStock` |
//! | shipping | `StockUpdated` | `OrderShipped` |
//! | order | its deadline | `CancelRequested` |
//! | shipping | `CancelRequested` | `ShippingCancelled`, unless the parcel has left |
//! | inventory | `ShippingCancelled` | `StockReleased` |
//! | payment | `OutOfStock`, `ShippingCancelled` | `PaymentRefunded` |
//! | fraud | `OrderPlaced` | `FraudSuspected` |
//!
//! An order ends shipped, rejected (nothing was captured) or cancelled (everything was refunded). Records may come
//! twice, late and in any order. Against the first there is a guard, [`Seen`], which whoever runs the services asks; the
//! books themselves do again what they are told again, where it shows: a second charge is a second charge. Against the
//! others there are the rules of the books: what is an end stays one, who was told to let an order be never ships it.
//!
//! Records carry what the next service needs (event-carried state transfer), so that none has to ask another:
//! `PaymentProcessed` and `StockUpdated` carry the items.
//!
//! | file | what |
//! |---|---|
//! | `ids.rs`, `items.rs`, `reason.rs`, `status.rs`, `limits.rs` | what the words are made of |
//! | `kind.rs`, `event.rs`, `identity.rs`, `streams.rs` | events, their names, ids and streams |
//! | `wire.rs`, `upcast.rs` | events as records and stored events, and the old forms of them |
//! | `thread.rs` | which record tells of a fact |
//! | `catalog.rs`, `rules.rs`, `defect.rs` | what can be chosen about a shop |
//! | `order.rs`, `payment.rs`, `inventory.rs`, `shipping.rs`, `fraud.rs`, `analytics.rs`, `provider.rs` | the books |
//! | `views/` | read models: folds over the facts |
//! | `balance.rs`, `imbalance.rs` | what must hold, and what was seen when it did not |
//! | `book.rs`, `effect.rs`, `seen.rs`, `table.rs` | what whoever runs them needs, and what they are made of |

mod analytics;
pub mod balance;
mod book;
mod catalog;
mod defect;
mod effect;
mod event;
mod fraud;
mod identity;
mod ids;
mod imbalance;
mod inventory;
mod items;
mod kind;
pub mod limits;
mod order;
mod payment;
mod provider;
mod reason;
mod rules;
mod seen;
mod shipping;
mod status;
pub mod streams;
mod table;
mod thread;
mod upcast;
pub mod views;
mod wire;

pub use analytics::{AnalyticsBook, Counted, Figures, ItemFigures};
pub use balance::{Balance, Books};
pub use book::{Book, Service};
pub use catalog::{Catalog, CatalogError, Item, OrderError};
pub use defect::{Defect, Defects};
pub use effect::{Change, Effect, Fact, Work};
pub use event::{ShopEvent, Subject};
pub use fraud::{FraudBook, Suspect};
pub use identity::{Identity, order_thread};
pub use ids::{BrowseNumber, Cents, ItemId, OrderId, PaymentId, Quantity, TrackingId, UserId};
pub use imbalance::{Imbalance, Invariant};
pub use inventory::{InventoryBook, Level, Reservation, StockChange};
pub use items::{Items, Left, Line};
pub use kind::{Kind, Topic};
pub use order::{OrderBook, OrderRow, PlaceOrder, Refusal};
pub use payment::{PaymentBook, PaymentRow};
pub use provider::{IdempotencyKey, ProviderAnswer, ProviderBook, ProviderRequest, ProviderRow, Purpose};
pub use reason::{CancelReason, DeclineReason, FraudReason};
pub use rules::{RuleError, Rules};
pub use seen::Seen;
pub use shipping::{Shipment, ShippingBook, right_number};
pub use status::Status;
pub use table::Table;
pub use thread::record_of;
pub use upcast::{OrderCreatedV1, newest, upcasters};

#[cfg(test)]
mod tests;
