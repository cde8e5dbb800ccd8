//! Orders through the whole chain, and what holds it up.

use super::stage::*;
use crate::base::{NodeId, Span, Time};
use crate::lab::{Command, Request};
use crate::service::CustomerNote;
use crate::service::chain::{ChainNote, ChainStage, Failure, Whereabouts};
use crate::shop::{Book, ItemId, OrderId, Quantity, Service as Role, Status, UserId};

#[test]
fn an_order_goes_through_all_services_and_the_answer_comes_back_when_it_is_sent() {
    let mut stage = Stage::new(&setup(1, 20, Span::secs(3)));
    stage.until(Time(5_000_000));
    stage.all_held();
    let orders = stage.orders();
    assert!(orders.len() > 30);
    for (number, row) in (0..).zip(&orders) {
        let account = stage.account(number);
        assert_eq!((row.status, account.captured, account.refunds), (Status::Shipped, row.total, 0), "order {number}");
    }
    let ended = |note: &CustomerNote| matches!(note, CustomerNote::Ended { status: Status::Shipped, .. });
    assert_eq!(stage.seen.count(ended), orders.len());
    let Book::Inventory(stock) = &stage.service(Role::Inventory).ledger().book else { panic!("it keeps stock") };
    assert!(stock.levels().iter().all(|(_, level)| level.reserved == Quantity(0)), "all that is reserved was sent");
}

/// How many orders were sent within the time for which they came.
fn sent(setup: &crate::lab::Setup) -> usize {
    let mut stage = Stage::new(setup);
    stage.until(Time(4_000_000));
    stage.all_held();
    stage.seen.count_chain(|note| matches!(note, ChainNote::Ended { status: Status::Shipped, .. }))
}

#[test]
fn a_slow_step_holds_up_all_steps_before_it() {
    let quick = setup(2, 40, Span::secs(4));
    let mut slow = setup(2, 40, Span::secs(4));
    slow.shop_mut().chain[3].service_time = (Span::millis(350), Span::millis(350));
    slow.shop_mut().chain[3].workers = 2;
    let (quick, few) = (sent(&quick), sent(&slow));
    // Two workers send no more than six a second between them, and nobody else is any faster.
    assert!(quick > 120 && few <= 24, "{quick} and {few}");
    let mut stage = Stage::new(&slow);
    stage.until(Time(3_000_000));
    for role in [Role::Order, Role::Payment, Role::Inventory] {
        let held = stage.service(role).jobs().filter(|job| matches!(job.stage, ChainStage::Calling { .. }));
        assert!(held.count() >= 3, "{role} waits for those behind it");
    }
    assert!(!stage.service(Role::Order).queue().is_empty());
}

#[test]
fn what_inventory_has_not_is_not_sent_and_costs_nothing() {
    let mut setup = setup(3, 20, Span::secs(3));
    // So many orders at a time that some are paid before the last piece is gone, and reserved after.
    let catalog = stocked(6);
    every(&mut setup, |config| config.catalog = catalog.clone());
    setup.shop_mut().customers.catalog = catalog;
    setup.shop_mut().customers.burst = 4;
    let mut stage = Stage::new(&setup);
    stage.until(Time(8_000_000));
    stage.all_held();
    let orders = stage.orders();
    let at = |status| orders.iter().filter(|row| row.status == status).count();
    assert!(at(Status::Shipped) > 3 && at(Status::Rejected) > 10, "{} sent", at(Status::Shipped));
    assert!(at(Status::Cancelled) > 0, "some were paid already, and refunded by a call");
    assert!(orders.iter().all(|row| row.status.is_end()));
    for (number, row) in (0..).zip(&orders).filter(|(_, row)| row.status != Status::Shipped) {
        let account = stage.account(number);
        assert_eq!(account.captured, account.refunded, "order {number}, {}", row.status);
    }
}

#[test]
fn a_full_queue_refuses() {
    let mut setup = setup(4, 200, Span::secs(1));
    every(&mut setup, |config| (config.workers, config.queue) = (1, 2));
    let mut stage = Stage::new(&setup);
    stage.until(Time(900_000));
    assert!(stage.service(Role::Order).queue().len() <= 2);
    assert!(stage.seen.count(|note| matches!(note, CustomerNote::TurnedAway { .. })) > 50);
}

#[test]
fn with_more_workers_more_is_done() {
    let mut few = setup(5, 60, Span::secs(4));
    every(&mut few, |config| config.workers = 1);
    let mut stage = Stage::new(&few);
    stage.until(Time(1_000_000));
    let before = stage.seen.count_chain(|note| matches!(note, ChainNote::Ended { .. }));
    for node in [ORDER, PAYMENT, INVENTORY, SHIPPING] {
        stage.ask(node, Request::Scale { workers: 6 });
    }
    stage.until(Time(2_000_000));
    let after = stage.seen.count_chain(|note| matches!(note, ChainNote::Ended { .. })) - before;
    assert!(after > before * 2, "{before}, then {after}");
}

/// S4: whoever joins a chain has to be known to those who call, and holds them up.
#[test]
fn analytics_and_the_fraud_check_are_called_if_the_order_service_knows_them() {
    let mut setup = setup(6, 10, Span::secs(2));
    let there: Vec<(Role, NodeId)> = ROLES.into_iter().zip((0..).map(NodeId)).collect();
    setup.shop_mut().chain[0].knows = Whereabouts::of(Role::Order, &there);
    let mut stage = Stage::new(&setup);
    stage.until(Time(4_000_000));
    stage.all_held();
    let Book::Analytics(book) = &stage.service(Role::Analytics).ledger().book else { panic!("it counts") };
    let orders = stage.orders().len() as u32;
    assert!(orders > 10);
    assert_eq!((book.figures().orders, book.figures().shipped), (orders, orders));
}

#[test]
fn a_person_orders_without_a_load() {
    let mut setup = setup(7, 1, Span::secs(1));
    setup.shop_mut().customers.gap = None;
    let mut stage = Stage::new(&setup);
    stage.ask(CUSTOMERS, Request::Order { user: UserId(1), item: ItemId(2), quantity: Quantity(1) });
    stage.until(Time(500_000));
    assert_eq!(stage.orders()[0].status, Status::Shipped);
    // The same wish again, after all is over, is answered and changes nothing.
    stage.order(Command::Crash { node: CUSTOMERS });
    assert_eq!(stage.account(0).captures, 1);
    assert_eq!(stage.seen.placed(OrderId(0)), Time::ZERO);
}

#[test]
fn who_asks_again_for_what_is_in_hand_is_refused_where_nobody_may_wait() {
    let mut setup = setup(8, 1, Span::secs(3));
    every(&mut setup, |config| config.queue = 0);
    setup.shop_mut().provider.service_time = (Span::millis(600), Span::millis(600));
    setup.shop_mut().chain[1].timeout = Span::secs(2);
    let mut stage = Stage::new(&setup);
    for step in 1..300 {
        stage.until(Time(step * 10_000));
        assert!(stage.service(Role::Payment).queue().is_empty());
    }
    let refused =
        |note: &ChainNote| matches!(note, ChainNote::TryFailed { whom: Role::Payment, why: Failure::Refused, .. });
    assert!(stage.seen.count_chain(refused) > 0);
}
