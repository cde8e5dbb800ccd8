//! Records that a group has given up.
//!
//! A record that fails again and again would hold up all that come after it. After its last try it is put aside with
//! the reason, and the rest go on; somebody can look at it, mend what made it fail, and have it delivered again.

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use super::delivery::{Entry, Replay, Standing};
use super::error::Refused;
use super::ids::{Offset, Position};
use super::record::Stored;
use crate::base::Time;

/// Why a try has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Failure {
    /// The consumer said that it cannot process the record.
    Nacked,
    /// The consumer did not answer within the ack wait.
    NoAnswer,
    /// The consumer was not heard for the session timeout, or started anew: perhaps the record is what killed it.
    ConsumerLost,
}

/// A record that a group has given up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The record itself, kept here even when its topic no longer does.
    pub stored: Stored,
    /// How often it was delivered.
    pub tries: u32,
    /// When it was given up.
    pub died: Time,
    /// How the last try failed.
    pub failure: Failure,
}

/// A dead letter and where the record was published.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LetterAt {
    /// Where the record was published.
    pub at: Position,
    /// The letter.
    pub letter: DeadLetter,
}

impl Cursor {
    /// Puts a record aside.
    pub(super) fn bury(&mut self, offset: Offset, stored: Stored, tries: u32, died: Time, failure: Failure) {
        self.counts.dead_lettered += 1;
        self.dead.insert(offset, DeadLetter { stored, tries, died, failure });
    }

    /// Has a dead letter delivered again, as if for the first time.
    pub(super) fn replay(&mut self, offset: Offset, now: Time) -> Result<(), Refused> {
        let letter = self.dead.remove(&offset).ok_or(Refused::NoDeadLetter)?;
        let entry = Entry { standing: Standing::HandedOver { due: now }, tries: 0 };
        self.replays.insert(offset, Replay { stored: letter.stored, entry });
        self.resting += 1;
        self.counts.replayed += 1;
        Ok(())
    }

    /// Throws a dead letter away.
    pub(super) fn discard(&mut self, offset: Offset) -> Result<(), Refused> {
        self.dead.remove(&offset).map(|_| ()).ok_or(Refused::NoDeadLetter)
    }
}
