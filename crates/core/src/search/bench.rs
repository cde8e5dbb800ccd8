//! The workloads of `tutti bench` and of the page's `?bench`, and what figure each comes to.
//!
//! There is no clock here: whoever asks for a figure brings [`Instruments`], so that the same work is measured natively
//! and in wasm.

mod shop;

use crate::base::{Span, Stream, Time, sort_by};
use crate::bus::workload;
use crate::consensus::loopback;
use crate::scenario::{Load, Scenario};
use crate::store;
use crate::timeline::{Run, Timeline};

/// What a figure is measured with.
pub trait Instruments {
    /// Seconds since some moment.
    fn seconds(&mut self) -> f64;

    /// The memory that the program holds now, in bytes.
    fn bytes(&mut self) -> f64;
}

/// One figure: what it is called, and how it is come by.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in JSON.
    pub key: &'static str,
    /// What is measured, in words.
    pub in_words: &'static str,
    measure: fn(&mut dyn Instruments) -> f64,
}

/// How many events make a busy run.
pub const BUSY_EVENTS: u64 = 1_000_000;

/// How often the throughputs are measured: the median counts.
const REPETITIONS: usize = 5;
const SEEKS: usize = 400;
const MESSAGES: u64 = 1_000_000;
const COMMITS: u64 = 1_000_000;
const CYCLES: u64 = 2_000_000;
const SHOP_LASTS: Span = Span::secs(20);

/// The figures of runs. The memory comes first, while the program holds nothing that it could use again unseen.
pub const OF_RUNS: [Figure; 9] = [
    Figure {
        key: "history_megabytes",
        in_words: "memory of a timeline of 1,000,000 events, in megabytes",
        measure: history,
    },
    Figure {
        key: "sim_messages_per_second",
        in_words: "messages a second, 5 nodes, 10 requests a second",
        measure: |instruments| throughput(instruments, || messages(10, false, MESSAGES)),
    },
    Figure {
        key: "sim_messages_per_second_checked",
        in_words: "the same with every check after every event",
        measure: |instruments| throughput(instruments, || messages(10, true, MESSAGES)),
    },
    Figure {
        key: "sim_messages_per_second_2000",
        in_words: "messages a second, 5 nodes, 2,000 requests a second",
        measure: |instruments| throughput(instruments, || messages(2_000, false, MESSAGES)),
    },
    Figure {
        key: "sim_messages_per_second_checked_2000",
        in_words: "the same with every check after every event",
        measure: |instruments| throughput(instruments, || messages(2_000, true, MESSAGES)),
    },
    Figure {
        key: "seek_p99_ms",
        in_words: "seek in a timeline of 1,000,000 events, 99th percentile, in milliseconds",
        measure: seek,
    },
    Figure {
        key: "shop_speedup",
        in_words: "how many times faster than its own clock a shop runs, 3 brokers, 100 orders a second, every check",
        measure: |instruments| throughput(instruments, || shop::play(SHOP_LASTS).lasted.0) / 1e6,
    },
    Figure {
        key: "shop_messages_per_order",
        in_words: "messages of that shop for each order, those between brokers included",
        measure: |_| shop::play(SHOP_LASTS).messages_per_order(),
    },
    Figure {
        key: "shop_log_entries_per_order",
        in_words: "entries in the brokers' log for each order",
        measure: |_| shop::play(SHOP_LASTS).entries_per_order(),
    },
];

/// The figures of a protocol or a machine with nothing around it. Apart, since the page would carry a second copy of Raft
/// for them.
pub const OF_PROTOCOLS: [Figure; 5] = [
    Figure {
        key: "raft_commits_per_second_3",
        in_words: "commits a second, 3 nodes, 64-byte commands, 64 in flight, no network",
        measure: |instruments| throughput(instruments, || loopback::loopback(3, 64, COMMITS).commands),
    },
    Figure {
        key: "bus_cycles_per_second",
        in_words: "records a second published, fetched and acknowledged on a bus, 64 a command",
        measure: |instruments| throughput(instruments, || workload::cycles(64, CYCLES).cycles),
    },
    Figure {
        key: "store_appends_per_second",
        in_words: "appends of one event a second, up to a million in a store",
        measure: |instruments| store::bench::appends_per_second(&mut || instruments.seconds(), 1),
    },
    Figure {
        key: "store_projected_per_second",
        in_words: "events a second through a projection",
        measure: |instruments| store::bench::projected_per_second(&mut || instruments.seconds()),
    },
    Figure {
        key: "store_read_as_of_p99_us",
        in_words: "read as of a position among a million events, 99th percentile, in microseconds",
        measure: |instruments| store::bench::read_as_of_p99_us(&mut || instruments.seconds()),
    },
];

impl Figure {
    /// Does the work and measures it.
    pub fn measure(self, instruments: &mut dyn Instruments) -> f64 {
        (self.measure)(instruments)
    }
}

/// The memory that a timeline of a busy run takes, in megabytes of a million bytes.
fn history(instruments: &mut dyn Instruments) -> f64 {
    let before = instruments.bytes();
    let timeline = busy_timeline(BUSY_EVENTS);
    let after = instruments.bytes();
    // The timeline lives until here.
    drop(timeline);
    (after - before) / 1e6
}

/// The time that 99 of 100 seeks in a busy run do not exceed, in milliseconds.
fn seek(instruments: &mut dyn Instruments) -> f64 {
    let mut timeline = busy_timeline(BUSY_EVENTS);
    let end = timeline.now();
    let mut chance = Stream::new(1, "seeks");
    let times = (0..SEEKS).map(|_| {
        let to = Time::ZERO + chance.between(Span::ZERO, end.since(Time::ZERO));
        let before = instruments.seconds();
        timeline.seek(to);
        (instruments.seconds() - before) * 1e3
    });
    sorted(times.collect())[(SEEKS - 1) * 99 / 100]
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    sort_by(&mut numbers, |a, b| a < b);
    numbers
}

/// Things done in a second: the median of several times.
fn throughput(instruments: &mut dyn Instruments, work: fn() -> u64) -> f64 {
    let rates = (0..REPETITIONS).map(|_| {
        let before = instruments.seconds();
        let done = work();
        done as f64 / (instruments.seconds() - before).max(1e-9)
    });
    sorted(rates.collect())[REPETITIONS / 2]
}

/// The cluster that is measured: five servers and four clients, as a scenario has them if nothing else is said.
fn scenario(rate: u32) -> Scenario {
    Scenario { load: Load { clients: 4, rate, max_outstanding: 500, ..Load::default() }, ..Scenario::default() }
}

/// Plays until so many messages were delivered, and says how many.
pub fn messages(rate: u32, checked: bool, at_least: u64) -> u64 {
    let setup = scenario(rate).setup();
    let mut run = if checked { Run::watched(&setup) } else { Run::unwatched(&setup) };
    while run.world().stats().delivered < at_least {
        let next = run.world().now() + Span::secs(1);
        run.run_until(next);
    }
    run.world().stats().delivered
}

/// A timeline that has come to so many events, a busy cluster's.
pub fn busy_timeline(events: u64) -> Timeline {
    let mut timeline = Timeline::new(scenario(1_000).setup(), Vec::new());
    while timeline.run().world().events() < events {
        let next = timeline.now() + Span::millis(100);
        timeline.advance(next);
    }
    timeline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done_and_comes_to_the_same_each_time() {
        assert_eq!(messages(10, true, 1_000), messages(10, false, 1_000));
        let timeline = busy_timeline(10_000);
        assert!(timeline.run().world().events() >= 10_000);
        assert_eq!(timeline.run().violations(), &[]);
    }
}
