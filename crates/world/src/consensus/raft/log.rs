//! The log: entries in a row, of which the first may be compacted away (5.3, section 7).

use std::fmt;
use std::hash::{Hash, Hasher};

use super::entry::{Entries, Entry, LogPosition};
use crate::base::{Chunked, LogIndex, Term};

/// A server's log.
///
/// Two properties of Raft shape it. The terms of its entries never fall from one to the next, so the borders between
/// terms are found by bisection. And two logs that hold the same term at an index are equal up to there (the Log
/// Matching Property, 5.3), so one comparison of a [`LogPosition`] answers for the whole prefix.
#[derive(Clone)]
pub struct Log<C> {
    /// The entry right before the first that is kept: compacted away, but its term is still asked for.
    before: LogPosition,
    /// The last entry; the same as `before` if there is none.
    last: LogPosition,
    /// The entries, numbered by their index.
    entries: Chunked<Entry<C>>,
    cuts: u64,
    last_cut: LogIndex,
}

impl<C> Default for Log<C> {
    fn default() -> Self {
        Log {
            before: LogPosition::default(),
            last: LogPosition::default(),
            entries: Chunked::starting_at(1),
            cuts: 0,
            last_cut: LogIndex::ZERO,
        }
    }
}

impl<C> Log<C> {
    /// The last entry that is compacted away; index 0 if none is.
    #[inline]
    pub fn before(&self) -> LogPosition {
        self.before
    }

    /// The index of the first entry that is kept (of the next to come, if none is).
    #[inline]
    pub fn first_index(&self) -> LogIndex {
        self.before.index.next()
    }

    /// The last entry: where this log ends.
    #[inline]
    pub fn last(&self) -> LogPosition {
        self.last
    }

    /// How many entries are kept.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry is kept.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The term of the entry at `index`: known for every entry that is kept and for the one right before them.
    #[inline]
    pub fn term_at(&self, index: LogIndex) -> Option<Term> {
        if index == self.last.index {
            Some(self.last.term)
        } else if index == self.before.index {
            Some(self.before.term)
        } else {
            self.entry(index).map(|entry| entry.term)
        }
    }

    /// `index` with its term, where that is known.
    #[inline]
    pub fn position(&self, index: LogIndex) -> Option<LogPosition> {
        self.term_at(index).map(|term| LogPosition { index, term })
    }

    /// The entry at `index`, if it is kept.
    #[inline]
    pub fn entry(&self, index: LogIndex) -> Option<&Entry<C>> {
        self.entries.get(index.0)
    }

    /// The entries that are kept from `from` on.
    pub fn iter_from(&self, from: LogIndex) -> impl Iterator<Item = &Entry<C>> + '_ {
        self.entries.iter_from(from.0)
    }

    /// All entries that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<C>> + '_ {
        self.entries.iter()
    }

    /// How often entries were removed from its end: cut off, or all replaced by a snapshot. As long as this number
    /// stands still, the log has only grown (and been compacted).
    #[inline]
    pub fn cuts(&self) -> u64 {
        self.cuts
    }

    /// The index from which on the latest cut removed entries; 0 if none ever did.
    #[inline]
    pub fn last_cut(&self) -> LogIndex {
        self.last_cut
    }

    /// The first index of a run of entries of one term, given any index of it: what a follower tells a leader whose
    /// entry it does not have, so that the leader goes back a term and not an entry at a time (end of 5.3).
    pub fn first_of_term_at(&self, index: LogIndex) -> LogIndex {
        match self.term_at(index) {
            Some(term) => self.first_where(index, |t| t >= term),
            None => index,
        }
    }

    /// The last index below `limit` that holds an entry of `term`: the leader's side of going back (end of 5.3).
    pub fn last_of_term_below(&self, term: Term, limit: LogIndex) -> Option<LogIndex> {
        let candidate = self.first_where(limit, |t| t > term).previous();
        (self.term_at(candidate) == Some(term)).then_some(candidate)
    }

    /// The first index below `limit` whose term fulfils what all later terms fulfil too; `limit` if none does.
    fn first_where(&self, limit: LogIndex, fulfils: impl Fn(Term) -> bool) -> LogIndex {
        let (mut low, mut high) = (self.first_index(), limit.min(self.last.index.next()));
        while low < high {
            let middle = LogIndex(low.0 + (high.0 - low.0) / 2);
            if self.term_at(middle).is_some_and(&fulfils) { high = middle } else { low = middle.next() }
        }
        low
    }
}

impl<C: Clone> Log<C> {
    /// Adds an entry at the end and returns its index.
    #[inline]
    pub fn append(&mut self, entry: Entry<C>) -> LogIndex {
        self.last = LogPosition { index: self.last.index.next(), term: entry.term };
        self.entries.push(entry);
        self.last.index
    }

    /// Adds entries at the end.
    pub fn extend(&mut self, entries: &[Entry<C>]) {
        let Some(last) = entries.last() else { return };
        self.last = LogPosition { index: LogIndex(self.last.index.0 + entries.len() as u64), term: last.term };
        self.entries.extend_from_slice(entries);
    }

    /// The entries from `from` to `to`, both included.
    pub fn copy_range(&self, from: LogIndex, to: LogIndex) -> Entries<C> {
        Entries::from(self.entries.copy_range(from.0, to.0 + 1))
    }

    /// Removes the entry at `from` and all after it.
    pub fn truncate_from(&mut self, from: LogIndex) {
        let from = from.max(self.first_index());
        if from > self.last.index {
            return;
        }
        self.last = self.position(from.previous()).unwrap_or(self.before);
        self.entries.truncate_from(from.0);
        self.cuts += 1;
        self.last_cut = from;
    }

    /// Forgets the entries before `keep_from`, of those that are there.
    pub fn compact_before(&mut self, keep_from: LogIndex) {
        let Some(before) = self.position(keep_from.min(self.last.index.next()).previous()) else { return };
        if before.index > self.before.index {
            self.before = before;
            self.entries.drop_before(before.index.next().0);
        }
    }

    /// Forgets everything: the next entry comes after `before`, which a snapshot covers.
    pub fn restart_after(&mut self, before: LogPosition) {
        self.last_cut = self.first_index();
        self.before = before;
        self.last = before;
        self.entries = Chunked::starting_at(before.index.next().0);
        self.cuts += 1;
    }
}

// What was done to a log is not part of what it is: two logs that hold the same are equal.

impl<C: PartialEq> PartialEq for Log<C> {
    fn eq(&self, other: &Self) -> bool {
        self.before == other.before && self.entries == other.entries
    }
}

impl<C: Eq> Eq for Log<C> {}

impl<C: Hash> Hash for Log<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.before.hash(state);
        self.entries.hash(state);
    }
}

impl<C: fmt::Debug> fmt::Debug for Log<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after {}@{}: {:?}", self.before.index, self.before.term, self.entries)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::super::entry::Payload;
    use super::*;

    fn log_of(steps: &[u8], compacted: u64) -> Log<()> {
        let mut log = Log::default();
        let mut term = Term(1);
        for &step in steps {
            term.0 += u64::from(step);
            log.append(Entry { term, payload: Payload::NoOp });
        }
        log.compact_before(LogIndex(compacted + 1));
        log
    }

    proptest! {
        /// 5.3: whatever is asked of the borders between terms, bisection finds what a look at every entry finds.
        #[test]
        fn borders_between_terms_are_found(
            steps in prop::collection::vec(0u8..3, 1..40),
            compacted in 0u64..20,
            index in 1u64..40,
            term in 0u64..40,
        ) {
            let log = log_of(&steps, compacted);
            let (index, term) = (LogIndex(index), Term(term));
            let known = || (log.before().index.0..=log.last().index.0).map(LogIndex);
            let below = known().filter(|&i| i < index && log.term_at(i) == Some(term)).max();
            if index > log.before().index {
                prop_assert_eq!(log.last_of_term_below(term, index), below);
            }
            if let Some(held) = log.entry(index).map(|entry| entry.term) {
                let first = log.iter().position(|entry| entry.term == held).map(|place| log.first_index().0 + place as u64);
                prop_assert_eq!(Some(log.first_of_term_at(index).0), first);
            }
        }
    }
}
