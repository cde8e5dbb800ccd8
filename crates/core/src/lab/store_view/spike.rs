//! One window of time, replayed: why were so many carts abandoned then?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Basis;
use super::carts_left::CartsLeft;
use super::table::Table;
use crate::base::Time;
use crate::shop::{ItemId, Kind, ShopEvent, upcasters};
use crate::store::{Event, Malformed, Projection, ProjectionError, Projector, SchemaVersion, Store, ViewName, Window};

/// What a window of time was like, beside the stretch of the same length before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spike {
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub until: Time,
    /// How many events were replayed, of all that there are.
    pub replayed: u64,
    /// Carts that were left in the window and became no order, and how many were before.
    pub abandoned: [u32; 2],
    /// How often something was put into a cart, in the window and before.
    pub filled: [u32; 2],
    /// How many orders were created, in the window and before.
    pub ordered: [u32; 2],
    /// Carts of the window of which it is not known yet, since they may still become an order.
    pub open: u32,
    /// What happened, by kind, in the window and before.
    pub kinds: Table,
    /// What the carts were about.
    pub items: Table,
}

/// Counts what happens.
#[derive(Clone, Copy, Debug)]
struct Counting;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counts {
    kinds: BTreeMap<Kind, u32>,
    carted: BTreeMap<ItemId, u32>,
    ordered: BTreeMap<ItemId, u32>,
}

impl Projection for Counting {
    type State = Counts;
    type Effect = ();

    fn view(&self) -> ViewName {
        "window-counts".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn initial(&self) -> Counts {
        Counts::default()
    }

    fn apply(&self, counts: &mut Counts, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        *counts.kinds.entry(fact.kind()).or_default() += 1;
        match fact {
            ShopEvent::ItemAddedToCart { item, .. } => *counts.carted.entry(item).or_default() += 1,
            ShopEvent::OrderCreated { items, .. } => {
                items.lines().iter().for_each(|line| *counts.ordered.entry(line.item).or_default() += 1);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Replays a window of a store's history, and the stretch of the same length before it. `None`: it has no length.
///
/// # Errors
/// If an event cannot be read.
pub fn spike(store: &Store, from: Time, until: Time, basis: &Basis) -> Result<Option<Spike>, ProjectionError> {
    if until <= from {
        return Ok(None);
    }
    let before = Time(from.0.saturating_sub(until.0 - from.0));
    let count = |from, until| {
        let mut projector = Projector::over(Counting, upcasters(), store, Window::Times(from, until));
        projector.catch_up(store)?;
        Ok((projector.projected().folded, projector.projected().state.clone()))
    };
    let (replayed, here) = count(from, until)?;
    let (_, there) = count(before, from)?;
    // Whether a cart was abandoned shows only some time after it was left.
    let (left, now) = (CartsLeft { window: basis.cart_window }, store.now());
    let end = Time(until.0.saturating_add(basis.cart_window.0).saturating_add(1));
    let mut carts = Projector::over(left, upcasters(), store, Window::Times(before, end));
    carts.catch_up(store)?;
    let abandoned: Vec<_> = left.abandoned(carts.state(), now).collect();
    let within = |from: Time, until: Time| {
        let count = abandoned.iter().filter(|cart| (from..until).contains(&cart.touched)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let open = left.open(carts.state(), now).filter(|cart| (from..until).contains(&cart.touched)).count();
    let kinds = |kind| [&here, &there].map(|counts: &Counts| counts.kinds.get(&kind).copied().unwrap_or(0));
    let mut by_kind = Table::of(&["event", "in the window", "before"]);
    for kind in Kind::ALL {
        let [now, then] = kinds(kind);
        if now + then > 0 {
            by_kind.row([kind.to_string(), now.to_string(), then.to_string()]);
        }
    }
    let mut by_item = Table::of(&["item", "put into carts", "in orders", "in abandoned carts"]);
    for item in (0..basis.catalog.items().len() as u16).map(ItemId) {
        let of = |counts: &BTreeMap<ItemId, u32>| counts.get(&item).copied().unwrap_or(0);
        let in_carts =
            abandoned.iter().filter(|cart| (from..until).contains(&cart.touched) && cart.items.contains(&item));
        let numbers = [of(&here.carted), of(&here.ordered), in_carts.count() as u32];
        if numbers != [0; 3] {
            by_item.row([basis.item(item).to_string()].into_iter().chain(numbers.map(|number| number.to_string())));
        }
    }
    Ok(Some(Spike {
        from,
        until,
        replayed,
        abandoned: [within(from, until), within(before, from)],
        filled: kinds(Kind::ItemAddedToCart),
        ordered: kinds(Kind::OrderCreated),
        open: u32::try_from(open).unwrap_or(u32::MAX),
        kinds: by_kind,
        items: by_item,
    }))
}
