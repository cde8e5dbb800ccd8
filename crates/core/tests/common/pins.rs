//! The trace hashes of the presets at their ends, and what a workload of the bus and the files for other tools come to.
//! Native and wasm tests hold the same list.

use tutti_core::base::{Time, digest};
use tutti_core::scenario::presets;
use tutti_core::timeline::judge;
use tutti_export::{Format, Wanted, record};

/// Every preset and the hash of its whole trace.
pub(crate) const PINS: [(&str, &str); 36] = [
    ("quiet-election", "786192d0fa9ccb57"),
    ("leader-crash", "fc60512c319919e4"),
    ("split-vote", "70904a6fb59ad9c6"),
    ("minority-partition", "654e91378a6fa599"),
    ("one-way-cut", "a626475bfdd68599"),
    ("lagging-follower-snapshot", "fb9136ce69c4997e"),
    ("figure-8", "038f3083d1fe9a01"),
    ("flapping-link", "ae7b5b0cc4a80ffb"),
    ("read-after-heal", "1a363a3f236552ee"),
    ("lossy-network", "35a8af845713e811"),
    ("shop", "48414f771b687121"),
    ("payment-dies", "1fd91f09ef494312"),
    ("leader-dies-in-payment", "e973b7e35706b1ec"),
    ("analytics-joins", "6b2bda89ea789df4"),
    ("scale-shipping", "3a61fe92928415a1"),
    ("fan-out", "f05254cd8d51ec07"),
    ("inventory-down", "8d2e285e54ac00ef"),
    ("saga", "10b188952aed4a51"),
    ("double-charge", "72d8659876adc365"),
    ("order-of-keys", "4d4b8df4bccf06e9"),
    ("follow-an-order", "016339f3d142312e"),
    ("stale-status", "e14735cc117ee1ea"),
    ("own-writes", "8e296b202f33e448"),
    ("commands-and-queries", "7a8ed6a12cbb77fc"),
    ("event-sourcing", "30e1626483bc91a5"),
    ("wrong-tracking", "56c30eef33294e5f"),
    ("rebuild", "caff4fa47ede1c18"),
    ("snapshots", "f5272f239f03bd02"),
    ("counts-twice", "7d436fd1c822fcdc"),
    ("old-events", "8eac0c78266fab68"),
    ("abandoned-carts", "4615ca2eaafb4098"),
    ("fraud-alert", "f611074c129ef30c"),
    ("tax-reform", "a185283ccc1a091d"),
    ("watch-the-shop", "f3616e6f4b332677"),
    ("melody-goes-on", "9563e5276993e464"),
    ("shop-playground", "adec829aaa4ec795"),
];

/// The checksum of the bus after 5,000 records in batches of 16.
pub(crate) const BUS: u64 = 355_926_344_634_879_923;

/// The fingerprint of the first seconds of a preset in every format of other tools.
pub(crate) const EXPORTS: u64 = 12_855_080_240_434_341_103;

/// That fingerprint, as it is.
pub(crate) fn exports() -> u64 {
    let scenario = presets::get("leader-crash").expect("a preset");
    let trace = record(&scenario, Vec::new(), Time(3_000_000), Wanted::All);
    digest(&Format::ALL.map(|format| format.write(&trace)))
}

/// The hash of a preset's whole trace.
pub(crate) fn hash(name: &str) -> u64 {
    let scenario = presets::get(name).expect("a preset");
    judge(&scenario, Time::from(scenario.duration), None).run.trace_hash()
}
