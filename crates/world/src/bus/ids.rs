//! Distinct types for the numbers of the bus.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::base::number;

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

number!(
    /// A topic, by the order of creation.
    TopicId(u16)
);
number!(
    /// A partition of a topic, from 0. Only together with its topic does it name a log.
    PartitionId(u16)
);
number!(
    /// The place of a record in its partition: dense, from 0.
    Offset(u64)
);
number!(
    /// A consumer group, by the order of creation; never used again.
    GroupId(u32)
);
number!(
    /// Which membership of its group a member knows: one higher with every rebalance.
    Generation(u64)
);
number!(
    /// A consumer in a group. The consumer chooses it, and keeps it when it starts again.
    MemberId(u32)
);
number!(
    /// A producer whose retries are to be told from new records. The producer chooses it, and keeps it when it starts
    /// again.
    ProducerId(u32)
);
number!(
    /// An incarnation of a producer: the bus hands out the next one each time the producer opens its session.
    ProducerEpoch(u32)
);
number!(
    /// The number of a record among its producer's, from 1, through all of its incarnations.
    ProducerSequence(u64)
);
id!(
    /// Something that happened in the domain ("order 17 was placed"): the same wherever it is told, so that a consumer
    /// knows a duplicate. (An event of the trace is a [`base::EventId`](crate::base::EventId).)
    DomainEventId
);
id!(
    /// All that came of one request carries the same: the thread by which an order is followed through every service.
    CorrelationId
);

impl Offset {
    /// The first of a partition.
    pub const ZERO: Offset = Offset(0);

    /// The offset so many places further.
    #[inline]
    #[must_use]
    pub fn plus(self, places: u64) -> Offset {
        Offset(self.0.saturating_add(places))
    }
}

impl Generation {
    /// The generation after this one.
    #[must_use]
    pub(super) fn next(self) -> Generation {
        Generation(self.0 + 1)
    }
}

/// A record's place on the whole bus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// In which topic.
    pub topic: TopicId,
    /// In which of its partitions.
    pub partition: PartitionId,
    /// At which offset.
    pub offset: Offset,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}@{}", self.topic, self.partition, self.offset)
    }
}
