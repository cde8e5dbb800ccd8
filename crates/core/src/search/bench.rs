//! The workloads of `tutti bench` and of the page's `?bench`, and what figure each comes to.
//!
//! There is no clock here: whoever asks for a figure brings [`Instruments`], so that the same work is measured natively
//! and in wasm.

use crate::base::{Span, Stream, Time};
use crate::consensus::loopback;
use crate::scenario::{Load, Scenario};
use crate::timeline::{Run, Timeline};

/// What a figure is measured with.
pub trait Instruments {
    /// Seconds since some moment.
    fn seconds(&mut self) -> f64;

    /// The memory that the program holds now, in bytes.
    fn bytes(&mut self) -> f64;
}

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The memory that a timeline of a busy run takes, in megabytes of a million bytes.
    HistoryMegabytes,
    /// Messages that are delivered in a second, 5 nodes, 10 requests a second, nobody looks.
    SimMessages,
    /// The same with every check after every event.
    SimMessagesChecked,
    /// 2,000 requests a second.
    SimMessages2000,
    /// 2,000 requests a second, with every check.
    SimMessages2000Checked,
    /// Commands that 3 servers commit in a second, with nothing around them.
    RaftCommits3,
    /// The time that 99 of 100 seeks in a busy run do not exceed, in milliseconds.
    SeekP99,
}

/// How many events make a busy run.
pub const BUSY_EVENTS: u64 = 1_000_000;

/// How often the throughputs are measured: the median counts.
const REPETITIONS: usize = 5;
const SEEKS: usize = 400;
const MESSAGES: u64 = 1_000_000;
const COMMITS: u64 = 1_000_000;

impl Figure {
    /// Every figure. The memory comes first, while the program holds nothing that it could use again unseen.
    pub const ALL: [Figure; 7] = [
        Figure::HistoryMegabytes,
        Figure::SimMessages,
        Figure::SimMessagesChecked,
        Figure::SimMessages2000,
        Figure::SimMessages2000Checked,
        Figure::RaftCommits3,
        Figure::SeekP99,
    ];

    /// The name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Figure::HistoryMegabytes => "history_megabytes",
            Figure::SimMessages => "sim_messages_per_second",
            Figure::SimMessagesChecked => "sim_messages_per_second_checked",
            Figure::SimMessages2000 => "sim_messages_per_second_2000",
            Figure::SimMessages2000Checked => "sim_messages_per_second_checked_2000",
            Figure::RaftCommits3 => "raft_commits_per_second_3",
            Figure::SeekP99 => "seek_p99_ms",
        }
    }

    /// What is measured, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Figure::HistoryMegabytes => "memory of a timeline of 1,000,000 events, in megabytes",
            Figure::SimMessages => "messages a second, 5 nodes, 10 requests a second",
            Figure::SimMessagesChecked => "the same with every check after every event",
            Figure::SimMessages2000 => "messages a second, 5 nodes, 2,000 requests a second",
            Figure::SimMessages2000Checked => "the same with every check after every event",
            Figure::RaftCommits3 => "commits a second, 3 nodes, 64-byte commands, 64 in flight, no network",
            Figure::SeekP99 => "seek in a timeline of 1,000,000 events, 99th percentile, in milliseconds",
        }
    }

    /// Does the work and measures it.
    pub fn measure(self, instruments: &mut impl Instruments) -> f64 {
        match self {
            Figure::HistoryMegabytes => {
                let before = instruments.bytes();
                let timeline = busy_timeline(BUSY_EVENTS);
                let after = instruments.bytes();
                // The timeline lives until here.
                drop(timeline);
                (after - before) / 1e6
            }
            Figure::SimMessages => throughput(instruments, || messages(10, false, MESSAGES)),
            Figure::SimMessagesChecked => throughput(instruments, || messages(10, true, MESSAGES)),
            Figure::SimMessages2000 => throughput(instruments, || messages(2_000, false, MESSAGES)),
            Figure::SimMessages2000Checked => throughput(instruments, || messages(2_000, true, MESSAGES)),
            Figure::RaftCommits3 => throughput(instruments, || loopback::loopback(3, 64, COMMITS).commands),
            Figure::SeekP99 => {
                let mut timeline = busy_timeline(BUSY_EVENTS);
                let end = timeline.now();
                let mut chance = Stream::new(1, "seeks");
                let mut times: Vec<f64> = (0..SEEKS)
                    .map(|_| {
                        let to = Time::ZERO + chance.between(Span::ZERO, end.since(Time::ZERO));
                        let before = instruments.seconds();
                        timeline.seek(to);
                        (instruments.seconds() - before) * 1e3
                    })
                    .collect();
                times.sort_by(f64::total_cmp);
                times[(SEEKS - 1) * 99 / 100]
            }
        }
    }
}

/// Things done in a second: the median of several times.
fn throughput(instruments: &mut impl Instruments, work: impl Fn() -> u64) -> f64 {
    let mut rates: Vec<f64> = (0..REPETITIONS)
        .map(|_| {
            let before = instruments.seconds();
            let done = work();
            done as f64 / (instruments.seconds() - before).max(1e-9)
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    rates[REPETITIONS / 2]
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
