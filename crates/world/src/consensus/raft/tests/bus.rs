//! The bus on three servers, through client sessions, while leaders die.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::*;
use super::cluster::*;
use crate::base::{
    ClientId, DomainEventId, Keyed, NodeId, RequestId, Sequence, SessionResponse, Sessions, Span, StateMachine, Time,
};
use crate::bus::*;
use crate::consensus::{Operation, Outcome};

type Broker = Sessions<Bus>;

const TOPIC: TopicId = TopicId(0);
const GROUP: GroupId = GroupId(0);
const CONSUMER: MemberId = MemberId(1);
const PRODUCER: ProducerId = ProducerId(1);

/// Three brokers, and two clients that send a command again until they have its answer.
struct Shop {
    cluster: Cluster<Broker>,
    leader: NodeId,
    now: Time,
    sequences: BTreeMap<ClientId, u64>,
    /// The next command loses its leader: before the entry has left it, or after it was carried out, and so with or
    /// without effect. Nobody is answered either way.
    crash: Option<Crash>,
}

#[derive(Clone, Copy, PartialEq)]
enum Crash {
    BeforeItIsSent,
    BeforeItIsAnswered,
}

impl Shop {
    fn open() -> Shop {
        let settings = Config { snapshot_every: 20, snapshot_trailing: 5, ..config(3) };
        let mut shop = Shop {
            cluster: Cluster::of(settings),
            leader: A,
            now: Time::ZERO,
            sequences: BTreeMap::new(),
            crash: None,
        };
        shop.cluster.elect(A);
        shop
    }

    /// Carries out actions for a client, whatever it takes.
    fn ask(&mut self, client: ClientId, actions: Vec<Action>) -> BusResponse {
        self.now += Span::millis(10);
        self.cluster.desks.iter_mut().for_each(|desk| desk.now = self.now);
        let sequence = self.sequences.entry(client).or_default();
        *sequence += 1;
        let id = RequestId { client, sequence: Sequence(*sequence) };
        let command = Keyed { id, answered_below: id.sequence, command: BusCommand { now: self.now, actions } };
        let command: Arc<Keyed<BusCommand>> = Arc::new(command);
        for _ in 0..3 {
            let request = self.cluster.ask(self.leader, Operation::Command(Arc::clone(&command)));
            let crash = self.crash.take();
            if crash != Some(Crash::BeforeItIsSent) {
                self.cluster.settle();
            }
            if crash.is_some() {
                // Had it been answered, the answer would be on its way: here it is lost with the leader.
                self.fail_over();
                continue;
            }
            match self.cluster.outcome(self.leader, request) {
                Some(Outcome::Done(SessionResponse::Done(response))) => return response.clone(),
                other => panic!("{other:?}"),
            }
        }
        panic!("no answer");
    }

    /// The leader dies, another is elected, and the dead one comes back with what was on its disk.
    fn fail_over(&mut self) {
        let dead = self.leader;
        self.cluster.crash(dead);
        self.cluster.network.clear();
        self.leader = if dead == A { B } else { A };
        self.cluster.elect(self.leader);
        self.cluster.restart(dead);
        self.cluster.beat(self.leader);
        self.cluster.beat(self.leader);
    }
}

fn record(event: u64) -> Record {
    let header = Header { kind: "OrderPlaced".into(), event: DomainEventId(event.into()), ..Header::default() };
    Record { key: Some(format!("order {}", event % 7).into()), header, payload: [].into() }
}

/// A shop publishes, and a consumer processes all of it; `crashes` says for which commands the leader dies, and when.
fn play(crashes: impl Fn(u64) -> Option<Crash>) {
    let (shop_client, consumer) = (ClientId(1), ClientId(2));
    let mut shop = Shop::open();
    let topic = TopicSettings { name: "orders".into(), partitions: 4, retention: Retention::default() };
    let group = GroupSettings { name: "shipping".into(), topics: vec![TOPIC], ..GroupSettings::default() };
    let set_up = vec![Action::CreateTopic(topic), Action::CreateGroup(group), Action::OpenProducer(PRODUCER)];
    assert!(shop.ask(shop_client, set_up).iter().all(Result::is_ok));
    let joined = shop.ask(consumer, vec![Action::Join { group: GROUP, member: CONSUMER }]);
    let Ok(Reply::Membership(Membership { generation, .. })) = joined[0] else { panic!("{joined:?}") };

    let mut acknowledged = BTreeMap::new();
    let mut processed = BTreeSet::new();
    for round in 0..60 {
        shop.crash = crashes(2 * round);
        let stamp = Stamp { producer: PRODUCER, epoch: ProducerEpoch(1), first: ProducerSequence(3 * round + 1) };
        let events = 3 * round..3 * round + 3;
        let reply = shop.ask(shop_client, vec![Action::publish(TOPIC, Some(stamp), events.clone().map(record))]);
        let Ok(Reply::Published { positions, .. }) = &reply[0] else { panic!("{reply:?}") };
        acknowledged.extend(positions.iter().copied().zip(events.map(|event| DomainEventId(event.into()))));

        shop.crash = crashes(2 * round + 1);
        let fetch = Action::Fetch { group: GROUP, member: CONSUMER, generation, most: 5 };
        let reply = shop.ask(consumer, vec![fetch]);
        let Ok(Reply::Fetched(fetched)) = &reply[0] else { panic!("{reply:?}") };
        let mut answers = Vec::new();
        for Delivery { at, tries, stored } in &fetched.deliveries {
            assert_eq!(acknowledged.get(at), Some(&stored.record.header.event), "not what was acknowledged: {at}");
            // A fetch that is sent again brings what it brought: nothing waits for its ack wait to end.
            assert_eq!(*tries, 1);
            assert!(processed.insert(*at), "{at} was charged twice");
            answers.push(Answer { at: *at, verdict: Verdict::Ack });
        }
        let answer = Action::Answer { group: GROUP, member: CONSUMER, generation, answers };
        assert_eq!(shop.ask(consumer, vec![answer]), [Ok(Reply::Taken { refused: vec![] })]);
    }
    // Each was published once, and each acknowledged one is there on every broker, at its place.
    assert_eq!(acknowledged.len(), 180);
    assert_eq!(acknowledged.values().collect::<BTreeSet<_>>().len(), 180);
    assert_eq!(processed, acknowledged.keys().copied().collect());
    shop.cluster.beat(shop.leader);
    shop.cluster.beat(shop.leader);
    let machines: Vec<&Broker> = (0..3).map(|id| shop.cluster.node(NodeId(id)).machine()).collect();
    assert!(machines.iter().all(|machine| *machine == machines[0]));
    for broker in machines {
        for (at, event) in &acknowledged {
            let query = BusQuery::Records { topic: TOPIC, partition: at.partition, from: at.offset, most: 1 };
            let Ok(BusAnswer::Records { records, .. }) = broker.query(&query) else { panic!("no answer") };
            assert_eq!(records[0].record.header.event, *event);
        }
        let Ok(BusAnswer::Group(view)) = broker.query(&BusQuery::Group(GROUP)) else { panic!("no answer") };
        assert_eq!(view.lag, 0);
    }
}

#[test]
fn the_bus_runs_replicated_with_no_line_changed() {
    play(|_| None);
}

/// S28
#[test]
fn a_leader_that_dies_in_the_middle_loses_nothing_acknowledged_and_stores_nothing_twice() {
    play(|command| match command {
        20 | 61 => Some(Crash::BeforeItIsSent),
        41 | 80 => Some(Crash::BeforeItIsAnswered),
        _ => None,
    });
}

/// S28
#[test]
fn a_leader_that_dies_again_and_again_does_so_too() {
    play(|command| match command % 3 {
        0 => Some(Crash::BeforeItIsAnswered),
        1 => Some(Crash::BeforeItIsSent),
        _ => None,
    });
}
