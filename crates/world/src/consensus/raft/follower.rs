//! The follower's side of replication (5.3): figure 2, AppendEntries, receiver.

use super::config::Defect;
use super::disk::Mark;
use super::entry::{Entries, LogPosition, Write};
use super::message::{AppendResult, Message};
use super::note::{Note, Role, StepDown};
use super::port::RaftPort;
use super::server::Raft;
use crate::base::{LogIndex, NodeId, StateMachine, Term};

impl<M: StateMachine> Raft<M> {
    /// A message that only the leader of this term sends: whoever else runs for office gives up (5.2), and the wait
    /// for a leader starts anew.
    #[inline]
    pub(super) fn heard_leader<P: RaftPort<M>>(&mut self, leader: NodeId, port: &mut P) {
        match self.role {
            Role::Follower if self.leader == Some(leader) => {}
            Role::Follower => {
                self.leader = Some(leader);
                port.note(Note::LeaderKnown { leader, term: self.term });
            }
            Role::PreCandidate | Role::Candidate => {
                self.become_follower(self.term, Some(leader), StepDown::LeaderFound, port);
            }
            // Two leaders in one term: that cannot be (5.2), save by a defect. It does not listen to the other.
            Role::Leader => return,
        }
        self.wait_for_leader(port);
    }

    /// Takes the leader's entries if the log holds the one before them, and says what came of it.
    #[inline]
    pub(super) fn take_entries<P: RaftPort<M>>(
        &mut self,
        from: NodeId,
        prev: LogPosition,
        entries: &Entries<M::Command>,
        commit: LogIndex,
        round: u64,
        port: &mut P,
    ) {
        if self.role == Role::Leader {
            return;
        }
        let result = if self.agrees_on(prev) {
            // This message vouches for the log up to here and no further: what comes after may be another leader's.
            let verified = LogIndex(prev.index.0 + entries.len() as u64);
            self.merge(prev.index, entries, port);
            self.commit_to(commit.min(verified), port);
            AppendResult::Match(verified.max(self.log.before().index))
        } else {
            port.note(Note::AppendRefused { prev: prev.index });
            self.conflict(prev.index)
        };
        let reply = Message::AppendReply { term: self.term, result, round };
        if self.config.defects.has(Defect::AnswerBeforeSync) {
            port.send(from, reply);
        } else {
            self.send_synced(from, reply, port);
        }
    }

    /// Whether the log up to `prev` is the leader's. What is compacted away was committed, so it is (5.4.3).
    #[inline]
    fn agrees_on(&self, prev: LogPosition) -> bool {
        prev.index < self.log.before().index || self.log.term_at(prev.index) == Some(prev.term)
    }

    /// Where the leader may try next (end of 5.3): the first entry of the term that is there instead of the leader's,
    /// or else the end of the log.
    fn conflict(&self, rejected: LogIndex) -> AppendResult {
        let term = self.log.term_at(rejected);
        let retry_from = match term {
            Some(_) => self.log.first_of_term_at(rejected),
            None => self.log.last().index.next(),
        };
        AppendResult::Conflict { rejected, term, retry_from }
    }

    /// Puts the entries after `prev` into the log: skips those that are there, cuts the log at the first that is there
    /// with another term (5.3), and appends the rest. What is after them stays: a late message must not undo a newer.
    fn merge<P: RaftPort<M>>(&mut self, prev: LogIndex, entries: &Entries<M::Command>, port: &mut P) {
        if self.config.defects.has(Defect::AppendCutsEverythingAfter) {
            self.cut_from(LogIndex(prev.0 + entries.len() as u64 + 1), port);
        }
        let index_of = |place: usize| LogIndex(prev.0 + 1 + place as u64);
        let is_new = |place: usize, term: Term| {
            let index = index_of(place);
            index > self.log.before().index && self.log.term_at(index) != Some(term)
        };
        let known = if prev == self.log.last().index {
            0
        } else {
            let first_new = entries.iter().enumerate().position(|(place, entry)| is_new(place, entry.term));
            first_new.unwrap_or(entries.len())
        };
        let fresh = &entries[known..];
        if fresh.is_empty() {
            return;
        }
        let from = index_of(known);
        self.cut_from(from, port);
        self.log.extend(fresh);
        let to = self.log.last().index;
        port.note(Note::Appended { from, to });
        // The disk shares the message's entries if all of them are new, which is the rule.
        let entries = if known == 0 { entries.clone() } else { Entries::from(fresh.to_vec()) };
        self.save_vote(port);
        port.write(Write::Append { from, entries });
        self.disk.wrote(Mark { last: to, ..self.disk.written() });
    }

    /// Removes the entries from `from` on, if there are any.
    fn cut_from<P: RaftPort<M>>(&mut self, from: LogIndex, port: &mut P) {
        let from = from.max(self.log.first_index());
        let last = self.log.last().index;
        if from <= last {
            port.note(Note::Truncated { from, to: last });
            self.log.truncate_from(from);
            self.disk.cut(from);
        }
    }
}
