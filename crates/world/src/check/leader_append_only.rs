//! Leader append-only (5.3, figure 3): a leader never overwrites or deletes entries in its log; it only appends.

use smol_str::{SmolStr, format_smolstr};

use super::Change;
use crate::consensus::raft::Role;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeaderAppendOnly;

impl LeaderAppendOnly {
    pub(super) fn check(&self, change: &Change<'_>) -> Result<(), SmolStr> {
        let leads_on = change.before.role == Role::Leader
            && change.now.role == Role::Leader
            && change.before.term == change.now.term
            && !change.restarted;
        if leads_on && change.first_changed <= change.before.last {
            let (name, index) = (change.name(), change.first_changed);
            return Err(format_smolstr!("{name}, leader of term {}, removed its entry {index}", change.now.term));
        }
        Ok(())
    }
}
