//! What a sweep has met in a shop.

use super::{Exercised, Kind, Tally};
use crate::base::{NodeId, SessionResponse, StateMachine};
use crate::broker::BrokerResponse;
use crate::bus::{BusAnswer, BusError, BusQuery, Refused, Reply};
use crate::consensus::raft::Role;
use crate::consensus::{ClientReply, Outcome};
use crate::lab::{Machine, ReplicatedResponse, World};
use crate::service::{CustomerNote, Service, ServiceNote, Stage};
use crate::shop::{self, Book, Identity, Status};

impl Tally {
    pub(super) fn service(&mut self, note: &ServiceNote) {
        let kind = match *note {
            ServiceNote::Began { tries: 2.., .. } => Kind::BegunAgain,
            ServiceNote::PutOff { .. } => Kind::PutOff,
            ServiceNote::KnewAlready { .. } => Kind::KnownAlready,
            ServiceNote::AnsweredTooLate => Kind::LateAnswers,
            ServiceNote::TurnedAway { .. } => Kind::TurnedAwayAtDesk,
            ServiceNote::Retried { .. } => Kind::ServiceRetries,
            ServiceNote::Scaled { .. } => Kind::Scaled,
            ServiceNote::Published { event } => match Identity::of(event).map(|identity| identity.kind) {
                Some(shop::Kind::PaymentDeclined) => Kind::PaymentsDeclined,
                Some(shop::Kind::PaymentFailed) => Kind::PaymentsFailed,
                Some(shop::Kind::PaymentRefunded) => Kind::PaymentsRefunded,
                Some(shop::Kind::OutOfStock) => Kind::OutOfStock,
                Some(shop::Kind::CancelRequested) => Kind::DeadlinesPassed,
                Some(shop::Kind::TrackingCorrected) => Kind::TrackingCorrected,
                Some(shop::Kind::FraudSuspected) => Kind::FraudSuspected,
                _ => return,
            },
            _ => return,
        };
        self.count(kind);
    }

    pub(super) fn customers(&mut self, note: &CustomerNote) {
        match note {
            CustomerNote::Placed { .. } => self.count(Kind::OrdersPlaced),
            CustomerNote::Retried { .. } => self.count(Kind::OrdersPlacedAgain),
            _ => {}
        }
    }

    /// Somebody hears from the bus.
    pub(super) fn broker_says(&mut self, reply: &ClientReply<Machine>) {
        let Outcome::Done(SessionResponse::Done(ReplicatedResponse::Broker(response))) = &reply.outcome else { return };
        let BrokerResponse::Bus(replies) = &**response else { return };
        for reply in replies {
            let kind = match reply {
                Err(BusError::Fenced { .. }) => Kind::Fenced,
                Err(BusError::NoSuchMember { .. }) => Kind::WorkersLost,
                Ok(Reply::Taken { refused }) if refused.iter().any(|one| matches!(one.why, Refused::Fenced { .. })) => {
                    Kind::AnswersFenced
                }
                _ => continue,
            };
            self.count(kind);
        }
    }
}

/// What the crash of a service, of the provider or of the customers will do.
pub(super) fn crash(world: &World, node: NodeId) -> Vec<Kind> {
    let actor = world.process(node);
    if let (Some(service), Some(disk)) = (actor.service(), world.durable(node).ledger()) {
        let at_work = service.workers().iter().any(|worker| worker.job.is_some());
        let untold = !disk.outbox.is_empty();
        let mut kinds = vec![Kind::ServiceCrash];
        kinds.extend(at_work.then_some(Kind::ServiceKilledAtWork));
        kinds.extend(world.is_syncing(node).then_some(Kind::ServiceKilledUnsynced));
        kinds.extend(untold.then_some(Kind::ServiceKilledUntold));
        return kinds;
    }
    let kind = match actor {
        _ if actor.provider().is_some() => Kind::ProviderCrash,
        _ if actor.customers().is_some() => Kind::CustomersCrash,
        _ => Kind::ClientKill,
    };
    vec![kind]
}

/// Whether a broker's crash takes the leader away from a payment that is under way.
pub(super) fn breaks_in_on_payment(world: &World, broker: NodeId) -> bool {
    let leads = world.process(broker).server().is_some_and(|server| server.role() == Role::Leader);
    let asks = |service: &Service| {
        let jobs = service.workers().iter().filter_map(|worker| worker.job.as_ref());
        jobs.into_iter().any(|job| matches!(job.stage, Stage::Asking { .. }))
    };
    leads && world.ids().filter_map(|id| world.process(id).service()).any(asks)
}

/// What only the books and the bus tell, at the end.
pub(super) fn count_at_end(world: &World, exercised: &mut Exercised) {
    for id in world.ids() {
        if let Some(disk) = world.durable(id).ledger()
            && let Book::Order(book) = &disk.book
        {
            for (_, row) in book.orders().iter() {
                match row.status {
                    Status::Shipped => exercised.bump(Kind::OrdersShipped),
                    Status::Rejected => exercised.bump(Kind::OrdersRejected),
                    Status::Cancelled => exercised.bump(Kind::OrdersCancelled),
                    _ => {}
                }
            }
        }
    }
    let servers = world.ids().filter_map(|id| world.process(id).server());
    let Some(most) = servers.max_by_key(|server| server.applied()) else { return };
    let Some(broker) = most.machine().machine().broker() else { return };
    let Ok(BusAnswer::Overview(overview)) = broker.bus().query(&BusQuery::Overview) else { return };
    for (group, _) in overview.groups {
        let Ok(BusAnswer::Group(view)) = broker.bus().query(&BusQuery::Group(group)) else { continue };
        exercised.counts[Kind::Rebalances as usize] += view.generation.0;
        for (_, _, progress) in view.partitions {
            exercised.counts[Kind::Redelivered as usize] += progress.counts.redelivered;
        }
    }
}
