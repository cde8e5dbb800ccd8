//! What a service of the chain tells of itself, for onlookers.

use super::breaker::BreakerState;
use crate::base::NodeId;
use crate::service::CallId;
use crate::shop::{OrderId, Service, Status};

/// Why a try has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// No answer came in time.
    TimedOut,
    /// There was no room in the queue.
    Refused,
    /// Whoever was called says that it could not.
    Failed,
    /// The breaker is open: nobody was called.
    Broken,
}

/// Something that a service did, or that came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainNote {
    /// A worker takes up what somebody asks for.
    Began {
        /// Which worker.
        worker: u8,
        /// Who asks.
        from: NodeId,
        /// In which call; `None`: a customer.
        call: Option<CallId>,
        /// For which order.
        order: OrderId,
        /// What is asked for, by its name.
        what: &'static str,
    },
    /// A worker calls somebody, and waits from now on.
    Called {
        /// Which worker.
        worker: u8,
        /// Whom.
        whom: Service,
        /// Which call; every try is one of its own.
        call: CallId,
        /// For which order.
        order: OrderId,
        /// How often now, this time included.
        tries: u8,
    },
    /// A try has failed.
    TryFailed {
        /// Which worker's.
        worker: u8,
        /// Who was called.
        whom: Service,
        /// For which order.
        order: OrderId,
        /// Why.
        why: Failure,
    },
    /// A worker tries no more.
    GaveUp {
        /// Which worker.
        worker: u8,
        /// Who was called.
        whom: Service,
        /// For which order.
        order: OrderId,
    },
    /// A worker has written something about an order into its books.
    Wrote {
        /// Which order.
        order: OrderId,
    },
    /// A call that came before is answered from the books.
    KnewAlready {
        /// For which order.
        order: OrderId,
    },
    /// A worker is done, and has answered.
    Finished {
        /// Which worker.
        worker: u8,
        /// For which order.
        order: OrderId,
        /// It could do what it was asked for, or it was definitely not to be.
        ok: bool,
    },
    /// The queue is full: a call is refused.
    TurnedAway {
        /// For which order.
        order: OrderId,
    },
    /// An order has come to its end.
    Ended {
        /// Which.
        order: OrderId,
        /// Which end.
        status: Status,
    },
    /// The order service gives an order up where it stands: money may be kept for it, and stock held.
    LeftInDoubt {
        /// Which.
        order: OrderId,
    },
    /// A breaker stands otherwise.
    Switched {
        /// That of the calls to whom.
        whom: Service,
        /// How.
        to: BreakerState,
    },
    /// It has so many workers now.
    Scaled {
        /// How many.
        workers: u8,
    },
}
