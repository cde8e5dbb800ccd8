//! The checks say nothing against histories in which nothing is wrong.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cluster.rs"]
mod cluster;

use tutti_core::base::{NodeId, RegisterCommand, RegisterQuery, Span, Time};
use tutti_core::lab::{Command, Request, World};
use tutti_core::timeline::Run;

use cluster::setup;

/// A server that starts again knows its log from its snapshot on: what the snapshot stands for is not missing.
#[test]
fn a_leader_that_came_back_from_its_snapshot_holds_what_the_snapshot_covers() {
    let mut setup = setup(3, 200, 1);
    (setup.raft.snapshot_every, setup.raft.snapshot_trailing) = (10, 0);
    let mut run = Run::watched(&setup);
    run.run_until(Time(2_000_000));
    let covered = |world: &World, id| world.process(id).server().and_then(|s| s.snapshot()).is_some();
    for id in (0..3).map(NodeId) {
        assert!(covered(run.world(), id));
        run.command(&Command::Crash { node: id }, None).expect("it was alive");
        run.command(&Command::Restart { node: id }, None).expect("it was dead");
        run.run_until(run.world().now() + Span::millis(400));
        // It may lose an election to somebody who got a request just before.
        for _ in 0..20 {
            if run.leader() != Some(id) {
                run.command(&Command::Request { node: id, request: Request::TimeoutNow }, None).expect("it is back");
                run.run_until(run.world().now() + Span::millis(100));
            }
        }
        assert_eq!(run.leader(), Some(id));
    }
    assert_eq!(run.violations(), &[]);
}

/// Of a long run the checks remember only so much: what a leader compacted away long ago is not missing either.
#[test]
fn a_leader_need_not_remember_what_was_committed_in_a_term_long_ago() {
    let mut setup = setup(3, 400, 1);
    (setup.raft.snapshot_every, setup.raft.snapshot_trailing) = (50, 0);
    let mut run = Run::watched(&setup);
    for election in 0..3 {
        run.run_until(run.world().now() + Span::secs(12));
        let leader = run.leader().expect("nothing is wrong");
        let last = run.world().process(leader).server().map_or(0, |server| server.log().last().index.0);
        assert!(last > 2_500 * (election + 1), "{last}");
        run.command(&Command::Crash { node: leader }, None).expect("it was alive");
        run.run_until(run.world().now() + Span::secs(1));
        run.command(&Command::Restart { node: leader }, None).expect("it was dead");
    }
    assert_eq!(run.violations(), &[]);
}

/// Queries open no session: the cluster must not take who only read so far for one that it has forgotten.
#[test]
fn a_client_that_has_read_can_write() {
    let mut setup = setup(3, 20, 1);
    setup.clients[0].load = None;
    let mut run = Run::watched(&setup);
    let (client, server) = (NodeId(3), NodeId(0));
    let get = Request::Get { server, query: RegisterQuery::Get { key: "x".into() } };
    let put = Request::Put { server, command: RegisterCommand::Put { key: "x".into(), value: "1".into() } };
    for request in [get.clone(), put, get] {
        run.run_until(run.world().now() + Span::secs(3));
        run.command(&Command::Request { node: client, request }, None).expect("the client runs");
    }
    run.run_until(run.world().now() + Span::secs(3));
    assert_eq!((run.counters().requests, run.counters().answers), (3, 3));
}
