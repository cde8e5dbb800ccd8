//! What may be asked of a query node besides questions, and why it may not do it.

use std::fmt;

use super::disk::{Plan, Purpose};
use crate::base::Time;
use crate::shop::views::ViewKind;

/// The most read models of a node.
pub const MAX_MODELS: usize = 16;
/// The most models that may be under way from nothing, one after the other.
pub const MAX_PLANS: usize = 8;

/// What somebody has a query node do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewRequest {
    /// Make a read model that it has from nothing again, and compare the two. The new one takes the old one's place.
    Rebuild {
        /// Which.
        view: ViewKind,
    },
    /// Make one that it does not have from all history, and keep it from then on.
    Add {
        /// Which.
        view: ViewKind,
    },
    /// Make one of what was stored in a window of time only; it is kept to be looked at, and changes no more.
    Replay {
        /// Which.
        view: ViewKind,
        /// What was stored at this time or later.
        from: Time,
        /// And before this.
        until: Time,
    },
}

impl Default for ViewRequest {
    fn default() -> Self {
        ViewRequest::Rebuild { view: ViewKind::default() }
    }
}

impl ViewRequest {
    /// The plan that it comes to.
    pub fn plan(self) -> Plan {
        match self {
            ViewRequest::Rebuild { view } => Plan { view, purpose: Purpose::Rebuild },
            ViewRequest::Add { view } => Plan { view, purpose: Purpose::Add },
            ViewRequest::Replay { view, from, until } => Plan { view, purpose: Purpose::Replay { from, until } },
        }
    }
}

/// Why a query node does not do what it was asked to. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotDone {
    /// It has no such read model that it could make again.
    NoSuchView,
    /// It has that read model.
    HasIt,
    /// It is about to do just that.
    UnderWay,
    /// It has as many read models as it can have.
    TooMany,
    /// It has as much to make as it can remember.
    TooMuch,
    /// The window ends before it begins.
    EmptyWindow,
}

impl fmt::Display for NotDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotDone::NoSuchView => "it has no such read model",
            NotDone::HasIt => "it has that read model",
            NotDone::UnderWay => "that is under way",
            NotDone::TooMany => "it has as many read models as it can have",
            NotDone::TooMuch => "too many are to be made already",
            NotDone::EmptyWindow => "the window ends before it begins",
        })
    }
}
