//! What an order is about.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{Cents, ItemId, Quantity};

/// One item of an order, at the price that held when it was placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    /// Which item.
    pub item: ItemId,
    /// How many of it.
    pub quantity: Quantity,
    /// The price of one piece.
    pub price: Cents,
}

/// The lines of an order. Every event and row that names them shares them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Items(pub Arc<[Line]>);

impl Items {
    /// The lines.
    #[inline]
    pub fn lines(&self) -> &[Line] {
        &self.0
    }

    /// What they cost together; `None` if it is beyond all numbers.
    pub fn total(&self) -> Option<Cents> {
        self.0.iter().try_fold(Cents::ZERO, |sum, line| sum.plus(line.price.times(line.quantity)?))
    }
}

impl FromIterator<Line> for Items {
    fn from_iter<I: IntoIterator<Item = Line>>(lines: I) -> Self {
        Items(lines.into_iter().collect())
    }
}

/// How many of an item are left after what an event tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Left {
    /// Which item.
    pub item: ItemId,
    /// How many of it can still be sold.
    pub left: Quantity,
}
