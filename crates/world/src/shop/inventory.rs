//! Inventory: reserves what was paid for, and knows how many there are of everything.
//!
//! Each piece is available, reserved or sent. What is released is available again, so the three add up to the initial
//! stock at every moment.

use std::sync::Arc;

use super::catalog::Catalog;
use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::ids::{ItemId, OrderId, Quantity};
use super::items::{Items, Left, Line};
use super::streams;
use super::table::Table;

/// How many there are of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Level {
    /// There were so many at first.
    pub initial: Quantity,
    /// They can be sold.
    pub available: Quantity,
    /// They are waiting for their parcel.
    pub reserved: Quantity,
    /// They have left.
    pub sent: Quantity,
}

/// What inventory knows of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reservation {
    /// What was reserved.
    pub items: Items,
    /// How often: once, unless a duplicate was taken for a new event.
    pub times: u8,
    /// The item that there was not enough of.
    pub out_of: Option<ItemId>,
    /// Shipping has let the order be: nothing is, or will be, reserved for it.
    pub cancelled: bool,
    /// The parcel has left.
    pub sent: bool,
}

/// What an event changes: a reservation, and the levels of its items.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StockChange {
    /// Which order's reservation.
    pub order: OrderId,
    /// What it is now.
    pub reservation: Reservation,
    /// What the levels of its items are now.
    pub levels: Arc<[(ItemId, Level)]>,
}

/// Inventory's books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InventoryBook {
    levels: Table<Level>,
    reservations: Table<Reservation>,
}

impl InventoryBook {
    /// Everything is available.
    pub fn new(catalog: &Catalog) -> InventoryBook {
        let levels =
            catalog.items().iter().map(|item| Level { initial: item.stock, available: item.stock, ..Level::default() });
        InventoryBook { levels: levels.collect(), reservations: Table::default() }
    }

    /// How many there are of an item.
    pub fn level(&self, item: ItemId) -> Option<&Level> {
        self.levels.get(item.0.into())
    }

    /// How many there are of every item.
    pub fn levels(&self) -> &Table<Level> {
        &self.levels
    }

    /// What is known of an order.
    pub fn reservation(&self, order: OrderId) -> Option<&Reservation> {
        self.reservations.get(order.0)
    }

    /// The first item of these of which there are not enough.
    pub fn missing(&self, items: &Items) -> Option<ItemId> {
        let missing = |line: &&Line| self.level(line.item).is_none_or(|level| level.available < line.quantity);
        items.lines().iter().find(missing).map(|line| line.item)
    }

    /// What an event asks for.
    pub fn work(&self, event: &ShopEvent) -> Work {
        if self.decide(event) == Effect::none() { Work::Skip } else { Work::Do }
    }

    /// What comes of an event.
    pub fn decide(&self, event: &ShopEvent) -> Effect {
        let Some(order) = event.order() else { return Effect::none() };
        let known = self.reservations.row(order.0);
        match event {
            ShopEvent::PaymentProcessed { items, .. } if !known.cancelled => self.reserve(order, known, items),
            ShopEvent::OrderShipped { .. } if known.times > 0 && !known.sent && !known.cancelled => {
                self.send(order, known)
            }
            ShopEvent::ShippingCancelled { .. } if !known.sent && !known.cancelled => self.release(order, known),
            _ => Effect::none(),
        }
    }

    fn reserve(&self, order: OrderId, known: Reservation, items: &Items) -> Effect {
        if let Some(item) = self.missing(items) {
            let event = ShopEvent::OutOfStock { order, item };
            let reservation = Reservation { out_of: Some(item), ..known };
            let change = StockChange { order, reservation, levels: Arc::new([]) };
            return Effect::of(Change::Stock(change)).storing(streams::stock(item), event.clone()).publishing(event);
        }
        let nth = known.times;
        let reservation = Reservation { items: items.clone(), times: nth.saturating_add(1), ..known };
        let levels = self.moved(items, |level, quantity| {
            level.available = level.available.minus(quantity)?;
            level.reserved = level.reserved.plus(quantity)?;
            Some(())
        });
        let left = levels.iter().map(|&(item, level)| Left { item, left: level.available }).collect();
        let updated = ShopEvent::StockUpdated { order, items: items.clone(), left };
        let effect = Effect::of(Change::Stock(StockChange { order, reservation, levels })).publishing(updated);
        items.lines().iter().fold(effect, |effect, &Line { item, quantity, .. }| {
            effect.storing(streams::stock(item), ShopEvent::ItemReserved { order, item, quantity, nth })
        })
    }

    fn send(&self, order: OrderId, known: Reservation) -> Effect {
        let reservation = Reservation { sent: true, ..known };
        let levels = self.moved(&reservation.items, |level, quantity| {
            level.reserved = level.reserved.minus(quantity)?;
            level.sent = level.sent.plus(quantity)?;
            Some(())
        });
        let items = reservation.items.clone();
        let effect = Effect::of(Change::Stock(StockChange { order, reservation, levels }));
        items.lines().iter().fold(effect, |effect, &Line { item, quantity, .. }| {
            effect.storing(streams::stock(item), ShopEvent::ItemSent { order, item, quantity })
        })
    }

    /// Lets an order be: what is reserved for it is available again, and if nothing is yet, nothing will be.
    fn release(&self, order: OrderId, known: Reservation) -> Effect {
        let reservation = Reservation { cancelled: true, ..known };
        if reservation.times == 0 {
            return Effect::of(Change::Stock(StockChange { order, reservation, levels: Arc::new([]) }));
        }
        let levels = self.moved(&reservation.items, |level, quantity| {
            level.reserved = level.reserved.minus(quantity)?;
            level.available = level.available.plus(quantity)?;
            Some(())
        });
        let items = reservation.items.clone();
        let effect = Effect::of(Change::Stock(StockChange { order, reservation, levels }));
        let effect = effect.publishing(ShopEvent::StockReleased { order, items: items.clone() });
        items.lines().iter().fold(effect, |effect, &Line { item, quantity, .. }| {
            effect.storing(streams::stock(item), ShopEvent::ItemReleased { order, item, quantity })
        })
    }

    /// The levels of some items after each was moved. One that cannot be moved stays as it is.
    fn moved(&self, items: &Items, step: impl Fn(&mut Level, Quantity) -> Option<()>) -> Arc<[(ItemId, Level)]> {
        let each = items.lines().iter().filter_map(|line| {
            let before = *self.level(line.item)?;
            let mut level = before;
            let moved = step(&mut level, line.quantity).is_some();
            Some((line.item, if moved { level } else { before }))
        });
        each.collect()
    }

    pub(super) fn apply(&mut self, change: &StockChange) {
        self.reservations.set(change.order.0, change.reservation.clone());
        for &(item, level) in change.levels.iter() {
            self.levels.set(item.0.into(), level);
        }
    }
}
