//! The world.
mod process;
pub use process::{Input, MAX_TIMERS, Port, Process, TimerName};
