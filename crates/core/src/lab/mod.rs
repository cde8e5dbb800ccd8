//! Where all meet: the actors of the world and what travels between them, the orders that people give, and the
//! projections that need no history: scene, logs, words.

mod broker_words;
pub mod detail;
mod logs;
mod order;
pub mod scene;
mod shop_detail;
mod shop_scene;
mod shop_words;
mod situation;
pub mod store_view;
pub mod words;

pub use logs::{LogColumn, Logs, Slip};
pub use order::{ClientOrder, KindName, LinkOrder, MessageFilter, MessageOrder, NodeOrder, Order, Target};
pub use situation::{Blocked, blocked, sentence};
pub use tutti_world::lab::*;
