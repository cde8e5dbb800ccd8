//! The relay: brings what is in the outbox to the store and to the bus.
//!
//! One batch of each is under way at a time. What it is not sure of it sends again: the store knows the events by their
//! ids, and the bus the records by their numbers.

use super::ledger::ServiceWrite;
use super::note::ServiceNote;
use super::outbox::FactNumber;
use super::port::ServicePort;
use super::process::{Errand, Service};
use crate::base::Time;
use crate::broker::BrokerCommand;
use crate::bus::{Action, BusError, Outgoing, ProducerSequence, Reply, Stamp};
use crate::store::{self, StoreResponse};

/// The most batches of facts, and the most records, in one command.
const BATCH: usize = 32;

impl Service {
    /// Sends what waits, unless something is under way.
    pub(super) fn relay(&mut self, port: &mut impl ServicePort) {
        self.store_facts(port);
        self.publish_letters(port);
    }

    fn store_facts(&mut self, port: &mut impl ServicePort) {
        let (first, facts) = self.ledger.outbox.first_facts(BATCH);
        if facts.is_empty() || self.storing {
            return;
        }
        self.storing = true;
        let before = FactNumber(first.0 + facts.len() as u64);
        let actions = facts.into_iter().map(store::Action::Append).collect();
        self.ask(BrokerCommand::Store { at: Time::ZERO, actions }, Errand::Store { before }, port);
    }

    fn publish_letters(&mut self, port: &mut impl ServicePort) {
        let Some(epoch) = self.ground.epoch else { return };
        let (first, letters) = self.ledger.outbox.first_letters(BATCH);
        if letters.is_empty() || self.publishing {
            return;
        }
        self.publishing = true;
        let before = ProducerSequence(first.0 + letters.len() as u64);
        let stamp = Stamp { producer: self.config.producer(), epoch, first };
        let records = letters.into_iter().filter_map(|letter| {
            let topic = self.ground.topic(letter.topic)?;
            Some(Outgoing { topic, record: letter.record })
        });
        let records = records.collect();
        self.ask_bus(vec![Action::Publish { stamp: Some(stamp), records }], Errand::Publish { before }, port);
    }

    /// The store has answered; `None`: nobody knows what came of it.
    pub(super) fn facts_are_stored(
        &mut self,
        before: FactNumber,
        responses: Option<Vec<StoreResponse>>,
        port: &mut impl ServicePort,
    ) {
        self.storing = false;
        if responses.is_some() {
            let (first, facts) = self.ledger.outbox.first_facts(BATCH);
            for append in facts.iter().take((before.0 - first.0) as usize) {
                append.events.iter().for_each(|event| port.note(ServiceNote::Stored { event: event.id }));
            }
            // One that the store refuses for good, since it is full, is not tried for ever.
            self.write(ServiceWrite::StoredBefore(before), port);
        }
        self.store_facts(port);
    }

    /// The bus has answered; `None`: nobody knows what came of it.
    pub(super) fn letters_are_published(
        &mut self,
        before: ProducerSequence,
        reply: Option<Result<Reply, BusError>>,
        port: &mut impl ServicePort,
    ) {
        self.publishing = false;
        match reply {
            Some(Ok(_)) => {
                let (first, letters) = self.ledger.outbox.first_letters(BATCH);
                for letter in letters.iter().take((before.0 - first.0) as usize) {
                    port.note(ServiceNote::Published { event: letter.record.header.event });
                }
                self.write(ServiceWrite::PublishedBefore(before), port);
            }
            // An older life of this service was quicker, or the bus has forgotten how far it was: begin anew.
            Some(Err(_)) => {
                self.ground.epoch = None;
                self.open_producer(port);
            }
            None => {}
        }
        self.publish_letters(port);
    }
}
