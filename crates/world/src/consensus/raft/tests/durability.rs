//! What is on disk before what is said: figure 2, "updated on stable storage before responding to RPCs".

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, Register, Term};
use crate::consensus::Outcome;

fn vote_request(term: u64, last: LogPosition) -> Message<Command> {
    Message::RequestVote { term: Term(term), last, forced: false }
}

/// 5.2: a vote that is not on disk could be given twice.
#[test]
fn a_vote_is_on_disk_before_the_answer_leaves() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.auto_sync = false;
    cluster.tell(B, A, vote_request(1, at(0, 0)));
    assert!(cluster.network.is_empty());
    assert_eq!(cluster.node(B).vote(), Some(A));
    cluster.sync(B);
    assert!(matches!(cluster.take(B, A)[..], [Message::VoteReply { term: Term(1), refused: None }]));
    assert_eq!((cluster.desk(B).disk.term, cluster.desk(B).disk.vote), (Term(1), Some(A)));
}

/// A term raised and a vote given in one step are one write, not two.
#[test]
fn term_and_vote_of_one_step_are_written_once() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.auto_sync = false;
    cluster.tell(B, A, vote_request(1, at(0, 0)));
    assert_eq!(cluster.desk(B).pending.len(), 1);
}

/// A refusal speaks of the term too, so it also waits for it.
#[test]
fn a_newer_term_is_on_disk_before_any_answer_that_carries_it() {
    let mut cluster = Cluster::<Register>::with_disks(config(3), |_| disk(1, &[1]));
    cluster.auto_sync = false;
    cluster.tell(B, A, vote_request(4, at(0, 0)));
    assert!(cluster.network.is_empty());
    cluster.sync(B);
    assert!(matches!(
        cluster.take(B, A)[..],
        [Message::VoteReply { term: Term(4), refused: Some(Refusal::LogBehind) }]
    ));
}

/// 5.2: a candidate's vote for itself is a vote: on disk before it asks, and before it counts.
#[test]
fn a_candidate_asks_and_counts_itself_only_once_its_own_vote_is_on_disk() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.auto_sync = false;
    cluster.step(A, Input::TimeoutNow);
    assert!(cluster.network.is_empty());
    assert_eq!(cluster.node(A).votes().count(), 0);
    cluster.crash(A);
    cluster.restart(A);
    assert_eq!(cluster.node(A).term(), Term(0), "nobody can have heard of term 1");
    cluster.step(A, Input::TimeoutNow);
    cluster.sync(A);
    assert_eq!(cluster.network.len(), 2);
    assert_eq!(cluster.node(A).votes().collect::<Vec<_>>(), [A]);
}

/// The disk may be slow enough for two elections: the vote of the first is none in the second.
#[test]
fn an_own_vote_of_an_earlier_term_counts_for_nothing() {
    let mut cluster = Cluster::<Register>::of(config(1));
    cluster.auto_sync = false;
    cluster.step(A, Input::TimeoutNow);
    cluster.step(A, Input::TimeoutNow);
    cluster.sync_some(A, 1);
    assert_eq!((cluster.desk(A).disk.term, cluster.node(A).role()), (Term(1), Role::Candidate));
    cluster.sync_some(A, 1);
    assert_eq!((cluster.desk(A).disk.term, cluster.node(A).role()), (Term(2), Role::Leader));
}

/// 5.3: an acknowledged entry survives the follower's crash.
#[test]
fn entries_are_on_disk_before_they_are_acknowledged() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.auto_sync = false;
    cluster.tell(B, A, append(1, at(0, 0), &[1, 1], 0));
    assert!(cluster.network.is_empty());
    assert_eq!(cluster.node(B).durable(), LogIndex(0));
    cluster.sync(B);
    assert_eq!(cluster.network.len(), 1);
    assert_eq!(cluster.node(B).durable(), LogIndex(2));
}

#[test]
fn with_the_defect_entries_are_acknowledged_before_they_are_on_disk() {
    let settings = Config { defects: Defects::default().with(Defect::AnswerBeforeSync), ..config(3) };
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.auto_sync = false;
    cluster.tell(B, A, append(1, at(0, 0), &[1, 1], 0));
    assert_eq!(cluster.network.len(), 1);
}

/// A repeated append finds its entries in memory; that they are on their way to the disk is not enough.
#[test]
fn the_answer_to_a_repeated_append_waits_for_the_first_ones_write() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.auto_sync = false;
    for _ in 0..2 {
        cluster.tell(B, A, append(1, at(0, 0), &[1, 1], 0));
    }
    assert!(cluster.network.is_empty());
    cluster.sync(B);
    assert_eq!(cluster.network.len(), 2);
}

/// Dissertation 10.2.1: the leader sends entries while it writes them; its term is on disk since its election.
#[test]
fn a_leader_sends_entries_before_its_own_disk_has_them() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.auto_sync = false;
    cluster.put(A, "1");
    assert_eq!(cluster.network.len(), 2);
    assert_eq!(cluster.node(A).durable(), LogIndex(1));
}

/// While a cut is on its way to the disk, what is cut counts as durable no longer.
#[test]
fn entries_that_replace_others_are_durable_only_with_their_own_write() {
    let mut cluster = Cluster::<Register>::with_disks(config(3), |_| disk(1, &[1, 1, 1]));
    cluster.auto_sync = false;
    cluster.tell(B, A, append(2, at(3, 1), &[2], 0));
    cluster.tell(B, A, append(3, at(1, 1), &[3, 3, 3], 0));
    assert_eq!(cluster.node(B).durable(), LogIndex(1));
    for (writes, durable) in [(1, 1), (1, 1), (1, 1), (1, 4)] {
        cluster.sync_some(B, writes);
        assert_eq!(cluster.node(B).durable(), LogIndex(durable));
    }
    assert_eq!(cluster.desk(B).disk.log, *cluster.node(B).log());
}

/// Figure 2: term, vote and log are what a restart knows; commit index and leader it must be told.
#[test]
fn a_restarted_server_knows_its_term_vote_and_log_and_nothing_else() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.put(A, "1");
    cluster.settle();
    cluster.beat(A);
    assert_eq!(cluster.node(B).commit(), LogIndex(2));
    cluster.crash(B);
    cluster.restart(B);
    let b = cluster.node(B);
    assert_eq!((b.term(), b.vote(), b.role(), b.leader()), (Term(1), Some(A), Role::Follower, None));
    assert_eq!((b.commit(), b.applied(), b.log().last()), (LogIndex(0), LogIndex(0), at(2, 1)));
    assert_eq!(cluster.x(B), None);
    cluster.beat(A);
    assert_eq!(cluster.x(B).as_deref(), Some("1"));
}

/// What was not synced is gone, and the leader sends it again.
#[test]
fn a_follower_that_lost_unsynced_entries_gets_them_again() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.auto_sync = false;
    cluster.put(A, "1");
    cluster.put(A, "2");
    for _ in 0..4 {
        cluster.deliver_one();
    }
    assert_eq!(cluster.node(B).log().last(), at(3, 1));
    cluster.crash(B);
    cluster.restart(B);
    assert_eq!(cluster.node(B).log().last(), at(1, 1));
    cluster.auto_sync = true;
    cluster.beat(A);
    cluster.beat(A);
    assert_eq!(cluster.x(B).as_deref(), Some("2"));
}

/// 5.2: neither a crash nor a step-down within the term makes room for a second vote; the same candidate gets it again.
#[test]
fn a_server_votes_for_one_candidate_a_term_whatever_happens() {
    let mut cluster = Cluster::<Register>::of(config(3));
    for crash in [false, true] {
        for candidate in [A, C, A] {
            cluster.lose_patience(B);
            cluster.tell(B, candidate, vote_request(1, at(0, 0)));
            let refused = (candidate == C).then_some(Refusal::AlreadyVoted(A));
            let [Message::VoteReply { term: Term(1), refused: told }] = cluster.take(B, candidate)[..] else {
                panic!()
            };
            assert_eq!(told, refused);
            if crash {
                cluster.crash(B);
                cluster.restart(B);
            }
        }
    }
}

#[test]
fn with_the_defect_a_restart_makes_room_for_a_second_vote() {
    let settings = Config { defects: Defects::default().with(Defect::VoteForgottenOnRestart), ..config(3) };
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.tell(B, A, vote_request(1, at(0, 0)));
    cluster.crash(B);
    cluster.restart(B);
    assert_eq!((cluster.node(B).term(), cluster.node(B).vote()), (Term(1), None));
}

/// A leader may be ahead of its disk; once it follows, its answers rest on what it has written.
#[test]
fn a_deposed_leader_writes_what_it_still_owes_its_disk() {
    let mut settings = config(3);
    settings.max_in_flight = 1;
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.elect(A);
    cluster.auto_sync = false;
    for value in ["1", "2", "3"] {
        cluster.put(A, value);
    }
    assert_eq!(cluster.desk(A).pending.len(), 1, "the rest gathers");
    cluster.network.clear();
    cluster.tell(A, B, append(2, at(4, 1), &[], 4));
    assert!(cluster.network.is_empty());
    cluster.sync(A);
    assert_eq!(cluster.desk(A).disk.log.last(), at(4, 1));
    assert_eq!(cluster.network.len(), 1);
}

/// A dead server never acts, and what it had not yet said it never says.
#[test]
fn a_crash_takes_the_answers_that_waited_for_the_disk() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.auto_sync = false;
    cluster.tell(B, A, vote_request(1, at(0, 0)));
    cluster.crash(B);
    cluster.sync(B);
    cluster.tell(B, A, append(1, at(0, 0), &[1], 0));
    cluster.fire(B, Timer::Election);
    assert!(cluster.network.is_empty());
}

/// The client is answered by the disks of a majority, not by one.
#[test]
fn a_client_is_answered_once_a_majority_of_disks_has_its_command() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.auto_sync = false;
    let request = cluster.put(A, "1");
    cluster.settle();
    cluster.sync(A);
    assert_eq!(cluster.outcome(A, request), None);
    cluster.sync(B);
    cluster.settle();
    assert!(matches!(cluster.outcome(A, request), Some(Outcome::Done(_))));
}
