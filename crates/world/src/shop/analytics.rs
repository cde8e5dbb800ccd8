//! Analytics: live figures of everything that is published, and what to recommend to whom.
//!
//! It is a fold, so its change is what is to be counted. It dedupes nothing by itself: who counts twice shows twice.

use super::catalog::Catalog;
use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::ids::{Cents, ItemId, UserId};
use super::items::Items;
use super::limits::{MAX_ITEMS, MAX_USERS};
use super::table::Table;

/// The figures of the whole shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Figures {
    /// Orders that were placed.
    pub orders: u32,
    /// Payments.
    pub payments: u32,
    /// What came in.
    pub captured: Cents,
    /// What went back.
    pub refunded: Cents,
    /// Orders that were declined.
    pub declined: u32,
    /// Orders that came to nothing for want of an item.
    pub out_of_stock: u32,
    /// Parcels that have left.
    pub shipped: u32,
    /// Orders that shipping has let be.
    pub cancelled: u32,
    /// Alerts.
    pub alerts: u32,
    /// Looks at an item.
    pub views: u32,
    /// Items that were put into carts.
    pub cart_adds: u32,
}

/// The figures of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ItemFigures {
    /// How often it was looked at.
    pub viewed: u32,
    /// How often it was put into a cart.
    pub carted: u32,
    /// How many were ordered.
    pub ordered: u32,
}

/// What a customer was interested in last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Taste {
    bought: Option<ItemId>,
    viewed: Option<ItemId>,
}

/// What is to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// An order, by a customer.
    Order(UserId, Items),
    /// A payment.
    Payment(Cents),
    /// A refund.
    Refund(Cents),
    /// A declined payment.
    Declined,
    /// An order that came to nothing for want of an item.
    OutOfStock,
    /// A parcel.
    Shipped,
    /// An order that shipping has let be.
    Cancelled,
    /// An alert.
    Alert,
    /// A look at an item.
    View(UserId, ItemId),
    /// An item put into a cart.
    Cart(UserId, ItemId),
}

/// Analytics' books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnalyticsBook {
    sold: u16,
    figures: Figures,
    items: Table<ItemFigures>,
    /// How often two items were in one order: a row for each pair.
    pairs: Table<u32>,
    tastes: Table<Taste>,
}

impl AnalyticsBook {
    /// Nothing has happened yet.
    pub fn new(catalog: &Catalog) -> AnalyticsBook {
        AnalyticsBook {
            sold: catalog.items().len() as u16,
            figures: Figures::default(),
            items: Table::default(),
            pairs: Table::default(),
            tastes: Table::default(),
        }
    }

    /// The figures of the whole shop.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The figures of an item.
    pub fn item(&self, item: ItemId) -> ItemFigures {
        self.items.row(item.0.into())
    }

    /// What to recommend to a customer: what is bought most often together with what they bought last, or looked at
    /// last; else what is looked at most. Of equals the first.
    pub fn recommendation(&self, user: UserId) -> Option<ItemId> {
        let taste = self.tastes.row(user.0);
        let together = taste
            .bought
            .or(taste.viewed)
            .and_then(|item| self.best(|other| if other == item { 0 } else { self.pairs.row(pair(item, other)) }));
        together.or_else(|| self.best(|item| if taste.bought == Some(item) { 0 } else { self.item(item).viewed }))
    }

    /// The item with the highest score above 0; the first of equals.
    fn best(&self, score: impl Fn(ItemId) -> u32) -> Option<ItemId> {
        let scored = (0..self.sold).map(ItemId).map(|item| (score(item), item));
        scored.filter(|(score, _)| *score > 0).rev().max_by_key(|(score, _)| *score).map(|(_, item)| item)
    }

    /// What an event asks for.
    pub fn work(&self, event: &ShopEvent) -> Work {
        if self.counted(event).is_some() { Work::Do } else { Work::Skip }
    }

    /// What comes of an event.
    pub fn decide(&self, event: &ShopEvent) -> Effect {
        self.counted(event).map_or_else(Effect::none, |counted| Effect::of(Change::Counted(counted)))
    }

    fn counted(&self, event: &ShopEvent) -> Option<Counted> {
        Some(match *event {
            ShopEvent::OrderPlaced { user, ref items, .. } => Counted::Order(user, items.clone()),
            ShopEvent::PaymentProcessed { amount, .. } => Counted::Payment(amount),
            ShopEvent::PaymentRefunded { amount, .. } => Counted::Refund(amount),
            ShopEvent::PaymentDeclined { .. } => Counted::Declined,
            ShopEvent::OutOfStock { .. } => Counted::OutOfStock,
            ShopEvent::OrderShipped { .. } => Counted::Shipped,
            ShopEvent::ShippingCancelled { .. } => Counted::Cancelled,
            ShopEvent::FraudSuspected { .. } => Counted::Alert,
            ShopEvent::ProductViewed { user, item, .. } if item.0 < self.sold => Counted::View(user, item),
            ShopEvent::ItemAddedToCart { user, item, .. } if item.0 < self.sold => Counted::Cart(user, item),
            _ => return None,
        })
    }

    pub(super) fn apply(&mut self, counted: &Counted) {
        let figures = &mut self.figures;
        match counted {
            Counted::Order(user, items) => {
                more(&mut figures.orders, 1);
                self.ordered(*user, items);
            }
            Counted::Payment(amount) => {
                more(&mut figures.payments, 1);
                figures.captured = figures.captured.counting(*amount);
            }
            Counted::Refund(amount) => figures.refunded = figures.refunded.counting(*amount),
            Counted::Declined => more(&mut figures.declined, 1),
            Counted::OutOfStock => more(&mut figures.out_of_stock, 1),
            Counted::Shipped => more(&mut figures.shipped, 1),
            Counted::Cancelled => more(&mut figures.cancelled, 1),
            Counted::Alert => more(&mut figures.alerts, 1),
            Counted::View(user, item) => {
                more(&mut figures.views, 1);
                self.items.update(item.0.into(), |item| more(&mut item.viewed, 1));
                self.taste(*user, |taste| taste.viewed = Some(*item));
            }
            Counted::Cart(user, item) => {
                more(&mut figures.cart_adds, 1);
                self.items.update(item.0.into(), |item| more(&mut item.carted, 1));
                self.taste(*user, |taste| taste.viewed = Some(*item));
            }
        }
    }

    fn ordered(&mut self, user: UserId, items: &Items) {
        let sold = |line: &&super::items::Line| line.item.0 < self.sold;
        let lines: Vec<_> = items.lines().iter().filter(sold).collect();
        for (place, line) in lines.iter().enumerate() {
            self.items.update(line.item.0.into(), |item| more(&mut item.ordered, line.quantity.0));
            for other in &lines[..place] {
                self.pairs.update(pair(line.item, other.item), |count| more(count, 1));
            }
        }
        self.taste(user, |taste| taste.bought = lines.last().map(|line| line.item));
    }

    fn taste(&mut self, user: UserId, change: impl FnOnce(&mut Taste)) {
        if user.0 < MAX_USERS {
            self.tastes.update(user.0, change);
        }
    }
}

fn more(count: &mut u32, by: u32) {
    *count = count.saturating_add(by);
}

/// The row of two items, whichever comes first.
fn pair(one: ItemId, other: ItemId) -> u32 {
    let (low, high) = (one.min(other), one.max(other));
    u32::from(low.0) * u32::from(MAX_ITEMS) + u32::from(high.0)
}
