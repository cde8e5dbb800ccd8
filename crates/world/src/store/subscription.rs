//! Reading on: a subscription catches up from any position, and then gets what comes.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::filter::Filter;
use super::ids::CommandNumber;
use super::machine::Store;
use super::position::GlobalPosition;
use super::query::{Page, StoreQuery};

/// A reader's place. The reader keeps it, in the same commit as what the events did; the store knows of no reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subscription {
    /// Which events.
    pub filter: Filter,
    /// Where to read on.
    pub next: GlobalPosition,
}

impl Subscription {
    /// From the first event on.
    pub fn from_start(filter: Filter) -> Subscription {
        Subscription { filter, next: GlobalPosition::START }
    }

    /// Only what comes behind an event.
    pub fn after(filter: Filter, position: GlobalPosition) -> Subscription {
        Subscription { filter, next: position.next() }
    }

    /// Only what is yet to come.
    pub fn from_end(filter: Filter, store: &Store) -> Subscription {
        Subscription { filter, next: store.end() }
    }

    /// The question for the next page, for a store that is elsewhere.
    pub fn query(&self, limit: u32) -> StoreQuery {
        StoreQuery::All { filter: self.filter.clone(), from: self.next, limit }
    }

    /// The next page of a store that is here, and the place moves behind it.
    ///
    /// # Errors
    /// If no events are asked for, or more than a page holds.
    pub fn advance(&mut self, store: &Store, limit: u32) -> Result<Page, StoreError> {
        let page = store.page(&self.filter, self.next, limit)?;
        self.moved(&page);
        Ok(page)
    }

    /// The place moves behind a page that was read. A page that is older than the place changes nothing.
    pub fn moved(&mut self, page: &Page) {
        self.next = self.next.max(page.next);
    }

    /// The last command of which this reader has seen everything.
    pub fn checkpoint(&self) -> CommandNumber {
        self.next.checkpoint()
    }
}
