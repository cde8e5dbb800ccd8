//! Reading old events with newer code.
//!
//! When the form of an event type changes, the events that are stored do not. An upcaster makes of a payload of one form
//! the payload of the next; they run one after the other, from the form that is stored to the newest, each time an event
//! is read.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::event::Event;
use super::ids::{EventType, SchemaVersion};
use crate::base::SortedMap;

/// Makes of a payload of one form the same payload in the next.
pub type Upcaster = fn(&[u8]) -> Result<Vec<u8>, Malformed>;

/// A payload that is not what its type and version say.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[error("{reason}")]
pub struct Malformed {
    /// What is wrong with it.
    pub reason: SmolStr,
}

impl Malformed {
    /// With this reason.
    pub fn because(reason: impl AsRef<str>) -> Malformed {
        Malformed { reason: SmolStr::new(reason) }
    }
}

/// Why an event could not be brought to its newest form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum UpcastError {
    /// The reader does not know the type.
    #[error("an event of the unknown type {event_type}")]
    UnknownType {
        /// Which type.
        event_type: EventType,
    },
    /// The event was written by code newer than the reader.
    #[error("{event_type} has version {stored}, and versions up to {known} are known")]
    NewerThanKnown {
        /// Which type.
        event_type: EventType,
        /// The version that the event has.
        stored: SchemaVersion,
        /// The newest version that the reader knows.
        known: SchemaVersion,
    },
    /// An upcaster could not read the payload.
    #[error("{event_type} could not be brought from version {from} to the next: {reason}")]
    Failed {
        /// Which type.
        event_type: EventType,
        /// The version that the payload had come to.
        from: SchemaVersion,
        /// What is wrong with it.
        reason: Malformed,
    },
}

/// What a reader knows of event types: the newest version of each, and how to get there.
#[derive(Clone, Debug, Default)]
pub struct Upcasters {
    /// For each type the upcasters from its first version on: the n-th makes version n+1 of version n.
    types: SortedMap<EventType, Vec<Upcaster>>,
    /// Types that are not known are taken as they are stored.
    lenient: bool,
}

impl Upcasters {
    /// Knows no type: every event is an error, until its type is [known](Self::knowing).
    pub fn strict() -> Upcasters {
        Upcasters::default()
    }

    /// Takes each event as it is stored, whatever it is, unless its type is [known](Self::knowing): for readers that do
    /// not look into payloads.
    pub fn as_stored() -> Upcasters {
        Upcasters { lenient: true, ..Upcasters::default() }
    }

    /// Knows a type, too, with the upcasters from each of its versions to the next, beginning with the first: a type
    /// that never changed has none, and no version can be left out.
    #[must_use]
    pub fn knowing(mut self, event_type: impl Into<EventType>, steps: &[Upcaster]) -> Upcasters {
        self.types.insert(event_type.into(), steps.to_vec());
        self
    }

    /// The event in its newest form. What is stored stays as it is.
    ///
    /// # Errors
    /// If the type is not known, or has a newer version than is known, or an upcaster cannot read the payload.
    #[inline]
    pub fn upcast<'a>(&self, event: Event<'a>) -> Result<Event<'a>, UpcastError> {
        if self.lenient && self.types.is_empty() { Ok(event) } else { self.upcast_known(event) }
    }

    fn upcast_known<'a>(&self, mut event: Event<'a>) -> Result<Event<'a>, UpcastError> {
        let event_type = event.event_type();
        let Some(steps) = self.types.get(event_type) else {
            let event_type = event_type.clone();
            return if self.lenient { Ok(event) } else { Err(UpcastError::UnknownType { event_type }) };
        };
        let newest = steps.len() as u64 + 1;
        if u64::from(event.schema.0) > newest {
            let (event_type, stored) = (event_type.clone(), event.schema);
            let known = SchemaVersion(u16::try_from(newest).unwrap_or(u16::MAX));
            return Err(UpcastError::NewerThanKnown { event_type, stored, known });
        }
        for step in steps.iter().skip(usize::from(event.schema.0).saturating_sub(1)) {
            match step(&event.data) {
                Ok(data) => event.data = Cow::Owned(data),
                Err(reason) => {
                    let (event_type, from) = (event_type.clone(), event.schema);
                    return Err(UpcastError::Failed { event_type, from, reason });
                }
            }
            event.schema.0 += 1;
        }
        Ok(event)
    }
}
