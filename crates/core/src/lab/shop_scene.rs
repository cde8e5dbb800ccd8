//! What is seen of the shop.

use super::{LabTimer, World};
use super::scene::{CustomersView, ProviderView, ServiceView};
use crate::base::{NodeId, Span, StateMachine};
use crate::broker::Broker;
use crate::bus::{BusAnswer, BusQuery};
use crate::service::{CustomerTimer, Customers, Provider, Service, Stage};
use crate::sim::{Status, TimerName};

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
    ServiceView {
        role: service.config().role,
        workers: service.ledger().workers,
        busy: stages().count() as u8,
        waiting: stages().filter(|stage| matches!(stage, Stage::Asking { .. })).count() as u8,
        waits: Span(stages().map(waits).max().unwrap_or_default()),
        queue: queued + service.desk().queue.len(),
        outbox: service.ledger().outbox.len(),
        lag: broker(world).and_then(|broker| lag(broker, service.config().role.name())),
    }
}

pub(super) fn provider(provider: &Provider) -> ProviderView {
    ProviderView { busy: provider.working().count(), queue: provider.waiting().len() }
}

pub(super) fn customers(world: &World, node: NodeId, customers: &Customers) -> CustomersView {
    // Who will order again has a timer for it.
    let next = LabTimer::from_slot(CustomerTimer::Next.slot()).and_then(|timer| world.timer(node, timer));
    let config = customers.config();
    let gap = next.and(config.gap).map(|gap| Span(gap.0 / u64::from(config.burst.max(1))));
    CustomersView { placed: customers.placed(), waiting: customers.open(), gap }
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
