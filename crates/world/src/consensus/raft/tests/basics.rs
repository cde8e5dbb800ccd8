//! The main line: a leader is elected, a write is carried out everywhere, and everything goes on after a crash.

use super::cluster::*;
use crate::base::Register;
use crate::consensus::Outcome;
use crate::consensus::raft::Role;

/// 5.2, 5.3: one leader, and what it commits every server carries out.
#[test]
fn a_write_reaches_every_server() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    let request = cluster.put(A, "1");
    cluster.settle();
    assert!(matches!(cluster.outcome(A, request), Some(Outcome::Done(_))));
    cluster.beat(A);
    for id in [A, B, C] {
        assert_eq!(cluster.x(id).as_deref(), Some("1"));
        assert_eq!(cluster.terms(id), [1, 1]);
    }
}

/// A cluster of one is its own majority, as soon as its disk has said so.
#[test]
fn a_single_server_leads_and_commits_once_its_own_disk_has_it() {
    let mut cluster = Cluster::<Register>::of(config(1));
    cluster.auto_sync = false;
    cluster.time_out(A);
    assert_eq!(cluster.node(A).role(), Role::Candidate);
    cluster.sync(A);
    assert_eq!(cluster.node(A).role(), Role::Leader);
    let write = cluster.put(A, "1");
    assert_eq!(cluster.outcome(A, write), None);
    cluster.sync(A);
    assert!(matches!(cluster.outcome(A, write), Some(Outcome::Done(_))));
    let read = cluster.get(A);
    assert_eq!(cluster.read(A, read).as_deref(), Some("1"));
}

/// 5.3: the leader dies, another takes over, and the old one comes back to the new log.
#[test]
fn a_crashed_leader_is_replaced_and_catches_up() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.put(A, "1");
    cluster.settle();
    cluster.crash(A);
    cluster.elect(B);
    cluster.put(B, "2");
    cluster.settle();
    cluster.restart(A);
    cluster.beat(B);
    cluster.beat(B);
    assert_eq!(cluster.x(A).as_deref(), Some("2"));
    assert_eq!(cluster.terms(A), [1, 1, 2, 2]);
}
