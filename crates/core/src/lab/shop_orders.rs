//! The orders of a shop: all of them in short, and one with its whole story in the store.

use smol_str::{SmolStr, format_smolstr};

use super::{World, shop_scene};
use crate::base::Time;
use crate::shop::{
    Book, Catalog, Items, OrderId, ShopEvent, Status, UserId, streams, upcasters,
    views::{Changed, Field, OrderHistory, OrderState, Value},
};
use crate::store::{
    AsOf, Event, Filter, Malformed, Moment, Projection, SchemaVersion, Store, StreamName, StreamVersion, ViewName,
};

/// An order in short, as the order service has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Which.
    pub order: OrderId,
    /// Whose.
    pub user: UserId,
    /// How far it is.
    pub status: Status,
    /// What it is about and what it costs: `2 x tea, 18.00`.
    pub words: SmolStr,
}

/// The latest `most` orders, the newest first, and how many there are in all.
pub fn orders(world: &World, most: usize) -> (Vec<OrderLine>, u32) {
    let book = world.ids().find_map(|id| match &world.process(id).service()?.ledger().book {
        Book::Order(book) => Some((book, &world.process(id).service()?.config().catalog)),
        _ => None,
    });
    let Some((book, catalog)) = book else { return (Vec::new(), 0) };
    let count = book.orders().len();
    let newest = (0..count).rev().filter_map(|number| {
        let (order, row) = (OrderId(number), book.order(OrderId(number))?);
        let words = format_smolstr!("{}, {}", items(&row.items, catalog), row.total);
        Some(OrderLine { order, user: row.user, status: row.status, words })
    });
    (newest.take(most).collect(), count)
}

/// One order as the store tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderStream {
    /// The name of its stream.
    pub name: StreamName,
    /// Its facts, in order.
    pub facts: Vec<OrderFact>,
}

/// A fact of an order's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFact {
    /// Its place in the stream.
    pub version: StreamVersion,
    /// When it was stored.
    pub at: Time,
    /// What happened.
    pub kind: crate::shop::Kind,
    /// What it says: names and values.
    pub fields: Vec<(&'static str, String)>,
    /// What it changed: which field, from what, to what.
    pub changed: Vec<(&'static str, String, String)>,
    /// What the order was after it, in words.
    pub state: String,
}

/// The facts of one order, read one after the other.
struct Facts(OrderId);

impl Projection for Facts {
    type State = Vec<(StreamVersion, Time, ShopEvent)>;
    type Effect = ();

    fn view(&self) -> ViewName {
        "order-facts".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Stream(streams::order(self.0))
    }

    fn initial(&self) -> Self::State {
        Vec::new()
    }

    fn apply(&self, facts: &mut Self::State, event: &Event<'_>) -> Result<(), Malformed> {
        facts.push((event.version, event.at, ShopEvent::from_stored(event)?));
        Ok(())
    }
}

/// What the store has of an order, as far as the server knows that has applied most. `None` if it has nothing.
pub fn stream(world: &World, order: OrderId) -> Option<OrderStream> {
    let store = shop_scene::broker(world)?.store();
    let (name, known) = (streams::order(order), upcasters());
    let facts = store.stream_state(Facts(order), &known, &name, AsOf::Moment(Moment::Now)).ok()?;
    if facts.is_empty() {
        return None;
    }
    let catalog = world.ids().find_map(|id| Some(&world.process(id).service()?.config().catalog));
    let wanted = facts.iter().find_map(|(_, _, fact)| match fact {
        ShopEvent::OrderCreated { items, .. } => Some(items),
        _ => None,
    });
    let about = wanted.zip(catalog).map(|(wanted, catalog)| items(wanted, catalog)).unwrap_or_default();
    let told = |(version, at, fact): &(StreamVersion, Time, ShopEvent)| {
        let state = state_after(store, order, &name, *version);
        let changed = state.versions.last().map(|last| last.changed.iter().map(change).collect()).unwrap_or_default();
        let fields = fields(fact, catalog);
        OrderFact { version: *version, at: *at, kind: fact.kind(), fields, changed, state: in_words(&state, &about) }
    };
    Some(OrderStream { facts: facts.iter().map(told).collect(), name })
}

/// What an order was after a version: the fold of its facts up to it.
fn state_after(store: &Store, order: OrderId, name: &StreamName, version: StreamVersion) -> OrderState {
    store.stream_state(OrderHistory { order }, &upcasters(), name, AsOf::Version(version)).unwrap_or_default()
}

fn in_words(state: &OrderState, about: &str) -> String {
    let money = match state.status {
        Status::Confirmed | Status::Cancelling | Status::Shipped if state.payment.is_some() => "paid ",
        Status::Cancelled => "given back ",
        _ => "to pay ",
    };
    let mut words = format!("{}, {money}{}, {about}", state.status, state.total);
    if let Some(tracking) = state.tracking {
        words += &format!(", parcel t-{}", tracking.0);
    }
    words
}

fn change(changed: &Changed) -> (&'static str, String, String) {
    let field = match changed.field {
        Field::Status => "status",
        Field::Total => "total",
        Field::Payment => "paymentId",
        Field::Tracking => "trackingId",
        Field::PaymentFailed => "a payment failed",
        Field::CancelRequested => "cancel requested",
    };
    let value = |value: Value| match value {
        Value::Nothing => "nothing".into(),
        Value::Status(status) => status.to_string(),
        Value::Amount(amount) => amount.to_string(),
        Value::Payment(payment) => format!("p-{}", payment.0),
        Value::Tracking(tracking) => format!("t-{}", tracking.0),
        Value::Flag(flag) => if flag { "yes" } else { "no" }.into(),
    };
    (field, value(changed.from), value(changed.to))
}

/// `2 x tea, 1 x cup`.
fn items(items: &Items, catalog: &Catalog) -> String {
    let name = |item| catalog.get(item).map_or_else(|| format!("item {item}"), |item| item.name.to_string());
    let parts: Vec<String> = items.lines().iter().map(|l| format!("{} x {}", l.quantity, name(l.item))).collect();
    parts.join(", ")
}

/// What a fact of an order says, under the names that the article gives them.
fn fields(fact: &ShopEvent, catalog: Option<&Catalog>) -> Vec<(&'static str, String)> {
    let seconds = |time: Time| format!("{}.{:03}", time.0 / 1_000_000, time.0 / 1_000 % 1_000);
    let mut fields: Vec<(&'static str, String)> =
        fact.order().map(|o| ("orderId", o.to_string())).into_iter().collect();
    let more: Vec<(&'static str, String)> = match fact {
        ShopEvent::OrderCreated { user, items: wanted, total, timestamp, .. } => {
            let wanted = catalog.map(|catalog| items(wanted, catalog)).unwrap_or_default();
            let total = total.to_string();
            vec![("userId", user.to_string()), ("items", wanted), ("total", total), ("timestamp", seconds(*timestamp))]
        }
        ShopEvent::OrderConfirmed { payment, timestamp, .. } => {
            vec![("paymentId", format!("p-{}", payment.0)), ("timestamp", seconds(*timestamp))]
        }
        ShopEvent::OrderShipped { tracking, timestamp, .. } => {
            vec![("trackingId", format!("t-{}", tracking.0)), ("timestamp", seconds(*timestamp))]
        }
        ShopEvent::TrackingCorrected { wrong, tracking, timestamp, .. } => {
            let (wrong, right) = (format!("t-{}", wrong.0), format!("t-{}", tracking.0));
            vec![("wrong", wrong), ("trackingId", right), ("timestamp", seconds(*timestamp))]
        }
        ShopEvent::OrderRejected { reason, timestamp, .. } => {
            vec![("reason", reason.to_string()), ("timestamp", seconds(*timestamp))]
        }
        ShopEvent::OrderCancelled { reason, timestamp, .. } => {
            vec![("reason", reason.to_string()), ("timestamp", seconds(*timestamp))]
        }
        ShopEvent::OutOfStock { item, .. } => vec![("itemId", item.to_string())],
        _ => Vec::new(),
    };
    fields.extend(more);
    fields
}
