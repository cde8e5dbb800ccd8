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

    /// Follows what has changed in a server's log.
    pub(super) fn update(&mut self, change: &Change<'_>) {
        let slot = change.node.slot();
        let log = change.server.log();
        let compacted = log.before();
        let links = &mut self.logs[slot].links;
        links.truncate_from(change.first_changed.0.max(links.first() + 1));
        if links.end() <= compacted.index.0 || links.get(compacted.index.0).is_some_and(|l| l.0 != compacted.term) {
            // A snapshot took the place of the log: some other server's chain says what is before it.
            let found = self
                .logs
                .iter()
                .find_map(|other| other.links.get(compacted.index.0).copied().filter(|link| link.0 == compacted.term));
            let links = &mut self.logs[slot].links;
            *links = Chunked::starting_at(compacted.index.0);
            links.push(found.unwrap_or((compacted.term, 0)));
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
