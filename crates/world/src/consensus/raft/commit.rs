//! What is committed, and carrying it out (5.3, 5.4.2).

use super::config::Defect;
use super::entry::Payload;
use super::note::{Note, Role};
use super::port::RaftPort;
use super::server::Raft;
use crate::base::{LogIndex, StateMachine};
use crate::consensus::service::{ClientReply, Outcome};

impl<M: StateMachine> Raft<M> {
    /// Leader: an entry that is on the disks of a majority is committed, and so is all before it; but only an entry of
    /// the leader's own term is counted (5.4.2, figure 8), since one of an older term could still be overwritten by a
    /// leader that does not have it.
    pub(super) fn advance_commit<P: RaftPort<M>>(&mut self, port: &mut P) {
        let index = self.held_by_majority();
        let own_term =
            self.log.term_at(index) == Some(self.term) || self.config.defects.has(Defect::OldTermCommittedByCounting);
        if index > self.commit && own_term {
            self.commit_to(index, port);
            self.ask_for_reads(port);
        }
    }

    /// The highest index that is durable on a majority. The leader counts itself like any other: up to what its disk
    /// holds, not up to what it has sent.
    fn held_by_majority(&self) -> LogIndex {
        let held = || {
            let own = self.disk.durable().last;
            self.office.followers.iter().map(|follower| follower.matched()).chain([own])
        };
        let majority = self.config.majority();
        // Few members: comparing each with each is faster than sorting them.
        let by_majority = |&index: &LogIndex| held().filter(|&other| other >= index).count() >= majority;
        held().filter(|index| *index > self.commit).filter(by_majority).max().unwrap_or(self.commit)
    }

    /// All up to `index` is known to be committed.
    #[inline]
    pub(super) fn commit_to<P: RaftPort<M>>(&mut self, index: LogIndex, port: &mut P) {
        if index > self.commit {
            self.commit = index;
            port.note(Note::Committed { index });
            self.apply(port);
        }
    }

    /// Carries out what is committed, in order, and answers the clients that wait for it (5.3).
    fn apply<P: RaftPort<M>>(&mut self, port: &mut P) {
        let count = (self.commit.0 - self.applied.0) as usize;
        for entry in self.log.iter_from(self.applied.next()).take(count) {
            self.applied = self.applied.next();
            let Payload::Command(command) = &entry.payload else { continue };
            let response = self.machine.apply(command);
            if let Some(waiting) = self.office.waiting.pop_front_if(|waiting| waiting.index == self.applied) {
                port.reply(waiting.client, ClientReply { id: waiting.id, outcome: Outcome::Done(response) });
            }
        }
        self.snapshot_if_due(port);
        self.look_at_parked(port);
    }

    /// Whether this leader knows what is committed: it does once an entry of its own term is (section 8).
    pub(super) fn knows_commit(&self) -> bool {
        self.role == Role::Leader && self.log.term_at(self.commit) == Some(self.term)
    }
}
