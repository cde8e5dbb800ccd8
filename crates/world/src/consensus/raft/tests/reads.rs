//! Linearizable reads by ReadIndex: dissertation, 6.4.

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, Register, Term};
use crate::consensus::Outcome;

const NOT_LEADER: &Outcome<Register> = &Outcome::NotLeader { leader: None };

fn led_by_a(servers: u16) -> Cluster<Register> {
    let mut cluster = Cluster::<Register>::of(config(servers));
    cluster.elect(A);
    cluster.put(A, "1");
    cluster.settle();
    cluster
}

#[test]
fn a_read_is_answered_after_a_majority_confirmed_the_leader() {
    let mut cluster = led_by_a(5);
    let read = cluster.get(A);
    let log = cluster.node(A).log().clone();
    for confirmations in 0..=2 {
        assert_eq!(cluster.read(A, read).is_some(), confirmations == 2);
        cluster.deliver_one();
        let reply = cluster.network.pop_back().expect("a reply");
        cluster.network.push_front(reply);
        cluster.deliver_one();
    }
    assert_eq!(cluster.read(A, read).as_deref(), Some("1"));
    assert_eq!(cluster.node(A).log(), &log, "a read costs no entry");
}

/// A round that began before the question proves nothing about the time after it.
#[test]
fn a_read_is_not_confirmed_by_answers_to_an_earlier_round() {
    let mut cluster = led_by_a(3);
    cluster.fire(A, Timer::Heartbeat);
    while cluster.network.iter().any(|l| l.to != A) {
        cluster.deliver_one();
    }
    let read = cluster.get(A);
    let old: Vec<_> = [B, C].into_iter().flat_map(|id| cluster.take(id, A).into_iter().map(move |m| (id, m))).collect();
    for (id, message) in old {
        cluster.tell(A, id, message);
    }
    assert_eq!(cluster.outcome(A, read), None);
    cluster.settle();
    assert_eq!(cluster.read(A, read).as_deref(), Some("1"));
}

/// The reason for all this: another may lead by now, and have committed what this one has never seen.
#[test]
fn a_deposed_leader_answers_no_read() {
    let mut cluster = led_by_a(3);
    let before = cluster.get(A);
    cluster.network.clear();
    cluster.isolate(&[A]);
    cluster.elect(B);
    cluster.put(B, "2");
    cluster.settle();
    let after = cluster.get(A);
    cluster.settle();
    for _ in 0..3 {
        cluster.beat(A);
    }
    assert_eq!((cluster.outcome(A, before), cluster.outcome(A, after)), (None, None));
    // It stays deaf for a whole timeout, counted from a check that still had answers.
    cluster.fire(A, Timer::Quorum);
    cluster.fire(A, Timer::Quorum);
    assert_eq!((cluster.outcome(A, before), cluster.outcome(A, after)), (Some(NOT_LEADER), Some(NOT_LEADER)));
}

/// Answers to the rounds of an earlier term in office prove nothing about this one, though the numbers are the same.
#[test]
fn answers_from_an_earlier_term_in_office_confirm_nothing() {
    let mut cluster = led_by_a(3);
    for _ in 0..5 {
        cluster.fire(A, Timer::Heartbeat);
    }
    while cluster.network.iter().any(|l| l.to != A) {
        cluster.deliver_one();
    }
    let old = std::mem::take(&mut cluster.network);
    cluster.elect(B);
    cluster.elect(A);
    cluster.isolate(&[A]);
    let read = cluster.get(A);
    for letter in old {
        cluster.tell(A, letter.from, letter.message);
    }
    assert_eq!(cluster.outcome(A, read), None);
}

/// A follower in a newer term tells an old leader so, and its answer confirms no round of that leader in a later term.
#[test]
fn the_refusal_of_an_old_leader_confirms_no_round() {
    let mut cluster = led_by_a(3);
    cluster.elect(B);
    let (term, prev) = (Term(1), at(0, 0));
    cluster.tell(C, A, Message::Append { term, prev, entries: Entries::NONE, commit: LogIndex(0), round: 9 });
    let refusal = Message::AppendReply { term: Term(2), result: AppendResult::OldTerm, round: 0 };
    assert_eq!(cluster.take(C, A), [refusal]);
}

/// 6.4, step 1: a new leader has all that is committed, but does not know how much of it is, until its no-op is.
#[test]
fn a_new_leader_answers_only_after_it_has_committed_in_its_own_term() {
    let mut cluster = led_by_a(3);
    cluster.put(A, "2");
    cluster.deliver_one();
    cluster.network.clear();
    cluster.crash(A);
    cluster.lose_patience(C);
    cluster.time_out(B);
    while cluster.node(B).role() != Role::Leader {
        cluster.deliver_one();
    }
    let read = cluster.get(B);
    assert_eq!((cluster.node(B).commit(), cluster.x(B)), (LogIndex(2), Some("1".into())));
    // Rounds of heartbeats confirm that it leads, and are of no use before that.
    cluster.network.clear();
    cluster.fire(B, Timer::Heartbeat);
    while cluster.node(B).followers()[1].round() == 0 {
        cluster.deliver_one();
    }
    assert_eq!(cluster.outcome(B, read), None);
    cluster.settle();
    assert_eq!(cluster.read(B, read).as_deref(), Some("2"));
}

/// All questions that wait go with the next round, and there is one round under way at a time.
#[test]
fn many_reads_share_a_round() {
    let mut cluster = led_by_a(3);
    let first = cluster.get(A);
    let round = cluster.node(A).round();
    let others: Vec<_> = (0..50).map(|_| cluster.get(A)).collect();
    assert_eq!(cluster.node(A).round(), round, "one is under way");
    assert_eq!(cluster.network.len(), 2);
    while cluster.outcome(A, first).is_none() {
        cluster.deliver_one();
    }
    assert_eq!(cluster.node(A).round(), round + 1);
    assert!(others.iter().all(|&read| cluster.outcome(A, read).is_none()));
    cluster.settle();
    assert!(others.iter().all(|&read| cluster.read(A, read).as_deref() == Some("1")));
    assert_eq!(cluster.node(A).round(), round + 1);
    assert_eq!(cluster.node(A).waiting_reads(), 0);
}

/// A round that is lost is followed by the next heartbeats.
#[test]
fn a_lost_round_delays_reads_until_the_next_heartbeat() {
    let mut cluster = led_by_a(3);
    let read = cluster.get(A);
    cluster.network.clear();
    let later = cluster.get(A);
    cluster.beat(A);
    assert_eq!(cluster.read(A, read).as_deref(), Some("1"));
    assert_eq!(cluster.read(A, later).as_deref(), Some("1"));
}

/// A read sees every write that was answered before it was asked.
#[test]
fn a_read_sees_every_write_that_was_answered_before() {
    let mut cluster = led_by_a(3);
    for n in 0..20 {
        let write = cluster.put(A, &n.to_string());
        while cluster.outcome(A, write).is_none() {
            cluster.deliver_one();
        }
        let read = cluster.get(A);
        while cluster.outcome(A, read).is_none() {
            cluster.deliver_one();
        }
        assert_eq!(cluster.read(A, read), Some(n.to_string()));
    }
}

#[test]
fn a_leader_with_too_many_reads_says_that_it_is_busy() {
    let mut settings = config(3);
    settings.max_uncommitted = 4;
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.elect(A);
    cluster.isolate(&[A]);
    let reads: Vec<_> = (0..6).map(|_| cluster.get(A)).collect();
    for (n, &read) in reads.iter().enumerate() {
        assert_eq!(cluster.outcome(A, read) == Some(&Outcome::Busy), n >= 4);
    }
}

#[test]
fn a_follower_sends_a_read_to_the_leader() {
    let mut cluster = led_by_a(3);
    let read = cluster.get(B);
    assert_eq!(cluster.outcome(B, read), Some(&Outcome::NotLeader { leader: Some(A) }));
}
