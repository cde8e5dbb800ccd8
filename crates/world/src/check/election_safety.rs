//! Election safety (5.2, figure 3): at most one leader can be elected in a given term.

use super::{Breach, Change};
use crate::base::{NodeId, SortedMap, Term};

#[derive(Clone, Debug, Default)]
pub(super) struct ElectionSafety {
    leaders: SortedMap<Term, NodeId>,
}

impl ElectionSafety {
    pub(super) fn check(&mut self, change: &Change<'_>) -> Result<(), Breach> {
        if !change.became_leader() {
            return Ok(());
        }
        let first = *self.leaders.get_or_insert_with(change.now.term, || change.node);
        if first == change.node {
            return Ok(());
        }
        Err(Breach::TwoLeaders { first, second: change.node, term: change.now.term })
    }
}
