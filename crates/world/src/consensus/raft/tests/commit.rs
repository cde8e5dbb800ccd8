//! Committing: sections 5.3 and 5.4.2.

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, Register, Term};

fn ack(term: u64, index: u64) -> Message<Command> {
    Message::AppendReply { term: Term(term), result: AppendResult::Match(LogIndex(index)), round: 0 }
}

/// A leader in term 3 with a log of [1, 2, 3], of which nothing is acknowledged. Its followers hear nothing more.
fn leader_of_term_3(defects: Defects) -> Cluster<Register> {
    let settings = Config { defects, ..config(3) };
    let mut cluster = Cluster::<Register>::with_disks(settings, |_| disk(2, &[1, 2]));
    cluster.miss_the_leader(A);
    while cluster.node(A).role() != Role::Leader {
        cluster.deliver_one();
    }
    cluster.network.clear();
    assert_eq!(cluster.terms(A), [1, 2, 3]);
    cluster
}

/// 5.4.2, figure 8: copies of older terms' entries are not counted; the first of the own term commits them all.
#[test]
fn entries_of_older_terms_are_committed_only_with_one_of_the_own_term() {
    let mut cluster = leader_of_term_3(Defects::default());
    for index in [1, 2] {
        cluster.tell(A, B, ack(3, index));
        cluster.tell(A, C, ack(3, index));
        assert_eq!(cluster.node(A).commit(), LogIndex(0), "after the acknowledgement of {index}");
    }
    cluster.tell(A, B, ack(3, 3));
    assert_eq!(cluster.node(A).commit(), LogIndex(3));
}

/// Figure 8 (d) is what the defect brings about.
#[test]
fn with_the_defect_entries_of_older_terms_are_counted() {
    let mut cluster = leader_of_term_3(Defects::default().with(Defect::OldTermCommittedByCounting));
    cluster.tell(A, B, ack(3, 2));
    assert_eq!(cluster.node(A).commit(), LogIndex(2));
}

/// 5.3: an entry is committed once it is on a majority: 3 of 5, and also 3 of 4.
#[test]
fn a_majority_is_more_than_half_of_an_even_cluster_too() {
    for (servers, needed) in [(2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3)] {
        let mut cluster = Cluster::<Register>::of(config(servers));
        cluster.elect(A);
        cluster.put(A, "1");
        cluster.network.clear();
        for follower in 1..=needed {
            assert_eq!(cluster.node(A).commit(), LogIndex(1), "{servers} servers, {follower} acknowledgements");
            cluster.tell(A, crate::base::NodeId(follower), ack(1, 2));
        }
        assert_eq!(cluster.node(A).commit(), LogIndex(2), "{servers} servers");
    }
}

/// The leader is one of the majority only as far as its own disk (dissertation, 10.2.1).
#[test]
fn a_leader_does_not_count_entries_that_its_disk_may_lose() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.auto_sync = false;
    cluster.put(A, "1");
    cluster.network.clear();
    cluster.tell(A, B, ack(1, 2));
    assert_eq!(cluster.node(A).commit(), LogIndex(1), "only one disk has it");
    cluster.sync(A);
    assert_eq!(cluster.node(A).commit(), LogIndex(2));
    // Two followers are a majority without the leader's disk.
    cluster.put(A, "2");
    cluster.network.clear();
    cluster.tell(A, B, ack(1, 3));
    cluster.tell(A, C, ack(1, 3));
    assert_eq!((cluster.node(A).commit(), cluster.node(A).durable()), (LogIndex(3), LogIndex(2)));
}

/// The same acknowledgement again is no second copy, an old one takes nothing back, and one of an earlier term of the
/// same leader says nothing about this one.
#[test]
fn repeated_late_and_old_acknowledgements_count_for_nothing() {
    let mut cluster = Cluster::<Register>::of(config(5));
    cluster.elect(A);
    cluster.put(A, "1");
    cluster.network.clear();
    for _ in 0..3 {
        cluster.tell(A, B, ack(1, 2));
        cluster.tell(A, B, ack(1, 1));
    }
    assert_eq!(cluster.node(A).commit(), LogIndex(1));
    assert_eq!(cluster.node(A).followers()[0].matched(), LogIndex(2));
    cluster.tell(A, C, ack(0, 2));
    cluster.tell(A, crate::base::NodeId(77), ack(1, 2));
    assert_eq!(cluster.node(A).commit(), LogIndex(1));
}

/// Section 8: a new leader commits a no-op at once, so that what is before it does not wait for the next client.
#[test]
fn a_new_leader_commits_what_its_predecessor_left() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.put(A, "1");
    cluster.take(A, C);
    cluster.deliver_one();
    cluster.network.clear();
    cluster.crash(A);
    cluster.elect(B);
    assert_eq!(cluster.terms(B), [1, 1, 2]);
    assert_eq!(cluster.x(B).as_deref(), Some("1"));
}
