//! Folding what was read from a store that is elsewhere: page by page, as a [`Subscription`](super::Subscription) brings
//! them.

use super::event::RecordedEvent;
use super::position::GlobalPosition;
use super::projection::{Projection, ProjectionError};
use super::projector::Projected;
use super::query::Page;
use super::upcast::Upcasters;

impl<S> Projected<S> {
    /// Before all events.
    pub fn nothing<P: Projection<State = S>>(projection: &P) -> Projected<S> {
        let (next, effects_from) = (GlobalPosition::START, GlobalPosition::START);
        Projected { state: projection.initial(), next, folded: 0, effects_from }
    }
}

impl<S: Clone> Projected<S> {
    /// Folds in the events of a page of `$all` that are at or behind the place, and before `until` if that is said, and
    /// for which `wanted` holds; the place moves behind them. A page that was folded before changes nothing. State and
    /// place move together, or, on an error, not at all. Effects are not looked at. Says how many events were folded in.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn fold_page<P: Projection<State = S>>(
        &mut self,
        projection: &P,
        upcasters: &Upcasters,
        page: &Page,
        until: Option<GlobalPosition>,
        wanted: impl Fn(&RecordedEvent) -> bool,
    ) -> Result<u64, ProjectionError> {
        let filter = projection.filter();
        let mut state = self.state.clone();
        let mut folded = 0;
        let ahead = |position| position >= self.next && until.is_none_or(|until| position < until);
        for recorded in page.events.iter().filter(|event| ahead(event.position) && wanted(event)) {
            let event = recorded.as_event();
            if !filter.takes(&event) {
                continue;
            }
            let position = event.position;
            let event = upcasters.upcast(event).map_err(|error| ProjectionError::Upcast { position, error })?;
            projection.apply(&mut state, &event).map_err(|error| ProjectionError::Malformed { position, error })?;
            folded += 1;
        }
        self.state = state;
        self.folded += folded;
        self.next = self.next.max(until.map_or(page.next, |until| page.next.min(until)));
        Ok(folded)
    }
}
