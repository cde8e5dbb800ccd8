//! Leader completeness (5.4, figure 3): if a log entry is committed in a given term, then that entry will be present in
//! the logs of the leaders for all higher-numbered terms.
//!
//! Committed is what any server takes to be committed; the term that counts is the one in which it first did.

use super::chains::Chains;
use super::{Breach, Change};
use crate::base::{LogIndex, NodeId, SortedMap, Term};
use crate::consensus::raft::Role;

#[derive(Clone, Debug, Default)]
pub(super) struct LeaderCompleteness {
    /// The last entry committed in each term, and the chain up to there.
    last_in_term: SortedMap<Term, (LogIndex, u64)>,
    committed: LogIndex,
}

impl LeaderCompleteness {
    /// The last entry that anybody has seen committed.
    pub(super) fn committed(&self) -> LogIndex {
        self.committed
    }

    pub(super) fn check(&mut self, change: &Change<'_>, chains: &Chains) -> Result<(), Breach> {
        let mut result = Ok(());
        if change.now.commit > self.committed
            && let Some((_, chain)) = chains.at(change.node.slot(), change.now.commit)
        {
            self.committed = change.now.commit;
            let (term, index) = (change.now.term, change.now.commit);
            self.last_in_term.insert(term, (index, chain));
            for (id, other) in change.others() {
                if other.role() == Role::Leader && other.term() > term {
                    result = result.and(holds(chains, id.0, other.term(), index, chain, term));
                }
            }
        }
        if change.became_leader() {
            for (&term, &(index, chain)) in self.last_in_term.iter_before(&change.now.term).rev().take(8) {
                result = result.and(holds(chains, change.node.0, change.now.term, index, chain, term));
            }
        }
        result
    }
}

fn holds(
    chains: &Chains,
    server: u16,
    leads: Term,
    index: LogIndex,
    chain: u64,
    committed_in: Term,
) -> Result<(), Breach> {
    match chains.at(usize::from(server), index) {
        Some((_, own)) if own == chain => Ok(()),
        // So long compacted away that nobody remembers what it was: it was applied, and that is another invariant's.
        None if chains.forgot(usize::from(server), index) => Ok(()),
        found => {
            let (leader, term) = (NodeId(server), leads);
            Err(Breach::Lacks { leader, term, index, committed_in, holds_another: found.is_some() })
        }
    }
}
