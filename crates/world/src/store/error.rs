//! Why a command or a query was refused.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::expected::ExpectedVersion;
use super::ids::{StreamName, StreamVersion};
use crate::base::DomainEventId;

/// Why a store refused. A refused command changes nothing but the count of commands and the time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum StoreError {
    /// The stream is not what the writer took it to be: somebody else has written. Read it, decide anew, and append
    /// with the version that was read.
    #[error("{stream} was expected to be {expected}, but is {}", Actual(*actual))]
    WrongExpectedVersion {
        /// Which stream.
        stream: StreamName,
        /// What it had to be.
        expected: ExpectedVersion,
        /// The version of its last event; `None`: there is no such stream.
        actual: Option<StreamVersion>,
    },
    /// Some of the batch's ids are stored, but not as this batch: another first or second event, another order, more or
    /// fewer events. It is no retry, and storing it would store something twice.
    #[error("event {id} is stored in {stream} already, as version {stored}, but not in a batch like this one")]
    NotTheSameBatch {
        /// Which stream.
        stream: StreamName,
        /// The first id of the batch that is stored.
        id: DomainEventId,
        /// Which version it has.
        stored: StreamVersion,
    },
    /// The batch has the same id twice.
    #[error("the batch holds event {id} twice")]
    IdTwice {
        /// Which id.
        id: DomainEventId,
    },
    /// The batch has no event.
    #[error("the batch holds no event")]
    EmptyBatch,
    /// A schema version is 0; the first is 1.
    #[error("schema versions begin with 1")]
    NoSchemaVersion,
    /// A name has no character.
    #[error("{what} has no name")]
    EmptyName {
        /// What has it.
        what: What,
    },
    /// Something is larger than its limit.
    #[error("{asked} {what}, where at most {limit} fit")]
    TooMany {
        /// What there is too much of.
        what: What,
        /// How much it would be.
        asked: u64,
        /// How much fits.
        limit: u64,
    },
    /// There is no such stream.
    #[error("there is no stream {stream}")]
    NoSuchStream {
        /// Which one.
        stream: StreamName,
    },
    /// A snapshot of a version that the stream does not have yet.
    #[error("a snapshot of {stream} at version {version}, whose last event has version {actual}")]
    SnapshotOfTheFuture {
        /// Which stream.
        stream: StreamName,
        /// What the snapshot claims to be of.
        version: StreamVersion,
        /// The version of the stream's last event.
        actual: StreamVersion,
    },
    /// A page of no events would never come to an end.
    #[error("a page of no events")]
    EmptyPage,
}

/// What there can be too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum What {
    /// Events altogether.
    Events,
    /// Streams.
    Streams,
    /// Event types.
    Types,
    /// Bytes of a stream's name.
    StreamNameBytes,
    /// Bytes of an event type's name.
    TypeNameBytes,
    /// Bytes of a view's name.
    ViewNameBytes,
    /// Bytes of an event's payload.
    EventBytes,
    /// Events in a batch.
    BatchEvents,
    /// Bytes of a batch's payloads.
    BatchBytes,
    /// Snapshots of a stream.
    Snapshots,
    /// Bytes of a snapshot.
    SnapshotBytes,
    /// Events on a page.
    PageEvents,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            What::Events => "events",
            What::Streams => "streams",
            What::Types => "event types",
            What::StreamNameBytes => "bytes of a stream's name",
            What::TypeNameBytes => "bytes of an event type's name",
            What::ViewNameBytes => "bytes of a view's name",
            What::EventBytes => "bytes of an event",
            What::BatchEvents => "events of a batch",
            What::BatchBytes => "bytes of a batch",
            What::Snapshots => "snapshots of a stream",
            What::SnapshotBytes => "bytes of a snapshot",
            What::PageEvents => "events on a page",
        })
    }
}

struct Actual(Option<StreamVersion>);

impl fmt::Display for Actual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(version) => write!(f, "version {version}"),
            None => f.write_str("no stream"),
        }
    }
}

/// An error if there is more than fits.
#[inline]
pub(super) fn fits(what: What, asked: u64, limit: u32) -> Result<(), StoreError> {
    let limit = u64::from(limit);
    if asked > limit { Err(StoreError::TooMany { what, asked, limit }) } else { Ok(()) }
}
