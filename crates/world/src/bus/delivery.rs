//! Deliveries, answers and what comes of no answer, in one partition for one group.

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use super::dead_letters::Failure;
use super::error::Refused;
use super::ids::{Offset, Position};
use super::partition::Partition;
use super::record::Stored;
use super::settings::GroupSettings;
use crate::base::Time;

/// A record on its way to a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it was published; its answer names this.
    pub at: Position,
    /// How often it has been delivered to the group, this time included: above 1, it may have been processed before.
    pub tries: u32,
    /// The record, and when it was published.
    pub stored: Stored,
}

/// How a consumer answers a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It is processed.
    Ack,
    /// It could not be processed: deliver it again later.
    Nack,
}

/// Where a record beyond the committed offset stands with the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// With a consumer, which has until then to answer.
    InFlight {
        /// When the ack wait ends.
        until: Time,
    },
    /// A try has failed; it is delivered again, not before then. The consumer that had it may still say that it is done.
    BackOff {
        /// From when it may be delivered.
        due: Time,
    },
    /// To be delivered, not before then, to an owner that has not had it: the partition came from another one, or the
    /// record from the dead letters.
    HandedOver {
        /// From when it may be delivered.
        due: Time,
    },
    /// Processed, while an earlier one is not.
    Acked,
    /// With the dead letters, while an earlier one is not answered.
    Dead,
}

/// One record beyond the committed offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) standing: Standing,
    /// How often it was delivered.
    pub(super) tries: u32,
}

/// A record that was a dead letter and is to be delivered again. The log may no longer have it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Replay {
    pub(super) stored: Stored,
    pub(super) entry: Entry,
}

impl Entry {
    #[inline]
    pub(super) fn is_due(&self, now: Time) -> bool {
        matches!(self.standing, Standing::BackOff { due } | Standing::HandedOver { due } if due <= now)
    }

    /// It goes out. When its ack wait ends.
    #[inline]
    fn goes_out(&mut self, settings: &GroupSettings, now: Time) -> Time {
        self.tries = self.tries.saturating_add(1);
        let until = now + settings.ack_wait.of_try(self.tries);
        self.standing = Standing::InFlight { until };
        until
    }

    /// A try has failed. Only then is a record given up: one that comes again for another reason keeps its last try.
    fn fails(&mut self, failure: Failure, settings: &GroupSettings, now: Time, full: bool) {
        let exhausted = self.tries >= settings.max_tries;
        let due = match failure {
            // Nothing is lost for want of room: it is tried on, as seldom as may be.
            _ if exhausted => now + settings.retry.longest,
            Failure::Nacked => now + settings.retry.of_try(self.tries),
            // It has waited enough.
            Failure::NoAnswer | Failure::ConsumerLost => now,
        };
        self.standing = match failure {
            _ if exhausted && !full => Standing::Dead,
            Failure::ConsumerLost => Standing::HandedOver { due },
            Failure::Nacked | Failure::NoAnswer => Standing::BackOff { due },
        };
    }
}

impl Cursor {
    /// Hands out up to `room` records, those first that come again, and returns when the first of them has to be
    /// answered.
    #[inline]
    pub(super) fn deliver(
        &mut self,
        log: &Partition,
        settings: &GroupSettings,
        now: Time,
        room: u32,
        out: &mut Vec<Delivery>,
    ) -> Time {
        let mut room = room.min(settings.partition_in_flight.saturating_sub(self.in_flight));
        let mut first_until = Time::NEVER;
        if room > 0 && self.resting > 0 {
            first_until = self.deliver_again(log, settings, now, &mut room, out);
        }
        let window = u64::from(settings.partition_in_flight).saturating_sub(self.window.len() as u64);
        let fresh = u64::from(room).min(window).min(log.end().0.saturating_sub(self.next().0));
        if fresh > 0 {
            let mut entry = Entry { standing: Standing::Acked, tries: 0 };
            first_until = first_until.min(entry.goes_out(settings, now));
            let mut at = self.at(self.next());
            for stored in log.records.iter_from(at.offset.0).take(fresh as usize) {
                out.push(Delivery { at, tries: 1, stored: stored.clone() });
                self.window.push_back(entry);
                self.in_flight += 1;
                at.offset = at.offset.plus(1);
            }
        }
        first_until
    }

    fn deliver_again(
        &mut self,
        log: &Partition,
        settings: &GroupSettings,
        now: Time,
        room: &mut u32,
        out: &mut Vec<Delivery>,
    ) -> Time {
        let (topic, partition, committed) = (self.topic, self.partition, self.committed);
        let mut first_until = Time::NEVER;
        let mut send = |offset: Offset, stored: &Stored, entry: &mut Entry| {
            first_until = first_until.min(entry.goes_out(settings, now));
            let at = Position { topic, partition, offset };
            out.push(Delivery { at, tries: entry.tries, stored: stored.clone() });
            *room -= 1;
            self.resting -= 1;
            self.in_flight += 1;
            self.counts.redelivered += u64::from(entry.tries > 1);
            *room > 0
        };
        for (&offset, replay) in self.replays.iter_mut() {
            if replay.entry.is_due(now) && !send(offset, &replay.stored, &mut replay.entry) {
                return first_until;
            }
        }
        for (offset, entry) in (committed.0..).zip(&mut self.window) {
            if entry.is_due(now)
                && let Some(stored) = log.records.get(offset)
                && !send(Offset(offset), stored, entry)
            {
                break;
            }
        }
        first_until
    }

    /// The consumer is done with a record. Saying so twice does no harm.
    #[inline]
    pub(super) fn ack(&mut self, offset: Offset) -> Result<(), Refused> {
        if let Some(replay) = self.replays.get(&offset) {
            let was = replay.entry.standing;
            self.leaves(was)?;
            self.replays.remove(&offset);
            self.counts.acked += 1;
            return Ok(());
        }
        let Some(standing) = self.standing(offset) else { return self.answer_settled(offset) };
        match standing {
            Standing::Acked => return Ok(()),
            Standing::Dead => return self.answer_settled(offset),
            _ => self.leaves(standing)?,
        }
        if let Some(entry) = self.entry_mut(offset) {
            entry.standing = Standing::Acked;
        }
        self.counts.acked += 1;
        self.advance();
        Ok(())
    }

    /// The consumer could not process a record.
    pub(super) fn nack(
        &mut self,
        offset: Offset,
        log: &Partition,
        settings: &GroupSettings,
        limit: u32,
        now: Time,
    ) -> Result<(), Refused> {
        let replay = self.replays.get(&offset).map(|replay| replay.entry.standing);
        let Some(standing) = replay.or_else(|| self.standing(offset)) else { return self.answer_settled(offset) };
        match standing {
            Standing::InFlight { .. } => self.fail(offset, Failure::Nacked, log, settings, limit, now),
            // The ack wait was faster than its answer: it comes again as it is.
            Standing::BackOff { .. } | Standing::Acked => {}
            Standing::HandedOver { .. } => return Err(Refused::NotDelivered),
            Standing::Dead => return self.answer_settled(offset),
        }
        Ok(())
    }

    /// An answer to what was answered long ago, or never delivered.
    fn answer_settled(&self, offset: Offset) -> Result<(), Refused> {
        if self.dead.contains_key(&offset) {
            Err(Refused::DeadLettered)
        } else if offset >= self.next() {
            Err(Refused::NotDelivered)
        } else {
            Ok(())
        }
    }

    /// Counts that a record no longer stands so; not possible for one that the owner was not given.
    #[inline]
    fn leaves(&mut self, standing: Standing) -> Result<(), Refused> {
        match standing {
            Standing::InFlight { .. } => self.in_flight -= 1,
            Standing::BackOff { .. } => self.resting -= 1,
            Standing::HandedOver { .. } => return Err(Refused::NotDelivered),
            Standing::Acked | Standing::Dead => {}
        }
        Ok(())
    }

    /// The try of a record that is in flight has failed.
    fn fail(
        &mut self,
        offset: Offset,
        failure: Failure,
        log: &Partition,
        settings: &GroupSettings,
        limit: u32,
        now: Time,
    ) {
        // A replay that fails takes no more room than it had: it was a dead letter.
        let full = (self.dead.len() + self.replays.len()) as u64 >= u64::from(limit);
        self.in_flight -= 1;
        if let Some(replay) = self.replays.get_mut(&offset) {
            replay.entry.fails(failure, settings, now, false);
            if replay.entry.standing == Standing::Dead {
                let Replay { stored, entry } = replay.clone();
                self.replays.remove(&offset);
                self.bury(offset, stored, entry.tries, now, failure);
            } else {
                self.resting += 1;
            }
            return;
        }
        let Some(entry) = self.entry_mut(offset) else { return };
        entry.fails(failure, settings, now, full);
        let Entry { standing, tries } = *entry;
        if standing != Standing::Dead {
            self.resting += 1;
        } else if let Some(stored) = log.records.get(offset.0) {
            self.bury(offset, stored.clone(), tries, now, failure);
        }
        self.advance();
    }

    /// What was to be answered by now has failed. When the next answer is due.
    pub(super) fn expire(&mut self, log: &Partition, settings: &GroupSettings, limit: u32, now: Time) -> Time {
        let mut next = Time::NEVER;
        if self.in_flight == 0 {
            return next;
        }
        let mut late = Vec::new();
        for (offset, entry) in self.open() {
            if let Standing::InFlight { until } = entry.standing {
                if until <= now {
                    late.push(offset);
                } else {
                    next = next.min(until);
                }
            }
        }
        for offset in late {
            self.fail(offset, Failure::NoAnswer, log, settings, limit, now);
        }
        next
    }

    /// The partition goes to another owner, or its owner starts anew. All from the committed offset on comes again: what
    /// is in flight is not waited for, and an ack beyond an unanswered record does not count, since the new owner has
    /// only the committed offset to go by.
    ///
    /// `lost`: the old owner failed, and with it each record's try; else the tries were only broken off.
    pub(super) fn hand_over(&mut self, lost: bool, log: &Partition, settings: &GroupSettings, limit: u32, now: Time) {
        if lost && self.in_flight > 0 {
            let in_flight: Vec<Offset> = self
                .open()
                .filter(|(_, entry)| matches!(entry.standing, Standing::InFlight { .. }))
                .map(|(offset, _)| offset)
                .collect();
            for offset in in_flight {
                self.fail(offset, Failure::ConsumerLost, log, settings, limit, now);
            }
        }
        let entries = self.replays.iter_mut().map(|(_, replay)| &mut replay.entry).chain(&mut self.window);
        for entry in entries {
            match entry.standing {
                Standing::InFlight { .. } => {
                    self.in_flight -= 1;
                    self.resting += 1;
                    entry.standing = Standing::HandedOver { due: now };
                }
                Standing::Acked => {
                    self.resting += 1;
                    entry.standing = Standing::HandedOver { due: now };
                }
                Standing::BackOff { due } => entry.standing = Standing::HandedOver { due },
                Standing::HandedOver { .. } | Standing::Dead => {}
            }
        }
    }
}
