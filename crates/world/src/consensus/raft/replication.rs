//! The leader's side of replication (5.3), as a pipeline (dissertation, 10.2.1 and 10.2.2).
//!
//! A leader's disk and its followers are all treated alike: each is sent the new entries at once as long as only a few
//! batches are on their way to it. Beyond that, entries gather until the next acknowledgement and then go together. So
//! a lone request waits for nothing, and under load the batches grow by themselves.

use std::hash::{Hash, Hasher};

use super::disk::Mark;
use super::entry::{Entries, Write};
use super::log::Log;
use super::message::{AppendResult, Message};
use super::note::{Note, Role, StepDown};
use super::port::{RaftPort, Timer};
use super::progress::ProgressState;
use super::server::Raft;
use crate::base::{LogIndex, NodeId, StateMachine};

/// The entries that were last put into a message, kept for the next who needs the same ones. No part of the state: all
/// batches are equal.
#[derive(Clone, Debug)]
pub(super) struct Batch<C> {
    from: LogIndex,
    entries: Entries<C>,
}

impl<C> Default for Batch<C> {
    fn default() -> Self {
        Batch { from: LogIndex::ZERO, entries: Entries::NONE }
    }
}

impl<C: Clone> Batch<C> {
    /// The entries from `from` to `to` of a leader's log, which only grows: what was copied once stays true.
    #[inline]
    fn of(&mut self, log: &Log<C>, from: LogIndex, to: LogIndex) -> Entries<C> {
        if self.from != from || self.entries.len() as u64 != to.0 + 1 - from.0 {
            *self = Batch { from, entries: log.copy_range(from, to) };
        }
        self.entries.clone()
    }
}

impl<C> PartialEq for Batch<C> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<C> Eq for Batch<C> {}

impl<C> Hash for Batch<C> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<M: StateMachine> Raft<M> {
    /// Hands new entries to the disk and to every follower that can take more.
    pub(super) fn replicate<P: RaftPort<M>>(&mut self, port: &mut P) {
        self.write_entries(port);
        for place in 0..self.office.followers.len() {
            self.replicate_to(place, port);
        }
    }

    /// Writes what the leader's disk was not yet asked to hold, unless it has enough to do: a later write will hold
    /// more, and cost as much.
    #[inline]
    pub(super) fn write_entries<P: RaftPort<M>>(&mut self, port: &mut P) {
        if self.disk.pending() < self.config.max_in_flight.max(1) as usize {
            self.write_all_entries(port);
        }
    }

    /// Writes what the disk was not yet asked to hold.
    #[inline]
    pub(super) fn write_all_entries<P: RaftPort<M>>(&mut self, port: &mut P) {
        self.save_vote(port);
        let (written, last) = (self.disk.written(), self.log.last().index);
        if written.last < last {
            let from = written.last.next();
            port.write(Write::Append { from, entries: self.office.batch.of(&self.log, from, last) });
            self.disk.wrote(Mark { last, ..written });
        }
    }

    /// Sends a follower the entries that it is to have next, in as many messages as may be on their way.
    #[inline]
    pub(super) fn replicate_to<P: RaftPort<M>>(&mut self, place: usize, port: &mut P) {
        let last = self.log.last().index;
        let follower = &mut self.office.followers[place];
        while follower.next() <= last && follower.may_send(self.config.max_in_flight) {
            let from = follower.next();
            let Some(prev) = self.log.position(from.previous()) else {
                return self.send_snapshot(place, port);
            };
            let to = last.min(LogIndex(prev.index.0 + u64::from(self.config.max_batch.max(1))));
            follower.sent(to);
            let append = Message::Append {
                term: self.term,
                prev,
                entries: self.office.batch.of(&self.log, from, to),
                commit: self.commit,
                round: self.office.round,
            };
            port.send(follower.id(), append);
        }
    }

    /// The heartbeat timer ran out: a new round, and some more patience for reads that wait for one.
    pub(super) fn heartbeat<P: RaftPort<M>>(&mut self, port: &mut P) {
        if self.role == Role::Leader {
            port.set_timer(Timer::Heartbeat, self.config.heartbeat);
            self.office.followers.iter_mut().for_each(|follower| follower.beat());
            self.start_round(port);
            self.parked_for_a_beat(port);
        }
    }

    /// Sends every follower an AppendEntries without entries. What it asks to follow is the entry right before those
    /// that would be sent next: so it also finds out whether something was lost (see [`progress`](super::progress)).
    pub(super) fn send_heartbeats<P: RaftPort<M>>(&mut self, port: &mut P) {
        for follower in &mut self.office.followers {
            let asked = match follower.state() {
                ProgressState::Snapshot { last, .. } => Some(last),
                _ => self.log.position(follower.next().previous()),
            };
            let prev = asked.or(self.snapshot.as_ref().map(|snapshot| snapshot.last)).unwrap_or(self.log.before());
            if asked.is_none() {
                follower.owe_snapshot(prev);
            }
            let (term, commit, round) = (self.term, self.commit, self.office.round);
            port.send(follower.id(), Message::Append { term, prev, entries: Entries::NONE, commit, round });
        }
    }

    /// A follower has answered an AppendEntries or a snapshot.
    #[inline]
    pub(super) fn take_append_reply<P: RaftPort<M>>(
        &mut self,
        from: NodeId,
        result: AppendResult,
        round: u64,
        port: &mut P,
    ) {
        // There are followers only while this server leads.
        let Some(place) = self.office.followers.iter().position(|follower| follower.id() == from) else { return };
        let follower = &mut self.office.followers[place];
        follower.hear(round);
        match result {
            AppendResult::Match(index) => {
                if follower.matches(index.min(self.log.last().index), self.log.first_index()) {
                    self.advance_commit(port);
                }
                self.replicate_to(place, port);
            }
            AppendResult::Conflict { rejected, term, retry_from } if follower.is_news(rejected) => {
                if matches!(follower.state(), ProgressState::Snapshot { .. }) {
                    return self.send_snapshot(place, port);
                }
                // If the leader has entries of the follower's term there, they may agree on those; otherwise none of
                // that term can stay (end of 5.3).
                let shared = term.and_then(|term| self.log.last_of_term_below(term, rejected));
                follower.probe(shared.map_or(retry_from, LogIndex::next));
                self.replicate_to(place, port);
            }
            AppendResult::Conflict { .. } | AppendResult::OldTerm => {}
        }
        self.answer_reads(port);
    }

    /// A leader that a majority has not answered for an election timeout may be the last to know of a newer one, and
    /// keeps its clients waiting: it steps down (dissertation, 6.2).
    pub(super) fn check_quorum<P: RaftPort<M>>(&mut self, port: &mut P) {
        if self.role != Role::Leader {
            return;
        }
        let heard =
            self.office.followers.iter_mut().map(|follower| follower.take_heard()).filter(|&heard| heard).count();
        if heard + 1 >= self.config.majority() {
            port.set_timer(Timer::Quorum, self.config.election_timeout.0);
        } else {
            self.become_follower(self.term, None, StepDown::LostQuorum, port);
        }
    }

    /// An AppendEntries or a snapshot of an older term: its leader is told so (figure 2, AppendEntries, receiver, 1). Its
    /// round is not: an answer must never count for a round of a later leadership.
    pub(super) fn refuse_old_leader<P: RaftPort<M>>(&mut self, from: NodeId, port: &mut P) {
        let reply = Message::AppendReply { term: self.term, result: AppendResult::OldTerm, round: 0 };
        self.send_synced(from, reply, port);
    }

    /// Sends a follower the newest snapshot: what it needs next is compacted away (section 7).
    pub(super) fn send_snapshot<P: RaftPort<M>>(&mut self, place: usize, port: &mut P) {
        let Some(snapshot) = self.snapshot.clone() else { return };
        let follower = &mut self.office.followers[place];
        follower.sent_snapshot(snapshot.last);
        port.note(Note::SnapshotSent { to: follower.id(), index: snapshot.last.index });
        let (term, round) = (self.term, self.office.round);
        port.send(follower.id(), Message::InstallSnapshot { term, snapshot, round });
    }
}
