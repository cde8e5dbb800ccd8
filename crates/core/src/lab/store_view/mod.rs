//! The store as a person looks at it: streams and their histories, read models as of any moment, what can be asked of
//! history afterwards. Everything here is a fold over what is stored, made when it is asked for; nothing is ever written.
//!
//! | file | what |
//! |---|---|
//! | `streams.rs`, `history.rs`, `fields.rs` | streams, their events, and what these say under the names of the field |
//! | `state.rs` | what a stream has come to after each event |
//! | `audit.rs` | the questions about one order that only its history answers, and the row that cannot |
//! | `tail.rs` | a snapshot and the events since, against the whole history |
//! | `kept.rs`, `models.rs` | a read model with its past, and how it is built anew |
//! | `questions.rs`, `carts_left.rs` | projections that nobody had in mind when the events were stored |
//! | `spike.rs` | one window of time, replayed |
//! | `table.rs` | what all of them come to: a small table |

mod audit;
mod carts_left;
mod fields;
mod history;
mod kept;
mod models;
mod questions;
mod spike;
mod state;
mod streams;
mod table;
mod tail;

use smol_str::SmolStr;

use super::{World, shop_scene};
use crate::base::Span;
use crate::shop::{Catalog, ItemId};
use crate::store::Store;

pub use audit::{Audit, audit};
pub use fields::{Field, fields, stored_fields};
pub use history::{HistoryView, StoredEvent, history};
pub use kept::{Kept, Rebuilt, Seen};
pub use models::{ModelName, model};
pub use questions::{Grain, Question, question};
pub use spike::{Spike, spike};
pub use state::{Changed, Datum, StreamFold, StreamState, changes};
pub use streams::{StreamLine, find, streams};
pub use table::Table;
pub use tail::{Tail, tail};

/// What the folds have to know of the shop, since no event says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// What is sold, and how many there were at first.
    pub catalog: Catalog,
    /// A cart that nobody has touched for so long, and that became no order, is abandoned.
    pub cart_window: Span,
}

impl Basis {
    /// What an item is called.
    fn item(&self, item: ItemId) -> SmolStr {
        self.catalog.get(item).map_or_else(|| smol_str::format_smolstr!("item {item}"), |item| item.name.clone())
    }
}

/// The store that a world's servers carry, if they carry one: as the server has it that has applied most.
pub fn store(world: &World) -> Option<&Store> {
    shop_scene::broker(world).map(crate::broker::Broker::store)
}
