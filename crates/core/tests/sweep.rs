//! S21: many seeds of chaos find nothing in the protocol as it is, and each of its known bugs when that is put in.
#![cfg(not(target_arch = "wasm32"))]

use tutti_core::base::Time;
use tutti_core::check::Invariant;
use tutti_core::consensus::raft::{Defect, Defects};
use tutti_core::search::{Exercised, Failure, Fault, Options, run_seed};
use tutti_core::timeline::{Faith, Timeline, open};

/// The first seed that a defect is found with by an invariant, of the first so many.
fn first_found(defect: Defect, seeds: u64) -> Option<(u64, Invariant, Failure)> {
    (0..seeds).find_map(|seed| {
        let failure = run_seed(seed, Defects::default().with(defect), &Options::default()).failure?;
        match failure.fault {
            Fault::Invariant(invariant) => Some((seed, invariant, failure)),
            Fault::Liveness => None,
        }
    })
}

fn is_found(defect: Defect, by: &[Invariant]) {
    let (seed, invariant, failure) = first_found(defect, 2_000).unwrap_or_else(|| panic!("{defect:?} is not found"));
    assert!(by.contains(&invariant), "{defect:?}, seed {seed}: {failure:?}");
}

/// 5.2: one vote a term, also across a restart; otherwise two leaders are elected in one term.
#[test]
fn a_vote_that_is_forgotten_on_restart_is_found() {
    is_found(Defect::VoteForgottenOnRestart, &[Invariant::ElectionSafety]);
}

/// 5.4.2, figure 8: an old entry that is on a majority may still be overwritten.
#[test]
fn an_old_term_that_is_committed_by_counting_is_found() {
    is_found(Defect::OldTermCommittedByCounting, &[Invariant::LeaderCompleteness, Invariant::StateMachineSafety]);
}

/// 5.4.1: a leader without what is committed undoes it.
#[test]
fn a_vote_without_a_look_at_the_log_is_found() {
    is_found(Defect::VoteWithoutLogCheck, &[Invariant::LeaderCompleteness, Invariant::StateMachineSafety]);
}

/// 5.3: a late message must not undo a newer one.
#[test]
fn an_append_that_cuts_everything_after_it_is_found() {
    is_found(Defect::AppendCutsEverythingAfter, &[Invariant::Monotonic, Invariant::LeaderCompleteness]);
}

/// Figure 2: persistent state is on disk before any answer; otherwise a crash undoes what was counted on.
#[test]
fn an_answer_before_the_sync_is_found() {
    is_found(Defect::AnswerBeforeSync, &[Invariant::LeaderCompleteness, Invariant::StateMachineSafety]);
}

#[test]
fn without_defects_nothing_is_found_and_everything_is_exercised() {
    let mut exercised = Exercised::default();
    for seed in 0..150 {
        let report = run_seed(seed, Defects::default(), &Options::default());
        assert_eq!(report.failure, None, "seed {seed}");
        exercised.add(&report.exercised);
    }
    let missing: Vec<_> = exercised.missing().collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
    assert!(exercised.undecided * 100 <= exercised.seeds * 2, "{} undecided", exercised.undecided);
}

/// What the nemesis did is all there is to it: the same commands at the same moments, given by nobody in particular, make
/// the same run.
#[test]
fn a_seed_is_replayed_by_its_commands_alone() {
    for seed in 0..12 {
        let report = run_seed(seed, Defects::default(), &Options::default());
        let mut timeline = Timeline::new(report.scenario.setup(), Vec::new());
        timeline.script(report.orders.clone());
        timeline.seek(Time(report.exercised.time.0));
        assert_eq!(timeline.run().trace_hash(), report.trace_hash, "seed {seed}");
    }
}

#[test]
fn the_link_of_a_failing_seed_shows_its_failure() {
    for seed in 0..20 {
        let defects = Defects::default().with(Defect::VoteWithoutLogCheck);
        let report = run_seed(seed, defects, &Options::default());
        let Some(failure) = &report.failure else { continue };
        let mut opened = open(&report.link().expect("it fits")).expect("a link");
        let faith = (0..).find_map(|_| opened.arrival.approach(&mut opened.player, 10_000));
        assert_eq!(faith, Some(Faith::Same), "seed {seed}");
        let found = opened.player.timeline().run().violations().first().expect("the violation");
        assert_eq!((found.time, found.event), (failure.time, failure.event), "seed {seed}");
    }
}

#[test]
fn whatever_is_done_to_a_seed_fits_into_a_link() {
    for seed in 0..40 {
        let report = run_seed(seed, Defects::default(), &Options::default());
        assert!(report.link().is_ok(), "seed {seed}: {:?}, {} orders", report.link(), report.orders.len());
    }
}

#[test]
fn a_seed_gives_the_same_report_each_time() {
    let play = || run_seed(5, Defects::default(), &Options::default());
    let (first, second) = (play(), play());
    assert_eq!((first.trace_hash, first.exercised), (second.trace_hash, second.exercised));
    assert_eq!(first.orders, second.orders);
}
