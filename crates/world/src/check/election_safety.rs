//! Election safety (5.2, figure 3): at most one leader can be elected in a given term.

use smol_str::{SmolStr, format_smolstr};

use super::Change;
use crate::base::{NodeId, SortedMap, Term};
use crate::lab::server_name;

#[derive(Clone, Debug, Default)]
pub(super) struct ElectionSafety {
    leaders: SortedMap<Term, NodeId>,
}

impl ElectionSafety {
    pub(super) fn check(&mut self, change: &Change<'_>) -> Result<(), SmolStr> {
        if !change.became_leader() {
            return Ok(());
        }
        let first = *self.leaders.get_or_insert_with(change.now.term, || change.node);
        if first == change.node {
            return Ok(());
        }
        let (first, second) = (server_name(first.0), change.name());
        Err(format_smolstr!("{first} and {second} were both elected in term {}", change.now.term))
    }
}
