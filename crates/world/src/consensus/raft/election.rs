//! Elections (5.2), whom to vote for (5.4.1), and what keeps a server from disturbing a leader that does its work
//! (pre-vote: dissertation, 9.6; check-quorum: 4.2.3 and 6.2).

use super::config::Defect;
use super::entry::LogPosition;
use super::message::Message;
use super::note::{Note, Refusal, Role, StepDown};
use super::port::{RaftPort, Timer};
use super::server::Raft;
use crate::base::{NodeId, Span, StateMachine, Term};

/// Where a server is in its wait for a leader. A randomised timeout (9.3) is waited for in two stages on one timer:
/// the shortest timeout, and then what was drawn on top of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ElectionWait {
    /// The stage.
    pub stage: Stage,
    /// How long the second stage is.
    pub remainder: Span,
}

/// A stage of the wait for a leader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Less than the shortest election timeout has passed: a leader that was heard is taken to be there still.
    #[default]
    Patient,
    /// More has passed: ready to vote for another, and soon to campaign.
    Restless,
}

/// What a candidate, or would-be candidate, was answered: a bit for each member, by its place among the members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Ballots {
    pub(super) granted: u64,
    pub(super) refused: u64,
}

impl<M: StateMachine> Raft<M> {
    /// Sets the election timer anew, with a wait drawn anew.
    #[inline]
    pub(super) fn wait_for_leader<P: RaftPort<M>>(&mut self, port: &mut P) {
        let (shortest, longest) = self.config.election_timeout;
        let remainder = port.draw_between(Span::ZERO, longest - shortest);
        self.wait = ElectionWait { stage: Stage::Patient, remainder };
        port.set_timer(Timer::Election, shortest);
    }

    /// A stage of the wait is over.
    pub(super) fn election_timer_ran_out<P: RaftPort<M>>(&mut self, port: &mut P) {
        match (self.role, self.wait.stage) {
            (Role::Leader, _) => {}
            (_, Stage::Patient) => {
                self.wait.stage = Stage::Restless;
                port.set_timer(Timer::Election, self.wait.remainder);
            }
            (_, Stage::Restless) => self.campaign(false, port),
        }
    }

    /// Tries to become leader: with pre-vote on, asks first whether that has a chance. A forced election does not ask.
    pub(super) fn campaign<P: RaftPort<M>>(&mut self, forced: bool, port: &mut P) {
        if self.role == Role::Leader {
            return;
        }
        port.note(Note::ElectionTimeout { forced });
        if forced || !self.config.pre_vote {
            return self.stand(forced, port);
        }
        self.become_pre_candidate(port);
        self.wait_for_leader(port);
        let (term, last) = (self.term.next(), self.log.last());
        for place in 0..self.config.members.len() {
            let member = self.config.members[place];
            if member != self.id {
                port.send(member, Message::PreVote { term, last });
            }
        }
        self.count(self.id, true, port);
    }

    /// Becomes candidate and asks for votes (5.2).
    fn stand<P: RaftPort<M>>(&mut self, forced: bool, port: &mut P) {
        self.become_candidate(port);
        self.wait_for_leader(port);
        let (term, last) = (self.term, self.log.last());
        for place in 0..self.config.members.len() {
            let member = self.config.members[place];
            if member != self.id {
                // By asking in this term it says that it votes for itself: it must not forget that.
                self.send_synced(member, Message::RequestVote { term, last, forced }, port);
            }
        }
    }

    // Answering candidates.

    /// Whether a leader was heard within the shortest election timeout, or this is one.
    fn hears_leader(&self) -> Option<NodeId> {
        match self.role {
            Role::Leader => Some(self.id),
            _ if self.wait.stage == Stage::Patient => self.leader,
            _ => None,
        }
    }

    /// Whether a candidate is refused, whatever its term, because a leader is there (dissertation, 4.2.3).
    pub(super) fn is_loyal(&self, forced: bool) -> bool {
        self.config.check_quorum && !forced && self.hears_leader().is_some()
    }

    /// Figure 2, RequestVote, receiver: one vote a term (5.2), for a candidate whose log holds all that may be committed
    /// (5.4.1). The same candidate gets the same vote again: its first answer may be lost.
    pub(super) fn answer_vote<P: RaftPort<M>>(
        &mut self,
        candidate: NodeId,
        term: Term,
        last: LogPosition,
        forced: bool,
        port: &mut P,
    ) {
        let loyal_to = self.hears_leader().filter(|_| self.is_loyal(forced));
        let refused = match (loyal_to, self.vote) {
            (Some(leader), _) => Some(Refusal::HearsLeader(leader)),
            (None, Some(other)) if other != candidate && term == self.term => Some(Refusal::AlreadyVoted(other)),
            _ if self.is_ahead_of(last) => Some(Refusal::LogBehind),
            _ => None,
        };
        port.note(Note::Voted { candidate, term, pre: false, refused });
        if refused.is_none() {
            self.vote = Some(candidate);
            self.wait_for_leader(port);
        }
        self.send_synced(candidate, Message::VoteReply { term: self.term, refused }, port);
    }

    /// Whether it would vote for the server in that term. Nothing is promised, so nothing changes; with a leader there
    /// the answer is no, or the question would be pointless (dissertation, 9.6).
    pub(super) fn answer_pre_vote<P: RaftPort<M>>(
        &mut self,
        candidate: NodeId,
        term: Term,
        last: LogPosition,
        port: &mut P,
    ) {
        let refused = match (self.hears_leader(), self.vote) {
            (Some(leader), _) => Some(Refusal::HearsLeader(leader)),
            (None, Some(other)) if other != candidate && term == self.term => Some(Refusal::AlreadyVoted(other)),
            _ if self.is_ahead_of(last) => Some(Refusal::LogBehind),
            _ => None,
        };
        port.note(Note::Voted { candidate, term, pre: true, refused });
        // A yes speaks of the term that was asked about; a no brings the asker to the term that is.
        let term = if refused.is_none() { term } else { self.term };
        self.send_synced(candidate, Message::PreVoteReply { term, refused }, port);
    }

    /// A candidate of an older term is told so (5.1).
    pub(super) fn refuse_old_candidate<P: RaftPort<M>>(
        &mut self,
        candidate: NodeId,
        term: Term,
        pre: bool,
        port: &mut P,
    ) {
        let refused = Some(Refusal::OldTerm);
        port.note(Note::Voted { candidate, term, pre, refused });
        let term = self.term;
        let answer = if pre { Message::PreVoteReply { term, refused } } else { Message::VoteReply { term, refused } };
        self.send_synced(candidate, answer, port);
    }

    /// Whether this log may hold committed entries that a log which ends at `last` lacks (5.4.1).
    fn is_ahead_of(&self, last: LogPosition) -> bool {
        !last.is_up_to_date_with(self.log.last()) && !self.config.defects.has(Defect::VoteWithoutLogCheck)
    }

    // Counting answers.

    /// An answer to a pre-vote.
    pub(super) fn count_pre_vote<P: RaftPort<M>>(&mut self, from: NodeId, term: Term, granted: bool, port: &mut P) {
        // A yes to an earlier question, about a term that is here by now, is no yes to this one.
        if self.role == Role::PreCandidate && (!granted || term == self.term.next()) {
            self.count(from, granted, port);
        }
    }

    /// An answer to a vote request of this term.
    pub(super) fn count_vote<P: RaftPort<M>>(&mut self, from: NodeId, granted: bool, port: &mut P) {
        if self.role == Role::Candidate {
            self.count(from, granted, port);
        }
    }

    /// A candidate's own vote is a vote like any other: it counts from when it is on disk.
    pub(super) fn count_own_vote<P: RaftPort<M>>(&mut self, port: &mut P) {
        let durable = self.disk.durable();
        if (durable.term, durable.vote) == (self.term, Some(self.id)) {
            self.count(self.id, true, port);
        }
    }

    /// Counts an answer, each member's first one only, and acts as soon as the outcome is sure.
    fn count<P: RaftPort<M>>(&mut self, from: NodeId, granted: bool, port: &mut P) {
        let Some(place) = self.config.members.iter().position(|&member| member == from) else { return };
        let bit = 1 << place;
        if (self.ballots.granted | self.ballots.refused) & bit == 0 {
            *(if granted { &mut self.ballots.granted } else { &mut self.ballots.refused }) |= bit;
        }
        let yes = self.ballots.granted.count_ones() as usize;
        let no = self.ballots.refused.count_ones() as usize;
        let majority = self.config.majority();
        if yes >= majority {
            match self.role {
                Role::PreCandidate => self.stand(false, port),
                _ => self.become_leader(port),
            }
        } else if self.config.members.len() - no < majority {
            self.become_follower(self.term, None, StepDown::Refused, port);
        }
    }
}
