use super::rig::*;
use crate::base::{DomainEventId, Span, StateMachine};
use crate::bus::*;

fn with(retention: Retention) -> Rig {
    let mut rig = Rig::with(TopicSettings { retention, ..topic(1) }, group());
    rig.join(ANN);
    rig
}

fn kept(rig: &Rig) -> (u64, u64) {
    let Ok(BusAnswer::Topic(view)) = rig.bus.query(&BusQuery::Topic(ORDERS)) else { panic!() };
    (view.partitions[0].start.0, view.partitions[0].end.0)
}

#[test]
fn retention_by_count_keeps_the_newest() {
    let mut rig = with(Retention { records: Some(10), age: None });
    for event in 0..95 {
        rig.publish("k", event..event + 1);
        assert_eq!(kept(&rig), ((event + 1).saturating_sub(10), event + 1));
    }
}

#[test]
fn retention_by_age_forgets_what_is_older_even_when_nobody_publishes() {
    let mut rig = with(Retention { records: None, age: Some(Span::secs(10)) });
    rig.publish("k", 0..3);
    rig.wait(Span::secs(4));
    rig.publish("k", 3..5);
    rig.wait(Span::secs(6));
    assert_eq!(kept(&rig), (0, 5));
    assert_eq!(rig.bus.next_due(), rig.now + Span(1));
    rig.wait(Span(1));
    assert_eq!(kept(&rig), (3, 5));
    rig.wait(Span::secs(4));
    assert_eq!(kept(&rig), (5, 5));
    assert_eq!(rig.publish("k", 5..6)[0].offset, Offset(5));
}

#[test]
fn a_group_behind_the_retained_start_skips_to_it_and_is_told_once() {
    let mut rig = with(Retention { records: Some(10), age: None });
    rig.publish("k", 0..4);
    assert_eq!(rig.fetch(ANN).len(), 4);
    rig.ack(ANN, &[1]);
    rig.publish("k", 4..16);
    let progress = rig.progress(0);
    // 0 to 5 are gone; of them 1 was processed.
    assert_eq!((progress.committed, progress.lag, progress.in_flight), (Offset(6), 10, 0));
    assert_eq!(progress.counts.skipped, 5);
    rig.publish("k", 16..17);
    let generation = rig.heartbeat(ANN).expect("in").generation;
    let fetched = rig.try_fetch(ANN, generation).expect("the owner");
    assert_eq!(fetched.skipped, [Skipped { from: at(0, 0), to: Offset(7), unprocessed: 6 }]);
    assert_eq!(fetched.deliveries[0].at, at(0, 7));
    assert_eq!(rig.try_fetch(ANN, generation).expect("the owner").skipped, []);
    // What it still works on: too late, and no harm.
    assert_eq!(rig.answer(ANN, generation, Verdict::Ack, &[at(0, 2)]), Ok(vec![]));
    assert_eq!(rig.answer(ANN, generation, Verdict::Nack, &[at(0, 3)]), Ok(vec![]));
}

#[test]
fn a_dead_letter_outlives_its_record_in_the_log() {
    let settings = TopicSettings { retention: Retention { records: Some(2), age: None }, ..topic(1) };
    let mut rig = Rig::with(settings, GroupSettings { max_tries: 1, ..group() });
    rig.join(ANN);
    rig.publish("k", 0..1);
    rig.fetch(ANN);
    rig.nack(ANN, &[0]);
    rig.publish("k", 1..9);
    assert_eq!(kept(&rig), (7, 9));
    rig.letters(&[0], true);
    let generation = rig.heartbeat(ANN).expect("in").generation;
    let fetched = rig.try_fetch(ANN, generation).expect("the owner");
    assert_eq!(fetched.deliveries[0].stored.record.header.event, DomainEventId(0));
}
