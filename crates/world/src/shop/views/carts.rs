//! Carts that became no order.
//!
//! A cart that nobody has touched for a while is abandoned. Whether it is depends on when one asks, so the state keeps
//! the carts that are open, and those that are known to have been abandoned since their customer came back.

use serde::{Deserialize, Serialize};

use crate::base::{Span, Time};
use crate::shop::event::ShopEvent;
use crate::shop::ids::{ItemId, UserId};
use crate::shop::limits::{MAX_ITEMS, MAX_USERS};
use crate::shop::table::Table;
use crate::store::{Event, Malformed, Projection, SchemaVersion, ViewName};

/// The most items that a cart remembers.
const MAX_CART: usize = 32;

/// Carts that became no order within a span of time. Replayed over a window of time it says which items a spike of
/// abandoned carts is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CartsView {
    /// After so long a cart is abandoned.
    pub window: Span,
}

/// A customer's open cart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cart {
    /// What was put into it, the latest last.
    pub items: Vec<ItemId>,
    /// When something was put into it last.
    pub touched: Time,
}

/// All carts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Carts {
    open: Table<Cart>,
    ordered: u32,
    abandoned: u32,
    /// How many abandoned carts each item was in.
    items: Table<u32>,
}

impl Carts {
    /// A customer's open cart.
    pub fn open(&self, user: UserId) -> Option<&Cart> {
        self.open.get(user.0).filter(|cart| !cart.items.is_empty())
    }

    /// How many carts became an order.
    pub fn ordered(&self) -> u32 {
        self.ordered
    }

    fn abandon(&mut self, cart: &Cart) {
        self.abandoned = self.abandoned.saturating_add(1);
        for (place, item) in cart.items.iter().enumerate() {
            if !cart.items[..place].contains(item) {
                self.items.update(item.0.into(), |count| *count = count.saturating_add(1));
            }
        }
    }
}

impl CartsView {
    /// How many carts were abandoned up to a moment.
    pub fn abandoned(&self, carts: &Carts, now: Time) -> u32 {
        self.closed(carts, now).abandoned
    }

    /// How many of them an item was in.
    pub fn abandoned_with(&self, carts: &Carts, item: ItemId, now: Time) -> u32 {
        self.closed(carts, now).items.row(item.0.into())
    }

    fn closed(&self, carts: &Carts, now: Time) -> Carts {
        let mut closed = carts.clone();
        for (_, cart) in carts.open.iter().filter(|(_, cart)| self.is_abandoned(cart, now)) {
            closed.abandon(cart);
        }
        closed
    }

    fn is_abandoned(&self, cart: &Cart, now: Time) -> bool {
        !cart.items.is_empty() && now.since(cart.touched) >= self.window
    }

    /// A customer's cart is taken away, and counted if it was abandoned by then.
    fn take(&self, carts: &mut Carts, user: UserId, now: Time) -> Cart {
        let cart = carts.open.row(user.0);
        if !self.is_abandoned(&cart, now) {
            return cart;
        }
        carts.abandon(&cart);
        Cart::default()
    }
}

impl Projection for CartsView {
    type State = Carts;
    type Effect = ();

    fn view(&self) -> ViewName {
        "carts".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn initial(&self) -> Carts {
        Carts::default()
    }

    fn apply(&self, carts: &mut Carts, event: &Event<'_>) -> Result<(), Malformed> {
        match ShopEvent::from_stored(event)? {
            ShopEvent::ItemAddedToCart { user, item, timestamp, .. } if user.0 < MAX_USERS && item.0 < MAX_ITEMS => {
                let mut cart = self.take(carts, user, timestamp);
                if cart.items.len() < MAX_CART {
                    cart.items.push(item);
                }
                cart.touched = cart.touched.max(timestamp);
                carts.open.set(user.0, cart);
            }
            ShopEvent::OrderCreated { user, timestamp, .. } if user.0 < MAX_USERS => {
                let cart = self.take(carts, user, timestamp);
                if !cart.items.is_empty() {
                    carts.ordered = carts.ordered.saturating_add(1);
                }
                carts.open.set(user.0, Cart::default());
            }
            _ => {}
        }
        Ok(())
    }
}
