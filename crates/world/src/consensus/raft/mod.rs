//! Raft for a fixed membership (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, here
//! cited by section; Ongaro's dissertation, "Consensus: Bridging Theory and Practice", 2014).
//!
//! Several servers keep the same log, and each carries out the log's commands on its own copy of a
//! [`StateMachine`](crate::base::StateMachine); so the copies stay equal, and any majority of the servers can go on
//! without the rest. To read it beside the paper:
//!
//! | file | what | where in the paper |
//! |---|---|---|
//! | `server.rs` | the state, the way in, the changes of role | figure 2, 5.1 |
//! | `election.rs` | timeouts, votes, and who may win | 5.2, 5.4.1 |
//! | `replication.rs`, `progress.rs` | the leader's side of the log | 5.3 |
//! | `follower.rs` | the follower's side | 5.3 |
//! | `commit.rs` | what is committed, and carrying it out | 5.3, 5.4.2 |
//! | `log.rs`, `entry.rs` | the log itself | 5.3 |
//! | `disk.rs` | what of all this would survive a crash | figure 2 |
//! | `snapshot.rs` | compaction | 7 |
//! | `client.rs`, `read.rs` | serving clients | 8; dissertation, 6.4 |
//! | `parking.rs` | commands that wait for something to do | |
//!
//! A server is a value: [`Raft::step`] takes one [`Input`] to its end and asks a [`RaftPort`] for what is to happen
//! outside. It reads no clock and holds no time; nothing in it runs by itself.
mod client;
mod commit;
mod config;
mod disk;
mod election;
mod entry;
mod follower;
mod log;
mod message;
mod note;
mod parking;
mod port;
mod progress;
mod read;
mod replication;
mod server;
mod snapshot;
mod view;

pub use client::Waiting;
pub use config::{Config, Defect, Defects};
pub use election::{ElectionWait, Stage};
pub use entry::{Durable, Entries, Entry, LogPosition, Payload, Snapshot, Write};
pub use log::Log;
pub use message::{AppendResult, Message, RaftMessage, message_bytes};
pub use note::{Note, Refusal, Role, StepDown};
pub use parking::patience;
pub use port::{Input, RaftPort, Timer};
pub use progress::{Progress, ProgressState};
pub use server::Raft;

#[cfg(test)]
mod tests;
