//! What is seen of the shop.

use super::World;
use super::scene::{BuildView, CustomersView, ProviderView, QueryView, ServiceView};
use crate::base::StateMachine;
use crate::broker::Broker;
use crate::bus::{BusAnswer, BusQuery};
use crate::service::view::{Purpose, View};
use crate::service::{Customers, Provider, Service, Stage};
use crate::shop::views::Model;
use crate::sim::Status;
use crate::store::{Filter, Progress, Store};

pub(super) fn service(world: &World, service: &Service) -> ServiceView {
    let workers = service.workers();
    let stages = || workers.iter().filter_map(|worker| Some(worker.job.as_ref()?.stage));
    let queued: usize = workers.iter().map(|worker| worker.queue.len()).sum();
    ServiceView {
        role: service.config().role,
        workers: service.ledger().workers,
        busy: stages().count() as u8,
        waiting: stages().filter(|stage| matches!(stage, Stage::Asking { .. })).count() as u8,
        queue: queued + service.desk().queue.len(),
        outbox: service.ledger().outbox.len(),
        lag: broker(world).and_then(|broker| lag(broker, service.config().role.name())),
    }
}

pub(super) fn provider(provider: &Provider) -> ProviderView {
    ProviderView { busy: provider.working().count(), queue: provider.waiting().len() }
}

pub(super) fn customers(customers: &Customers) -> CustomersView {
    CustomersView { placed: customers.placed(), waiting: customers.open(), asking: customers.asking() }
}

pub(super) fn view(world: &World, view: &View) -> QueryView {
    let store = broker(world).map(Broker::store);
    let before = |place| store.map_or(0, |store| store.count_before(&Filter::All, place));
    let live = before(view.next());
    let stored = store.map_or(0, Store::events);
    let build = view.build().map(|build| {
        // What is added or made again is to come to where the others are.
        let of = if view.models().is_empty() || matches!(build.plan.purpose, Purpose::Replay { .. }) {
            stored
        } else {
            live
        };
        BuildView { plan: build.plan, progress: Progress { done: before(build.model.next()).min(of), of } }
    });
    QueryView {
        models: view.models().iter().map(Model::kind).collect(),
        lag: if view.models().is_empty() { 0 } else { stored.saturating_sub(live) },
        workers: view.workers(),
        busy: view.busy(),
        queue: view.waiting(),
        held: view.held(),
        build,
        rebuilt: view.built().rev().find_map(|built| Some((built.plan.view, built.same?))),
    }
}

/// The broker as the server has it that has applied most of those that run, or of all if none does.
pub(super) fn broker(world: &World) -> Option<&Broker> {
    let servers = world.ids().filter_map(|id| {
        let server = world.process(id).server()?;
        Some(((world.status(id) != Status::Dead, server.applied()), server))
    });
    let (_, server) = servers.max_by_key(|(rank, _)| *rank)?;
    server.machine().machine().broker()
}

/// How many records a group has not dealt with.
fn lag(broker: &Broker, group: &str) -> Option<u64> {
    let Ok(BusAnswer::Overview(overview)) = broker.bus().query(&BusQuery::Overview) else { return None };
    let (id, _) = overview.groups.iter().find(|(_, name)| name == group)?;
    match broker.bus().query(&BusQuery::Group(*id)) {
        Ok(BusAnswer::Group(view)) => Some(view.lag),
        _ => None,
    }
}
