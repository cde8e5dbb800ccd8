//! A world with a shop in it that is a chain of direct calls.

use std::sync::Arc;

use crate::base::{NodeId, Span, Time};
use crate::consensus::raft::Config;
use crate::lab::{Actor, Command, Event, Note, Request, Setup, ShopSetup};
use crate::run::Run;
use crate::service::chain::{ChainConfig, ChainNote, ChainService, Whereabouts};
use crate::service::{CustomerNote, CustomersConfig, ProviderConfig};
use crate::shop::{
    Book, Catalog, Cents, Defects, Item, OrderId, OrderRow, ProviderRow, Quantity, Rules, Service as Role,
};
use crate::sim::{EventKind, Latency, Quality, Sink};

pub(super) const ROLES: [Role; 6] =
    [Role::Order, Role::Payment, Role::Inventory, Role::Shipping, Role::Fraud, Role::Analytics];
pub(super) const ORDER: NodeId = NodeId(0);
pub(super) const PAYMENT: NodeId = NodeId(1);
pub(super) const INVENTORY: NodeId = NodeId(2);
pub(super) const SHIPPING: NodeId = NodeId(3);
pub(super) const PROVIDER: NodeId = NodeId(6);
pub(super) const CUSTOMERS: NodeId = NodeId(7);

/// The most that a message is under way there and back, and is written down meanwhile.
pub(super) const ROUND: Span = Span::millis(10);

/// A chain with a load of so many orders a second for the first seconds, and no servers. Fraud check and analytics are
/// not in service.
pub(super) fn setup(seed: u64, rate: u64, lasts: Span) -> Setup {
    // No order is too dear, and there is enough of everything.
    let rules = Rules { decline_above: Cents(1_000_000_000), ..Rules::default() };
    let (catalog, defects) = (stocked(10_000), Defects::default());
    let mut there: Vec<(Role, NodeId)> = ROLES[..4].iter().copied().zip((0..).map(NodeId)).collect();
    there.push((Role::Provider, PROVIDER));
    let service = |role: Role| ChainConfig {
        role,
        knows: Whereabouts::of(role, &there),
        workers: 4,
        service_time: (Span::millis(2), Span::millis(10)),
        queue: 64,
        timeout: Span::millis(400),
        tries: 3,
        back_off: None,
        breaker: None,
        catalog: catalog.clone(),
        rules,
        defects,
    };
    Setup {
        seed,
        raft: Config::new(Vec::new()),
        disk_sync: Latency::Fixed(Span::micros(500)),
        clients: Vec::new(),
        company: Some(Arc::new(ShopSetup {
            services: Vec::new(),
            chain: ROLES.into_iter().map(service).collect(),
            provider: ProviderConfig {
                workers: 4,
                queue: 64,
                service_time: (Span::millis(5), Span::millis(20)),
                unavailable_per_mille: 0,
                rules,
                defects,
            },
            customers: CustomersConfig {
                shop: ORDER,
                views: Vec::new(),
                users: 10,
                gap: Some(Span(1_000_000 / rate)),
                poisson: true,
                burst: 1,
                lasts: Some(lasts),
                views_per_order: 0,
                abandon_per_mille: 0,
                asks_after: None,
                asks_gap: None,
                own_writes: false,
                attempt_timeout: Span::millis(500),
                tries: None,
                max_open: 1_000,
                catalog: catalog.clone(),
            },
            views: Vec::new(),
            disk_sync: Latency::Fixed(Span::micros(500)),
            defects,
        })),
        network: Quality::clean(Latency::Uniform { min: Span::millis(1), max: Span::millis(4) }),
        links: Vec::new(),
    }
}

/// The shop's own catalogue, with so many of each item.
pub(super) fn stocked(stock: u32) -> Catalog {
    let items = Catalog::default();
    let items = items.items().iter().map(|item| Item { stock: Quantity(stock), ..item.clone() });
    Catalog::new(items.collect()).expect("it can be")
}

/// Changes how every service is set up.
pub(super) fn every(setup: &mut Setup, change: impl Fn(&mut ChainConfig)) {
    setup.shop_mut().chain.iter_mut().for_each(change);
}

/// What somebody saw who looked on.
#[derive(Default)]
pub(super) struct Onlooker {
    pub(super) notes: Vec<(Time, NodeId, Note)>,
    /// How many messages were sent to each node.
    pub(super) messages: Vec<u64>,
}

impl Sink<Actor> for Onlooker {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::Noted { node, note } => self.notes.push((event.time, *node, (*note).clone())),
            EventKind::Sent { to, .. } => {
                self.messages.resize(self.messages.len().max(to.slot() + 1), 0);
                self.messages[to.slot()] += 1;
            }
            _ => {}
        }
    }
}

impl Onlooker {
    pub(super) fn customers(&self) -> impl Iterator<Item = (Time, CustomerNote)> {
        self.notes.iter().filter_map(|(time, _, note)| match note {
            Note::Customers(note) => Some((*time, *note)),
            _ => None,
        })
    }

    pub(super) fn chain(&self) -> impl Iterator<Item = (Time, NodeId, ChainNote)> {
        self.notes.iter().filter_map(|(time, node, note)| match note {
            Note::Chain(note) => Some((*time, *node, *note)),
            _ => None,
        })
    }

    /// When an order was placed first.
    pub(super) fn placed(&self, order: OrderId) -> Time {
        let placed = |(time, note)| (note == CustomerNote::Placed { order }).then_some(time);
        self.customers().find_map(placed).expect("it was placed")
    }

    pub(super) fn count(&self, of: impl Fn(&CustomerNote) -> bool) -> usize {
        self.customers().filter(|(_, note)| of(note)).count()
    }

    pub(super) fn count_chain(&self, of: impl Fn(&ChainNote) -> bool) -> usize {
        self.chain().filter(|(_, _, note)| of(note)).count()
    }
}

/// A running chain, every check on.
pub(super) struct Stage {
    pub(super) run: Run,
    pub(super) seen: Onlooker,
}

impl Stage {
    pub(super) fn new(setup: &Setup) -> Stage {
        let mut seen = Onlooker::default();
        Stage { run: Run::watched_by(setup, &mut seen), seen }
    }

    pub(super) fn until(&mut self, time: Time) {
        while self.run.step(time, Some(&mut self.seen)).is_some() {}
    }

    pub(super) fn order(&mut self, command: Command) {
        self.run.command(&command, Some(&mut self.seen)).expect("it fits");
    }

    pub(super) fn ask(&mut self, node: NodeId, request: Request) {
        self.order(Command::Request { node, request });
    }

    pub(super) fn service(&self, role: Role) -> &ChainService {
        let world = self.run.world();
        let services = world.ids().filter_map(|id| world.process(id).chain());
        services.into_iter().find(|service| service.config().role == role).expect("it is there")
    }

    pub(super) fn orders(&self) -> Vec<OrderRow> {
        let Book::Order(book) = &self.service(Role::Order).ledger().book else { panic!("it keeps orders") };
        book.orders().iter().map(|(_, row)| row.clone()).collect()
    }

    pub(super) fn account(&self, order: u32) -> ProviderRow {
        let provider = self.run.world().process(PROVIDER).provider().expect("it is the provider");
        provider.book().account(OrderId(order)).cloned().unwrap_or_default()
    }

    /// Every check has held.
    pub(super) fn all_held(&mut self) {
        self.run.judge_end();
        assert_eq!(self.run.violations(), []);
    }
}
