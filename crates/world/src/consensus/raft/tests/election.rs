//! Elections: sections 5.2 and 5.4.1; pre-vote and check-quorum: dissertation, 9.6, 6.2 and 4.2.3.

use super::super::*;
use super::cluster::*;
use crate::base::{NodeId, Register, Span, Term};

fn vote_request(term: u64, last: LogPosition) -> Message<Command> {
    Message::RequestVote { term: Term(term), last, forced: false }
}

fn pre_vote(term: u64, last: LogPosition) -> Message<Command> {
    Message::PreVote { term: Term(term), last }
}

/// What a server answers to a vote request or a pre-vote: its term, and why not.
fn vote_of(cluster: &mut Cluster<Register>, to: NodeId, message: Message<Command>) -> (u64, Option<Refusal>) {
    cluster.network.clear();
    cluster.tell(to, A, message);
    match cluster.take(to, A).as_slice() {
        [Message::VoteReply { term, refused } | Message::PreVoteReply { term, refused }] => (term.0, *refused),
        other => panic!("not one answer: {other:?}"),
    }
}

fn without(pre_vote: bool, check_quorum: bool) -> Config {
    Config { pre_vote, check_quorum, ..config(3) }
}

/// 5.4.1: the later last term wins; among equal terms the longer log.
#[test]
fn a_vote_goes_only_to_a_log_that_is_at_least_as_up_to_date() {
    for (own, candidate, granted) in [
        (&[1, 2][..], at(2, 2), true),
        (&[1, 2], at(3, 2), true),
        (&[1, 2], at(1, 2), false),
        (&[1, 2], at(9, 1), false),
        (&[1, 2], at(1, 3), true),
        (&[1, 2, 2], at(2, 3), true),
        (&[], at(0, 0), true),
        (&[1], at(0, 0), false),
    ] {
        let mut cluster = Cluster::<Register>::with_disks(config(3), |_| disk(3, own));
        let expected = (!granted).then_some(Refusal::LogBehind);
        assert_eq!(vote_of(&mut cluster, B, pre_vote(4, candidate)).1, expected, "pre-vote, {own:?} and {candidate:?}");
        assert_eq!(cluster.node(B).term(), Term(3), "a pre-vote raises no term");
        assert_eq!(vote_of(&mut cluster, B, vote_request(4, candidate)), (4, expected), "{own:?} and {candidate:?}");
        assert_eq!(cluster.node(B).vote(), granted.then_some(A));
    }
}

#[test]
fn with_the_defect_a_vote_goes_to_any_log() {
    let settings = Config { defects: Defects::default().with(Defect::VoteWithoutLogCheck), ..config(3) };
    let mut cluster = Cluster::<Register>::with_disks(settings, |_| disk(3, &[1, 2]));
    assert_eq!(vote_of(&mut cluster, B, vote_request(4, at(0, 0))), (4, None));
}

/// 5.1: a candidate of an older term is refused and told the newer one.
#[test]
fn an_old_candidate_is_refused_and_catches_up() {
    let mut cluster = Cluster::<Register>::with_disks(config(3), |id| disk(if id == B { 5 } else { 1 }, &[1]));
    assert_eq!(vote_of(&mut cluster, B, vote_request(4, at(9, 4))), (5, Some(Refusal::OldTerm)));
    assert_eq!(vote_of(&mut cluster, B, pre_vote(5, at(1, 1))), (5, None), "nobody was voted for in term 5");
    assert_eq!(vote_of(&mut cluster, B, pre_vote(4, at(9, 4))), (5, Some(Refusal::OldTerm)));
    cluster.tell(A, B, Message::PreVoteReply { term: Term(5), refused: Some(Refusal::OldTerm) });
    assert_eq!((cluster.node(A).term(), cluster.node(A).role()), (Term(5), Role::Follower));
}

/// 5.2: of two that stand in one term, one is elected at most, and the loser follows.
#[test]
fn a_split_vote_elects_nobody_and_the_next_term_somebody() {
    let mut cluster = Cluster::<Register>::of(Config { pre_vote: false, ..config(4) });
    cluster.time_out(A);
    cluster.time_out(B);
    let to_c = [(A, C), (B, D)];
    let place = |cluster: &Cluster<Register>, way| cluster.network.iter().position(|l| (l.from, l.to) == way);
    for way in to_c {
        let place = place(&cluster, way).expect("a request");
        cluster.deliver_at(place);
    }
    cluster.settle();
    assert!((0..4).all(|id| cluster.node(NodeId(id)).role() != Role::Leader));
    cluster.time_out(B);
    cluster.settle();
    assert_eq!((cluster.node(B).role(), cluster.node(B).term()), (Role::Leader, Term(2)));
    assert_eq!((cluster.node(A).role(), cluster.node(A).leader()), (Role::Follower, Some(B)));
}

/// 5.2: the same voter twice, or one of another election, is not two votes.
#[test]
fn repeated_and_old_votes_do_not_add_up() {
    let mut cluster = Cluster::<Register>::of(Config { pre_vote: false, ..config(5) });
    cluster.time_out(A);
    cluster.time_out(A);
    assert_eq!((cluster.node(A).role(), cluster.node(A).term()), (Role::Candidate, Term(2)));
    for _ in 0..3 {
        cluster.tell(A, B, Message::VoteReply { term: Term(2), refused: None });
        cluster.tell(A, C, Message::VoteReply { term: Term(1), refused: None });
        cluster.tell(A, NodeId(50), Message::VoteReply { term: Term(2), refused: None });
        cluster.tell(A, D, Message::PreVoteReply { term: Term(2), refused: None });
    }
    assert_eq!(cluster.node(A).votes().collect::<Vec<_>>(), [A, B]);
    cluster.tell(A, D, Message::VoteReply { term: Term(2), refused: None });
    assert_eq!(cluster.node(A).role(), Role::Leader);
    cluster.tell(A, E, Message::VoteReply { term: Term(2), refused: None });
    assert_eq!(cluster.terms(A), [2], "elected once");
}

/// Dissertation 9.6: who would have voted for it in an earlier term has not said that he would in the next.
#[test]
fn a_late_yes_to_an_earlier_pre_vote_does_not_count() {
    let mut cluster = Cluster::<Register>::with_disks(config(5), |_| disk(3, &[1]));
    cluster.time_out(A);
    let yes = |term| Message::PreVoteReply { term: Term(term), refused: None };
    for (from, term) in [(B, 3), (C, 2), (D, 5)] {
        cluster.tell(A, from, yes(term));
    }
    assert_eq!((cluster.node(A).role(), cluster.node(A).votes().collect()), (Role::PreCandidate, vec![A]));
    cluster.tell(A, B, yes(4));
    cluster.tell(A, C, yes(4));
    assert_eq!((cluster.node(A).role(), cluster.node(A).term()), (Role::Candidate, Term(4)));
}

/// 5.2: a majority of refusals is an answer, too.
#[test]
fn a_candidate_that_a_majority_refuses_gives_up() {
    let mut cluster = Cluster::<Register>::with_disks(config(3), |id| disk(1, if id == A { &[] } else { &[1] }));
    cluster.step(A, Input::TimeoutNow);
    cluster.settle();
    assert_eq!(cluster.node(A).role(), Role::Follower);
    assert!(cluster.desk(A).notes.contains(&Note::SteppedDown { from: Role::Candidate, why: StepDown::Refused }));
    assert!(cluster.desk(A).timers[0].is_some(), "it waits on");
}

/// 9.3: the wait is drawn between the two bounds, anew each time, and is the same for the same draws.
#[test]
fn election_timeouts_are_drawn_between_their_bounds_in_two_stages() {
    let mut cluster = Cluster::<Register>::of(config(3));
    let mut drawn = Vec::new();
    for _ in 0..50 {
        assert_eq!(cluster.node(B).election_wait().stage, Stage::Patient);
        assert_eq!(cluster.desk(B).timers[0], Some(Span::millis(150)));
        cluster.fire(B, Timer::Election);
        let wait = cluster.node(B).election_wait();
        assert_eq!(wait.stage, Stage::Restless);
        assert_eq!(cluster.desk(B).timers[0], Some(wait.remainder));
        assert!(wait.remainder <= Span::millis(150));
        drawn.push(wait.remainder);
        cluster.tell(B, A, append(1, at(0, 0), &[], 0));
    }
    drawn.sort_unstable();
    drawn.dedup();
    assert!(drawn.len() > 45, "nearly every wait is another");
}

/// 5.2: only the leader's messages and a granted vote start the wait anew; who cannot win keeps nobody quiet.
#[test]
fn a_refused_candidate_does_not_restart_the_wait() {
    let mut cluster = Cluster::<Register>::with_disks(config(3), |id| disk(1, if id == B { &[1, 1] } else { &[1] }));
    cluster.lose_patience(B);
    let restless = cluster.node(B).election_wait();
    vote_of(&mut cluster, B, vote_request(7, at(1, 1)));
    vote_of(&mut cluster, B, pre_vote(9, at(1, 1)));
    assert_eq!((cluster.node(B).term(), cluster.node(B).election_wait()), (Term(7), restless));
    vote_of(&mut cluster, B, vote_request(8, at(2, 1)));
    assert_eq!(cluster.node(B).election_wait().stage, Stage::Patient);
}

/// Dissertation 9.6: a server that was cut off campaigns in vain without raising its term, and disturbs nobody.
#[test]
fn with_pre_vote_a_server_that_was_cut_off_comes_back_quietly() {
    for check_quorum in [false, true] {
        let mut cluster = Cluster::<Register>::of(without(true, check_quorum));
        cluster.elect(A);
        cluster.isolate(&[C]);
        for _ in 0..5 {
            cluster.time_out(C);
            cluster.beat(A);
        }
        assert_eq!((cluster.node(C).role(), cluster.node(C).term()), (Role::PreCandidate, Term(1)));
        cluster.heal();
        cluster.time_out(C);
        cluster.settle();
        assert_eq!(cluster.node(C).role(), Role::Follower, "refused by those who hear the leader");
        cluster.beat(A);
        for id in [A, B, C] {
            assert_eq!((cluster.node(id).term(), cluster.node(id).leader()), (Term(1), Some(A)));
        }
    }
}

/// The same story without either option: the returning server deposes a leader that did nothing wrong.
#[test]
fn without_pre_vote_a_server_that_was_cut_off_disturbs_the_leader() {
    let mut cluster = Cluster::<Register>::of(without(false, false));
    cluster.elect(A);
    cluster.isolate(&[C]);
    cluster.time_out(C);
    cluster.heal();
    cluster.time_out(C);
    cluster.settle();
    assert_ne!(cluster.node(A).term(), Term(1));
}

/// Dissertation 4.2.3: with check-quorum, those who hear the leader also refuse a real candidate, whatever its term;
/// its term reaches the leader by its answer to a heartbeat, so that it is not shut out for ever.
#[test]
fn servers_that_hear_a_leader_refuse_other_candidates() {
    let mut cluster = Cluster::<Register>::of(without(false, true));
    cluster.elect(A);
    cluster.time_out(C);
    assert_eq!(cluster.node(C).term(), Term(2));
    let requests = std::mem::take(&mut cluster.network);
    for letter in requests {
        cluster.tell(letter.to, letter.from, letter.message);
    }
    assert_eq!((cluster.node(A).term(), cluster.node(B).term()), (Term(1), Term(1)));
    assert!(cluster.desk(B).notes.iter().any(|note| matches!(
        note,
        Note::Voted { candidate: C, term: Term(2), refused: Some(Refusal::HearsLeader(A)), .. }
    )));
    cluster.beat(A);
    assert_eq!((cluster.node(A).role(), cluster.node(A).term()), (Role::Follower, Term(2)));
    cluster.elect(A);
    assert_eq!(cluster.node(C).leader(), Some(A));
}

/// Once the shortest election timeout has passed without a word of the leader, a candidate is welcome.
#[test]
fn servers_that_lost_patience_vote_for_another() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.crash(A);
    cluster.time_out(C);
    cluster.settle();
    assert_eq!(cluster.node(C).role(), Role::PreCandidate, "B was still patient");
    cluster.lose_patience(B);
    cluster.time_out(C);
    cluster.settle();
    assert_eq!(cluster.node(C).role(), Role::Leader);
}

/// Dissertation 3.10 and 4.2.3: an ordered election asks nobody first, and is not refused for loyalty.
#[test]
fn an_ordered_election_takes_over_from_a_healthy_leader() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.step(B, Input::TimeoutNow);
    cluster.settle();
    assert_eq!((cluster.node(B).role(), cluster.node(B).term()), (Role::Leader, Term(2)));
    assert_eq!((cluster.node(A).role(), cluster.node(A).leader()), (Role::Follower, Some(B)));
    cluster.step(B, Input::TimeoutNow);
    assert_eq!((cluster.node(B).role(), cluster.node(B).term()), (Role::Leader, Term(2)), "it leads already");
}

/// An ordered election wins nothing that the log does not allow (5.4.1).
#[test]
fn an_ordered_election_still_needs_an_up_to_date_log() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.isolate(&[C]);
    cluster.put(A, "1");
    cluster.settle();
    cluster.heal();
    cluster.step(C, Input::TimeoutNow);
    cluster.settle();
    assert_ne!(cluster.node(C).role(), Role::Leader);
    cluster.elect(A);
    cluster.beat(A);
    assert_eq!(cluster.x(C).as_deref(), Some("1"));
}

/// Dissertation 6.2: a leader that hears no majority for an election timeout steps down, within its term.
#[test]
fn a_leader_that_hears_no_majority_steps_down() {
    let mut cluster = Cluster::<Register>::of(config(5));
    cluster.elect(A);
    cluster.beat(A);
    cluster.fire(A, Timer::Quorum);
    assert_eq!(cluster.node(A).role(), Role::Leader);
    cluster.isolate(&[A, B]);
    cluster.beat(A);
    cluster.fire(A, Timer::Quorum);
    let a = cluster.node(A);
    assert_eq!((a.role(), a.term(), a.leader(), a.vote()), (Role::Follower, Term(1), None, Some(A)));
    assert!(cluster.desk(A).notes.contains(&Note::SteppedDown { from: Role::Leader, why: StepDown::LostQuorum }));
    assert_eq!(cluster.desk(A).timers[1..3], [None, None]);
    assert!(cluster.desk(A).timers[0].is_some());
}

/// One answer in the whole timeout from one more than a minority is enough, in clusters of any size.
#[test]
fn a_leader_that_hears_a_majority_stays() {
    for servers in 2..=7 {
        let mut cluster = Cluster::<Register>::of(config(servers));
        cluster.elect(A);
        let minority = (servers as usize - 1) / 2;
        let lost: Vec<NodeId> = (servers - minority as u16..servers).map(NodeId).collect();
        cluster.isolate(&lost);
        for _ in 0..3 {
            cluster.beat(A);
            cluster.fire(A, Timer::Quorum);
            assert_eq!(cluster.node(A).role(), Role::Leader, "{servers} servers without {minority}");
        }
        cluster.cut.insert((NodeId(1), A));
        cluster.beat(A);
        cluster.fire(A, Timer::Quorum);
        assert_eq!(cluster.node(A).role(), Role::Follower, "{servers} servers without {}", minority + 1);
    }
}

/// A leader that hears nobody does not mind when it need not.
#[test]
fn without_check_quorum_a_cut_off_leader_stays_in_its_old_term() {
    let mut cluster = Cluster::<Register>::of(without(true, false));
    cluster.elect(A);
    assert_eq!(cluster.desk(A).timers[2], None);
    cluster.isolate(&[A]);
    cluster.elect(B);
    assert_eq!((cluster.node(A).role(), cluster.node(A).term()), (Role::Leader, Term(1)));
    cluster.heal();
    cluster.beat(B);
    assert_eq!((cluster.node(A).role(), cluster.node(A).leader()), (Role::Follower, Some(B)));
}

/// What cannot come of anything: timers that do not belong to the role, whatever the world does.
#[test]
fn timers_of_another_role_do_nothing() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.network.clear();
    let leader = cluster.node(A).clone();
    cluster.step(A, Input::Timer(Timer::Election));
    assert_eq!(*cluster.node(A), leader);
    let follower = cluster.node(B).clone();
    cluster.step(B, Input::Timer(Timer::Heartbeat));
    cluster.step(B, Input::Timer(Timer::Quorum));
    assert_eq!(*cluster.node(B), follower);
    assert_eq!(cluster.node(B).fingerprint(), follower.fingerprint());
    assert!(cluster.network.is_empty());
}
