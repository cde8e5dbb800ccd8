//! How a service meets the world.

use super::config::MAX_WORKERS;
use super::ledger::ServiceWrite;
use super::message::ShopMessage;
use super::note::ServiceNote;
use crate::base::{NodeId, Sessions, Span, Time};
use crate::broker::Broker;
use crate::consensus::{ClientReply, ClientRequest};
use crate::sim::TimerName;

/// One thing that happens to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// It starts, for the first time or again.
    Boot,
    /// Somebody of the shop says something.
    Message {
        /// Who.
        from: NodeId,
        /// What.
        message: ShopMessage,
    },
    /// A broker answers.
    Reply {
        /// Which broker.
        from: NodeId,
        /// What it says.
        reply: ClientReply<Sessions<Broker>>,
    },
    /// A timer has run out.
    Timer(Timer),
    /// Somebody has it work with so many workers from now on.
    Scale {
        /// How many; 0: it leaves the running system.
        workers: u8,
    },
    /// Somebody has its dead letters delivered again.
    Replay,
}

/// The timers of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Time to look for requests that no broker has answered.
    Retry,
    /// Time to look for what has waited too long: answers of the provider, orders.
    Tick,
    /// The desk is done with a customer.
    Desk,
    /// A worker is done with what takes time.
    Worker(u8),
}

/// The slot of the first worker's timer.
const FIRST_WORKER: usize = 3;

impl TimerName for Timer {
    fn slot(self) -> usize {
        match self {
            Timer::Retry => 0,
            Timer::Tick => 1,
            Timer::Desk => 2,
            Timer::Worker(worker) => FIRST_WORKER + usize::from(worker),
        }
    }

    fn from_slot(slot: usize) -> Option<Self> {
        match slot {
            0 => Some(Timer::Retry),
            1 => Some(Timer::Tick),
            2 => Some(Timer::Desk),
            _ => u8::try_from(slot - FIRST_WORKER).ok().filter(|worker| *worker < MAX_WORKERS).map(Timer::Worker),
        }
    }
}

/// What a service can do to the outside. Whatever it says leaves once all that it has written is on its disk: it never
/// tells of what a crash could undo.
pub trait ServicePort {
    /// Its own clock.
    fn local_time(&self) -> Time;
    /// A length of time drawn by chance, both ends included.
    fn draw_between(&mut self, low: Span, high: Span) -> Span;
    /// Says something to somebody of the shop, once all that was written is on disk.
    fn send(&mut self, to: NodeId, message: ShopMessage);
    /// Asks a broker, once all that was written is on disk.
    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<Broker>>);
    /// Sets a timer to run out after this long, wherever it stood.
    fn set_timer(&mut self, timer: Timer, after: Span);
    /// Stops a timer.
    fn cancel_timer(&mut self, timer: Timer);
    /// Asks for a change of what is on disk.
    fn write(&mut self, write: ServiceWrite);
    /// Tells an onlooker something. Causes nothing.
    fn note(&mut self, note: ServiceNote);
}
