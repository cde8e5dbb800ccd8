//! The world: virtual time, one event queue, processes, disks and a network that can fail in every way.
//!
//! Time is an integer of microseconds; events are ordered by time and, at one instant, by the order in which they were
//! asked for. Nothing else decides a run: not the frame rate, not the size of the steps in which it is played.

mod clock;
mod command;
mod disk;
mod faults;
mod network;
mod port;
mod process;
mod queue;
mod trace;
mod world;

#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use command::{Command, Rejection};
pub use network::{Flight, Latency, Link, Quality};
pub use process::{Input, MAX_TIMERS, Port, Process, TimerName};
pub use trace::{Event, EventKind, Loss, NoTrace, Sink, TraceHash};
pub use world::{NodeSpec, Stats, Status, World};
