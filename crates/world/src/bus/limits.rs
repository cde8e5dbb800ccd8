//! The limits of a bus: no command may exhaust it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a bus takes. What is beyond is refused with [`BusError::Limit`](super::BusError::Limit) and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// The most topics.
    pub topics: u16,
    /// The most partitions of a topic.
    pub partitions: u16,
    /// The most records in a partition. One without retention is full then, and refuses more.
    pub records: u32,
    /// The most bytes of a record, its key and header included.
    pub record_bytes: u32,
    /// The most consumer groups.
    pub groups: u16,
    /// The most topics that a group reads.
    pub group_topics: u16,
    /// The most members of a group.
    pub members: u16,
    /// The most records of a partition, or under one member's hands, that a group may leave unanswered.
    pub in_flight: u32,
    /// The most dead letters of a partition that a group keeps.
    pub dead_letters: u32,
    /// The most producers with a session.
    pub producers: u16,
    /// How many of a producer's latest records are remembered, to know a retry.
    pub dedup_window: u32,
    /// The most records in one publish, and the most answers, deliveries and dead letters in one action or answer.
    pub batch: u32,
    /// The most actions in one command.
    pub actions: u32,
    /// The most bytes of a name.
    pub name_bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            topics: 64,
            partitions: 64,
            records: 1_000_000,
            record_bytes: 64 * 1024,
            groups: 64,
            group_topics: 16,
            members: 64,
            in_flight: 4_096,
            dead_letters: 1_000,
            producers: 256,
            dedup_window: 1_024,
            batch: 1_024,
            actions: 256,
            name_bytes: 64,
        }
    }
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Limited {
    /// Topics.
    Topics,
    /// Partitions of a topic.
    Partitions,
    /// Records in a partition.
    Records,
    /// Bytes of one record.
    RecordBytes,
    /// Consumer groups.
    Groups,
    /// Topics that one group reads.
    GroupTopics,
    /// Members of a group.
    Members,
    /// Unanswered records.
    InFlight,
    /// Producers.
    Producers,
    /// Records or answers in one action.
    Batch,
    /// Actions in one command.
    Actions,
    /// Bytes of a name.
    NameBytes,
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Limited::Topics => "topics",
            Limited::Partitions => "partitions of a topic",
            Limited::Records => "records in a partition",
            Limited::RecordBytes => "bytes of a record",
            Limited::Groups => "consumer groups",
            Limited::GroupTopics => "topics of a group",
            Limited::Members => "members of a group",
            Limited::InFlight => "unanswered records",
            Limited::Producers => "producers",
            Limited::Batch => "records in one action",
            Limited::Actions => "actions in one command",
            Limited::NameBytes => "bytes of a name",
        })
    }
}
