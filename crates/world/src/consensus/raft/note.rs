//! What a Raft server tells of itself: for the stage, the score and the sentence, never for another server.

use crate::base::{LogIndex, NodeId, Term};

/// The part that a server plays (5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Answers, and waits.
    Follower,
    /// Asks whether it could win an election.
    PreCandidate,
    /// Asks for votes.
    Candidate,
    /// Takes requests and replicates them.
    Leader,
}

impl Role {
    /// The word for it on the page and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Role::Follower => "follower",
            Role::PreCandidate => "pre-candidate",
            Role::Candidate => "candidate",
            Role::Leader => "leader",
        }
    }
}

/// Why a vote was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The request is of an older term than the server's.
    OldTerm,
    /// It voted for another in this term.
    AlreadyVoted(
        /// For whom.
        NodeId,
    ),
    /// The candidate's log is behind its own (5.4.1).
    LogBehind,
    /// It hears a leader (check-quorum; dissertation, 4.2.3).
    HearsLeader(
        /// Which one.
        NodeId,
    ),
}

/// Why a server gave up its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepDown {
    /// It saw a higher term.
    HigherTerm,
    /// It heard the leader of its own term.
    LeaderFound,
    /// As leader it heard no majority for an election timeout (check-quorum).
    LostQuorum,
    /// As candidate, or would-be candidate, a majority refused.
    Refused,
}

/// One thing that a server tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// The election timeout ran out, or somebody ordered an election.
    ElectionTimeout {
        /// It was ordered.
        forced: bool,
    },
    /// The server plays another part now, or the same in another term.
    Became {
        /// The part.
        role: Role,
        /// The term it plays it in.
        term: Term,
    },
    /// It gave up being leader or candidate.
    SteppedDown {
        /// From what.
        from: Role,
        /// Why.
        why: StepDown,
    },
    /// It has heard of a leader it did not know.
    LeaderKnown {
        /// Who.
        leader: NodeId,
        /// Of which term.
        term: Term,
    },
    /// It answered a candidate.
    Voted {
        /// Whom.
        candidate: NodeId,
        /// In which term.
        term: Term,
        /// A pre-vote, which binds to nothing.
        pre: bool,
        /// Why not, if not.
        refused: Option<Refusal>,
    },
    /// A leader put entries into its log.
    Proposed {
        /// The index.
        index: LogIndex,
    },
    /// A follower put entries into its log.
    Appended {
        /// First of them.
        from: LogIndex,
        /// Last of them.
        to: LogIndex,
    },
    /// It removed entries that conflict with the leader's.
    Truncated {
        /// From this index on.
        from: LogIndex,
        /// Up to this index, its last before.
        to: LogIndex,
    },
    /// It could not take entries: its log does not hold the one before them.
    AppendRefused {
        /// The index that it lacks, or where it holds another term.
        prev: LogIndex,
    },
    /// Its commit index rose.
    Committed {
        /// To this.
        index: LogIndex,
    },
    /// It took a snapshot.
    SnapshotTaken {
        /// Of all up to this index.
        index: LogIndex,
    },
    /// It sent a snapshot to a follower whose next entry is compacted away.
    SnapshotSent {
        /// To whom.
        to: NodeId,
        /// Of all up to this index.
        index: LogIndex,
    },
    /// It took over a snapshot from the leader.
    SnapshotInstalled {
        /// Of all up to this index.
        index: LogIndex,
    },
    /// It told a client that it does not lead.
    Redirected {
        /// The client.
        client: NodeId,
    },
    /// It told a client that it has too much to do.
    TurnedAway {
        /// The client.
        client: NodeId,
    },
}
