//! Why something came to nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::ItemId;

/// Why money was not captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeclineReason {
    /// It is more than the provider captures at once.
    TooMuch,
    /// The customer's bank said no.
    Refused,
    /// The order was let be before it was paid.
    Cancelled,
    /// The provider was asked for too many different things about one order.
    TooOften,
}

/// Why an order that could have been shipped was let be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CancelReason {
    /// There were not enough of an item.
    OutOfStock(
        /// Which item.
        ItemId,
    ),
    /// It took too long.
    Late,
}

/// Why an order looks like fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FraudReason {
    /// It is about a lot of money.
    Amount,
    /// One customer has placed so many orders in a short time.
    Orders(
        /// How many.
        u8,
    ),
}

impl fmt::Display for DeclineReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DeclineReason::TooMuch => "more than the provider captures",
            DeclineReason::Refused => "refused by the bank",
            DeclineReason::Cancelled => "cancelled before it was paid",
            DeclineReason::TooOften => "asked too often",
        })
    }
}

impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CancelReason::OutOfStock(item) => write!(f, "not enough of item {item}"),
            CancelReason::Late => f.write_str("it took too long"),
        }
    }
}

impl fmt::Display for FraudReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FraudReason::Amount => f.write_str("a lot of money"),
            FraudReason::Orders(count) => write!(f, "{count} orders in a short time"),
        }
    }
}
