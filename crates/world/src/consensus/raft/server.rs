//! The server: its state, the one funnel through which everything comes in, and the changes of role.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::client::Waiting;
use super::config::{Config, Defect};
use super::disk::{Disk, Mark};
use super::election::{Ballots, ElectionWait};
use super::entry::{Durable, Entry, Payload, Snapshot, Write};
use super::log::Log;
use super::message::{Message, RaftMessage};
use super::note::{Note, Role, StepDown};
use super::parking::Parking;
use super::port::{Input, RaftPort, Timer};
use super::progress::Progress;
use super::read::Reads;
use super::replication::Batch;
use crate::base::{LogIndex, NodeId, StateMachine, Term, digest};

/// One Raft server that replicates the machine `M`: plain data, changed only by [`step`](Raft::step).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raft<M: StateMachine> {
    pub(super) id: NodeId,
    pub(super) config: Arc<Config>,
    /// The machine before the first entry.
    genesis: Arc<M>,

    // Persistent state (figure 2): every change of it is also written to the disk.
    pub(super) term: Term,
    pub(super) vote: Option<NodeId>,
    pub(super) log: Log<M::Command>,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) disk: Disk,

    // Volatile state of every server (figure 2).
    pub(super) commit: LogIndex,
    pub(super) applied: LogIndex,
    pub(super) machine: M,
    pub(super) role: Role,
    pub(super) leader: Option<NodeId>,
    pub(super) wait: ElectionWait,

    // Volatile state of a candidate, and of a leader: made anew with each election.
    pub(super) ballots: Ballots,
    pub(super) office: Office<M>,
}

/// What a server knows only because it leads (figure 2, "volatile state on leaders"). Empty while it does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Office<M: StateMachine> {
    /// One for each other member.
    pub(super) followers: Vec<Progress>,
    /// Who waits for the outcome of which entry, by index.
    pub(super) waiting: VecDeque<Waiting>,
    /// Who waits for an answer that needs no entry.
    pub(super) reads: Reads<M>,
    /// Who waits until there is something to do.
    pub(super) parked: Parking<M>,
    /// The latest round of heartbeats (6.4).
    pub(super) round: u64,
    /// The entries that were last put into a message.
    pub(super) batch: Batch<M::Command>,
}

impl<M: StateMachine> Office<M> {
    fn vacant() -> Self {
        Office {
            followers: Vec::new(),
            waiting: VecDeque::new(),
            reads: Reads::default(),
            parked: Parking::default(),
            round: 0,
            batch: Batch::default(),
        }
    }
}

impl<M: StateMachine> Raft<M> {
    /// A server that has never run, with the machine as it is before the first entry.
    pub fn new(id: NodeId, config: Arc<Config>, machine: M) -> Raft<M> {
        Raft::from_disk(id, config, Arc::new(machine), &Durable::empty())
    }

    /// The server as it starts again after a crash: what is on its disk is all it knows. So it knows no leader, and no
    /// commit index beyond its snapshot, until it is told.
    #[must_use]
    pub fn restart(&self, disk: &Durable<M::Command>) -> Raft<M> {
        Raft::from_disk(self.id, Arc::clone(&self.config), Arc::clone(&self.genesis), disk)
    }

    fn from_disk(id: NodeId, config: Arc<Config>, genesis: Arc<M>, disk: &Durable<M::Command>) -> Raft<M> {
        let (machine, applied) = match &disk.snapshot {
            None => ((*genesis).clone(), LogIndex::ZERO),
            // Only what this machine itself wrote is ever in a snapshot; going on without it would forget commits.
            Some(snapshot) => {
                (genesis.restore(&snapshot.state).expect("a snapshot of this machine"), snapshot.last.index)
            }
        };
        Raft {
            id,
            config,
            genesis,
            term: disk.term,
            vote: disk.vote,
            log: disk.log.clone(),
            snapshot: disk.snapshot.clone(),
            disk: Disk::holding(Mark { term: disk.term, vote: disk.vote, last: disk.log.last().index }),
            commit: applied,
            applied,
            machine,
            role: Role::Follower,
            leader: None,
            wait: ElectionWait::default(),
            ballots: Ballots::default(),
            office: Office::vacant(),
        }
    }

    /// Takes one input to its end: the only way in.
    #[inline]
    pub fn step<P: RaftPort<M>>(&mut self, input: Input<M>, port: &mut P) {
        match input {
            Input::Boot => self.wait_for_leader(port),
            Input::Peer { from, message } => self.hear(from, message, port),
            Input::Client { from, request } => self.serve(from, request, port),
            Input::Timer(Timer::Election) => self.election_timer_ran_out(port),
            Input::Timer(Timer::Heartbeat) => self.heartbeat(port),
            Input::Timer(Timer::Quorum) => self.check_quorum(port),
            Input::Synced { writes } => self.synced(writes, port),
            Input::TimeoutNow => self.campaign(true, port),
        }
        self.save_vote(port);
    }

    /// Sorts messages by their term first (5.1): a newer term makes a follower, an older one is told that it is over.
    /// What is left is of this very term.
    #[inline]
    fn hear<P: RaftPort<M>>(&mut self, from: NodeId, message: RaftMessage<M>, port: &mut P) {
        let term = message.term();
        if term > self.term && self.is_bound_by(&message) {
            let leader = matches!(message, Message::Append { .. } | Message::InstallSnapshot { .. }).then_some(from);
            self.become_follower(term, leader, StepDown::HigherTerm, port);
        }
        if term < self.term {
            return self.answer_old_term(from, message, port);
        }
        match message {
            Message::Append { prev, entries, commit, round, .. } => {
                self.heard_leader(from, port);
                self.take_entries(from, prev, &entries, commit, round, port);
            }
            Message::AppendReply { result, round, .. } => self.take_append_reply(from, result, round, port),
            Message::PreVote { term, last } => self.answer_pre_vote(from, term, last, port),
            Message::PreVoteReply { term, refused } => self.count_pre_vote(from, term, refused.is_none(), port),
            Message::RequestVote { last, forced, .. } => self.answer_vote(from, term, last, forced, port),
            Message::VoteReply { refused, .. } => self.count_vote(from, refused.is_none(), port),
            Message::InstallSnapshot { snapshot, round, .. } => {
                self.heard_leader(from, port);
                self.install_snapshot(from, snapshot, round, port);
            }
        }
    }

    /// Whether the message's higher term is to become this server's term.
    fn is_bound_by(&self, message: &RaftMessage<M>) -> bool {
        match message {
            // It asks about a term that nobody is in yet, and so does the answer that grants it (dissertation, 9.6).
            Message::PreVote { .. } | Message::PreVoteReply { refused: None, .. } => false,
            // A server that hears a leader does not let a candidate take it out of the leader's term
            // (dissertation, 4.2.3).
            Message::RequestVote { forced, .. } => !self.is_loyal(*forced),
            _ => true,
        }
    }

    /// A message of an older term: nothing in it counts, but a sender that asks is told of the newer term, so that an
    /// old leader or candidate gives up (5.1).
    fn answer_old_term<P: RaftPort<M>>(&mut self, from: NodeId, message: RaftMessage<M>, port: &mut P) {
        match message {
            Message::PreVote { term, .. } => self.refuse_old_candidate(from, term, true, port),
            Message::RequestVote { term, .. } => self.refuse_old_candidate(from, term, false, port),
            Message::Append { .. } | Message::InstallSnapshot { .. } => self.refuse_old_leader(from, port),
            Message::PreVoteReply { .. } | Message::VoteReply { .. } | Message::AppendReply { .. } => {}
        }
    }

    /// Some writes are on disk now: what waited for them may be counted.
    fn synced<P: RaftPort<M>>(&mut self, writes: u32, port: &mut P) {
        self.disk.synced(writes);
        match self.role {
            Role::Candidate => self.count_own_vote(port),
            Role::Leader => {
                self.advance_commit(port);
                self.write_entries(port);
            }
            Role::Follower | Role::PreCandidate => {}
        }
    }

    // Roles change here and nowhere else.

    /// Follower of `leader`, if it is known, in `term`, which is this server's or a newer one.
    ///
    /// The election timer goes on as it was: only a leader's message and a granted vote set it anew (5.2), so that a
    /// candidate which cannot win does not keep those quiet which could. A leader had no such timer and starts it.
    pub(super) fn become_follower<P: RaftPort<M>>(
        &mut self,
        term: Term,
        leader: Option<NodeId>,
        why: StepDown,
        port: &mut P,
    ) {
        let was = self.role;
        if was != Role::Follower {
            port.note(Note::SteppedDown { from: was, why });
        }
        if term > self.term || was != Role::Follower {
            port.note(Note::Became { role: Role::Follower, term });
        }
        if term > self.term {
            self.term = term;
            self.vote = None;
        }
        self.role = Role::Follower;
        self.leader = leader;
        self.ballots = Ballots::default();
        if let Some(leader) = leader {
            port.note(Note::LeaderKnown { leader, term });
        }
        if was == Role::Leader {
            port.cancel_timer(Timer::Heartbeat);
            port.cancel_timer(Timer::Quorum);
            // A leader may be ahead of its disk, a follower is not: what it answers is what it has written.
            self.write_all_entries(port);
            self.turn_all_away(port);
            self.office = Office::vacant();
            self.wait_for_leader(port);
        }
    }

    /// Would-be candidate: asks for votes in the next term without going there (dissertation, 9.6).
    pub(super) fn become_pre_candidate<P: RaftPort<M>>(&mut self, port: &mut P) {
        self.role = Role::PreCandidate;
        self.leader = None;
        self.ballots = Ballots::default();
        port.note(Note::Became { role: self.role, term: self.term });
    }

    /// Candidate: goes to the next term and votes for itself (5.2).
    pub(super) fn become_candidate<P: RaftPort<M>>(&mut self, port: &mut P) {
        self.role = Role::Candidate;
        self.term = self.term.next();
        self.vote = Some(self.id);
        self.leader = None;
        self.ballots = Ballots::default();
        port.note(Note::Became { role: self.role, term: self.term });
    }

    /// Leader of the term it was a candidate in. Its first act is an entry that holds nothing: no entry of an earlier
    /// term is known to be committed before one of its own term is (5.4.2, section 8).
    pub(super) fn become_leader<P: RaftPort<M>>(&mut self, port: &mut P) {
        self.role = Role::Leader;
        self.leader = Some(self.id);
        self.ballots = Ballots::default();
        port.note(Note::Became { role: self.role, term: self.term });
        let next = self.log.last().index.next();
        let others = self.config.members.iter().filter(|&&member| member != self.id);
        self.office.followers = others.map(|&member| Progress::new(member, next)).collect();
        port.cancel_timer(Timer::Election);
        port.set_timer(Timer::Heartbeat, self.config.heartbeat);
        if self.config.check_quorum {
            port.set_timer(Timer::Quorum, self.config.election_timeout.0);
        }
        let index = self.log.append(Entry { term: self.term, payload: Payload::NoOp });
        port.note(Note::Proposed { index });
        self.replicate(port);
    }

    // The disk.

    /// Writes term and vote if they have changed. Called before anything that depends on them leaves, and at the end of
    /// each step; so a step that raises the term and then votes in it writes once.
    #[inline]
    pub(super) fn save_vote<P: RaftPort<M>>(&mut self, port: &mut P) {
        let written = self.disk.written();
        if (written.term, written.vote) != (self.term, self.vote) {
            let forgotten = self.config.defects.has(Defect::VoteForgottenOnRestart);
            port.write(Write::HardState { term: self.term, vote: self.vote.filter(|_| !forgotten) });
            self.disk.wrote(Mark { term: self.term, vote: self.vote, ..written });
        }
    }

    /// Sends what may leave only once term, vote and log are on disk.
    #[inline]
    pub(super) fn send_synced<P: RaftPort<M>>(&mut self, to: NodeId, message: RaftMessage<M>, port: &mut P) {
        self.save_vote(port);
        port.send_synced(to, message);
    }

    /// Everything that a crash would take, in one number that is the same on every machine.
    pub fn fingerprint(&self) -> u64 {
        digest(self)
    }
}

impl<M: StateMachine> Hash for Raft<M> {
    /// Leaves out what never changes, and what is only kept to save work.
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.id, self.term, self.vote, self.role, self.leader, self.commit, self.applied).hash(state);
        (&self.log, &self.snapshot, &self.machine).hash(state);
        (&self.disk, &self.wait, &self.ballots, &self.office).hash(state);
    }
}
