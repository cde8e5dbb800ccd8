//! Up to where the past is read.

use serde::{Deserialize, Serialize};

use super::ids::StreamVersion;
use super::machine::Store;
use super::position::GlobalPosition;
use crate::base::Time;

/// A moment of a store's history. Everything is as it was right after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Moment {
    /// The present.
    #[default]
    Now,
    /// After the event at this position, or after the last one before it.
    Position(GlobalPosition),
    /// At this time: after all events that were stored then or earlier.
    Time(Time),
}

/// A moment of one stream's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AsOf {
    /// After the event of this version, or after the last one if it is behind it.
    Version(StreamVersion),
    /// At a moment of the whole store.
    Moment(Moment),
}

impl Store {
    /// How many events of the log there were at a moment.
    pub(super) fn events_at(&self, moment: Moment) -> u32 {
        match moment {
            Moment::Now => self.journal.len(),
            Moment::Position(position) => self.first_number(|event| event.position > position),
            Moment::Time(time) => self.first_number(|event| event.at > time),
        }
    }
}
