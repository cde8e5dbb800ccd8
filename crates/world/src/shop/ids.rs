//! Distinct types for the numbers of the shop.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::number;

number!(
    /// An order. The customer chooses it and keeps it on every retry, so that one wish is one order; dense from 0 in one
    /// shop.
    OrderId(u32)
);
number!(
    /// A customer. Dense from 0 in one shop.
    UserId(u32)
);
number!(
    /// Something that is sold: its place in the catalogue.
    ItemId(u16)
);
number!(
    /// What the provider calls a payment that it has captured.
    PaymentId(u64)
);
number!(
    /// What the carrier calls a parcel.
    TrackingId(u64)
);
number!(
    /// How many of one item.
    Quantity(u32)
);
number!(
    /// The number of what a customer did while looking around, from 0 for each customer.
    BrowseNumber(u32)
);

/// An amount of money. It has no sign: what flows back is counted apart from what came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub u64);

impl Cents {
    /// Nothing.
    pub const ZERO: Cents = Cents(0);

    /// The sum; `None` if it is beyond all numbers.
    #[must_use]
    pub fn plus(self, other: Cents) -> Option<Cents> {
        self.0.checked_add(other.0).map(Cents)
    }

    /// The difference; `None` if more is taken than there is.
    #[must_use]
    pub fn minus(self, other: Cents) -> Option<Cents> {
        self.0.checked_sub(other.0).map(Cents)
    }

    /// So many times as much; `None` if it is beyond all numbers.
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Option<Cents> {
        self.0.checked_mul(u64::from(quantity.0)).map(Cents)
    }

    /// The sum for what only counts: it stays at the highest number there is.
    #[must_use]
    pub(super) fn counting(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Quantity {
    /// The sum; `None` if it is beyond all numbers.
    #[must_use]
    pub fn plus(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_add(other.0).map(Quantity)
    }

    /// The difference; `None` if more is taken than there is.
    #[must_use]
    pub fn minus(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_sub(other.0).map(Quantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_quantities_never_wrap_around() {
        assert_eq!(Cents(u64::MAX).plus(Cents(1)), None);
        assert_eq!(Cents(1).minus(Cents(2)), None);
        assert_eq!(Cents(u64::MAX / 2).times(Quantity(3)), None);
        assert_eq!(Cents(250).times(Quantity(3)), Some(Cents(750)));
        assert_eq!(Quantity(1).minus(Quantity(2)), None);
        assert_eq!(Quantity(u32::MAX).plus(Quantity(1)), None);
    }

    #[test]
    fn money_is_written_with_two_places() {
        assert_eq!(Cents(1_205).to_string(), "12.05");
    }
}
