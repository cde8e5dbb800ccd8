//! The trace hashes of the presets at their ends, and what a workload of the bus and the files for other tools come to.
//! Native and wasm tests hold the same list.

use tutti_core::base::{Time, digest};
use tutti_core::scenario::presets;
use tutti_core::timeline::judge;
use tutti_export::{Format, Wanted, record};

/// Every preset and the hash of its whole trace.
pub(crate) const PINS: [(&str, &str); 28] = [
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
    ("shop-events", "857cc2369de5224a"),
    ("payment-dies", "20db1576bbc38c34"),
    ("leader-dies-in-payment", "83ce59d67bf8d0e1"),
    ("analytics-joins", "39de8453222d594b"),
    ("scale-shipping", "35b67a0c62f86edc"),
    ("fan-out", "c8e83f1bcb33c75a"),
    ("inventory-down", "7ffed0c5bd41e8a4"),
    ("saga", "cbb452ecdc9337e3"),
    ("double-charge", "a46eac0860615460"),
    ("follow-an-order", "dc06ff9ef732ddbf"),
    ("event-sourcing", "39f90ac94b45b50e"),
    ("wrong-tracking", "827d01086e8772c7"),
    ("old-events", "726b8cf4bd5e68f3"),
    ("abandoned-carts", "bf31fb9b598e357f"),
    ("fraud-alert", "f383a4a125957fcf"),
    ("tax-reform", "3f942e25d4771ed0"),
    ("melody-goes-on", "7221017bae574de9"),
    ("shop-playground", "48ce93fced676f47"),
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
