use std::collections::BTreeSet;

use super::rig::*;
use crate::base::StateMachine;
use crate::bus::*;

const SHOP: ProducerId = ProducerId(5);

fn open(rig: &mut Rig) -> (ProducerEpoch, ProducerSequence) {
    match rig.act(Action::OpenProducer(SHOP)) {
        Ok(Reply::ProducerOpened { epoch, next }) => (epoch, next),
        other => panic!("{other:?}"),
    }
}

fn send(rig: &mut Rig, epoch: ProducerEpoch, first: u64, count: u64) -> Result<(Vec<u64>, u32), BusError> {
    let stamp = Stamp { producer: SHOP, epoch, first: ProducerSequence(first) };
    match rig.act(Action::publish(ORDERS, Some(stamp), (first..first + count).map(|event| record("k", event))))? {
        Reply::Published { positions, repeated } => {
            Ok((positions.iter().map(|position| position.offset.0).collect(), repeated))
        }
        other => panic!("{other:?}"),
    }
}

/// S10
#[test]
fn records_of_one_key_are_in_one_partition_in_the_order_of_publishing() {
    let mut rig = Rig::with(topic(8), group());
    let mut partitions = BTreeSet::new();
    for key in 0..30 {
        let places = rig.publish(&format!("order {key}"), 0..10);
        let one: BTreeSet<_> = places.iter().map(|place| place.partition).collect();
        assert_eq!(one.len(), 1);
        assert!(places.windows(2).all(|pair| pair[1].offset.0 == pair[0].offset.0 + 1));
        partitions.extend(one);
    }
    assert_eq!(partitions.len(), 8);
}

/// S10: the switch.
#[test]
fn with_random_partitions_a_key_is_torn_apart() {
    let mut rig = Rig::with(topic(8), group());
    rig.bus.defects = Defects::default().with(Defect::RandomPartition);
    let places = rig.publish("order 1", 0..100);
    let partitions: BTreeSet<_> = places.iter().map(|place| place.partition).collect();
    assert_eq!(partitions.len(), 8);
}

#[test]
fn records_without_a_key_go_round_the_partitions() {
    let mut rig = Rig::with(topic(4), group());
    let keyless = (0..8).map(|event| Record { key: None, ..record("", event) });
    let Ok(Reply::Published { positions, .. }) = rig.act(Action::publish(ORDERS, None, keyless)) else { panic!() };
    let places: Vec<_> = positions.iter().map(|place| (place.partition.0, place.offset.0)).collect();
    assert_eq!(places, [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1), (3, 1)]);
}

#[test]
fn a_retry_is_answered_with_the_first_offsets_and_stored_once() {
    let mut rig = Rig::with(topic(1), group());
    let (epoch, next) = open(&mut rig);
    assert_eq!(next, ProducerSequence(1));
    assert_eq!(send(&mut rig, epoch, 1, 3), Ok((vec![0, 1, 2], 0)));
    rig.publish("of another", 0..1);
    assert_eq!(send(&mut rig, epoch, 1, 3), Ok((vec![0, 1, 2], 3)));
    // Cut otherwise: a part of it is known, the rest is new.
    assert_eq!(send(&mut rig, epoch, 3, 3), Ok((vec![2, 4, 5], 1)));
    assert_eq!(rig.progress(0).lag, 6);
}

#[test]
fn a_gap_in_the_sequence_is_an_error_of_its_own_and_stores_nothing() {
    let mut rig = Rig::with(topic(1), group());
    let (epoch, _) = open(&mut rig);
    send(&mut rig, epoch, 1, 1).expect("the first");
    let gap = BusError::SequenceGap { producer: SHOP, expected: ProducerSequence(2), given: ProducerSequence(3) };
    assert_eq!(send(&mut rig, epoch, 3, 1), Err(gap));
    assert_eq!(rig.progress(0).lag, 1);
}

#[test]
fn a_sequence_older_than_the_window_is_an_error_of_its_own_and_stores_nothing() {
    let mut rig = Rig::empty(Limits { dedup_window: 10, ..Limits::default() });
    rig.act(Action::CreateTopic(topic(1))).expect("room");
    let (epoch, _) = open(&mut rig);
    for first in 1..=30 {
        send(&mut rig, epoch, first, 1).expect("in order");
    }
    assert_eq!(send(&mut rig, epoch, 21, 10), Ok(((20..30).collect(), 10)));
    let old = BusError::SequenceTooOld { producer: SHOP, oldest: ProducerSequence(21), given: ProducerSequence(20) };
    assert_eq!(send(&mut rig, epoch, 20, 20), Err(old));
    assert!(matches!(send(&mut rig, epoch, 0, 1), Err(BusError::SequenceTooOld { .. })));
}

#[test]
fn an_older_incarnation_of_a_producer_is_fenced_and_the_newer_goes_on_with_its_numbers() {
    let mut rig = Rig::with(topic(1), group());
    let (old, _) = open(&mut rig);
    send(&mut rig, old, 1, 2).expect("the first");
    let (new, next) = open(&mut rig);
    assert_eq!(next, ProducerSequence(3));
    assert_eq!(send(&mut rig, old, 3, 1), Err(BusError::ProducerFenced { producer: SHOP, given: old, current: new }));
    // It does not know which of its outbox were stored, and sends all of it.
    assert_eq!(send(&mut rig, new, 1, 4), Ok((vec![0, 1, 2, 3], 2)));
    assert_eq!(rig.act(Action::CloseProducer(SHOP)), Ok(Reply::Done));
    assert_eq!(send(&mut rig, new, 5, 1), Err(BusError::NoSuchProducer(SHOP)));
}

#[test]
fn a_publish_is_stored_whole_or_not_at_all() {
    let mut rig = Rig::with(topic(2), group());
    let large = Record { payload: vec![0; 70_000].into(), ..record("b", 2) };
    let batch = Action::publish(ORDERS, None, [record("a", 1), large]);
    assert!(matches!(rig.act(batch), Err(BusError::Limit { what: Limited::RecordBytes, .. })));
    let good = Outgoing { topic: ORDERS, record: record("a", 1).into() };
    let stray = Outgoing { topic: TopicId(9), ..good.clone() };
    let batch = Action::Publish { stamp: None, records: vec![good, stray] };
    assert_eq!(rig.act(batch), Err(BusError::NoSuchTopic(TopicId(9))));
    assert_eq!(rig.group().lag, 0);
}

#[test]
fn one_command_may_publish_to_many_topics_and_carry_many_actions() {
    let mut rig = Rig::with(topic(1), group());
    let bills = TopicSettings { name: "bills".into(), ..topic(1) };
    let bills = match rig.act(Action::CreateTopic(bills)) {
        Ok(Reply::Topic(id)) => id,
        other => panic!("{other:?}"),
    };
    let outgoing = |topic| Outgoing { topic, record: record("k", 1).into() };
    let publish = Action::Publish { stamp: None, records: vec![outgoing(ORDERS), outgoing(bills), outgoing(ORDERS)] };
    let join = Action::Join { group: GROUP, member: ANN };
    let fetch = Action::Fetch { group: GROUP, member: ANN, generation: Generation(1), most: 9 };
    let lost = Action::DeleteGroup(GroupId(4));
    let response = rig.bus.apply(&BusCommand { now: rig.now, actions: vec![publish, lost, join, fetch] });
    assert!(matches!(&response[0], Ok(Reply::Published { positions, .. }) if positions[1].topic == bills));
    assert_eq!(response[1], Err(BusError::NoSuchGroup(GroupId(4))));
    assert!(matches!(&response[3], Ok(Reply::Fetched(fetched)) if fetched.deliveries.len() == 2));
}

#[test]
fn making_what_is_there_is_no_error_but_other_settings_are() {
    let mut rig = Rig::with(topic(2), group());
    assert_eq!(rig.act(Action::CreateTopic(topic(2))), Ok(Reply::Topic(ORDERS)));
    assert_eq!(rig.act(Action::CreateTopic(topic(3))), Err(BusError::TopicExists { topic: ORDERS }));
    assert_eq!(rig.act(Action::CreateGroup(group())), Ok(Reply::Group(GROUP)));
    let other = GroupSettings { max_tries: 9, ..group() };
    assert_eq!(rig.act(Action::CreateGroup(other)), Err(BusError::GroupExists { group: GROUP }));
}

#[test]
fn what_is_beyond_a_limit_is_refused_by_name() {
    let tight = Limits {
        topics: 1,
        partitions: 4,
        records: 10,
        groups: 1,
        members: 1,
        producers: 1,
        batch: 5,
        actions: 2,
        name_bytes: 8,
        in_flight: 20,
        ..Limits::default()
    };
    let mut rig = Rig::empty(tight);
    let mut refused = |action: Action| match rig.act(action) {
        Err(BusError::Limit { what, .. }) => Some(what),
        Ok(_) => None,
        other => panic!("{other:?}"),
    };
    let named = |name: &str| TopicSettings { name: name.into(), ..topic(1) };
    let five = || Action::publish(ORDERS, None, (0..5).map(|event| record("k", event)));
    assert_eq!(refused(Action::CreateTopic(topic(5))), Some(Limited::Partitions));
    assert_eq!(refused(Action::CreateTopic(named("a name too long"))), Some(Limited::NameBytes));
    assert_eq!(refused(Action::CreateTopic(topic(1))), None);
    assert_eq!(refused(Action::CreateTopic(named("other"))), Some(Limited::Topics));
    assert_eq!(refused(Action::publish(ORDERS, None, (0..6).map(|event| record("k", event)))), Some(Limited::Batch));
    assert_eq!(refused(five()), None);
    assert_eq!(refused(five()), None);
    assert_eq!(refused(five()), Some(Limited::Records));
    let wide = GroupSettings { partition_in_flight: 21, ..group() };
    assert_eq!(refused(Action::CreateGroup(wide)), Some(Limited::InFlight));
    assert_eq!(refused(Action::CreateGroup(group())), None);
    assert_eq!(refused(Action::CreateGroup(GroupSettings { name: "b".into(), ..group() })), Some(Limited::Groups));
    assert_eq!(refused(Action::Join { group: GROUP, member: ANN }), None);
    assert_eq!(refused(Action::Join { group: GROUP, member: BOB }), Some(Limited::Members));
    assert_eq!(refused(Action::OpenProducer(ProducerId(1))), None);
    assert_eq!(refused(Action::OpenProducer(ProducerId(2))), Some(Limited::Producers));
    assert_eq!(refused(Action::OpenProducer(ProducerId(1))), None);
    let actions = vec![Action::OpenProducer(ProducerId(1)); 3];
    let response = rig.bus.apply(&BusCommand { now: rig.now, actions });
    assert_eq!(response, [Err(BusError::Limit { what: Limited::Actions, limit: 2 })]);
    let message = response[0].clone().expect_err("refused").to_string();
    assert_eq!(message, "too many actions in one command: at most 2");
}
