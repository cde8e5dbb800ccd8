//! A shop, built.

use std::sync::Arc;

use super::World;
use super::actor::Actor;
use super::part::{Company, Watch};
use super::replicated::Replicated;
use super::setup::view_name;
use super::wire::Machine;
use crate::broker::Broker;
use crate::bus::{self, Bus};
use crate::check::ShopChecks;
use crate::service::chain::{ChainConfig, ChainService};
use crate::service::view::{View, ViewConfig};
use crate::service::{Customers, CustomersConfig, Provider, ProviderConfig, Service, ServiceConfig};
use crate::shop;
use crate::sim::{Latency, NodeSpec};
use crate::store::Store;

/// The provider's name.
pub const PROVIDER: &str = "provider";
/// The customers' name.
pub const CUSTOMERS: &str = "customers";

/// A shop as it is to be built: its services are the first nodes, then the provider, the customers, and
/// the query nodes. Its services are either of the one kind or of the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShopSetup {
    /// Its services.
    pub services: Vec<ServiceConfig>,
    /// Its services, where it is a chain of direct calls.
    pub chain: Vec<ChainConfig>,
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

impl Company for ShopSetup {
    fn machine(&self) -> Machine {
        let defects = bus::Defects::default();
        let random = self.defects.has(shop::Defect::RandomPartition);
        let defects = if random { defects.with(bus::Defect::RandomPartition) } else { defects };
        let broker = Broker::new(Bus::new(bus::Limits::default(), defects), Store::default());
        Machine::new(Replicated::Broker(Box::new(broker)))
    }

    fn nodes(&self) -> Vec<NodeSpec<Actor>> {
        let spec = |name: &str, process| NodeSpec { name: name.to_owned(), process, sync_cost: self.disk_sync };
        let service = move |config: &ServiceConfig| {
            spec(config.role.name(), Actor::Part(Box::new(Service::new(Arc::new(config.clone())))))
        };
        let provider = Actor::Part(Box::new(Provider::new(Arc::new(self.provider.clone()))));
        let customers = Actor::Part(Box::new(Customers::new(Arc::new(self.customers.clone()))));
        let outside = [spec(PROVIDER, provider), spec(CUSTOMERS, customers)];
        let link = move |config: &ChainConfig| {
            spec(config.role.name(), Actor::Part(Box::new(ChainService::new(Arc::new(config.clone())))))
        };
        let view = move |config: &ViewConfig| {
            spec(&view_name(config.number), Actor::Part(Box::new(View::new(Arc::new(config.clone())))))
        };
        let services = self.services.iter().map(service).chain(self.chain.iter().map(link));
        services.chain(outside).chain(self.views.iter().map(view)).collect()
    }

    fn watch(&self, world: &World) -> Option<Box<dyn Watch>> {
        Some(Box::new(ShopChecks::of(world)?))
    }
}

#[cfg(test)]
impl super::Setup {
    /// How the shop is set up, to be changed.
    pub(crate) fn shop_mut(&mut self) -> &mut ShopSetup {
        let company = Arc::get_mut(self.company.as_mut().expect("there is one")).expect("nobody else has it");
        (company as &mut dyn std::any::Any).downcast_mut().expect("a shop")
    }
}
