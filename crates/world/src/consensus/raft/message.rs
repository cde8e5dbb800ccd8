//! What Raft servers say to each other (figure 2, and the dissertation for pre-vote).

use std::sync::Arc;

use super::entry::{Entries, LogPosition, Payload, Snapshot};
use super::note::Refusal;
use crate::base::{LogIndex, StateMachine, Term};

/// A message between servers that replicate the machine `M`.
pub type RaftMessage<M> = Message<<M as StateMachine>::Command>;

/// A message between servers; `C` is the command that entries hold. Every message carries its sender's term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message<C> {
    /// "Would you vote for me in this term?" The sender has not raised its own term to it yet (dissertation, 9.6).
    PreVote {
        /// The term that the sender would campaign in.
        term: Term,
        /// Where its log ends.
        last: LogPosition,
    },
    /// The answer to [`PreVote`](Message::PreVote).
    PreVoteReply {
        /// If granted the term that was asked about, if refused the answering server's own.
        term: Term,
        /// Why not, if not.
        refused: Option<Refusal>,
    },
    /// RequestVote (5.2).
    RequestVote {
        /// The candidate's term.
        term: Term,
        /// Where its log ends.
        last: LogPosition,
        /// The election was ordered (a leadership transfer, or a person): servers that hear a leader vote all the same.
        forced: bool,
    },
    /// The answer to [`RequestVote`](Message::RequestVote).
    VoteReply {
        /// The answering server's term.
        term: Term,
        /// Why not, if not.
        refused: Option<Refusal>,
    },
    /// AppendEntries (5.3); without entries, a heartbeat.
    Append {
        /// The leader's term.
        term: Term,
        /// The entry right before the new ones.
        prev: LogPosition,
        /// The new entries, none for a heartbeat.
        entries: Entries<C>,
        /// The leader's commit index.
        commit: LogIndex,
        /// The leader's round of heartbeats: echoed, so that a leader knows that it still led when a read came (6.4).
        round: u64,
    },
    /// The answer to [`Append`](Message::Append).
    AppendReply {
        /// The answering server's term.
        term: Term,
        /// What came of it.
        result: AppendResult,
        /// The round that was asked.
        round: u64,
    },
    /// InstallSnapshot (section 7), whole in one message.
    InstallSnapshot {
        /// The leader's term.
        term: Term,
        /// The snapshot.
        snapshot: Arc<Snapshot>,
        /// As in [`Append`](Message::Append).
        round: u64,
    },
}

/// What came of an AppendEntries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppendResult {
    /// The log now agrees with the leader's up to this index.
    Match(LogIndex),
    /// The sender's term is over; the answer's term tells it so (5.1).
    OldTerm,
    /// The log does not hold the entry before the new ones; the leader is to go back (end of 5.3).
    Conflict {
        /// The index of `prev` that did not agree.
        rejected: LogIndex,
        /// The term of the entry that is there instead, or none if the log is shorter.
        term: Option<Term>,
        /// The first index of that term, or the index after the log's end: where the leader may go on.
        retry_from: LogIndex,
    },
}

impl<C> Message<C> {
    /// The sender's term, or for a pre-vote the term it asks about.
    #[inline]
    pub fn term(&self) -> Term {
        match *self {
            Message::PreVote { term, .. }
            | Message::PreVoteReply { term, .. }
            | Message::RequestVote { term, .. }
            | Message::VoteReply { term, .. }
            | Message::Append { term, .. }
            | Message::AppendReply { term, .. }
            | Message::InstallSnapshot { term, .. } => term,
        }
    }
}

/// About how many bytes the message takes on the wire: what is in it, and a few words around it.
pub fn message_bytes<M: StateMachine>(message: &RaftMessage<M>) -> u32 {
    const HEADER: u32 = 16;
    const ENTRY: u32 = 9;
    HEADER
        + match message {
            Message::PreVote { .. } | Message::RequestVote { .. } => 16,
            Message::PreVoteReply { .. } | Message::VoteReply { .. } => 4,
            Message::Append { entries, .. } => entries.iter().fold(32, |sum, entry| {
                let command = match &entry.payload {
                    Payload::NoOp => 0,
                    Payload::Command(command) => M::command_bytes(command),
                };
                sum + ENTRY + command
            }),
            Message::AppendReply { .. } => 32,
            Message::InstallSnapshot { snapshot, .. } => 24 + snapshot.state.len() as u32,
        }
}
