//! What changes a store, and what it answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::event::NewEvent;
use super::expected::ExpectedVersion;
use super::ids::{CommandNumber, StreamName, StreamVersion, ViewName};
use super::position::GlobalPosition;
use super::snapshots::Snapshot;
use crate::base::Time;

/// A command of a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StoreCommand {
    /// The time by the clock of whoever puts the command into the log: the one server, or the leader. The machine knows
    /// no other clock. A stamp earlier than the one before, from a new leader whose clock is behind, counts as equal.
    pub at: Time,
    /// What is to be done.
    pub action: Action,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Append a batch to a stream, all of it or nothing.
    Append(Append),
    /// Keep a snapshot of what a fold over a stream had come to.
    KeepSnapshot(KeepSnapshot),
}

/// A batch for one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Append {
    /// Which stream.
    pub stream: StreamName,
    /// What it has to be.
    pub expected: ExpectedVersion,
    /// The events, in their order.
    pub events: Arc<[NewEvent]>,
}

/// A snapshot for one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeepSnapshot {
    /// Which stream.
    pub stream: StreamName,
    /// Which fold.
    pub view: ViewName,
    /// The version of the last event that is folded in. One that was kept for this version is replaced.
    pub version: StreamVersion,
    /// The state.
    pub snapshot: Snapshot,
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StoreResponse {
    /// The batch is stored: now, or since its first coming. A retry is answered just as the first was.
    Appended(Appended),
    /// The snapshot is kept.
    Kept,
    /// Nothing was done.
    Refused(StoreError),
}

/// Where a batch is stored: its events follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Appended {
    /// The version of its first event.
    pub first: StreamVersion,
    /// The version of its last event: what to expect of the stream next.
    pub last: StreamVersion,
    /// The position of its last event; that of its first has place 0.
    pub position: GlobalPosition,
}

impl Appended {
    /// What a view's checkpoint has to come to, for this batch to be in it: read your writes.
    pub fn command(&self) -> CommandNumber {
        self.position.command
    }
}

impl Action {
    /// About how many bytes the action takes on the wire and on disk.
    pub fn bytes(&self) -> u32 {
        // Kind, lengths; for an event its ids, versions and lengths, as they are stored.
        let bytes = match self {
            Action::Append(append) => {
                let events = append.events.iter().map(|event| 24 + event.event_type.0.len() + event.data.len());
                8 + append.stream.0.len() + events.sum::<usize>()
            }
            Action::KeepSnapshot(keep) => 10 + keep.stream.0.len() + keep.view.0.len() + keep.snapshot.bytes.len(),
        };
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}
