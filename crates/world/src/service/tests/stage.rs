//! A world with a shop in it.

use std::sync::Arc;

use crate::base::{NodeId, Span, Time};
use crate::bus::{GroupSettings, Retention, TopicSettings};
use crate::consensus::raft::Config;
use crate::lab::{Actor, Command, Replicated, Request, Setup, ShopSetup, World};
use crate::service::{CustomersConfig, ProviderConfig, Service, ServiceConfig};
use crate::shop::{Book, Catalog, Defects, OrderId, OrderRow, ProviderRow, Rules, Service as Role, Topic};
use crate::sim::{Latency, NoTrace, Quality, Status};

const BROKERS: u16 = 3;
const ROLES: [Role; 6] = [Role::Order, Role::Payment, Role::Inventory, Role::Shipping, Role::Fraud, Role::Analytics];
pub(super) const PAYMENT: NodeId = NodeId(BROKERS + 1);
pub(super) const ANALYTICS: NodeId = NodeId(BROKERS + 5);
pub(super) const PROVIDER: NodeId = NodeId(BROKERS + 6);
pub(super) const CUSTOMERS: NodeId = NodeId(BROKERS + 7);

/// A shop with a load of so many orders a second for the first seconds.
pub(super) fn setup(seed: u64, rate: u64, lasts: Span, defects: Defects) -> Setup {
    setup_with(seed, rate, lasts, defects, |_| {})
}

/// The same, but for what is different.
pub(super) fn setup_with(
    seed: u64,
    rate: u64,
    lasts: Span,
    defects: Defects,
    differ: impl FnOnce(&mut ShopSetup),
) -> Setup {
    let (catalog, rules) = (Catalog::default(), Rules::default());
    let topic =
        |topic: Topic| TopicSettings { name: topic.name().into(), partitions: 3, retention: Retention::default() };
    let topics: Arc<[TopicSettings]> = Topic::ALL.map(topic).into();
    let service = |(number, role): (usize, Role)| ServiceConfig {
        number: number as u16,
        role,
        brokers: BROKERS,
        provider: (role == Role::Payment).then_some(PROVIDER),
        topics: topics.clone(),
        group: GroupSettings { name: role.name().into(), max_tries: 50, ..GroupSettings::default() },
        reads: role.reads().iter().map(|topic| *topic as u16).collect(),
        workers: 1,
        service_time: (Span::millis(2), Span::millis(10)),
        prefetch: 8,
        desk_queue: 64,
        attempt_timeout: Span::millis(300),
        fetch_wait: Span::secs(1),
        provider_tries: 3,
        catalog: catalog.clone(),
        rules,
        defects,
    };
    let mut shop = ShopSetup {
        services: ROLES.into_iter().enumerate().map(service).collect(),
        chain: Vec::new(),
        provider: ProviderConfig {
            workers: 4,
            queue: 64,
            service_time: (Span::millis(5), Span::millis(20)),
            unavailable_per_mille: 0,
            rules,
            defects,
        },
        customers: CustomersConfig {
            shop: NodeId(BROKERS),
            views: Vec::new(),
            users: 10,
            gap: Some(Span(1_000_000 / rate)),
            poisson: true,
            burst: 1,
            lasts: Some(lasts),
            views_per_order: 1,
            abandon_per_mille: 100,
            asks_after: None,
            asks_gap: None,
            own_writes: false,
            attempt_timeout: Span::millis(500),
            tries: None,
            max_open: 64,
            catalog: catalog.clone(),
        },
        views: Vec::new(),
        disk_sync: Latency::Fixed(Span::micros(500)),
        defects,
    };
    differ(&mut shop);
    Setup {
        seed,
        raft: Config::new((0..BROKERS).map(NodeId).collect()),
        disk_sync: Latency::Fixed(Span::micros(500)),
        clients: Vec::new(),
        company: Some(Arc::new(shop)),
        network: Quality::clean(Latency::Uniform { min: Span::millis(1), max: Span::millis(4) }),
        links: Vec::new(),
    }
}

/// A running shop.
pub(super) struct Stage(pub(super) World);

impl Stage {
    pub(super) fn new(setup: &Setup) -> Stage {
        Stage(setup.build(&mut NoTrace))
    }

    pub(super) fn until(&mut self, time: Time) {
        while self.0.step(time, &mut NoTrace).is_some() {}
    }

    pub(super) fn order(&mut self, command: Command) {
        self.0.command(&command, &mut NoTrace).expect("it fits");
    }

    pub(super) fn ask(&mut self, node: NodeId, request: Request) {
        self.order(Command::Request { node, request });
    }

    pub(super) fn service(&self, role: Role) -> &Service {
        let services = self.0.ids().filter_map(|id| self.0.process(id).service());
        services.into_iter().find(|service| service.config().role == role).expect("it is there")
    }

    pub(super) fn orders(&self) -> Vec<OrderRow> {
        let Book::Order(book) = &self.service(Role::Order).ledger().book else { panic!("it keeps orders") };
        book.orders().iter().map(|(_, row)| row.clone()).collect()
    }

    pub(super) fn account(&self, order: u32) -> ProviderRow {
        let provider = self.0.process(PROVIDER).provider().expect("it is the provider");
        provider.book().account(OrderId(order)).cloned().unwrap_or_default()
    }

    pub(super) fn accepted(&self) -> u32 {
        self.0.process(CUSTOMERS).customers().expect("they are").accepted()
    }

    /// The broker as the server that has applied most has it.
    pub(super) fn broker(&self) -> &crate::broker::Broker {
        let alive = self.0.ids().filter(|&id| self.0.status(id) != Status::Dead);
        let servers = alive.filter_map(|id| match self.0.process(id) {
            Actor::Server(server) => Some(server),
            _ => None,
        });
        let most = servers.max_by_key(|server| server.applied()).expect("there are servers");
        let machine: &Replicated = most.machine().machine();
        machine.broker().expect("they are brokers")
    }
}
