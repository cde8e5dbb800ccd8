//! What can be chosen about a Raft server, its known bugs among it.

use serde::{Deserialize, Serialize};

use crate::base::{NodeId, Span, defect_set};

/// How one server runs. The same on every server of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// Every server of the cluster, itself included; 64 at most.
    pub members: Vec<NodeId>,
    /// The shortest and the longest election timeout (section 9.3); each wait is drawn anew between the two.
    pub election_timeout: (Span, Span),
    /// How often a leader makes itself heard; a small part of the election timeout.
    pub heartbeat: Span,
    /// Ask whether an election could be won before raising the term (dissertation, 9.6).
    pub pre_vote: bool,
    /// A leader that hears no majority for an election timeout steps down, and followers that hear a leader grant no
    /// vote (dissertation, 6.2 and 4.2.3).
    pub check_quorum: bool,
    /// The most entries in one AppendEntries.
    pub max_batch: u32,
    /// The most AppendEntries with entries on their way to one follower, and the most writes on their way to the
    /// leader's disk, before further entries gather into larger batches (pipelining; dissertation, 10.2.1).
    pub max_in_flight: u32,
    /// The most entries that may wait for their commit, and the most queries that may wait for their answer, before
    /// clients are told that the leader is busy.
    pub max_uncommitted: u32,
    /// After how many applied entries a snapshot is taken (section 7); 0: never.
    pub snapshot_every: u32,
    /// How many applied entries stay in the log behind a snapshot, for followers that lag a little.
    pub snapshot_trailing: u32,
    /// Bugs put in on purpose; none by default.
    pub defects: Defects,
}

impl Config {
    /// A cluster with the paper's proportions: election timeouts of 150 to 300 ms.
    pub fn new(members: Vec<NodeId>) -> Config {
        Config {
            members,
            election_timeout: (Span::millis(150), Span::millis(300)),
            heartbeat: Span::millis(50),
            pre_vote: true,
            check_quorum: true,
            max_batch: 64,
            max_in_flight: 4,
            max_uncommitted: 4_096,
            snapshot_every: 1_000,
            snapshot_trailing: 50,
            defects: Defects::default(),
        }
    }

    /// How many servers make a majority: n/2 + 1, so 3 of 5 and 3 of 4.
    pub fn majority(&self) -> usize {
        self.members.len() / 2 + 1
    }
}

/// A famous bug, to be switched on to see which check turns red.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Defect {
    /// The vote is not on disk: after a restart a server votes again in the same term (against 5.2).
    #[default]
    VoteForgottenOnRestart,
    /// A leader commits an entry of an older term by counting its copies (against 5.4.2).
    OldTermCommittedByCounting,
    /// A vote is granted whatever the candidate's log holds (against 5.4.1).
    VoteWithoutLogCheck,
    /// AppendEntries cuts everything after its entries, also what agrees (against 5.3): a late message undoes a newer.
    AppendCutsEverythingAfter,
    /// A follower answers AppendEntries before the entries are on disk.
    AnswerBeforeSync,
}

impl Defect {
    /// Every defect, in the order of the list above.
    pub const ALL: [Defect; 5] = [
        Defect::VoteForgottenOnRestart,
        Defect::OldTermCommittedByCounting,
        Defect::VoteWithoutLogCheck,
        Defect::AppendCutsEverythingAfter,
        Defect::AnswerBeforeSync,
    ];

    /// The name in scenarios and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Defect::VoteForgottenOnRestart => "vote-forgotten-on-restart",
            Defect::OldTermCommittedByCounting => "old-term-committed-by-counting",
            Defect::VoteWithoutLogCheck => "vote-without-log-check",
            Defect::AppendCutsEverythingAfter => "append-cuts-everything-after",
            Defect::AnswerBeforeSync => "answer-before-sync",
        }
    }
}

defect_set!();
