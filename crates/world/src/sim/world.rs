//! The world and its one step.

use std::hash::{Hash, Hasher};

use super::clock::Clock;
use super::disk::Disk;
use super::network::{Flight, Flights, Latency, Link, Quality};
use super::port::{Node, Outside, TimerState, WorldPort};
use super::process::{Input, MAX_TIMERS, Process, TimerName};
use super::queue::{Due, Queue};
use super::trace::{EventKind, Loss, Sink};
use crate::base::{EventId, NodeId, Span, StableHasher, Stream, Time};

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It runs.
    Alive,
    /// It is stopped where it is.
    Paused,
    /// It has crashed.
    Dead,
}

/// What was counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stats {
    /// Messages that processes sent.
    pub sent: u64,
    /// Messages that arrived.
    pub delivered: u64,
    /// Messages that were lost by chance.
    pub lost_by_chance: u64,
    /// Messages that were lost on a cut link.
    pub lost_on_cut: u64,
    /// Messages that came to a dead node.
    pub lost_at_dead: u64,
    /// Messages that somebody dropped.
    pub dropped: u64,
    /// Copies that the network made.
    pub duplicated: u64,
    /// Timers that ran out.
    pub timeouts: u64,
    /// Syncs that ended.
    pub syncs: u64,
    /// Writes that a crash lost.
    pub writes_lost: u64,
}

/// A node as it is to be made.
#[derive(Clone, Debug)]
pub struct NodeSpec<P> {
    /// A name that never changes: the node's chance comes from the seed and this.
    pub name: String,
    /// The process at its start.
    pub process: P,
    /// How long a sync of its disk takes.
    pub sync_cost: Latency,
}

/// Processes, their disks and clocks, the network between them, and the time.
#[derive(Clone, Debug)]
pub struct World<P: Process> {
    processes: Vec<P>,
    outside: Outside<P>,
    steps: u64,
    /// How many steps were taken at this very instant.
    within: u32,
}

impl<P: Process> World<P> {
    /// A world at time zero. The nodes are numbered in the order given; each starts at once. `quality` says what the
    /// link from one node to another is like.
    pub fn new<S: Sink<P>>(
        seed: u64,
        nodes: Vec<NodeSpec<P>>,
        quality: impl Fn(NodeId, NodeId) -> Quality,
        sink: &mut S,
    ) -> World<P> {
        let ids = || (0..nodes.len() as u16).map(NodeId);
        let mut links = Vec::with_capacity(nodes.len() * nodes.len());
        for from in ids() {
            for to in ids() {
                let name = ("link", &nodes[from.slot()].name, &nodes[to.slot()].name);
                links.push(Link::new(quality(from, to), Stream::new(seed, &name)));
            }
        }
        let (mut processes, mut kept) = (Vec::new(), Vec::new());
        for spec in nodes {
            kept.push(Node {
                status: Status::Alive,
                clock: Clock::default(),
                chance: Stream::new(seed, &("node", &spec.name)),
                timers: [TimerState::OFF; MAX_TIMERS],
                disk: Disk::new(spec.process.empty_disk()),
                sync_cost: spec.sync_cost,
                disk_chance: Stream::new(seed, &("disk", &spec.name)),
                backlog: Vec::new(),
            });
            processes.push(spec.process);
        }
        let outside = Outside {
            now: Time::ZERO,
            queue: Queue::default(),
            flights: Flights::default(),
            links,
            nodes: kept,
            events: 0,
            messages: 0,
            stats: Stats::default(),
        };
        let mut world = World { processes, outside, steps: 0, within: 0 };
        for slot in 0..world.processes.len() {
            world.boot(NodeId(slot as u16), EventId(0), sink);
        }
        world
    }

    /// The present moment.
    #[inline]
    pub fn now(&self) -> Time {
        self.outside.now
    }

    /// How many steps were taken since the start.
    #[inline]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many steps were taken at the present instant.
    #[inline]
    pub fn within(&self) -> u32 {
        self.within
    }

    /// How many trace events there were.
    pub fn events(&self) -> u64 {
        self.outside.events
    }

    /// How many messages there were, copies included: the id of the last.
    pub fn messages(&self) -> u64 {
        self.outside.messages
    }

    /// What was counted.
    pub fn stats(&self) -> &Stats {
        &self.outside.stats
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.processes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.processes.is_empty()
    }

    /// Every node's id.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<P> {
        (0..self.processes.len() as u16).map(NodeId)
    }

    /// A node's process. Of a dead node: as it was when it died.
    #[inline]
    pub fn process(&self, node: NodeId) -> &P {
        &self.processes[node.slot()]
    }

    /// Puts another process in a node's place, for forged histories.
    #[cfg(test)]
    pub(crate) fn replace(&mut self, node: NodeId, process: P) {
        self.processes[node.slot()] = process;
    }

    /// Whether a node runs.
    #[inline]
    pub fn status(&self, node: NodeId) -> Status {
        self.outside.nodes[node.slot()].status
    }

    /// A node's clock.
    pub fn clock(&self, node: NodeId) -> &Clock {
        &self.outside.nodes[node.slot()].clock
    }

    /// What is on a node's disk.
    pub fn durable(&self, node: NodeId) -> &P::Durable {
        &self.outside.nodes[node.slot()].disk.durable
    }

    /// Whether a node waits for its disk.
    pub fn is_syncing(&self, node: NodeId) -> bool {
        self.outside.nodes[node.slot()].disk.is_syncing()
    }

    /// When a timer was set and when it runs out, if it is set.
    pub fn timer(&self, node: NodeId, timer: P::Timer) -> Option<(Time, Time)> {
        let state = self.outside.nodes[node.slot()].timers[timer.slot()];
        (state.deadline != Time::NEVER).then_some((state.set_at, state.deadline))
    }

    /// One direction of a link.
    pub fn link(&self, from: NodeId, to: NodeId) -> &Link {
        &self.outside.links[self.outside.link_slot(from, to)]
    }

    /// The messages under way, in no particular but always the same order.
    pub fn flights(&self) -> impl Iterator<Item = &Flight<P::Message>> {
        self.outside.flights.iter()
    }

    /// When the next event may happen, if ever: nothing does before.
    pub fn next_time(&self) -> Option<Time> {
        self.outside.queue.peek().map(|item| item.time)
    }

    /// Takes the next step that is due by `limit`, and says whose it was. If none is, the time is `limit` now (unless it
    /// is later already).
    #[inline]
    pub fn step<S: Sink<P>>(&mut self, limit: Time, sink: &mut S) -> Option<NodeId> {
        loop {
            let due_by_limit = self.outside.queue.peek().is_some_and(|item| item.time <= limit);
            let item = if due_by_limit { self.outside.queue.pop() } else { None };
            let Some(item) = item else {
                self.move_to(limit);
                return None;
            };
            self.move_to(item.time);
            let stepped = match item.due {
                Due::Flight { slot } => self.arrive(slot, item.order, sink),
                Due::Timer { node, timer } => self.time_out(node, timer, sink),
                Due::Sync { node } => self.end_sync(node, item.order, sink),
            };
            if stepped.is_some() {
                self.steps += 1;
                self.within += 1;
                return stepped;
            }
        }
    }

    /// Lets time pass up to `time`, or up to the next thing that may happen if that comes before.
    pub fn wait_until(&mut self, time: Time) {
        let next = self.next_time().unwrap_or(Time::NEVER);
        self.move_to(time.min(next));
    }

    #[inline]
    fn move_to(&mut self, time: Time) {
        if time > self.outside.now {
            self.outside.now = time;
            self.within = 0;
        }
    }

    /// Plays to the end of the instant `limit`.
    pub fn run_until<S: Sink<P>>(&mut self, limit: Time, sink: &mut S) {
        while self.step(limit, sink).is_some() {}
    }

    /// A portable fingerprint of everything that can make a difference to what comes.
    pub fn digest(&self) -> u64 {
        let mut state = StableHasher::default();
        let outside = &self.outside;
        (outside.now, self.steps, self.within, outside.events, outside.messages).hash(&mut state);
        for (process, node) in self.processes.iter().zip(&outside.nodes) {
            (process.fingerprint(), node.status, node.clock, &node.chance, &node.disk_chance).hash(&mut state);
            (node.timers, &node.backlog).hash(&mut state);
            node.disk.hash_into(&mut state);
        }
        outside.links.hash(&mut state);
        for item in outside.queue.sorted() {
            (item, matches!(item.due, Due::Flight { slot } if outside.flights.get(slot).is_some())).hash(&mut state);
        }
        let mut flights: Vec<_> = outside.flights.iter().collect();
        flights.sort_unstable_by_key(|flight| flight.id);
        flights.hash(&mut state);
        outside.stats.hash(&mut state);
        state.finish()
    }

    #[inline]
    fn arrive<S: Sink<P>>(&mut self, slot: u32, order: u64, sink: &mut S) -> Option<NodeId> {
        let outside = &mut self.outside;
        let flight = outside.flights.get(slot)?;
        if flight.order != order {
            return None;
        }
        let to = flight.to;
        let status = outside.nodes[to.slot()].status;
        if flight.lost {
            let why = if outside.links[outside.link_slot(flight.from, to)].cut { Loss::Cut } else { Loss::Chance };
            self.lose(slot, why, EventId(0), sink);
            return Some(to);
        }
        match status {
            Status::Alive => {}
            Status::Dead => {
                self.lose(slot, Loss::DeadReceiver, EventId(0), sink);
                return Some(to);
            }
            Status::Paused => {
                outside.nodes[to.slot()].backlog.push(Due::Flight { slot });
                return None;
            }
        }
        let Flight { id, from, sent, body, cause, .. } = outside.flights.take(slot)?;
        outside.stats.delivered += 1;
        let kind = EventKind::Delivered { message: id, from, to, sent, body: &body };
        let cause = outside.emit(sink, cause, kind);
        self.input(to, Input::Message { from, message: body }, cause, sink);
        Some(to)
    }

    fn time_out<S: Sink<P>>(&mut self, node: NodeId, timer: u8, sink: &mut S) -> Option<NodeId> {
        if !self.outside.timer_is_due(node, timer) {
            return None;
        }
        let own = &mut self.outside.nodes[node.slot()];
        match own.status {
            Status::Alive => {}
            Status::Dead => return None,
            Status::Paused => {
                own.backlog.push(Due::Timer { node, timer });
                return None;
            }
        }
        let state = &mut own.timers[usize::from(timer)];
        state.cancel();
        let set_by = state.cause;
        let timer = P::Timer::from_slot(usize::from(timer))?;
        self.outside.stats.timeouts += 1;
        let cause = self.outside.emit(sink, set_by, EventKind::TimedOut { node, timer });
        self.input(node, Input::Timer(timer), cause, sink);
        Some(node)
    }

    fn end_sync<S: Sink<P>>(&mut self, node: NodeId, order: u64, sink: &mut S) -> Option<NodeId> {
        let own = &mut self.outside.nodes[node.slot()];
        if own.disk.order != order || !own.disk.is_syncing() {
            return None;
        }
        if own.status == Status::Paused {
            own.backlog.push(Due::Sync { node });
            return None;
        }
        let writes = own.disk.end_sync();
        let asked_by = own.disk.cause;
        self.outside.stats.syncs += 1;
        let cause = self.outside.emit(sink, asked_by, EventKind::Synced { node, writes });
        while let Some(held) = self.outside.nodes[node.slot()].disk.release() {
            self.outside.send(sink, cause, node, held.to, held.body);
        }
        self.input(node, Input::Synced { writes }, cause, sink);
        Some(node)
    }

    pub(super) fn boot<S: Sink<P>>(&mut self, node: NodeId, cause: EventId, sink: &mut S) {
        let cause = self.outside.emit(sink, cause, EventKind::Booted { node });
        self.input(node, Input::Boot, cause, sink);
    }

    /// The one place where processes run.
    #[inline]
    pub(super) fn input<S: Sink<P>>(&mut self, node: NodeId, input: Input<P>, cause: EventId, sink: &mut S) {
        let World { processes, outside, .. } = self;
        let mut port = WorldPort { outside, sink, node, cause };
        processes[node.slot()].step(input, &mut port);
        let own = &mut outside.nodes[node.slot()];
        if !own.disk.is_clean() && !own.disk.is_syncing() {
            let cost = own.sync_cost.draw(&mut own.disk_chance);
            let order = outside.queue.push(outside.now + cost, Due::Sync { node });
            own.disk.begin_sync(order, cause);
        }
    }

    pub(super) fn lose<S: Sink<P>>(&mut self, slot: u32, why: Loss, cause: EventId, sink: &mut S) {
        let Some(flight) = self.outside.flights.take(slot) else { return };
        let stats = &mut self.outside.stats;
        match why {
            Loss::Chance => stats.lost_by_chance += 1,
            Loss::Cut => stats.lost_on_cut += 1,
            Loss::DeadReceiver => stats.lost_at_dead += 1,
            Loss::Dropped => stats.dropped += 1,
        }
        let Flight { id: message, from, to, sent, body, .. } = flight;
        let cause = if cause == EventId(0) { flight.cause } else { cause };
        self.outside.emit(sink, cause, EventKind::Lost { message, from, to, sent, why, body: &body });
    }

    pub(super) fn parts(&mut self) -> (&mut Vec<P>, &mut Outside<P>) {
        (&mut self.processes, &mut self.outside)
    }

    /// Has a message that came up during a pause, or was moved by hand, come up at `due`.
    pub(super) fn reschedule(&mut self, slot: u32, due: Time) {
        let order = if due == Time::NEVER { 0 } else { self.outside.queue.push(due, Due::Flight { slot }) };
        let now = self.outside.now;
        if let Some(flight) = self.outside.flights.get_mut(slot) {
            flight.change(now, due);
            flight.order = order;
        }
    }

    /// The span that a sync took when it was last drawn is not kept: this is what one typically takes.
    pub fn typical_sync(&self, node: NodeId) -> Span {
        self.outside.nodes[node.slot()].sync_cost.typical()
    }
}
