//! Snapshots: section 7.

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, Register, StateMachine, Term};

fn settings(every: u32, trailing: u32) -> Config {
    Config { snapshot_every: every, snapshot_trailing: trailing, ..config(3) }
}

/// A leads, C has heard of nothing since its election, and the log that C would need is compacted away.
fn with_c_far_behind() -> Cluster<Register> {
    let mut cluster = Cluster::<Register>::of(settings(10, 2));
    cluster.elect(A);
    cluster.isolate(&[C]);
    for n in 0..25 {
        cluster.put(A, &n.to_string());
        cluster.settle();
    }
    assert_eq!(cluster.node(A).log().before(), at(18, 1));
    cluster.heal();
    cluster
}

fn snapshots_in_flight(cluster: &Cluster<Register>) -> usize {
    cluster.network.iter().filter(|l| matches!(l.message, Message::InstallSnapshot { .. })).count()
}

#[test]
fn a_snapshot_is_taken_as_often_as_asked_and_some_entries_stay() {
    let mut cluster = Cluster::<Register>::of(settings(10, 3));
    cluster.elect(A);
    for n in 0..8 {
        cluster.put(A, &n.to_string());
        cluster.settle();
    }
    assert!(cluster.node(A).snapshot().is_none());
    cluster.put(A, "last");
    cluster.settle();
    cluster.beat(A);
    for id in [A, B, C] {
        let node = cluster.node(id);
        let snapshot = node.snapshot().expect("a snapshot");
        assert_eq!((snapshot.last, node.log().before(), node.log().len()), (at(10, 1), at(7, 1), 3));
        assert_eq!(Register::default().restore(&snapshot.state).as_ref(), Ok(node.machine()));
        assert_eq!(cluster.desk(id).disk.snapshot.as_ref(), Some(snapshot));
        assert_eq!(cluster.desk(id).disk.log, *node.log());
    }
}

#[test]
fn no_snapshot_is_taken_when_none_is_wanted() {
    let mut cluster = Cluster::<Register>::of(settings(0, 0));
    cluster.elect(A);
    for n in 0..3_000 {
        cluster.put(A, &n.to_string());
        cluster.settle();
    }
    assert!(cluster.node(A).snapshot().is_none());
    assert_eq!(cluster.node(A).log().len(), 3_001);
}

/// The snapshot is all that a restarted server has of the compacted entries, and it knows that they are committed.
#[test]
fn a_restart_begins_at_the_snapshot() {
    let mut cluster = with_c_far_behind();
    let a = cluster.node(A).clone();
    cluster.crash(A);
    cluster.restart(A);
    let node = cluster.node(A);
    assert_eq!((node.commit(), node.applied()), (LogIndex(20), LogIndex(20)));
    assert_eq!(cluster.x(A).as_deref(), Some("18"));
    assert_eq!(node.log(), a.log());
    cluster.elect(B);
    cluster.beat(B);
    assert_eq!(cluster.x(A).as_deref(), Some("24"));
}

#[test]
fn a_follower_behind_the_compacted_log_catches_up_by_snapshot() {
    let mut cluster = with_c_far_behind();
    for _ in 0..5 {
        cluster.beat(A);
    }
    assert!(cluster.desk(A).notes.contains(&Note::SnapshotSent { to: C, index: LogIndex(20) }));
    assert!(cluster.desk(C).notes.contains(&Note::SnapshotInstalled { index: LogIndex(20) }));
    assert_eq!((cluster.x(C).as_deref(), cluster.node(C).commit()), (Some("24"), LogIndex(26)));
    assert_eq!(cluster.node(C).log().last(), cluster.node(A).log().last());
    assert!(cluster.node(A).followers().iter().all(|f| f.state() == ProgressState::Replicate));
    // And it survives there.
    let before = cluster.node(C).log().clone();
    cluster.crash(C);
    cluster.restart(C);
    assert_eq!((cluster.node(C).log(), cluster.node(C).commit()), (&before, LogIndex(20)));
}

/// A snapshot is large: one is on its way at a time, none goes to a server that is not there, a lost one goes again.
#[test]
fn a_snapshot_is_sent_again_only_when_it_must_have_been_lost() {
    let mut cluster = with_c_far_behind();
    cluster.isolate(&[C]);
    for _ in 0..20 {
        cluster.fire(A, Timer::Heartbeat);
        assert_eq!(snapshots_in_flight(&cluster), 0, "nobody is there");
        cluster.settle();
    }
    cluster.heal();
    cluster.fire(A, Timer::Heartbeat);
    while snapshots_in_flight(&cluster) == 0 {
        cluster.deliver_one();
    }
    // It is slow: the next heartbeat overtakes it, and its answer does not cause another.
    let place = cluster.network.iter().position(|l| matches!(l.message, Message::InstallSnapshot { .. })).expect("one");
    let slow = cluster.network.remove(place).expect("one");
    let sent = |cluster: &Cluster<Register>| {
        cluster.desk(A).notes.iter().filter(|note| matches!(note, Note::SnapshotSent { .. })).count()
    };
    cluster.beat(A);
    assert_eq!(sent(&cluster), 1);
    // It is lost: some heartbeats later it goes again.
    for _ in 0..4 {
        cluster.beat(A);
    }
    assert_eq!(sent(&cluster), 2);
    assert_eq!(cluster.x(C).as_deref(), Some("24"));
    // The first one was not lost after all. It changes nothing.
    let before = cluster.node(C).clone();
    cluster.network.push_back(slow);
    cluster.settle();
    assert_eq!(cluster.node(C).log(), before.log());
    assert_eq!(cluster.node(C).machine(), before.machine());
}

fn snapshot_of(last: LogPosition, value: &str) -> std::sync::Arc<Snapshot> {
    let mut machine = Register::default();
    machine.apply(&put_x(value));
    std::sync::Arc::new(Snapshot { last, state: machine.snapshot() })
}

fn install(term: u64, last: LogPosition) -> Message<Command> {
    Message::InstallSnapshot { term: Term(term), snapshot: snapshot_of(last, "snapshot"), round: 0 }
}

/// Figure 13, rules 6 and 7: what follows the snapshot's last entry stays if the log holds that entry; else all goes.
#[test]
fn a_snapshot_keeps_what_follows_it_if_the_log_leads_up_to_it_and_drops_all_else() {
    for (log, last, before, left) in [
        (&[1, 1, 2, 2][..], at(2, 1), at(2, 1), &[2, 2][..]),
        (&[1, 1, 2, 2], at(4, 2), at(4, 2), &[]),
        (&[1, 1, 1, 1], at(3, 2), at(3, 2), &[]),
        (&[1, 1], at(9, 2), at(9, 2), &[]),
    ] {
        let mut cluster = Cluster::<Register>::with_disks(settings(0, 0), |_| disk(3, log));
        cluster.auto_sync = false;
        cluster.tell(B, A, install(3, last));
        assert!(cluster.network.is_empty(), "the answer waits for the disk");
        let durable = cluster.node(B).durable();
        assert!(!left.is_empty() || durable <= last.index, "what is dropped is not counted on");
        cluster.sync(B);
        let b = cluster.node(B);
        assert_eq!((b.log().before(), b.commit(), b.applied()), (before, last.index, last.index));
        assert_eq!(cluster.terms(B), left, "{last:?} on {log:?}");
        assert_eq!(cluster.desk(B).disk.log, *b.log());
        assert_eq!(b.durable(), b.log().last().index);
        assert_eq!(cluster.x(B).as_deref(), Some("snapshot"));
        let reply = Message::AppendReply { term: Term(3), result: AppendResult::Match(last.index), round: 0 };
        assert_eq!(cluster.take(B, A), [reply]);
        // Also after a crash.
        cluster.crash(B);
        cluster.restart(B);
        assert_eq!(cluster.terms(B), left);
        assert_eq!(cluster.x(B).as_deref(), Some("snapshot"));
    }
}

#[test]
fn an_old_snapshot_takes_nothing_back() {
    let mut cluster = Cluster::<Register>::with_disks(settings(0, 0), |_| disk(1, &[1, 1, 1]));
    cluster.tell(B, A, append(1, at(3, 1), &[], 3));
    cluster.network.clear();
    let before = cluster.node(B).clone();
    cluster.tell(B, A, install(1, at(2, 1)));
    assert_eq!((cluster.node(B).log(), cluster.node(B).machine()), (before.log(), before.machine()));
    let reply = Message::AppendReply { term: Term(1), result: AppendResult::Match(LogIndex(3)), round: 0 };
    assert_eq!(cluster.take(B, A), [reply]);
    // One of an older term is not even looked at.
    cluster.tell(B, A, install(0, at(9, 1)));
    let reply = Message::AppendReply { term: Term(1), result: AppendResult::OldTerm, round: 0 };
    assert_eq!(cluster.take(B, A), [reply]);
}

#[test]
fn bytes_that_are_no_snapshot_are_ignored() {
    let mut cluster = Cluster::<Register>::of(settings(0, 0));
    let snapshot = std::sync::Arc::new(Snapshot { last: at(5, 1), state: vec![0xff; 7] });
    cluster.tell(B, A, Message::InstallSnapshot { term: Term(1), snapshot, round: 0 });
    assert_eq!((cluster.node(B).commit(), cluster.node(B).leader()), (LogIndex(0), Some(A)));
    assert!(cluster.network.is_empty());
}

/// A leader may commit what two followers hold before its own disk does; its snapshot then follows its entries there.
#[test]
fn a_snapshot_on_disk_never_runs_ahead_of_the_log_on_disk() {
    let mut cluster = Cluster::<Register>::of(Config { max_in_flight: 1, ..settings(4, 1) });
    cluster.elect(A);
    cluster.auto_sync = false;
    for value in ["1", "2", "3"] {
        cluster.put(A, value);
    }
    for id in [B, C] {
        let reply = AppendResult::Match(LogIndex(4));
        cluster.tell(A, id, Message::AppendReply { term: Term(1), result: reply, round: 0 });
    }
    assert_eq!(cluster.node(A).snapshot().map(|s| s.last), Some(at(4, 1)));
    loop {
        let disk = &cluster.desk(A).disk;
        let covered = disk.snapshot.as_ref().map_or(0, |s| s.last.index.0);
        assert!(disk.log.last().index.0 >= covered);
        if cluster.desk(A).pending.is_empty() {
            break;
        }
        cluster.sync_some(A, 1);
    }
    assert_eq!(cluster.desk(A).disk.log, *cluster.node(A).log());
}

/// A follower that needs entries which have just been compacted away, in the middle of probing for agreement.
#[test]
fn a_probe_that_runs_into_the_compacted_log_becomes_a_snapshot() {
    let mut cluster = with_c_far_behind();
    cluster.crash(A);
    cluster.elect(B);
    cluster.beat(B);
    assert_eq!(cluster.x(C).as_deref(), Some("24"));
    assert!(cluster.desk(B).notes.contains(&Note::SnapshotSent { to: C, index: LogIndex(20) }));
}
