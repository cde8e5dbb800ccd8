//! What is seen of the shop.

use super::scene::{BuildView, CallsView, CustomersView, NodeKind, ProviderView, QueryView, ServiceView};
use super::{Actor, Part, World};
use crate::base::{NodeId, Span, StateMachine};
use crate::broker::Broker;
use crate::bus::{BusAnswer, BusQuery, GroupView};
use crate::service::chain::{ChainService, ChainStage};
use crate::service::view::{Purpose, View};
use crate::service::{Customers, Provider, Service, Stage};
use crate::shop::Service as Role;
use crate::shop::views::Model;
use crate::sim::Status;
use crate::store::{Filter, Progress, Store};

/// Whether somebody asks the brokers anything.
pub(super) fn asks_brokers(part: &Actor) -> bool {
    part.service().is_some() || part.view().is_some()
}

/// Whether a service, or a query node, talks to somebody who is not a server.
pub(super) fn talk(service: &Actor, other: &Actor) -> bool {
    if let Some(service) = service.service() {
        let config = service.config();
        return (config.provider.is_some() && other.provider().is_some())
            || (config.role == Role::Order && other.customers().is_some());
    }
    if service.view().is_some() {
        return other.customers().is_some();
    }
    service.chain().is_some_and(|service| {
        let knows = |role: Role| service.config().knows.find(role).is_some();
        (knows(Role::Provider) && other.provider().is_some())
            || (service.config().role == Role::Order && other.customers().is_some())
            || other.chain().is_some_and(|other| knows(other.config().role))
    })
}

/// What is seen of a part.
pub(super) fn kind(world: &World, part: &dyn Part) -> NodeKind {
    if let Some(service) = part.is() {
        NodeKind::Service(self::service(world, service))
    } else if let Some(service) = part.is() {
        NodeKind::Service(self::chain(service))
    } else if let Some(provider) = part.is() {
        NodeKind::Provider(self::provider(provider))
    } else if let Some(customers) = part.is() {
        NodeKind::Customers(self::customers(customers))
    } else if let Some(view) = part.is() {
        NodeKind::View(self::view(world, view))
    } else {
        NodeKind::Other
    }
}

/// How often a service looks for what has waited too long: what it counts its waiting in.
const TICK: Span = Span::millis(50);

pub(super) fn service(world: &World, service: &Service) -> ServiceView {
    let workers = service.workers();
    let stages = || workers.iter().filter_map(|worker| Some(worker.job.as_ref()?.stage));
    let attempt = service.config().attempt_timeout;
    let waits = |stage: Stage| match stage {
        // It is sent anew each time that nobody has answered it for so long.
        Stage::Asking { tries, waited, .. } => {
            attempt.0 * u64::from(tries.saturating_sub(1)) + TICK.0 * u64::from(waited)
        }
        Stage::Working => 0,
    };
    let queued: usize = workers.iter().map(|worker| worker.queue.len()).sum();
    let group = broker(world).and_then(|broker| group(broker, service.config().role.name()));
    ServiceView {
        role: service.config().role,
        workers: service.ledger().workers,
        busy: stages().count() as u8,
        waiting: stages().filter(|stage| matches!(stage, Stage::Asking { .. })).count() as u8,
        waits: Span(stages().map(waits).max().unwrap_or_default()),
        queue: queued + service.desk().queue.len(),
        calls: Vec::new(),
        outbox: service.ledger().outbox.len(),
        lag: group.as_ref().map(|group| group.lag),
        dead_letters: group.map_or(0, |group| group.partitions.iter().map(|(_, _, at)| at.dead_letters).sum()),
    }
}

/// What is seen of a service of a chain: whoever waits for an answer is held by that.
pub(super) fn chain(service: &ChainService) -> ServiceView {
    let calls = service.config().knows.iter().map(|(whom, node)| {
        let waiting =
            service.jobs().filter(|job| matches!(job.stage, ChainStage::Calling { whom: of, .. } if of == whom));
        let resting =
            service.jobs().filter(|job| matches!(job.stage, ChainStage::BackingOff { whom: of, .. } if of == whom));
        let breaker = service.breakers().find(|(of, _)| *of == whom).map(|(_, state)| state);
        CallsView { whom, node, waiting: waiting.count() as u8, backing_off: resting.count() as u8, breaker }
    });
    let calls: Vec<CallsView> = calls.collect();
    ServiceView {
        role: service.config().role,
        workers: service.ledger().workers,
        busy: service.jobs().count() as u8,
        waiting: calls.iter().map(|calls| calls.waiting + calls.backing_off).sum(),
        queue: service.queue().len(),
        waits: Span::ZERO,
        calls,
        outbox: 0,
        lag: None,
        dead_letters: 0,
    }
}

pub(super) fn provider(provider: &Provider) -> ProviderView {
    ProviderView { busy: provider.working().count(), queue: provider.waiting().len() }
}

pub(super) fn customers(customers: &Customers) -> CustomersView {
    let config = customers.config();
    let gap = customers.gap().map(|gap| Span(gap.0 / u64::from(config.burst.max(1))));
    let (placed, waiting, asking) = (customers.placed(), customers.open(), customers.asking());
    CustomersView { placed, waiting, asking, gap, answered: !config.views.is_empty() }
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

/// How many records a node has not dealt with, if it is a service that reads any.
pub(crate) fn lag_of(world: &World, node: NodeId) -> Option<u64> {
    group(broker(world)?, world.process(node).service()?.config().role.name()).map(|group| group.lag)
}

/// A group as the bus has it.
fn group(broker: &Broker, group: &str) -> Option<GroupView> {
    let Ok(BusAnswer::Overview(overview)) = broker.bus().query(&BusQuery::Overview) else { return None };
    let (id, _) = overview.groups.iter().find(|(_, name)| name == group)?;
    match broker.bus().query(&BusQuery::Group(*id)) {
        Ok(BusAnswer::Group(view)) => Some(view),
        _ => None,
    }
}
