//! How a service of the chain meets the world.

use super::note::ChainNote;
use crate::base::{NodeId, Span, Time};
use crate::service::{MAX_WORKERS, ServiceWrite, ShopMessage};
use crate::sim::TimerName;

/// One thing that happens to a service of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainInput {
    /// It starts, for the first time or again.
    Boot,
    /// Somebody says something.
    Message {
        /// Who.
        from: NodeId,
        /// What.
        message: ShopMessage,
    },
    /// A timer has run out.
    Timer(ChainTimer),
    /// Somebody has it work with so many workers from now on.
    Scale {
        /// How many.
        workers: u8,
    },
}

/// The timers of a service of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainTimer {
    /// Time goes by for breakers that are open.
    Breakers,
    /// A worker has taken its time, has waited long enough for an answer, or long enough to try again.
    Worker(u8),
}

impl TimerName for ChainTimer {
    fn slot(self) -> usize {
        match self {
            ChainTimer::Breakers => 0,
            ChainTimer::Worker(worker) => 1 + usize::from(worker),
        }
    }

    fn from_slot(slot: usize) -> Option<Self> {
        match slot.checked_sub(1) {
            None => Some(ChainTimer::Breakers),
            Some(worker) => u8::try_from(worker).ok().filter(|worker| *worker < MAX_WORKERS).map(ChainTimer::Worker),
        }
    }
}

/// What a service of the chain can do to the outside. Whatever it says leaves once all that it has written is on its
/// disk.
pub trait ChainPort {
    /// Its own clock.
    fn local_time(&self) -> Time;
    /// A length of time drawn by chance, both ends included.
    fn draw_between(&mut self, low: Span, high: Span) -> Span;
    /// Says something, once all that was written is on disk.
    fn send(&mut self, to: NodeId, message: ShopMessage);
    /// Sets a timer to run out after this long, wherever it stood.
    fn set_timer(&mut self, timer: ChainTimer, after: Span);
    /// Stops a timer.
    fn cancel_timer(&mut self, timer: ChainTimer);
    /// Asks for a change of what is on disk.
    fn write(&mut self, write: ServiceWrite);
    /// Tells an onlooker something. Causes nothing.
    fn note(&mut self, note: ChainNote);
}
