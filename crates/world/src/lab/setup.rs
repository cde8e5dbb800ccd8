//! Worlds, built.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::World;
use super::actor::Actor;
use super::client::{Client, ClientConfig};
use super::replicated::Replicated;
use super::wire::Machine;
use crate::base::NodeId;
use crate::broker::Broker;
use crate::bus::{self, Bus};
use crate::consensus::raft::{Config, Raft};
use crate::service::view::{View, ViewConfig};
use crate::service::{Customers, CustomersConfig, Provider, ProviderConfig, Service, ServiceConfig};
use crate::shop;
use crate::sim::{Latency, NodeSpec, Quality, Sink};
use crate::store::Store;

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
    /// The shop, if there is one: then the servers are brokers, and its parts are the nodes after the clients.
    pub shop: Option<ShopSetup>,
    /// What every link is like.
    pub network: Quality,
    /// What single directions are like instead.
    pub links: Vec<(NodeId, NodeId, Quality)>,
}

/// A shop as it is to be built: its services are the first nodes, then the provider, the customers,
/// and the query nodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShopSetup {
    /// Its services.
    pub services: Vec<ServiceConfig>,
    /// Who captures and refunds money.
    pub provider: ProviderConfig,
    /// Who comes.
    pub customers: CustomersConfig,
    /// The query nodes.
    pub views: Vec<ViewConfig>,
    /// How long a sync of a service's disk takes.
    pub disk_sync: Latency,
    /// Bugs put in on purpose.
    pub defects: shop::Defects,
}

impl ShopSetup {
    /// What the servers carry.
    fn machine(&self) -> Machine {
        let defects = bus::Defects::default();
        let random = self.defects.has(shop::Defect::RandomPartition);
        let defects = if random { defects.with(bus::Defect::RandomPartition) } else { defects };
        let broker = Broker::new(Bus::new(bus::Limits::default(), defects), Store::default());
        Machine::new(Replicated::Broker(Box::new(broker)))
    }

    fn nodes(&self) -> impl Iterator<Item = NodeSpec<Actor>> {
        let spec = |name: &str, process| NodeSpec { name: name.to_owned(), process, sync_cost: self.disk_sync };
        let service = move |config: &ServiceConfig| {
            spec(config.role.name(), Actor::Service(Box::new(Service::new(Arc::new(config.clone())))))
        };
        let provider = Actor::Provider(Box::new(Provider::new(Arc::new(self.provider.clone()))));
        let customers = Actor::Customers(Box::new(Customers::new(Arc::new(self.customers.clone()))));
        let outside = [spec(PROVIDER, provider), spec(CUSTOMERS, customers)];
        let view = move |config: &ViewConfig| {
            let process = Actor::View(Box::new(View::new(Arc::new(config.clone()))));
            spec(&view_name(config.number), process)
        };
        self.services.iter().map(service).chain(outside).chain(self.views.iter().map(view))
    }
}

/// The provider's name.
pub const PROVIDER: &str = "provider";
/// The customers' name.
pub const CUSTOMERS: &str = "customers";

impl Setup {
    /// The world at time zero.
    pub fn build(&self, sink: &mut impl Sink<Actor>) -> World {
        let config = Arc::new(self.raft.clone());
        let machine = self.shop.as_ref().map_or_else(Machine::default, ShopSetup::machine);
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
        let shop = self.shop.iter().flat_map(ShopSetup::nodes);
        World::new(self.seed, servers.chain(clients).chain(shop).collect(), quality, sink)
    }
}

/// The name of a node.
pub fn node_name(id: crate::base::NodeId, actor: &Actor) -> SmolStr {
    match actor {
        Actor::Server(_) => server_name(id.0),
        Actor::Client(client) => client_name(client.config().number),
        Actor::Service(service) => SmolStr::new_static(service.config().role.name()),
        Actor::Provider(_) => SmolStr::new_static(PROVIDER),
        Actor::Customers(_) => SmolStr::new_static(CUSTOMERS),
        Actor::View(view) => view_name(view.config().number),
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
