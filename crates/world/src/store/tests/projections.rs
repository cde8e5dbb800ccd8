//! Projections: live, rebuilt, invented later, over a window. // S13, S17

use super::super::*;
use super::common::*;
use crate::base::{DomainEventId, StateMachine, Time};

fn projector(filter: Filter) -> Projector<Chain> {
    Projector::new(chain(filter), Upcasters::as_stored())
}

fn full(store: &Store, filter: &Filter) -> Links {
    Links::of(store.read(filter, GlobalPosition::START))
}

#[test]
fn state_and_checkpoint_move_in_one_commit_so_that_a_crash_between_steps_counts_nothing_twice() {
    let store = sample();
    for filter in [Filter::All, Filter::Category("order".into()), Filter::Type("Other".into())] {
        for most in [1, 2, 7, 1_000] {
            let mut live = projector(filter.clone());
            let (mut effects, mut steps) = (Vec::new(), 0);
            loop {
                // A step whose commit was lost happens again from what was committed before.
                let committed = live.projected().clone();
                let lost = live.step(&store, most).expect("readable");
                live = Projector::resume(chain(filter.clone()), Upcasters::as_stored(), committed);
                let step = live.step(&store, most).expect("readable");
                assert_eq!(step, lost);
                assert!(step.folded <= u64::from(most));
                effects.extend(step.effects);
                let at = live.projected();
                let seen = Links::of(store.read(&filter, GlobalPosition::START).filter(|e| e.position < at.next));
                assert_eq!((&at.state, at.folded), (&seen, seen.events));
                steps += 1;
                if step.at_end {
                    break;
                }
            }
            assert_eq!(live.state(), &full(&store, &filter));
            assert_eq!(live.projected().checkpoint(), store.commands());
            let ids: Vec<_> = store.read(&filter, GlobalPosition::START).map(|event| event.id).collect();
            assert_eq!(effects, ids, "each effect once");
            assert_eq!(steps, ids.len().div_ceil(most as usize));
        }
    }
}

// S7
#[test]
fn read_your_writes_waits_for_the_command_that_wrote() {
    let mut store = sample();
    let mut view = projector(Filter::Stream("order-1".into()));
    view.catch_up(&store).expect("readable");
    let mine = put(&mut store, "order-1", &[90_001, 90_002]);
    put(&mut store, "cart-1", &[90_003]);
    assert!(!view.projected().has_seen(mine.command()));
    view.step(&store, 1).expect("readable");
    assert!(!view.projected().has_seen(mine.command()), "half of a batch is not the write");
    view.step(&store, 1).expect("readable");
    assert!(view.projected().has_seen(mine.command()));
    // Also what a filter leaves out is seen.
    let other = put(&mut store, "cart-1", &[90_004]);
    assert!(!view.projected().has_seen(other.command()));
    assert_eq!(view.step(&store, 1).map(|step| step.folded), Ok(0));
    assert!(view.projected().has_seen(other.command()));
}

#[test]
fn a_rebuild_from_zero_comes_in_steps_to_the_live_answer_and_does_nothing_to_the_outside_again() {
    let mut store = sample();
    let mut live = projector(Filter::All);
    let mut done = 0;
    while let Ok(step) = live.step(&store, 10) {
        done += step.effects.len();
        if step.at_end {
            break;
        }
    }
    assert_eq!(done as u64, store.events());
    // The live view is a little behind when the rebuild begins.
    put(&mut store, "late-1", &[1, 2, 3]);
    let mut again = live.rebuild();
    assert_eq!(again.progress(&store), Progress { done: 0, of: store.events() });
    let (mut before, mut effects) = (0, Vec::new());
    loop {
        let step = again.step(&store, 10).expect("readable");
        effects.extend(step.effects);
        let progress = again.progress(&store);
        assert_eq!(progress.done - before, step.folded);
        assert!(step.folded <= 10);
        before = progress.done;
        if step.at_end {
            break;
        }
    }
    assert_eq!(again.progress(&store).done, store.events());
    // What the live one had not done yet is done, once.
    assert_eq!(effects, [DomainEventId(1), DomainEventId(2), DomainEventId(3)]);
    live.catch_up(&store).expect("readable");
    assert_eq!(again.state(), live.state());
    assert_eq!(again.projected().next, live.projected().next);
    // Nor does a rebuild of the rebuild.
    assert_eq!(again.rebuild().step(&store, u32::MAX).map(|step| step.effects), Ok(vec![]));
}

// S17
#[test]
fn a_projection_invented_today_is_built_from_yesterdays_history() {
    let mut store = sample();
    let mut early = projector(Filter::Type("Other".into()));
    early.catch_up(&store).expect("readable");
    put_event(&mut store, "order-2", typed(90_000, "Other", 1, b"new"));
    let mut late = projector(Filter::Type("Other".into())).without_effects_before(store.end());
    assert_eq!(late.step(&store, u32::MAX).map(|step| step.effects), Ok(vec![]));
    early.catch_up(&store).expect("readable");
    assert_eq!(late.state(), early.state());
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let mut store = Store::default();
    put(&mut store, "s", &[1, 2]);
    put_event(&mut store, "s", typed(3, "T", 1, b"poison"));
    let mut view = projector(Filter::All);
    let before = view.projected().clone();
    let error = ProjectionError::Malformed { position: at(2, 0), error: Malformed::because("poison") };
    assert_eq!(view.step(&store, 10), Err(error));
    assert_eq!(view.projected(), &before);
}

// S17
#[test]
fn a_window_of_positions_or_of_time_is_replayed_into_a_fresh_projection() {
    let store = sample();
    let everything: Vec<_> = store.read(&Filter::All, GlobalPosition::START).collect();
    let category = Filter::Category("order".into());
    for filter in [Filter::All, category] {
        for (from, until) in [(0, 500), (100, 300), (95, 95), (300, 100), (305, 10_000)] {
            let window = Window::Times(Time(from), Time(until));
            let expected = store.read(&filter, GlobalPosition::START);
            let expected = Links::of(expected.filter(|event| (from..until).contains(&event.at.0)));
            let mut replay = Projector::over(chain(filter.clone()), Upcasters::as_stored(), &store, window);
            let of = replay.progress(&store);
            assert_eq!((of.done, of.of), (0, expected.events));
            loop {
                let step = replay.step(&store, 4).expect("readable");
                assert_eq!(step.effects, [], "a look back does nothing");
                if step.at_end {
                    break;
                }
            }
            assert_eq!(replay.state(), &expected);
            assert_eq!(replay.progress(&store).done, expected.events);
            assert_eq!(replay.step(&store, 4).map(|step| (step.folded, step.at_end)), Ok((0, true)));
        }
    }
    let (from, until) = (everything[3].position, everything[17].position);
    let mut replay =
        Projector::over(chain(Filter::All), Upcasters::as_stored(), &store, Window::Positions(from, until));
    replay.catch_up(&store).expect("readable");
    assert_eq!(replay.state(), &Links::of(everything[3..17].iter().cloned()));
}

#[test]
fn a_window_does_not_grow_with_what_comes_later() {
    let mut store = Store::default();
    put(&mut store, "s", &[1, 2]);
    let window = Window::Times(Time(0), Time::NEVER);
    let mut replay = Projector::over(chain(Filter::All), Upcasters::as_stored(), &store, window);
    put(&mut store, "s", &[3]);
    replay.catch_up(&store).expect("readable");
    assert_eq!(replay.state().events, 2);
    let bytes = postcard::to_allocvec(replay.projected()).expect("memory");
    let back: Projected<Links> = postcard::from_bytes(&bytes).expect("its own");
    assert_eq!(&back, replay.projected());
    assert_eq!(store.query(&StoreQuery::Head), StoreAnswer::Head(store.head()));
}
