//! Producers whose retries are known.
//!
//! A producer numbers its records. The bus remembers where it put the latest ones, and answers a retry with that instead
//! of storing it again. The numbers go on through the producer's restarts: a relay that reads them from its outbox may
//! send again whatever it is not sure of, in batches cut anyhow, and each record is stored once.

use serde::{Deserialize, Serialize};

use super::error::BusError;
use super::ids::{Position, ProducerEpoch, ProducerId, ProducerSequence};
use super::snapshot;
use crate::base::Chunked;

/// Who publishes, and how its records are numbered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// The producer.
    pub producer: ProducerId,
    /// Its present incarnation, which it was told when it opened its session.
    pub epoch: ProducerEpoch,
    /// The number of the first record; the others follow it.
    pub first: ProducerSequence,
}

/// What the bus knows of a producer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Producer {
    pub(super) epoch: ProducerEpoch,
    /// Where its latest records are, by sequence.
    #[serde(with = "snapshot::chunked")]
    pub(super) placed: Chunked<Position>,
}

impl Default for Producer {
    fn default() -> Self {
        Producer { epoch: ProducerEpoch(0), placed: Chunked::starting_at(1) }
    }
}

impl Producer {
    /// The sequence that has to come next.
    pub(super) fn next(&self) -> ProducerSequence {
        ProducerSequence(self.placed.end())
    }

    /// How many records of a batch, from its first, are stored already.
    pub(super) fn repeated(&self, stamp: Stamp, count: usize) -> Result<usize, BusError> {
        let Stamp { producer, epoch, first } = stamp;
        if epoch != self.epoch {
            return Err(BusError::ProducerFenced { producer, given: epoch, current: self.epoch });
        }
        let oldest = ProducerSequence(self.placed.first());
        if first < oldest {
            return Err(BusError::SequenceTooOld { producer, oldest, given: first });
        }
        match self.next().0.checked_sub(first.0) {
            None => Err(BusError::SequenceGap { producer, expected: self.next(), given: first }),
            Some(behind) => Ok(usize::try_from(behind).map_or(count, |behind| behind.min(count))),
        }
    }

    /// Remembers where new records are, and forgets the oldest of more than `window`.
    #[inline]
    pub(super) fn remember(&mut self, positions: &[Position], window: u32) {
        self.placed.extend_from_slice(positions);
        self.placed.drop_before(self.placed.end().saturating_sub(u64::from(window)));
    }
}
