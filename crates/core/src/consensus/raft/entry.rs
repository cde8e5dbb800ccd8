//! What a Raft server keeps: entries, snapshots, and what of them is on disk.

use std::sync::Arc;

use crate::base::{Chunked, LogIndex, NodeId, Term};

/// A place in a log together with the term of the entry there: two logs that agree on it agree on all before (5.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogPosition {
    /// Which entry.
    pub index: LogIndex,
    /// The term of that entry; 0 before the first.
    pub term: Term,
}

impl LogPosition {
    /// Whether a log that ends here is at least as up-to-date as one that ends at `other` (5.4.1): the later last term
    /// wins, and among equal terms the longer log.
    #[inline]
    pub fn is_up_to_date_with(self, other: LogPosition) -> bool {
        (self.term, self.index) >= (other.term, other.index)
    }
}

/// One entry of the log. Its index is its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry<C> {
    /// The term of the leader that made it.
    pub term: Term,
    /// What it holds.
    pub payload: Payload<C>,
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload<C> {
    /// Nothing: a new leader's first entry, which lets it commit what is before (section 8).
    NoOp,
    /// A command for the state machine.
    Command(C),
}

/// The state of the machine up to some entry, instead of the entries (section 7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The last entry that it holds.
    pub last: LogPosition,
    /// The machine's own snapshot.
    pub state: Vec<u8>,
}

/// What is on a server's disk (figure 2, "persistent state").
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Durable<C> {
    /// The latest term that the server has seen.
    pub term: Term,
    /// Whom it voted for in that term.
    pub vote: Option<NodeId>,
    /// The newest snapshot.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The entries, numbered by index, from the first that is not compacted away.
    pub log: Chunked<Entry<C>>,
}

/// One change of what is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write<C> {
    /// Term and vote.
    HardState {
        /// The term.
        term: Term,
        /// The vote in that term.
        vote: Option<NodeId>,
    },
    /// Entries from an index on, in place of whatever was there and after it.
    Append {
        /// Index of the first entry.
        from: LogIndex,
        /// The entries.
        entries: Arc<[Entry<C>]>,
    },
    /// A snapshot, and with it the entries before `keep_from` are gone.
    Snapshot {
        /// The snapshot.
        snapshot: Arc<Snapshot>,
        /// The first entry that stays in the log; if the log ends before it, nothing stays.
        keep_from: LogIndex,
    },
}

impl<C: Clone> Durable<C> {
    /// A disk that was never written.
    pub fn empty() -> Self {
        Durable { term: Term(0), vote: None, snapshot: None, log: Chunked::starting_at(1) }
    }

    /// Carries out a write.
    pub fn apply(&mut self, write: Write<C>) {
        match write {
            Write::HardState { term, vote } => {
                self.term = term;
                self.vote = vote;
            }
            Write::Append { from, entries } => {
                self.log.truncate_from(from.0);
                for entry in entries.iter() {
                    self.log.push(entry.clone());
                }
            }
            Write::Snapshot { snapshot, keep_from } => {
                if keep_from.0 > self.log.end() {
                    self.log = Chunked::starting_at(keep_from.0);
                } else {
                    self.log.drop_before(keep_from.0);
                }
                self.snapshot = Some(snapshot);
            }
        }
    }
}
