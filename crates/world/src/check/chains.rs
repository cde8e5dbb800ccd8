//! Fingerprints of logs, so that two logs are compared by one number.
//!
//! The chain of a log at an index is a fingerprint of all entries up to there. It is extended as entries are appended,
//! and shared by the invariants that compare logs.

use super::Change;
use crate::base::{Chunked, LogIndex, StableHasher, Term};
use std::hash::{Hash, Hasher};

/// One server's log as a list of chains.
#[derive(Clone, Debug)]
struct Chain {
    /// Numbered by index.
    links: Chunked<(Term, u64)>,
}

/// The chains of all servers' logs.
#[derive(Clone, Debug)]
pub(super) struct Chains {
    logs: Vec<Chain>,
}

impl Chains {
    pub(super) fn new(servers: usize) -> Chains {
        let mut links = Chunked::starting_at(0);
        links.push((Term(0), 0)); // before the first entry, all logs agree
        Chains { logs: vec![Chain { links }; servers] }
    }

    /// The term of a server's entry at an index and the chain up to there, if the entry is still known.
    pub(super) fn at(&self, slot: usize, index: LogIndex) -> Option<(Term, u64)> {
        self.logs.get(slot)?.links.get(index.0).copied()
    }

    /// Whether a server's log once held the index, and that is too long ago to remember its entry.
    pub(super) fn forgot(&self, slot: usize, index: LogIndex) -> bool {
        self.logs.get(slot).is_some_and(|chain| index.0 < chain.links.first())
    }

    /// Follows what has changed in a server's log.
    pub(super) fn update(&mut self, change: &Change<'_>) {
        let slot = change.node.slot();
        let log = change.server.log();
        let compacted = log.before();
        let links = &mut self.logs[slot].links;
        // What is compacted away stays what it was, also if the server has forgotten all else in a crash.
        links.truncate_from(change.first_changed.max(log.first_index()).0.max(links.first() + 1));
        let leads_up = |chain: &Chain| chain.links.get(compacted.index.0).is_some_and(|link| link.0 == compacted.term);
        if !leads_up(&self.logs[slot]) {
            // A snapshot took the place of the log. It stands for the entries that some other server had up to there.
            let found = self.logs.iter().find(|chain| leads_up(chain)).cloned();
            let links = &mut self.logs[slot].links;
            *links = found.map_or_else(|| Chunked::starting_at(compacted.index.0), |chain| chain.links);
            links.truncate_from(log.first_index().0);
            if links.is_empty() {
                links.push((compacted.term, 0));
            }
        }
        let links = &mut self.logs[slot].links;
        while links.end() <= log.last().index.0 {
            let index = LogIndex(links.end());
            let Some(entry) = log.entry(index) else { break };
            let (_, before) = links.last().copied().unwrap_or_default();
            let mut hasher = StableHasher::resume(before);
            entry.hash(&mut hasher);
            links.push((entry.term, hasher.finish()));
        }
        // What is compacted away is kept for a while: another server may still need it for comparison.
        let keep = compacted.index.0.saturating_sub(1_024);
        if keep > links.first() + 1_024 {
            links.drop_before(keep);
        }
    }
}
