//! What is on a service's disk, and the writes that change it.

use super::outbox::{FactNumber, Outbox};
use crate::base::DomainEventId;
use crate::bus::ProducerSequence;
use crate::shop::{Book, Change, Fact, Seen, ShopEvent};

/// Everything that a service keeps through a crash. The service has it in memory too, ahead of the disk by what is not
/// synced yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ledger {
    /// How often it was started.
    pub life: u16,
    /// How many workers it has.
    pub workers: u8,
    /// What it knows.
    pub book: Book,
    /// The events that it has dealt with.
    pub seen: Seen,
    /// What it has to tell.
    pub outbox: Outbox,
}

/// All that comes of an event, in one commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Commit {
    /// The event, so that it is known when it comes again; `None`: it comes again.
    pub seen: Option<DomainEventId>,
    /// What caused it.
    pub cause: Option<DomainEventId>,
    /// What becomes of the books.
    pub change: Change,
    /// What is to be stored.
    pub facts: Vec<Fact>,
    /// What is to be published.
    pub records: Vec<ShopEvent>,
}

/// One change of what is on a service's disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServiceWrite {
    /// It starts again.
    Life(u16),
    /// It has so many workers from now on.
    Workers(u8),
    /// It has dealt with an event, or with a customer.
    Effect(Box<Commit>),
    /// All facts before this are stored.
    StoredBefore(FactNumber),
    /// All records before this are published.
    PublishedBefore(ProducerSequence),
    /// The bus expects this record next.
    ExpectedNext(ProducerSequence),
}

impl Ledger {
    /// Of a service that never ran.
    pub fn new(book: Book, workers: u8) -> Ledger {
        Ledger { life: 0, workers, book, seen: Seen::default(), outbox: Outbox::default() }
    }

    /// Carries out a write.
    pub fn apply(&mut self, write: &ServiceWrite) {
        match write {
            ServiceWrite::Life(life) => self.life = *life,
            ServiceWrite::Workers(workers) => self.workers = *workers,
            ServiceWrite::Effect(commit) => {
                self.book.apply(&commit.change);
                if let Some(event) = commit.seen {
                    self.seen.mark(event);
                }
                self.outbox.add(&commit.facts, &commit.records, commit.cause);
            }
            ServiceWrite::StoredBefore(number) => self.outbox.stored_before(*number),
            ServiceWrite::PublishedBefore(number) => self.outbox.published_before(*number),
            ServiceWrite::ExpectedNext(number) => self.outbox.expected_next(*number),
        }
    }
}
