//! Questions that nobody had when the events were stored: projections invented today, over yesterday.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Basis;
use super::carts_left::CartsLeft;
use super::kept::{Holder, Kept};
use super::models::MOST;
use super::table::{Table, or_none, seconds};
use crate::base::{Span, Time};
use crate::shop::{ItemId, Kind, OrderId, ShopEvent, TrackingId};
use crate::store::{Event, Filter, Malformed, Projection, SchemaVersion, StreamVersion, ViewName};

/// The list from which a new projection is picked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Question {
    /// What was ordered when.
    #[default]
    OrdersByItem,
    /// Which payments failed before they succeeded.
    FailedFirst,
    /// How often orders were changed.
    Changes,
    /// Where wrong tracking numbers came in.
    WrongTracking,
    /// When carts were abandoned.
    CartsLeft,
}

impl Question {
    /// All of them.
    pub const ALL: [Question; 5] = [
        Question::OrdersByItem,
        Question::FailedFirst,
        Question::Changes,
        Question::WrongTracking,
        Question::CartsLeft,
    ];

    /// The question.
    pub fn in_words(self) -> &'static str {
        match self {
            Question::OrdersByItem => "orders by item, over time",
            Question::FailedFirst => "payments that failed first",
            Question::Changes => "how often orders were changed",
            Question::WrongTracking => "where wrong tracking numbers came in",
            Question::CartsLeft => "abandoned carts, over time",
        }
    }

    /// Whether it is answered for one stretch of time after the other.
    pub fn has_grain(self) -> bool {
        matches!(self, Question::OrdersByItem | Question::CartsLeft)
    }
}

/// How long the stretches of time are in which something is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Grain {
    /// One second.
    Second,
    /// Ten seconds.
    #[default]
    TenSeconds,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
}

impl Grain {
    /// All of them.
    pub const ALL: [Grain; 4] = [Grain::Second, Grain::TenSeconds, Grain::Minute, Grain::Hour];

    /// How long it is.
    pub fn span(self) -> Span {
        match self {
            Grain::Second => Span::secs(1),
            Grain::TenSeconds => Span::secs(10),
            Grain::Minute => Span::secs(60),
            Grain::Hour => Span::secs(3_600),
        }
    }

    /// How long it is, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Grain::Second => "each second",
            Grain::TenSeconds => "each 10 seconds",
            Grain::Minute => "each minute",
            Grain::Hour => "each hour",
        }
    }

    /// When the stretch began that a moment is in.
    fn begin(self, time: Time) -> Time {
        Time(time.0 - time.0 % self.span().0)
    }
}

/// A new projection that has folded nothing yet.
pub fn question(question: Question, grain: Grain, basis: &Basis) -> Box<dyn Kept> {
    match question {
        Question::OrdersByItem => orders_by_item(grain, basis),
        Question::FailedFirst => Holder::boxed(OrderFacts, basis, |_, facts, _, _| failed_first(facts)),
        Question::Changes => Holder::boxed(OrderFacts, basis, |_, facts, _, _| how_often(facts)),
        Question::WrongTracking => Holder::boxed(OrderFacts, basis, |_, facts, _, _| wrong_tracking(facts)),
        Question::CartsLeft => carts_left(grain, basis),
    }
}

/// What was ordered when.
#[derive(Clone, Copy, Debug)]
struct OrdersByItem(Grain);

/// How many pieces, and in how many orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Sold {
    orders: u32,
    pieces: u64,
}

impl Projection for OrdersByItem {
    type State = BTreeMap<(Time, ItemId), Sold>;
    type Effect = ();

    fn view(&self) -> ViewName {
        "orders-by-item".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Type(Kind::OrderCreated.name().into())
    }

    fn initial(&self) -> Self::State {
        BTreeMap::new()
    }

    fn apply(&self, sold: &mut Self::State, event: &Event<'_>) -> Result<(), Malformed> {
        if let ShopEvent::OrderCreated { items, .. } = ShopEvent::from_stored(event)? {
            for line in items.lines() {
                let place = sold.entry((self.0.begin(event.at), line.item)).or_default();
                place.orders += 1;
                place.pieces += u64::from(line.quantity.0);
            }
        }
        Ok(())
    }
}

fn orders_by_item(grain: Grain, basis: &Basis) -> Box<dyn Kept> {
    Holder::boxed(OrdersByItem(grain), basis, |_, sold, basis, _| {
        let mut table = Table::of(&["from", "item", "orders", "pieces"]);
        for ((from, item), sold) in sold {
            let counts = [sold.orders.to_string(), sold.pieces.to_string()];
            table.row([seconds(*from), basis.item(*item).to_string()].into_iter().chain(counts));
        }
        table.last(MOST)
    })
}

fn carts_left(grain: Grain, basis: &Basis) -> Box<dyn Kept> {
    let left = CartsLeft { window: basis.cart_window };
    // A function has no room for what it knows besides: one for each grain.
    match grain {
        Grain::Second => Holder::boxed(left, basis, |left, carts, _, now| by_grain(Grain::Second, left, carts, now)),
        Grain::TenSeconds => {
            Holder::boxed(left, basis, |left, carts, _, now| by_grain(Grain::TenSeconds, left, carts, now))
        }
        Grain::Minute => Holder::boxed(left, basis, |left, carts, _, now| by_grain(Grain::Minute, left, carts, now)),
        Grain::Hour => Holder::boxed(left, basis, |left, carts, _, now| by_grain(Grain::Hour, left, carts, now)),
    }
}

fn by_grain(grain: Grain, left: &CartsLeft, carts: &super::carts_left::LeftCarts, now: Time) -> Table {
    let mut counts = BTreeMap::<Time, u32>::new();
    for cart in left.abandoned(carts, now) {
        *counts.entry(grain.begin(cart.touched)).or_default() += 1;
    }
    let mut table = Table::of(&["from", "carts left"]);
    let (first, last) = (counts.keys().next().copied(), counts.keys().next_back().copied());
    if let (Some(first), Some(last)) = (first, last) {
        // A stretch with none is a part of the answer, but there may be very many of them.
        let begin = first.0.max(last.0.saturating_sub(grain.span().0 * (MOST as u64 - 1)));
        for from in (begin..=last.0).step_by(grain.span().0 as usize).map(Time) {
            table.row([seconds(from), counts.get(&from).copied().unwrap_or(0).to_string()]);
        }
    }
    table
}

/// What the streams of orders say about trouble.
#[derive(Clone, Copy, Debug)]
struct OrderFacts;

/// What one order went through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    /// How many facts came after the first.
    changes: u32,
    payment_failed: Option<Time>,
    paid: Option<Time>,
    /// Each tracking number, with the version and the moment with which it came in.
    tracking: Vec<(TrackingId, StreamVersion, Time)>,
    /// The wrong number, with the version and the moment with which it was corrected.
    corrected: Option<(TrackingId, StreamVersion, Time)>,
}

impl Projection for OrderFacts {
    type State = BTreeMap<OrderId, Trouble>;
    type Effect = ();

    fn view(&self) -> ViewName {
        "order-facts".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Category("order".into())
    }

    fn initial(&self) -> Self::State {
        BTreeMap::new()
    }

    fn apply(&self, orders: &mut Self::State, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        let order = fact.order().ok_or_else(|| Malformed::because("of no order"))?;
        let trouble = orders.entry(order).or_default();
        if event.version > StreamVersion(0) {
            trouble.changes += 1;
        }
        match fact {
            ShopEvent::PaymentFailed { .. } => trouble.payment_failed = trouble.payment_failed.or(Some(event.at)),
            ShopEvent::OrderConfirmed { .. } => trouble.paid = trouble.paid.or(Some(event.at)),
            ShopEvent::OrderShipped { tracking, .. } => trouble.tracking.push((tracking, event.version, event.at)),
            ShopEvent::TrackingCorrected { wrong, tracking, .. } => {
                trouble.tracking.push((tracking, event.version, event.at));
                trouble.corrected = trouble.corrected.or(Some((wrong, event.version, event.at)));
            }
            _ => {}
        }
        Ok(())
    }
}

fn failed_first(orders: &BTreeMap<OrderId, Trouble>) -> Table {
    let mut table = Table::of(&["order", "a try failed", "paid", "later by"]);
    for (order, trouble) in orders {
        if let Some(failed) = trouble.payment_failed {
            let later = trouble.paid.map(|paid| seconds(Time(paid.since(failed).0)));
            table.row([order.to_string(), seconds(failed), or_none(trouble.paid.map(seconds)), or_none(later)]);
        }
    }
    table.last(MOST)
}

fn how_often(orders: &BTreeMap<OrderId, Trouble>) -> Table {
    let mut counts = BTreeMap::<u32, (u32, OrderId)>::new();
    for (order, trouble) in orders {
        counts.entry(trouble.changes).or_insert((0, *order)).0 += 1;
    }
    let mut table = Table::of(&["changed", "orders", "such as"]);
    for (changes, (count, order)) in counts {
        let times = if changes == 1 { "once".into() } else { format!("{changes} times") };
        table.row([times, count.to_string(), format!("order-{order}")]);
    }
    table
}

fn wrong_tracking(orders: &BTreeMap<OrderId, Trouble>) -> Table {
    let mut table = Table::of(&["stream", "wrong number", "came in with", "corrected with"]);
    let place = |version: StreamVersion, at: Time| format!("version {version}, {}", seconds(at));
    for (order, trouble) in orders {
        let Some((wrong, version, at)) = trouble.corrected else { continue };
        let entry = trouble.tracking.iter().find(|(tracking, ..)| *tracking == wrong);
        let entered = entry.map(|(_, version, at)| place(*version, *at));
        table.row([format!("order-{order}"), wrong.to_string(), or_none(entered), place(version, at)]);
    }
    table.last(MOST)
}
