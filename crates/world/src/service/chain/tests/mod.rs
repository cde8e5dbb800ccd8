//! The chain of direct calls in a world.

mod faults;
mod flow;
mod stage;
mod storm;
