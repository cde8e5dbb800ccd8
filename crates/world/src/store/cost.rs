//! What keeping everything costs.

use serde::{Deserialize, Serialize};

use super::ids::StreamName;
use super::machine::Store;

/// How much is kept, in bytes. What is made anew when a store is opened, such as its indexes, is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cost {
    /// How many events.
    pub events: u64,
    /// Bytes of their payloads.
    pub payload_bytes: u64,
    /// Bytes of what is stored for each event besides: ids, position, time, type, versions.
    pub metadata_bytes: u64,
    /// Bytes of names, each kept once: of streams and, for the whole store, of types.
    pub name_bytes: u64,
    /// How many snapshots.
    pub snapshots: u64,
    /// Bytes of the snapshots.
    pub snapshot_bytes: u64,
}

impl Cost {
    /// What it would be with no snapshots.
    pub fn without_snapshots(&self) -> u64 {
        self.payload_bytes + self.metadata_bytes + self.name_bytes
    }

    /// All of it.
    pub fn with_snapshots(&self) -> u64 {
        self.without_snapshots() + self.snapshot_bytes
    }
}

impl Store {
    /// What the whole store costs.
    pub fn cost(&self) -> Cost {
        let mut cost = Cost {
            events: self.events(),
            payload_bytes: self.payload_bytes,
            metadata_bytes: self.journal.bytes() - self.payload_bytes,
            name_bytes: self.types.iter().map(|listing| listing.name.0.len() as u64).sum(),
            snapshots: 0,
            snapshot_bytes: self.snapshot_bytes,
        };
        for stream in self.streams.iter() {
            cost.name_bytes += stream.name.0.len() as u64;
            cost.snapshots += stream.shelf.len();
        }
        cost
    }

    /// What one stream costs; nothing if there is no such stream.
    pub fn stream_cost(&self, stream: &StreamName) -> Cost {
        let Some(stream) = self.find_stream(stream) else { return Cost::default() };
        Cost {
            events: stream.events.len() as u64,
            payload_bytes: stream.payload_bytes,
            metadata_bytes: stream.record_bytes - stream.payload_bytes,
            name_bytes: stream.name.0.len() as u64,
            snapshots: stream.shelf.len(),
            snapshot_bytes: stream.shelf.iter().map(|(.., snapshot)| snapshot.bytes.len() as u64).sum(),
        }
    }
}
