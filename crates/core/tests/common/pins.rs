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
    ("shop-events", "812a0b8eedaca122"),
    ("payment-dies", "f2f6d91f9f2add84"),
    ("leader-dies-in-payment", "cf0fb95cf2398221"),
    ("analytics-joins", "66993111dca8f8bf"),
    ("scale-shipping", "b0889573b80c5fed"),
    ("fan-out", "5dc7e90daba135c2"),
    ("inventory-down", "678f6c0b5241fe58"),
    ("saga", "5f8de0ad5c38ae55"),
    ("double-charge", "0b82546a826730e0"),
    ("follow-an-order", "292c5e847932de90"),
    ("event-sourcing", "839623c4f1e53762"),
    ("wrong-tracking", "2ee298cb3c67acf8"),
    ("old-events", "3e16ea071df97050"),
    ("abandoned-carts", "e97262424e523d13"),
    ("fraud-alert", "800f8e601a2005c2"),
    ("tax-reform", "e31dab9676b15690"),
    ("melody-goes-on", "6a224dde9a655928"),
    ("shop-playground", "d32c291c2121423d"),
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
