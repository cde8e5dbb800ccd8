//! The read models, each as a table.

use super::Basis;
use super::fields::fields;
use super::kept::{Holder, Kept};
use super::table::{Table, or_none, seconds};
use crate::shop::views::{CartsView, JourneyView, OrderStatusView, RevenueView, StockView};
use crate::shop::{ItemId, Status, UserId};

/// The most rows that are shown of a table: its last ones.
pub(super) const MOST: usize = 60;

/// The read models of the shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ModelName {
    /// Where every order is.
    #[default]
    OrderStatus,
    /// How many there are of every item.
    Stock,
    /// What came in, and what went back.
    Revenue,
    /// Carts that became no order.
    Carts,
    /// What one customer did, and what became of it.
    Journey,
}

impl ModelName {
    /// All of them.
    pub const ALL: [ModelName; 5] =
        [ModelName::OrderStatus, ModelName::Stock, ModelName::Revenue, ModelName::Carts, ModelName::Journey];

    /// Its name.
    pub fn in_words(self) -> &'static str {
        match self {
            ModelName::OrderStatus => "order status",
            ModelName::Stock => "stock level",
            ModelName::Revenue => "revenue",
            ModelName::Carts => "abandoned carts",
            ModelName::Journey => "one customer's journey",
        }
    }
}

/// A read model that has folded nothing yet; whose journey, is asked only where there is one.
pub fn model(name: ModelName, user: UserId, basis: &Basis) -> Box<dyn Kept> {
    match name {
        ModelName::OrderStatus => order_status(basis),
        ModelName::Stock => stock(basis),
        ModelName::Revenue => revenue(basis),
        ModelName::Carts => carts(basis),
        ModelName::Journey => journey(user, basis),
    }
}

fn order_status(basis: &Basis) -> Box<dyn Kept> {
    Holder::boxed(OrderStatusView, basis, |_, rows, _, _| {
        let mut table = Table::of(&["order", "status", "customer", "total", "tracking", "changed"]);
        for (order, row) in rows.iter().filter(|(_, row)| row.status != Status::Unknown) {
            table.row([
                order.to_string(),
                row.status.to_string(),
                row.user.to_string(),
                row.total.to_string(),
                or_none(row.tracking),
                seconds(row.changed),
            ]);
        }
        table.last(MOST)
    })
}

fn stock(basis: &Basis) -> Box<dyn Kept> {
    Holder::boxed(StockView::new(&basis.catalog), basis, |_, rows, basis, _| {
        let mut table = Table::of(&["item", "available", "reserved", "sent", "too few for"]);
        for (item, row) in rows.iter() {
            let numbers = [row.available.0, row.reserved.0, row.sent.0, row.missed];
            let name = basis.item(ItemId(item as u16)).to_string();
            table.row([name].into_iter().chain(numbers.map(|number| number.to_string())));
        }
        table
    })
}

fn revenue(basis: &Basis) -> Box<dyn Kept> {
    Holder::boxed(RevenueView, basis, |_, sums, _, _| {
        let mut table = Table::of(&["", "how many", "how much"]);
        let mut row = |name: &str, count: u32, money: String| table.row([name.to_owned(), count.to_string(), money]);
        row("payments", sums.payments, sums.captured.to_string());
        row("refunds", sums.refunds, sums.refunded.to_string());
        row("declined", sums.declined, String::new());
        row("with a failed try", sums.failed, String::new());
        table
    })
}

fn carts(basis: &Basis) -> Box<dyn Kept> {
    let view = CartsView { window: basis.cart_window };
    Holder::boxed(view, basis, |view, carts, basis, now| {
        let mut table = Table::of(&["", "carts"]);
        table.row(["became an order".to_owned(), carts.ordered().to_string()]);
        table.row(["abandoned".to_owned(), view.abandoned(carts, now).to_string()]);
        for item in (0..basis.catalog.items().len() as u16).map(ItemId) {
            let count = view.abandoned_with(carts, item, now);
            if count > 0 {
                table.row([format!("abandoned with {}", basis.item(item)), count.to_string()]);
            }
        }
        table
    })
}

fn journey(user: UserId, basis: &Basis) -> Box<dyn Kept> {
    Holder::boxed(JourneyView { user }, basis, |_, journey, basis, _| {
        let mut table = Table::of(&["stored", "event", "what it says"]);
        for step in &journey.steps {
            let said =
                fields(&step.event, basis).into_iter().filter(|(name, _)| !matches!(*name, "userId" | "timestamp"));
            let said = said.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ");
            table.row([seconds(step.at), step.event.kind().to_string(), said]);
        }
        table.last(MOST)
    })
}
