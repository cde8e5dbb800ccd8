//! Topics: named sets of partitions.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::defect::{Defect, Defects};
use super::error::{BusError, Setting};
use super::ids::PartitionId;
use super::limits::{Limited, Limits};
use super::partition::{self, Partition};
use super::record::Record;
use super::retention::Retention;

/// How a topic is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TopicSettings {
    /// Its name.
    pub name: SmolStr,
    /// How many partitions it has, for ever: another number would send keys elsewhere.
    pub partitions: u16,
    /// What it keeps.
    pub retention: Retention,
}

impl TopicSettings {
    pub(super) fn check(&self, limits: &Limits) -> Result<(), BusError> {
        if self.name.len() as u64 > u64::from(limits.name_bytes) {
            return Err(BusError::Limit { what: Limited::NameBytes, limit: limits.name_bytes.into() });
        }
        if self.partitions > limits.partitions {
            return Err(BusError::Limit { what: Limited::Partitions, limit: limits.partitions.into() });
        }
        if self.partitions == 0 {
            return Err(BusError::Setting(Setting::NoPartitions));
        }
        self.retention.check(limits)
    }
}

/// A topic and its records.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Topic {
    pub(super) settings: TopicSettings,
    pub(super) partitions: Vec<Partition>,
    /// How many records were ever published.
    pub(super) published: u64,
}

impl Topic {
    pub(super) fn new(settings: TopicSettings) -> Topic {
        let partitions = (0..settings.partitions).map(|_| Partition::default()).collect();
        Topic { settings, partitions, published: 0 }
    }

    /// Where the record goes if it is the topic's one of this number.
    #[inline]
    pub(super) fn place(&self, record: &Record, number: u64, defects: Defects) -> PartitionId {
        let partitions = self.settings.partitions;
        if defects.has(Defect::RandomPartition) {
            return partition::at_random(number, partitions);
        }
        match &record.key {
            Some(key) => partition::of_key(key, partitions),
            None => PartitionId((number % u64::from(partitions)) as u16),
        }
    }

    #[inline]
    pub(super) fn partition(&self, id: PartitionId) -> Option<&Partition> {
        self.partitions.get(usize::from(id.0))
    }
}
