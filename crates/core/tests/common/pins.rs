//! The trace hashes of the presets at their ends, and what a workload of the bus and the files for other tools come to.
//! Native and wasm tests hold the same list.

use tutti_core::base::{Time, digest};
use tutti_core::scenario::presets;
use tutti_core::timeline::judge;
use tutti_export::{Format, Wanted, record};

/// Every preset and the hash of its whole trace.
pub(crate) const PINS: [(&str, &str); 12] = [
    ("quiet-election", "786192d0fa9ccb57"),
    ("leader-crash", "fc60512c319919e4"),
    ("split-vote", "70904a6fb59ad9c6"),
    ("minority-partition", "654e91378a6fa599"),
    ("one-way-cut", "a626475bfdd68599"),
    ("lagging-follower-snapshot", "844992e2e610d99c"),
    ("figure-8", "038f3083d1fe9a01"),
    ("flapping-link", "ae7b5b0cc4a80ffb"),
    ("read-after-heal", "1a363a3f236552ee"),
    ("lossy-network", "35a8af845713e811"),
    ("shop", "9dcfef1111ba4247"),
    ("payment-dies", "f538dc22323711f8"),
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
