//! Running a projection: live, from zero again, over a window.

use std::fmt::Debug;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::filter::Matching;
use super::ids::CommandNumber;
use super::machine::Store;
use super::position::GlobalPosition;
use super::projection::{Projection, ProjectionError};
use super::upcast::Upcasters;

/// What a projection has come to: the state, and which events are in it. It is one value, to be written in one commit:
/// a state without its place, or the other way round, would count events twice or not at all after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Projected<S> {
    /// What the events have come to.
    pub state: S,
    /// Where to read on: everything before is in the state.
    pub next: GlobalPosition,
    /// How many events were folded in.
    pub folded: u64,
    /// Effects of events before this were carried out already, in an earlier life: not again.
    pub effects_from: GlobalPosition,
}

impl<S> Projected<S> {
    /// The last command that is wholly in the state.
    pub fn checkpoint(&self) -> CommandNumber {
        self.next.checkpoint()
    }

    /// Whether a command is in the state: read your writes waits until the command that wrote them is.
    pub fn has_seen(&self, command: CommandNumber) -> bool {
        self.checkpoint() >= command
    }
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<E> {
    /// How many events were folded in.
    pub folded: u64,
    /// What is to be done to the outside, in order. It belongs into the same commit as the state: an outbox.
    pub effects: Vec<E>,
    /// Whether there is nothing further to fold, for now.
    pub at_end: bool,
}

/// How far something has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Events that are folded in.
    pub done: u64,
    /// Events that there are.
    pub of: u64,
}

/// A projection that is under way.
#[derive(Clone, Debug)]
pub struct Projector<P: Projection> {
    projection: P,
    upcasters: Upcasters,
    projected: Projected<P::State>,
    /// Where it began: what came before is not its business.
    from: GlobalPosition,
    /// Where it ends; `None`: never.
    until: Option<GlobalPosition>,
}

impl<P: Projection> Projector<P> {
    /// A projection that begins with the first event, however long ago that was.
    pub fn new(projection: P, upcasters: Upcasters) -> Projector<P> {
        Projector::between(projection, upcasters, GlobalPosition::START, None)
    }

    /// The same that carries out no effect of events before a position: for one that is made today over old history.
    #[must_use]
    pub fn without_effects_before(mut self, position: GlobalPosition) -> Projector<P> {
        self.projected.effects_from = self.projected.effects_from.max(position);
        self
    }

    /// A projection that goes on where an earlier one had come to, as it was committed.
    pub fn resume(projection: P, upcasters: Upcasters, projected: Projected<P::State>) -> Projector<P> {
        Projector { projected, ..Projector::new(projection, upcasters) }
    }

    /// A projection of all events before a position.
    pub fn before(projection: P, upcasters: Upcasters, until: GlobalPosition) -> Projector<P> {
        Projector::between(projection, upcasters, GlobalPosition::START, Some(until))
    }

    pub(super) fn between(
        projection: P,
        upcasters: Upcasters,
        from: GlobalPosition,
        until: Option<GlobalPosition>,
    ) -> Projector<P> {
        let (state, effects_from) = (projection.initial(), GlobalPosition::START);
        let projected = Projected { state, next: from, folded: 0, effects_from };
        Projector { projection, upcasters, projected, from, until }
    }

    /// The projection from zero again. It comes to what this one has come to, in steps, while this one goes on
    /// answering; and it does nothing to the outside again that this one did.
    #[must_use]
    pub fn rebuild(&self) -> Projector<P>
    where
        P: Clone,
    {
        let done = self.projected.effects_from.max(self.projected.next);
        let fresh = Projector::between(self.projection.clone(), self.upcasters.clone(), self.from, self.until);
        fresh.without_effects_before(done)
    }

    /// What it has come to: the one value to commit after a step.
    pub fn projected(&self) -> &Projected<P::State> {
        &self.projected
    }

    /// The state.
    pub fn state(&self) -> &P::State {
        &self.projected.state
    }

    /// The projection itself.
    pub fn projection(&self) -> &P {
        &self.projection
    }

    /// The upcasters that it reads with.
    pub fn upcasters(&self) -> &Upcasters {
        &self.upcasters
    }

    /// How far it has come, of all that it is to fold.
    pub fn progress(&self, store: &Store) -> Progress {
        let matching = store.matching(&self.projection.filter());
        let before = |position| matching.before(store.number_at(position)) as u64;
        let end = self.until.map_or(matching.len() as u64, before);
        let from = before(self.from);
        Progress { done: before(self.projected.next).clamp(from, end.max(from)) - from, of: end.max(from) - from }
    }

    /// Folds at most so many further events, at least one if there is one. State and place move together, or, on an
    /// error, not at all.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn step(&mut self, store: &Store, most: u32) -> Result<Step<P::Effect>, ProjectionError> {
        let matching = store.matching(&self.projection.filter());
        let first = matching.before(store.number_at(self.projected.next));
        let end = match self.until {
            Some(until) => matching.before(store.number_at(until)),
            None => matching.len(),
        };
        let last = end.min(first.saturating_add(most.max(1) as usize)).max(first);
        let mut state = self.projected.state.clone();
        let mut effects = Vec::new();
        for place in first..last {
            let Some(event) = matching.number(place).and_then(|number| store.event(number)) else { break };
            let event = self.fold(&mut state, event)?;
            if event.position >= self.projected.effects_from {
                effects.extend(self.projection.effect(&state, &event));
            }
        }
        // A reader that has come to the end has seen all there is, also what its filter leaves out.
        let at_end = last == end;
        let next = match matching.number(last) {
            Some(number) if !at_end => store.position_of(number),
            _ => self.until.map_or_else(|| store.end(), |until| until.min(store.end())),
        };
        let folded = (last - first) as u64;
        self.projected.state = state;
        self.projected.next = next.max(self.projected.next);
        self.projected.folded += folded;
        Ok(Step { folded, effects, at_end })
    }

    #[inline]
    fn fold<'a>(&self, state: &mut P::State, event: Event<'a>) -> Result<Event<'a>, ProjectionError> {
        let position = event.position;
        let event = self.upcasters.upcast(event).map_err(|error| ProjectionError::Upcast { position, error })?;
        match self.projection.apply(state, &event) {
            Ok(()) => Ok(event),
            Err(error) => Err(ProjectionError::Malformed { position, error }),
        }
    }

    /// Folds some of the events that a filter lets through into a state.
    pub(super) fn fold_places(
        &self,
        store: &Store,
        matching: Matching<'_>,
        mut state: P::State,
        places: Range<usize>,
    ) -> Result<P::State, ProjectionError> {
        for place in places {
            let Some(event) = matching.number(place).and_then(|number| store.event(number)) else { break };
            self.fold(&mut state, event)?;
        }
        Ok(state)
    }

    /// Folds everything that there is. Effects are thrown away: for questions, not for a live view.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn catch_up(&mut self, store: &Store) -> Result<&P::State, ProjectionError> {
        while !self.step(store, u32::MAX)?.at_end {}
        Ok(self.state())
    }
}
