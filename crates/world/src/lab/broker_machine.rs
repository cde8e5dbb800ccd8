//! A broker as a world holds it: behind a trait object, see [`Value`](crate::base::Value).

use crate::base::{SnapshotError, StateMachine, Time, Value, read, values, write};
use crate::broker::{Broker, BrokerAnswer, BrokerCommand, BrokerQuery, BrokerResponse};

/// What a cluster asks of the bus and the store that it carries: what [`StateMachine`] and [`Carried`](crate::base::Carried) say.
pub trait BrokerMachine: Value {
    /// Another one like it.
    fn copy(&self) -> Box<dyn BrokerMachine>;
    /// See [`StateMachine::apply`].
    fn apply(&mut self, command: &BrokerCommand) -> BrokerResponse;
    /// See [`StateMachine::query`].
    fn query(&self, query: &BrokerQuery) -> BrokerAnswer;
    /// See [`StateMachine::stamped`].
    fn stamped(&self, command: &BrokerCommand, now: Time) -> Option<BrokerCommand>;
    /// See [`StateMachine::is_due`].
    fn is_due(&self, command: &BrokerCommand, now: Time) -> bool;
    /// See [`Carried::write`](crate::base::Carried::write).
    fn write(&self, bytes: &mut Vec<u8>);
    /// See [`Carried::read`](crate::base::Carried::read).
    ///
    /// # Errors
    /// If it is not the state of a broker.
    fn read<'b>(&self, bytes: &'b [u8]) -> Result<(Box<dyn BrokerMachine>, &'b [u8]), SnapshotError>;
    /// See [`Carried::write_response`](crate::base::Carried::write_response).
    fn write_response(&self, response: &BrokerResponse, bytes: &mut Vec<u8>);
    /// See [`Carried::read_response`](crate::base::Carried::read_response).
    ///
    /// # Errors
    /// If it is not the response of a broker.
    fn read_response<'b>(&self, bytes: &'b [u8]) -> Result<(BrokerResponse, &'b [u8]), SnapshotError>;
}

values!(BrokerMachine);

impl BrokerMachine for Broker {
    fn copy(&self) -> Box<dyn BrokerMachine> {
        Box::new(self.clone())
    }

    fn apply(&mut self, command: &BrokerCommand) -> BrokerResponse {
        StateMachine::apply(self, command)
    }

    fn query(&self, query: &BrokerQuery) -> BrokerAnswer {
        StateMachine::query(self, query)
    }

    fn stamped(&self, command: &BrokerCommand, now: Time) -> Option<BrokerCommand> {
        StateMachine::stamped(self, command, now)
    }

    fn is_due(&self, command: &BrokerCommand, now: Time) -> bool {
        StateMachine::is_due(self, command, now)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        write(&self.snapshot(), bytes);
    }

    fn read<'b>(&self, bytes: &'b [u8]) -> Result<(Box<dyn BrokerMachine>, &'b [u8]), SnapshotError> {
        let (snapshot, rest) = read::<Vec<u8>>(bytes)?;
        Ok((Box::new(self.restore(&snapshot)?), rest))
    }

    fn write_response(&self, response: &BrokerResponse, bytes: &mut Vec<u8>) {
        write(response, bytes);
    }

    fn read_response<'b>(&self, bytes: &'b [u8]) -> Result<(BrokerResponse, &'b [u8]), SnapshotError> {
        read(bytes)
    }
}
