//! The servers of a scenario.

use super::form::{Field, Form, Record, Slot, Visit, choice};
use super::limits::{MAX_ENTRIES, MAX_SERVERS, MAX_SPAN, MIN_PERIOD};
use super::problem::Inspection;
use super::quantity::SpanRange;
use crate::base::{NodeId, Span};
use crate::consensus::raft::{Config, Defect, Defects};
use crate::sim::Latency;

/// The servers and the protocol that they run.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `servers` | `5` | how many, 1 to 9; they are called A to I. Where the shop is a chain of direct calls, there may be none |
/// | `protocol` | `"raft"` | what they run |
/// | `election_timeout` | `"150ms..300ms"` | between these each wait is drawn |
/// | `heartbeat` | `"50ms"` | how often a leader makes itself heard; less than the shortest election timeout |
/// | `pre_vote` | `true` | ask before campaigning |
/// | `check_quorum` | `true` | a leader without a majority steps down |
/// | `max_batch` | `64` | the most entries in one message |
/// | `max_in_flight` | `4` | the most messages with entries on their way to one follower |
/// | `max_uncommitted` | `4096` | the most entries that wait for their commit before the leader says that it is busy |
/// | `snapshot_every` | `1000` | after so many applied entries a snapshot is taken; 0: never |
/// | `snapshot_trailing` | `50` | so many applied entries stay in the log behind a snapshot |
/// | `disk_sync` | `"1ms"` | how long a write takes to be on disk, as a latency |
/// | `defects` | `[]` | bugs put in on purpose: `"vote-forgotten-on-restart"`, `"old-term-committed-by-counting"`, `"vote-without-log-check"`, `"append-cuts-everything-after"`, `"answer-before-sync"` |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cluster {
    /// How many, 1 to 9; they are called A to I.
    pub servers: u8,
    /// What they run.
    pub protocol: Protocol,
    /// Between these each wait is drawn.
    pub election_timeout: SpanRange,
    /// How often a leader makes itself heard; less than the shortest election timeout.
    pub heartbeat: Span,
    /// Ask before campaigning.
    pub pre_vote: bool,
    /// A leader without a majority steps down.
    pub check_quorum: bool,
    /// The most entries in one message.
    pub max_batch: u32,
    /// The most messages with entries on their way to one follower.
    pub max_in_flight: u32,
    /// The most entries that wait for their commit before the leader says that it is busy.
    pub max_uncommitted: u32,
    /// After so many applied entries a snapshot is taken; 0: never.
    pub snapshot_every: u32,
    /// So many applied entries stay in the log behind a snapshot.
    pub snapshot_trailing: u32,
    /// How long a write takes to be on disk, as a latency.
    pub disk_sync: Latency,
    /// Bugs put in on purpose: `"vote-forgotten-on-restart"`, `"old-term-committed-by-counting"`, `"vote-without-log-check"`, `"append-cuts-everything-after"`, `"answer-before-sync"`.
    pub defects: Defects,
}

/// What the servers run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Raft.
    #[default]
    Raft,
}

choice!(Protocol { "raft" Raft });

choice!(Defect {
    "vote-forgotten-on-restart" VoteForgottenOnRestart,
    "old-term-committed-by-counting" OldTermCommittedByCounting,
    "vote-without-log-check" VoteWithoutLogCheck,
    "append-cuts-everything-after" AppendCutsEverythingAfter,
    "answer-before-sync" AnswerBeforeSync,
});

impl Record for Cluster {
    fn fields(&mut self, visit: &mut Visit<'_>) {
        let mut field = |name, slot| visit(Field { name, needed: false, slot });
        field("servers", self.servers.slot());
        field("protocol", self.protocol.slot());
        field("election_timeout", self.election_timeout.slot());
        field("heartbeat", self.heartbeat.slot());
        field("pre_vote", self.pre_vote.slot());
        field("check_quorum", self.check_quorum.slot());
        field("max_batch", self.max_batch.slot());
        field("max_in_flight", self.max_in_flight.slot());
        field("max_uncommitted", self.max_uncommitted.slot());
        field("snapshot_every", self.snapshot_every.slot());
        field("snapshot_trailing", self.snapshot_trailing.slot());
        field("disk_sync", self.disk_sync.slot());
        // A set is a list to whoever reads it.
        let mut defects = Vec::from(self.defects);
        field("defects", defects.slot());
        self.defects = defects.into();
    }
}

impl Form for Cluster {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Record(self)
    }
}

impl Default for Cluster {
    fn default() -> Self {
        let raft = Config::new(Vec::new());
        Cluster {
            servers: 5,
            protocol: Protocol::Raft,
            election_timeout: SpanRange { min: raft.election_timeout.0, max: raft.election_timeout.1 },
            heartbeat: raft.heartbeat,
            pre_vote: raft.pre_vote,
            check_quorum: raft.check_quorum,
            max_batch: raft.max_batch,
            max_in_flight: raft.max_in_flight,
            max_uncommitted: raft.max_uncommitted,
            snapshot_every: raft.snapshot_every,
            snapshot_trailing: raft.snapshot_trailing,
            disk_sync: Latency::Fixed(Span::millis(1)),
            defects: raft.defects,
        }
    }
}

impl Cluster {
    /// How each server of the cluster is to run Raft.
    pub fn raft(&self) -> Config {
        Config {
            members: (0..self.servers).map(|server| NodeId(u16::from(server))).collect(),
            election_timeout: (self.election_timeout.min, self.election_timeout.max),
            heartbeat: self.heartbeat,
            pre_vote: self.pre_vote,
            check_quorum: self.check_quorum,
            max_batch: self.max_batch,
            max_in_flight: self.max_in_flight,
            max_uncommitted: self.max_uncommitted,
            snapshot_every: self.snapshot_every,
            snapshot_trailing: self.snapshot_trailing,
            defects: self.defects,
        }
    }

    pub(super) fn inspect(&self, least: u8, inspection: &mut Inspection) {
        inspection.number("servers", u64::from(self.servers), u64::from(least), u64::from(MAX_SERVERS));
        let SpanRange { min, max } = self.election_timeout;
        if min > max {
            inspection.problem("election_timeout", format!("the shortest ({min}) is longer than the longest ({max})"));
        } else {
            inspection.span("election_timeout", min, MIN_PERIOD, MAX_SPAN);
            if max != min {
                inspection.span("election_timeout", max, MIN_PERIOD, MAX_SPAN);
            }
        }
        inspection.span("heartbeat", self.heartbeat, MIN_PERIOD, MAX_SPAN);
        if self.heartbeat >= min && min >= MIN_PERIOD {
            let reason = format!("{} is not shorter than the shortest election timeout ({min})", self.heartbeat);
            inspection.problem("heartbeat", reason);
        }
        let counts = [
            ("max_batch", self.max_batch, 1),
            ("max_in_flight", self.max_in_flight, 1),
            ("max_uncommitted", self.max_uncommitted, 1),
            ("snapshot_every", self.snapshot_every, 0),
            ("snapshot_trailing", self.snapshot_trailing, 0),
        ];
        for (field, value, least) in counts {
            inspection.number(field, u64::from(value), least, u64::from(MAX_ENTRIES));
        }
        super::network::inspect_latency("disk_sync", self.disk_sync, Span::ZERO, inspection);
    }
}
