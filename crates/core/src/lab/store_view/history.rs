//! One stream: its events, and what each of them made of it.

use smol_str::SmolStr;

use super::super::shop_words;
use super::Basis;
use super::fields::{Field, fields, stored_fields};
use super::state::{Changed, StreamFold, StreamState, changes};
use crate::base::{CausationId, CorrelationId, DomainEventId, Time};
use crate::shop::{ShopEvent, upcasters};
use crate::store::{
    AsOf, Cost, GlobalPosition, Projection, ProjectionError, SchemaVersion, Store, StreamName, StreamVersion,
};

/// A stored event, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the stream.
    pub version: StreamVersion,
    /// Its place among all events.
    pub position: GlobalPosition,
    /// When it was put into the log.
    pub at: Time,
    /// What kind of fact it is.
    pub kind: SmolStr,
    /// The form that its stored bytes have.
    pub stored_schema: SchemaVersion,
    /// The form in which it is read: newer than the stored one if it is read upcast.
    pub schema: SchemaVersion,
    /// How many bytes are stored of it.
    pub bytes: usize,
    /// What it says, as it is read.
    pub fields: Vec<Field>,
    /// What its stored bytes say, where that is something else.
    pub stored_fields: Option<Vec<Field>>,
    /// Which event.
    pub id: DomainEventId,
    /// The undertaking that it belongs to.
    pub correlation: CorrelationId,
    /// What it is the answer to.
    pub causation: Option<CausationId>,
    /// The same in words: `PaymentProcessed 32`.
    pub cause: Option<String>,
    /// What it changed.
    pub changed: Vec<Changed>,
    /// What the stream had come to after it.
    pub state: StreamState,
}

/// A stretch of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryView {
    /// Which stream.
    pub stream: StreamName,
    /// The version of its last event.
    pub last: StreamVersion,
    /// Its events from some version on, with none left out.
    pub events: Vec<StoredEvent>,
    /// What it costs to keep.
    pub cost: Cost,
}

/// The events of a stream around a version, at most so many; `None`: there is no such stream.
///
/// # Errors
/// If an event cannot be read.
pub fn history(
    store: &Store,
    stream: &StreamName,
    around: StreamVersion,
    most: u64,
    basis: &Basis,
) -> Result<Option<HistoryView>, ProjectionError> {
    let Some(last) = store.version(stream) else { return Ok(None) };
    let first = around.0.min(last.0).saturating_sub(most / 2).min((last.0 + 1).saturating_sub(most));
    let fold = StreamFold { stream: stream.clone(), basis: basis.clone() };
    let upcasters = upcasters();
    let mut state = match first.checked_sub(1) {
        Some(before) => store.stream_state(fold.clone(), &upcasters, stream, AsOf::Version(StreamVersion(before)))?,
        None => fold.initial(),
    };
    let mut events = Vec::new();
    for version in (first..=last.0).take(most as usize).map(StreamVersion) {
        let Some(stored) = store.event_of(stream, version) else { break };
        let (position, bytes, old) = (stored.position, stored.data.len(), stored_fields(&stored, basis));
        let event = upcasters.upcast(stored).map_err(|error| ProjectionError::Upcast { position, error })?;
        let before = state.clone();
        let malformed = |error| ProjectionError::Malformed { position, error };
        fold.apply(&mut state, &event).map_err(malformed)?;
        events.push(StoredEvent {
            version,
            position,
            at: event.at,
            kind: event.event_type().0.clone(),
            stored_schema: event.stored_schema,
            schema: event.schema,
            bytes,
            fields: fields(&ShopEvent::from_stored(&event).map_err(malformed)?, basis),
            stored_fields: old,
            id: event.id,
            correlation: event.correlation,
            causation: event.causation,
            cause: event.causation.map(|cause| shop_words::event(DomainEventId(cause.0))),
            changed: changes(&before, &state),
            state: state.clone(),
        });
    }
    Ok(Some(HistoryView { stream: stream.clone(), last, events, cost: store.stream_cost(stream) }))
}
