//! What reads a store, and what it answers.

use serde::{Deserialize, Serialize};

use super::cost::Cost;
use super::error::{StoreError, What, fits};
use super::event::{Event, RecordedEvent};
use super::filter::{Filter, Matching};
use super::ids::{CommandNumber, StreamName, StreamVersion, ViewName};
use super::machine::Store;
use super::moment::AsOf;
use super::position::GlobalPosition;
use super::snapshots::Snapshot;
use crate::base::Time;

/// A question to a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StoreQuery {
    /// A page of one stream.
    Stream {
        /// Which stream.
        stream: StreamName,
        /// The version of the first event of the page.
        from: StreamVersion,
        /// Which way to go on.
        direction: Direction,
        /// How many events at most.
        limit: u32,
    },
    /// A page of all events, or of those of one stream, category or type, forwards: what a subscription asks for.
    All {
        /// Which events.
        filter: Filter,
        /// Where to begin: the page's first event is here or behind.
        from: GlobalPosition,
        /// How many events at most.
        limit: u32,
    },
    /// How old a stream is.
    Version {
        /// Which stream.
        stream: StreamName,
    },
    /// What is needed to say what a stream had come to: the newest snapshot of before, and the events since. The machine
    /// knows no fold; whoever asks does it.
    StateAsOf {
        /// Which stream.
        stream: StreamName,
        /// Whose snapshots.
        view: ViewName,
        /// As of when.
        as_of: AsOf,
        /// Only a snapshot of before this version, since the one given before could not be read.
        below: Option<StreamVersion>,
        /// How many events at most.
        limit: u32,
    },
    /// How far the store has come.
    Head,
    /// What it all costs.
    Cost,
    /// What one stream costs.
    StreamCost {
        /// Which stream.
        stream: StreamName,
    },
}

/// Which way a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// The older first.
    Forwards,
    /// The newer first.
    Backwards,
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StoreAnswer {
    /// A page of one stream.
    Stream(StreamPage),
    /// A page of all events.
    All(Page),
    /// The version of a stream's last event; `None`: there is no such stream.
    Version(Option<StreamVersion>),
    /// A snapshot and the events since.
    Base(Base),
    /// How far the store has come.
    Head(Head),
    /// What it costs.
    Cost(Cost),
    /// The question makes no sense here.
    Refused(StoreError),
}

/// Some events of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreamPage {
    /// The events, in the direction that was asked for.
    pub events: Vec<RecordedEvent>,
    /// The version to read on from; `None`: there is nothing further that way.
    pub next: Option<StreamVersion>,
}

/// Some events of a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Page {
    /// The events, in order.
    pub events: Vec<RecordedEvent>,
    /// Where to read on: that and the effect of these events, in one commit, is what a reader has to keep. Its
    /// [`checkpoint`](GlobalPosition::checkpoint) says which commands the reader has seen.
    pub next: GlobalPosition,
    /// Whether there was nothing behind the page.
    pub at_end: bool,
}

/// A snapshot and the events since.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Base {
    /// The newest snapshot of before, and the version it is of. It may be unreadable: then ask again below it.
    pub snapshot: Option<(StreamVersion, Snapshot)>,
    /// The events behind the snapshot up to what was asked for, in order.
    pub events: Vec<RecordedEvent>,
    /// The version of the last event there was; `None`: there was none.
    pub last: Option<StreamVersion>,
    /// The version to read on from, as a page of the stream; `None`: the events are all there.
    pub next: Option<StreamVersion>,
}

/// How far a store has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Head {
    /// The last command that was applied.
    pub command: CommandNumber,
    /// The time that it was stamped with, or a later one before it.
    pub now: Time,
    /// How many events there are.
    pub events: u64,
    /// How many streams there are.
    pub streams: u32,
}

impl Store {
    pub(super) fn answer(&self, query: &StoreQuery) -> Result<StoreAnswer, StoreError> {
        Ok(match query {
            StoreQuery::Stream { stream, from, direction, limit } => {
                StoreAnswer::Stream(self.stream_page(stream, *from, *direction, *limit)?)
            }
            StoreQuery::All { filter, from, limit } => StoreAnswer::All(self.page(filter, *from, *limit)?),
            StoreQuery::Version { stream } => StoreAnswer::Version(self.version(stream)),
            StoreQuery::StateAsOf { stream, view, as_of, below, limit } => {
                StoreAnswer::Base(self.base(stream, view, *as_of, *below, *limit)?)
            }
            StoreQuery::Head => StoreAnswer::Head(self.head()),
            StoreQuery::Cost => StoreAnswer::Cost(self.cost()),
            StoreQuery::StreamCost { stream } => StoreAnswer::Cost(self.stream_cost(stream)),
        })
    }

    /// How far the store has come.
    pub fn head(&self) -> Head {
        Head { command: self.commands, now: self.now, events: self.events(), streams: self.streams.len() }
    }

    /// A page of the events that a filter lets through, from a position on.
    ///
    /// # Errors
    /// If no events are asked for, or more than a page holds.
    pub fn page(&self, filter: &Filter, from: GlobalPosition, limit: u32) -> Result<Page, StoreError> {
        self.check_page(limit)?;
        let matching = self.matching(filter);
        let first = matching.before(self.number_at(from));
        let events = self.gather(matching, limit, first..matching.len());
        let place = first + events.len();
        // What is left out between two events is seen, too.
        let next = matching.number(place).map_or_else(|| self.end(), |number| self.position_of(number));
        Ok(Page { events, next: next.max(from), at_end: place >= matching.len() })
    }

    /// A page of one stream.
    ///
    /// # Errors
    /// If there is no such stream, if no events are asked for, or more than a page holds.
    pub fn stream_page(
        &self,
        stream: &StreamName,
        from: StreamVersion,
        direction: Direction,
        limit: u32,
    ) -> Result<StreamPage, StoreError> {
        self.check_page(limit)?;
        let none = || StoreError::NoSuchStream { stream: stream.clone() };
        let found = self.find_stream(stream).ok_or_else(none)?;
        let last = found.version().ok_or_else(none)?;
        let (matching, last) = (Matching::Stream(&found.events), last.0 as usize);
        let from = usize::try_from(from.0).unwrap_or(usize::MAX);
        let (events, next) = match direction {
            Direction::Forwards => {
                let events = self.gather(matching, limit, from..=last);
                let next = from.checked_add(events.len()).filter(|next| *next <= last);
                (events, next)
            }
            Direction::Backwards => {
                let from = from.min(last);
                let events = self.gather(matching, limit, (0..=from).rev());
                let next = from.checked_sub(events.len());
                (events, next)
            }
        };
        Ok(StreamPage { events, next: next.map(|version| StreamVersion(version as u64)) })
    }

    fn base(
        &self,
        stream: &StreamName,
        view: &ViewName,
        as_of: AsOf,
        below: Option<StreamVersion>,
        limit: u32,
    ) -> Result<Base, StoreError> {
        self.check_page(limit)?;
        let found = self.find_stream(stream).ok_or_else(|| StoreError::NoSuchStream { stream: stream.clone() })?;
        let Some(last) = self.last_version(found, as_of) else {
            return Ok(Base { snapshot: None, events: Vec::new(), last: None, next: None });
        };
        let mut snapshots = found.shelf.before(view, last).filter(|(at, _)| below.is_none_or(|below| *at < below));
        let snapshot = snapshots.next().map(|(at, snapshot)| (at, snapshot.clone()));
        let start = snapshot.as_ref().map_or(0, |(at, _)| at.0 + 1);
        let events = self.gather(Matching::Stream(&found.events), limit, start as usize..=last.0 as usize);
        let next = Some(StreamVersion(start + events.len() as u64)).filter(|next| *next <= last);
        Ok(Base { snapshot, events, last: Some(last), next })
    }

    /// Copies of events until there are enough of them or of their bytes.
    fn gather(&self, matching: Matching<'_>, limit: u32, places: impl Iterator<Item = usize>) -> Vec<RecordedEvent> {
        let (mut events, mut bytes) = (Vec::new(), 0);
        for place in places.take(limit as usize) {
            let event = matching.number(place).and_then(|number| self.event(number));
            let Some(event) = event.as_ref().map(Event::to_recorded) else { break };
            bytes += event.data.len() as u64;
            events.push(event);
            if bytes >= u64::from(self.limits.page_bytes) {
                break;
            }
        }
        events
    }

    fn check_page(&self, limit: u32) -> Result<(), StoreError> {
        if limit == 0 {
            return Err(StoreError::EmptyPage);
        }
        fits(What::PageEvents, u64::from(limit), self.limits.page)
    }
}
