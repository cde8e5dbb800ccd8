//! Batching and pipelining (dissertation, 10.2), and what repairs a pipeline from which something was lost.

use std::ptr;

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, Register, Term};
use crate::consensus::Outcome;

/// How many entries each AppendEntries from one server to another holds, in the order in which they were sent.
fn batches(cluster: &Cluster<Register>, from: crate::base::NodeId, to: crate::base::NodeId) -> Vec<usize> {
    let ours = cluster.network.iter().filter(|l| (l.from, l.to) == (from, to));
    ours.filter_map(|l| if let Message::Append { entries, .. } = &l.message { Some(entries.len()) } else { None })
        .collect()
}

fn state(cluster: &Cluster<Register>, follower: crate::base::NodeId) -> (ProgressState, u64, u64, usize) {
    let followers = cluster.node(A).followers();
    let progress = followers.iter().find(|progress| progress.id() == follower).expect("a follower");
    (progress.state(), progress.matched().0, progress.next().0, progress.in_flight())
}

fn led_by_a(settings: Config) -> Cluster<Register> {
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.elect(A);
    cluster
}

/// A lone command does not wait for company; under load the rest gathers and goes together.
#[test]
fn entries_go_at_once_until_enough_are_in_flight_and_then_in_one_batch() {
    let mut cluster = led_by_a(config(3));
    for n in 0..20 {
        cluster.put(A, &n.to_string());
    }
    assert_eq!(batches(&cluster, A, B), [1, 1, 1, 1]);
    assert_eq!(state(&cluster, B), (ProgressState::Replicate, 1, 6, 4));
    // The first acknowledgement makes room for all that waits.
    while cluster.take(B, A).is_empty() {
        cluster.deliver_one();
    }
    cluster.settle();
    cluster.beat(A);
    cluster.beat(A);
    assert_eq!(cluster.node(B).log(), cluster.node(A).log());
    assert_eq!(state(&cluster, B), (ProgressState::Replicate, 21, 22, 0));
}

#[test]
fn a_batch_is_no_larger_than_it_may_be() {
    let mut settings = config(3);
    (settings.max_batch, settings.max_in_flight) = (3, 2);
    let mut cluster = led_by_a(settings);
    for n in 0..12 {
        cluster.put(A, &n.to_string());
    }
    let mut sizes = Vec::new();
    while !cluster.network.is_empty() {
        cluster.deliver_one();
        sizes.extend(batches(&cluster, A, B));
        assert!(state(&cluster, B).3 <= 2);
    }
    assert_eq!(sizes.iter().max(), Some(&3));
    assert_eq!(cluster.node(A).commit(), LogIndex(13));
}

/// The batch is made once: both followers and the leader's disk get the very same entries.
#[test]
fn followers_that_need_the_same_entries_share_one_batch() {
    let mut cluster = led_by_a(config(3));
    cluster.put(A, "1");
    let of = |message: &Message<Command>| match message {
        Message::Append { entries, .. } => entries.as_ptr(),
        other => panic!("{other:?}"),
    };
    assert!(ptr::eq(of(&cluster.take(A, B)[0]), of(&cluster.take(A, C)[0])));
}

/// A lost message leaves a hole that the follower refuses to build on; the next heartbeat at the latest finds it.
#[test]
fn a_lost_append_is_found_and_sent_again() {
    for followed_by_another in [false, true] {
        let mut cluster = led_by_a(config(3));
        cluster.put(A, "lost");
        assert_eq!(cluster.take(A, B).len(), 1);
        if followed_by_another {
            cluster.put(A, "next");
        } else {
            cluster.settle();
            assert_eq!(cluster.node(B).log().last(), at(1, 1));
            cluster.fire(A, Timer::Heartbeat);
        }
        cluster.settle();
        assert_eq!(cluster.node(B).log(), cluster.node(A).log());
        assert_eq!(state(&cluster, B).0, ProgressState::Replicate);
        assert_eq!(state(&cluster, B).3, 0);
    }
}

/// A lost acknowledgement costs nothing but time: the answer to a heartbeat says the same.
#[test]
fn a_lost_acknowledgement_is_made_good_by_the_answer_to_a_heartbeat() {
    let mut cluster = led_by_a(config(3));
    cluster.cut.extend([(B, A), (C, A)]);
    let request = cluster.put(A, "1");
    cluster.settle();
    assert_eq!(cluster.outcome(A, request), None);
    cluster.heal();
    cluster.fire(A, Timer::Heartbeat);
    assert_eq!(batches(&cluster, A, B), [0]);
    cluster.settle();
    assert!(matches!(cluster.outcome(A, request), Some(Outcome::Done(_))));
    assert_eq!(state(&cluster, B), (ProgressState::Replicate, 2, 3, 0));
}

/// Even when every acknowledgement of a full pipeline is lost, it does not stay full.
#[test]
fn a_pipeline_whose_acknowledgements_are_all_lost_flows_again() {
    let mut cluster = led_by_a(config(3));
    cluster.cut.extend([(B, A), (C, A)]);
    for n in 0..9 {
        cluster.put(A, &n.to_string());
    }
    cluster.settle();
    assert_eq!(state(&cluster, B).3, 4);
    cluster.heal();
    cluster.beat(A);
    assert_eq!(cluster.node(A).commit(), LogIndex(10));
}

/// Messages that overtake each other are refused and sent again; nothing is lost and nothing is doubled.
#[test]
fn appends_in_the_wrong_order_end_in_the_right_log() {
    let mut cluster = led_by_a(config(3));
    for value in ["1", "2", "3", "4"] {
        cluster.put(A, value);
    }
    while !cluster.network.is_empty() {
        let last = cluster.network.len() - 1;
        cluster.deliver_at(last);
    }
    cluster.beat(A);
    for id in [B, C] {
        assert_eq!(cluster.node(id).log(), cluster.node(A).log());
        assert_eq!(cluster.x(id).as_deref(), Some("4"));
    }
}

/// To a follower that does not answer the leader sends one probe and then heartbeats, not its whole log over and over.
#[test]
fn a_silent_follower_is_sent_heartbeats_only() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.isolate(&[C]);
    cluster.elect(A);
    for n in 0..5 {
        cluster.put(A, &n.to_string());
        cluster.settle();
        cluster.fire(A, Timer::Heartbeat);
        assert_eq!(batches(&cluster, A, C), [0]);
        cluster.settle();
    }
    assert_eq!(state(&cluster, C), (ProgressState::Probe { waiting: true }, 0, 1, 0));
    cluster.heal();
    cluster.beat(A);
    assert_eq!(cluster.node(C).log(), cluster.node(A).log());
}

/// A refusal that is older than what was acknowledged since is no news.
#[test]
fn an_old_refusal_does_not_send_the_leader_back() {
    let mut cluster = led_by_a(config(3));
    cluster.put(A, "1");
    cluster.settle();
    let before = state(&cluster, B);
    let refusal = AppendResult::Conflict { rejected: LogIndex(1), term: None, retry_from: LogIndex(1) };
    let message = Message::AppendReply { term: cluster.node(A).term(), result: refusal, round: 0 };
    cluster.tell(A, B, message);
    assert_eq!(state(&cluster, B), before);
}

/// Nor does the refusal of an earlier probe, however late it comes.
#[test]
fn only_the_answer_to_the_latest_probe_moves_it() {
    let mut cluster = Cluster::<Register>::with_disks(config(3), |_| disk(1, &[1, 1, 1, 1, 1]));
    cluster.cut.extend([(A, B), (B, A)]);
    cluster.elect(A);
    let refuse = |rejected, retry_from| {
        let (rejected, retry_from) = (LogIndex(rejected), LogIndex(retry_from));
        let result = AppendResult::Conflict { rejected, term: None, retry_from };
        Message::AppendReply { term: Term(2), result, round: 0 }
    };
    assert_eq!(state(&cluster, B).2, 6);
    for (message, next) in [(refuse(5, 4), 4), (refuse(5, 2), 4), (refuse(2, 1), 4), (refuse(3, 2), 2)] {
        cluster.tell(A, B, message);
        assert_eq!(state(&cluster, B), (ProgressState::Probe { waiting: true }, 0, next, 0));
    }
}

/// After a step back, a late acknowledgement of what went before it still counts in full.
#[test]
fn what_is_acknowledged_late_is_not_sent_again() {
    let mut progress = Progress::new(B, LogIndex(10));
    progress.probe(LogIndex(6));
    assert!(progress.matches(LogIndex(5), LogIndex(1)));
    progress.sent(LogIndex(7));
    assert_eq!((progress.next(), progress.in_flight()), (LogIndex(8), 1));
    assert!(progress.matches(LogIndex(9), LogIndex(1)));
    assert_eq!((progress.matched(), progress.next(), progress.in_flight()), (LogIndex(9), LogIndex(10), 0));
    assert!(!progress.matches(LogIndex(7), LogIndex(1)), "no news");
    assert_eq!((progress.matched(), progress.next()), (LogIndex(9), LogIndex(10)));
}

/// The disk is fed like a follower: what comes while it is busy is written together.
#[test]
fn a_busy_disk_gets_the_entries_of_many_commands_in_one_write() {
    let mut settings = config(1);
    settings.max_in_flight = 1;
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.elect(A);
    cluster.auto_sync = false;
    for n in 0..10 {
        cluster.put(A, &n.to_string());
    }
    assert_eq!(cluster.desk(A).pending.len(), 1);
    cluster.sync_some(A, 1);
    assert!(matches!(&cluster.desk(A).pending[0], Write::Append { entries, .. } if entries.len() == 9));
    cluster.sync(A);
    assert_eq!(cluster.node(A).commit(), LogIndex(11));
}

/// Limits on everything: a leader that cannot commit does not gather commands without end.
#[test]
fn a_leader_with_too_much_uncommitted_says_that_it_is_busy() {
    let mut settings = config(3);
    settings.max_uncommitted = 3;
    let mut cluster = led_by_a(settings);
    cluster.isolate(&[A]);
    let requests: Vec<_> = (0..5).map(|n| cluster.put(A, &n.to_string())).collect();
    for (n, &request) in requests.iter().enumerate() {
        assert_eq!(cluster.outcome(A, request) == Some(&Outcome::Busy), n >= 3, "request {n}");
    }
    assert_eq!(cluster.node(A).log().last(), at(4, 1));
    cluster.heal();
    cluster.beat(A);
    let request = cluster.put(A, "again");
    assert_eq!(cluster.outcome(A, request), None);
}

/// Any sizes, also those that make no sense: nothing stands still.
#[test]
fn every_batch_size_and_pipeline_depth_works() {
    for max_batch in [0, 1, 2, 1_000] {
        for max_in_flight in [0, 1, 7] {
            let mut cluster = led_by_a(Config { max_batch, max_in_flight, ..config(3) });
            for n in 0..30 {
                cluster.put(A, &n.to_string());
            }
            cluster.settle();
            cluster.beat(A);
            for id in [A, B, C] {
                assert_eq!(cluster.node(id).applied(), LogIndex(31));
            }
        }
    }
}
