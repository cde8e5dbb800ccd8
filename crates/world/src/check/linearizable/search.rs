//! All ways in which a configuration can explain one more answer.

use super::config::{Config, Link, Move, Tick};
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

/// The search through one configuration for one answer.
pub(super) struct Search<'a> {
    /// Unanswered writes in the order of their invocation, the answered operation not among them.
    pub(super) writes: &'a [Write],
    /// When the answered operation was asked.
    pub(super) asked: Tick,
    pub(super) config: &'a Config,
    /// Takes what is found.
    pub(super) found: &'a mut dyn FnMut(Move),
    /// Units of work that may still be spent.
    pub(super) budget: &'a mut u32,
    /// The chain being built, its last write first.
    pub(super) chain: Vec<Link>,
}

impl Search<'_> {
    /// Finds every move that explains the answer.
    pub(super) fn explain(mut self, call: Call, claim: Claim) -> Result<(), TooMuch> {
        match (call, claim) {
            (Call::Get | Call::Cas { .. }, Claim::Held(value)) => {
                if self.config.uses(self.asked) {
                    return Ok(()); // It took effect here, and so it cannot have failed.
                }
                let (config, asked) = (self.config, self.asked);
                let holds = |&number: &usize| config.blocks[number].held(value, asked);
                let mut holding = (0..config.blocks.len()).filter(holds);
                if let Some(number) = holding.clone().find(|&number| config.can_join_freely(number, asked)) {
                    return self.add(Move::Join(number)); // No other way could allow for more.
                }
                holding.try_for_each(|number| self.add(Move::Join(number)))?;
                self.supply(value, self.asked)
            }
            (Call::Put(_) | Call::Cas { .. }, Claim::Wrote) if self.config.uses(self.asked) => self.add(Move::Settle),
            (Call::Put(value), Claim::Wrote) => self.add(Move::Begin(vec![Link { asked: self.asked, value }])),
            (Call::Cas { expected, value }, Claim::Wrote) => {
                self.chain.push(Link { asked: self.asked, value });
                self.supply(expected, self.asked)
            }
            // No such operation has such an answer: nothing explains it.
            (Call::Get, Claim::Wrote) | (Call::Put(_), Claim::Held(_)) => Ok(()),
        }
    }

    /// The chain so far, or the answered operation if there is none, needs somebody to write `value` right before it:
    /// finds every way to that. All of the chain was asked at `latest` or before.
    fn supply(&mut self, value: Value, latest: Tick) -> Result<(), TooMuch> {
        if !self.chain.is_empty() {
            for (number, block) in self.config.blocks.iter().enumerate() {
                if block.value == value && latest < block.limit {
                    self.add(Move::Extend(number, self.chain.clone()))?;
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
            self.chain.push(Link { asked: write.asked, value });
            match write.call {
                Call::Cas { expected, .. } => self.supply(expected, latest.max(write.asked))?,
                // Puts of one value that were asked before all the rest of the chain and that will never be answered
                // are all alike: one of them is enough.
                _ if has_given_up && write.given_up && write.asked < latest => {}
                _ => {
                    has_given_up |= write.given_up && write.asked < latest;
                    self.add(Move::Begin(self.chain.clone()))?;
                }
            }
            self.chain.pop();
        }
        Ok(())
    }

    fn add(&mut self, step: Move) -> Result<(), TooMuch> {
        self.spend(1 + self.config.blocks.len() as u32 / 16)?;
        (self.found)(step);
        Ok(())
    }

    fn spend(&mut self, work: u32) -> Result<(), TooMuch> {
        *self.budget = self.budget.checked_sub(work).ok_or(TooMuch)?;
        Ok(())
    }
}
