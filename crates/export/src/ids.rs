//! Ids and times as tools for tracing want them, made so that the same run gives the same bytes.

use std::fmt;

use tutti_core::base::{EventId, Time, digest};

/// The moment in Unix time, in seconds, that a run begins at in formats which want one: the start of 2020, in UTC. A run
/// has no date of its own, and with the date of the day its files would differ from one day to the next.
pub const EPOCH: u64 = 1_577_836_800;

/// A moment as microseconds of Unix time.
pub(super) fn unix_micros(time: Time) -> u64 {
    (EPOCH * 1_000_000).saturating_add(time.0)
}

/// A moment as nanoseconds of Unix time.
pub(super) fn unix_nanos(time: Time) -> u64 {
    unix_micros(time).saturating_mul(1_000)
}

/// The id of a story: 16 bytes, never all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

/// The id of a span: 8 bytes, never all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(u64);

impl TraceId {
    /// Of the story that begins with an event. `salt` stands for the run: its scenario and seed.
    pub(super) fn new(salt: u64, event: EventId) -> TraceId {
        let half = |which: &str| u128::from(digest(&(salt, which, event)));
        TraceId((half("story") << 64 | half("run")).max(1))
    }
}

impl SpanId {
    /// Of the span that begins with an event, the `number`th of those that do.
    pub(super) fn new(salt: u64, event: EventId, number: u32) -> SpanId {
        SpanId(digest(&(salt, "span", event, number)).max(1))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
