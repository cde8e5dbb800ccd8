//! The machine made of both.

use serde::{Deserialize, Serialize};

use super::command::{BrokerAnswer, BrokerCommand, BrokerQuery, BrokerResponse};
use crate::base::{SnapshotError, StateMachine, Time};
use crate::bus::{Bus, BusCommand};
use crate::store::{Action, Store, StoreCommand};

/// The most actions for the store in one command.
const MAX_ACTIONS: usize = 256;

/// An event bus and an event store, changed by one log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Broker {
    bus: Bus,
    store: Store,
}

impl Broker {
    /// A broker with this bus and this store.
    pub fn new(bus: Bus, store: Store) -> Broker {
        Broker { bus, store }
    }

    /// Its bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Its store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn act(&mut self, at: Time, actions: &[Action]) -> BrokerResponse {
        if actions.len() > MAX_ACTIONS {
            return BrokerResponse::TooMany { limit: MAX_ACTIONS as u32 };
        }
        let act = |action: &Action| self.store.apply(&StoreCommand { at, action: action.clone() });
        BrokerResponse::Store(actions.iter().map(act).collect())
    }
}

impl StateMachine for Broker {
    type Command = BrokerCommand;
    type Response = BrokerResponse;
    type Query = BrokerQuery;
    type Answer = BrokerAnswer;

    fn apply(&mut self, command: &BrokerCommand) -> BrokerResponse {
        match command {
            BrokerCommand::Bus(command) => BrokerResponse::Bus(self.bus.apply(command)),
            BrokerCommand::Store { at, actions } => self.act(*at, actions),
        }
    }

    fn query(&self, query: &BrokerQuery) -> BrokerAnswer {
        match query {
            BrokerQuery::Bus(query) => BrokerAnswer::Bus(self.bus.query(query)),
            BrokerQuery::Store(query) => BrokerAnswer::Store(self.store.query(query)),
        }
    }

    fn snapshot(&self) -> Vec<u8> {
        // Writing to memory fails for no value that this type can hold.
        postcard::to_allocvec(&(self.bus.snapshot(), self.store.snapshot())).unwrap_or_default()
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let parts: Result<(Vec<u8>, Vec<u8>), _> = postcard::from_bytes(bytes);
        let (bus, store) = parts.map_err(|error| SnapshotError::decoding("broker", error))?;
        Ok(Broker { bus: self.bus.restore(&bus)?, store: self.store.restore(&store)? })
    }

    fn command_bytes(command: &BrokerCommand) -> u32 {
        match command {
            BrokerCommand::Bus(command) => 1 + Bus::command_bytes(command),
            BrokerCommand::Store { actions, .. } => {
                actions.iter().fold(9, |sum: u32, action| sum.saturating_add(action.bytes()))
            }
        }
    }

    fn stamped(&self, command: &BrokerCommand, now: Time) -> Option<BrokerCommand> {
        Some(match command {
            BrokerCommand::Bus(command) => BrokerCommand::Bus(BusCommand { now, actions: command.actions.clone() }),
            BrokerCommand::Store { actions, .. } => BrokerCommand::Store { at: now, actions: actions.clone() },
        })
    }

    const WAITS: bool = true;

    fn is_due(&self, command: &BrokerCommand, now: Time) -> bool {
        match command {
            BrokerCommand::Bus(command) => self.bus.is_due(command, now),
            BrokerCommand::Store { .. } => true,
        }
    }
}
