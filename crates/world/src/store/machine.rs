//! The machine.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::command::{Action, KeepSnapshot, StoreCommand, StoreResponse};
use super::directory::{Directory, Listing};
use super::error::{StoreError, What, fits};
use super::event::Event;
use super::ids::{Category, CommandNumber, EventType, SchemaVersion, StreamName, StreamVersion};
use super::index::Index;
use super::journal::Journal;
use super::limits::Limits;
use super::position::GlobalPosition;
use super::query::{StoreAnswer, StoreQuery};
use super::record::Record;
use super::saved;
use super::snapshots::Snapshot;
use super::stream::{Place, Stream};
use crate::base::{DomainEventId, SnapshotError, StateMachine, Time, digest};

/// An event store: streams of events that are only ever appended to.
///
/// The state is the log, the names in it, the snapshots, and how many commands there were. All by which events are found
/// is made from these, and is neither compared, hashed nor saved. A copy shares nearly everything with its original.
#[derive(Clone, Default)]
pub struct Store {
    pub(super) limits: Limits,
    /// The number of the command that is being applied, or was last.
    pub(super) commands: CommandNumber,
    pub(super) now: Time,
    pub(super) journal: Journal,
    pub(super) types: Directory<Listing<EventType>>,
    pub(super) streams: Directory<Stream>,

    pub(super) categories: Directory<Listing<Category>>,
    /// The events of full blocks of their stream, by the stream's number and the tag of their id.
    pub(super) by_id: Index,
    pub(super) payload_bytes: u64,
    pub(super) snapshot_bytes: u64,
}

impl Store {
    /// An empty store with these limits, or the highest possible where they are above.
    pub fn with_limits(limits: Limits) -> Store {
        Store { limits: limits.clamped(), ..Store::default() }
    }

    /// What fits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many commands were applied, refused ones too.
    #[inline]
    pub fn commands(&self) -> CommandNumber {
        self.commands
    }

    /// The latest time that a command was stamped with.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many events there are.
    #[inline]
    pub fn events(&self) -> u64 {
        u64::from(self.journal.len())
    }

    /// The position behind everything: all that is appended from now on is there or later.
    #[inline]
    pub fn end(&self) -> GlobalPosition {
        GlobalPosition { command: CommandNumber(self.commands.0 + 1), place: 0 }
    }

    /// The version of a stream's last event, if there is such a stream.
    pub fn version(&self, stream: &StreamName) -> Option<StreamVersion> {
        self.find_stream(stream)?.version()
    }

    #[inline]
    pub(super) fn find_stream(&self, name: &StreamName) -> Option<&Stream> {
        self.streams.get(self.streams.find(name.as_str())?)
    }

    #[inline]
    pub(super) fn record(&self, number: u32) -> Option<Record<'_>> {
        Record::read(self.journal.get(number)?)
    }

    /// The event of this number, from 0.
    #[inline]
    pub(super) fn event(&self, number: u32) -> Option<Event<'_>> {
        Some(Event::of(self, self.record(number)?))
    }

    /// The number of the event of a stream that has this id. The latest events of the stream are looked through, all
    /// others are found by the index: so most streams are never in it.
    #[inline]
    pub(super) fn find_event(&self, number: u32, id: DomainEventId) -> Option<u32> {
        let stream = self.streams.get(number)?;
        let tag = Place::tag(id);
        let is_it = |event: u32| self.record(event).is_some_and(|record| record.id == id && record.stream == number);
        let recent = stream.events.last().iter().find(|place| place.tag == tag && is_it(place.number));
        match recent {
            Some(place) => Some(place.number),
            None if stream.events.any_full() => self.by_id.find(digest(&(number, tag)), is_it),
            None => None,
        }
    }

    /// The name of a stream that a record says.
    #[inline]
    pub(super) fn stream_name(&self, number: u32) -> &StreamName {
        const NONE: &StreamName = &StreamName(smol_str::SmolStr::new_static(""));
        self.streams.get(number).map_or(NONE, |stream| &stream.name)
    }

    /// The name of a type that a record says.
    #[inline]
    pub(super) fn type_name(&self, number: u32) -> &EventType {
        const NONE: &EventType = &EventType(smol_str::SmolStr::new_static(""));
        self.types.get(number).map_or(NONE, |listing| &listing.name)
    }

    fn keep(&mut self, keep: &KeepSnapshot) -> Result<(), StoreError> {
        let limits = self.limits;
        check_name(keep.view.as_str(), What::ViewNameBytes, &limits)?;
        fits(What::SnapshotBytes, keep.snapshot.bytes.len() as u64, limits.snapshot_bytes)?;
        if keep.snapshot.format < SchemaVersion::FIRST {
            return Err(StoreError::NoSchemaVersion);
        }
        let none = || StoreError::NoSuchStream { stream: keep.stream.clone() };
        let number = self.streams.find(keep.stream.as_str()).ok_or_else(none)?;
        let stream = self.streams.get(number).ok_or_else(none)?;
        let actual = stream.version().ok_or_else(none)?;
        if keep.version > actual {
            let (stream, version) = (keep.stream.clone(), keep.version);
            return Err(StoreError::SnapshotOfTheFuture { stream, version, actual });
        }
        if stream.shelf.get(&keep.view, keep.version).is_none() {
            fits(What::Snapshots, stream.shelf.len() + 1, limits.snapshots)?;
        }
        self.shelve(number, keep);
        Ok(())
    }

    /// Puts a snapshot on its stream's shelf.
    pub(super) fn shelve(&mut self, number: u32, keep: &KeepSnapshot) {
        let Some(stream) = self.streams.get_mut(number) else { return };
        let bytes = |snapshot: &Snapshot| snapshot.bytes.len() as u64;
        self.snapshot_bytes -= stream.shelf.get(&keep.view, keep.version).map_or(0, bytes);
        self.snapshot_bytes += bytes(&keep.snapshot);
        Arc::make_mut(&mut stream.shelf).keep(keep.view.clone(), keep.version, keep.snapshot.clone());
    }
}

/// Whether a name has at least one byte, and not too many.
#[inline]
pub(super) fn check_name(name: &str, what: What, limits: &Limits) -> Result<(), StoreError> {
    if name.is_empty() {
        return Err(StoreError::EmptyName { what });
    }
    fits(what, name.len() as u64, limits.name_bytes)
}

impl StateMachine for Store {
    type Command = StoreCommand;
    type Response = StoreResponse;
    type Query = StoreQuery;
    type Answer = StoreAnswer;

    fn apply(&mut self, command: &StoreCommand) -> StoreResponse {
        self.commands.0 += 1;
        self.now = self.now.max(command.at);
        let done = match &command.action {
            Action::Append(append) => self.append(append).map(StoreResponse::Appended),
            Action::KeepSnapshot(keep) => self.keep(keep).map(|()| StoreResponse::Kept),
        };
        done.unwrap_or_else(StoreResponse::Refused)
    }

    fn query(&self, query: &StoreQuery) -> StoreAnswer {
        self.answer(query).unwrap_or_else(StoreAnswer::Refused)
    }

    fn snapshot(&self) -> Vec<u8> {
        // Writing to memory fails for no value that this type can hold.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        match postcard::take_from_bytes(bytes) {
            Ok((store, [])) => Ok(store),
            Ok(_) => Err(SnapshotError { machine: saved::NAME, reason: "there is more behind it".into() }),
            Err(error) => Err(SnapshotError::decoding(saved::NAME, error)),
        }
    }

    fn command_bytes(command: &StoreCommand) -> u32 {
        command.action.bytes().saturating_add(8)
    }

    fn stamped(&self, command: &StoreCommand, now: Time) -> Option<StoreCommand> {
        Some(StoreCommand { at: now, action: command.action.clone() })
    }
}

impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        let names = |store: &Store| (store.types.len(), store.streams.len());
        (self.limits, self.commands, self.now) == (other.limits, other.commands, other.now)
            && names(self) == names(other)
            && self.journal == other.journal
            && self.types.iter().map(|listing| &listing.name).eq(other.types.iter().map(|listing| &listing.name))
            && self.streams.iter().map(|s| (&s.name, &s.shelf)).eq(other.streams.iter().map(|s| (&s.name, &s.shelf)))
    }
}

impl Eq for Store {}

impl Hash for Store {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.limits, self.commands, self.now, self.types.len(), self.streams.len()).hash(state);
        self.types.iter().for_each(|listing| listing.name.hash(state));
        self.streams.iter().for_each(|stream| (&stream.name, &stream.shelf).hash(state));
        self.journal.hash(state);
    }
}

impl fmt::Debug for Store {
    /// Its size: the whole of it would fill books.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("commands", &self.commands)
            .field("now", &self.now)
            .field("streams", &self.streams.len())
            .field("events", &self.journal.len())
            .finish_non_exhaustive()
    }
}
