//! B1: any moment of a run, forwards and backwards; an order in the past opens a branch, and branches stay.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/deeds.rs"]
mod deeds;

use proptest::prelude::*;
use tutti_core::base::{Span, Time};
use tutti_core::consensus::raft::{Defect, Defects};
use tutti_core::lab::{Command, NodeOrder, Order, Target};
use tutti_core::scenario::link::Link;
use tutti_core::scenario::{Scenario, presets};
use tutti_core::timeline::score::MarkKind;
use tutti_core::timeline::{Faith, Moment, Opened, Player, Timeline, broken, link, open};

use cluster::setup;
use deeds::{act, deed};

/// The same history, played from the start by somebody who was never elsewhere.
fn fresh(timeline: &Timeline, plan: &[(Time, Order)]) -> Timeline {
    let mut fresh = Timeline::new(timeline.setup().clone(), plan.to_vec());
    fresh.script(timeline.by_hand().cloned().collect());
    fresh
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// After whatever was done, a seek to any moment of any branch finds the state of a run that went straight there.
    #[test]
    fn a_seek_finds_the_state_of_a_fresh_run(
        deeds in prop::collection::vec(deed(), 1..25),
        seeks in prop::collection::vec((any::<u8>(), 0u64..2_500_000), 1..5),
        seed in 0u64..1_000,
        spacing in prop_oneof![Just(1u64), 10u64..300],
    ) {
        let plan = vec![
            (Time(300_000), Order::To { target: Target::Leader, what: NodeOrder::Mute }),
            (Time(900_000), Order::Give(Command::HealAll)),
        ];
        let mut timeline = Timeline::new(setup(5, 200, seed), plan.clone());
        timeline.set_spacing(spacing);
        for deed in deeds {
            act(&mut timeline, deed);
        }
        for (branch, time) in seeks {
            let branch = u32::from(branch) % timeline.branches().len() as u32;
            timeline.switch(branch, Time(time / 2));
            timeline.seek(Time(time));
            let mut fresh = fresh(&timeline, &plan);
            fresh.seek(Time(time));
            prop_assert_eq!(fresh.run().digest(), timeline.run().digest());
            prop_assert_eq!(fresh.moment(), Moment::settled(Time(time)));
        }
    }

    /// The size of the steps in which time is advanced makes no difference.
    #[test]
    fn the_frame_rate_is_no_input(seed in 0u64..1_000, frames in prop::collection::vec(0u64..50_000, 1..60)) {
        let mut in_frames = Timeline::new(setup(5, 200, seed), Vec::new());
        for frame in frames {
            in_frames.advance(in_frames.now() + Span(frame));
        }
        let mut at_once = Timeline::new(setup(5, 200, seed), Vec::new());
        at_once.advance(in_frames.now());
        prop_assert_eq!(in_frames.run().digest(), at_once.run().digest());
    }
}

#[test]
fn a_step_back_undoes_a_step() {
    let mut timeline = Timeline::new(setup(3, 200, 1), Vec::new());
    timeline.advance(Time(700_000));
    for _ in 0..50 {
        timeline.step();
        let after = timeline.run().digest();
        timeline.step();
        timeline.step_back();
        assert_eq!(timeline.run().digest(), after);
    }
}

#[test]
fn an_order_in_the_past_opens_a_branch_and_the_old_future_stays() {
    let mut timeline = Timeline::new(setup(5, 200, 1), Vec::new());
    timeline.advance(Time(2_000_000));
    let future = timeline.run().digest();
    timeline.seek(Time(1_000_000));
    timeline.order(Order::To { target: Target::Leader, what: NodeOrder::Crash }, "leader killed".into()).expect("room");
    assert_eq!(timeline.branch(), 1);
    assert_eq!(timeline.branches()[1].parent, Some((0, Time(1_000_000))));
    timeline.advance(Time(2_000_000));
    assert_ne!(timeline.run().digest(), future);
    timeline.switch(0, Time(2_000_000));
    assert_eq!(timeline.run().digest(), future);
}

#[test]
fn an_order_at_the_end_of_what_was_played_stays_on_its_branch() {
    let mut timeline = Timeline::new(setup(5, 200, 1), Vec::new());
    timeline.advance(Time(1_000_000));
    timeline.order(Order::To { target: Target::Leader, what: NodeOrder::Crash }, "leader killed".into()).expect("room");
    timeline.advance(Time(1_500_000));
    timeline.order(Order::Give(Command::HealAll), "healed".into()).expect("room");
    assert_eq!((timeline.branch(), timeline.branches().len()), (0, 1));
}

#[test]
fn an_order_where_nothing_has_happened_since_stays_on_its_branch_and_is_written_down_once() {
    let mut timeline = Timeline::new(setup(5, 200, 1), Vec::new());
    timeline.advance(Time(1_000_000));
    let next = timeline.run().world().next_time().expect("something will happen");
    timeline.advance(Time(next.0 - 1));
    timeline.seek(Time(1_000_000));
    timeline.order(Order::To { target: Target::Leader, what: NodeOrder::Crash }, "leader killed".into()).expect("room");
    assert_eq!((timeline.branches().len(), timeline.explored()), (1, Time(next.0 - 1)));
    let crashes = |timeline: &mut Timeline| {
        let score = timeline.score(Time::ZERO, Time(2_000_000), 1, 0);
        score.marks.iter().filter(|mark| mark.kind == MarkKind::Crash).count()
    };
    assert_eq!(crashes(&mut timeline), 1);
    timeline.seek(Time(500_000));
    timeline.seek(Time(1_500_000));
    assert_eq!(crashes(&mut timeline), 1);
}

#[test]
fn the_score_of_a_stretch_is_the_same_from_the_notebook_and_by_replay() {
    let mut timeline = Timeline::new(setup(5, 400, 1), Vec::new());
    timeline.advance(Time(20_000_000));
    let (from, to) = (Time(500_000), Time(900_000));
    let replayed = timeline.score(from, to, 10, 5_000);
    let mut short = Timeline::new(setup(5, 400, 1), Vec::new());
    short.advance(Time(1_500_000));
    let noted = short.score(from, to, 10, 5_000);
    assert!(noted.strokes.len() > 100, "{}", noted.strokes.len());
    assert_eq!(replayed.strokes, noted.strokes);
    assert_eq!(replayed.spans.len(), noted.spans.len());
    assert_eq!(timeline.rows(from, to, 10_000), short.rows(from, to, 10_000));
}

/// What a person did, as a link, opened by somebody else.
fn opened(timeline: &Timeline, scenario: &Scenario) -> (Player, Faith) {
    let text = link(timeline, scenario).expect("short enough");
    let Opened { mut player, arrival, scenario: same } = open(&text).expect("its own link");
    assert_eq!(&same, scenario);
    // In small portions, as a page does it.
    let faith = loop {
        if let Some(faith) = arrival.approach(&mut player, 50) {
            break faith;
        }
    };
    (player, faith)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// B2: whoever opens a link sees the same thing, bit for bit, at whatever moment it was made.
    #[test]
    fn a_link_shows_what_its_maker_saw(deeds in prop::collection::vec(deed(), 1..25), seed in 0u64..1_000) {
        let mut scenario = Scenario { seed, ..Scenario::default() };
        scenario.load.rate = 100;
        let mut timeline = Timeline::new(scenario.setup(), scenario.plan());
        for deed in deeds {
            act(&mut timeline, deed);
        }
        let (player, faith) = opened(&timeline, &scenario);
        prop_assert_eq!(faith, Faith::Same);
        prop_assert_eq!(player.timeline().run().digest(), timeline.run().digest());
        prop_assert_eq!(player.timeline().moment(), timeline.moment());
    }
}

#[test]
fn what_an_order_makes_happen_at_its_instant_happens_with_it() {
    let mut scenario = Scenario::default();
    scenario.load.rate = 100;
    let mut timeline = Timeline::new(scenario.setup(), scenario.plan());
    timeline.advance(Time(500_000));
    let delivered = timeline.run().world().stats().delivered;
    let message = timeline.run().world().flights().map(|flight| flight.id).min().expect("one is under way");
    timeline.order(Order::Give(Command::DeliverNow { message }), "delivered".into()).expect("room");
    assert_eq!(timeline.run().world().stats().delivered, delivered + 1);
    assert_eq!(timeline.moment(), Moment::settled(Time(500_000)));
    let (player, faith) = opened(&timeline, &scenario);
    assert_eq!(faith, Faith::Same);
    assert_eq!(player.timeline().run().digest(), timeline.run().digest());
}

#[test]
fn an_order_between_two_steps_of_an_instant_keeps_its_place() {
    let mut scenario = Scenario::default();
    scenario.load.rate = 100;
    let mut timeline = Timeline::new(scenario.setup(), scenario.plan());
    timeline.advance(Time(500_000));
    timeline.step();
    let at = timeline.now();
    let message = timeline.run().world().flights().map(|flight| flight.id).min().expect("one is under way");
    timeline.order(Order::Give(Command::DeliverNow { message }), "delivered".into()).expect("room");
    timeline.step();
    timeline.order(Order::To { target: Target::Leader, what: NodeOrder::Crash }, "killed".into()).expect("room");
    assert_eq!(timeline.now(), at);
    let (player, faith) = opened(&timeline, &scenario);
    assert_eq!(faith, Faith::Same);
    assert_eq!(player.timeline().run().digest(), timeline.run().digest());
    timeline.advance(Time(900_000));
    assert_eq!(opened(&timeline, &scenario).1, Faith::Same);
}

#[test]
fn a_link_of_an_engine_that_plays_otherwise_is_noticed() {
    let scenario = Scenario::default();
    let mut timeline = Timeline::new(scenario.setup(), scenario.plan());
    timeline.advance(Time(400_000));
    let text = link(&timeline, &scenario).expect("short enough");
    let mut foreign = Link::decode(&text).expect("its own link");
    foreign.engine = "0.0.1".into();
    foreign.trace_hash ^= 1;
    let Opened { mut player, arrival, .. } = open(&foreign.encode().expect("short enough")).expect("a link");
    let faith = arrival.approach(&mut player, u64::MAX);
    assert_eq!(faith, Some(Faith::Otherwise { engine: "0.0.1".into() }));
}

#[test]
fn what_breaks_is_marked_once_on_the_branch_on_which_it_did() {
    let mut scenario = presets::get("figure-8").expect("a preset");
    scenario.cluster.defects = Defects::default().with(Defect::OldTermCommittedByCounting);
    let mut timeline = Timeline::new(scenario.setup(), scenario.plan());
    let end = Time::ZERO + scenario.duration;
    let marks = |timeline: &mut Timeline| -> Vec<_> {
        let marks = timeline.score(Time::ZERO, end, 1, 0).marks.into_iter();
        marks.filter(|mark| matches!(mark.kind, MarkKind::Violation(_))).map(|mark| (mark.time, mark.kind)).collect()
    };
    timeline.seek(end);
    let violations = timeline.run().violations().to_vec();
    let (first, count) = (&violations[0], violations.len());
    assert!(count > 1);
    let more = format!("Broken: {}, and {} more", first.invariant.in_words(), count - 1);
    assert_eq!(broken(timeline.run()), Some(more));
    let red = marks(&mut timeline);
    let all = violations.iter().map(|violation| (violation.time, MarkKind::Violation(violation.invariant)));
    assert_eq!(red, all.collect::<Vec<_>>());
    // In its past nothing is broken yet, and that it will be stays written; played again it is not written twice.
    timeline.seek(Time(first.time.0 - 1));
    assert_eq!((broken(timeline.run()), marks(&mut timeline)), (None, red.clone()));
    timeline.seek(end);
    assert_eq!(marks(&mut timeline), red);
    // On a branch that begins before it, it has never been.
    timeline.seek(Time(first.time.0 - 1));
    timeline.order(Order::To { target: Target::Leader, what: NodeOrder::Crash }, "deed".into()).expect("not full");
    assert_eq!(marks(&mut timeline), []);
    timeline.switch(0, end);
    assert_eq!(marks(&mut timeline), red);
}
