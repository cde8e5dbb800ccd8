//! What is published.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::base::{CausationId, CorrelationId, DomainEventId, Time};

/// A record as its producer makes it. It never changes; every broker, log, delivery and checkpoint shares it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Record {
    /// Records of one key are in one partition, and so in order. Those without a key go round the partitions in turn.
    pub key: Option<SmolStr>,
    /// What everybody may read without knowing the payload.
    pub header: Header,
    /// What only those read who know the event: the bus never looks into it.
    pub payload: Arc<[u8]>,
}

/// What a record says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Header {
    /// The name of the event, such as `OrderPlaced`.
    pub kind: SmolStr,
    /// The version of the payload's form, for whoever has to read old ones.
    pub version: u16,
    /// What happened: by this a consumer knows that it has had the event before.
    pub event: DomainEventId,
    /// The request of which all this came.
    pub correlation: CorrelationId,
    /// The event that caused this one; none if a person did.
    pub causation: Option<CausationId>,
}

impl Record {
    /// About how many bytes the record takes on the wire and on disk.
    pub fn bytes(&self) -> u32 {
        let text = self.key.as_ref().map_or(0, SmolStr::len) + self.header.kind.len();
        u32::try_from(text + self.payload.len()).unwrap_or(u32::MAX).saturating_add(64)
    }
}

/// A record in its partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stored {
    /// When the bus took it.
    pub at: Time,
    /// The record.
    pub record: Arc<Record>,
}
