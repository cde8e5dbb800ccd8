//! Serving clients: section 8; sessions: dissertation, 6.3.

use super::super::*;
use super::cluster::*;
use crate::base::{ClientId, Keyed, LogIndex, Register, RegisterAnswer, RegisterCommand, RegisterQuery};
use crate::base::{RegisterResponse, RequestId, Sequence, SessionResponse, Sessions, StateMachine};
use crate::consensus::{ClientRequest, Operation, Outcome};

type Service = Sessions<Register>;

/// Compare and set: done twice, it fails the second time.
fn cas(sequence: u64, expected: Option<&str>, value: &str) -> ClientRequest<Service> {
    let id = RequestId { client: ClientId(7), sequence: Sequence(sequence) };
    let (expected, value) = (expected.map(Into::into), value.into());
    let command = RegisterCommand::Cas { key: "x".into(), expected, value };
    let keyed = std::sync::Arc::new(Keyed { id, answered_below: Sequence(sequence), command });
    ClientRequest { id, operation: Operation::Command(keyed) }
}

fn send(cluster: &mut Cluster<Service>, to: crate::base::NodeId, request: ClientRequest<Service>) {
    cluster.step(to, Input::Client { from: CLIENT, request });
}

/// Dissertation 6.3: the leader commits a command, and dies before it answers. The client asks the next leader.
#[test]
fn a_command_that_is_retried_after_a_lost_answer_takes_effect_once() {
    let mut cluster = Cluster::<Service>::of(config(3));
    cluster.elect(A);
    let request = cas(1, None, "once");
    send(&mut cluster, A, request.clone());
    cluster.settle();
    cluster.crash(A);
    cluster.desks[A.slot()].replies.clear();
    cluster.elect(B);
    send(&mut cluster, B, request.clone());
    cluster.settle();
    let done = Outcome::Done(SessionResponse::Done(RegisterResponse::Written));
    assert_eq!(cluster.outcome(B, request.id), Some(&done), "and not: there was something else already");
    assert_eq!(cluster.terms(B), [1, 1, 2, 2], "the log holds it twice");
    cluster.restart(A);
    cluster.beat(B);
    cluster.beat(B);
    for id in [A, B, C] {
        let RegisterAnswer::Value(x) = cluster.node(id).machine().query(&RegisterQuery::Get { key: "x".into() });
        assert_eq!(x.as_deref(), Some("once"));
    }
}

/// The same, with a snapshot in between: the memory of sessions is part of the state.
#[test]
fn sessions_survive_snapshots_and_restarts() {
    let mut settings = config(3);
    (settings.snapshot_every, settings.snapshot_trailing) = (2, 0);
    let mut cluster = Cluster::<Service>::of(settings);
    cluster.elect(A);
    let request = cas(1, None, "once");
    send(&mut cluster, A, request.clone());
    cluster.settle();
    cluster.beat(A);
    for id in [A, B, C] {
        assert!(cluster.node(id).log().is_empty());
        cluster.crash(id);
        cluster.restart(id);
    }
    cluster.desks[A.slot()].replies.clear();
    cluster.elect(B);
    send(&mut cluster, B, request.clone());
    cluster.settle();
    let done = Outcome::Done(SessionResponse::Done(RegisterResponse::Written));
    assert_eq!(cluster.outcome(B, request.id), Some(&done));
}

/// Section 8: a server that does not lead says who does, as far as it knows.
#[test]
fn a_follower_names_the_leader_and_does_nothing_else() {
    let mut cluster = Cluster::<Register>::of(config(3));
    let early = cluster.put(B, "1");
    assert_eq!(cluster.outcome(B, early), Some(&Outcome::NotLeader { leader: None }));
    cluster.elect(A);
    let late = cluster.put(B, "1");
    assert_eq!(cluster.outcome(B, late), Some(&Outcome::NotLeader { leader: Some(A) }));
    assert_eq!(cluster.node(B).log().last(), at(1, 1));
    assert!(cluster.desk(B).notes.contains(&Note::Redirected { client: CLIENT }));
}

/// A leader answers the right client, once, when the command's entry is applied, and nobody else's.
#[test]
fn each_client_gets_the_outcome_of_its_own_command() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    let cas = |expected: Option<&str>, value: &str| {
        let expected = expected.map(Into::into);
        Operation::Command(RegisterCommand::Cas { key: "x".into(), expected, value: value.into() })
    };
    let first = cluster.ask(A, cas(None, "1"));
    let second = cluster.ask(A, cas(None, "2"));
    let third = cluster.ask(A, cas(Some("1"), "3"));
    assert_eq!(
        cluster.node(A).waiting().map(|w| (w.index.0, w.id)).collect::<Vec<_>>(),
        [(2, first), (3, second), (4, third)]
    );
    cluster.settle();
    let mismatch = RegisterResponse::Mismatch(Some("1".into()));
    assert_eq!(cluster.outcome(A, first), Some(&Outcome::Done(RegisterResponse::Written)));
    assert_eq!(cluster.outcome(A, second), Some(&Outcome::Done(mismatch)));
    assert_eq!(cluster.outcome(A, third), Some(&Outcome::Done(RegisterResponse::Written)));
    assert_eq!(cluster.node(A).waiting().len(), 0);
    assert_eq!(cluster.x(A).as_deref(), Some("3"));
}

/// A leader that steps down tells everybody who waits that it does not know, and whom to ask; whatever becomes of their
/// commands later, they hear nothing more from it.
#[test]
fn a_leader_that_steps_down_answers_all_who_wait() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.isolate(&[A]);
    let write = cluster.put(A, "lost");
    let read = cluster.get(A);
    cluster.elect(B);
    cluster.put(B, "kept");
    cluster.settle();
    cluster.heal();
    cluster.beat(B);
    cluster.beat(B);
    for request in [write, read] {
        assert_eq!(cluster.outcome(A, request), Some(&Outcome::NotLeader { leader: Some(B) }));
    }
    assert_eq!((cluster.node(A).waiting().len(), cluster.node(A).waiting_reads()), (0, 0));
    assert_eq!((cluster.x(A).as_deref(), cluster.terms(A)), (Some("kept"), vec![1, 2, 2]));
}

/// An entry that outlives its leader is carried out, but it is not the next leader's client that is answered.
#[test]
fn an_inherited_command_is_carried_out_and_answered_by_nobody() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    let request = cluster.put(A, "inherited");
    cluster.deliver_one();
    cluster.network.clear();
    cluster.elect(B);
    assert_eq!(cluster.x(B).as_deref(), Some("inherited"));
    assert_eq!(cluster.node(B).commit(), LogIndex(3));
    assert_eq!(cluster.outcome(B, request), None);
    assert_eq!(cluster.outcome(A, request), Some(&Outcome::NotLeader { leader: Some(B) }));
}
