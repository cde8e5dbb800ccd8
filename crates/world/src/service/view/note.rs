//! What a query node tells of itself, for onlookers.

use super::disk::Plan;
use super::request::{NotDone, ViewRequest};
use crate::base::{NodeId, RequestId};
use crate::shop::OrderId;
use crate::store::GlobalPosition;

/// Something that a query node did or that came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewNote {
    /// It has folded in what it read.
    Folded {
        /// How many events.
        events: u32,
        /// Where it reads on.
        next: GlobalPosition,
    },
    /// An order that was written is visible here from now on.
    Visible {
        /// Which.
        order: OrderId,
    },
    /// What it has folded in is on its way to the disk, with its place.
    Saved {
        /// The place.
        next: GlobalPosition,
    },
    /// It cannot read an event, and goes no further.
    Unreadable {
        /// Where it stands.
        next: GlobalPosition,
    },
    /// It holds a question about what it has not read yet.
    Holds {
        /// About which order.
        order: OrderId,
    },
    /// It turns a question away: too many wait.
    TurnedAway {
        /// About which order.
        order: OrderId,
    },
    /// It has held a question for long enough, and refuses it.
    GaveUp {
        /// About which order.
        order: OrderId,
    },
    /// It begins to make a model from nothing.
    Began {
        /// Which, and what for.
        plan: Plan,
    },
    /// It has made it.
    Made {
        /// Which, and what for.
        plan: Plan,
        /// How many events are in it.
        folded: u64,
        /// Of a rebuild: whether it has come to the same as the one that was there.
        same: Option<bool>,
    },
    /// It does not do what it was asked to.
    NotDone {
        /// What.
        request: ViewRequest,
        /// Why.
        why: NotDone,
    },
    /// It asks another broker.
    Retried {
        /// Which request.
        id: RequestId,
        /// Whom.
        server: NodeId,
    },
    /// It answers so many questions at a time from now on.
    Scaled {
        /// How many.
        workers: u8,
    },
}
