//! When carts were left: for the question how many carts were abandoned each minute, and why there were so many in one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Span, Time};
use crate::shop::{ItemId, ShopEvent, UserId};
use crate::store::{Event, Malformed, Projection, SchemaVersion, ViewName};

/// Carts by the moment at which they were touched last.
#[derive(Clone, Copy, Debug)]
pub(super) struct CartsLeft {
    /// A cart that nobody has touched for so long, and that became no order, is abandoned.
    pub(super) window: Span,
}

/// A cart that something was put into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeftCart {
    /// When it was touched last.
    pub(super) touched: Time,
    /// What is in it, each item once.
    pub(super) items: Vec<ItemId>,
}

/// All carts that did not become an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeftCarts {
    open: BTreeMap<UserId, LeftCart>,
    abandoned: Vec<LeftCart>,
}

impl CartsLeft {
    /// The carts that were abandoned up to a moment.
    pub(super) fn abandoned<'c>(
        &self,
        carts: &'c LeftCarts,
        now: Time,
    ) -> impl Iterator<Item = &'c LeftCart> + use<'c> {
        let window = self.window;
        let open = carts.open.values().filter(move |cart| now.since(cart.touched) >= window);
        carts.abandoned.iter().chain(open)
    }

    /// The carts of which it is not known yet at a moment.
    pub(super) fn open<'c>(&self, carts: &'c LeftCarts, now: Time) -> impl Iterator<Item = &'c LeftCart> + use<'c> {
        let window = self.window;
        carts.open.values().filter(move |cart| now.since(cart.touched) < window)
    }
}

impl Projection for CartsLeft {
    type State = LeftCarts;
    type Effect = ();

    fn view(&self) -> ViewName {
        "carts-left".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn initial(&self) -> LeftCarts {
        LeftCarts::default()
    }

    fn apply(&self, carts: &mut LeftCarts, event: &Event<'_>) -> Result<(), Malformed> {
        let (user, item) = match ShopEvent::from_stored(event)? {
            ShopEvent::ItemAddedToCart { user, item, .. } => (user, Some(item)),
            ShopEvent::OrderCreated { user, .. } => (user, None),
            _ => return Ok(()),
        };
        let cart = carts.open.remove(&user);
        let late = |cart: &LeftCart| event.at.since(cart.touched) >= self.window;
        let cart = match cart {
            Some(cart) if late(&cart) => {
                carts.abandoned.push(cart);
                None
            }
            cart => cart,
        };
        if let Some(item) = item {
            let mut cart = cart.unwrap_or_default();
            cart.touched = event.at;
            if !cart.items.contains(&item) {
                cart.items.push(item);
            }
            carts.open.insert(user, cart);
        }
        Ok(())
    }
}
