//! Golden traces: every preset goes the same way on every machine, and comes to what it claims.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/pins.rs"]
mod pins;

use tutti_core::base::Time;
use tutti_core::bus::workload::cycles;
use tutti_core::scenario::presets;
use tutti_core::timeline::{judge, written};

use pins::{BUS, EXPORTS, PINS, exports, hash};

#[test]
fn every_preset_comes_to_what_it_claims() {
    for name in presets::names() {
        let scenario = presets::get(name).expect("it is read by another test");
        let report = judge(&scenario, Time::from(scenario.duration), None);
        let failed: Vec<_> = report.expectations.iter().filter(|judged| judged.held != Some(true)).collect();
        assert!(report.held(), "{name}: {failed:?} {:?}", report.run.violations());
    }
}

/// The same list is held against the traces in wasm, in `wasm.rs`.
#[test]
fn the_traces_of_the_presets_are_the_pinned_ones() {
    let found: Vec<_> = presets::names().map(|name| (name, written(hash(name)))).collect();
    let pinned: Vec<_> = PINS.iter().map(|&(name, hash)| (name, hash.into())).collect();
    assert_eq!(found, pinned, "if the protocol or a preset was meant to change, pin what is found");
}

/// And in wasm.
#[test]
fn the_state_of_the_bus_is_the_pinned_one() {
    assert_eq!(cycles(16, 5_000).checksum, BUS);
}

/// And in wasm: a page writes the same file, byte for byte.
#[test]
fn the_files_for_other_tools_are_the_pinned_ones() {
    assert_eq!(exports(), EXPORTS);
}
