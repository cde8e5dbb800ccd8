//! Protocols that replicate any [`StateMachine`](crate::base::StateMachine), and what their clients say to them.

mod caller;
pub mod loopback;
pub mod raft;
mod service;

pub use caller::{Answered, Caller, CallerPort};
pub use service::{ClientReply, ClientRequest, Operation, Outcome};
