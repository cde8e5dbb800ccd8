//! Appending a batch: all of it, or nothing and a reason.

use super::command::{Append, Appended};
use super::directory::Listing;
use super::error::{StoreError, What, fits};
use super::event::NewEvent;
use super::ids::{EventType, SchemaVersion, StreamVersion};
use super::machine::{Store, check_name};
use super::position::GlobalPosition;
use super::record::Record;
use super::stream::{Place, Stream};
use crate::base::{DomainEventId, digest};

/// Up to here every two ids are compared; above, they are sorted.
const FEW: usize = 24;

impl Store {
    /// Appends a batch as the command that is being applied.
    pub(super) fn append(&mut self, append: &Append) -> Result<Appended, StoreError> {
        self.check_batch(append)?;
        let known = self.streams.find(append.stream.as_str());
        if let Some(stream) = known
            && let Some(before) = self.answered_before(stream, append)?
        {
            return Ok(before);
        }
        let actual = known.and_then(|stream| self.streams.get(stream)?.version());
        if !append.expected.holds(actual) {
            let (stream, expected) = (append.stream.clone(), append.expected);
            return Err(StoreError::WrongExpectedVersion { stream, expected, actual });
        }
        self.check_room(append, known)?;
        // Nothing is refused from here on.
        let stream = known.unwrap_or_else(|| self.open_stream(append));
        Ok(self.write(stream, &append.events))
    }

    /// Whether the batch could be stored anywhere.
    fn check_batch(&self, append: &Append) -> Result<(), StoreError> {
        let limits = &self.limits;
        check_name(append.stream.as_str(), What::StreamNameBytes, limits)?;
        let events = &append.events;
        if events.is_empty() {
            return Err(StoreError::EmptyBatch);
        }
        fits(What::BatchEvents, events.len() as u64, limits.batch)?;
        let mut bytes = 0;
        for event in events.iter() {
            check_name(event.event_type.as_str(), What::TypeNameBytes, limits)?;
            fits(What::EventBytes, event.data.len() as u64, limits.event_bytes)?;
            bytes += event.data.len() as u64;
            if event.schema < SchemaVersion::FIRST {
                return Err(StoreError::NoSchemaVersion);
            }
        }
        fits(What::BatchBytes, bytes, limits.batch_bytes)?;
        match id_twice(events) {
            Some(id) => Err(StoreError::IdTwice { id }),
            None => Ok(()),
        }
    }

    /// Whether there is room for it here.
    fn check_room(&self, append: &Append, stream: Option<u32>) -> Result<(), StoreError> {
        let limits = &self.limits;
        fits(What::Events, u64::from(self.journal.len()) + append.events.len() as u64, limits.events)?;
        if stream.is_none() {
            fits(What::Streams, u64::from(self.streams.len()) + 1, limits.streams)?;
        }
        // Almost always there is room for as many types as there are events, and nobody needs to count the new ones.
        if u64::from(self.types.len()) + append.events.len() as u64 > u64::from(limits.types) {
            let mut fresh: Vec<&EventType> = Vec::new();
            for event in append.events.iter() {
                if self.types.find(event.event_type.as_str()).is_none() && !fresh.contains(&&event.event_type) {
                    fresh.push(&event.event_type);
                }
            }
            fits(What::Types, u64::from(self.types.len()) + fresh.len() as u64, limits.types)?;
        }
        Ok(())
    }

    fn open_stream(&mut self, append: &Append) -> u32 {
        let category = append.stream.category();
        let category = match self.categories.find(category.as_str()) {
            Some(number) => number,
            None => self.categories.add(Listing::new(category)),
        };
        self.streams.add(Stream::new(append.stream.clone(), category))
    }

    fn write(&mut self, stream: u32, events: &[NewEvent]) -> Appended {
        let first = self.streams.get(stream).map_or(0, |stream| stream.events.len() as u64);
        let mut position = GlobalPosition { command: self.commands, place: 0 };
        let mut kind = None;
        for (place, event) in (0..).zip(events) {
            position.place = place;
            // The events of a batch are often of one type, if not of one stream's usual few.
            let number = match kind {
                Some((name, number)) if name == &event.event_type => number,
                _ => self.type_number(&event.event_type),
            };
            kind = Some((&event.event_type, number));
            self.store_record(&Record {
                stream,
                version: StreamVersion(first + u64::from(place)),
                id: event.id,
                position,
                at: self.now,
                kind: number,
                schema: event.schema,
                correlation: event.correlation,
                causation: event.causation,
                data: &event.data,
            });
        }
        Appended { first: StreamVersion(first), last: StreamVersion(first + u64::from(position.place)), position }
    }

    fn type_number(&mut self, name: &EventType) -> u32 {
        match self.types.find(name.as_str()) {
            Some(number) => number,
            None => self.types.add(Listing::new(name.clone())),
        }
    }

    /// Writes a record into the log and into all that is found by it.
    pub(super) fn store_record(&mut self, record: &Record<'_>) {
        let number = self.journal.len();
        let bytes = self.journal.push(|out| record.write(out));
        self.payload_bytes += record.data.len() as u64;
        if let Some(kind) = self.types.get_mut(record.kind) {
            kind.events.push(number);
        }
        let Some(stream) = self.streams.get_mut(record.stream) else { return };
        let place = Place { number, tag: Place::tag(record.id) };
        // Sixty-four at a time: their pages come from memory together.
        for place in stream.events.push(place).into_iter().flat_map(|block| block.iter()) {
            self.by_id.insert(digest(&(record.stream, place.tag)), place.number);
        }
        stream.payload_bytes += record.data.len() as u64;
        stream.record_bytes += bytes;
        if let Some(category) = self.categories.get_mut(stream.category) {
            category.events.push(number);
        }
    }
}

/// The first id that a batch has twice.
fn id_twice(events: &[NewEvent]) -> Option<DomainEventId> {
    if events.len() <= FEW {
        let twice = |(at, event): (usize, &NewEvent)| events[..at].iter().any(|e| e.id == event.id).then_some(event.id);
        return events.iter().enumerate().find_map(twice);
    }
    let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
    crate::base::sort_by(&mut ids, |a, b| a < b);
    ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}
