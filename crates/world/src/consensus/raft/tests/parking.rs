//! Commands that wait at the leader, and the time that it writes into those that do not.

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, NodeId, RequestId, StateMachine, Time};
use crate::bus::*;
use crate::consensus::{Operation, Outcome};

const TOPIC: TopicId = TopicId(0);
const GROUP: GroupId = GroupId(0);
const CONSUMER: MemberId = MemberId(1);

/// Three brokers with a topic, and a consumer in a group that reads it. A leads.
fn shop() -> Cluster<Bus> {
    let mut cluster = Cluster::<Bus>::of(config(3));
    cluster.elect(A);
    let topic = TopicSettings { name: "orders".into(), partitions: 1, retention: Retention::default() };
    let group = GroupSettings { name: "payment".into(), topics: vec![TOPIC], ..GroupSettings::default() };
    let join = Action::Join { group: GROUP, member: CONSUMER };
    ask(&mut cluster, A, vec![Action::CreateTopic(topic), Action::CreateGroup(group), join]);
    cluster.settle();
    cluster
}

fn ask(cluster: &mut Cluster<Bus>, at: NodeId, actions: Vec<Action>) -> RequestId {
    cluster.ask(at, Operation::Command(BusCommand { now: Time(77), actions }))
}

fn fetch(cluster: &mut Cluster<Bus>, at: NodeId) -> RequestId {
    let request =
        ask(cluster, at, vec![Action::Fetch { group: GROUP, member: CONSUMER, generation: Generation(1), most: 9 }]);
    cluster.settle();
    request
}

fn publish(cluster: &mut Cluster<Bus>) {
    ask(cluster, A, vec![Action::publish(TOPIC, None, [Record::default()])]);
    cluster.settle();
}

fn last(cluster: &Cluster<Bus>) -> LogIndex {
    cluster.node(A).log().last().index
}

/// How many records a fetch brought, if it was answered.
fn fetched(cluster: &Cluster<Bus>, at: NodeId, request: RequestId) -> Option<usize> {
    match cluster.outcome(at, request)? {
        Outcome::Done(replies) => match &replies[..] {
            [Ok(Reply::Fetched(fetched))] => Some(fetched.deliveries.len()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fetch_waits_without_an_entry_and_is_answered_when_a_record_comes() {
    let mut cluster = shop();
    let before = last(&cluster);
    let request = fetch(&mut cluster, A);
    cluster.beat(A);
    assert_eq!((last(&cluster), fetched(&cluster, A, request)), (before, None));
    publish(&mut cluster);
    assert_eq!(fetched(&cluster, A, request), Some(1));
    assert_eq!(last(&cluster).0, before.0 + 2, "the record, and the fetch that brings it");
}

#[test]
fn a_fetch_that_waits_for_a_second_is_answered_that_there_is_nothing() {
    let mut cluster = shop();
    let request = fetch(&mut cluster, A);
    let heartbeats = 1_000_000 / config(3).heartbeat.0;
    for _ in 1..heartbeats {
        cluster.beat(A);
        assert_eq!(fetched(&cluster, A, request), None);
    }
    cluster.beat(A);
    assert_eq!(fetched(&cluster, A, request), Some(0));
}

#[test]
fn a_retry_of_what_waits_is_the_same_command() {
    let mut cluster = shop();
    let first = fetch(&mut cluster, A);
    let before = last(&cluster);
    let Some(parked) = cluster.nodes[A.slot()].office.parked.iter().next().cloned() else { panic!("it waits") };
    let operation = Operation::Command(parked.command);
    let request = crate::consensus::ClientRequest { id: first, operation };
    cluster.step(A, Input::Client { from: CLIENT, request });
    assert_eq!(cluster.nodes[A.slot()].office.parked.len(), 1);
    publish(&mut cluster);
    assert_eq!(last(&cluster).0, before.0 + 2);
}

#[test]
fn a_leader_that_steps_down_turns_away_who_waits() {
    let mut cluster = shop();
    let request = fetch(&mut cluster, A);
    cluster.step(B, Input::TimeoutNow);
    cluster.settle();
    assert_eq!(cluster.node(B).role(), Role::Leader);
    assert!(matches!(cluster.outcome(A, request), Some(Outcome::NotLeader { .. })));
    assert_eq!(cluster.nodes[A.slot()].office.parked.len(), 0);
}

#[test]
fn commands_hold_the_time_of_the_leader_not_of_who_asks() {
    let mut cluster = shop();
    cluster.desks[A.slot()].now = Time(5_000);
    publish(&mut cluster);
    let stored = |id: NodeId| match cluster.node(id).machine().query(&BusQuery::Records {
        topic: TOPIC,
        partition: PartitionId(0),
        from: Offset::ZERO,
        most: 1,
    }) {
        Ok(BusAnswer::Records { records, .. }) => records[0].at,
        other => panic!("{other:?}"),
    };
    assert_eq!(stored(A), Time(5_000));
}
