//! State machine safety (5.4.3, figure 3): if a server has applied a log entry at a given index to its state machine, no
//! other server will ever apply a different log entry for the same index. And a snapshot stands for the entries that it
//! replaces: two of the same index hold the same state.

use super::chains::Chains;
use super::{Breach, Change};
use crate::base::{Chunked, LogIndex, NodeId, SortedMap, digest};

/// How many snapshots are remembered for comparison.
const SNAPSHOTS: usize = 64;

#[derive(Clone, Debug)]
pub(super) struct StateMachineSafety {
    /// The chain of what was first applied at each index, and by whom.
    applied: Chunked<(u16, u64)>,
    snapshots: SortedMap<LogIndex, (u16, u64)>,
}

impl Default for StateMachineSafety {
    fn default() -> Self {
        StateMachineSafety { applied: Chunked::starting_at(1), snapshots: SortedMap::default() }
    }
}

impl StateMachineSafety {
    pub(super) fn check(&mut self, change: &Change<'_>, chains: &Chains) -> Result<(), Breach> {
        let mut result = Ok(());
        let since = if change.restarted { LogIndex::ZERO } else { change.before.applied };
        for index in since.0 + 1..=change.now.applied.0 {
            let Some((_, chain)) = chains.at(change.node.slot(), LogIndex(index)) else { continue };
            match self.applied.get(index) {
                Some(&(whose, first)) if first != chain && result.is_ok() => {
                    let (first, second) = (NodeId(whose), change.node);
                    result = Err(Breach::AppliedOther { first, second, index: LogIndex(index) });
                }
                Some(_) => {}
                None => {
                    if index > self.applied.end() {
                        self.applied = Chunked::starting_at(index);
                    }
                    if index == self.applied.end() {
                        self.applied.push((change.node.0, chain));
                    }
                }
            }
        }
        if change.before.snapshot != change.now.snapshot
            && let Some(snapshot) = change.server.snapshot()
        {
            let state = digest(&snapshot.state);
            let (whose, first) = *self.snapshots.get_or_insert_with(snapshot.last.index, || (change.node.0, state));
            if first != state && result.is_ok() {
                let (first, second) = (NodeId(whose), change.node);
                result = Err(Breach::SnapshotsDiffer { first, second, index: snapshot.last.index });
            }
            while self.snapshots.len() > SNAPSHOTS {
                self.snapshots.remove_first();
            }
        }
        result
    }
}
