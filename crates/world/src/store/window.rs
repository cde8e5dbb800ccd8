//! Replaying a part of history into a fresh projection: what happened between four and five?

use serde::{Deserialize, Serialize};

use super::machine::Store;
use super::position::GlobalPosition;
use super::projection::Projection;
use super::projector::Projector;
use super::upcast::Upcasters;
use crate::base::Time;

/// A part of a store's history; the first is in it, the last is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Window {
    /// The events from one position up to but without another.
    Positions(GlobalPosition, GlobalPosition),
    /// The events stored from one moment up to but without another.
    Times(Time, Time),
}

impl Window {
    /// Where the window begins and ends among the events that there are. What is appended later is not in it.
    pub fn positions(self, store: &Store) -> (GlobalPosition, GlobalPosition) {
        let (from, until) = match self {
            Window::Positions(from, until) => (from, until),
            Window::Times(from, until) => {
                let at = |time: Time| store.position_of(store.first_number(|event| event.at >= time));
                (at(from), at(until))
            }
        };
        (from, until.min(store.end()).max(from))
    }
}

impl<P: Projection> Projector<P> {
    /// A projection of a window only, beginning with the initial state. It carries out no effects: it looks back.
    pub fn over(projection: P, upcasters: Upcasters, store: &Store, window: Window) -> Projector<P> {
        let (from, until) = window.positions(store);
        Projector::between(projection, upcasters, from, Some(until)).without_effects_before(until)
    }
}
