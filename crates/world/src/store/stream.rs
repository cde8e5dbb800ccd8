//! One stream: which events it has, and what it costs.

use std::sync::Arc;

use super::blocks::Blocks;
use super::directory::Named;
use super::ids::{StreamName, StreamVersion};
use super::snapshots::Shelf;
use crate::base::{DomainEventId, digest};

/// Where an event of a stream is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its number in the log.
    pub(super) number: u32,
    /// A part of the hash of its id: what has another tag has another id.
    pub(super) tag: u32,
}

impl Place {
    pub(super) fn tag(id: DomainEventId) -> u32 {
        (digest(&id) >> 32) as u32
    }
}

/// What the store knows of a stream. All but the name and the snapshots can be made again from the log.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) name: StreamName,
    pub(super) category: u32,
    /// Its events, by version.
    pub(super) events: Blocks<Place, 64>,
    /// Bytes of all payloads.
    pub(super) payload_bytes: u64,
    /// Bytes of all records: payloads and what is known of each event.
    pub(super) record_bytes: u64,
    pub(super) shelf: Arc<Shelf>,
}

impl Stream {
    pub(super) fn new(name: StreamName, category: u32) -> Stream {
        Stream { name, category, events: Blocks::default(), payload_bytes: 0, record_bytes: 0, shelf: Arc::default() }
    }

    /// The version of its last event.
    #[inline]
    pub(super) fn version(&self) -> Option<StreamVersion> {
        self.events.len().checked_sub(1).map(|last| StreamVersion(last as u64))
    }
}

impl Named for Stream {
    fn name(&self) -> &str {
        self.name.as_str()
    }
}
