//! One configuration: an order of writes that explains all answers so far, cut down to what can still matter.

use super::values::Value;

/// The number of an invocation or answer on one key, from 1. An operation is known by the tick of its invocation.
pub(super) type Tick = u64;

/// The register held a value from one write to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stretch {
    pub(super) value: Value,
    /// Whether other writes may still be slipped in at its end: a put ended it, which overwrites them at once. Before
    /// a compare-and-set nothing fits, since the order has that one directly after what it expected.
    pub(super) open: bool,
    /// Operations that were asked before this tick may lie in the stretch.
    pub(super) until: Tick,
}

/// An order of writes, as far as it matters: what the register holds at its end, and what it held earlier.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Config {
    /// What the register holds at the end of the order.
    pub(super) state: Value,
    /// Puts that were asked before this tick can be slipped in unseen; 0 if there is no such place. This is the latest
    /// end of an open stretch: a later place is always as good as an earlier one.
    pub(super) slot: Tick,
    /// The earlier stretches that somebody may still have seen, sorted.
    pub(super) stretches: Vec<Stretch>,
    /// The unanswered writes that the order holds, sorted.
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

/// Where a chain is put.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At the end of the order.
    End {
        /// The tick of the answer that is being explained.
        now: Tick,
        /// Its first write is a put.
        put_first: bool,
    },
    /// Right before the put that ends the latest open stretch.
    Slot,
    /// At the end of the open stretch of this number, which becomes part of the chain: its first write expects it.
    Stretch(usize),
}

impl Config {
    /// Whether the register held the value at some time after `asked`.
    #[inline]
    pub(super) fn held(&self, value: Value, asked: Tick) -> bool {
        self.state == value || self.stretches.iter().any(|s| s.value == value && s.until > asked)
    }

    /// Whether the order already holds this unanswered write.
    #[inline]
    pub(super) fn uses(&self, asked: Tick) -> bool {
        self.used.binary_search(&asked).is_ok()
    }

    /// The write is answered now, and so it is part of the order for good.
    pub(super) fn settle(&mut self, asked: Tick) {
        if let Ok(place) = self.used.binary_search(&asked) {
            self.used.remove(place);
        }
    }

    /// The order with a chain put in. `backwards` has its last write first; `answered` is the operation that is being
    /// answered, which needs no mark of having been used.
    pub(super) fn with_chain(&self, backwards: &[Link], place: Place, answered: Tick) -> Config {
        let mut new = self.clone();
        let (until, ends_open) = match place {
            Place::End { now, put_first } => {
                new.stretches.push(Stretch { value: self.state, open: put_first, until: now });
                if put_first {
                    new.slot = now;
                }
                (now, None)
            }
            Place::Slot => (self.slot, Some(true)),
            Place::Stretch(number) => {
                new.stretches[number].open = false;
                (self.stretches[number].until, Some(true))
            }
        };
        for (back, link) in backwards.iter().enumerate().rev() {
            if back > 0 {
                new.stretches.push(Stretch { value: link.value, open: false, until });
            } else if let Some(open) = ends_open {
                new.stretches.push(Stretch { value: link.value, open, until });
            } else {
                new.state = link.value;
            }
            if link.asked != answered {
                let place = new.used.partition_point(|&used| used < link.asked);
                new.used.insert(place, link.asked);
            }
        }
        new
    }

    /// Whether whatever the other can explain, this one can too. `given_up` tells which unanswered writes will never be
    /// answered: not having used one of those is no disadvantage.
    pub(super) fn covers(&self, other: &Config, given_up: impl Fn(Tick) -> bool) -> bool {
        self.state == other.state
            && self.slot >= other.slot
            && self.used.len() <= other.used.len()
            && self.used.iter().all(|&used| other.uses(used))
            && other.used.iter().all(|&used| self.uses(used) || given_up(used))
            && self.stretches_cover(&other.stretches)
    }

    /// Both lists are sorted by value: for each of theirs there must be one of ours, no worse and not taken twice.
    fn stretches_cover(&self, theirs: &[Stretch]) -> bool {
        let mut ours = self.stretches.as_slice();
        for group in theirs.chunk_by(|a, b| a.value == b.value) {
            let value = group[0].value;
            while ours.first().is_some_and(|s| s.value < value) {
                ours = &ours[1..];
            }
            let same = &ours[..ours.partition_point(|s| s.value == value)];
            // Rank by rank from the best: only few stretches hold the same value.
            let fits = group.len() <= same.len()
                && group.iter().rev().zip(same.iter().rev()).all(|(t, o)| o.open >= t.open && o.until >= t.until);
            if !fits {
                return false;
            }
        }
        true
    }
}
