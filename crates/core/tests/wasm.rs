//! The core compiled to wasm, in a real browser: `wasm-pack test --headless --chrome crates/core`.
#![cfg(target_arch = "wasm32")]

#[path = "common/chain.rs"]
mod chain;
#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/pins.rs"]
mod pins;

use tutti_core::base::{Span, Time};
use tutti_core::bus::workload::cycles;
use tutti_core::lab::{NodeOrder, Order, Target};
use tutti_core::scenario::presets;
use tutti_core::timeline::{Timeline, written};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use chain::{CHAIN_HASH, chain_hash};
use cluster::setup;
use pins::{BUS, EXPORTS, PINS, exports, hash};

wasm_bindgen_test_configure!(run_in_browser);

/// D5: the same list is held against the traces made natively, in `presets.rs`.
#[wasm_bindgen_test]
fn the_traces_of_the_presets_are_the_pinned_ones() {
    assert_eq!(size_of::<usize>(), 4, "this is to be another platform than the native one");
    let found: Vec<_> = presets::names().map(|name| (name, written(hash(name)))).collect();
    let pinned: Vec<_> = PINS.iter().map(|&(name, hash)| (name, hash.into())).collect();
    assert_eq!(found, pinned);
}

#[wasm_bindgen_test]
fn the_trace_of_a_chain_of_direct_calls_is_the_pinned_one() {
    assert_eq!(chain_hash(), CHAIN_HASH);
}

#[wasm_bindgen_test]
fn the_state_of_the_bus_is_the_pinned_one() {
    assert_eq!(cycles(16, 5_000).checksum, BUS);
}

#[wasm_bindgen_test]
fn the_files_for_other_tools_are_the_pinned_ones() {
    assert_eq!(exports(), EXPORTS);
}

#[wasm_bindgen_test]
fn a_seek_finds_the_state_of_a_fresh_run_and_frames_make_no_difference() {
    let order = || Order::To { target: Target::Leader, what: NodeOrder::Crash };
    let mut timeline = Timeline::new(setup(5, 200, 3), vec![(Time(1_000_000), order())]);
    timeline.set_spacing(200);
    while timeline.now() < Time(3_000_000) {
        timeline.advance(timeline.now() + Span(16_667));
    }
    for time in [2_500_000, 400_000, 1_000_000, 2_000_001] {
        timeline.seek(Time(time));
        let mut fresh = Timeline::new(setup(5, 200, 3), vec![(Time(1_000_000), order())]);
        fresh.seek(Time(time));
        assert_eq!(fresh.run().digest(), timeline.run().digest(), "at {time} us");
    }
}
