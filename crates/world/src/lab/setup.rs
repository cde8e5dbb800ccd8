//! Worlds, built.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::World;
use super::actor::Actor;
use super::client::{Client, ClientConfig};
use super::part::Company;
use super::wire::Machine;
use crate::base::NodeId;
use crate::consensus::raft::{Config, Raft};
use crate::sim::{Latency, NodeSpec, Quality, Sink};

/// A world as it is to be built.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// The run's seed.
    pub seed: u64,
    /// How the servers run; its members are the nodes from 0 on.
    pub raft: Config,
    /// How long a sync of a server's disk takes.
    pub disk_sync: Latency,
    /// The clients, which are the nodes after the servers.
    pub clients: Vec<ClientConfig>,
    /// Who else is there, if anybody is: the nodes after the clients. Then the servers carry what they need.
    pub company: Option<Arc<dyn Company>>,
    /// What every link is like.
    pub network: Quality,
    /// What single directions are like instead.
    pub links: Vec<(NodeId, NodeId, Quality)>,
}

impl Setup {
    /// The world at time zero.
    pub fn build(&self, sink: &mut impl Sink<Actor>) -> World {
        let config = Arc::new(self.raft.clone());
        let machine = self.company.as_ref().map_or_else(Machine::default, |company| company.machine());
        let servers = config.members.iter().map(|&id| NodeSpec {
            name: server_name(id.0).to_string(),
            process: Actor::Server(Box::new(Raft::new(id, config.clone(), machine.clone()))),
            sync_cost: self.disk_sync,
        });
        let clients = self.clients.iter().map(|client| NodeSpec {
            name: client_name(client.number).to_string(),
            process: Actor::Client(Box::new(Client::new(client.clone()))),
            sync_cost: Latency::Fixed(crate::base::Span::ZERO),
        });
        let quality = |from: NodeId, to: NodeId| {
            let own = self.links.iter().rev().find(|(f, t, _)| (*f, *t) == (from, to));
            own.map_or(self.network, |(_, _, quality)| *quality)
        };
        let company = self.company.iter().flat_map(|company| company.nodes());
        World::new(self.seed, servers.chain(clients).chain(company).collect(), quality, sink)
    }
}

/// The name of a node.
pub fn node_name(id: crate::base::NodeId, actor: &Actor) -> SmolStr {
    match actor {
        Actor::Server(_) => server_name(id.0),
        Actor::Client(client) => client_name(client.config().number),
        Actor::Part(part) => part.name(),
    }
}

/// `view` for query node 0, `view 2` for query node 1, and so on.
pub fn view_name(number: u16) -> SmolStr {
    match number {
        0 => SmolStr::new_static("view"),
        n => format_smolstr!("view {}", n + 1),
    }
}

/// `A` for server 0, `B` for server 1, and so on.
pub fn server_name(number: u16) -> SmolStr {
    let letter = (b'A' + (number % 26) as u8) as char;
    format_smolstr!("{letter}")
}

/// `client` for client 0, `client 2` for client 1, and so on.
pub fn client_name(number: u16) -> SmolStr {
    match number {
        0 => SmolStr::new_static("client"),
        n => format_smolstr!("client {}", n + 1),
    }
}
