//! Snapshots of streams. // S14

use super::super::*;
use super::common::*;
use crate::base::StateMachine;

const STREAM: &str = "order-1";

fn state(store: &Store, as_of: AsOf) -> Links {
    let upcasters = Upcasters::as_stored();
    store.stream_state(chain(Filter::All), &upcasters, &STREAM.into(), as_of).expect("readable")
}

fn replayed(store: &Store, events: usize) -> Links {
    Links::of(store.read(&Filter::Stream(STREAM.into()), GlobalPosition::START).take(events))
}

/// A stream with a snapshot at every third version.
fn with_snapshots() -> Store {
    let mut store = Store::default();
    for id in 0..40 {
        put(&mut store, STREAM, &[id]);
        put(&mut store, "other", &[id]);
        if id % 3 == 0 {
            let taken = store.take_snapshot(chain(Filter::All), &Upcasters::as_stored(), &STREAM.into());
            let taken = taken.expect("readable").expect("a stream");
            assert_eq!(taken.version, StreamVersion(id as u64));
            assert_eq!(keep(&mut store, taken), StoreResponse::Kept);
        }
    }
    store
}

#[test]
fn a_snapshot_and_the_tail_equal_the_full_replay_at_every_prefix() {
    let store = with_snapshots();
    for version in 0..40 {
        let expected = replayed(&store, version as usize + 1);
        assert_eq!(state(&store, AsOf::Version(StreamVersion(version))), expected);
        // And they save the work: at most two events are behind the newest snapshot.
        let as_of = AsOf::Version(StreamVersion(version));
        let base = base(&store, as_of, None);
        let (at, _) = base.snapshot.expect("a snapshot");
        assert_eq!((at.0, base.events.len() as u64), (version / 3 * 3, version % 3));
        assert_eq!((base.last, base.next), (Some(StreamVersion(version)), None));
    }
    for event in store.read(&Filter::All, GlobalPosition::START) {
        let known = store.read(&Filter::Stream(STREAM.into()), GlobalPosition::START);
        let known = known.filter(|other| other.position <= event.position).count();
        assert_eq!(state(&store, AsOf::Moment(Moment::Position(event.position))), replayed(&store, known));
        assert_eq!(state(&store, AsOf::Moment(Moment::Time(event.at))), replayed(&store, known));
    }
    assert_eq!(state(&store, AsOf::Moment(Moment::Position(GlobalPosition::START))), Links::default());
    assert_eq!(state(&store, AsOf::Moment(Moment::Now)), replayed(&store, 40));
    assert_eq!(state(&store, AsOf::Version(StreamVersion(u64::MAX))), replayed(&store, 40));
}

fn base(store: &Store, as_of: AsOf, below: Option<StreamVersion>) -> Base {
    let (stream, view) = (STREAM.into(), "chain".into());
    match store.query(&StoreQuery::StateAsOf { stream, view, as_of, below, limit: 100 }) {
        StoreAnswer::Base(base) => base,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_snapshot_that_is_unreadable_or_newer_or_of_something_else_is_passed_over() {
    let good = with_snapshots();
    let last = base(&good, AsOf::Moment(Moment::Now), None).snapshot.expect("one").1;
    let older = base(&good, AsOf::Version(StreamVersion(12)), None).snapshot.expect("one").1;
    let state_of_another = Links { events: 1_000, chain: 1 };
    let seal = |view: &str, of: &str, upto, format| {
        Snapshot::seal(&view.into(), of, upto, SchemaVersion(format), &state_of_another)
    };
    let mut flipped = last.bytes.to_vec();
    flipped[9] ^= 0x10;
    for wrong in [
        Snapshot { bytes: [].into(), ..last.clone() },
        Snapshot { bytes: [0xff; 40].into(), ..last.clone() },
        Snapshot { bytes: last.bytes[..last.bytes.len() - 1].into(), ..last.clone() },
        Snapshot { bytes: flipped.into(), ..last.clone() },
        // Of newer code, whatever it has in it.
        seal("chain", STREAM, 39, 2),
        // Of another view, another stream, another version.
        seal("other", STREAM, 39, 1),
        seal("chain", "other", 39, 1),
        older,
    ] {
        let mut store = good.clone();
        let (stream, view, version) = (STREAM.into(), "chain".into(), StreamVersion(39));
        assert_eq!(
            keep(&mut store, KeepSnapshot { stream, view, version, snapshot: wrong.clone() }),
            StoreResponse::Kept
        );
        assert_eq!(state(&store, AsOf::Moment(Moment::Now)), replayed(&store, 40), "trusted: {wrong:?}");
        // Who reads from elsewhere asks again below it.
        let first = base(&store, AsOf::Moment(Moment::Now), None);
        assert_eq!(first.snapshot, Some((version, wrong)));
        let second = base(&store, AsOf::Moment(Moment::Now), Some(version));
        assert_eq!(second.snapshot.expect("an older one").0, StreamVersion(36));
        assert_eq!(second.events.len(), 3);
    }
    // When all are of older code, everything is replayed.
    let newer = Chain { filter: Filter::All, format: 2 };
    let state = good.stream_state(newer, &Upcasters::as_stored(), &STREAM.into(), AsOf::Moment(Moment::Now));
    assert_eq!(state, Ok(replayed(&good, 40)));
}

#[test]
fn a_snapshot_of_the_machine_brings_back_all_of_it() {
    for store in [Store::default(), sample(), with_snapshots()] {
        let bytes = store.snapshot();
        let restored = Store::default().restore(&bytes).expect("its own snapshot");
        assert_eq!(restored, store);
        assert_eq!(crate::base::digest(&restored), crate::base::digest(&store));
        assert_eq!(restored.snapshot(), bytes);
        assert_eq!(restored.cost(), store.cost());
    }
}

/// Whatever is done to the bytes, they are an error or another store, which can be used and saved like any.
#[test]
fn bytes_that_are_no_snapshot_of_the_machine_are_an_error() {
    let store = with_snapshots();
    let bytes = store.snapshot();
    assert!(Store::default().restore(&[]).is_err());
    assert!(Store::default().restore(&[0xff; 9]).is_err());
    assert!(Store::default().restore(&[&bytes[..], &[0]].concat()).is_err());
    for len in 0..bytes.len() {
        assert!(Store::default().restore(&bytes[..len]).is_err(), "cut to {len}");
    }
    let mut survived = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            if let Ok(mut other) = Store::default().restore(&damaged) {
                survived += 1;
                assert_ne!(other, store);
                let again = Store::default().restore(&other.snapshot()).expect("its own");
                assert_eq!(again, other);
                append(&mut other, STREAM, ExpectedVersion::Any, &[1_000]);
                assert!(other.read(&Filter::All, GlobalPosition::START).count() as u64 == other.events());
            }
        }
    }
    assert!(survived > 0, "payloads are anybody's");
}
