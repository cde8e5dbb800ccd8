//! Orders from their customers to their ends.

use super::stage::*;
use crate::base::{NodeId, Span, Time};
use crate::lab::{Command, Request};
use crate::shop::{Book, Defects, Service as Role, Status};

fn shop(seed: u64) -> Stage {
    Stage::new(&setup(seed, 20, Span::secs(3), Defects::default()))
}

/// How many orders are at each status.
fn at(stage: &Stage, status: Status) -> usize {
    stage.orders().iter().filter(|row| row.status == status).count()
}

/// Every order that was accepted is at its end, and was paid for once if it was shipped.
fn all_is_well(stage: &Stage) {
    let orders = stage.orders();
    assert!(stage.accepted() > 20, "{} accepted", stage.accepted());
    assert!(orders.len() >= stage.accepted() as usize);
    for (number, row) in (0..).zip(&orders) {
        let account = stage.account(number);
        match row.status {
            Status::Shipped => {
                assert_eq!((account.captured, account.captures, account.refunds), (row.total, 1, 0), "order {number}");
            }
            Status::Rejected | Status::Cancelled => {
                assert_eq!(account.captured, account.refunded, "order {number}");
            }
            Status::Unknown => {}
            other => panic!("order {number} is {other}"),
        }
    }
}

#[test]
fn orders_flow_through_all_services_to_their_ends() {
    let mut stage = shop(1);
    stage.until(Time(8_000_000));
    all_is_well(&stage);
    assert!(at(&stage, Status::Shipped) > 20, "{:?}", stage.orders());
    let broker = stage.broker();
    assert!(broker.store().events() > 200, "{:?}", broker.store());
}

#[test]
fn payment_dies_and_its_orders_wait_in_the_bus_until_it_is_back() {
    let mut stage = shop(2);
    stage.until(Time(1_500_000));
    stage.order(Command::Crash { node: PAYMENT });
    stage.until(Time(3_500_000));
    assert!(at(&stage, Status::Placed) > 10, "they wait: {}", at(&stage, Status::Placed));
    stage.order(Command::Restart { node: PAYMENT });
    stage.until(Time(12_000_000));
    all_is_well(&stage);
}

#[test]
fn every_service_and_broker_dies_at_some_time_and_nothing_is_lost_or_charged_twice() {
    for seed in 0..12 {
        let mut stage = shop(seed);
        for round in 0..24u64 {
            let node = NodeId(((seed * 5 + round * 7) % 10) as u16);
            stage.until(Time(400_000 + round * 173_000));
            stage.order(Command::Crash { node });
            stage.until(Time(400_000 + round * 173_000 + 120_000));
            stage.order(Command::Restart { node });
        }
        stage.until(Time(40_000_000));
        all_is_well(&stage);
    }
}

/// How many orders analytics has counted.
fn counted(stage: &Stage) -> u64 {
    let Book::Analytics(book) = &stage.service(Role::Analytics).ledger().book else { panic!("it counts") };
    book.figures().orders.into()
}

/// S4: nobody else is changed, and what was published before is not lost on it.
#[test]
fn a_service_that_joins_a_running_shop_has_all_that_was_published_before() {
    let mut stage = shop(3);
    stage.ask(ANALYTICS, Request::Scale { workers: 0 });
    stage.until(Time(3_000_000));
    assert_eq!(counted(&stage), 0);
    stage.ask(ANALYTICS, Request::Scale { workers: 2 });
    stage.until(Time(8_000_000));
    assert_eq!(counted(&stage), stage.orders().iter().filter(|row| row.status != Status::Unknown).count() as u64);
}

/// S5: it is the workers of one service that are too few, and more of them share its partitions.
#[test]
fn a_service_that_is_scaled_up_shares_its_partitions_and_catches_up() {
    let waiting = |workers: u8| {
        let setup = setup_with(4, 60, Span::secs(3), Defects::default(), |shop| {
            shop.services[3].service_time = (Span::millis(50), Span::millis(50));
            shop.services[3].workers = workers;
        });
        let mut stage = Stage::new(&setup);
        stage.until(Time(4_000_000));
        let owned = stage.service(Role::Shipping).workers().iter().filter(|worker| worker.generation().is_some());
        (owned.count(), at(&stage, Status::Confirmed))
    };
    let (one, alone) = waiting(1);
    let (three, together) = waiting(3);
    assert_eq!((one, three), (1, 3));
    assert!(alone > 30 && together < 5, "for one worker {alone} wait, for three {together}");
}
