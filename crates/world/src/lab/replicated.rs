//! What the servers of a world replicate: one machine of several kinds, so that a world, its protocols and its checks are
//! compiled once, whatever is played.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::base::{
    Register, RegisterAnswer, RegisterCommand, RegisterQuery, RegisterResponse, SnapshotError, StateMachine, Time,
};
use crate::broker::{Broker, BrokerAnswer, BrokerCommand, BrokerQuery, BrokerResponse};

/// A service that is carried by a cluster. Which one, a scenario says; it stays that for a whole run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Replicated {
    /// A register for each key.
    Register(Register),
    /// The event bus and the event store.
    Broker(Box<Broker>),
}

/// A command of either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicatedCommand {
    /// For the register.
    Register(RegisterCommand),
    /// For the broker.
    Broker(BrokerCommand),
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicatedResponse {
    /// The register's response.
    Register(RegisterResponse),
    /// The broker's response.
    Broker(Box<BrokerResponse>),
    /// The command was for a machine of another kind.
    Foreign,
}

/// A query of either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicatedQuery {
    /// For the register.
    Register(RegisterQuery),
    /// For the broker.
    Broker(Box<BrokerQuery>),
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
            Replicated::Broker(broker) => Some(broker),
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
        // Writing to memory fails for no value that this type can hold.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        postcard::from_bytes(bytes).map_err(|error| SnapshotError::decoding("replicated", error))
    }

    fn command_bytes(command: &ReplicatedCommand) -> u32 {
        match command {
            ReplicatedCommand::Register(command) => Register::command_bytes(command),
            ReplicatedCommand::Broker(command) => Broker::command_bytes(command),
        }
    }

    fn stamped(command: &ReplicatedCommand, now: Time) -> Option<ReplicatedCommand> {
        match command {
            ReplicatedCommand::Register(_) => None,
            ReplicatedCommand::Broker(command) => Broker::stamped(command, now).map(ReplicatedCommand::Broker),
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
