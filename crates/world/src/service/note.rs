//! What a service tells of itself, for onlookers: traces, charts, the stage.

use crate::base::{DomainEventId, NodeId, RequestId};
use crate::shop::OrderId;

/// Something that a service did or that came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceNote {
    /// A worker takes up an event.
    Began {
        /// Which worker.
        worker: u8,
        /// Which event.
        event: DomainEventId,
        /// How often the event was delivered, this time included.
        tries: u32,
    },
    /// A worker waits for the provider.
    Waits {
        /// Which worker.
        worker: u8,
        /// Which event it works on.
        event: DomainEventId,
    },
    /// The provider has answered, and nobody waits for that any more.
    AnsweredTooLate,
    /// A worker is done with an event: what comes of it is written.
    Finished {
        /// Which worker.
        worker: u8,
        /// Which event.
        event: DomainEventId,
        /// How many facts came of it.
        facts: u8,
        /// How many records came of it.
        records: u8,
    },
    /// A worker could not be done with an event: it comes again.
    PutOff {
        /// Which worker.
        worker: u8,
        /// Which event.
        event: DomainEventId,
    },
    /// The event came before, and nothing is done.
    KnewAlready {
        /// Which event.
        event: DomainEventId,
    },
    /// The desk takes up a customer's order.
    DeskBegan {
        /// Which order.
        order: OrderId,
    },
    /// The desk is done with it: the order is written.
    DeskFinished {
        /// Which order.
        order: OrderId,
    },
    /// The desk turns a customer away.
    TurnedAway {
        /// Which order.
        order: OrderId,
    },
    /// A fact is in the store.
    Stored {
        /// Which event.
        event: DomainEventId,
    },
    /// A record is on the bus.
    Published {
        /// Which event.
        event: DomainEventId,
    },
    /// It asks another broker.
    Retried {
        /// Which request.
        id: RequestId,
        /// Whom.
        server: NodeId,
    },
    /// Its workers joined or left.
    Scaled {
        /// How many there are now.
        workers: u8,
    },
}
