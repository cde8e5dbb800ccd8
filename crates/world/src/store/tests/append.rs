//! Expected versions, racers, and batches that come again. // S12

use super::super::*;
use super::common::*;
use crate::base::{CorrelationId, DomainEventId, StateMachine, Time};

fn wrong(stream: &str, expected: ExpectedVersion, actual: Option<u64>) -> StoreResponse {
    let actual = actual.map(StreamVersion);
    StoreResponse::Refused(StoreError::WrongExpectedVersion { stream: stream.into(), expected, actual })
}

#[test]
fn each_kind_of_expected_version_holds_where_it_should_and_its_error_says_expected_and_actual() {
    use ExpectedVersion::{Any, NoStream, StreamExists};
    let holds = |response: StoreResponse| matches!(response, StoreResponse::Appended(_));
    for (expected, on_nothing, on_two) in [
        (NoStream, true, false),
        (exactly(0), false, false),
        (exactly(1), false, true),
        (exactly(2), false, false),
        (exactly(u64::MAX), false, false),
        (Any, true, true),
        (StreamExists, false, true),
    ] {
        let mut store = Store::default();
        let response = append(&mut store, "s", expected, &[1]);
        if !on_nothing {
            assert_eq!(response, wrong("s", expected, None));
        }
        assert_eq!((holds(response), store.events()), (on_nothing, u64::from(on_nothing)));

        let mut store = Store::default();
        put(&mut store, "s", &[1, 2]);
        let response = append(&mut store, "s", expected, &[3]);
        if !on_two {
            assert_eq!(response, wrong("s", expected, Some(1)));
        }
        assert_eq!((holds(response), store.events()), (on_two, 2 + u64::from(on_two)));
    }
    let StoreResponse::Refused(error) = wrong("order-1", exactly(3), Some(4)) else { unreachable!() };
    assert_eq!(error.to_string(), "order-1 was expected to be version 3, but is version 4");
}

#[test]
fn of_two_racers_one_wins_and_the_other_learns_the_version_it_did_not_know() {
    for (expected, before) in [(ExpectedVersion::NoStream, 0), (exactly(1), 2)] {
        for first in 0..2 {
            let mut store = Store::default();
            if before > 0 {
                put(&mut store, "s", &[1, 2]);
            }
            let racers = [[10], [20]];
            let won = append(&mut store, "s", expected, &racers[first]);
            assert!(matches!(won, StoreResponse::Appended(_)));
            let lost = append(&mut store, "s", expected, &racers[1 - first]);
            assert_eq!(lost, wrong("s", expected, Some(before)));
            assert_eq!(store.events(), before + 1);
        }
    }
}

#[test]
fn versions_count_in_the_stream_and_positions_are_the_command_and_the_place_in_its_batch() {
    let mut store = Store::default();
    let first = put(&mut store, "a", &[1, 2]);
    assert_eq!((first.first, first.last, first.position), (StreamVersion(0), StreamVersion(1), at(1, 1)));
    // A command that is refused has a number, and no event.
    append(&mut store, "a", ExpectedVersion::NoStream, &[3]);
    let other = put(&mut store, "b", &[1, 2, 3]);
    assert_eq!((other.first, other.last, other.position), (StreamVersion(0), StreamVersion(2), at(3, 2)));
    let more = put(&mut store, "a", &[4]);
    assert_eq!((more.first, more.last, more.position), (StreamVersion(2), StreamVersion(2), at(4, 0)));
    let positions: Vec<_> = store.read(&Filter::All, GlobalPosition::START).map(|event| event.position).collect();
    assert_eq!(positions, [at(1, 0), at(1, 1), at(3, 0), at(3, 1), at(3, 2), at(4, 0)]);
}

#[test]
fn everything_that_is_said_of_an_event_is_kept() {
    let mut store = Store::default();
    let given = NewEvent {
        id: DomainEventId(u128::MAX),
        event_type: "OrderPlaced".into(),
        schema: SchemaVersion(u16::MAX),
        correlation: CorrelationId(1 << 70),
        causation: Some(DomainEventId(5).into()),
        data: b"what happened".as_slice().into(),
    };
    store.apply(&command(123, "order-9", ExpectedVersion::NoStream, vec![given.clone()]));
    let page = store.page(&Filter::All, GlobalPosition::START, 10).expect("a page");
    let expected = RecordedEvent {
        stream: "order-9".into(),
        version: StreamVersion(0),
        position: at(1, 0),
        at: Time(123),
        id: given.id,
        event_type: given.event_type,
        schema: given.schema,
        correlation: given.correlation,
        causation: given.causation,
        data: given.data,
    };
    assert_eq!(page.events, [expected]);
}

#[test]
fn time_never_goes_back_when_a_leader_with_a_slow_clock_takes_over() {
    let mut store = Store::default();
    for (n, time) in [(1, 100), (2, 50), (3, 101)] {
        store.apply(&command(time, "s", ExpectedVersion::Any, vec![event(n)]));
    }
    let times: Vec<_> = store.read(&Filter::All, GlobalPosition::START).map(|event| event.at.0).collect();
    assert_eq!(times, [100, 100, 101]);
}

#[test]
fn the_same_batch_again_is_answered_as_before_and_stores_nothing() {
    for expected in [ExpectedVersion::Any, ExpectedVersion::NoStream] {
        let mut store = Store::default();
        let first = append(&mut store, "s", expected, &[1, 2, 3]);
        put(&mut store, "s", &[4]);
        put(&mut store, "t", &[1]);
        let before = store.clone();
        assert_eq!(append(&mut store, "s", expected, &[1, 2, 3]), first);
        assert_eq!(store.journal, before.journal);
        // Also behind a batch that followed it, and in its own right.
        let fourth = append(&mut store, "s", expected, &[4]);
        let StoreResponse::Appended(fourth) = fourth else { panic!("{fourth:?}") };
        assert_eq!((fourth.first, fourth.position), (StreamVersion(3), at(2, 0)));
    }
}

#[test]
fn a_batch_that_is_only_partly_the_same_is_an_error_of_its_own() {
    let mut store = Store::default();
    put(&mut store, "s", &[1, 2, 3]);
    put(&mut store, "s", &[4]);
    let before = store.clone();
    for (ids, id, stored) in [
        (&[1, 9, 3][..], 1, 0), // another second one
        (&[2, 1, 3], 2, 1),     // another order
        (&[1, 2, 3, 9], 1, 0),  // the end is new
        (&[9, 1, 2, 3], 1, 0),  // the beginning is new
        (&[1, 2], 1, 0),        // a part of it
        (&[2, 3], 2, 1),
        (&[1, 2, 3, 4], 1, 0), // two batches in one
        (&[9, 4], 4, 3),
    ] {
        let refused = append(&mut store, "s", ExpectedVersion::Any, ids);
        let (id, stored) = (DomainEventId(id), StreamVersion(stored));
        let expected = StoreError::NotTheSameBatch { stream: "s".into(), id, stored };
        assert_eq!(refused, StoreResponse::Refused(expected), "{ids:?}");
    }
    assert_eq!(store.journal, before.journal);
}

#[test]
fn ids_count_within_their_stream() {
    let mut store = Store::default();
    put(&mut store, "s", &[1, 2]);
    assert_eq!(put(&mut store, "t", &[2, 1]).first, StreamVersion(0));
    assert_eq!(store.events(), 4);
}

/// Beyond the latest events, ids are found by an index: streams of all lengths, side by side, the same ids in all.
#[test]
fn a_retry_is_recognised_however_long_the_stream_has_become() {
    let mut store = Store::default();
    let mut first = Vec::new();
    for id in 0..700_u128 {
        for stream in (0..7).filter(|stream| id < 100 * (stream + 1) + 28) {
            let name = format!("long-{stream}");
            first.push((name.clone(), id, put(&mut store, &name, &[id * 2, id * 2 + 1])));
        }
    }
    let events = store.events();
    for (name, id, appended) in first {
        assert_eq!(put(&mut store, &name, &[id * 2, id * 2 + 1]), appended);
        let refused = append(&mut store, &name, ExpectedVersion::Any, &[id * 2, 100_000]);
        assert!(matches!(refused, StoreResponse::Refused(StoreError::NotTheSameBatch { .. })), "{refused:?}");
    }
    assert_eq!(store.events(), events);
    let restored = Store::default().restore(&store.snapshot()).expect("its own snapshot");
    assert_eq!(restored, store);
}
