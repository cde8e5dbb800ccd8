//! What can be asked of the bus, and what it replies.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::delivery::Verdict;
use super::error::{BusError, Refusal};
use super::group::{Fetched, Membership};
use super::ids::{Generation, GroupId, MemberId, Position, ProducerEpoch, ProducerId, ProducerSequence, TopicId};
use super::producer::Stamp;
use super::record::Record;
use super::settings::GroupSettings;
use super::topic::TopicSettings;
use crate::base::Time;

/// One entry of the log: a moment, and what is done at it.
///
/// Several actions, of one asker or of many, share an entry: agreement costs the same for a hundred as for one. Each is
/// carried out or refused by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BusCommand {
    /// The time, as whoever put the command into the log (the leader, or the one broker) saw it. The bus has no other
    /// clock; an older time than it has seen, as after a change of leaders, counts as the one that it has seen.
    pub now: Time,
    /// What is done, in this order. With none, only time passes.
    pub actions: Vec<Action>,
}

impl BusCommand {
    /// A command with one action.
    pub fn one(now: Time, action: Action) -> BusCommand {
        BusCommand { now, actions: vec![action] }
    }
}

/// What the bus responds to a command: a reply for each action. A command of too many actions gets a single refusal.
pub type BusResponse = Vec<Result<Reply, BusError>>;

/// Something done to the bus.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Makes a topic; nothing if it is there already.
    CreateTopic(TopicSettings),
    /// Makes a consumer group; nothing if it is there already.
    CreateGroup(GroupSettings),
    /// Removes a group with all that it knows, its dead letters too.
    DeleteGroup(GroupId),
    /// A producer begins, for the first time or again: it gets the next epoch, and older ones are fenced.
    OpenProducer(ProducerId),
    /// A producer ends: nothing is remembered of it.
    CloseProducer(ProducerId),
    /// Stores records, all or none.
    Publish {
        /// Who publishes; without it, a retry is stored again.
        stamp: Option<Stamp>,
        /// The records and their topics, in order.
        records: Vec<Outgoing>,
    },
    /// A consumer joins a group, for the first time or after it has started anew.
    Join {
        /// Which group.
        group: GroupId,
        /// Who joins.
        member: MemberId,
    },
    /// A consumer leaves its group; its partitions go to others at once.
    Leave {
        /// Which group.
        group: GroupId,
        /// Who leaves.
        member: MemberId,
    },
    /// A consumer lives, and asks what it owns. Fetching and answering are signs of life too.
    Heartbeat {
        /// Which group.
        group: GroupId,
        /// Who lives.
        member: MemberId,
    },
    /// A consumer asks for records of the partitions that it owns. It changes what is in flight, so it is a command.
    Fetch {
        /// Which group.
        group: GroupId,
        /// Who asks.
        member: MemberId,
        /// By which membership; only the present one will do.
        generation: Generation,
        /// How many at most.
        most: u32,
    },
    /// A consumer answers deliveries, in any order.
    Answer {
        /// Which group.
        group: GroupId,
        /// Who answers.
        member: MemberId,
        /// By which membership; one since which the partition has been its own will do.
        generation: Generation,
        /// The answers.
        answers: Vec<Answer>,
    },
    /// Has dead letters delivered again, each with a fresh count of tries.
    Replay {
        /// Of which group.
        group: GroupId,
        /// Which letters.
        letters: Vec<Position>,
    },
    /// Throws dead letters away.
    Discard {
        /// Of which group.
        group: GroupId,
        /// Which letters.
        letters: Vec<Position>,
    },
}

/// A record and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outgoing {
    /// To which topic.
    pub topic: TopicId,
    /// What.
    pub record: Arc<Record>,
}

/// A consumer's answer to one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// Which record.
    pub at: Position,
    /// What came of it.
    pub verdict: Verdict,
}

/// What an action came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// The topic is there, made now or before.
    Topic(TopicId),
    /// The group is there, made now or before.
    Group(GroupId),
    /// The producer may begin.
    ProducerOpened {
        /// Its epoch.
        epoch: ProducerEpoch,
        /// The number of its next record.
        next: ProducerSequence,
    },
    /// The records are stored.
    Published {
        /// Where each is.
        positions: Vec<Position>,
        /// So many of them, from the first, were stored by an earlier try.
        repeated: u32,
    },
    /// What the member owns.
    Membership(Membership),
    /// What the member is to process.
    Fetched(Fetched),
    /// The answers were taken, or the letters found: all but these.
    Taken {
        /// What was not, each with the reason.
        refused: Vec<Refusal>,
    },
    /// It is done, and there is nothing to say about it.
    Done,
}

impl Action {
    /// Publishes records of one topic.
    pub fn publish(topic: TopicId, stamp: Option<Stamp>, records: impl IntoIterator<Item = Record>) -> Action {
        let outgoing = |record| Outgoing { topic, record: Arc::new(record) };
        Action::Publish { stamp, records: records.into_iter().map(outgoing).collect() }
    }

    /// About how many bytes the action takes on the wire and on disk.
    pub(super) fn bytes(&self) -> u32 {
        let text = |text: &str| text.len() as u64;
        let bytes = match self {
            Action::CreateTopic(settings) => 16 + text(&settings.name),
            Action::CreateGroup(settings) => 64 + text(&settings.name) + 2 * settings.topics.len() as u64,
            Action::DeleteGroup(_) | Action::OpenProducer(_) | Action::CloseProducer(_) => 5,
            Action::Publish { records, .. } => {
                17 + records.iter().map(|outgoing| 2 + u64::from(outgoing.record.bytes())).sum::<u64>()
            }
            Action::Join { .. } | Action::Leave { .. } | Action::Heartbeat { .. } => 9,
            Action::Fetch { .. } => 21,
            Action::Answer { answers, .. } => 17 + 13 * answers.len() as u64,
            Action::Replay { letters, .. } | Action::Discard { letters, .. } => 5 + 12 * letters.len() as u64,
        };
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}
