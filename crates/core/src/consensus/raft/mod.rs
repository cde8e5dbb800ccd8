//! Raft for a fixed membership (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014;
//! Ongaro's dissertation "Consensus: Bridging Theory and Practice", 2014).
mod config;
mod entry;
mod message;
mod note;

pub use config::{Config, Defect, Defects};
pub use entry::{Durable, Entry, LogPosition, Payload, Snapshot, Write};
pub use message::{AppendResult, Message, RaftMessage};
pub use note::{Note, Refusal, Role, StepDown};
