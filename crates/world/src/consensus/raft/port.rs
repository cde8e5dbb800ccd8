//! How a server meets the world: what it is told, and what it can ask for.

use super::entry::Write;
use super::message::RaftMessage;
use super::note::Note;
use crate::base::{NodeId, Span, StateMachine, Time};
use crate::consensus::service::{ClientReply, ClientRequest};
use crate::sim::TimerName;

/// One thing that happens to a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input<M: StateMachine> {
    /// It starts, for the first time or again.
    Boot,
    /// A message from another server.
    Peer {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: RaftMessage<M>,
    },
    /// A request from a client.
    Client {
        /// Who sent it, and waits for a [`ClientReply`].
        from: NodeId,
        /// What is wanted.
        request: ClientRequest<M>,
    },
    /// A timer has run out.
    Timer(Timer),
    /// The oldest writes that were not yet on disk are there now.
    Synced {
        /// How many of them.
        writes: u32,
    },
    /// Somebody orders an election now, as a leader does that hands over (dissertation, 3.10): no pre-vote, and the
    /// others do not insist on the leader that they hear.
    TimeoutNow,
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// No leader was heard for too long (5.2).
    Election,
    /// A leader is to make itself heard (5.2).
    Heartbeat,
    /// A leader is to see whether a majority still answers it (dissertation, 6.2).
    Quorum,
}

impl TimerName for Timer {
    fn slot(self) -> usize {
        self as usize
    }

    fn from_slot(slot: usize) -> Option<Self> {
        [Timer::Election, Timer::Heartbeat, Timer::Quorum].get(slot).copied()
    }
}

/// What a server can do to the outside.
///
/// The disk takes writes in order and reports in order. [`send`](Self::send) does not wait for it,
/// [`send_synced`](Self::send_synced) does: which of the two a message takes is part of the protocol.
pub trait RaftPort<M: StateMachine> {
    /// The server's own clock. Raft does not need it: a leader writes it into commands, for machines that want to know.
    fn local_time(&self) -> Time;

    /// A length of time drawn by chance, both ends included.
    fn draw_between(&mut self, low: Span, high: Span) -> Span;

    /// Sends a message at once: one that promises nothing which a crash could undo.
    fn send(&mut self, to: NodeId, message: RaftMessage<M>);

    /// Sends a message as soon as everything written so far is on disk: at once if it already is, never if the server
    /// crashes before.
    fn send_synced(&mut self, to: NodeId, message: RaftMessage<M>);

    /// Answers a client, at once. Nothing needs to be synced for it: what a server says to clients rests on entries
    /// that are durable on a majority, or says that nothing is known.
    fn reply(&mut self, to: NodeId, reply: ClientReply<M>);

    /// Sets a timer to run out after this long, wherever it stood.
    fn set_timer(&mut self, timer: Timer, after: Span);

    /// Stops a timer; nothing if it is not set.
    fn cancel_timer(&mut self, timer: Timer);

    /// Asks for a change of what is on disk. [`Input::Synced`] tells when it is there.
    fn write(&mut self, write: Write<M::Command>);

    /// Tells an onlooker something. Causes nothing.
    fn note(&mut self, note: Note);
}
