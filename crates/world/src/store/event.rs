//! Events: as they are given to a store, as they are read in place, and as they leave it in an answer.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{EventType, SchemaVersion, StreamName, StreamVersion};
use super::machine::Store;
use super::position::GlobalPosition;
use super::record::Record;
use crate::base::{CausationId, CorrelationId, DomainEventId, Time};

/// An event that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewEvent {
    /// Which event: the same on every retry, another one for every other event of the stream.
    pub id: DomainEventId,
    /// What kind of fact it is.
    pub event_type: EventType,
    /// The form of its payload.
    pub schema: SchemaVersion,
    /// The undertaking that it belongs to.
    pub correlation: CorrelationId,
    /// What it is the answer to; `None`: nothing, it began.
    pub causation: Option<CausationId>,
    /// The payload. The store does not look into it.
    pub data: Arc<[u8]>,
}

/// A stored event, read where it lies: nothing is copied.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    names: Names<'a>,
    /// Where it is among all events.
    pub position: GlobalPosition,
    /// Where it is in its stream.
    pub version: StreamVersion,
    /// When it was stored, by the clock of whoever put the command into the log; never earlier than the event before.
    pub at: Time,
    /// Which event.
    pub id: DomainEventId,
    /// The undertaking that it belongs to.
    pub correlation: CorrelationId,
    /// What it is the answer to.
    pub causation: Option<CausationId>,
    /// The form that its payload has here.
    pub schema: SchemaVersion,
    /// The form that its payload has in the store: older than `schema` if it was upcast.
    pub stored_schema: SchemaVersion,
    /// The payload: borrowed from the store, or made by an upcaster.
    pub data: Cow<'a, [u8]>,
}

/// Where an event's names are.
#[derive(Clone, Copy, Debug)]
enum Names<'a> {
    /// In the store, by their numbers there.
    Numbered { store: &'a Store, stream: u32, kind: u32 },
    /// With the copy of it that has left the store.
    Written { stream: &'a StreamName, kind: &'a EventType },
}

impl<'a> Event<'a> {
    #[inline]
    pub(super) fn of(store: &'a Store, record: Record<'a>) -> Event<'a> {
        Event {
            names: Names::Numbered { store, stream: record.stream, kind: record.kind },
            position: record.position,
            version: record.version,
            at: record.at,
            id: record.id,
            correlation: record.correlation,
            causation: record.causation,
            schema: record.schema,
            stored_schema: record.schema,
            data: Cow::Borrowed(record.data),
        }
    }

    /// The stream that it is in.
    #[inline]
    pub fn stream(&self) -> &'a StreamName {
        match self.names {
            Names::Numbered { store, stream, .. } => store.stream_name(stream),
            Names::Written { stream, .. } => stream,
        }
    }

    /// What kind of fact it is.
    #[inline]
    pub fn event_type(&self) -> &'a EventType {
        match self.names {
            Names::Numbered { store, kind, .. } => store.type_name(kind),
            Names::Written { kind, .. } => kind,
        }
    }

    /// A copy that can leave the store.
    pub fn to_recorded(&self) -> RecordedEvent {
        RecordedEvent {
            stream: self.stream().clone(),
            version: self.version,
            position: self.position,
            at: self.at,
            id: self.id,
            event_type: self.event_type().clone(),
            schema: self.schema,
            correlation: self.correlation,
            causation: self.causation,
            data: Arc::from(&*self.data),
        }
    }
}

/// A stored event, with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RecordedEvent {
    /// The stream that it is in.
    pub stream: StreamName,
    /// Where it is in its stream.
    pub version: StreamVersion,
    /// Where it is among all events.
    pub position: GlobalPosition,
    /// When it was stored.
    pub at: Time,
    /// Which event.
    pub id: DomainEventId,
    /// What kind of fact it is.
    pub event_type: EventType,
    /// The form of its payload.
    pub schema: SchemaVersion,
    /// The undertaking that it belongs to.
    pub correlation: CorrelationId,
    /// What it is the answer to.
    pub causation: Option<CausationId>,
    /// The payload, as it is stored.
    pub data: Arc<[u8]>,
}

impl RecordedEvent {
    /// The event as a fold reads it, away from its store.
    pub fn as_event(&self) -> Event<'_> {
        Event {
            names: Names::Written { stream: &self.stream, kind: &self.event_type },
            position: self.position,
            version: self.version,
            at: self.at,
            id: self.id,
            correlation: self.correlation,
            causation: self.causation,
            schema: self.schema,
            stored_schema: self.schema,
            data: Cow::Borrowed(&self.data),
        }
    }
}
