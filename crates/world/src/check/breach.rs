//! What was seen when an invariant did not hold: as data, so that words are made only for who reads them.

use std::fmt;
use std::sync::Arc;

use super::linearizable;
use crate::base::{LogIndex, NodeId, RequestId, Term};
use crate::lab::server_name;
use crate::shop::{Imbalance, OrderId};

/// What was seen. Its words are its `Display`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// The books of a shop do not balance.
    Shop(Imbalance),
    /// A customer was told that an order is taken, and the order service does not know it.
    OrderLost {
        /// Which order.
        order: OrderId,
    },
    /// Two servers were elected in one term.
    TwoLeaders {
        /// Who was first.
        first: NodeId,
        /// And who then.
        second: NodeId,
        /// In which term.
        term: Term,
    },
    /// A leader removed an entry of its own.
    Removed {
        /// Which leader.
        leader: NodeId,
        /// Of which term.
        term: Term,
        /// The first entry that is gone.
        index: LogIndex,
    },
    /// Two logs hold an entry of the same index and term, and differ before it.
    LogsDiffer {
        /// Whose log was seen first.
        first: NodeId,
        /// Whose then.
        second: NodeId,
        /// The entry's index.
        index: LogIndex,
        /// The entry's term.
        term: Term,
    },
    /// A leader lacks what was committed before its term.
    Lacks {
        /// Which leader.
        leader: NodeId,
        /// Of which term.
        term: Term,
        /// The committed entry.
        index: LogIndex,
        /// The term in which it was committed.
        committed_in: Term,
        /// It holds another entry there.
        holds_another: bool,
    },
    /// Two servers applied different entries at one index.
    AppliedOther {
        /// Who was first.
        first: NodeId,
        /// And who then.
        second: NodeId,
        /// At which index.
        index: LogIndex,
    },
    /// Two snapshots up to one index differ.
    SnapshotsDiffer {
        /// Whose was seen first.
        first: NodeId,
        /// Whose then.
        second: NodeId,
        /// Up to which index.
        index: LogIndex,
    },
    /// The term on a disk went back.
    TermOnDiskWentBack {
        /// Whose disk.
        server: NodeId,
        /// From where.
        from: Term,
        /// To where.
        to: Term,
    },
    /// A server is in an earlier term than its disk has seen.
    BehindItsDisk {
        /// Which server.
        server: NodeId,
        /// The term it is in.
        term: Term,
        /// The highest that was on its disk.
        on_disk: Term,
    },
    /// The term of a server that lives went back.
    TermWentBack {
        /// Which server.
        server: NodeId,
        /// From where.
        from: Term,
        /// To where.
        to: Term,
    },
    /// The commit index of a server that lives went back.
    CommitWentBack {
        /// Which server.
        server: NodeId,
        /// From where.
        from: LogIndex,
        /// To where.
        to: LogIndex,
    },
    /// A server has applied what is not committed, or committed what it does not hold.
    OutOfStep {
        /// Which server.
        server: NodeId,
        /// The last entry that it has applied.
        applied: LogIndex,
        /// Its commit index.
        commit: LogIndex,
        /// The last entry that it holds.
        last: LogIndex,
    },
    /// A write was acknowledged that nobody has seen committed.
    NotCommitted {
        /// The request.
        id: RequestId,
    },
    /// A write was acknowledged, and a server has committed something else in its place, or before it.
    Lost {
        /// The request.
        id: RequestId,
        /// Where it was committed.
        index: LogIndex,
        /// Which server.
        server: NodeId,
    },
    /// An answer that no order of the operations explains.
    Unexplained(Arc<linearizable::Unexplained>),
}

/// A server's name.
struct Named(NodeId);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&server_name(self.0.0))
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Breach::Shop(imbalance) => imbalance.fmt(f),
            Breach::OrderLost { order } => write!(f, "order {order} was accepted, and its service does not know it"),
            Breach::TwoLeaders { first, second, term } => {
                write!(f, "{} and {} were both elected in term {term}", Named(first), Named(second))
            }
            Breach::Removed { leader, term, index } => {
                write!(f, "{}, leader of term {term}, removed its entry {index}", Named(leader))
            }
            Breach::LogsDiffer { first, second, index, term } => write!(
                f,
                "{} and {} both hold an entry {index} of term {term}, but differ up to there",
                Named(first),
                Named(second)
            ),
            Breach::Lacks { leader, term, index, committed_in, holds_another } => {
                let how = if holds_another { "holds another" } else { "does not hold it" };
                let leader = Named(leader);
                write!(
                    f,
                    "entry {index} was committed in term {committed_in}, but {leader}, leader of term {term}, {how}"
                )
            }
            Breach::AppliedOther { first, second, index } => {
                write!(f, "{} and {} applied different entries at index {index}", Named(first), Named(second))
            }
            Breach::SnapshotsDiffer { first, second, index } => {
                write!(f, "the snapshots of {} and {} up to {index} differ", Named(first), Named(second))
            }
            Breach::TermOnDiskWentBack { server, from, to } => {
                write!(f, "the term on {}'s disk went from {from} back to {to}", Named(server))
            }
            Breach::BehindItsDisk { server, term, on_disk } => {
                write!(f, "{} is in term {term}, but had {on_disk} on disk", Named(server))
            }
            Breach::TermWentBack { server, from, to } => {
                write!(f, "the term of {} went from {from} back to {to}", Named(server))
            }
            Breach::CommitWentBack { server, from, to } => {
                write!(f, "the commit index of {} went from {from} back to {to}", Named(server))
            }
            Breach::OutOfStep { server, applied, commit, last } => {
                write!(f, "{} has applied {applied}, committed {commit} and holds {last}", Named(server))
            }
            Breach::NotCommitted { id } => {
                write!(f, "request {id} was acknowledged, but nobody has seen it committed")
            }
            Breach::Lost { id, index, server } => {
                write!(
                    f,
                    "request {id} was acknowledged as entry {index}, but {} has committed another log",
                    Named(server)
                )
            }
            Breach::Unexplained(ref answer) => answer.fmt(f),
        }
    }
}
