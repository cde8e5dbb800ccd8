//! The workloads by which a store is measured, and what figure each comes to.
//!
//! There is no clock here: whoever asks for a figure brings one, so that the same work is measured natively and in wasm.

use std::sync::Arc;

use super::as_of::History;
use super::command::{Action, Append, StoreCommand, StoreResponse};
use super::event::{Event, NewEvent};
use super::expected::ExpectedVersion;
use super::ids::{SchemaVersion, ViewName};
use super::machine::Store;
use super::moment::Moment;
use super::position::GlobalPosition;
use super::projection::Projection;
use super::projector::Projector;
use super::upcast::{Malformed, Upcasters};
use crate::base::{CorrelationId, DomainEventId, StateMachine, Stream, Time, sort_by};

/// Seconds since some moment.
pub type Clock<'a> = &'a mut dyn FnMut() -> f64;

/// How many events are stored, folded, and looked back at.
pub const EVENTS: u32 = 1_000_000;

/// How many events a realistic batch has.
pub const BATCH: u32 = 4;

/// How often throughputs are measured: the median counts.
const REPETITIONS: usize = 5;
/// How many commands are made at a time, before they are timed.
const ROUND: u32 = 20_000;
/// How many events an order has.
const EVENTS_OF_ORDER: u32 = 8;
/// How many orders are under way at a time.
const ORDERS_AT_ONCE: u32 = 64;
/// Of how many folded events each snapshot is the newest for.
const EVERY: u32 = 1_000;
const LOOKS: usize = 2_000;
const TYPES: [&str; 8] = [
    "OrderCreated",
    "StockReserved",
    "PaymentRequested",
    "PaymentProcessed",
    "OrderConfirmed",
    "ParcelPacked",
    "OrderShipped",
    "OrderDelivered",
];

/// Events appended in a second, in batches of this many, each to the stream of one of many orders and with the version
/// that it has. `store_appends_per_second` is this for batches of one, where an event is an append.
pub fn appends_per_second(clock: Clock<'_>, batch: u32) -> f64 {
    median((0..REPETITIONS).map(|_| fill(EVENTS, batch, Some(clock)).1).collect())
}

/// Events folded in a second, `store_projected_per_second`.
pub fn projected_per_second(clock: Clock<'_>) -> f64 {
    let (store, _) = fill(EVENTS, BATCH, None);
    let rate = |_| {
        let mut projector = Projector::new(Revenue, Upcasters::as_stored());
        let before = clock();
        // In steps, as a live view takes them.
        while projector.step(&store, 1_000).is_ok_and(|step| !step.at_end) {}
        let seconds = clock() - before;
        assert_eq!(projector.state().events, u64::from(EVENTS), "something was left out");
        f64::from(EVENTS) / seconds.max(1e-9)
    };
    median((0..REPETITIONS).map(rate).collect())
}

/// The microseconds that 99 of 100 readings of a view as of a random position among all events do not exceed,
/// `store_read_as_of_p99_us`.
pub fn read_as_of_p99_us(clock: Clock<'_>) -> f64 {
    let (store, _) = fill(EVENTS, BATCH, None);
    let mut history = History::new(Revenue, Upcasters::as_stored(), EVERY);
    let done = history.advance(&store, EVENTS);
    assert!(done.is_ok_and(|progress| progress.done == progress.of), "something was left out");
    let mut chance = Stream::new(1, "looks");
    let looks = (0..LOOKS).map(|_| {
        let place = chance.below(BATCH);
        let mut position = GlobalPosition { place, ..GlobalPosition::START };
        position.command.0 = 1 + u64::from(chance.below(EVENTS / BATCH));
        let before = clock();
        let state = history.as_of(&store, Moment::Position(position));
        let seconds = clock() - before;
        let expected = (position.command.0 - 1) * u64::from(BATCH) + u64::from(place) + 1;
        assert!(state.is_ok_and(|state| state.events == expected), "not the state after {position}");
        seconds * 1e6
    });
    sorted(looks.collect())[(LOOKS - 1) * 99 / 100]
}

/// A store of a million shop events in realistic batches.
pub fn store(events: u32) -> Store {
    fill(events, BATCH, None).0
}

/// A store with so many events, and how many were appended a second if there is a clock.
fn fill(events: u32, batch: u32, mut clock: Option<Clock<'_>>) -> (Store, f64) {
    let (mut store, mut seconds, mut refused) = (Store::default(), 0.0, 0_u32);
    let appends = events / batch;
    let mut made = 0;
    while made < appends {
        let until = appends.min(made + ROUND);
        let commands: Vec<StoreCommand> = (made..until).map(|number| command(number, batch)).collect();
        let before = clock.as_mut().map_or(0.0, |clock| clock());
        for command in &commands {
            refused += u32::from(!matches!(store.apply(command), StoreResponse::Appended(_)));
        }
        seconds += clock.as_mut().map_or(0.0, |clock| clock()) - before;
        made = until;
    }
    assert_eq!((refused, store.events()), (0, u64::from(appends * batch)), "something was refused");
    (store, f64::from(appends * batch) / seconds.max(1e-9))
}

/// The append of this number. Orders take turns, so that the events of one are not neighbours.
fn command(number: u32, batch: u32) -> StoreCommand {
    let appends_of_order = (EVENTS_OF_ORDER / batch).max(1);
    let group = number / (ORDERS_AT_ONCE * appends_of_order);
    let order = group * ORDERS_AT_ONCE + number % ORDERS_AT_ONCE;
    let turn = number / ORDERS_AT_ONCE % appends_of_order;
    let event = |n: u32| {
        let version = turn * batch + n;
        let mut data = [0_u8; 48];
        data[..8].copy_from_slice(&u64::from(order % 997).to_le_bytes());
        NewEvent {
            id: DomainEventId(u128::from(order) << 8 | u128::from(version)),
            event_type: TYPES[version as usize % TYPES.len()].into(),
            schema: SchemaVersion::FIRST,
            correlation: CorrelationId(u128::from(order)),
            causation: (version > 0).then(|| DomainEventId(u128::from(order) << 8 | u128::from(version - 1)).into()),
            data: Arc::new(data),
        }
    };
    let events = (0..batch).map(event).collect();
    let expected = match u64::from(turn * batch).checked_sub(1) {
        Some(version) => ExpectedVersion::Exact(super::ids::StreamVersion(version)),
        None => ExpectedVersion::NoStream,
    };
    let stream = super::ids::StreamName(smol_str::format_smolstr!("order-{order}"));
    StoreCommand {
        at: Time(1_000_000 + u64::from(number) * 10),
        action: Action::Append(Append { stream, expected, events }),
    }
}

/// The fold that is measured: it looks at each event's type and payload.
#[derive(Clone, Debug)]
struct Revenue;

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Money {
    events: u64,
    orders: u64,
    shipped: u64,
    cents: u64,
}

impl Projection for Revenue {
    type State = Money;
    type Effect = ();

    fn view(&self) -> ViewName {
        ViewName::from("revenue")
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn initial(&self) -> Money {
        Money::default()
    }

    fn apply(&self, money: &mut Money, event: &Event<'_>) -> Result<(), Malformed> {
        let cents = event.data.first_chunk().ok_or_else(|| Malformed::because("no amount"))?;
        money.events += 1;
        match event.event_type().as_str() {
            "OrderCreated" => money.orders += 1,
            "PaymentProcessed" => money.cents += u64::from_le_bytes(*cents),
            "OrderShipped" => money.shipped += 1,
            _ => {}
        }
        Ok(())
    }
}

fn median(numbers: Vec<f64>) -> f64 {
    sorted(numbers)[REPETITIONS / 2]
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    sort_by(&mut numbers, |a, b| a < b);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done_and_comes_to_the_same_each_time() {
        let (one, other) = (store(4_000), store(4_000));
        assert_eq!(one, other);
        assert_eq!((one.events(), one.commands().0), (4_000, 1_000));
        assert_eq!(fill(4_000, 1, None).0.head().streams, one.head().streams);
    }
}
