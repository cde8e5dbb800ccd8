//! How many there are of every item.

use serde::{Deserialize, Serialize};

use crate::shop::catalog::Catalog;
use crate::shop::event::ShopEvent;
use crate::shop::ids::Quantity;
use crate::shop::limits::MAX_ITEMS;
use crate::shop::table::Table;
use crate::store::{Event, Filter, Malformed, Projection, SchemaVersion, ViewName};

/// How many there are of every item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StockView {
    catalog: Catalog,
}

/// How many there are of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StockRow {
    /// They can be sold.
    pub available: Quantity,
    /// They are waiting for their parcel.
    pub reserved: Quantity,
    /// They have left.
    pub sent: Quantity,
    /// How many orders found too few.
    pub missed: u32,
}

impl StockView {
    /// Of a shop that began with this catalogue.
    pub fn new(catalog: &Catalog) -> StockView {
        StockView { catalog: catalog.clone() }
    }
}

impl Projection for StockView {
    type State = Table<StockRow>;
    type Effect = ();

    fn view(&self) -> ViewName {
        "stock".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Category("stock".into())
    }

    fn initial(&self) -> Table<StockRow> {
        let items = self.catalog.items().iter();
        items.map(|item| StockRow { available: item.stock, ..StockRow::default() }).collect()
    }

    fn apply(&self, rows: &mut Table<StockRow>, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        let item = match fact {
            ShopEvent::ItemReserved { item, .. }
            | ShopEvent::ItemReleased { item, .. }
            | ShopEvent::ItemSent { item, .. }
            | ShopEvent::OutOfStock { item, .. } => item,
            _ => return Err(Malformed::because("not about stock")),
        };
        if item.0 >= MAX_ITEMS {
            return Err(Malformed::because("of no item that can be"));
        }
        rows.update(item.0.into(), |row| match fact {
            ShopEvent::ItemReserved { quantity, .. } => moved(quantity, &mut row.available, &mut row.reserved),
            ShopEvent::ItemReleased { quantity, .. } => moved(quantity, &mut row.reserved, &mut row.available),
            ShopEvent::ItemSent { quantity, .. } => moved(quantity, &mut row.reserved, &mut row.sent),
            _ => row.missed = row.missed.saturating_add(1),
        });
        Ok(())
    }
}

/// Moves so many. Over a window of time, what is sent may have been reserved before it: nothing goes below 0.
fn moved(quantity: Quantity, from: &mut Quantity, to: &mut Quantity) {
    from.0 = from.0.saturating_sub(quantity.0);
    to.0 = to.0.saturating_add(quantity.0);
}
