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
    store: &'a Store,
    stream: u32,
    kind: u32,
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

impl<'a> Event<'a> {
    #[inline]
    pub(super) fn of(store: &'a Store, record: Record<'a>) -> Event<'a> {
        Event {
            store,
            stream: record.stream,
            kind: record.kind,
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
        self.store.stream_name(self.stream)
    }

    /// What kind of fact it is.
    #[inline]
    pub fn event_type(&self) -> &'a EventType {
        self.store.type_name(self.kind)
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
