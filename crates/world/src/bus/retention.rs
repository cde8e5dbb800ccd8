//! What a topic keeps.
//!
//! Records are forgotten from the front, whether or not every group has had them: a log that waited for its slowest
//! reader would be as large as that reader is slow. A group that is overtaken skips to the new start, is told, and what
//! it missed is counted.

use serde::{Deserialize, Serialize};

use super::error::{BusError, Setting};
use super::ids::Offset;
use super::limits::{Limited, Limits};
use super::partition::Partition;
use crate::base::{Span, Time};

/// How long and how many records of a partition are kept. By default all are, until the partition is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Retention {
    /// No more than so many in a partition: the oldest go first.
    pub records: Option<u32>,
    /// None that is older than this.
    pub age: Option<Span>,
}

impl Retention {
    /// Whether there is anything that is not kept.
    #[inline]
    pub(super) fn is_some(self) -> bool {
        self.records.is_some() || self.age.is_some()
    }

    pub(super) fn check(self, limits: &Limits) -> Result<(), BusError> {
        if self.records == Some(0) || self.age == Some(Span::ZERO) {
            return Err(BusError::Setting(Setting::RetainsNothing));
        }
        if self.records > Some(limits.records) {
            return Err(BusError::Limit { what: Limited::Records, limit: limits.records.into() });
        }
        Ok(())
    }

    /// Forgets what is not to be kept at this moment. Whether anything was.
    #[inline]
    pub(super) fn trim(self, partition: &mut Partition, now: Time) -> bool {
        let before = partition.start();
        let mut start = before.0;
        if let Some(most) = self.records {
            start = start.max(partition.end().0.saturating_sub(u64::from(most)));
        }
        if let Some(age) = self.age {
            let young = |stored: &&super::Stored| now.since(stored.at) <= age;
            start += partition.records.iter_from(start).take_while(|stored| !young(stored)).count() as u64;
        }
        if Offset(start) > before {
            partition.records.drop_before(start);
        }
        partition.start() > before
    }

    /// When the partition's first record becomes too old.
    pub(super) fn next(self, partition: &Partition) -> Time {
        match (self.age, partition.records.get(partition.start().0)) {
            (Some(age), Some(first)) => first.at + age + Span(1),
            _ => Time::NEVER,
        }
    }
}
