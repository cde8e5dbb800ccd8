//! What is sold.

use std::sync::Arc;

use smol_str::SmolStr;

use super::ids::{Cents, ItemId, Quantity};
use super::items::{Items, Line};
use super::limits::{MAX_ITEMS, MAX_LINES, MAX_NAME_BYTES, MAX_PRICE, MAX_QUANTITY, MAX_STOCK};

/// An item that is sold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// Its name.
    pub name: SmolStr,
    /// The price of one piece.
    pub price: Cents,
    /// How many there are at first.
    pub stock: Quantity,
}

/// All items, by number. It never changes in a run, and every copy shares it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Catalog(Arc<[Item]>);

/// Why a catalogue cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// It has no item, or too many.
    #[error("a catalogue has 1 to {MAX_ITEMS} items")]
    Items,
    /// An item without a name, or with one that is too long.
    #[error("the name of item {0} has 1 to {MAX_NAME_BYTES} bytes")]
    Name(
        /// Which item.
        ItemId,
    ),
    /// An item that costs nothing, or too much.
    #[error("the price of item {0} is 1 to {MAX_PRICE} cents")]
    Price(
        /// Which item.
        ItemId,
    ),
    /// More of an item than there can be.
    #[error("there are at most {MAX_STOCK} of item {0}")]
    Stock(
        /// Of which item.
        ItemId,
    ),
}

/// Why an order cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum OrderError {
    /// It has no line, or too many.
    #[error("an order has 1 to {MAX_LINES} lines")]
    Lines,
    /// It names an item that is not sold.
    #[error("there is no item {0}")]
    NoSuchItem(
        /// Which.
        ItemId,
    ),
    /// It names an item twice.
    #[error("item {0} is named twice")]
    Twice(
        /// Which item.
        ItemId,
    ),
    /// It wants none of an item, or too many.
    #[error("an order has 1 to {MAX_QUANTITY} of item {0}")]
    Quantity(
        /// Of which item.
        ItemId,
    ),
}

impl Catalog {
    /// A catalogue of these items.
    ///
    /// # Errors
    /// If there are none or too many, or one is not as it should be.
    pub fn new(items: Vec<Item>) -> Result<Catalog, CatalogError> {
        if items.is_empty() || items.len() > usize::from(MAX_ITEMS) {
            return Err(CatalogError::Items);
        }
        for (id, item) in (0..).map(ItemId).zip(&items) {
            if item.name.is_empty() || item.name.len() > MAX_NAME_BYTES {
                return Err(CatalogError::Name(id));
            }
            if item.price == Cents::ZERO || item.price.0 > MAX_PRICE {
                return Err(CatalogError::Price(id));
            }
            if item.stock.0 > MAX_STOCK {
                return Err(CatalogError::Stock(id));
            }
        }
        Ok(Catalog(items.into()))
    }

    /// The items, in the order of their numbers.
    pub fn items(&self) -> &[Item] {
        &self.0
    }

    /// The item of this number.
    pub fn get(&self, item: ItemId) -> Option<&Item> {
        self.0.get(usize::from(item.0))
    }

    /// The lines of an order at today's prices, and what they cost together.
    ///
    /// # Errors
    /// If the order cannot be taken.
    pub fn price(&self, wanted: &[(ItemId, Quantity)]) -> Result<(Items, Cents), OrderError> {
        if wanted.is_empty() || wanted.len() > MAX_LINES {
            return Err(OrderError::Lines);
        }
        let mut lines = Vec::with_capacity(wanted.len());
        for (place, &(item, quantity)) in wanted.iter().enumerate() {
            let price = self.get(item).ok_or(OrderError::NoSuchItem(item))?.price;
            if wanted[..place].iter().any(|(other, _)| *other == item) {
                return Err(OrderError::Twice(item));
            }
            if quantity.0 == 0 || quantity.0 > MAX_QUANTITY {
                return Err(OrderError::Quantity(item));
            }
            lines.push(Line { item, quantity, price });
        }
        let items = Items::from_iter(lines);
        // Within the limits above, no sum is beyond all numbers.
        let total = items.total().ok_or(OrderError::Lines)?;
        Ok((items, total))
    }
}

impl Default for Catalog {
    /// A music shop.
    fn default() -> Self {
        let item =
            |name, price, stock| Item { name: SmolStr::new_static(name), price: Cents(price), stock: Quantity(stock) };
        Catalog(Arc::new([
            item("metronome", 2_490, 400),
            item("tuning fork", 990, 800),
            item("music stand", 3_900, 300),
            item("rosin", 650, 1_000),
            item("violin strings", 4_250, 500),
            item("drumsticks", 1_190, 700),
            item("baton", 1_850, 600),
            item("grand piano", 4_990_000, 2),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_priced_or_refused_with_the_item_that_is_wrong() {
        let catalog = Catalog::default();
        let order = |wanted: &[(u16, u32)]| {
            let wanted: Vec<_> = wanted.iter().map(|&(item, quantity)| (ItemId(item), Quantity(quantity))).collect();
            catalog.price(&wanted).map(|(_, total)| total)
        };
        assert_eq!(order(&[(0, 2), (1, 1)]), Ok(Cents(5_970)));
        assert_eq!(order(&[]), Err(OrderError::Lines));
        assert_eq!(order(&[(0, 1); 9]), Err(OrderError::Lines));
        assert_eq!(order(&[(0, 1), (99, 1)]), Err(OrderError::NoSuchItem(ItemId(99))));
        assert_eq!(order(&[(3, 1), (3, 1)]), Err(OrderError::Twice(ItemId(3))));
        assert_eq!(order(&[(3, 0)]), Err(OrderError::Quantity(ItemId(3))));
        assert_eq!(order(&[(3, 100)]), Err(OrderError::Quantity(ItemId(3))));
    }

    #[test]
    fn the_default_catalogue_is_within_its_own_limits_and_others_are_refused() {
        let items = Catalog::default().items().to_vec();
        assert!(Catalog::new(items.clone()).is_ok());
        assert_eq!(Catalog::new(vec![]), Err(CatalogError::Items));
        let with = |change: fn(&mut Item)| {
            let mut items = items.clone();
            change(&mut items[1]);
            Catalog::new(items)
        };
        assert_eq!(with(|item| item.name = "".into()), Err(CatalogError::Name(ItemId(1))));
        assert_eq!(with(|item| item.price = Cents(0)), Err(CatalogError::Price(ItemId(1))));
        assert_eq!(with(|item| item.stock = Quantity(MAX_STOCK + 1)), Err(CatalogError::Stock(ItemId(1))));
        // The dearest order that can be: no sum wraps around.
        let dear = Item { price: Cents(MAX_PRICE), ..items[0].clone() };
        let catalog = Catalog::new(vec![dear; MAX_LINES]).expect("within the limits");
        let all: Vec<_> = (0..MAX_LINES as u16).map(|item| (ItemId(item), Quantity(MAX_QUANTITY))).collect();
        assert!(catalog.price(&all).is_ok());
    }
}
