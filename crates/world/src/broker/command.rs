//! What a broker is asked, and what it answers.

use serde::{Deserialize, Serialize};

use crate::base::Time;
use crate::bus::{BusAnswer, BusCommand, BusError, BusQuery, BusResponse};
use crate::store::{self, StoreAnswer, StoreQuery, StoreResponse};

/// What changes a broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BrokerCommand {
    /// For the bus.
    Bus(BusCommand),
    /// For the store: each action by itself, as a command of the store's own.
    Store {
        /// The time by the clock of whoever put the command into the log.
        at: Time,
        /// What is to be done, in this order.
        actions: Vec<store::Action>,
    },
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BrokerResponse {
    /// What the bus says.
    Bus(BusResponse),
    /// What the store says, to each action.
    Store(Vec<StoreResponse>),
    /// Too many actions in one command: nothing was done.
    TooMany {
        /// The most.
        limit: u32,
    },
}

/// A question to a broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BrokerQuery {
    /// To the bus.
    Bus(BusQuery),
    /// To the store.
    Store(StoreQuery),
}

/// What a broker answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BrokerAnswer {
    /// What the bus says.
    Bus(Result<BusAnswer, BusError>),
    /// What the store says.
    Store(StoreAnswer),
}
