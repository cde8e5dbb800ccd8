//! Where all meet: the actors of the world and what travels between them, the orders that people give, and the
//! projections that need no history: scene, logs, words.

mod broker_words;
pub mod detail;
mod logs;
mod order;
pub mod scene;
pub mod shop_cargo;
mod shop_detail;
pub mod shop_orders;
pub(crate) mod shop_scene;
mod shop_sentence;
mod shop_situation;
pub mod shop_tape;
pub(crate) mod shop_words;
mod situation;
pub mod store_view;
pub mod words;

pub use logs::{LogColumn, Logs, Slip};
pub use order::{ClientOrder, KindName, LinkOrder, MessageFilter, MessageOrder, NodeOrder, Order, Target};
pub use shop_sentence::sentence as shop_sentence;
pub use situation::{Blocked, blocked, sentence};
pub use tutti_world::lab::*;
