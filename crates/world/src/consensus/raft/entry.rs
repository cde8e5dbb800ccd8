//! What a Raft server keeps: entries, snapshots, and what of them is on disk.

use std::ops::Deref;
use std::sync::Arc;

use super::log::Log;
use crate::base::{LogIndex, NodeId, Term};

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

/// Some entries in a row, on their way to a disk or to other servers: made once and shared by all who get them. No
/// entries cost nothing to make, copy or drop, since most messages of a quiet cluster are heartbeats.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Entries<C>(Option<Arc<[Entry<C>]>>);

impl<C> Entries<C> {
    /// No entries.
    pub const NONE: Entries<C> = Entries(None);
}

impl<C> Clone for Entries<C> {
    #[inline]
    fn clone(&self) -> Self {
        Entries(self.0.clone())
    }
}

impl<C> Deref for Entries<C> {
    type Target = [Entry<C>];
    #[inline]
    fn deref(&self) -> &[Entry<C>] {
        self.0.as_deref().unwrap_or(&[])
    }
}

impl<C> From<Arc<[Entry<C>]>> for Entries<C> {
    fn from(entries: Arc<[Entry<C>]>) -> Self {
        // One form only for "none", so that equal batches are equal values.
        Entries(Some(entries).filter(|e| !e.is_empty()))
    }
}

impl<C> From<Vec<Entry<C>>> for Entries<C> {
    fn from(entries: Vec<Entry<C>>) -> Self {
        Entries::from(Arc::<[Entry<C>]>::from(entries))
    }
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
    /// The log, from the first entry that is not compacted away.
    pub log: Log<C>,
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
        entries: Entries<C>,
    },
    /// A snapshot of a part of this log: the entries before `keep_from` are not needed any longer.
    Snapshot {
        /// The snapshot.
        snapshot: Arc<Snapshot>,
        /// The first entry that stays in the log.
        keep_from: LogIndex,
    },
    /// A snapshot in place of the whole log, which does not lead up to it.
    Install {
        /// The snapshot.
        snapshot: Arc<Snapshot>,
    },
}

impl<C: Clone> Durable<C> {
    /// A disk that was never written.
    pub fn empty() -> Self {
        Durable { term: Term(0), vote: None, snapshot: None, log: Log::default() }
    }

    /// Carries out a write.
    pub fn apply(&mut self, write: Write<C>) {
        match write {
            Write::HardState { term, vote } => {
                self.term = term;
                self.vote = vote;
            }
            Write::Append { from, entries } => {
                self.log.truncate_from(from);
                self.log.extend(&entries);
            }
            Write::Snapshot { snapshot, keep_from } => {
                self.log.compact_before(keep_from);
                self.snapshot = Some(snapshot);
            }
            Write::Install { snapshot } => {
                self.log.restart_after(snapshot.last);
                self.snapshot = Some(snapshot);
            }
        }
    }
}
