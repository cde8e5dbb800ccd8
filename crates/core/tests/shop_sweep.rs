//! S28: a shop whose services, brokers and links may fail at any time: every order ends, and the books balance. And each
//! of the shop's known bugs is found.
#![cfg(not(target_arch = "wasm32"))]

use tutti_core::consensus::raft;
use tutti_core::lab::{Command, Order, Request};
use tutti_core::search::{Fault, Options, run_shop_seed};
use tutti_core::shop::{Defect, Defects};
use tutti_core::timeline::Placed;

#[test]
fn many_shops_go_through_everything_and_every_order_ends() {
    for seed in 0..400 {
        let report = run_shop_seed(seed, raft::Defects::default(), Defects::default(), &Options::default());
        assert_eq!(report.failure, None, "seed {seed}");
    }
}

fn is_found(defect: Defect, by: &[&str]) {
    let found = (0..2_000).find_map(|seed| {
        let bugs = Defects::default().with(defect);
        let failure = run_shop_seed(seed, raft::Defects::default(), bugs, &Options::default()).failure?;
        match failure.fault {
            Fault::Invariant(invariant) => Some((seed, invariant.name(), failure)),
            Fault::Liveness => None,
        }
    });
    let (seed, name, failure) = found.unwrap_or_else(|| panic!("{defect:?} is not found"));
    println!("{defect:?}: seed {seed}, {name}: {}", failure.what);
    assert!(by.contains(&name), "{defect:?}, seed {seed}: {failure:?}");
}

#[test]
fn a_consumer_without_dedup_is_found() {
    is_found(Defect::ConsumerWithoutDedup, &["charged_once", "reserved_once", "shipped_is_paid"]);
}

#[test]
fn a_provider_without_keys_is_found() {
    is_found(Defect::ProviderWithoutKeys, &["charged_once", "refunded_within_captured"]);
}

#[test]
fn an_offset_before_the_work_is_found() {
    is_found(Defect::OffsetBeforeWork, &["every_order_ends"]);
}

#[test]
fn no_outbox_is_found() {
    is_found(Defect::NoOutbox, &["every_order_ends"]);
}

#[test]
fn records_that_go_to_any_partition_are_found() {
    is_found(Defect::RandomPartition, &["keys_in_order"]);
}

#[test]
fn a_projection_that_counts_twice_is_found() {
    is_found(Defect::ProjectionCountsTwice, &["view_is_fold"]);
}

/// So that a sweep that finds nothing has looked at something.
#[test]
fn query_nodes_die_are_asked_and_make_models_again_in_the_sweep() {
    let mut seen = [0; 4];
    for seed in 0..40 {
        let report = run_shop_seed(seed, raft::Defects::default(), Defects::default(), &Options::default());
        let views = report.scenario.shop.as_ref().map_or(0, |shop| shop.views.nodes);
        let first = u16::from(report.scenario.cluster.servers) + 8;
        let given = |which: &dyn Fn(&Command) -> bool| {
            let which = |placed: &&Placed| matches!(&placed.order, Order::Give(command) if which(command));
            report.orders.iter().filter(which).count()
        };
        seen[0] += usize::from(views > 0);
        seen[1] += given(&|command| matches!(command, Command::Crash { node } if node.0 >= first));
        seen[2] += given(&|command| matches!(command, Command::Request { request: Request::View(_), .. }));
        seen[3] += usize::from(report.scenario.shop.is_some_and(|shop| shop.customers.asks > 0));
    }
    assert!(seen.iter().all(|count| *count > 5), "{seen:?}");
}
