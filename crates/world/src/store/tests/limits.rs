//! What does not fit is refused, with the reason, and changes nothing.

use super::super::*;
use super::common::*;
use crate::base::{DomainEventId, StateMachine, Time};

fn tight() -> Limits {
    Limits {
        events: 8,
        streams: 2,
        types: 2,
        name_bytes: 10,
        event_bytes: 4,
        batch: 3,
        batch_bytes: 9,
        snapshots: 2,
        snapshot_bytes: 20,
        page: 5,
        page_bytes: 6,
    }
}

fn refused(store: &mut Store, stream: &str, events: Vec<NewEvent>) -> StoreError {
    let before = store.clone();
    match store.apply(&command(store.now().0, stream, ExpectedVersion::Any, events)) {
        StoreResponse::Refused(error) => {
            let mut same = before;
            same.commands = store.commands();
            assert_eq!(*store, same, "{error} and yet something was done");
            assert!(!error.to_string().is_empty());
            error
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn too_many(what: What, asked: u64, limit: u64) -> StoreError {
    StoreError::TooMany { what, asked, limit }
}

#[test]
fn each_limit_is_named_by_the_command_that_meets_it() {
    let mut store = Store::with_limits(tight());
    let long = "01234567890";
    assert_eq!(refused(&mut store, "s", vec![]), StoreError::EmptyBatch);
    assert_eq!(refused(&mut store, "", vec![event(1)]), StoreError::EmptyName { what: What::StreamNameBytes });
    assert_eq!(refused(&mut store, long, vec![event(1)]), too_many(What::StreamNameBytes, 11, 10));
    let unnamed = StoreError::EmptyName { what: What::TypeNameBytes };
    assert_eq!(refused(&mut store, "s", vec![typed(1, "", 1, b"")]), unnamed);
    assert_eq!(refused(&mut store, "s", vec![typed(1, long, 1, b"")]), too_many(What::TypeNameBytes, 11, 10));
    assert_eq!(refused(&mut store, "s", vec![typed(1, "T", 0, b"")]), StoreError::NoSchemaVersion);
    assert_eq!(refused(&mut store, "s", vec![typed(1, "T", 1, b"12345")]), too_many(What::EventBytes, 5, 4));
    assert_eq!(refused(&mut store, "s", (0..4).map(event).collect()), too_many(What::BatchEvents, 4, 3));
    let heavy = (0..3).map(|id| typed(id, "T", 1, b"1234")).collect();
    assert_eq!(refused(&mut store, "s", heavy), too_many(What::BatchBytes, 12, 9));
    assert_eq!(refused(&mut store, "s", vec![event(1), event(1)]), StoreError::IdTwice { id: DomainEventId(1) });

    let three = ["A", "B", "C"].map(|name| typed(name.as_bytes()[0].into(), name, 1, b"")).to_vec();
    assert_eq!(refused(&mut store, "s", three), too_many(What::Types, 3, 2));
    put_event(&mut store, "s", typed(1, "A", 1, b""));
    put_event(&mut store, "s", typed(2, "B", 1, b""));
    assert_eq!(refused(&mut store, "s", vec![typed(3, "C", 1, b"")]), too_many(What::Types, 3, 2));
    put_event(&mut store, "t", typed(3, "B", 1, b""));
    assert_eq!(refused(&mut store, "u", vec![typed(4, "A", 1, b"")]), too_many(What::Streams, 3, 2));
    for id in 4..=8 {
        put_event(&mut store, "t", typed(id, "B", 1, b"12"));
    }
    assert_eq!(refused(&mut store, "t", vec![typed(9, "B", 1, b"")]), too_many(What::Events, 9, 8));
    // A retry needs no room.
    assert_eq!(put_event(&mut store, "t", typed(8, "B", 1, b"12")).first, StreamVersion(5));

    let page = |limit| store.query(&StoreQuery::All { filter: Filter::All, from: GlobalPosition::START, limit });
    assert_eq!(page(0), StoreAnswer::Refused(StoreError::EmptyPage));
    assert_eq!(page(6), StoreAnswer::Refused(too_many(What::PageEvents, 6, 5)));
    // A page ends when it is heavy enough.
    let late = store.page(&Filter::Stream("t".into()), GlobalPosition::START, 5).expect("a page");
    assert_eq!(late.events.len(), 4);
    let stream = StreamName::from("u");
    assert_eq!(
        store.stream_page(&stream, StreamVersion(0), Direction::Forwards, 1),
        Err(StoreError::NoSuchStream { stream })
    );
}

#[test]
fn each_limit_of_snapshots_is_named() {
    let mut store = Store::with_limits(tight());
    put(&mut store, "s", &[1, 2, 3]);
    let snapshot = |view: &str, version, bytes: usize, format| KeepSnapshot {
        stream: "s".into(),
        view: view.into(),
        version: StreamVersion(version),
        snapshot: Snapshot { format: SchemaVersion(format), bytes: vec![0; bytes].into() },
    };
    let mut refused =
        |keep: KeepSnapshot| match store.apply(&StoreCommand { at: Time(0), action: Action::KeepSnapshot(keep) }) {
            StoreResponse::Refused(error) => Some(error),
            _ => None,
        };
    let future = |version| StoreError::SnapshotOfTheFuture {
        stream: "s".into(),
        version: StreamVersion(version),
        actual: StreamVersion(2),
    };
    assert_eq!(refused(snapshot("v", 3, 1, 1)), Some(future(3)));
    assert_eq!(refused(snapshot("v", u64::MAX, 1, 1)), Some(future(u64::MAX)));
    assert_eq!(refused(snapshot("v", 0, 21, 1)), Some(too_many(What::SnapshotBytes, 21, 20)));
    assert_eq!(refused(snapshot("v", 0, 1, 0)), Some(StoreError::NoSchemaVersion));
    assert_eq!(refused(snapshot("", 0, 1, 1)), Some(StoreError::EmptyName { what: What::ViewNameBytes }));
    let nowhere = KeepSnapshot { stream: "u".into(), ..snapshot("v", 0, 1, 1) };
    assert_eq!(refused(nowhere), Some(StoreError::NoSuchStream { stream: "u".into() }));
    assert_eq!(refused(snapshot("v", 0, 1, 1)), None);
    assert_eq!(refused(snapshot("w", 0, 1, 1)), None);
    assert_eq!(refused(snapshot("v", 1, 1, 1)), Some(too_many(What::Snapshots, 3, 2)));
    // One of the same version takes its place.
    assert_eq!(refused(snapshot("w", 0, 7, 2)), None);
    assert_eq!(store.cost().snapshot_bytes, 8);
    assert_eq!(store.stream_cost(&"s".into()).snapshots, 2);
}

#[test]
fn a_limit_above_the_highest_is_the_highest() {
    let all = Limits { events: u32::MAX, types: u32::MAX, event_bytes: u32::MAX, ..Limits::default() };
    let limits = *Store::with_limits(all).limits();
    assert_eq!((limits.events, limits.types), (u32::MAX - 1, Limits::HIGHEST.types));
}
