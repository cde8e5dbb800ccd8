//! Services that die in the middle.

use super::stage::*;
use crate::base::{NodeId, Span, Time};
use crate::check::Invariant;
use crate::lab::Command;
use crate::service::CustomerNote;
use crate::service::chain::ChainNote;
use crate::shop::{Defect, Defects, Invariant as ShopInvariant, Service as Role, Status};

/// The longest that an order may take with these settings, if every call is tried to the end: the stock check, the
/// payment, and, to undo them, the parcel, the stock and the money. Whoever is called may be busy as long as its own calls
/// take, but nobody waits for it any longer than this.
fn patience(setup: &mut crate::lab::Setup) -> Span {
    let config = &setup.shop_mut().chain[0];
    Span(5 * u64::from(config.tries) * config.timeout.0 + config.service_time.1.0 + ROUND.0)
}

#[test]
fn a_dead_step_fails_the_orders_and_nobody_waits_longer_than_the_timeouts() {
    for dead in [PAYMENT, INVENTORY, SHIPPING, PROVIDER] {
        // One order at a time, so that none waits for a worker.
        let mut setup = setup(1, 1, Span::secs(30));
        setup.shop_mut().customers.poisson = false;
        every(&mut setup, |config| config.workers = 8);
        let mut stage = Stage::new(&setup);
        stage.until(Time(2_500_000));
        stage.order(Command::Crash { node: dead });
        stage.until(Time(60_000_000));
        stage.all_held();
        let mut failed = 0;
        for (time, note) in stage.seen.customers() {
            if let CustomerNote::Failed { order } = note {
                let took = time.since(stage.seen.placed(order));
                assert!(took <= patience(&mut setup), "{dead}: order {order} took {took}");
                failed += 1;
            }
        }
        let answered = stage.seen.count(|note| matches!(note, CustomerNote::Ended { .. }));
        assert!(failed > 20 && answered <= 3, "{dead}: {failed} failed, {answered} answered");
        assert!(stage.service(Role::Order).is_idle(), "nothing hangs");
    }
}

#[test]
fn an_order_is_undone_where_all_that_is_needed_for_that_lives() {
    let mut setup = setup(2, 10, Span::secs(5));
    // Payment gives up before those who wait for it do.
    let payment = &mut setup.shop_mut().chain[1];
    (payment.timeout, payment.tries) = (Span::millis(60), 2);
    let mut stage = Stage::new(&setup);
    stage.until(Time(1_000_000));
    // Payment does not reach inventory, but the order service does, and shipping.
    stage.order(Command::Cut { from: PAYMENT, to: INVENTORY });
    stage.until(Time(20_000_000));
    stage.all_held();
    let orders = stage.orders();
    assert!(orders.iter().all(|row| row.status.is_end()));
    for (number, row) in (0..).zip(&orders) {
        let account = stage.account(number);
        let kept = if row.status == Status::Shipped { row.total } else { Default::default() };
        assert_eq!(account.captured.minus(account.refunded), Some(kept), "order {number} is {}", row.status);
    }
    let at = |status| orders.iter().filter(|row| row.status == status).count();
    assert!(
        at(Status::Shipped) > 3 && at(Status::Cancelled) > 10,
        "{} sent, {} undone",
        at(Status::Shipped),
        at(Status::Cancelled)
    );
}

#[test]
fn the_order_service_dies_in_the_middle_and_the_customers_next_try_goes_on_without_a_second_charge() {
    let mut setup = setup(3, 20, Span::secs(2));
    setup.shop_mut().provider.service_time = (Span::millis(80), Span::millis(80));
    let mut stage = Stage::new(&setup);
    for round in 1..8 {
        stage.until(Time(round * 230_000));
        stage.order(Command::Crash { node: ORDER });
        stage.order(Command::Restart { node: ORDER });
    }
    stage.until(Time(10_000_000));
    stage.all_held();
    let orders = stage.orders();
    assert!(orders.len() > 20 && orders.iter().all(|row| row.status == Status::Shipped));
    assert!((0..orders.len() as u32).all(|order| stage.account(order).captures == 1));
    assert!(stage.seen.count_chain(|note| matches!(note, ChainNote::KnewAlready { .. })) > 3);
}

/// What was seen of a chain whose nodes die again and again.
fn shaken(seed: u64, defects: Defects) -> (Stage, usize) {
    let mut setup = setup(seed, 30, Span::secs(5));
    every(&mut setup, |config| {
        config.defects = defects;
        config.timeout = Span::millis(120);
    });
    setup.shop_mut().provider.defects = defects;
    setup.shop_mut().customers.tries = Some(4);
    let mut stage = Stage::new(&setup);
    for round in 0..24u64 {
        let node = NodeId([0, 1, 2, 3, 6][((seed * 3 + round * 7) % 5) as usize]);
        stage.until(Time(300_000 + round * 191_000));
        stage.order(Command::Crash { node });
        stage.until(Time(300_000 + round * 191_000 + 130_000));
        stage.order(Command::Restart { node });
    }
    stage.until(Time(40_000_000));
    stage.run.judge_end();
    let open = |row: &crate::shop::OrderRow| row.status != Status::Unknown && !row.status.is_end();
    let open = stage.orders().iter().filter(|row| open(row)).count();
    (stage, open)
}

#[test]
fn whoever_dies_the_books_allow_nothing_that_they_forbid_but_orders_are_left_where_they_are() {
    let mut left = 0;
    for seed in 0..12 {
        let (mut stage, open) = shaken(seed, Defects::default());
        stage.all_held();
        left += open;
        assert!(stage.service(Role::Order).is_idle());
    }
    assert!(left > 0, "there is no outbox: somebody has to be left");
}

fn is_found(defect: Defect, by: &[ShopInvariant]) {
    let found = (0..40).find_map(|seed| {
        let (stage, _) = shaken(seed, Defects::default().with(defect));
        stage.run.violations().first().map(|violation| (seed, violation.invariant))
    });
    let (seed, invariant) = found.unwrap_or_else(|| panic!("{defect:?} is not found"));
    assert!(by.iter().any(|known| Invariant::Shop(*known) == invariant), "{defect:?}, seed {seed}: {invariant:?}");
}

#[test]
fn a_call_that_is_dealt_with_twice_is_found() {
    is_found(Defect::ConsumerWithoutDedup, &[ShopInvariant::ChargedOnce, ShopInvariant::ReservedOnce]);
}

#[test]
fn a_provider_without_keys_is_found() {
    is_found(Defect::ProviderWithoutKeys, &[ShopInvariant::ChargedOnce, ShopInvariant::NothingKept]);
}
