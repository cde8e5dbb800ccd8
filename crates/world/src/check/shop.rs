//! The shop's invariants: money, stock and ends. What they are is said in [`shop::balance`](crate::shop::balance).
//!
//! The books are looked at as they are on disk: what is only in memory may never have been. An event changes one order:
//! once what came of it is on the disk, that order is checked, and no other.

use super::views::ViewChecks;
use super::{Breach, Invariant};
use crate::base::NodeId;
use crate::lab::{Actor, Durable, Note, World};
use crate::service::{CustomerNote, ServiceNote};
use crate::shop::{self, Balance, Book, Books, Identity, OrderId, Service as Role, Status, Subject};

/// Where the books are, and what was seen in them.
#[derive(Clone, Debug)]
pub(super) struct ShopChecks {
    order: NodeId,
    inventory: NodeId,
    shipping: NodeId,
    provider: NodeId,
    balance: Balance,
    /// Orders of which something is on its way to a disk, and whose disk that is.
    touched: Vec<(NodeId, OrderId)>,
    /// What customers were told is taken.
    accepted: Vec<OrderId>,
    views: ViewChecks,
}

impl ShopChecks {
    /// Begins to look at a world, if there is a shop in it.
    pub(super) fn of(world: &World) -> Option<ShopChecks> {
        let service = |role: Role| {
            world.ids().find(|&id| world.process(id).service().is_some_and(|service| service.config().role == role))
        };
        Some(ShopChecks {
            order: service(Role::Order)?,
            inventory: service(Role::Inventory)?,
            shipping: service(Role::Shipping)?,
            provider: world.ids().find(|&id| matches!(world.process(id), Actor::Provider(_)))?,
            balance: Balance::default(),
            touched: Vec::new(),
            accepted: Vec::new(),
            views: ViewChecks::default(),
        })
    }

    /// Somebody has told something.
    pub(super) fn noted(&mut self, world: &World, node: NodeId, note: &Note) -> Option<(Invariant, Breach)> {
        match note {
            Note::Service(ServiceNote::Finished { event, .. } | ServiceNote::PutOff { event, .. }) => {
                if let Some(Identity { subject: Subject::Order(order), .. }) = Identity::of(*event) {
                    self.touched.push((node, order));
                }
                None
            }
            Note::Service(ServiceNote::DeskFinished { order }) => {
                self.touched.push((node, *order));
                None
            }
            Note::Customers(CustomerNote::Accepted { order }) => {
                self.accepted.push(*order);
                self.lost(world, *order)
            }
            _ => None,
        }
    }

    /// Whether an order that was accepted is nowhere.
    fn lost(&self, world: &World, order: OrderId) -> Option<(Invariant, Breach)> {
        let known = self.books(world).is_some_and(|books| books.order.order(order).is_some());
        (!known).then_some((Invariant::AcknowledgedWrites, Breach::OrderLost { order }))
    }

    /// The checks after a step at `node`.
    pub(super) fn after(&mut self, world: &World, node: NodeId, restarted: bool) -> Vec<(Invariant, Breach)> {
        let mut found: Vec<_> = self.views.after(world, node, restarted).map(breach).into_iter().collect();
        if let Actor::Provider(provider) = world.process(node)
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

    fn order(&mut self, world: &World, order: OrderId) -> Vec<(Invariant, Breach)> {
        let mut balance = std::mem::take(&mut self.balance);
        let found = self.books(world).map(|books| balance.after(&books, order)).unwrap_or_default();
        self.balance = balance;
        found.into_iter().map(breach).collect()
    }

    /// What does not hold when all is quiet.
    pub(super) fn at_end(&self, world: &World) -> Vec<(Invariant, Breach)> {
        let found = self.books(world).map(|books| shop::balance::at_end(&books)).unwrap_or_default();
        let lost = self.accepted.iter().find_map(|&order| self.lost(world, order));
        found.into_iter().chain(self.views.at_end(world)).map(breach).chain(lost).collect()
    }

    /// Whether every order that the shop knows is at its end.
    pub(super) fn all_ended(&self, world: &World) -> bool {
        let ended = |status: Status| status == Status::Unknown || status.is_end();
        self.books(world).is_some_and(|books| books.order.orders().iter().all(|(_, row)| ended(row.status)))
    }

    fn books<'w>(&self, world: &'w World) -> Option<Books<'w>> {
        let book = |node: NodeId| match world.durable(node) {
            Durable::Service(ledger) => Some(&ledger.book),
            _ => None,
        };
        let (Some(Book::Order(order)), Some(Book::Inventory(inventory)), Some(Book::Shipping(shipping))) =
            (book(self.order), book(self.inventory), book(self.shipping))
        else {
            return None;
        };
        let Durable::Provider(provider) = world.durable(self.provider) else { return None };
        Some(Books { order, inventory, shipping, provider })
    }
}

fn breach(imbalance: shop::Imbalance) -> (Invariant, Breach) {
    (Invariant::Shop(imbalance.invariant()), Breach::Shop(imbalance))
}
