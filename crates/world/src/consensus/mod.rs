//! Protocols that replicate any [`StateMachine`](crate::base::StateMachine), and what their clients say to them.

mod caller;
pub mod loopback;
mod pace;
pub mod raft;
mod service;

pub use caller::{Answered, Caller, CallerPort};
pub use pace::{Pace, RoundTrip};
pub use service::{ClientReply, ClientRequest, Operation, Outcome};
