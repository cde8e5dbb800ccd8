//! What is seen of the shop.

use super::World;
use super::scene::{CustomersView, ProviderView, ServiceView};
use crate::base::{Span, StateMachine};
use crate::broker::Broker;
use crate::bus::{BusAnswer, BusQuery, GroupView};
use crate::service::{Customers, Provider, Service, Stage};
use crate::sim::Status;

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
        outbox: service.ledger().outbox.len(),
        lag: group.as_ref().map(|group| group.lag),
        dead_letters: group.map_or(0, |group| group.partitions.iter().map(|(_, _, at)| at.dead_letters).sum()),
    }
}

pub(super) fn provider(provider: &Provider) -> ProviderView {
    ProviderView { busy: provider.working().count(), queue: provider.waiting().len() }
}

pub(super) fn customers(customers: &Customers) -> CustomersView {
    let config = customers.config();
    let gap = customers.gap().map(|gap| Span(gap.0 / u64::from(config.burst.max(1))));
    let answered = !config.views.is_empty();
    CustomersView { placed: customers.placed(), waiting: customers.open(), gap, answered }
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

/// A group as the bus has it.
fn group(broker: &Broker, group: &str) -> Option<GroupView> {
    let Ok(BusAnswer::Overview(overview)) = broker.bus().query(&BusQuery::Overview) else { return None };
    let (id, _) = overview.groups.iter().find(|(_, name)| name == group)?;
    match broker.bus().query(&BusQuery::Group(*id)) {
        Ok(BusAnswer::Group(view)) => Some(view),
        _ => None,
    }
}
