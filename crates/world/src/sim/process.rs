//! What lives in the world: processes, pure state machines that see the outside only through a [`Port`].

use std::fmt::Debug;
use std::hash::Hash;

use crate::base::{NodeId, Span, Time};

/// A process: given one input at a time, it changes its state and asks its [`Port`] for effects. It reads no clock, no
/// other process and no source of chance but the port's; what it knows of others came in a message.
///
/// Its state holds no absolute time, so that a model checker can walk it. It is split in two: what is in `Self` is
/// volatile and gone with a crash; what survives is [`Durable`](Self::Durable), which changes only by
/// [`Write`](Self::Write)s that have been synced.
pub trait Process: Clone + Debug + Sized {
    /// What travels between processes.
    type Message: Clone + Eq + Hash + Debug;
    /// What a person or a scenario asks of a process from outside the network.
    type Request: Clone + Eq + Hash + Debug;
    /// The names of its timers; each is set or not, and setting it again moves it.
    type Timer: TimerName;
    /// What its disk holds.
    type Durable: Clone + Eq + Hash + Debug;
    /// One change of what its disk holds.
    type Write: Clone + Eq + Hash + Debug;
    /// What it tells of itself for an onlooker: causes nothing.
    type Note: Clone + Eq + Hash + Debug;

    /// Takes one input to its end.
    fn step<P: Port<Self>>(&mut self, input: Input<Self>, port: &mut P);

    /// The process as it starts again after a crash: the durable state is all it knows. An [`Input::Boot`] follows.
    fn restart(&self, durable: &Self::Durable) -> Self;

    /// What the disk holds before the first write.
    fn empty_disk(&self) -> Self::Durable;

    /// Carries out a write on what the disk holds.
    fn apply_write(durable: &mut Self::Durable, write: Self::Write);

    /// About how many bytes the message takes on the wire.
    fn message_bytes(message: &Self::Message) -> u32;

    /// A digest of the volatile state, for state hashes; see [`crate::base::digest`].
    fn fingerprint(&self) -> u64;
}

/// The name of a timer: a small number, so that a world can keep timers in a table.
pub trait TimerName: Copy + Eq + Hash + Debug {
    /// Which slot: below [`MAX_TIMERS`].
    fn slot(self) -> usize;
    /// The name of a slot.
    fn from_slot(slot: usize) -> Option<Self>;
}

/// How many timers a process may have.
pub const MAX_TIMERS: usize = 12;

/// One input to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<P: Process> {
    /// The process starts, for the first time or again.
    Boot,
    /// A message has arrived.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: P::Message,
    },
    /// A timer that was set has run out.
    Timer(P::Timer),
    /// The oldest writes that were not yet on disk are there now.
    Synced {
        /// How many of them.
        writes: u32,
    },
    /// Somebody outside asks for something.
    Request(P::Request),
}

/// What a process can do to the outside, and the little it can see of it.
pub trait Port<P: Process> {
    /// The process's own clock: it may run fast or slow, and somebody may set it, even backwards.
    fn local_time(&self) -> Time;

    /// A length of time drawn from the process's own stream of chance, both ends included.
    fn draw_between(&mut self, low: Span, high: Span) -> Span;

    /// A number below `n` from the same stream.
    fn draw_below(&mut self, n: u32) -> u32;

    /// An exponentially distributed length of time from the same stream.
    fn draw_exponential(&mut self, mean: Span) -> Span;

    /// Sends a message at once.
    fn send(&mut self, to: NodeId, message: P::Message);

    /// Sends a message as soon as everything written so far is on disk: at once if it already is, never if the process
    /// crashes before.
    fn send_synced(&mut self, to: NodeId, message: P::Message);

    /// Sets a timer to run out after this long by the local clock, wherever it stood.
    fn set_timer(&mut self, timer: P::Timer, after: Span);

    /// Stops a timer; nothing if it is not set.
    fn cancel_timer(&mut self, timer: P::Timer);

    /// Asks for a change of what is on disk. An [`Input::Synced`] tells when it is there.
    fn write(&mut self, write: P::Write);

    /// Tells an onlooker something. Causes nothing.
    fn note(&mut self, note: P::Note);
}
