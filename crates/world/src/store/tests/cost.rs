//! What keeping everything costs. // S14

use super::super::*;
use super::common::*;
use crate::base::StateMachine;

#[test]
fn the_cost_of_the_streams_adds_up_to_that_of_the_store() {
    let mut store = sample();
    for stream in ["order-1", "cart-1"] {
        let taken = store.take_snapshot(chain(Filter::All), &Upcasters::as_stored(), &stream.into());
        assert_eq!(keep(&mut store, taken.expect("readable").expect("a stream")), StoreResponse::Kept);
    }
    let total = store.cost();
    let (mut sum, mut payload) = (Cost::default(), 0);
    for stream in ["order-1", "order-2", "cart-1", "lonely"] {
        let cost = store.stream_cost(&stream.into());
        sum.events += cost.events;
        sum.payload_bytes += cost.payload_bytes;
        sum.metadata_bytes += cost.metadata_bytes;
        sum.name_bytes += cost.name_bytes;
        sum.snapshots += cost.snapshots;
        sum.snapshot_bytes += cost.snapshot_bytes;
    }
    sum.name_bytes += "Counted".len() as u64 + "Other".len() as u64;
    assert_eq!(sum, total);
    for event in store.read(&Filter::All, GlobalPosition::START) {
        payload += event.data.len() as u64;
    }
    assert_eq!((total.payload_bytes, total.events, total.snapshots), (payload, store.events(), 2));
    assert_eq!(total.with_snapshots(), total.without_snapshots() + total.snapshot_bytes);
    // It is what a snapshot of the machine takes, but for a few bytes a stream and a length an event.
    let bytes = store.snapshot().len() as u64;
    let least = total.with_snapshots() + total.events;
    assert!((least..least + 200).contains(&bytes), "{bytes} for {least}");
    assert_eq!(store.stream_cost(&"none".into()), Cost::default());
}
