//! Retries: how they multiply, and what holds them.

use super::stage::*;
use crate::base::{Span, Time};
use crate::lab::{Command, Setup};
use crate::service::CustomerNote;
use crate::service::chain::{BackOff, BreakerSettings, BreakerState, ChainNote, Failure};
use crate::shop::{Service as Role, Status};

/// The chain with a provider that is dead for two seconds.
fn outage(setup: &Setup) -> Stage {
    let mut stage = Stage::new(setup);
    stage.until(Time(1_000_000));
    stage.order(Command::Crash { node: PROVIDER });
    stage.until(Time(3_000_000));
    stage.order(Command::Restart { node: PROVIDER });
    stage.until(Time(20_000_000));
    stage.all_held();
    stage
}

fn base() -> Setup {
    let mut setup = setup(1, 30, Span::secs(6));
    every(&mut setup, |config| {
        (config.timeout, config.tries, config.workers) = (Span::millis(100), 4, 8);
    });
    setup
}

fn with_back_off() -> Setup {
    let mut setup = base();
    let back_off = BackOff { first: Span::millis(100), longest: Span::secs(2), jitter_ppm: 500_000 };
    every(&mut setup, |config| config.back_off = Some(back_off));
    setup
}

fn with_breaker() -> Setup {
    let mut setup = base();
    let breaker = BreakerSettings { failures: 5, open_for: Span::millis(500), probes: 1 };
    every(&mut setup, |config| config.breaker = Some(breaker));
    setup
}

/// How many calls were made from the moment the provider died to the moment it was back.
fn calls(stage: &Stage) -> usize {
    let during = |time: Time| (1_000_000..3_000_000).contains(&time.0);
    stage.seen.chain().filter(|(time, _, note)| during(*time) && matches!(note, ChainNote::Called { .. })).count()
}

#[test]
fn retries_are_a_storm_without_back_off_and_fewer_with_it_and_fewer_still_with_a_breaker() {
    let (storm, back_off, breaker) = (outage(&base()), outage(&with_back_off()), outage(&with_breaker()));
    let counts = [calls(&storm), calls(&back_off), calls(&breaker)];
    let retries = |stage: &Stage| stage.seen.count_chain(|n| matches!(n, ChainNote::Called { tries: 2.., .. }));
    let retries = [retries(&storm), retries(&back_off), retries(&breaker)];
    let messages = [&storm, &back_off, &breaker].map(|stage| stage.seen.messages.iter().sum::<u64>());
    println!("calls {counts:?}, retries {retries:?}, messages {messages:?}");
    assert!(counts[0] > counts[1] * 2, "{counts:?}");
    assert!(retries[2] * 2 < retries[0], "{retries:?}");
    assert!(messages[0] > messages[1] && messages[0] > messages[2], "{messages:?}");
}

#[test]
fn a_breaker_opens_fails_at_once_while_it_is_open_and_closes_when_whom_it_guards_is_back() {
    let stage = outage(&with_breaker());
    let of = |to: BreakerState| {
        let switched = |(time, node, note)| match note {
            ChainNote::Switched { whom: Role::Provider, to: is } if is == to && node == PAYMENT => Some(time),
            _ => None,
        };
        stage.seen.chain().filter_map(switched).collect::<Vec<Time>>()
    };
    assert!(of(BreakerState::Open)[0] > Time(1_000_000));
    assert!(of(BreakerState::Closed).last() > Some(&Time(3_000_000)));
    assert!(of(BreakerState::HalfOpen).len() > 1);
    assert!(stage.seen.count_chain(|note| matches!(note, ChainNote::TryFailed { why: Failure::Broken, .. })) > 10);
    assert!(stage.service(Role::Payment).breakers().all(|(_, state)| state == BreakerState::Closed));
}

#[test]
fn with_a_breaker_customers_hear_sooner_that_it_fails() {
    let mean = |stage: &Stage| {
        let failed = stage.seen.customers().filter_map(|(time, note)| match note {
            CustomerNote::Failed { order } => Some(time.since(stage.seen.placed(order)).0),
            _ => None,
        });
        let failed: Vec<u64> = failed.collect();
        failed.iter().sum::<u64>() / failed.len().max(1) as u64
    };
    let (storm, breaker) = (outage(&base()), outage(&with_breaker()));
    assert!(mean(&storm) > mean(&breaker) * 2, "{} and {}", mean(&storm), mean(&breaker));
    let shipped = |stage: &Stage| stage.orders().iter().filter(|row| row.status == Status::Shipped).count();
    assert!(shipped(&breaker) > 50);
}
