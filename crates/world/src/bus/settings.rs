//! How a consumer group is to be.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::error::{BusError, Setting};
use super::ids::TopicId;
use super::limits::{Limited, Limits};
use crate::base::Span;

/// How a consumer group is to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupSettings {
    /// Its name.
    pub name: SmolStr,
    /// What it reads.
    pub topics: Vec<TopicId>,
    /// Where it begins.
    pub start: Start,
    /// A member that is not heard for this long is out, and its partitions go to others.
    pub session_timeout: Span,
    /// How long a delivered record may stay unanswered before it is delivered again; longer with each try, so that a
    /// consumer which is only slow gets done in the end.
    pub ack_wait: Waits,
    /// How long a record rests that its consumer could not process, before it is delivered again.
    pub retry: Waits,
    /// How often a record is delivered before it goes to the dead letters.
    pub max_tries: u32,
    /// How many records of one partition may be beyond its committed offset: delivered and not yet answered, or answered
    /// while an earlier one is not. With 1, not even a redelivery changes the order.
    pub partition_in_flight: u32,
    /// How many unanswered records one member may have, of all its partitions.
    pub member_in_flight: u32,
}

impl Default for GroupSettings {
    fn default() -> Self {
        GroupSettings {
            name: SmolStr::default(),
            topics: Vec::new(),
            start: Start::Earliest,
            session_timeout: Span::secs(3),
            ack_wait: Waits { first: Span::millis(500), longest: Span::secs(8) },
            retry: Waits { first: Span::millis(100), longest: Span::secs(5) },
            max_tries: 5,
            partition_in_flight: 64,
            member_in_flight: 256,
        }
    }
}

/// Where a new group begins to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Start {
    /// With the oldest record that is kept: a reader invented today is built from yesterday's records.
    #[default]
    Earliest,
    /// With the next record that comes.
    Latest,
}

/// Waits that double from one try to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Waits {
    /// The wait of the first try.
    pub first: Span,
    /// None is longer than this.
    pub longest: Span,
}

impl Waits {
    /// The wait of this try, counted from 1.
    #[inline]
    pub fn of_try(self, tries: u32) -> Span {
        let doublings = tries.saturating_sub(1).min(63);
        Span(self.first.0.saturating_mul(1 << doublings).min(self.longest.0))
    }
}

impl GroupSettings {
    pub(super) fn check(&self, limits: &Limits) -> Result<(), BusError> {
        let setting = |setting| Err(BusError::Setting(setting));
        let limit = |what, limit: u32| Err(BusError::Limit { what, limit: limit.into() });
        if self.name.len() as u64 > u64::from(limits.name_bytes) {
            return limit(Limited::NameBytes, limits.name_bytes);
        }
        if self.topics.len() > usize::from(limits.group_topics) {
            return limit(Limited::GroupTopics, limits.group_topics.into());
        }
        if self.partition_in_flight.max(self.member_in_flight) > limits.in_flight {
            return limit(Limited::InFlight, limits.in_flight);
        }
        if self.topics.is_empty() || self.topics.iter().enumerate().any(|(n, topic)| self.topics[..n].contains(topic)) {
            return setting(Setting::NoTopics);
        }
        if self.session_timeout == Span::ZERO {
            return setting(Setting::NoSession);
        }
        if self.ack_wait.first == Span::ZERO || self.ack_wait.longest < self.ack_wait.first {
            return setting(Setting::NoAckWait);
        }
        if self.retry.longest < self.retry.first {
            return setting(Setting::ShrinkingBackOff);
        }
        if self.max_tries == 0 {
            return setting(Setting::NoTries);
        }
        if self.partition_in_flight.min(self.member_in_flight) == 0 {
            return setting(Setting::NoInFlight);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits = Waits { first: Span(100), longest: Span(700) };
        assert_eq!([1, 2, 3, 4, 5, 2_000].map(|tries| waits.of_try(tries).0), [100, 200, 400, 700, 700, 700]);
        let longest = Waits { first: Span(3), longest: Span(u64::MAX) };
        assert_eq!(longest.of_try(u32::MAX), Span(u64::MAX));
    }
}
