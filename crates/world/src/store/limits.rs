//! How much fits.

use serde::{Deserialize, Serialize};

/// The most of everything. A command or query above a limit is refused with a
/// [`StoreError`](super::StoreError) that names it. Limits are a part of the state: equal on every replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Events altogether.
    pub events: u32,
    /// Streams.
    pub streams: u32,
    /// Different event types.
    pub types: u32,
    /// Bytes of a name: of a stream, an event type or a view.
    pub name_bytes: u32,
    /// Bytes of one event's payload.
    pub event_bytes: u32,
    /// Events in one batch.
    pub batch: u32,
    /// Bytes of all payloads of one batch.
    pub batch_bytes: u32,
    /// Snapshots of one stream.
    pub snapshots: u32,
    /// Bytes of one snapshot.
    pub snapshot_bytes: u32,
    /// Events that one answer holds.
    pub page: u32,
    /// Bytes of payloads after which an answer's page ends. It holds one event at least.
    pub page_bytes: u32,
}

impl Limits {
    /// What no limit can be raised above: the index counts events in 32 bits, and a block of them is addressed so.
    pub const HIGHEST: Limits = Limits {
        events: u32::MAX - 1,
        streams: 1 << 28,
        types: 1 << 16,
        name_bytes: 1 << 16,
        event_bytes: 1 << 20,
        batch: 1 << 16,
        batch_bytes: 1 << 28,
        snapshots: 1 << 16,
        snapshot_bytes: 1 << 28,
        page: 1 << 16,
        page_bytes: 1 << 28,
    };

    /// The same limits, none of them above the highest.
    #[must_use]
    pub(super) fn clamped(self) -> Limits {
        let highest = Limits::HIGHEST;
        Limits {
            events: self.events.min(highest.events),
            streams: self.streams.min(highest.streams),
            types: self.types.min(highest.types),
            name_bytes: self.name_bytes.min(highest.name_bytes),
            event_bytes: self.event_bytes.min(highest.event_bytes),
            batch: self.batch.min(highest.batch),
            batch_bytes: self.batch_bytes.min(highest.batch_bytes),
            snapshots: self.snapshots.min(highest.snapshots),
            snapshot_bytes: self.snapshot_bytes.min(highest.snapshot_bytes),
            page: self.page.min(highest.page),
            page_bytes: self.page_bytes.min(highest.page_bytes),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            events: Limits::HIGHEST.events,
            streams: 1 << 20,
            types: 1_024,
            name_bytes: 128,
            event_bytes: 64 << 10,
            batch: 256,
            batch_bytes: 1 << 20,
            snapshots: 1_024,
            snapshot_bytes: 1 << 20,
            page: 1_024,
            page_bytes: 1 << 20,
        }
    }
}
