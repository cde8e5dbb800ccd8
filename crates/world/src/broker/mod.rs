//! The broker: the event bus and the event store as one machine, so that one log carries both.
//!
//! A fact that is stored and the record that is published for it are two commands: between the two, everything may
//! fail. Whoever wants both or neither keeps an outbox.

mod command;
mod machine;

pub use command::{BrokerAnswer, BrokerCommand, BrokerQuery, BrokerResponse};
pub use machine::Broker;

#[cfg(test)]
mod tests;
