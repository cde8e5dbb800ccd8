//! A bus on a table, with a clock that the test turns.

use super::super::*;
use crate::base::{DomainEventId, Span, StateMachine, Time};

pub(super) const ORDERS: TopicId = TopicId(0);
pub(super) const GROUP: GroupId = GroupId(0);
pub(super) const ANN: MemberId = MemberId(1);
pub(super) const BOB: MemberId = MemberId(2);
pub(super) const CAT: MemberId = MemberId(3);

pub(super) struct Rig {
    pub(super) bus: Bus,
    pub(super) now: Time,
}

pub(super) fn at(partition: u16, offset: u64) -> Position {
    Position { topic: ORDERS, partition: PartitionId(partition), offset: Offset(offset) }
}

pub(super) fn topic(partitions: u16) -> TopicSettings {
    TopicSettings { name: "orders".into(), partitions, retention: Retention::default() }
}

/// A group with waits that are easy to count: sessions of 10 s, ack waits from 1 s, back-offs from 100 ms, three tries.
pub(super) fn group() -> GroupSettings {
    GroupSettings {
        name: "shipping".into(),
        topics: vec![ORDERS],
        start: Start::Earliest,
        session_timeout: Span::secs(10),
        ack_wait: Waits { first: Span::secs(1), longest: Span::secs(4) },
        retry: Waits { first: Span::millis(100), longest: Span::secs(1) },
        max_tries: 3,
        partition_in_flight: 8,
        member_in_flight: 16,
    }
}

pub(super) fn record(key: &str, event: u64) -> Record {
    let header = Header { kind: "OrderPlaced".into(), event: DomainEventId(event.into()), ..Header::default() };
    Record { key: Some(key.into()), header, payload: [1, 2, 3].into() }
}

impl Rig {
    pub(super) fn empty(limits: Limits) -> Rig {
        Rig { bus: Bus::new(limits, Defects::default()), now: Time::ZERO }
    }

    /// A bus with one topic and one group that reads it.
    pub(super) fn with(topic: TopicSettings, group: GroupSettings) -> Rig {
        let mut rig = Rig::empty(Limits::default());
        assert_eq!(rig.act(Action::CreateTopic(topic)), Ok(Reply::Topic(ORDERS)));
        assert_eq!(rig.act(Action::CreateGroup(group)), Ok(Reply::Group(GROUP)));
        rig
    }

    pub(super) fn act(&mut self, action: Action) -> Result<Reply, BusError> {
        let mut response = self.bus.apply(&BusCommand::one(self.now, action));
        assert_eq!(response.len(), 1);
        response.remove(0)
    }

    /// Time passes, and the bus hears of it.
    pub(super) fn wait(&mut self, span: Span) {
        self.now += span;
        assert_eq!(self.bus.apply(&BusCommand { now: self.now, actions: Vec::new() }), []);
    }

    /// Publishes so many records of one key.
    pub(super) fn publish(&mut self, key: &str, events: std::ops::Range<u64>) -> Vec<Position> {
        let publish = Action::publish(ORDERS, None, events.map(|event| record(key, event)));
        match self.act(publish) {
            Ok(Reply::Published { positions, .. }) => positions,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn join(&mut self, member: MemberId) -> Membership {
        match self.act(Action::Join { group: GROUP, member }) {
            Ok(Reply::Membership(membership)) => membership,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn heartbeat(&mut self, member: MemberId) -> Result<Membership, BusError> {
        match self.act(Action::Heartbeat { group: GROUP, member })? {
            Reply::Membership(membership) => Ok(membership),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn try_fetch(&mut self, member: MemberId, generation: Generation) -> Result<Fetched, BusError> {
        match self.act(Action::Fetch { group: GROUP, member, generation, most: 100 })? {
            Reply::Fetched(fetched) => Ok(fetched),
            other => panic!("{other:?}"),
        }
    }

    /// What a member gets that knows its generation: offsets and tries.
    pub(super) fn fetch(&mut self, member: MemberId) -> Vec<(u64, u32)> {
        let generation = self.heartbeat(member).expect("a member").generation;
        let fetched = self.try_fetch(member, generation).expect("an owner");
        fetched.deliveries.iter().map(|delivery| (delivery.at.offset.0, delivery.tries)).collect()
    }

    pub(super) fn answer(
        &mut self,
        member: MemberId,
        generation: Generation,
        verdict: Verdict,
        places: &[Position],
    ) -> Result<Vec<Refusal>, BusError> {
        let answers = places.iter().map(|&at| Answer { at, verdict }).collect();
        match self.act(Action::Answer { group: GROUP, member, generation, answers })? {
            Reply::Taken { refused } => Ok(refused),
            other => panic!("{other:?}"),
        }
    }

    fn say(&mut self, member: MemberId, verdict: Verdict, offsets: &[u64]) {
        let generation = self.heartbeat(member).expect("a member").generation;
        let places: Vec<Position> = offsets.iter().map(|&offset| at(0, offset)).collect();
        assert_eq!(self.answer(member, generation, verdict, &places), Ok(vec![]));
    }

    /// Offsets of partition 0 are processed.
    pub(super) fn ack(&mut self, member: MemberId, offsets: &[u64]) {
        self.say(member, Verdict::Ack, offsets);
    }

    /// Offsets of partition 0 could not be processed.
    pub(super) fn nack(&mut self, member: MemberId, offsets: &[u64]) {
        self.say(member, Verdict::Nack, offsets);
    }

    pub(super) fn group(&self) -> GroupView {
        match self.bus.query(&BusQuery::Group(GROUP)) {
            Ok(BusAnswer::Group(view)) => view,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn progress(&self, partition: usize) -> Progress {
        self.group().partitions.swap_remove(partition).2
    }

    pub(super) fn committed(&self) -> u64 {
        self.progress(0).committed.0
    }

    pub(super) fn dead(&self) -> Vec<LetterAt> {
        match self.bus.query(&BusQuery::DeadLetters { group: GROUP, from: at(0, 0), most: 100 }) {
            Ok(BusAnswer::DeadLetters(letters)) => letters,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn letters(&mut self, offsets: &[u64], replay: bool) -> Vec<Refusal> {
        let letters = offsets.iter().map(|&offset| at(0, offset)).collect();
        let action = match replay {
            true => Action::Replay { group: GROUP, letters },
            false => Action::Discard { group: GROUP, letters },
        };
        match self.act(action) {
            Ok(Reply::Taken { refused }) => refused,
            other => panic!("{other:?}"),
        }
    }
}
