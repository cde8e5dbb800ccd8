//! The outbox: what a service has decided to tell, and has not yet told to the end.
//!
//! It is written in one commit with the change that it tells of, so that a crash leaves both or neither. The relay
//! takes from it in order, and strikes out what is known to have arrived.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{CausationId, Chunked, DomainEventId, number};
use crate::bus::{ProducerSequence, Record};
use crate::shop::{Fact, ShopEvent, Topic};
use crate::store::{Append, ExpectedVersion, NewEvent};

number!(
    /// The number of a fact among all that a service has stored or will store, from 0.
    FactNumber(u64)
);

/// A record, and the topic on which it is to be published.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Letter {
    /// Which topic.
    pub topic: Topic,
    /// What.
    pub record: Arc<Record>,
}

/// What is to be stored and what is to be published, in the order in which it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outbox {
    /// By [`FactNumber`].
    facts: Chunked<Append>,
    /// By [`ProducerSequence`].
    letters: Chunked<Letter>,
}

impl Default for Outbox {
    fn default() -> Self {
        Outbox { facts: Chunked::default(), letters: Chunked::starting_at(1) }
    }
}

impl Outbox {
    /// How many facts and records wait.
    pub fn len(&self) -> usize {
        self.facts.len() + self.letters.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds what came of an event. Facts of one stream that follow one another go in one batch.
    pub fn add(&mut self, facts: &[Fact], records: &[ShopEvent], cause: Option<DomainEventId>) {
        let causation = cause.map(CausationId::from);
        for batch in facts.chunk_by(|a, b| a.stream == b.stream) {
            let events: Vec<NewEvent> = batch.iter().map(|fact| fact.to_new_event(causation)).collect();
            let Some(first) = batch.first() else { continue };
            let (stream, expected) = (first.stream.clone(), ExpectedVersion::Any);
            self.facts.push(Append { stream, expected, events: events.into() });
        }
        for event in records {
            if let Some(topic) = event.topic() {
                self.letters.push(Letter { topic, record: Arc::new(event.to_record(causation)) });
            }
        }
    }

    /// The first facts that wait, and the number of the first.
    pub fn first_facts(&self, most: usize) -> (FactNumber, Vec<Append>) {
        (FactNumber(self.facts.first()), self.facts.iter().take(most).cloned().collect())
    }

    /// The first records that wait, and the number of the first.
    pub fn first_letters(&self, most: usize) -> (ProducerSequence, Vec<Letter>) {
        (ProducerSequence(self.letters.first()), self.letters.iter().take(most).cloned().collect())
    }

    /// All facts before this are stored.
    pub fn stored_before(&mut self, number: FactNumber) {
        self.facts.drop_before(number.0);
    }

    /// All records before this are published.
    pub fn published_before(&mut self, number: ProducerSequence) {
        self.letters.drop_before(number.0);
    }

    /// The bus expects this number next. If that is beyond all that is here, records were published that no disk
    /// remembers: the numbers go on from there.
    pub fn expected_next(&mut self, next: ProducerSequence) {
        if next.0 > self.letters.end() {
            self.letters = Chunked::starting_at(next.0);
        } else {
            self.letters.drop_before(next.0);
        }
    }
}

impl fmt::Display for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to store, {} to publish", self.facts.len(), self.letters.len())
    }
}
