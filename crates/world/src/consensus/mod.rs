//! Protocols that replicate any [`StateMachine`](crate::base::StateMachine), and what their clients say to them.

pub mod loopback;
pub mod raft;
mod service;

pub use service::{ClientReply, ClientRequest, Operation, Outcome};
