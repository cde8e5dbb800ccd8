//! What views ask of the bus. Questions change nothing and are not logged.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::cursor::{Counts, Cursor, Owner};
use super::dead_letters::LetterAt;
use super::delivery::{Entry, Standing};
use super::error::BusError;
use super::group::{Group, Membership};
use super::ids::{
    Generation, GroupId, MemberId, Offset, PartitionId, Position, ProducerEpoch, ProducerId, ProducerSequence, TopicId,
};
use super::machine::Bus;
use super::record::Stored;
use super::settings::GroupSettings;
use super::topic::{Topic, TopicSettings};
use crate::base::Time;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BusQuery {
    /// What there is: topics, groups and producers.
    Overview,
    /// A topic by partition, with each group's position.
    Topic(TopicId),
    /// Some records of a partition, from an offset on.
    Records {
        /// Of which topic.
        topic: TopicId,
        /// Of which partition.
        partition: PartitionId,
        /// From where; from the first that is kept, if it is not.
        from: Offset,
        /// How many at most.
        most: u32,
    },
    /// A group: its members, and how far it is in each partition.
    Group(GroupId),
    /// How each record stands that a group was given and that is not settled for good.
    Open {
        /// Which group.
        group: GroupId,
        /// Of which topic.
        topic: TopicId,
        /// Of which partition.
        partition: PartitionId,
    },
    /// A group's dead letters, in the order of their places.
    DeadLetters {
        /// Which group.
        group: GroupId,
        /// Those at this place and after it.
        from: Position,
        /// How many at most.
        most: u32,
    },
}

/// An answer, to the question of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BusAnswer {
    /// What there is.
    Overview(Overview),
    /// A topic.
    Topic(TopicView),
    /// Records, from this offset on.
    Records {
        /// The offset of the first; the others follow it.
        first: Offset,
        /// The records.
        records: Vec<Stored>,
    },
    /// A group.
    Group(GroupView),
    /// What is open.
    Open(Vec<OpenRecord>),
    /// Dead letters.
    DeadLetters(Vec<LetterAt>),
}

/// What there is on a bus.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Overview {
    /// The latest time that a command brought.
    pub now: Time,
    /// The topics, in the order of their ids.
    pub topics: Vec<SmolStr>,
    /// The groups.
    pub groups: Vec<(GroupId, SmolStr)>,
    /// The producers.
    pub producers: Vec<ProducerView>,
}

/// A producer's session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProducerView {
    /// Which producer.
    pub producer: ProducerId,
    /// Its present incarnation.
    pub epoch: ProducerEpoch,
    /// The oldest sequence of which a retry is known.
    pub oldest: ProducerSequence,
    /// The sequence that has to come next.
    pub next: ProducerSequence,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TopicView {
    /// How it is.
    pub settings: TopicSettings,
    /// How many records were ever published.
    pub published: u64,
    /// Its partitions.
    pub partitions: Vec<PartitionView>,
}

/// A partition and its readers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartitionView {
    /// The first offset that is kept.
    pub start: Offset,
    /// The offset that the next record gets.
    pub end: Offset,
    /// How far each group is that reads it.
    pub groups: Vec<(GroupId, Progress)>,
}

/// How far a group is in a partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Progress {
    /// Who owns it.
    pub owner: Option<Owner>,
    /// The first offset that is not settled: here a new owner begins.
    pub committed: Offset,
    /// The first that was not delivered.
    pub next: Offset,
    /// How many records are not settled: from the committed offset to the end of the partition.
    pub lag: u64,
    /// How many are with their consumer.
    pub in_flight: u32,
    /// How many are to be delivered again.
    pub resting: u32,
    /// How many lie with the dead letters.
    pub dead_letters: u32,
    /// What has happened so far.
    pub counts: Counts,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupView {
    /// How it is.
    pub settings: GroupSettings,
    /// Its present generation.
    pub generation: Generation,
    /// Its members, when each was last heard, and what it owns.
    pub members: Vec<(MemberId, Time, Membership)>,
    /// How far it is in each partition that it reads.
    pub partitions: Vec<(TopicId, PartitionId, Progress)>,
    /// How many records are not settled, of all partitions.
    pub lag: u64,
}

/// A record that is not settled for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OpenRecord {
    /// Which.
    pub offset: Offset,
    /// How it stands.
    pub standing: Standing,
    /// How often it was delivered.
    pub tries: u32,
    /// Whether it comes from the dead letters.
    pub replayed: bool,
}

impl Bus {
    /// Answers a question.
    pub(super) fn answer(&self, query: &BusQuery) -> Result<BusAnswer, BusError> {
        Ok(match *query {
            BusQuery::Overview => BusAnswer::Overview(self.overview()),
            BusQuery::Topic(id) => BusAnswer::Topic(self.topic_view(id)?),
            BusQuery::Records { topic, partition, from, most } => {
                let found = self.topic(topic)?.partition(partition);
                let log = found.ok_or(BusError::NoSuchPartition { topic, partition })?;
                let first = from.clamp(log.start(), log.end());
                let most = most.min(self.limits.batch) as usize;
                BusAnswer::Records { first, records: log.records.iter_from(first.0).take(most).cloned().collect() }
            }
            BusQuery::Group(id) => BusAnswer::Group(self.group_view(self.find_group(id)?)),
            BusQuery::Open { group, topic, partition } => {
                let found = self.find_group(group)?;
                let place = found.place(topic, partition).ok_or(BusError::NotSubscribed { group, topic })?;
                BusAnswer::Open(found.cursors[place].open_records())
            }
            BusQuery::DeadLetters { group, from, most } => {
                let cursors = self.find_group(group)?.cursors.iter();
                let letters = cursors.flat_map(|cursor| {
                    let letters = cursor.dead.iter();
                    letters.map(|(&offset, letter)| LetterAt { at: cursor.at(offset), letter: letter.clone() })
                });
                let most = most.min(self.limits.batch) as usize;
                BusAnswer::DeadLetters(letters.filter(|letter| letter.at >= from).take(most).collect())
            }
        })
    }

    fn overview(&self) -> Overview {
        let producer = |(&producer, session): (&ProducerId, &super::producer::Producer)| ProducerView {
            producer,
            epoch: session.epoch,
            oldest: ProducerSequence(session.placed.first()),
            next: session.next(),
        };
        Overview {
            now: self.now,
            topics: self.topics.iter().map(|topic| topic.settings.name.clone()).collect(),
            groups: self.groups.iter().map(|(&id, group)| (id, group.settings.name.clone())).collect(),
            producers: self.producers.iter().map(producer).collect(),
        }
    }

    fn topic(&self, id: TopicId) -> Result<&Topic, BusError> {
        self.topics.get(usize::from(id.0)).ok_or(BusError::NoSuchTopic(id))
    }

    fn find_group(&self, id: GroupId) -> Result<&Group, BusError> {
        self.groups.get(&id).ok_or(BusError::NoSuchGroup(id))
    }

    fn topic_view(&self, id: TopicId) -> Result<TopicView, BusError> {
        let topic = self.topic(id)?;
        let view = |(number, log): (u16, &super::partition::Partition)| PartitionView {
            start: log.start(),
            end: log.end(),
            groups: self
                .groups
                .iter()
                .filter_map(|(&group, found)| {
                    let cursor = &found.cursors[found.place(id, PartitionId(number))?];
                    Some((group, self.progress(cursor)))
                })
                .collect(),
        };
        Ok(TopicView {
            settings: topic.settings.clone(),
            published: topic.published,
            partitions: (0..).zip(&topic.partitions).map(view).collect(),
        })
    }

    fn group_view(&self, group: &Group) -> GroupView {
        let progress = |cursor: &Cursor| (cursor.topic, cursor.partition, self.progress(cursor));
        let partitions: Vec<_> = group.cursors.iter().map(progress).collect();
        let members = group.members.iter();
        GroupView {
            settings: group.settings.clone(),
            generation: group.generation,
            members: members.map(|(&id, member)| (id, member.last_heard, group.membership(id))).collect(),
            lag: partitions.iter().map(|(_, _, progress)| progress.lag).sum(),
            partitions,
        }
    }

    fn progress(&self, cursor: &Cursor) -> Progress {
        let log = self.topics.get(usize::from(cursor.topic.0)).and_then(|topic| topic.partition(cursor.partition));
        let end = log.map_or(cursor.committed, super::partition::Partition::end);
        Progress {
            owner: cursor.owner,
            committed: cursor.committed,
            next: cursor.next(),
            lag: end.0.saturating_sub(cursor.committed.0),
            in_flight: cursor.in_flight,
            resting: cursor.resting,
            dead_letters: cursor.dead.len() as u32,
            counts: cursor.counts,
        }
    }
}

impl Cursor {
    /// All that is not settled for good: what comes from the dead letters first.
    fn open_records(&self) -> Vec<OpenRecord> {
        let replays = self.replays.len();
        let open = |(n, (offset, &Entry { standing, tries })): (usize, (Offset, &Entry))| OpenRecord {
            offset,
            standing,
            tries,
            replayed: n < replays,
        };
        self.open().enumerate().map(open).collect()
    }
}
