//! The bus itself: one value, changed only by [`apply`](StateMachine::apply).

use serde::{Deserialize, Serialize};

use super::command::{Action, BusCommand, BusResponse, Outgoing, Reply};
use super::defect::Defects;
use super::error::{BusError, Refusal, Refused};
use super::group::{Group, Surroundings};
use super::ids::{GroupId, Offset, PartitionId, Position, ProducerEpoch, ProducerId, TopicId};
use super::limits::{Limited, Limits};
use super::producer::{Producer, Stamp};
use super::query::{BusAnswer, BusQuery};
use super::settings::GroupSettings;
use super::snapshot;
use super::topic::{Topic, TopicSettings};
use crate::base::{SnapshotError, SortedMap, StateMachine, Time};

/// A whole event bus.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bus {
    pub(super) limits: Limits,
    pub(super) defects: Defects,
    /// The latest time that a command brought.
    pub(super) now: Time,
    /// Time alone changes nothing before this.
    due: Time,
    /// By id.
    pub(super) topics: Vec<Topic>,
    pub(super) groups: SortedMap<GroupId, Group>,
    next_group: GroupId,
    pub(super) producers: SortedMap<ProducerId, Producer>,
}

impl Default for Bus {
    fn default() -> Self {
        Bus::new(Limits::default(), Defects::default())
    }
}

impl Bus {
    /// A bus with no topic yet.
    pub fn new(limits: Limits, defects: Defects) -> Bus {
        Bus {
            limits,
            defects,
            now: Time::ZERO,
            due: Time::NEVER,
            topics: Vec::new(),
            groups: SortedMap::default(),
            next_group: GroupId(0),
            producers: SortedMap::default(),
        }
    }

    /// When time alone will change something next: a session or an ack wait may end, or a record be too old. Not later
    /// than it will; so whoever drives the bus sends a command without actions then, if there is no other.
    pub fn next_due(&self) -> Time {
        self.due
    }

    fn act(&mut self, action: &Action) -> Result<Reply, BusError> {
        match action {
            Action::CreateTopic(settings) => self.create_topic(settings),
            Action::CreateGroup(settings) => self.create_group(settings),
            Action::DeleteGroup(group) => {
                self.group(*group)?;
                self.groups.remove(group);
                Ok(Reply::Done)
            }
            Action::OpenProducer(producer) => self.open_producer(*producer),
            Action::CloseProducer(producer) => match self.producers.remove(producer) {
                Some(_) => Ok(Reply::Done),
                None => Err(BusError::NoSuchProducer(*producer)),
            },
            Action::Publish { stamp, records } => self.publish(*stamp, records),
            Action::Join { group, member } => {
                let (group, around) = self.group(*group)?;
                let membership = group.join(*member, around)?;
                let session_ends = around.now + group.settings.session_timeout;
                self.due = self.due.min(session_ends);
                Ok(Reply::Membership(membership))
            }
            Action::Leave { group, member } => {
                let (group, around) = self.group(*group)?;
                group.leave(*member, around).map(|()| Reply::Done)
            }
            Action::Heartbeat { group, member } => {
                let (group, around) = self.group(*group)?;
                group.heartbeat(*member, around).map(Reply::Membership)
            }
            Action::Fetch { group, member, generation, most } => {
                let (group, around) = self.group(*group)?;
                let (fetched, until) = group.fetch(*member, *generation, *most, around)?;
                self.due = self.due.min(until);
                Ok(Reply::Fetched(fetched))
            }
            Action::Answer { group, member, generation, answers } => {
                self.check_batch(answers.len())?;
                let (group, around) = self.group(*group)?;
                let refused = group.answer(*member, *generation, answers, around)?;
                Ok(Reply::Taken { refused })
            }
            Action::Replay { group, letters } => self.dead_letters(*group, letters, true),
            Action::Discard { group, letters } => self.dead_letters(*group, letters, false),
        }
    }

    /// A group, and what it needs of the rest.
    #[inline]
    fn group(&mut self, id: GroupId) -> Result<(&mut Group, Surroundings<'_>), BusError> {
        let group = self.groups.get_mut(&id).ok_or(BusError::NoSuchGroup(id))?;
        Ok((group, Surroundings { now: self.now, topics: &self.topics, limits: &self.limits }))
    }

    #[inline]
    fn check_batch(&self, count: usize) -> Result<(), BusError> {
        let limit = u64::from(self.limits.batch);
        if count as u64 > limit { Err(BusError::Limit { what: Limited::Batch, limit }) } else { Ok(()) }
    }

    fn create_topic(&mut self, settings: &TopicSettings) -> Result<Reply, BusError> {
        settings.check(&self.limits)?;
        let id = |place: usize| TopicId(place as u16);
        if let Some(place) = self.topics.iter().position(|topic| topic.settings.name == settings.name) {
            let same = self.topics[place].settings == *settings;
            return if same { Ok(Reply::Topic(id(place))) } else { Err(BusError::TopicExists { topic: id(place) }) };
        }
        if self.topics.len() >= usize::from(self.limits.topics) {
            return Err(BusError::Limit { what: Limited::Topics, limit: self.limits.topics.into() });
        }
        self.topics.push(Topic::new(settings.clone()));
        Ok(Reply::Topic(id(self.topics.len() - 1)))
    }

    fn create_group(&mut self, settings: &GroupSettings) -> Result<Reply, BusError> {
        settings.check(&self.limits)?;
        if let Some((&id, group)) = self.groups.iter().find(|(_, group)| group.settings.name == settings.name) {
            let same = group.settings == *settings;
            return if same { Ok(Reply::Group(id)) } else { Err(BusError::GroupExists { group: id }) };
        }
        if self.groups.len() >= usize::from(self.limits.groups) {
            return Err(BusError::Limit { what: Limited::Groups, limit: self.limits.groups.into() });
        }
        let id = self.next_group;
        let group = Group::new(id, settings.clone(), &self.topics)?;
        self.groups.insert(id, group);
        self.next_group = GroupId(id.0.saturating_add(1));
        Ok(Reply::Group(id))
    }

    fn open_producer(&mut self, id: ProducerId) -> Result<Reply, BusError> {
        // Nobody is forgotten to make room: a retry of the forgotten one would be stored twice.
        if !self.producers.contains_key(&id) && self.producers.len() >= usize::from(self.limits.producers) {
            return Err(BusError::Limit { what: Limited::Producers, limit: self.limits.producers.into() });
        }
        let producer = self.producers.get_or_insert_with(id, Producer::default);
        producer.epoch = ProducerEpoch(producer.epoch.0.saturating_add(1));
        Ok(Reply::ProducerOpened { epoch: producer.epoch, next: producer.next() })
    }

    fn publish(&mut self, stamp: Option<Stamp>, records: &[Outgoing]) -> Result<Reply, BusError> {
        self.check_batch(records.len())?;
        let mut positions = Vec::with_capacity(records.len());
        let mut repeated = 0;
        if let Some(stamp) = stamp {
            let producer = self.producers.get(&stamp.producer).ok_or(BusError::NoSuchProducer(stamp.producer))?;
            repeated = producer.repeated(stamp, records.len())?;
            positions.extend(producer.placed.iter_from(stamp.first.0).take(repeated).copied());
        }
        let new = &records[repeated..];
        let room = u64::from(self.limits.records).saturating_sub(new.len() as u64);
        for (number, Outgoing { topic, record }) in (0..).zip(new) {
            let id = *topic;
            let topic = self.topics.get(usize::from(id.0)).ok_or(BusError::NoSuchTopic(id))?;
            if record.bytes() > self.limits.record_bytes {
                return Err(BusError::Limit { what: Limited::RecordBytes, limit: self.limits.record_bytes.into() });
            }
            let partition = topic.place(record, topic.published + number, self.defects);
            // The whole batch has to have room in each partition: simple, and at the limit it hardly matters.
            let len = topic.partition(partition).map_or(0, |partition| partition.records.len() as u64);
            if topic.settings.retention.records.is_none() && len > room {
                return Err(BusError::Limit { what: Limited::Records, limit: self.limits.records.into() });
            }
            positions.push(Position { topic: id, partition, offset: Offset::ZERO });
        }
        let mut trims = false;
        for (position, Outgoing { record, .. }) in positions[repeated..].iter_mut().zip(new) {
            let topic = &mut self.topics[usize::from(position.topic.0)];
            topic.published += 1;
            trims |= topic.settings.retention.is_some();
            let stored = super::Stored { at: self.now, record: record.clone() };
            position.offset = Offset(topic.partitions[usize::from(position.partition.0)].records.push(stored));
        }
        if trims {
            self.trim_touched(&positions[repeated..]);
        }
        if let Some(stamp) = stamp
            && let Some(producer) = self.producers.get_mut(&stamp.producer)
        {
            producer.remember(&positions[repeated..], self.limits.dedup_window);
        }
        Ok(Reply::Published { positions, repeated: repeated as u32 })
    }

    /// Forgets what the partitions that got records are not to keep.
    fn trim_touched(&mut self, positions: &[Position]) {
        for position in positions {
            self.trim(position.topic, position.partition);
        }
    }

    #[inline]
    fn trim(&mut self, id: TopicId, partition: PartitionId) {
        let Some(topic) = self.topics.get_mut(usize::from(id.0)) else { return };
        let Some(log) = topic.partitions.get_mut(usize::from(partition.0)) else { return };
        if topic.settings.retention.trim(log, self.now) {
            for (_, group) in self.groups.iter_mut() {
                group.skip_to(id, partition, log.start());
            }
        }
        self.due = self.due.min(topic.settings.retention.next(log));
    }

    fn dead_letters(&mut self, id: GroupId, letters: &[Position], replay: bool) -> Result<Reply, BusError> {
        self.check_batch(letters.len())?;
        let (group, around) = self.group(id)?;
        let mut refused = Vec::new();
        for &at in letters {
            let outcome = match group.place(at.topic, at.partition) {
                None => Err(Refused::NotSubscribed),
                Some(place) if replay => group.cursors[place].replay(at.offset, around.now),
                Some(place) => group.cursors[place].discard(at.offset),
            };
            if let Err(why) = outcome {
                refused.push(Refusal { at, why });
            }
        }
        Ok(Reply::Taken { refused })
    }

    /// What time alone changes, up to now.
    fn pass_time(&mut self) {
        self.due = Time::NEVER;
        for id in (0..self.topics.len()).map(|place| TopicId(place as u16)) {
            for partition in 0..self.topics[usize::from(id.0)].settings.partitions {
                self.trim(id, PartitionId(partition));
            }
        }
        let around = Surroundings { now: self.now, topics: &self.topics, limits: &self.limits };
        for (_, group) in self.groups.iter_mut() {
            self.due = self.due.min(group.pass_time(around));
        }
    }
}

impl StateMachine for Bus {
    type Command = BusCommand;
    type Response = BusResponse;
    type Query = BusQuery;
    type Answer = Result<BusAnswer, BusError>;

    fn apply(&mut self, command: &BusCommand) -> BusResponse {
        self.now = self.now.max(command.now);
        if self.due <= self.now {
            self.pass_time();
        }
        if command.actions.len() as u64 > u64::from(self.limits.actions) {
            return vec![Err(BusError::Limit { what: Limited::Actions, limit: self.limits.actions.into() })];
        }
        command.actions.iter().map(|action| self.act(action)).collect()
    }

    fn query(&self, query: &BusQuery) -> Self::Answer {
        self.answer(query)
    }

    fn snapshot(&self) -> Vec<u8> {
        snapshot::write(self)
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        snapshot::read(bytes)
    }

    fn command_bytes(command: &BusCommand) -> u32 {
        command.actions.iter().fold(8, |sum: u32, action| sum.saturating_add(action.bytes()))
    }

    fn stamped(&self, command: &BusCommand, now: Time) -> Option<BusCommand> {
        Some(BusCommand { now, actions: command.actions.clone() })
    }

    const WAITS: bool = true;

    fn is_due(&self, command: &BusCommand, now: Time) -> bool {
        self.has_to_do(command, now)
    }
}
