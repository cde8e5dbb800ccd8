//! What the bus refuses, and why.

use serde::{Deserialize, Serialize};

use super::ids::{
    Generation, GroupId, MemberId, PartitionId, Position, ProducerEpoch, ProducerId, ProducerSequence, TopicId,
};
use super::limits::Limited;

/// An action that was not carried out. It changed nothing, but that the member which asked was heard.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum BusError {
    /// More than the bus takes.
    #[error("too many {what}: at most {limit}")]
    Limit {
        /// Of what there is too much.
        what: Limited,
        /// The most that is allowed.
        limit: u64,
    },
    /// A setting with which nothing would work.
    #[error("{0}")]
    Setting(
        /// Which one, and what is wrong with it.
        Setting,
    ),
    /// The topic does not exist.
    #[error("there is no topic {0}")]
    NoSuchTopic(
        /// Which.
        TopicId,
    ),
    /// The partition does not exist.
    #[error("topic {topic} has no partition {partition}")]
    NoSuchPartition {
        /// In which topic it was looked for.
        topic: TopicId,
        /// Which.
        partition: PartitionId,
    },
    /// The group does not exist.
    #[error("there is no group {0}")]
    NoSuchGroup(
        /// Which.
        GroupId,
    ),
    /// The name is taken by a topic of other settings. (Creating the same one again is no error.)
    #[error("topic {topic} has this name and other settings")]
    TopicExists {
        /// The topic that has it.
        topic: TopicId,
    },
    /// The name is taken by a group of other settings. (Creating the same one again is no error.)
    #[error("group {group} has this name and other settings")]
    GroupExists {
        /// The group that has it.
        group: GroupId,
    },
    /// The group does not read the topic.
    #[error("group {group} does not read topic {topic}")]
    NotSubscribed {
        /// Which group.
        group: GroupId,
        /// Which topic.
        topic: TopicId,
    },
    /// The member never joined, has left, or was quiet for longer than the session timeout: its partitions are with
    /// others now. It has to join again.
    #[error("group {group} has no member {member}: it has to join")]
    NoSuchMember {
        /// Which group.
        group: GroupId,
        /// Which member.
        member: MemberId,
    },
    /// The member asks for records by an older membership than the present one: a heartbeat tells it what it owns now.
    #[error("generation {given} is fenced, {current} is the present one: ask by a heartbeat for what is owned now")]
    Fenced {
        /// The generation that it knows.
        given: Generation,
        /// The present one.
        current: Generation,
    },
    /// The producer has no session.
    #[error("producer {0} has no session: it has to open one")]
    NoSuchProducer(
        /// Which.
        ProducerId,
    ),
    /// An older incarnation of the producer, whose place a newer one has taken.
    #[error("epoch {given} of producer {producer} is fenced, {current} is the present one")]
    ProducerFenced {
        /// Which producer.
        producer: ProducerId,
        /// The epoch it has.
        given: ProducerEpoch,
        /// The present one.
        current: ProducerEpoch,
    },
    /// Records of the producer are missing in between: storing these would lose the order, or hide a loss.
    #[error("producer {producer} left a gap: expected sequence {expected}, got {given}")]
    SequenceGap {
        /// Which producer.
        producer: ProducerId,
        /// The sequence that has to come next.
        expected: ProducerSequence,
        /// The one that came.
        given: ProducerSequence,
    },
    /// The record was stored so long ago that the bus no longer knows where.
    #[error("sequence {given} of producer {producer} is older than all that are remembered, from {oldest}")]
    SequenceTooOld {
        /// Which producer.
        producer: ProducerId,
        /// The oldest sequence that is remembered.
        oldest: ProducerSequence,
        /// The one that came.
        given: ProducerSequence,
    },
}

/// A setting with which nothing would work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum Setting {
    /// A topic of no partitions.
    #[error("a topic has at least one partition")]
    NoPartitions,
    /// A retention that keeps nothing.
    #[error("retention keeps at least one record, and for longer than no time")]
    RetainsNothing,
    /// A group that reads nothing.
    #[error("a group reads at least one topic, and each once")]
    NoTopics,
    /// Members that time out at once.
    #[error("the session timeout is longer than no time")]
    NoSession,
    /// Records that time out at once.
    #[error("the ack wait is longer than no time, and its longest is no shorter than its first")]
    NoAckWait,
    /// A back-off that shrinks.
    #[error("the longest back-off is no shorter than the first")]
    ShrinkingBackOff,
    /// Records that are never delivered.
    #[error("a record is tried at least once")]
    NoTries,
    /// No record may be in flight.
    #[error("at least one record may be in flight, of a partition and with a member")]
    NoInFlight,
}

/// One answer of a consumer that was not taken; the others of the same action were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refusal {
    /// The answer to which record.
    pub at: Position,
    /// Why it was not taken.
    pub why: Refused,
}

/// Why a consumer's answer was not taken, or a dead letter not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum Refused {
    /// The member has no right to this partition, or not yet by the generation that it knows: it was given to `owner`
    /// in `since`, from the committed offset, and what was not committed comes again there.
    #[error("the partition has another owner")]
    Fenced {
        /// Who owns the partition now.
        owner: Option<MemberId>,
        /// Since which generation; nobody's generation, if nobody owns it.
        since: Generation,
    },
    /// The record was not delivered to this owner.
    #[error("the record was not delivered to this owner")]
    NotDelivered,
    /// The answer comes too late: the record was given up and lies with the dead letters.
    #[error("the record lies with the dead letters")]
    DeadLettered,
    /// The group does not read this partition.
    #[error("the group does not read this partition")]
    NotSubscribed,
    /// There is no such dead letter.
    #[error("there is no such dead letter")]
    NoDeadLetter,
}
