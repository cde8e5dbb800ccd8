//! One configuration: which write supplied each answer, cut down to what can still matter.

use super::values::Value;
use crate::base::sort_by;

/// The number of an invocation or answer on one key, from 1. An operation is known by the tick of its invocation.
pub(super) type Tick = u64;

/// The end of what has no end.
pub(super) const NEVER: Tick = Tick::MAX;

/// A put, the chain of compare-and-sets on it, and whatever has read their values: these stand next to each other in
/// every order, with no other write between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Block {
    /// What the last write of the chain wrote.
    pub(super) value: Value,
    /// When the first operation of the block was answered. A block in which something was asked later than that comes
    /// after this one.
    pub(super) answered: Tick,
    /// Only what was asked before this may still join: later operations come after a block that comes after this one.
    pub(super) limit: Tick,
    /// What earlier writes of the chain wrote, as long as somebody may still have read it.
    pub(super) earlier: Vec<Earlier>,
}

/// A value that was replaced within a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Earlier {
    pub(super) value: Value,
    /// What was asked before this may have read it: when the first operation after it in the block was answered.
    pub(super) until: Tick,
}

/// The blocks that operations without an answer may still join, and the unanswered writes that some block holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Config {
    pub(super) blocks: Vec<Block>,
    /// Sorted.
    pub(super) used: Vec<Tick>,
}

/// One write of a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// Which operation.
    pub(super) asked: Tick,
    /// What the register holds after it.
    pub(super) value: Value,
}

/// What an answer makes of a configuration.
#[derive(Clone, Debug)]
pub(super) enum Move {
    /// The operation was in it already.
    Settle,
    /// It read a value of the block of this number.
    Join(usize),
    /// A chain of compare-and-sets goes to the end of the block of this number. Its last write comes first.
    Extend(usize, Vec<Link>),
    /// A chain that begins with a put makes a block of its own. Its last write comes first.
    Begin(Vec<Link>),
}

impl Block {
    /// Whether an operation that was asked at this tick may have read the value here.
    #[inline]
    pub(super) fn held(&self, value: Value, asked: Tick) -> bool {
        let earlier = |earlier: &Earlier| earlier.value == value && asked < earlier.until;
        asked < self.limit && (self.value == value || self.earlier.iter().any(earlier))
    }

    /// Adds the writes of a chain, its last first.
    fn replace(&mut self, backwards: &[Link], now: Tick) {
        for link in backwards.iter().rev() {
            self.earlier.push(Earlier { value: self.value, until: now });
            self.value = link.value;
        }
    }
}

impl Config {
    /// Whether some block holds this unanswered write.
    #[inline]
    pub(super) fn uses(&self, asked: Tick) -> bool {
        self.used.binary_search(&asked).is_ok()
    }

    /// The write is a matter of choice no longer.
    pub(super) fn settle(&mut self, asked: Tick) {
        if let Ok(place) = self.used.binary_search(&asked) {
            self.used.remove(place);
        }
    }

    /// Whether an operation that was asked at this tick can join the block and nothing else changes by it: all blocks that
    /// must come before it then, must so already.
    pub(super) fn can_join_freely(&self, number: usize, asked: Tick) -> bool {
        let joined = self.blocks[number].answered;
        let mut others = self.blocks.iter().enumerate().filter(|(other, _)| *other != number);
        others.all(|(_, other)| other.answered >= asked || other.limit <= joined)
    }

    /// Carries out a move for an operation that was asked at `asked` and is answered `now`.
    pub(super) fn carry_out(&mut self, step: Move, asked: Tick, now: Tick) {
        let (number, chain) = match step {
            Move::Settle => return self.settle(asked),
            Move::Join(number) => (number, Vec::new()),
            Move::Extend(number, chain) => {
                self.blocks[number].replace(&chain, now);
                (number, chain)
            }
            Move::Begin(chain) => {
                if let Some((first, rest)) = chain.split_last() {
                    let mut block = Block { value: first.value, answered: now, limit: NEVER, earlier: Vec::new() };
                    block.replace(rest, now);
                    self.blocks.push(block);
                }
                (self.blocks.len() - 1, chain)
            }
        };
        let mut latest = asked;
        for link in chain {
            latest = latest.max(link.asked);
            if link.asked != asked {
                let place = self.used.partition_point(|&used| used < link.asked);
                self.used.insert(place, link.asked);
            }
        }
        // Every block that had an answer before the latest of these was asked comes before this block.
        let answered = self.blocks[number].answered;
        for (other, block) in self.blocks.iter_mut().enumerate() {
            if other != number && block.answered < latest {
                block.limit = block.limit.min(answered);
            }
        }
    }

    /// Forgets the blocks and values that nobody can join who was asked at `oldest` or later.
    pub(super) fn forget(&mut self, oldest: Tick) {
        self.blocks.retain_mut(|block| {
            block.earlier.retain(|earlier| earlier.until > oldest);
            block.limit > oldest
        });
    }

    /// Replaces each tick by one that stands in the same way to all operations that wait, and puts the blocks in order:
    /// configurations that differ in nothing that matters become equal.
    pub(super) fn normalize(&mut self, rounded: impl Fn(Tick) -> Tick) {
        for block in &mut self.blocks {
            block.answered = rounded(block.answered);
            block.limit = rounded(block.limit);
            for earlier in &mut block.earlier {
                earlier.until = rounded(earlier.until);
            }
            sort_by(&mut block.earlier, |a, b| a < b);
            block.earlier.dedup_by(|next, last| {
                let same = next.value == last.value;
                if same {
                    last.until = next.until;
                }
                same
            });
        }
        sort_by(&mut self.blocks, |a, b| a < b);
    }

    /// Whether whatever the other can explain, this one can too; both are normalized. `given_up` tells which unanswered
    /// writes will never be answered: not having used one of those is no disadvantage.
    pub(super) fn covers(&self, other: &Config, given_up: impl Fn(Tick) -> bool) -> bool {
        self.used.len() <= other.used.len()
            && self.blocks.len() >= other.blocks.len()
            && self.used.iter().all(|&used| other.uses(used))
            && other.used.iter().all(|&used| self.uses(used) || given_up(used))
            && self.blocks_cover(&other.blocks)
    }

    /// Both lists are sorted by value: for each of theirs there must be one of ours, no worse and not taken twice.
    fn blocks_cover(&self, theirs: &[Block]) -> bool {
        let mut ours = self.blocks.iter();
        theirs.iter().all(|their| ours.any(|our| our.covers(their)))
    }
}

impl Block {
    fn covers(&self, other: &Block) -> bool {
        let earlier = |their: &Earlier| {
            self.value == their.value
                || self.earlier.iter().any(|our| our.value == their.value && our.until >= their.until)
        };
        self.value == other.value
            && self.answered >= other.answered
            && self.limit >= other.limit
            && other.earlier.iter().all(earlier)
    }
}
