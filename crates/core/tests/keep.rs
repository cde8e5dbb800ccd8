//! What a reader was doing outlives the page: all branches come back from a text, as far as each was played.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/deeds.rs"]
mod deeds;

use proptest::prelude::*;
use tutti_core::base::{Span, Time};
use tutti_core::lab::{NodeOrder, Order, Target};
use tutti_core::scenario::kept::Kept;
use tutti_core::scenario::{Action, Scenario, TimedCommand};
use tutti_core::timeline::score::{Mark, Score, StaffSpan};
use tutti_core::timeline::{Faith, Opened, Player, Timeline, keep, restore};

use deeds::{Deed, act, deed};

fn scenario(seed: u64) -> Scenario {
    let mut scenario = Scenario { seed, ..Scenario::default() };
    scenario.load.rate = 100;
    scenario.commands = vec![TimedCommand { at: Span::millis(600), action: Action::HealAll }];
    scenario
}

fn begun(scenario: &Scenario) -> Timeline {
    Timeline::new(scenario.setup(), scenario.plan())
}

/// As a page does it: in portions, and to the present first.
fn restored(text: &str, portion: u64) -> Player {
    let Opened { mut player, arrival, .. } = restore(text).expect("its own text");
    let faith = loop {
        if let Some(faith) = arrival.approach(&mut player, portion) {
            break faith;
        }
    };
    assert_eq!(faith, Faith::Same);
    player
}

/// What of the score is exact: of messages, those shortly before a branch begins are not counted on it.
fn written(timeline: &mut Timeline) -> (Vec<StaffSpan>, Vec<Mark>) {
    let Score { spans, marks, .. } = timeline.score(Time::ZERO, timeline.explored() + Span(1), 1, 0);
    (spans, marks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// Whatever was done, all of it is there again, and whatever is done then comes to the same.
    #[test]
    fn a_history_comes_back_with_all_its_branches(
        deeds in prop::collection::vec(deed(), 1..30),
        seed in 0u64..1_000,
        portion in prop_oneof![1u64..200, Just(u64::MAX)],
        portions in 0usize..6,
        then in prop::collection::vec(deed(), 0..8),
    ) {
        let scenario = scenario(seed);
        let mut timeline = begun(&scenario);
        for deed in deeds {
            act(&mut timeline, deed);
        }
        let text = keep(&timeline, &scenario, None).expect("not too much");
        let mut player = restored(&text, portion);
        let again = player.timeline_mut();
        prop_assert_eq!(again.branches(), timeline.branches());
        prop_assert_eq!(again.branch(), timeline.branch());
        prop_assert_eq!(again.moment(), timeline.moment());
        prop_assert_eq!(again.run().digest(), timeline.run().digest());
        // A reload in the midst of it loses nothing.
        let _ = (0..portions).all(|_| !again.catch_up(portion));
        prop_assert_eq!(keep(again, &scenario, None).expect("not too much"), text);
        if portions > 3 {
            while !again.catch_up(portion) {}
            prop_assert_eq!(written(again), written(&mut timeline));
        }
        for deed in then {
            act(&mut timeline, deed.clone());
            act(again, deed);
            prop_assert_eq!(again.branches(), timeline.branches());
            prop_assert_eq!(again.moment(), timeline.moment());
            prop_assert_eq!(again.run().digest(), timeline.run().digest());
        }
        for view in timeline.branches() {
            timeline.switch(view.id, view.explored);
            again.switch(view.id, view.explored);
            prop_assert_eq!(again.run().trace_hash(), timeline.run().trace_hash());
            while !again.catch_up(portion) {}
            prop_assert_eq!(again.run().digest(), timeline.run().digest(), "the present stays where it is");
            prop_assert_eq!(written(again), written(&mut timeline));
        }
        prop_assert_eq!(again.branches(), timeline.branches());
    }

    /// Nothing that comes from outside can break a page: it is refused, or it can be played.
    #[test]
    fn a_broken_text_is_refused(seed in 0u64..100, place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
        let scenario = scenario(seed);
        let mut timeline = begun(&scenario);
        timeline.advance(Time(300_000));
        act(&mut timeline, Deed::Order(Order::To { target: Target::Leader, what: NodeOrder::Crash }));
        let text = keep(&timeline, &scenario, None).expect("not too much");
        let place = place.index(text.len());
        let mut broken = text.clone();
        broken.replace_range(place..=place, &letter);
        prop_assert_eq!(restore(&broken).is_ok(), broken == text);
        prop_assert!(restore(&text[..place]).is_err());
    }

    /// Neither can what says of its branches what was never so.
    #[test]
    fn what_was_never_so_can_be_played_all_the_same(
        ends in prop::collection::vec((0u64..1_500_000, any::<u32>(), any::<u32>()), 2),
        at in (0u64..1_500_000, any::<u32>()),
        then in prop::collection::vec(deed(), 0..8),
    ) {
        let scenario = scenario(3);
        let mut timeline = begun(&scenario);
        timeline.advance(Time(700_000));
        timeline.seek(Time(300_000));
        act(&mut timeline, Deed::Order(Order::To { target: Target::Leader, what: NodeOrder::Crash }));
        let text = keep(&timeline, &scenario, None).expect("not too much");
        let mut kept = Kept::decode(&text).expect("its own text");
        for (branch, (end, within, seen)) in kept.branches.iter_mut().zip(ends) {
            (branch.end, branch.within, branch.seen) = (Time(end), within, seen);
        }
        (kept.time, kept.within) = (Time(at.0), at.1);
        let Opened { mut player, arrival, .. } = restore(&kept.encode().expect("short enough")).expect("possible");
        while arrival.approach(&mut player, 1_000).is_none() {}
        let again = player.timeline_mut();
        while !again.catch_up(1_000) {}
        then.into_iter().for_each(|deed| act(again, deed));
        while !again.catch_up(1_000) {}
    }
}

#[test]
fn an_order_in_a_future_that_is_only_promised_opens_a_branch() {
    let scenario = scenario(1);
    let mut timeline = begun(&scenario);
    timeline.advance(Time(2_000_000));
    timeline.seek(Time(500_000));
    let mut player = restored(&keep(&timeline, &scenario, None).expect("not too much"), 1_000);
    let again = player.timeline_mut();
    assert_eq!((again.now(), again.explored()), (Time(500_000), Time(2_000_000)));
    again.advance(Time(900_000));
    act(again, Deed::Order(Order::To { target: Target::Leader, what: NodeOrder::Crash }));
    assert_eq!(again.branches().len(), 2);
    assert_eq!(again.branches()[0].explored, Time(2_000_000));
    assert_eq!(again.branches()[1].parent, Some((0, Time(900_000))));
}

#[test]
fn a_history_that_is_still_being_restored_is_kept_as_it_was() {
    let scenario = scenario(1);
    let mut timeline = begun(&scenario);
    timeline.advance(Time(2_000_000));
    timeline.seek(Time(1_500_000));
    let text = keep(&timeline, &scenario, None).expect("not too much");
    let Opened { mut player, arrival, .. } = restore(&text).expect("its own text");
    assert_eq!(arrival.approach(&mut player, 10), None);
    assert_eq!(keep(player.timeline(), &scenario, Some(&arrival)), Ok(text));
}
