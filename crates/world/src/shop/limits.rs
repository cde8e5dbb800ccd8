//! How much fits into a shop.

/// The most orders: one of a higher number is refused.
pub const MAX_ORDERS: u32 = 100_000;
/// The most customers.
pub const MAX_USERS: u32 = 10_000;
/// The most items of a catalogue.
pub const MAX_ITEMS: u16 = 64;
/// The most lines of an order.
pub const MAX_LINES: usize = 8;
/// The most of one item in an order.
pub const MAX_QUANTITY: u32 = 99;
/// The most of one item in stock.
pub const MAX_STOCK: u32 = 1_000_000;
/// The highest price of one piece, in cents.
pub const MAX_PRICE: u64 = 100_000_000;
/// The most bytes of an item's name.
pub const MAX_NAME_BYTES: usize = 40;
