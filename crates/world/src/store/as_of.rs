//! The past: a state as it was at any position or at any moment.

use std::sync::Arc;

use super::command::KeepSnapshot;
use super::filter::Filter;
use super::ids::{StreamName, StreamVersion};
use super::machine::Store;
use super::moment::{AsOf, Moment};
use super::projection::{Projection, ProjectionError};
use super::projector::{Progress, Projector};
use super::snapshots::Snapshot;
use super::stream::Stream;
use super::upcast::Upcasters;

/// A projection with its past: it keeps a snapshot after every so many events that it folds, and answers what it was at
/// any moment by the newest snapshot before it and the events since.
#[derive(Clone, Debug)]
pub struct History<P: Projection> {
    live: Projector<P>,
    every: u32,
    snapshots: Vec<Kept>,
}

/// A snapshot of a view, and how far it had come.
#[derive(Clone, Debug)]
struct Kept {
    folded: u64,
    snapshot: Arc<Snapshot>,
}

impl<P: Projection> History<P> {
    /// A projection that has folded nothing yet and will keep a snapshot every so many events, at least one.
    pub fn new(projection: P, upcasters: Upcasters, every: u32) -> History<P> {
        History { live: Projector::new(projection, upcasters), every: every.max(1), snapshots: Vec::new() }
    }

    /// The projection as it is.
    pub fn live(&self) -> &Projector<P> {
        &self.live
    }

    /// Folds at most so many further events; says how far it has come. Its effects are thrown away.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn advance(&mut self, store: &Store, most: u32) -> Result<Progress, ProjectionError> {
        let mut left = u64::from(most.max(1));
        let every = u64::from(self.every);
        loop {
            let folded = self.live.projected().folded;
            let step = self.live.step(store, (every - folded % every).min(left) as u32)?;
            left -= step.folded;
            self.keep();
            if step.at_end || left == 0 {
                return Ok(self.live.progress(store));
            }
        }
    }

    fn keep(&mut self) {
        let (projection, at) = (self.live.projection(), self.live.projected());
        let newest = self.snapshots.last().map_or(0, |kept| kept.folded);
        if at.folded > newest && at.folded.is_multiple_of(u64::from(self.every)) {
            let snapshot = Snapshot::seal(&projection.view(), "", at.folded, projection.format(), &at.state);
            self.snapshots.push(Kept { folded: at.folded, snapshot: Arc::new(snapshot) });
        }
    }

    /// The state as it was at a moment.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn as_of(&self, store: &Store, moment: Moment) -> Result<P::State, ProjectionError> {
        let projection = self.live.projection();
        let matching = store.matching(&projection.filter());
        let end = matching.before(store.events_at(moment));
        // A snapshot after n events is of the first n that the filter lets through.
        let known = self.snapshots.partition_point(|kept| kept.folded <= end as u64);
        let open = |kept: &Kept| {
            let state = kept.snapshot.open(&projection.view(), "", kept.folded, projection.format())?;
            Some((state, kept.folded))
        };
        let base = self.snapshots[..known].iter().rev().find_map(open);
        let (state, folded) = base.unwrap_or_else(|| (projection.initial(), 0));
        self.live.fold_places(store, matching, state, folded as usize..end)
    }

    /// How a state as of a moment is come by: how many events are in the newest snapshot of before, 0 if there is none,
    /// and how many are folded on top of it.
    pub fn base_of(&self, store: &Store, moment: Moment) -> (u64, u64) {
        let end = store.matching(&self.live.projection().filter()).before(store.events_at(moment)) as u64;
        let known = self.snapshots.partition_point(|kept| kept.folded <= end);
        let base = self.snapshots[..known].last().map_or(0, |kept| kept.folded);
        (base, end - base)
    }

    /// How many snapshots are kept, and their bytes.
    pub fn snapshots(&self) -> (u64, u64) {
        (self.snapshots.len() as u64, self.snapshots.iter().map(|kept| kept.snapshot.bytes.len() as u64).sum())
    }
}

impl Store {
    /// What a stream had come to: the newest snapshot of before that can be trusted, and the events since, folded. The
    /// initial state if there was no event yet.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn stream_state<P: Projection>(
        &self,
        projection: P,
        upcasters: &Upcasters,
        stream: &StreamName,
        as_of: AsOf,
    ) -> Result<P::State, ProjectionError> {
        let Some(found) = self.find_stream(stream) else { return Ok(projection.initial()) };
        let Some(last) = self.last_version(found, as_of) else { return Ok(projection.initial()) };
        let (view, format) = (projection.view(), projection.format());
        let open = |(at, snapshot): (StreamVersion, &Snapshot)| {
            Some((snapshot.open(&view, stream.as_str(), at.0, format)?, at.0 + 1))
        };
        let base = found.shelf.before(&view, last).find_map(open);
        let (state, from) = base.unwrap_or_else(|| (projection.initial(), 0));
        let matching = self.matching(&Filter::Stream(stream.clone()));
        let projector = Projector::new(projection, upcasters.clone());
        projector.fold_places(self, matching, state, from as usize..last.0 as usize + 1)
    }

    /// The snapshot of what a stream has come to, to be put into the log as a command; `None` if there is no such
    /// stream.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn take_snapshot<P: Projection>(
        &self,
        projection: P,
        upcasters: &Upcasters,
        stream: &StreamName,
    ) -> Result<Option<KeepSnapshot>, ProjectionError> {
        let Some(version) = self.version(stream) else { return Ok(None) };
        let (view, format) = (projection.view(), projection.format());
        let state = self.stream_state(projection, upcasters, stream, AsOf::Version(version))?;
        let snapshot = Snapshot::seal(&view, stream.as_str(), version.0, format, &state);
        Ok(Some(KeepSnapshot { stream: stream.clone(), view, version, snapshot }))
    }

    /// The version of the last event that a stream had.
    pub(super) fn last_version(&self, stream: &Stream, as_of: AsOf) -> Option<StreamVersion> {
        let now = stream.version()?;
        match as_of {
            AsOf::Version(version) => Some(version.min(now)),
            AsOf::Moment(moment) => {
                let events = self.events_at(moment);
                let had = stream.events.partition_point(|place| place.number < events) as u64;
                had.checked_sub(1).map(StreamVersion)
            }
        }
    }
}
