//! One log, two machines.

use std::sync::Arc;

use super::*;
use crate::base::{CorrelationId, DomainEventId, Span, StateMachine, Time};
use crate::bus::{
    self, BusCommand, Generation, GroupId, GroupSettings, MemberId, Record, Reply, Retention, TopicId, TopicSettings,
};
use crate::store::{self, Append, ExpectedVersion, NewEvent, SchemaVersion, StoreResponse};

const GROUP: GroupId = GroupId(0);
const MEMBER: MemberId = MemberId(7);

fn fact(id: u128) -> store::Action {
    let event = NewEvent {
        id: DomainEventId(id),
        event_type: "OrderCreated".into(),
        schema: SchemaVersion::FIRST,
        correlation: CorrelationId(id),
        causation: None,
        data: Arc::from(&b"{}"[..]),
    };
    store::Action::Append(Append { stream: "order-1".into(), expected: ExpectedVersion::Any, events: [event].into() })
}

fn bus(at: u64, actions: Vec<bus::Action>) -> BrokerCommand {
    BrokerCommand::Bus(BusCommand { now: Time(at), actions })
}

/// With a topic, a group, and a consumer in it.
fn broker() -> Broker {
    let mut broker = Broker::default();
    let topic = TopicSettings { name: "orders".into(), partitions: 2, retention: Retention::default() };
    let group = GroupSettings { name: "payment".into(), topics: vec![TopicId(0)], ..GroupSettings::default() };
    let join = bus::Action::Join { group: GROUP, member: MEMBER };
    broker.apply(&bus(0, vec![bus::Action::CreateTopic(topic), bus::Action::CreateGroup(group), join]));
    broker
}

fn fetch() -> bus::Action {
    bus::Action::Fetch { group: GROUP, member: MEMBER, generation: Generation(1), most: 10 }
}

fn publish() -> bus::Action {
    bus::Action::publish(TopicId(0), None, [Record { key: Some("1".into()), ..Record::default() }])
}

#[test]
fn a_snapshot_holds_both_and_anything_else_is_refused() {
    let mut broker = broker();
    broker.apply(&bus(5, vec![publish()]));
    broker.apply(&BrokerCommand::Store { at: Time(6), actions: vec![fact(1), fact(2)] });
    let bytes = broker.snapshot();
    assert_eq!(Broker::default().restore(&bytes).as_ref(), Ok(&broker));
    for end in 0..bytes.len() {
        assert!(Broker::default().restore(&bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn each_fact_is_stored_or_refused_by_itself() {
    let mut broker = broker();
    let wrong = store::Action::Append(Append { stream: "".into(), expected: ExpectedVersion::Any, events: [].into() });
    let done = broker.apply(&BrokerCommand::Store { at: Time(6), actions: vec![fact(1), wrong, fact(2)] });
    let BrokerResponse::Store(done) = done else { panic!("{done:?}") };
    assert!(matches!(done[..], [StoreResponse::Appended(_), StoreResponse::Refused(_), StoreResponse::Appended(_)]));
    assert_eq!(broker.store().events(), 2);
}

#[test]
fn whoever_puts_a_command_into_the_log_writes_the_time_into_it() {
    let stored = BrokerCommand::Store { at: Time(99), actions: vec![fact(1)] };
    assert_eq!(
        Broker::default().stamped(&stored, Time(7)),
        Some(BrokerCommand::Store { at: Time(7), actions: vec![fact(1)] })
    );
    assert_eq!(Broker::default().stamped(&bus(99, vec![publish()]), Time(7)), Some(bus(7, vec![publish()])));
}

#[test]
fn a_fetch_is_due_when_there_is_a_record_a_redelivery_or_a_new_generation() {
    let mut broker = broker();
    let asks = bus(0, vec![fetch()]);
    assert!(!broker.is_due(&asks, Time(1)), "there is nothing yet");
    assert!(broker.is_due(&bus(0, vec![publish(), fetch()]), Time(1)), "it does something besides");
    broker.apply(&bus(2, vec![publish()]));
    assert!(broker.is_due(&asks, Time(3)));
    let BrokerResponse::Bus(replies) = broker.apply(&bus(3, vec![fetch()])) else { panic!() };
    assert!(matches!(&replies[..], [Ok(Reply::Fetched(fetched))] if fetched.deliveries.len() == 1));
    assert!(!broker.is_due(&asks, Time(4)), "it is in flight");
    let wait = GroupSettings::default().ack_wait.first;
    assert!(broker.is_due(&asks, Time(3) + wait), "it was not answered, and comes again");

    let ack = bus::Answer { at: bus::Position::default(), verdict: bus::Verdict::Ack };
    let place =
        |partition| bus::Answer { at: bus::Position { partition: bus::PartitionId(partition), ..ack.at }, ..ack };
    let answers = vec![place(0), place(1)];
    broker
        .apply(&bus(5, vec![bus::Action::Answer { group: GROUP, member: MEMBER, generation: Generation(1), answers }]));
    assert!(!broker.is_due(&asks, Time(6)));
    broker.apply(&bus(7, vec![bus::Action::Join { group: GROUP, member: MemberId(8) }]));
    assert!(broker.is_due(&asks, Time(8)), "it has to learn of the new generation");
    assert!(broker.is_due(&asks, Time(8) + Span::secs(60)), "and time alone may change what it owns");
}
