//! What a stream has come to after each of its events, whatever it is about, as named values.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, ToSmolStr};

use super::Basis;
use super::fields::items;
use crate::shop::views::status_after;
use crate::shop::{Cents, ItemId, ShopEvent, Status};
use crate::store::{Event, Filter, Malformed, Projection, SchemaVersion, StreamName, ViewName};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Datum {
    /// A word, or a number that is not counted with.
    Word(SmolStr),
    /// How many.
    Count(u64),
    /// Money.
    Money(Cents),
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Datum::Word(word) => f.write_str(word),
            Datum::Count(count) => count.fmt(f),
            Datum::Money(cents) => cents.fmt(f),
        }
    }
}

/// What a stream has come to: values by their names, in the order in which they came up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    status: Status,
    values: Vec<(SmolStr, Datum)>,
}

/// What an event changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which value.
    pub name: SmolStr,
    /// What it was; `None`: there was none.
    pub from: Option<Datum>,
    /// What it is.
    pub to: Datum,
}

/// What is different in a state, value by value. None ever goes away.
pub fn changes(before: &StreamState, after: &StreamState) -> Vec<Changed> {
    let changed = after.values.iter().filter(|(name, value)| before.get(name) != Some(value));
    changed.map(|(name, to)| Changed { name: name.clone(), from: before.get(name).cloned(), to: to.clone() }).collect()
}

impl StreamState {
    /// The values with their names.
    pub fn values(&self) -> &[(SmolStr, Datum)] {
        &self.values
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Datum> {
        self.values.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    fn put(&mut self, name: &'static str, value: Datum) {
        match self.values.iter_mut().find(|(other, _)| other == name) {
            Some((_, place)) => *place = value,
            None => self.values.push((SmolStr::new_static(name), value)),
        }
    }

    fn word(&mut self, name: &'static str, word: impl ToSmolStr) {
        self.put(name, Datum::Word(word.to_smolstr()));
    }

    fn count(&mut self, name: &'static str, more: u64) {
        let before = if let Some(Datum::Count(count)) = self.get(name) { *count } else { 0 };
        self.put(name, Datum::Count(before.saturating_add(more)));
    }

    fn uncount(&mut self, name: &'static str, fewer: u64) {
        let before = if let Some(Datum::Count(count)) = self.get(name) { *count } else { 0 };
        self.put(name, Datum::Count(before.saturating_sub(fewer)));
    }

    fn money(&mut self, name: &'static str, more: Cents) {
        let before = if let Some(Datum::Money(cents)) = self.get(name) { *cents } else { Cents::ZERO };
        self.put(name, Datum::Money(Cents(before.0.saturating_add(more.0))));
    }
}

/// The fold of one stream, whatever it is about.
#[derive(Clone, Debug)]
pub struct StreamFold {
    /// Which stream.
    pub stream: StreamName,
    /// What is known of the shop.
    pub basis: Basis,
}

impl StreamFold {
    fn of_order(&self, state: &mut StreamState, fact: &ShopEvent) {
        let status = status_after(state.status, fact);
        state.status = status;
        state.word("status", status);
        match fact {
            ShopEvent::OrderCreated { user, items: lines, total, .. } => {
                state.word("customer", user);
                state.word("items", items(lines, &self.basis));
                state.put("total", Datum::Money(*total));
            }
            ShopEvent::OrderConfirmed { payment, .. } => state.word("paid by payment", payment),
            ShopEvent::PaymentFailed { .. } => state.word("a payment failed", "yes"),
            ShopEvent::OutOfStock { item, .. } => state.word("not enough of", self.basis.item(*item)),
            ShopEvent::CancelRequested { .. } => state.word("asked to let it be", "yes"),
            ShopEvent::OrderRejected { reason, .. } => state.word("because", reason),
            ShopEvent::OrderCancelled { reason, .. } => state.word("because", reason),
            ShopEvent::OrderShipped { tracking, .. } | ShopEvent::TrackingCorrected { tracking, .. } => {
                state.word("tracking number", tracking);
            }
            _ => {}
        }
    }

    fn of_others(&self, state: &mut StreamState, fact: &ShopEvent) {
        match fact {
            ShopEvent::PaymentProcessed { payment, amount, .. } => {
                state.word("status", "captured");
                state.word("payment", payment);
                state.money("captured", *amount);
            }
            ShopEvent::PaymentDeclined { reason, .. } => {
                state.word("status", "declined");
                state.word("because", reason);
            }
            ShopEvent::PaymentFailed { .. } => state.word("a try failed", "yes"),
            ShopEvent::RefundFailed { .. } => state.word("a try to refund failed", "yes"),
            ShopEvent::PaymentRefunded { amount, reason, .. } => {
                state.word("status", "refunded");
                state.money("refunded", *amount);
                state.word("because", reason);
            }
            ShopEvent::ItemReserved { quantity, .. } => {
                state.uncount("available", quantity.0.into());
                state.count("reserved", quantity.0.into());
            }
            ShopEvent::ItemReleased { quantity, .. } => {
                state.uncount("reserved", quantity.0.into());
                state.count("available", quantity.0.into());
            }
            ShopEvent::ItemSent { quantity, .. } => {
                state.uncount("reserved", quantity.0.into());
                state.count("sent", quantity.0.into());
            }
            ShopEvent::OutOfStock { .. } => state.count("orders that found too few", 1),
            ShopEvent::OrderShipped { tracking, .. } => {
                state.word("status", "left");
                state.word("tracking number", tracking);
            }
            ShopEvent::TrackingCorrected { tracking, .. } => state.word("tracking number", tracking),
            ShopEvent::ShippingCancelled { .. } => state.word("status", "will not leave"),
            ShopEvent::ProductViewed { item, .. } => {
                state.count("items looked at", 1);
                state.word("last", self.basis.item(*item));
            }
            ShopEvent::ItemAddedToCart { item, .. } => {
                state.count("put into a cart", 1);
                state.word("last", self.basis.item(*item));
            }
            _ => state.count("others", 1),
        }
    }
}

impl Projection for StreamFold {
    type State = StreamState;
    type Effect = ();

    fn view(&self) -> ViewName {
        "stream-state".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Stream(self.stream.clone())
    }

    fn initial(&self) -> StreamState {
        let mut state = StreamState::default();
        // How many there were at first is in no event: it is what the shop was opened with.
        if let Some(item) = self.stream.as_str().strip_prefix("stock-").and_then(|item| item.parse().ok())
            && let Some(item) = self.basis.catalog.get(ItemId(item))
        {
            state.word("item", &item.name);
            state.count("available", item.stock.0.into());
        }
        state
    }

    fn apply(&self, state: &mut StreamState, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        match self.stream.category().as_str() {
            "order" => self.of_order(state, &fact),
            _ => self.of_others(state, &fact),
        }
        Ok(())
    }
}
