//! What the servers of a world replicate: one machine of several kinds, so that a world, its protocols and its checks are
//! compiled once, whatever is played.

use std::hash::{Hash, Hasher};

use super::broker_machine::BrokerMachine;
use crate::base::{
    Carried, Register, RegisterAnswer, RegisterCommand, RegisterQuery, RegisterResponse, SnapshotError, StateMachine,
    Time, read, write,
};
use crate::broker::{Broker, BrokerAnswer, BrokerCommand, BrokerQuery, BrokerResponse};

/// A service that is carried by a cluster. Which one, a scenario says; it stays that for a whole run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Replicated {
    /// A register for each key.
    Register(Register),
    /// The event bus and the event store.
    Broker(Box<dyn BrokerMachine>),
}

/// A command of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicatedCommand {
    /// For the register.
    Register(RegisterCommand),
    /// For the broker.
    Broker(BrokerCommand),
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicatedResponse {
    /// The register's response.
    Register(RegisterResponse),
    /// The broker's response.
    Broker(Box<BrokerResponse>),
    /// The command was for a machine of another kind.
    Foreign,
}

/// A query of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicatedQuery {
    /// For the register.
    Register(RegisterQuery),
    /// For the broker.
    Broker(Box<BrokerQuery>),
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicatedAnswer {
    /// The register's answer.
    Register(RegisterAnswer),
    /// The broker's answer.
    Broker(Box<BrokerAnswer>),
    /// The question was for a machine of another kind.
    Foreign,
}

/// Says of a type that what is for the register hashes as if there were nothing else. Trace hashes take in what is sent,
/// and a link that was made before there were brokers still shows what its maker saw.
macro_rules! register_hashes_as_itself {
    ($name:ident $(, $foreign:ident)?) => {
        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                match self {
                    $name::Register(inner) => inner.hash(state),
                    $name::Broker(inner) => (BROKER, inner).hash(state),
                    $($name::$foreign => FOREIGN.hash(state),)?
                }
            }
        }
    };
}

const BROKER: u64 = 0x6272_6f6b_6572;
const FOREIGN: u64 = 0x666f_7265_6967;

register_hashes_as_itself!(ReplicatedCommand);
register_hashes_as_itself!(ReplicatedResponse, Foreign);
register_hashes_as_itself!(ReplicatedQuery);
register_hashes_as_itself!(ReplicatedAnswer, Foreign);

impl Default for Replicated {
    fn default() -> Self {
        Replicated::Register(Register::default())
    }
}

impl Replicated {
    /// The register, if it is one.
    pub fn register(&self) -> Option<&Register> {
        match self {
            Replicated::Register(register) => Some(register),
            Replicated::Broker(_) => None,
        }
    }

    /// Every register that was ever written, with its value; there are none in a broker.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.register().into_iter().flat_map(Register::iter)
    }

    /// The broker, if it is one.
    pub fn broker(&self) -> Option<&Broker> {
        match self {
            Replicated::Broker(broker) => broker.is(),
            Replicated::Register(_) => None,
        }
    }
}

impl StateMachine for Replicated {
    type Command = ReplicatedCommand;
    type Response = ReplicatedResponse;
    type Query = ReplicatedQuery;
    type Answer = ReplicatedAnswer;

    fn apply(&mut self, command: &ReplicatedCommand) -> ReplicatedResponse {
        match (self, command) {
            (Replicated::Register(register), ReplicatedCommand::Register(command)) => {
                ReplicatedResponse::Register(register.apply(command))
            }
            (Replicated::Broker(broker), ReplicatedCommand::Broker(command)) => {
                ReplicatedResponse::Broker(Box::new(broker.apply(command)))
            }
            _ => ReplicatedResponse::Foreign,
        }
    }

    fn query(&self, query: &ReplicatedQuery) -> ReplicatedAnswer {
        match (self, query) {
            (Replicated::Register(register), ReplicatedQuery::Register(query)) => {
                ReplicatedAnswer::Register(register.query(query))
            }
            (Replicated::Broker(broker), ReplicatedQuery::Broker(query)) => {
                ReplicatedAnswer::Broker(Box::new(broker.query(query)))
            }
            _ => ReplicatedAnswer::Foreign,
        }
    }

    fn snapshot(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (machine, rest) = self.read(bytes)?;
        let error = || SnapshotError { machine: "replicated", reason: "there is more behind it".into() };
        if rest.is_empty() { Ok(machine) } else { Err(error()) }
    }

    fn command_bytes(command: &ReplicatedCommand) -> u32 {
        match command {
            ReplicatedCommand::Register(command) => Register::command_bytes(command),
            ReplicatedCommand::Broker(command) => Broker::command_bytes(command),
        }
    }

    fn stamped(&self, command: &ReplicatedCommand, now: Time) -> Option<ReplicatedCommand> {
        match (self, command) {
            (Replicated::Broker(broker), ReplicatedCommand::Broker(command)) => {
                broker.stamped(command, now).map(ReplicatedCommand::Broker)
            }
            _ => None,
        }
    }

    const WAITS: bool = true;

    fn is_due(&self, command: &ReplicatedCommand, now: Time) -> bool {
        match (self, command) {
            (Replicated::Broker(broker), ReplicatedCommand::Broker(command)) => broker.is_due(command, now),
            _ => true,
        }
    }
}

/// How a response to a foreign command is written: no machine has a response that begins so.
const NOT_ITS_OWN: u32 = u32::MAX;

/// What is written of a register is what a register alone writes: links that were made before there were brokers count the
/// bytes of snapshots.
impl Carried for Replicated {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Replicated::Register(register) => write(register, bytes),
            Replicated::Broker(broker) => broker.write(bytes),
        }
    }

    fn read<'b>(&self, bytes: &'b [u8]) -> Result<(Self, &'b [u8]), SnapshotError> {
        match self {
            Replicated::Register(_) => read(bytes).map(|(register, rest)| (Replicated::Register(register), rest)),
            Replicated::Broker(broker) => broker.read(bytes).map(|(broker, rest)| (Replicated::Broker(broker), rest)),
        }
    }

    fn write_response(&self, response: &ReplicatedResponse, bytes: &mut Vec<u8>) {
        match (self, response) {
            (Replicated::Register(_), ReplicatedResponse::Register(response)) => write(response, bytes),
            (Replicated::Broker(broker), ReplicatedResponse::Broker(response)) => {
                broker.write_response(response, bytes);
            }
            _ => write(&NOT_ITS_OWN, bytes),
        }
    }

    fn read_response<'b>(&self, bytes: &'b [u8]) -> Result<(ReplicatedResponse, &'b [u8]), SnapshotError> {
        if let Ok((NOT_ITS_OWN, rest)) = read::<u32>(bytes) {
            return Ok((ReplicatedResponse::Foreign, rest));
        }
        match self {
            Replicated::Register(_) => {
                read(bytes).map(|(response, rest)| (ReplicatedResponse::Register(response), rest))
            }
            Replicated::Broker(broker) => {
                let (response, rest) = broker.read_response(bytes)?;
                Ok((ReplicatedResponse::Broker(Box::new(response)), rest))
            }
        }
    }
}
