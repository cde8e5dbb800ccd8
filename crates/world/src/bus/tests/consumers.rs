use super::rig::*;
use crate::base::Span;
use crate::bus::*;

/// S5: and each is served.
#[test]
fn the_partitions_of_a_group_are_shared_evenly_and_each_has_one_owner() {
    let mut rig = Rig::with(topic(4), group());
    assert_eq!(rig.join(ANN).owned.len(), 4);
    assert_eq!(rig.join(BOB).owned.len(), 2);
    let (ann, bob) = (rig.heartbeat(ANN).expect("in").owned, rig.heartbeat(BOB).expect("in").owned);
    assert_eq!(ann.len(), 2);
    assert!(ann.iter().all(|partition| !bob.contains(partition)));
    for key in 0..40 {
        rig.publish(&format!("order {key}"), 0..1);
    }
    assert!(!rig.fetch(ANN).is_empty());
    assert!(!rig.fetch(BOB).is_empty());
}

/// S20
#[test]
fn every_group_gets_every_record_at_its_own_pace() {
    let mut rig = Rig::with(topic(1), group());
    let banks = GroupSettings { name: "banks".into(), ..group() };
    let Ok(Reply::Group(banks)) = rig.act(Action::CreateGroup(banks)) else { panic!() };
    rig.join(ANN);
    rig.act(Action::Join { group: banks, member: BOB }).expect("room");
    rig.publish("reform", 0..3);
    assert_eq!(rig.fetch(ANN), [(0, 1), (1, 1), (2, 1)]);
    rig.ack(ANN, &[0, 1, 2]);
    let fetch = Action::Fetch { group: banks, member: BOB, generation: Generation(1), most: 2 };
    assert!(matches!(rig.act(fetch), Ok(Reply::Fetched(fetched)) if fetched.deliveries.len() == 2));
    let Ok(BusAnswer::Topic(view)) = crate::base::StateMachine::query(&rig.bus, &BusQuery::Topic(ORDERS)) else {
        panic!()
    };
    let lags: Vec<_> =
        view.partitions[0].groups.iter().map(|(_, progress)| (progress.lag, progress.in_flight)).collect();
    assert_eq!(lags, [(0, 0), (3, 2)]);
}

/// S3
#[test]
fn records_wait_for_a_group_whose_members_are_all_gone() {
    let mut rig = Rig::with(topic(1), group());
    rig.join(ANN);
    assert_eq!(rig.act(Action::Leave { group: GROUP, member: ANN }), Ok(Reply::Done));
    rig.publish("k", 0..3);
    rig.wait(Span::secs(100));
    assert_eq!(rig.progress(0).owner, None);
    rig.join(BOB);
    assert_eq!(rig.fetch(BOB), [(0, 1), (1, 1), (2, 1)]);
}

/// S4
#[test]
fn a_new_group_begins_with_the_oldest_record_or_with_the_next_as_it_likes() {
    let mut rig = Rig::with(topic(1), group());
    rig.publish("k", 0..3);
    for (name, start, lag) in [("history", Start::Earliest, 4), ("news", Start::Latest, 1)] {
        let settings = GroupSettings { name: name.into(), start, ..group() };
        let Ok(Reply::Group(id)) = rig.act(Action::CreateGroup(settings)) else { panic!() };
        rig.publish("k", 0..1);
        let Ok(BusAnswer::Group(view)) = crate::base::StateMachine::query(&rig.bus, &BusQuery::Group(id)) else {
            panic!()
        };
        assert_eq!(view.lag, lag);
    }
}

#[test]
fn a_member_that_is_quiet_for_the_session_timeout_is_out_and_must_join_again() {
    let mut rig = Rig::with(topic(2), group());
    rig.join(ANN);
    rig.join(BOB);
    rig.wait(Span::secs(6));
    rig.heartbeat(ANN).expect("in time");
    rig.wait(Span::secs(4));
    assert_eq!(rig.group().members.len(), 1);
    assert_eq!(rig.heartbeat(ANN).expect("in time").owned.len(), 2);
    assert_eq!(rig.heartbeat(BOB), Err(BusError::NoSuchMember { group: GROUP, member: BOB }));
    assert_eq!(rig.join(BOB).owned.len(), 1);
}

#[test]
fn a_rebalance_hands_over_at_the_committed_offset_and_what_was_not_committed_comes_again() {
    let mut rig = Rig::with(topic(1), group());
    let old = rig.join(BOB);
    rig.publish("k", 0..5);
    assert_eq!(rig.fetch(BOB).len(), 5);
    rig.ack(BOB, &[0, 1, 3]);
    assert_eq!(rig.committed(), 2);
    // The partition goes to the one that is there when its owner has left.
    rig.join(CAT);
    rig.act(Action::Leave { group: GROUP, member: BOB }).expect("a member");
    assert_eq!(rig.fetch(CAT), [(2, 2), (3, 2), (4, 2)]);
    assert_eq!(
        rig.answer(BOB, old.generation, Verdict::Ack, &[at(0, 2)]),
        Err(BusError::NoSuchMember { group: GROUP, member: BOB })
    );
    assert_eq!(rig.committed(), 2);
}

#[test]
fn an_owner_of_an_older_generation_is_fenced_and_told_who_has_it_now() {
    let mut rig = Rig::with(topic(2), group());
    let old = rig.join(ANN).generation;
    for key in 0..20 {
        rig.publish(&format!("order {key}"), 0..1);
    }
    let fetched = rig.try_fetch(ANN, old).expect("the owner").deliveries;
    let new = rig.join(BOB);
    let (lost, kept): (Vec<Position>, Vec<Position>) =
        fetched.iter().map(|delivery| delivery.at).partition(|at| new.owned.contains(&(at.topic, at.partition)));
    assert!(!lost.is_empty() && !kept.is_empty());
    // A fetch by the old generation: it could not tell what it no longer owns.
    assert_eq!(rig.try_fetch(ANN, old), Err(BusError::Fenced { given: old, current: new.generation }));
    let why = Refused::Fenced { owner: Some(BOB), since: new.generation };
    let refused = rig.answer(ANN, old, Verdict::Ack, &lost).expect("a member");
    assert_eq!(refused, lost.iter().map(|&at| Refusal { at, why }).collect::<Vec<_>>());
    // What it still owns was not disturbed, and comes to nobody else.
    assert_eq!(rig.answer(ANN, old, Verdict::Ack, &kept), Ok(vec![]));
    assert_eq!(rig.heartbeat(ANN).expect("in").generation, new.generation);
    assert!(rig.fetch(ANN).iter().all(|&(_, tries)| tries == 1));
    assert!(rig.fetch(BOB).iter().any(|&(_, tries)| tries == 2));
}

#[test]
fn a_partition_that_came_back_is_not_to_be_answered_by_what_was_known_before() {
    let mut rig = Rig::with(topic(1), group());
    let first = rig.join(ANN).generation;
    rig.publish("k", 0..1);
    rig.fetch(ANN);
    // It starts anew under the same name.
    let second = rig.join(ANN).generation;
    let why = Refused::Fenced { owner: Some(ANN), since: second };
    assert_eq!(rig.answer(ANN, first, Verdict::Ack, &[at(0, 0)]), Ok(vec![Refusal { at: at(0, 0), why }]));
    let why = Refused::NotDelivered;
    assert_eq!(rig.answer(ANN, second, Verdict::Ack, &[at(0, 0)]), Ok(vec![Refusal { at: at(0, 0), why }]));
    assert_eq!(rig.fetch(ANN), [(0, 2)]);
    rig.ack(ANN, &[0]);
    assert_eq!(rig.committed(), 1);
}

#[test]
fn the_unanswered_records_of_a_partition_and_of_a_member_are_bounded() {
    let narrow = GroupSettings { partition_in_flight: 3, member_in_flight: 5, ..group() };
    let mut rig = Rig::with(topic(4), narrow);
    rig.join(ANN);
    for key in 0..100 {
        rig.publish(&format!("order {key}"), 0..1);
    }
    assert_eq!(rig.fetch(ANN).len(), 5);
    assert_eq!(rig.fetch(ANN).len(), 0);
    assert!(rig.group().partitions.iter().all(|(_, _, progress)| progress.in_flight <= 3));
}

#[test]
fn acks_out_of_order_commit_up_to_the_first_that_is_missing_and_bound_what_is_fetched() {
    let mut rig = Rig::with(topic(1), GroupSettings { partition_in_flight: 4, ..group() });
    rig.join(ANN);
    rig.publish("k", 0..10);
    assert_eq!(rig.fetch(ANN).len(), 4);
    rig.ack(ANN, &[1, 2, 3]);
    assert_eq!(rig.committed(), 0);
    assert_eq!(rig.fetch(ANN), []);
    rig.ack(ANN, &[0]);
    assert_eq!(rig.committed(), 4);
    assert_eq!(rig.fetch(ANN), [(4, 1), (5, 1), (6, 1), (7, 1)]);
    // Again, and what is not delivered.
    rig.ack(ANN, &[0, 3]);
    let generation = rig.heartbeat(ANN).expect("in").generation;
    for offset in [8, 1_000, u64::MAX] {
        let refused = Refusal { at: at(0, offset), why: Refused::NotDelivered };
        assert_eq!(rig.answer(ANN, generation, Verdict::Ack, &[at(0, offset)]), Ok(vec![refused]));
    }
}

#[test]
fn a_busy_partition_does_not_starve_the_others_of_its_owner() {
    let mut rig = Rig::with(topic(3), GroupSettings { partition_in_flight: 8, member_in_flight: 8, ..group() });
    let generation = rig.join(ANN).generation;
    let keyless = (0..300).map(|event| Record { key: None, ..record("", event) });
    rig.act(Action::publish(ORDERS, None, keyless)).expect("room");
    let mut seen = Vec::new();
    for _ in 0..3 {
        let fetched = rig.try_fetch(ANN, generation).expect("the owner").deliveries;
        seen.push(fetched[0].at.partition.0);
        let places: Vec<Position> = fetched.iter().map(|delivery| delivery.at).collect();
        rig.answer(ANN, generation, Verdict::Ack, &places).expect("the owner");
    }
    assert_eq!(seen, [0, 1, 2]);
}
