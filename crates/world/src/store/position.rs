//! Where an event is among all events of a store.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::CommandNumber;

/// The place of an event in `$all`: the command that stored it, and its place in that command's batch.
///
/// Positions increase in the order in which events were stored, and are not contiguous: a command that was refused, or
/// that kept a snapshot, has a number and no event. The command's number is counted by the machine itself, since
/// [`StateMachine::apply`](crate::base::StateMachine::apply) is told no log index: it is the index in a log that holds
/// nothing else, whatever carries that log, and is the same on every replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GlobalPosition {
    /// Which command stored the event.
    pub command: CommandNumber,
    /// Which event of its batch, from 0.
    pub place: u32,
}

impl GlobalPosition {
    /// Before all events.
    pub const START: GlobalPosition = GlobalPosition { command: CommandNumber(0), place: 0 };

    /// The position right behind this one: where to read on after the event that is here.
    #[inline]
    #[must_use]
    pub fn next(self) -> GlobalPosition {
        GlobalPosition { command: self.command, place: self.place.saturating_add(1) }
    }

    /// The last command of which nothing is left to read from here on: the checkpoint of a reader that reads on here.
    #[inline]
    pub fn checkpoint(self) -> CommandNumber {
        CommandNumber(self.command.0.saturating_sub(1))
    }
}

impl fmt::Display for GlobalPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.command, self.place)
    }
}
