//! Looking at a server without changing it: for the stage, the checks and the tests.

use std::sync::Arc;

use super::client::Waiting;
use super::config::Config;
use super::election::ElectionWait;
use super::entry::Snapshot;
use super::log::Log;
use super::note::Role;
use super::progress::Progress;
use super::server::Raft;
use crate::base::{LogIndex, NodeId, StateMachine, Term};

impl<M: StateMachine> Raft<M> {
    /// Its id.
    #[inline]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// How it runs.
    #[inline]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its part.
    #[inline]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The latest term it has seen.
    #[inline]
    pub fn term(&self) -> Term {
        self.term
    }

    /// Whom it votes for in this term.
    #[inline]
    pub fn vote(&self) -> Option<NodeId> {
        self.vote
    }

    /// Whom it takes for the leader of this term.
    #[inline]
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Of a candidate or would-be candidate: who has granted it a vote, itself included once that counts.
    pub fn votes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.members_in(self.ballots.granted)
    }

    /// Of a candidate or would-be candidate: who has refused it a vote.
    pub fn refusals(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.members_in(self.ballots.refused)
    }

    fn members_in(&self, bits: u64) -> impl Iterator<Item = NodeId> + '_ {
        self.config.members.iter().enumerate().filter(move |(place, _)| bits & (1 << place) != 0).map(|(_, &id)| id)
    }

    /// Of a server that does not lead: where it is in its wait for a leader.
    #[inline]
    pub fn election_wait(&self) -> ElectionWait {
        self.wait
    }

    /// Its log.
    #[inline]
    pub fn log(&self) -> &Log<M::Command> {
        &self.log
    }

    /// Its log, for a forger's hand.
    #[cfg(test)]
    pub(crate) fn tamper_log(&mut self, how: impl FnOnce(&mut Log<M::Command>)) {
        how(&mut self.log);
    }

    /// Its newest snapshot.
    #[inline]
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// The last entry that it knows to be committed.
    #[inline]
    pub fn commit(&self) -> LogIndex {
        self.commit
    }

    /// The last entry that its machine has carried out.
    #[inline]
    pub fn applied(&self) -> LogIndex {
        self.applied
    }

    /// The machine, as of the last applied entry.
    #[inline]
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// The last entry of its log that is known to be on its disk.
    #[inline]
    pub fn durable(&self) -> LogIndex {
        self.disk.durable().last
    }

    /// Of a leader: what it believes of each other member. Empty for the rest.
    #[inline]
    pub fn followers(&self) -> &[Progress] {
        &self.office.followers
    }

    /// Of a leader: which clients wait for the outcome of which entry, in the order of the entries.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = &Waiting> + '_ {
        self.office.waiting.iter()
    }

    /// Of a leader: how many queries wait for their answer.
    pub fn waiting_reads(&self) -> usize {
        self.office.reads.len()
    }

    /// Of a leader: the latest round of heartbeats (dissertation, 6.4).
    #[inline]
    pub fn round(&self) -> u64 {
        self.office.round
    }
}
