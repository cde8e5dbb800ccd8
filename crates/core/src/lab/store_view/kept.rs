//! A projection with its past: as it is, as of any moment, and built anew from nothing.

use std::fmt::Debug;

use super::Basis;
use super::table::Table;
use crate::base::Time;
use crate::shop::upcasters;
use crate::store::{History, Moment, Progress, Projection, ProjectionError, Projector, Store, Window};

/// A projection is snapshotted after every so many events.
const SNAPSHOT_EVERY: u32 = 64;

/// A projection as of a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it had come to.
    pub table: Table,
    /// How many events are in the snapshot that was begun with; 0: none was there.
    pub snapshot: u64,
    /// How many events were folded on top of it.
    pub tail: u64,
    /// The whole history, folded from nothing, comes to the same.
    pub equal: bool,
}

/// How far it has come to be built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many events are folded, of how many.
    pub progress: Progress,
    /// At its end: whether it is what the live one is.
    pub equal: Option<bool>,
}

/// A projection of any kind.
pub trait Kept: Debug {
    /// Folds at most so many of the events that it has not seen.
    ///
    /// # Errors
    /// If an event cannot be read.
    fn advance(&mut self, store: &Store, most: u32) -> Result<Progress, ProjectionError>;
    /// What the live one has come to.
    fn live(&self, now: Time) -> Table;
    /// What it had come to at a moment that it has seen; at which time that was, is for the caller to know.
    ///
    /// # Errors
    /// If an event cannot be read.
    fn as_of(&self, store: &Store, moment: Moment, at: Time) -> Result<Seen, ProjectionError>;
    /// Begins to build it anew, from nothing, beside the live one.
    fn rebuild(&mut self);
    /// Folds at most so many further events of the one that is built anew; `None`: none is.
    ///
    /// # Errors
    /// If an event cannot be read.
    fn rebuild_on(&mut self, store: &Store, most: u32) -> Result<Option<Rebuilt>, ProjectionError>;
    /// How many snapshots are kept of it, and their bytes.
    fn snapshots(&self) -> (u64, u64);
}

/// How a state is shown.
pub(super) type Show<P> = fn(&P, &<P as Projection>::State, &Basis, Time) -> Table;

/// A projection, and how it is shown.
#[derive(Debug)]
pub(super) struct Holder<P: Projection> {
    history: History<P>,
    anew: Option<Projector<P>>,
    basis: Basis,
    show: Show<P>,
}

impl<P: Projection + Clone + Debug + 'static> Holder<P> {
    /// One that has folded nothing yet.
    pub(super) fn boxed(projection: P, basis: &Basis, show: Show<P>) -> Box<dyn Kept> {
        let history = History::new(projection, upcasters(), SNAPSHOT_EVERY);
        Box::new(Holder { history, anew: None, basis: basis.clone(), show })
    }

    fn table(&self, state: &P::State, at: Time) -> Table {
        (self.show)(self.history.live().projection(), state, &self.basis, at)
    }
}

impl<P: Projection + Clone + Debug + 'static> Kept for Holder<P> {
    fn advance(&mut self, store: &Store, most: u32) -> Result<Progress, ProjectionError> {
        self.history.advance(store, most)
    }

    fn live(&self, now: Time) -> Table {
        self.table(self.history.live().state(), now)
    }

    fn as_of(&self, store: &Store, moment: Moment, at: Time) -> Result<Seen, ProjectionError> {
        let state = self.history.as_of(store, moment)?;
        let (snapshot, tail) = self.history.base_of(store, moment);
        let until = match moment {
            Moment::Now => store.end(),
            Moment::Position(position) => position.next(),
            Moment::Time(_) => {
                store.position_after(store.events_until(moment)).map_or(Default::default(), |last| last.next())
            }
        };
        let window = Window::Positions(Default::default(), until);
        let mut whole = Projector::over(self.history.live().projection().clone(), upcasters(), store, window);
        let equal = *whole.catch_up(store)? == state;
        Ok(Seen { table: self.table(&state, at), snapshot, tail, equal })
    }

    fn rebuild(&mut self) {
        self.anew = Some(self.history.live().rebuild());
    }

    fn rebuild_on(&mut self, store: &Store, most: u32) -> Result<Option<Rebuilt>, ProjectionError> {
        let Some(anew) = &mut self.anew else { return Ok(None) };
        let at_end = anew.step(store, most)?.at_end;
        let progress = anew.progress(store);
        if !at_end {
            return Ok(Some(Rebuilt { progress, equal: None }));
        }
        // The live one may be behind: both have to have seen the same.
        self.history.advance(store, u32::MAX)?;
        let equal = anew.state() == self.history.live().state();
        self.anew = None;
        Ok(Some(Rebuilt { progress, equal: Some(equal) }))
    }

    fn snapshots(&self) -> (u64, u64) {
        self.history.snapshots()
    }
}
