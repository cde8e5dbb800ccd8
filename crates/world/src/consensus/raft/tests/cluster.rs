//! A cluster on a table: no clock and no chance but what the test asks for. Messages lie in one row, in the order in
//! which they were sent, until the test delivers them; disks sync when the test says so, or at once.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::super::*;
use crate::base::{ClientId, LogIndex, NodeId, Register, RegisterAnswer, RegisterCommand, RegisterQuery};
use crate::base::{RequestId, Sequence, Span, StateMachine, Stream, Term, Time};
use crate::consensus::{ClientReply, ClientRequest, Operation, Outcome};
use crate::sim::{MAX_TIMERS, TimerName};

pub(super) type Command = RegisterCommand;

pub(super) const A: NodeId = NodeId(0);
pub(super) const B: NodeId = NodeId(1);
pub(super) const C: NodeId = NodeId(2);
pub(super) const D: NodeId = NodeId(3);
pub(super) const E: NodeId = NodeId(4);
/// The client of [`Cluster::put`] and [`Cluster::get`].
pub(super) const CLIENT: NodeId = NodeId(90);

pub(super) struct Letter<M: StateMachine> {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) message: RaftMessage<M>,
}

/// What a server's port has collected, and its disk.
pub(super) struct Desk<M: StateMachine> {
    pub(super) disk: Durable<M::Command>,
    pub(super) pending: VecDeque<Write<M::Command>>,
    /// What waits for the disk: how many writes have to be durable first, counted from the start of this life.
    held: VecDeque<(u64, NodeId, RaftMessage<M>)>,
    written: u64,
    synced: u64,
    pub(super) timers: [Option<Span>; MAX_TIMERS],
    pub(super) notes: Vec<Note>,
    pub(super) replies: Vec<(NodeId, ClientReply<M>)>,
    out: Vec<(NodeId, RaftMessage<M>)>,
    stream: Stream,
    /// What its clock shows.
    pub(super) now: Time,
}

impl<M: StateMachine> RaftPort<M> for Desk<M> {
    fn local_time(&self) -> Time {
        self.now
    }
    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.stream.between(low, high)
    }
    fn send(&mut self, to: NodeId, message: RaftMessage<M>) {
        self.out.push((to, message));
    }
    fn send_synced(&mut self, to: NodeId, message: RaftMessage<M>) {
        if self.pending.is_empty() {
            self.out.push((to, message));
        } else {
            self.held.push_back((self.written, to, message));
        }
    }
    fn reply(&mut self, to: NodeId, reply: ClientReply<M>) {
        self.replies.push((to, reply));
    }
    fn set_timer(&mut self, timer: Timer, after: Span) {
        self.timers[timer.slot()] = Some(after);
    }
    fn cancel_timer(&mut self, timer: Timer) {
        self.timers[timer.slot()] = None;
    }
    fn write(&mut self, write: Write<M::Command>) {
        self.written += 1;
        self.pending.push_back(write);
    }
    fn note(&mut self, note: Note) {
        self.notes.push(note);
    }
}

pub(super) struct Cluster<M: StateMachine> {
    pub(super) nodes: Vec<Raft<M>>,
    pub(super) alive: Vec<bool>,
    pub(super) desks: Vec<Desk<M>>,
    pub(super) network: VecDeque<Letter<M>>,
    /// Directions in which nothing arrives.
    pub(super) cut: BTreeSet<(NodeId, NodeId)>,
    /// Whether disks sync by themselves, right after each step.
    pub(super) auto_sync: bool,
    pub(super) steps: u64,
    requests: u64,
}

/// The configuration of the tests: the default one for `servers` servers.
pub(super) fn config(servers: u16) -> Config {
    Config::new((0..servers).map(NodeId).collect())
}

impl<M: StateMachine + Default> Cluster<M> {
    /// Servers that have just started for the first time.
    pub(super) fn of(config: Config) -> Self {
        Self::with_disks(config, |_| Durable::empty())
    }

    /// Servers that have just started with these disks.
    pub(super) fn with_disks(config: Config, mut disk: impl FnMut(NodeId) -> Durable<M::Command>) -> Self {
        let config = Arc::new(config);
        let mut cluster = Cluster {
            nodes: Vec::new(),
            alive: vec![true; config.members.len()],
            desks: Vec::new(),
            network: VecDeque::new(),
            cut: BTreeSet::new(),
            auto_sync: true,
            steps: 0,
            requests: 0,
        };
        for &id in &config.members {
            let disk = disk(id);
            cluster.nodes.push(Raft::new(id, Arc::clone(&config), M::default()).restart(&disk));
            cluster.desks.push(Desk {
                disk,
                pending: VecDeque::new(),
                held: VecDeque::new(),
                written: 0,
                synced: 0,
                timers: [None; MAX_TIMERS],
                notes: Vec::new(),
                replies: Vec::new(),
                out: Vec::new(),
                stream: Stream::new(1, &id.0),
                now: Time::ZERO,
            });
        }
        for &id in &config.members {
            cluster.step(id, Input::Boot);
        }
        cluster
    }
}

impl<M: StateMachine> Cluster<M> {
    pub(super) fn node(&self, id: NodeId) -> &Raft<M> {
        &self.nodes[id.slot()]
    }

    pub(super) fn desk(&self, id: NodeId) -> &Desk<M> {
        &self.desks[id.slot()]
    }

    /// One input to one server; what it sends goes into the row.
    pub(super) fn step(&mut self, id: NodeId, input: Input<M>) {
        if !self.alive[id.slot()] {
            return;
        }
        self.steps += 1;
        let desk = &mut self.desks[id.slot()];
        self.nodes[id.slot()].step(input, desk);
        self.post(id);
        if self.auto_sync {
            self.sync(id);
        }
    }

    fn post(&mut self, id: NodeId) {
        for (to, message) in self.desks[id.slot()].out.drain(..) {
            self.network.push_back(Letter { from: id, to, message });
        }
    }

    /// The oldest `writes` writes of a server become durable, what waited for them is sent, and it is told.
    pub(super) fn sync_some(&mut self, id: NodeId, writes: usize) {
        let desk = &mut self.desks[id.slot()];
        let writes = writes.min(desk.pending.len());
        if writes == 0 || !self.alive[id.slot()] {
            return;
        }
        for write in desk.pending.drain(..writes) {
            desk.disk.apply(write);
        }
        desk.synced += writes as u64;
        while let Some((_, to, message)) = desk.held.pop_front_if(|(needs, ..)| *needs <= desk.synced) {
            desk.out.push((to, message));
        }
        self.post(id);
        self.step(id, Input::Synced { writes: writes as u32 });
    }

    /// All writes of a server become durable.
    pub(super) fn sync(&mut self, id: NodeId) {
        while !self.desks[id.slot()].pending.is_empty() && self.alive[id.slot()] {
            self.sync_some(id, usize::MAX);
        }
    }

    /// Takes the letter at a place out of the row and delivers it, unless its way is cut or its receiver dead.
    pub(super) fn deliver_at(&mut self, place: usize) {
        if let Some(letter) = self.network.remove(place)
            && !self.cut.contains(&(letter.from, letter.to))
        {
            self.step(letter.to, Input::Peer { from: letter.from, message: letter.message });
        }
    }

    /// Delivers the oldest letter.
    pub(super) fn deliver_one(&mut self) {
        self.deliver_at(0);
    }

    /// Delivers everything, in order, with all that comes of it.
    pub(super) fn settle(&mut self) {
        for _ in 0..100_000 {
            if self.network.is_empty() {
                return;
            }
            self.deliver_one();
        }
        panic!("they never stop talking");
    }

    /// Delivers a message that nobody sent.
    pub(super) fn tell(&mut self, to: NodeId, from: NodeId, message: RaftMessage<M>) {
        self.step(to, Input::Peer { from, message });
    }

    /// Takes out of the row all that goes from one server to another.
    pub(super) fn take(&mut self, from: NodeId, to: NodeId) -> Vec<RaftMessage<M>> {
        let (taken, left) = self.network.drain(..).partition(|l| (l.from, l.to) == (from, to));
        self.network = left;
        let taken: VecDeque<Letter<M>> = taken;
        taken.into_iter().map(|letter| letter.message).collect()
    }

    /// A timer runs out, if it is set.
    pub(super) fn fire(&mut self, id: NodeId, timer: Timer) {
        if self.alive[id.slot()] && self.desks[id.slot()].timers[timer.slot()].take().is_some() {
            self.step(id, Input::Timer(timer));
        }
    }

    /// A server loses patience with its leader, but does not campaign yet.
    pub(super) fn lose_patience(&mut self, id: NodeId) {
        if self.node(id).election_wait().stage == Stage::Patient {
            self.fire(id, Timer::Election);
        }
    }

    /// A server's election timeout runs out, to the end.
    pub(super) fn time_out(&mut self, id: NodeId) {
        self.lose_patience(id);
        self.fire(id, Timer::Election);
    }

    /// All lose patience, and one of them campaigns.
    pub(super) fn miss_the_leader(&mut self, id: NodeId) {
        for other in 0..self.nodes.len() {
            self.lose_patience(NodeId(other as u16));
        }
        self.time_out(id);
    }

    /// One of them campaigns and wins.
    pub(super) fn elect(&mut self, id: NodeId) {
        self.miss_the_leader(id);
        self.settle();
        assert_eq!(self.node(id).role(), Role::Leader, "node {id} was not elected");
    }

    /// A round of heartbeats, and all that comes of it.
    pub(super) fn beat(&mut self, id: NodeId) {
        self.fire(id, Timer::Heartbeat);
        self.settle();
    }

    pub(super) fn crash(&mut self, id: NodeId) {
        self.alive[id.slot()] = false;
        let desk = &mut self.desks[id.slot()];
        desk.pending.clear();
        desk.held.clear();
        (desk.written, desk.synced) = (0, 0);
        desk.timers = [None; MAX_TIMERS];
    }

    pub(super) fn restart(&mut self, id: NodeId) {
        self.alive[id.slot()] = true;
        self.nodes[id.slot()] = self.nodes[id.slot()].restart(&self.desks[id.slot()].disk);
        self.step(id, Input::Boot);
    }

    /// Nothing passes between these and the rest.
    pub(super) fn isolate(&mut self, group: &[NodeId]) {
        for a in 0..self.nodes.len() as u16 {
            for b in 0..self.nodes.len() as u16 {
                if group.contains(&NodeId(a)) != group.contains(&NodeId(b)) {
                    self.cut.insert((NodeId(a), NodeId(b)));
                }
            }
        }
    }

    pub(super) fn heal(&mut self) {
        self.cut.clear();
    }

    /// A client asks a server for something.
    pub(super) fn ask(&mut self, id: NodeId, operation: Operation<M>) -> RequestId {
        self.requests += 1;
        let request = RequestId { client: ClientId(0), sequence: Sequence(self.requests) };
        self.step(id, Input::Client { from: CLIENT, request: ClientRequest { id: request, operation } });
        request
    }

    /// What a server has answered to a request, if it has.
    pub(super) fn outcome(&self, id: NodeId, request: RequestId) -> Option<&Outcome<M>> {
        let mut replies = self.desks[id.slot()].replies.iter().filter(|(_, reply)| reply.id == request);
        let first = replies.next().map(|(_, reply)| &reply.outcome);
        assert!(replies.next().is_none(), "{request} was answered twice");
        first
    }

    /// The terms of a server's log, its first entry first.
    pub(super) fn terms(&self, id: NodeId) -> Vec<u64> {
        self.node(id).log().iter().map(|entry| entry.term.0).collect()
    }
}

pub(super) fn put_x(value: &str) -> Command {
    RegisterCommand::Put { key: "x".into(), value: value.into() }
}

impl Cluster<Register> {
    /// A client asks a server to write `x`.
    pub(super) fn put(&mut self, id: NodeId, value: &str) -> RequestId {
        self.ask(id, Operation::Command(put_x(value)))
    }

    /// A client asks a server to read `x`.
    pub(super) fn get(&mut self, id: NodeId) -> RequestId {
        self.ask(id, Operation::Query(RegisterQuery::Get { key: "x".into() }))
    }

    /// What a server's machine holds in `x`.
    pub(super) fn x(&self, id: NodeId) -> Option<String> {
        let RegisterAnswer::Value(value) = self.node(id).machine().query(&RegisterQuery::Get { key: "x".into() });
        value.map(String::from)
    }

    /// What a server answered a read with, if it did.
    pub(super) fn read(&self, id: NodeId, request: RequestId) -> Option<String> {
        match self.outcome(id, request)? {
            Outcome::Answer(RegisterAnswer::Value(value)) => Some(value.as_deref().unwrap_or("nothing").into()),
            other => Some(format!("{other:?}")),
        }
    }
}

/// An entry that writes `x`.
pub(super) fn entry(term: u64) -> Entry<Command> {
    Entry { term: Term(term), payload: Payload::Command(put_x(&format!("of term {term}"))) }
}

/// Entries that write `x`, of these terms.
pub(super) fn entries(terms: &[u64]) -> Entries<Command> {
    terms.iter().map(|&term| entry(term)).collect::<Vec<_>>().into()
}

/// A disk in some term that holds a log of these terms.
pub(super) fn disk(term: u64, terms: &[u64]) -> Durable<Command> {
    let mut disk = Durable { term: Term(term), ..Durable::empty() };
    disk.log.extend(&entries(terms));
    disk
}

pub(super) fn at(index: u64, term: u64) -> LogPosition {
    LogPosition { index: LogIndex(index), term: Term(term) }
}

/// AppendEntries with entries of these terms.
pub(super) fn append(term: u64, prev: LogPosition, terms: &[u64], commit: u64) -> Message<Command> {
    Message::Append { term: Term(term), prev, entries: entries(terms), commit: LogIndex(commit), round: 0 }
}
