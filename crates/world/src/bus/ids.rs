//! Distinct types for the numbers of the bus.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::number;

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
