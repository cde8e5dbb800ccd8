//! Linearizable reads without a log entry: ReadIndex (dissertation, 6.4).
//!
//! A leader may answer from its own state if two things hold. It knows what is committed: true once an entry of its own
//! term is. And it still leads at a moment after the question came: true if a majority answers a round of heartbeats
//! that started after it. Then everything that was committed when the question came is at or below the commit index
//! that the round started with; once that much is applied, the answer is right.
//!
//! One round serves all questions that came before it; those that come while it is under way wait for the next.

use std::collections::VecDeque;

use super::port::RaftPort;
use super::server::Raft;
use crate::base::{LogIndex, NodeId, RequestId, StateMachine};
use crate::consensus::service::{ClientReply, Outcome};

/// A client that waits for the answer to a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Read<M: StateMachine> {
    pub(super) client: NodeId,
    pub(super) id: RequestId,
    pub(super) query: M::Query,
}

/// The queries that wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reads<M: StateMachine> {
    /// Those for which a round was started, oldest round first.
    asked: VecDeque<(Round, Read<M>)>,
    /// Those that came since.
    gathering: VecDeque<Read<M>>,
}

/// The round that a query waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Round {
    number: u64,
    /// The commit index at its start: the answer must not be older.
    read_index: LogIndex,
}

impl<M: StateMachine> Default for Reads<M> {
    fn default() -> Self {
        Reads { asked: VecDeque::new(), gathering: VecDeque::new() }
    }
}

impl<M: StateMachine> Reads<M> {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.asked.len() + self.gathering.len()
    }

    /// All that wait, in the order in which they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Read<M>> {
        self.asked.iter().map(|(_, read)| read).chain(&self.gathering)
    }
}

impl<M: StateMachine> Raft<M> {
    /// Leader: a query came.
    pub(super) fn take_read<P: RaftPort<M>>(&mut self, read: Read<M>, port: &mut P) {
        self.office.reads.gathering.push_back(read);
        self.ask_for_reads(port);
    }

    /// Starts a round for the queries that wait for one, unless one is under way or could prove nothing yet.
    #[inline]
    pub(super) fn ask_for_reads<P: RaftPort<M>>(&mut self, port: &mut P) {
        let reads = &self.office.reads;
        if !reads.gathering.is_empty() && reads.asked.is_empty() && self.knows_commit() {
            self.start_round(port);
        }
    }

    /// Starts a round of heartbeats. The queries that wait go with it.
    #[inline]
    pub(super) fn start_round<P: RaftPort<M>>(&mut self, port: &mut P) {
        self.office.round += 1;
        if !self.office.reads.gathering.is_empty() && self.knows_commit() {
            let round = Round { number: self.office.round, read_index: self.commit };
            let reads = &mut self.office.reads;
            reads.asked.extend(reads.gathering.drain(..).map(|read| (round, read)));
        }
        self.send_heartbeats(port);
        // Alone in its cluster, it is its own majority.
        self.answer_reads(port);
    }

    /// Answers the queries whose round a majority has answered.
    #[inline]
    pub(super) fn answer_reads<P: RaftPort<M>>(&mut self, port: &mut P) {
        if self.office.reads.asked.is_empty() {
            return;
        }
        while let Some(&(round, _)) = self.office.reads.asked.front() {
            let answered = self.office.followers.iter().filter(|follower| follower.round() >= round.number).count();
            if answered + 1 < self.config.majority() || self.applied < round.read_index {
                return;
            }
            while let Some((_, read)) = self.office.reads.asked.pop_front_if(|(of, _)| of.number == round.number) {
                let outcome = Outcome::Answer(self.machine.query(&read.query));
                port.reply(read.client, ClientReply { id: read.id, outcome });
            }
        }
        self.ask_for_reads(port);
    }
}
