use super::rig::*;
use crate::base::{DomainEventId, Span};
use crate::bus::*;

fn one_record() -> Rig {
    let mut rig = Rig::with(topic(1), group());
    rig.join(ANN);
    rig.publish("k", 0..1);
    assert_eq!(rig.fetch(ANN), [(0, 1)]);
    rig
}

/// S9
#[test]
fn what_is_not_answered_within_the_ack_wait_comes_again_with_a_count_one_higher() {
    let mut rig = one_record();
    rig.wait(Span::micros(999_999));
    assert_eq!(rig.fetch(ANN), []);
    rig.wait(Span::micros(1));
    assert_eq!(rig.fetch(ANN), [(0, 2)]);
    assert_eq!(rig.progress(0).counts.redelivered, 1);
    // The second wait is twice the first.
    rig.wait(Span::millis(1_999));
    assert_eq!(rig.fetch(ANN), []);
    rig.wait(Span::millis(1));
    assert_eq!(rig.fetch(ANN), [(0, 3)]);
}

#[test]
fn a_negative_ack_comes_again_after_a_back_off_that_doubles() {
    let mut rig = one_record();
    for (tries, back_off) in [(2, 100), (3, 200)] {
        rig.nack(ANN, &[0]);
        rig.wait(Span::millis(back_off - 1));
        assert_eq!(rig.fetch(ANN), []);
        rig.wait(Span::millis(1));
        assert_eq!(rig.fetch(ANN), [(0, tries)]);
    }
}

#[test]
fn a_late_answer_of_the_same_owner_counts() {
    let mut rig = one_record();
    rig.wait(Span::secs(1));
    rig.ack(ANN, &[0]);
    assert_eq!(rig.committed(), 1);
    assert_eq!(rig.fetch(ANN), []);
}

#[test]
fn after_the_last_try_a_record_goes_to_the_dead_letters_and_the_rest_go_on() {
    let mut rig = one_record();
    rig.publish("k", 1..4);
    assert_eq!(rig.fetch(ANN), [(1, 1), (2, 1), (3, 1)]);
    rig.ack(ANN, &[1, 2, 3]);
    for _ in 0..2 {
        rig.nack(ANN, &[0]);
        rig.wait(Span::millis(200));
        rig.fetch(ANN);
    }
    assert_eq!(rig.committed(), 0);
    rig.nack(ANN, &[0]);
    assert_eq!(rig.committed(), 4);
    let dead = rig.dead();
    assert_eq!(dead.len(), 1);
    let LetterAt { at: place, letter } = &dead[0];
    assert_eq!((*place, letter.tries, letter.failure, letter.died), (at(0, 0), 3, Failure::Nacked, rig.now));
    assert_eq!(letter.stored.record.header.event, DomainEventId(0));
    rig.wait(Span::secs(9));
    assert_eq!(rig.fetch(ANN), []);
    assert_eq!(rig.progress(0).counts.dead_lettered, 1);
    // The consumer changes its mind: it is told where the record is.
    let generation = rig.heartbeat(ANN).expect("in").generation;
    let refused = rig.answer(ANN, generation, Verdict::Ack, &[at(0, 0)]).expect("a member");
    assert_eq!(refused, [Refusal { at: at(0, 0), why: Refused::DeadLettered }]);
}

fn dead_record() -> Rig {
    let mut rig = one_record();
    for _ in 0..3 {
        rig.nack(ANN, &[0]);
        rig.wait(Span::secs(1));
        rig.fetch(ANN);
    }
    assert_eq!(rig.dead().len(), 1);
    rig
}

#[test]
fn a_replayed_dead_letter_is_delivered_again_with_a_fresh_count() {
    let mut rig = dead_record();
    assert_eq!(rig.letters(&[0, 7], true), [Refusal { at: at(0, 7), why: Refused::NoDeadLetter }]);
    assert_eq!(rig.dead(), []);
    rig.publish("k", 1..2);
    assert_eq!(rig.fetch(ANN), [(0, 1), (1, 1)]);
    rig.ack(ANN, &[0]);
    rig.ack(ANN, &[0]);
    rig.wait(Span::secs(1));
    assert_eq!(rig.fetch(ANN), [(1, 2)]);
}

#[test]
fn a_replayed_dead_letter_that_fails_again_is_one_again() {
    let mut rig = dead_record();
    rig.letters(&[0], true);
    for tries in 1..=3 {
        assert_eq!(rig.fetch(ANN), [(0, tries)]);
        rig.wait(Span::secs(4));
    }
    assert_eq!(rig.fetch(ANN), []);
    assert_eq!(rig.dead()[0].letter.failure, Failure::NoAnswer);
    assert_eq!(rig.letters(&[0], false), []);
    assert_eq!(rig.dead(), []);
}

#[test]
fn a_replay_goes_over_to_the_next_owner_too() {
    let mut rig = dead_record();
    rig.letters(&[0], true);
    assert_eq!(rig.fetch(ANN), [(0, 1)]);
    rig.act(Action::Leave { group: GROUP, member: ANN }).expect("a member");
    rig.join(BOB);
    assert_eq!(rig.fetch(BOB), [(0, 2)]);
    rig.ack(BOB, &[0]);
    assert_eq!((rig.progress(0).in_flight, rig.progress(0).resting), (0, 0));
}

#[test]
fn a_record_that_kills_every_consumer_ends_with_the_dead_letters() {
    let mut rig = Rig::with(topic(1), group());
    rig.publish("k", 0..1);
    for tries in 1..=3 {
        rig.join(ANN);
        assert_eq!(rig.fetch(ANN), [(0, tries)]);
    }
    rig.join(ANN);
    assert_eq!(rig.fetch(ANN), []);
    assert_eq!(rig.dead()[0].letter.failure, Failure::ConsumerLost);
}

#[test]
fn a_rebalance_is_no_failed_try() {
    let mut rig = Rig::with(topic(1), GroupSettings { max_tries: 1, ..group() });
    rig.publish("k", 0..1);
    for tries in 1..=4 {
        rig.join(ANN);
        assert_eq!(rig.fetch(ANN), [(0, tries)]);
        rig.act(Action::Leave { group: GROUP, member: ANN }).expect("a member");
    }
    assert_eq!(rig.dead(), []);
}

#[test]
fn with_no_room_for_a_dead_letter_the_record_is_tried_on() {
    let mut rig = Rig::empty(Limits { dead_letters: 1, ..Limits::default() });
    rig.act(Action::CreateTopic(topic(1))).expect("room");
    rig.act(Action::CreateGroup(GroupSettings { max_tries: 1, ..group() })).expect("room");
    rig.join(ANN);
    rig.publish("k", 0..2);
    assert_eq!(rig.fetch(ANN).len(), 2);
    rig.nack(ANN, &[0, 1]);
    rig.wait(Span::secs(1));
    assert_eq!(rig.fetch(ANN), [(1, 2)]);
    assert_eq!(rig.letters(&[0], false), []);
    rig.nack(ANN, &[1]);
    assert_eq!(rig.dead()[0].at, at(0, 1));
}

/// S10: what strict order costs is that one record holds up all behind it.
#[test]
fn with_one_in_flight_not_even_a_redelivery_changes_the_order() {
    let mut rig = Rig::with(topic(1), GroupSettings { partition_in_flight: 1, ..group() });
    rig.join(ANN);
    rig.publish("k", 0..3);
    assert_eq!(rig.fetch(ANN), [(0, 1)]);
    rig.nack(ANN, &[0]);
    assert_eq!(rig.fetch(ANN), []);
    rig.wait(Span::millis(100));
    assert_eq!(rig.fetch(ANN), [(0, 2)]);
    rig.ack(ANN, &[0]);
    assert_eq!(rig.fetch(ANN), [(1, 1)]);
}

#[test]
fn a_command_with_an_older_time_does_not_turn_the_clock_back() {
    let mut rig = one_record();
    rig.wait(Span::millis(900));
    let right = rig.now;
    rig.now = crate::base::Time::ZERO;
    rig.nack(ANN, &[0]);
    rig.now = right + Span::millis(99);
    assert_eq!(rig.fetch(ANN), []);
    rig.wait(Span::millis(1));
    assert_eq!(rig.fetch(ANN), [(0, 2)]);
}
