//! The event store, carried by Raft as any machine is, with client sessions around it.

use std::sync::Arc;

use super::super::*;
use super::cluster::*;
use crate::base::{
    ClientId, CorrelationId, DomainEventId, Keyed, NodeId, RequestId, Sequence, SessionResponse, Sessions,
    StateMachine, Stream, Time,
};
use crate::consensus::{Operation, Outcome};
use crate::store::*;

type Machine = Sessions<Store>;

/// The append of this number, to one of three streams: an event, or two.
fn append(number: u64) -> Arc<Keyed<StoreCommand>> {
    let event = |place: u64| NewEvent {
        id: DomainEventId(u128::from(number) << 1 | u128::from(place)),
        event_type: "Counted".into(),
        schema: SchemaVersion::FIRST,
        correlation: CorrelationId(number.into()),
        causation: None,
        data: Arc::new([number as u8]),
    };
    let append = Append {
        stream: ["a", "b", "c"][number as usize % 3].into(),
        expected: ExpectedVersion::Any,
        events: (0..=number % 2).map(event).collect(),
    };
    let id = RequestId { client: ClientId(1), sequence: Sequence(number) };
    let command = StoreCommand { at: Time(number * 1_000), action: Action::Append(append) };
    Arc::new(Keyed { id, answered_below: Sequence(1), command })
}

/// The same append by a client that has lost its session and knows nothing but the batch.
fn as_another_client(number: u64, attempt: u64) -> Arc<Keyed<StoreCommand>> {
    let mut keyed = Keyed::clone(&append(number));
    keyed.id = RequestId { client: ClientId(2), sequence: Sequence(attempt) };
    Arc::new(keyed)
}

fn answer(cluster: &Cluster<Machine>, at: NodeId, request: RequestId) -> Option<Appended> {
    match cluster.outcome(at, request)? {
        Outcome::Done(SessionResponse::Done(StoreResponse::Appended(appended))) => Some(*appended),
        Outcome::NotLeader { .. } => None,
        other => panic!("{other:?}"),
    }
}

fn store(cluster: &Cluster<Machine>, at: NodeId) -> &Store {
    cluster.node(at).machine().machine()
}

/// The leader dies with appends in every state: answered, on their way to the followers, only on its own disk, not even
/// there. What was answered is there; everything is tried again, by session or by event ids alone, and is there once.
#[test]
fn nothing_acknowledged_is_lost_when_the_leader_dies_and_a_retried_append_is_stored_once() {
    let mut fates = [0, 0, 0];
    for seed in 0..60 {
        let mut chance = Stream::new(seed, "store");
        let mut config = config(3);
        // Some of them need a snapshot of the store to catch up.
        (config.snapshot_every, config.snapshot_trailing) = (10, 2);
        let mut cluster = Cluster::<Machine>::of(config);
        cluster.elect(A);
        cluster.auto_sync = false;
        let mut asked = Vec::new();
        for number in 1..=30_u64 {
            asked.push((number, cluster.ask(A, Operation::Command(append(number)))));
            for _ in 0..chance.below(12) {
                match chance.below(4) {
                    0 => cluster.sync_some(NodeId(chance.below(3) as u16), 1),
                    1 => cluster.fire(A, Timer::Heartbeat),
                    _ => cluster.deliver_one(),
                }
            }
        }
        let acknowledged: Vec<_> = asked.iter().filter_map(|&(n, id)| Some((n, answer(&cluster, A, id)?))).collect();
        cluster.crash(A);
        cluster.auto_sync = true;
        for id in [B, C] {
            cluster.sync(id);
        }
        cluster.settle();
        // The one with the longer log can win.
        let last = |id: NodeId| cluster.node(id).log().last();
        let leader = if (last(B).term, last(B).index) >= (last(C).term, last(C).index) { B } else { C };
        cluster.elect(leader);
        // Answered, in the new leader's log but not answered, gone.
        // (Each of the two leaders has put an entry of its own into it.)
        let survived = cluster.node(leader).log().last().index.0 as usize - 2;
        let met = [acknowledged.len(), survived - acknowledged.len(), 30 - survived];
        fates.iter_mut().zip(met).for_each(|(fate, met)| *fate += met);
        // A lost answer: the client cannot know, and asks again for all of it; some it asks for without its session.
        let mut again = Vec::new();
        for number in 1..=30 {
            let request = if chance.below(3) == 0 { as_another_client(number, number) } else { append(number) };
            again.push((number, cluster.ask(leader, Operation::Command(request))));
        }
        cluster.settle();
        let answers: Vec<_> =
            again.iter().map(|&(n, id)| (n, answer(&cluster, leader, id).expect("an answer"))).collect();
        for (number, appended) in &acknowledged {
            assert!(answers.contains(&(*number, *appended)), "seed {seed}: {number} was answered otherwise before");
        }
        let held = store(&cluster, leader);
        let mut ids: Vec<u128> = held.read(&Filter::All, GlobalPosition::START).map(|event| event.id.0).collect();
        ids.sort_unstable();
        let expected: Vec<u128> = (1..=30_u128).flat_map(|n| (0..=n % 2).map(move |place| n << 1 | place)).collect();
        assert_eq!(ids, expected, "seed {seed}");
        for (number, appended) in answers {
            let page = held.page(&Filter::All, GlobalPosition { place: 0, ..appended.position }, 1).expect("a page");
            assert_eq!(page.events[0].id.0, u128::from(number) << 1, "seed {seed}");
        }
        // The dead one comes back, and holds the same.
        cluster.restart(A);
        for _ in 0..5 {
            cluster.beat(leader);
        }
        for id in [A, B, C] {
            assert_eq!(store(&cluster, id), store(&cluster, leader), "seed {seed}, server {id}");
            assert_eq!(store(&cluster, id).snapshot(), store(&cluster, leader).snapshot());
        }
    }
    assert!(fates.iter().all(|fate| *fate > 30), "some fate was hardly met: {fates:?}");
}

/// One broker alone: what it has on disk when it dies is there when it comes back, and the machine is the same value as
/// one that was given the same commands with nothing around it.
#[test]
fn one_durable_broker_keeps_what_it_acknowledged_and_equals_the_machine_alone() {
    let mut cluster = Cluster::<Machine>::of(config(1));
    cluster.elect(A);
    let mut alone = Store::default();
    for number in 1..=20 {
        cluster.desks[A.slot()].now = append(number).command.at;
        let request = cluster.ask(A, Operation::Command(append(number)));
        assert_eq!(
            alone.apply(&append(number).command),
            StoreResponse::Appended(answer(&cluster, A, request).expect("one"))
        );
    }
    assert_eq!(store(&cluster, A), &alone);
    cluster.crash(A);
    cluster.restart(A);
    cluster.elect(A);
    assert_eq!(store(&cluster, A), &alone);
}
