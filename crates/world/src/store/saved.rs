//! A store as bytes, and back.
//!
//! Only what is the state is saved; by what events are found is made again. The bytes are not trusted:
//! each event is written anew, and one that is out of its order or fits nowhere is an error.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

use super::command::KeepSnapshot;
use super::directory::Listing;
use super::error::What;
use super::ids::{CommandNumber, EventType, SchemaVersion, StreamName};
use super::limits::Limits;
use super::machine::{Store, check_name};
use super::position::GlobalPosition;
use super::record::Record;
use super::snapshots::Shelf;
use super::stream::Stream;
use crate::base::Time;

pub(super) const NAME: &str = "event store";

/// The form of what follows.
const FORMAT: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Saved {
    format: u8,
    limits: Limits,
    commands: CommandNumber,
    now: Time,
    types: Vec<EventType>,
    streams: Vec<(StreamName, Arc<Shelf>)>,
    /// How long each record is.
    lengths: Vec<u32>,
    records: Bytes,
}

/// Bytes that are written as such, not as a list of numbers.
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Any)
    }
}

impl Serialize for Store {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut records = Vec::with_capacity(self.journal.bytes() as usize);
        self.journal.iter().for_each(|record| records.extend_from_slice(record));
        let saved = Saved {
            format: FORMAT,
            limits: self.limits,
            commands: self.commands,
            now: self.now,
            types: self.types.iter().map(|listing| listing.name.clone()).collect(),
            streams: self.streams.iter().map(|stream| (stream.name.clone(), Arc::clone(&stream.shelf))).collect(),
            lengths: self.journal.iter().map(|record| record.len() as u32).collect(),
            records: Bytes(records),
        };
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Store {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        open(Saved::deserialize(deserializer)?).map_err(Error::custom)
    }
}

/// The store that was saved, or why these are not the parts of one.
fn open(saved: Saved) -> Result<Store, &'static str> {
    if saved.format != FORMAT {
        return Err("another format");
    }
    if saved.limits != saved.limits.clamped() || saved.lengths.len() > saved.limits.events as usize {
        return Err("impossible limits");
    }
    // Half of what can be counted would take a hundred thousand years: there is always a next number.
    if saved.commands.0 > u64::MAX / 2 {
        return Err("an impossible number of commands");
    }
    let mut store = Store::with_limits(saved.limits);
    (store.commands, store.now) = (saved.commands, saved.now);
    let bad_name = |_| "a name that does not fit";
    for name in saved.types {
        check_name(name.as_str(), What::TypeNameBytes, &store.limits).map_err(bad_name)?;
        if store.types.find(name.as_str()).is_some() {
            return Err("a type twice");
        }
        store.types.add(Listing::new(name));
    }
    let mut shelves = Vec::new();
    for (name, shelf) in saved.streams {
        check_name(name.as_str(), What::StreamNameBytes, &store.limits).map_err(bad_name)?;
        if store.streams.find(name.as_str()).is_some() {
            return Err("a stream twice");
        }
        let category = name.category();
        let category = match store.categories.find(category.as_str()) {
            Some(number) => number,
            None => store.categories.add(Listing::new(category)),
        };
        store.streams.add(Stream::new(name, category));
        shelves.push(shelf);
    }
    let mut rest = &saved.records.0[..];
    let (mut behind, mut at, mut types, mut streams) = (GlobalPosition::START, Time::ZERO, 0, 0);
    for length in saved.lengths {
        let (bytes, later) = rest.split_at_checked(length as usize).ok_or("records are missing")?;
        rest = later;
        let record = Record::read(bytes).ok_or("a record that cannot be read")?;
        let stream = store.streams.get(record.stream).ok_or("an event of no stream")?;
        if stream.events.len() as u64 != record.version.0 {
            return Err("a version out of its order");
        }
        // A batch begins with place 0 and goes on by one.
        let begins = record.position.place == 0 && record.position.command > behind.command;
        if !(begins || record.position == behind && behind.place > 0) || record.position.command > store.commands {
            return Err("a position out of its order");
        }
        if record.at < at || record.at > store.now {
            return Err("a time out of its order");
        }
        if record.schema < SchemaVersion::FIRST || record.data.len() > store.limits.event_bytes as usize {
            return Err("an event that does not fit");
        }
        // Names are numbered as they come.
        if record.kind > types || record.stream > streams || record.kind >= store.types.len() {
            return Err("a name out of its order");
        }
        if store.find_event(record.stream, record.id).is_some() {
            return Err("an event twice");
        }
        types = types.max(record.kind + 1);
        streams = streams.max(record.stream + 1);
        (behind, at) = (record.position.next(), record.at);
        store.store_record(&record);
    }
    if !rest.is_empty() || types != store.types.len() || streams != store.streams.len() {
        return Err("something that belongs to no event");
    }
    for (number, shelf) in (0..).zip(shelves) {
        let stream = store.streams.get(number).map(|stream| (stream.name.clone(), stream.version()));
        let Some((stream, Some(last))) = stream else { return Err("a stream of no events") };
        for (view, version, snapshot) in shelf.iter() {
            if version > last {
                return Err("a snapshot of the future");
            }
            let (view, snapshot) = (view.clone(), snapshot.clone());
            store.shelve(number, &KeepSnapshot { stream: stream.clone(), view, version, snapshot });
        }
    }
    Ok(store)
}
