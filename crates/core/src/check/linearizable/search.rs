//! All ways to extend a configuration so that one more answer is explained.

use super::config::{Config, Link, Place, Tick};
use super::values::Value;

/// What an operation does, in values by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    Get,
    Put(Value),
    Cas { expected: Value, value: Value },
}

impl Call {
    /// Whether its answer tells what the register held.
    pub(super) fn reads(self) -> bool {
        !matches!(self, Call::Put(_))
    }

    /// What the register holds after it, if it writes.
    pub(super) fn writes(self) -> Option<Value> {
        match self {
            Call::Get => None,
            Call::Put(value) | Call::Cas { value, .. } => Some(value),
        }
    }
}

/// An unanswered write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write {
    pub(super) asked: Tick,
    pub(super) call: Call,
    pub(super) given_up: bool,
}

/// What an answer says about the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It held this value, and nothing was written.
    Held(Value),
    /// The operation wrote.
    Wrote,
}

/// The work was more than the budget allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooMuch;

/// The extension of one configuration by one answer.
pub(super) struct Search<'a> {
    /// Unanswered writes in the order of their invocation, the answered operation not among them.
    pub(super) writes: &'a [Write],
    /// When the answered operation was asked.
    pub(super) asked: Tick,
    /// When it was answered.
    pub(super) now: Tick,
    pub(super) config: &'a Config,
    pub(super) found: &'a mut Vec<Config>,
    /// Units of work that may still be spent.
    pub(super) budget: &'a mut u32,
    /// The chain being built, its last write first.
    pub(super) chain: Vec<Link>,
}

impl Search<'_> {
    /// Adds to `found` every extension that explains the answer.
    pub(super) fn explain(mut self, call: Call, claim: Claim) -> Result<(), TooMuch> {
        match (call, claim) {
            (Call::Get | Call::Cas { .. }, Claim::Held(value)) => {
                if self.config.uses(self.asked) {
                    return Ok(()); // It took effect in this order, and so it cannot have failed.
                }
                if self.config.held(value, self.asked) {
                    return self.add(self.config.clone());
                }
                self.supply(value, self.asked)
            }
            (Call::Put(value) | Call::Cas { value, .. }, Claim::Wrote) => {
                if self.config.uses(self.asked) {
                    let mut settled = self.config.clone();
                    settled.settle(self.asked);
                    return self.add(settled);
                }
                self.chain.push(Link { asked: self.asked, value });
                match call {
                    Call::Cas { expected, .. } => self.supply(expected, self.asked),
                    _ => self.begins_with_put(self.asked),
                }
            }
            // No such operation has such an answer: nothing explains it.
            (Call::Get, Claim::Wrote) | (Call::Put(_), Claim::Held(_)) => Ok(()),
        }
    }

    /// The chain so far needs the register to hold `value`: finds every way to that. All of the chain, and the answered
    /// operation, were asked at `latest` or before.
    fn supply(&mut self, value: Value, latest: Tick) -> Result<(), TooMuch> {
        if !self.chain.is_empty() {
            if self.config.state == value {
                self.put_in(Place::End { now: self.now, put_first: false })?;
            }
            for (number, stretch) in self.config.stretches.iter().enumerate() {
                if stretch.value == value && stretch.open && stretch.until > latest {
                    self.put_in(Place::Stretch(number))?;
                }
            }
        }
        let mut has_given_up = false;
        for write in self.writes.iter().rev() {
            if write.call.writes() != Some(value)
                || self.config.uses(write.asked)
                || self.chain.iter().any(|link| link.asked == write.asked)
            {
                continue;
            }
            self.spend(1)?;
            let latest = latest.max(write.asked);
            self.chain.push(Link { asked: write.asked, value });
            match write.call {
                Call::Cas { expected, .. } => self.supply(expected, latest)?,
                // Of puts of one value that will never be answered, the last that fits is the one to use up.
                _ if has_given_up && write.given_up => {}
                _ => {
                    self.begins_with_put(latest)?;
                    has_given_up |= write.given_up && (self.config.slot == 0 || self.config.slot > latest);
                }
            }
            self.chain.pop();
        }
        Ok(())
    }

    /// The chain is whole, since its first write needs nothing.
    fn begins_with_put(&mut self, latest: Tick) -> Result<(), TooMuch> {
        self.put_in(Place::End { now: self.now, put_first: true })?;
        if self.config.slot > latest { self.put_in(Place::Slot) } else { Ok(()) }
    }

    fn put_in(&mut self, place: Place) -> Result<(), TooMuch> {
        self.add(self.config.with_chain(&self.chain, place, self.asked))
    }

    fn add(&mut self, config: Config) -> Result<(), TooMuch> {
        self.spend(1 + config.stretches.len() as u32 / 16)?;
        self.found.push(config);
        Ok(())
    }

    fn spend(&mut self, work: u32) -> Result<(), TooMuch> {
        *self.budget = self.budget.checked_sub(work).ok_or(TooMuch)?;
        Ok(())
    }
}
