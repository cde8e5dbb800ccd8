//! Leader append-only (5.3, figure 3): a leader never overwrites or deletes entries in its log; it only appends.

use super::{Breach, Change};
use crate::consensus::raft::Role;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeaderAppendOnly;

impl LeaderAppendOnly {
    pub(super) fn check(&self, change: &Change<'_>) -> Result<(), Breach> {
        let leads_on = change.before.role == Role::Leader
            && change.now.role == Role::Leader
            && change.before.term == change.now.term
            && !change.restarted;
        if leads_on && change.first_changed <= change.before.last {
            return Err(Breach::Removed { leader: change.node, term: change.now.term, index: change.first_changed });
        }
        Ok(())
    }
}
