//! What messages carry of orders: the events in them, by what their ids say.

use super::{ReplicatedAnswer, ReplicatedCommand, ReplicatedResponse, Wire, World};
use crate::base::{DomainEventId, MessageId, NodeId, SessionResponse};
use crate::broker::{BrokerAnswer, BrokerCommand, BrokerResponse};
use crate::bus::{self, Reply};
use crate::consensus::raft::{Message, Payload};
use crate::consensus::{Operation, Outcome};
use crate::service::{CallId, ShopMessage, Stage};
use crate::shop::{Identity, Kind, OrderId, Subject};
use crate::store::{self, StoreAnswer};

/// A message in flight that is about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cargo {
    /// Which message.
    pub message: MessageId,
    /// The order: the one that is looked for, or else the first that the message tells of.
    pub order: OrderId,
    /// What it tells of it; `None`: it carries no event, but asks or answers something about the order.
    pub kind: Option<Kind>,
    /// How many more events it carries.
    pub more: u32,
    /// It is about the order that is looked for.
    pub wanted: bool,
}

/// All messages in flight that are about orders, in the order of their ids. One order may be looked for.
pub fn cargo(world: &World, wanted: Option<OrderId>) -> Vec<Cargo> {
    let of = |flight: &crate::sim::Flight<Wire>| {
        let answers = |call| asked(world, flight.to, call);
        let (order, kind, more) = tells(&flight.body, wanted, answers)?;
        Some(Cargo { message: flight.id, order, kind, more, wanted: Some(order) == wanted })
    };
    let mut all: Vec<Cargo> = world.flights().filter_map(of).collect();
    all.sort_unstable_by_key(|cargo| cargo.message);
    all
}

/// Of which order a message tells: the one that is looked for, if it tells of that one; what, and how many events more.
/// `asked` says about which order a call is.
pub(crate) fn tells(
    body: &Wire,
    wanted: Option<OrderId>,
    asked: impl Fn(CallId) -> Option<OrderId>,
) -> Option<(OrderId, Option<Kind>, u32)> {
    if let Wire::Shop(message) = body {
        let order = match message {
            ShopMessage::Return { call, .. } => asked(*call),
            other => other.order(),
        };
        return order.map(|order| (order, None, 0));
    }
    let (mut found, mut count) = (None, 0);
    events(body, |event| {
        let Some(Identity { kind, subject: Subject::Order(order), .. }) = Identity::of(event) else { return };
        count += 1;
        if found.is_none_or(|(first, _)| Some(first) != wanted && Some(order) == wanted) {
            found = Some((order, kind));
        }
    });
    found.map(|(order, kind)| (order, Some(kind), count - 1))
}

/// Whether a message asks the bus to publish something.
pub(crate) fn publishes(body: &Wire) -> bool {
    let Wire::Request(request) = body else { return false };
    let Operation::Command(keyed) = &request.operation else { return false };
    let ReplicatedCommand::Broker(BrokerCommand::Bus(command)) = &keyed.command else { return false };
    command.actions.iter().any(|action| matches!(action, bus::Action::Publish { .. }))
}

/// The order for which a service has made a call.
pub(crate) fn asked(world: &World, service: NodeId, call: CallId) -> Option<OrderId> {
    let workers = world.process(service).service()?.workers().iter();
    let mut stages = workers.filter_map(|worker| Some(worker.job.as_ref()?.stage));
    stages.find_map(|stage| match stage {
        Stage::Asking { call: own, request, .. } if own == call => Some(request.key().order),
        _ => None,
    })
}

/// The events that a message between a service and a broker, or between brokers, carries.
fn events(body: &Wire, mut each: impl FnMut(DomainEventId)) {
    match body {
        Wire::Raft(Message::Append { entries, .. }) => {
            for entry in entries.iter() {
                if let Payload::Command(keyed) = &entry.payload {
                    command_events(&keyed.command, &mut each);
                }
            }
        }
        Wire::Request(request) => {
            if let Operation::Command(keyed) = &request.operation {
                command_events(&keyed.command, &mut each);
            }
        }
        Wire::Reply(reply) => match &reply.outcome {
            Outcome::Done(SessionResponse::Done(ReplicatedResponse::Broker(response))) => {
                let BrokerResponse::Bus(replies) = &**response else { return };
                for reply in replies.iter().flatten() {
                    if let Reply::Fetched(fetched) = reply {
                        fetched.deliveries.iter().for_each(|delivery| each(delivery.stored.record.header.event));
                    }
                }
            }
            Outcome::Answer(ReplicatedAnswer::Broker(answer)) => {
                if let BrokerAnswer::Store(StoreAnswer::All(page)) = &**answer {
                    page.events.iter().for_each(|event| each(event.id));
                }
            }
            _ => {}
        },
        Wire::Raft(_) | Wire::Shop(_) => {}
    }
}

/// The events that a command publishes or stores.
fn command_events(command: &ReplicatedCommand, each: &mut impl FnMut(DomainEventId)) {
    match command {
        ReplicatedCommand::Broker(BrokerCommand::Bus(command)) => {
            for action in &command.actions {
                if let bus::Action::Publish { records, .. } = action {
                    records.iter().for_each(|outgoing| each(outgoing.record.header.event));
                }
            }
        }
        ReplicatedCommand::Broker(BrokerCommand::Store { actions, .. }) => {
            for action in actions {
                if let store::Action::Append(append) = action {
                    append.events.iter().for_each(|event| each(event.id));
                }
            }
        }
        ReplicatedCommand::Register(_) => {}
    }
}

/// Who has an order in hand at this moment: works on an event of it, or has it waiting.
pub fn holders(world: &World, order: OrderId) -> Vec<NodeId> {
    let about =
        |event: DomainEventId| Identity::of(event).is_some_and(|identity| identity.subject == Subject::Order(order));
    let holds = |node: &NodeId| {
        let process = world.process(*node);
        if let Some(service) = process.service() {
            let desk = service.desk();
            let works = service.workers().iter().any(|worker| {
                worker.job.as_ref().is_some_and(|job| job.event.order() == Some(order))
                    || worker.queue.iter().any(|delivery| about(delivery.stored.record.header.event))
            });
            return works || desk.serving.iter().chain(&desk.queue).any(|visit| visit.wish.order == order);
        }
        process.provider().is_some_and(|provider| {
            provider.working().chain(provider.waiting()).any(|case| case.request.key().order == order)
        })
    };
    world.ids().filter(holds).collect()
}
