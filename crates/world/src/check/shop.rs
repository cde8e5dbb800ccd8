//! The shop's invariants: money, stock and ends. What they are is said in [`shop::balance`](crate::shop::balance).
//!
//! The books are looked at as they are on disk: what is only in memory may never have been. An event changes one order:
//! once what came of it is on the disk, that order is checked, and no other.
//!
//! A chain of direct calls has to keep what must hold at every moment, as any shop: what it does not know it may not undo.
//! That every order ends nobody asks of it: it has no outbox, and whoever dies or gives up leaves orders where they are.

use super::key_order::KeyOrder;
use super::views::ViewChecks;
use super::{Breach, Invariant};
use crate::base::{NodeId, StateMachine};
use crate::bus::{BusAnswer, BusQuery, Delivery};
use crate::lab::{Actor, Note, Watch, World};
use crate::service::chain::ChainNote;
use crate::service::{CustomerNote, ServiceNote};
use crate::shop::{self, Balance, Book, Books, Identity, OrderId, Service as Role, Status, Subject};

/// Where the books are, and what was seen in them.
#[derive(Clone, Debug)]
pub struct ShopChecks {
    order: NodeId,
    inventory: NodeId,
    shipping: NodeId,
    provider: NodeId,
    /// It is a chain of direct calls.
    chain: bool,
    /// There are query nodes.
    with_views: bool,
    balance: Balance,
    /// Orders of which something is on its way to a disk, and whose disk that is.
    touched: Vec<(NodeId, OrderId)>,
    /// What customers were told is taken.
    accepted: Vec<OrderId>,
    key_order: KeyOrder,
    views: ViewChecks,
}

impl ShopChecks {
    /// Begins to look at a world, if there is a shop in it.
    pub fn of(world: &World) -> Option<ShopChecks> {
        let service = |role: Role| world.ids().find(|&id| role_of(world.process(id)) == Some(role));
        Some(ShopChecks {
            order: service(Role::Order)?,
            inventory: service(Role::Inventory)?,
            shipping: service(Role::Shipping)?,
            provider: world.ids().find(|&id| world.process(id).provider().is_some())?,
            chain: world.ids().any(|id| world.process(id).chain().is_some()),
            with_views: world.ids().any(|id| world.process(id).view().is_some()),
            balance: Balance::default(),
            touched: Vec::new(),
            accepted: Vec::new(),
            key_order: KeyOrder::default(),
            views: ViewChecks::default(),
        })
    }

    /// Whether an order that was accepted is nowhere.
    fn lost(&self, world: &World, order: OrderId) -> Option<(Invariant, Breach)> {
        let known = self.books(world).is_some_and(|books| books.order.order(order).is_some());
        (!known).then_some((Invariant::AcknowledgedWrites, Breach::OrderLost { order }))
    }

    fn order(&mut self, world: &World, order: OrderId) -> Vec<(Invariant, Breach)> {
        let mut balance = std::mem::take(&mut self.balance);
        let found = self.books(world).map(|books| balance.after(&books, order)).unwrap_or_default();
        self.balance = balance;
        found.into_iter().map(breach).collect()
    }

    fn books<'w>(&self, world: &'w World) -> Option<Books<'w>> {
        let book = |node: NodeId| world.durable(node).ledger().map(|ledger| &ledger.book);
        let (Some(Book::Order(order)), Some(Book::Inventory(inventory)), Some(Book::Shipping(shipping))) =
            (book(self.order), book(self.inventory), book(self.shipping))
        else {
            return None;
        };
        let provider = world.durable(self.provider).provider_book()?;
        Some(Books { order, inventory, shipping, provider })
    }
}

impl Watch for ShopChecks {
    fn copy(&self) -> Box<dyn Watch> {
        Box::new(self.clone())
    }

    fn invariants(&self) -> Vec<Invariant> {
        let looked_at = |invariant: &shop::Invariant| match invariant {
            // It can only be said when all is quiet.
            shop::Invariant::EveryOrderEnds => false,
            shop::Invariant::KeysInOrder => !self.chain,
            shop::Invariant::ViewIsFold => self.with_views,
            _ => true,
        };
        shop::Invariant::ALL.into_iter().filter(looked_at).map(Invariant::Shop).collect()
    }

    fn noted(&mut self, world: &World, node: NodeId, note: &Note) -> Option<(Invariant, Breach)> {
        match note {
            Note::Service(ServiceNote::Finished { event, .. } | ServiceNote::PutOff { event, .. }) => {
                if let Some(Identity { subject: Subject::Order(order), .. }) = Identity::of(*event) {
                    self.touched.push((node, order));
                }
                None
            }
            Note::Service(ServiceNote::DeskFinished { order }) | Note::Chain(ChainNote::Wrote { order }) => {
                self.touched.push((node, *order));
                None
            }
            Note::Service(ServiceNote::Began { worker, .. }) => {
                let service = world.process(node).service()?;
                let job = service.workers().get(usize::from(*worker))?.job.as_ref()?;
                let role = service.config().role;
                let found = self.key_order.begins(node, role, &job.delivery)?;
                is_first(world, role, &job.delivery).then(|| breach(found))
            }
            Note::Customers(CustomerNote::Accepted { order }) => {
                self.accepted.push(*order);
                self.lost(world, *order)
            }
            _ => None,
        }
    }

    fn after(&mut self, world: &World, node: NodeId, restarted: bool) -> Vec<(Invariant, Breach)> {
        let mut found: Vec<_> = self.views.after(world, node, restarted).map(breach).into_iter().collect();
        if let Some(provider) = world.process(node).provider()
            && let Some(order) = provider.latest()
        {
            self.touched.push((node, order));
        }
        if !self.touched.is_empty() && !world.is_syncing(node) {
            let orders: Vec<OrderId> =
                self.touched.extract_if(.., |(at, _)| *at == node).map(|(_, order)| order).collect();
            for order in orders {
                found.extend(self.order(world, order));
            }
        }
        if restarted && node == self.order {
            found.extend(self.accepted.iter().find_map(|&order| self.lost(world, order)));
        }
        found
    }

    fn at_end(&self, world: &World) -> Vec<(Invariant, Breach)> {
        let found = self.books(world).map(|books| shop::balance::at_end(&books)).unwrap_or_default();
        let promised =
            |imbalance: &shop::Imbalance| !self.chain || imbalance.invariant() != shop::Invariant::EveryOrderEnds;
        let found = found.into_iter().filter(promised);
        let lost = self.accepted.iter().find_map(|&order| self.lost(world, order));
        found.chain(self.views.at_end(world)).map(breach).chain(lost).collect()
    }

    fn all_ended(&self, world: &World) -> bool {
        let ended = |status: Status| status == Status::Unknown || status.is_end();
        self.books(world).is_some_and(|books| books.order.orders().iter().all(|(_, row)| ended(row.status)))
    }
}

/// What a service does, if it is one.
fn role_of(actor: &Actor) -> Option<Role> {
    let (service, link) = (actor.service(), actor.chain());
    service.map(|service| service.config().role).or_else(|| link.map(|service| service.config().role))
}

/// Whether the bus has given a record to nobody else since. A worker who does not know yet that it owns a partition no
/// longer has records in hand with which the new owner has dealt.
fn is_first(world: &World, role: Role, delivery: &Delivery) -> bool {
    let servers = world.ids().filter_map(|id| world.process(id).server());
    let most = servers.max_by_key(|server| server.applied());
    let Some(broker) = most.and_then(|server| server.machine().machine().broker()) else { return false };
    let Ok(BusAnswer::Overview(overview)) = broker.bus().query(&BusQuery::Overview) else { return false };
    let Some(&(group, _)) = overview.groups.iter().find(|(_, name)| *name == role.name()) else { return false };
    let (topic, partition) = (delivery.at.topic, delivery.at.partition);
    match broker.bus().query(&BusQuery::Open { group, topic, partition }) {
        Ok(BusAnswer::Open(open)) => {
            open.iter().any(|record| record.offset == delivery.at.offset && record.tries == delivery.tries)
        }
        _ => false,
    }
}

fn breach(imbalance: shop::Imbalance) -> (Invariant, Breach) {
    (Invariant::Shop(imbalance.invariant()), Breach::Shop(imbalance))
}
