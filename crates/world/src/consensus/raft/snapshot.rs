//! Snapshots and log compaction (section 7).

use std::sync::Arc;

use super::disk::Mark;
use super::entry::{Snapshot, Write};
use super::message::{AppendResult, Message};
use super::note::{Note, Role};
use super::port::RaftPort;
use super::server::Raft;
use crate::base::{LogIndex, NodeId, StateMachine};

impl<M: StateMachine> Raft<M> {
    /// The last entry that is in the snapshot; 0 if there is none.
    fn covered(&self) -> LogIndex {
        self.snapshot.as_ref().map_or(LogIndex::ZERO, |snapshot| snapshot.last.index)
    }

    /// Takes a snapshot if enough was applied since the last one, and forgets most of the entries in it. Some stay, for
    /// followers that are only a little behind.
    #[inline]
    pub(super) fn snapshot_if_due<P: RaftPort<M>>(&mut self, port: &mut P) {
        let every = u64::from(self.config.snapshot_every);
        if every == 0 || self.applied.0.saturating_sub(self.covered().0) < every {
            return;
        }
        let Some(last) = self.log.position(self.applied) else { return };
        let snapshot = Arc::new(Snapshot { last, state: self.machine.snapshot() });
        let kept = u64::from(self.config.snapshot_trailing);
        let keep_from = LogIndex(last.index.0.saturating_sub(kept) + 1).max(self.log.first_index());
        // On disk too a snapshot comes after what it covers: a leader may have committed ahead of its own disk.
        self.write_all_entries(port);
        self.log.compact_before(keep_from);
        self.store(Arc::clone(&snapshot), Write::Snapshot { snapshot, keep_from }, port);
        port.note(Note::SnapshotTaken { index: last.index });
    }

    /// InstallSnapshot, receiver (figure 13): takes over the leader's snapshot, unless all in it is here already.
    pub(super) fn install_snapshot<P: RaftPort<M>>(
        &mut self,
        from: NodeId,
        snapshot: Arc<Snapshot>,
        round: u64,
        port: &mut P,
    ) {
        if self.role == Role::Leader {
            return;
        }
        let last = snapshot.last;
        if last.index > self.commit {
            // Bytes that are no snapshot are as good as lost: the leader will send it again.
            let Ok(machine) = self.machine.restore(&snapshot.state) else { return };
            self.machine = machine;
            self.commit = last.index;
            self.applied = last.index;
            if self.log.term_at(last.index) == Some(last.term) {
                // The log leads up to the snapshot's last entry: what comes after it may be the leader's, and stays.
                let keep_from = last.index.next();
                self.log.compact_before(keep_from);
                self.store(Arc::clone(&snapshot), Write::Snapshot { snapshot, keep_from }, port);
            } else {
                self.disk.cut(last.index.next());
                self.log.restart_after(last);
                self.store(Arc::clone(&snapshot), Write::Install { snapshot }, port);
            }
            port.note(Note::SnapshotInstalled { index: last.index });
        }
        // All up to the commit index is in the leader's log (5.4.3): the answer may say so, whatever was asked.
        let result = AppendResult::Match(self.commit);
        self.send_synced(from, Message::AppendReply { term: self.term, result, round }, port);
    }

    fn store<P: RaftPort<M>>(&mut self, snapshot: Arc<Snapshot>, write: Write<M::Command>, port: &mut P) {
        self.snapshot = Some(snapshot);
        self.save_vote(port);
        port.write(write);
        self.disk.wrote(Mark { last: self.log.last().index, ..self.disk.written() });
    }
}
