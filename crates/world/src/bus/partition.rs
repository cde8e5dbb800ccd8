//! One partition: a log of records in total order.

use std::hash::Hasher;

use serde::{Deserialize, Serialize};

use super::ids::{Offset, PartitionId};
use super::record::Stored;
use super::snapshot;
use crate::base::{Chunked, StableHasher, digest};

/// Records with dense offsets, some of the oldest perhaps gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Partition {
    /// By offset.
    #[serde(with = "snapshot::chunked")]
    pub(super) records: Chunked<Stored>,
}

impl Partition {
    /// The first offset that is kept.
    #[inline]
    pub(super) fn start(&self) -> Offset {
        Offset(self.records.first())
    }

    /// The offset that the next record gets.
    #[inline]
    pub(super) fn end(&self) -> Offset {
        Offset(self.records.end())
    }
}

/// The partition of a key: the same on every machine, for as long as the topic has so many partitions.
#[inline]
pub(super) fn of_key(key: &str, partitions: u16) -> PartitionId {
    let mut hasher = StableHasher::default();
    hasher.write(key.as_bytes());
    spread(hasher.finish(), partitions)
}

/// The partition that chance gives to the topic's record of this number. A state machine draws no chance, but to the
/// eye a hash of the number is as good.
pub(super) fn at_random(number: u64, partitions: u16) -> PartitionId {
    spread(digest(&(number, "random partition")), partitions)
}

/// One of so many, each nearly as likely as any other.
#[inline]
fn spread(hash: u64, partitions: u16) -> PartitionId {
    PartitionId((((hash >> 32) * u64::from(partitions)) >> 32) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pinned: with another function, the records of a key that are already there would be in the wrong partition.
    #[test]
    fn the_partition_of_a_key_never_changes() {
        let partitions: Vec<u16> = (0..12).map(|n| of_key(&format!("order-{n}"), 8).0).collect();
        assert_eq!(partitions, [4, 7, 2, 5, 1, 0, 6, 6, 7, 6, 3, 5]);
    }

    #[test]
    fn keys_spread_evenly() {
        let mut counts = [0; 7];
        for n in 0..7_000 {
            counts[usize::from(of_key(&format!("customer {n}"), 7).0)] += 1;
        }
        assert!(counts.iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
    }
}
