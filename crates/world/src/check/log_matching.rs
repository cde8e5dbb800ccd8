//! Log matching (5.3, figure 3): if two logs contain an entry with the same index and term, then the logs are identical
//! in all entries up through the given index.

use super::chains::Chains;
use super::{Breach, Change};
use crate::base::{Chunked, LogIndex, NodeId, SortedMap, Term};

/// The chain that belongs to an index and term, from the first log that held them.
#[derive(Clone, Debug)]
pub(super) struct LogMatching {
    /// The first term seen at each index, whose log that was, and its chain.
    first: Chunked<(Term, u16, u64)>,
    /// Further terms seen at an index.
    more: SortedMap<(LogIndex, Term), (u16, u64)>,
}

impl Default for LogMatching {
    fn default() -> Self {
        LogMatching { first: Chunked::starting_at(1), more: SortedMap::default() }
    }
}

impl LogMatching {
    pub(super) fn check(&mut self, change: &Change<'_>, chains: &Chains) -> Result<(), Breach> {
        let me = change.node.0;
        let mut result = Ok(());
        for index in change.first_changed.0.max(1)..=change.now.last.0 {
            let index = LogIndex(index);
            let Some((term, chain)) = chains.at(change.node.slot(), index) else { continue };
            let (whose, known) = self.known(index, term, me, chain);
            if known != chain && result.is_ok() {
                result = Err(Breach::LogsDiffer { first: NodeId(whose), second: change.node, index, term });
            }
        }
        result
    }

    fn known(&mut self, index: LogIndex, term: Term, me: u16, chain: u64) -> (u16, u64) {
        match self.first.get(index.0) {
            Some(&(first_term, whose, known)) if first_term == term => (whose, known),
            Some(_) => *self.more.get_or_insert_with((index, term), || (me, chain)),
            None => {
                if index.0 > self.first.end() {
                    self.first = Chunked::starting_at(index.0);
                }
                if index.0 == self.first.end() {
                    self.first.push((term, me, chain));
                }
                (me, chain)
            }
        }
    }
}
