//! Read models: folds over the facts, each for one kind of question.
//!
//! They read what is stored, never what a service has in mind: so each can be made anew from nothing, rolled back to any
//! moment, or invented today over what happened yesterday. Facts of one stream come in their order; those of different
//! streams in that of their storing, which a service that was slow may have changed.

mod carts;
mod history;
mod journey;
mod model;
mod order_status;
mod revenue;
mod stock;

pub use carts::{Cart, Carts, CartsView};
pub use history::{Changed, Field, OrderHistory, OrderState, Value, Version, WrongTracking};
pub use journey::{Journey, JourneyStep, JourneyView};
pub use model::{Folds, Model, ViewKind};
pub use order_status::{OrderStatusView, StatusRow, status_after};
pub use revenue::{Revenue, RevenueView};
pub use stock::{StockRow, StockView};
