//! Distinct types for numbers that must not be mixed.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

/// An id that others choose: wide enough that they need not ask each other.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u128);

        impl Hash for $name {
            // The standard way writes the bytes in the machine's own order.
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u64((self.0 >> 64) as u64);
                state.write_u64(self.0 as u64);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:x}", self.0)
            }
        }
    };
}

/// Makes a distinct type for a number. Where it is used, `fmt`, `Serialize` and `Deserialize` have to be in scope.
pub(crate) use number;

number!(
    /// A process on the stage: server, client, later also services. Dense from 0 in one world.
    NodeId(u16)
);
number!(
    /// A Raft term (section 5.1): a logical clock that numbers elections. Term 0 is before the first election.
    Term(u64)
);
number!(
    /// A place in a replicated log. The first entry has index 1; 0 means "before the first entry".
    LogIndex(u64)
);
number!(
    /// One message, unique in a run. A duplicate made by the network is a message of its own.
    MessageId(u64)
);
number!(
    /// One trace event, unique in a run and increasing in the order in which events happen. 0 is "no event".
    EventId(u64)
);
number!(
    /// The holder of a client session (Ongaro's dissertation, section 6.3).
    ClientId(u32)
);
number!(
    /// The number of a request in its client's session, from 1.
    Sequence(u64)
);
id!(
    /// Something that happened in the domain ("order 17 was placed"), wherever it is told: stored as an event, published
    /// as a record. Who tells it chooses the id and keeps it on every retry, so that a duplicate is known. (An event of
    /// the trace is an [`EventId`].)
    DomainEventId
);
id!(
    /// All that came of one request carries the same: the thread by which it is followed through every service.
    CorrelationId
);
id!(
    /// The id of what an event or a record was the answer to.
    CausationId
);

impl From<DomainEventId> for CausationId {
    /// Caused by this.
    fn from(id: DomainEventId) -> CausationId {
        CausationId(id.0)
    }
}

impl NodeId {
    /// The place of the node in tables that are indexed by node.
    #[inline]
    pub fn slot(self) -> usize {
        usize::from(self.0)
    }
}

impl Term {
    /// The term after this one.
    #[inline]
    #[must_use]
    pub fn next(self) -> Term {
        Term(self.0 + 1)
    }
}

impl LogIndex {
    /// Before the first entry.
    pub const ZERO: LogIndex = LogIndex(0);

    /// The index after this one.
    #[inline]
    #[must_use]
    pub fn next(self) -> LogIndex {
        LogIndex(self.0 + 1)
    }

    /// The index before this one; before the first entry there is only [`LogIndex::ZERO`].
    #[inline]
    #[must_use]
    pub fn previous(self) -> LogIndex {
        LogIndex(self.0.saturating_sub(1))
    }
}

/// A client's request: the same id on every retry, so that it takes effect once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId {
    /// Whose request it is.
    pub client: ClientId,
    /// Which of that client's requests.
    pub sequence: Sequence,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.client, self.sequence)
    }
}
