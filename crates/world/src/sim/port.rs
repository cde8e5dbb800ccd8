//! A process's effects, carried out on the world around it.

use super::clock::Clock;
use super::disk::Disk;
use super::network::{Flight, Flights, Link};
use super::process::{MAX_TIMERS, Port, Process, TimerName};
use super::queue::{Due, Queue};
use super::trace::{Event, EventKind, Sink};
use super::world::{Stats, Status};
use crate::base::{EventId, MessageId, NodeId, Span, Stream, Time};

/// The world without its processes.
#[derive(Clone, Debug)]
pub(super) struct Outside<P: Process> {
    pub(super) now: Time,
    pub(super) queue: Queue,
    pub(super) flights: Flights<P::Message>,
    pub(super) links: Vec<Link>,
    pub(super) nodes: Vec<Node<P>>,
    pub(super) events: u64,
    pub(super) messages: u64,
    pub(super) stats: Stats,
}

/// What the world keeps for a process.
#[derive(Clone, Debug)]
pub(super) struct Node<P: Process> {
    pub(super) status: Status,
    pub(super) clock: Clock,
    pub(super) chance: Stream,
    pub(super) timers: [TimerState; MAX_TIMERS],
    pub(super) disk: Disk<P>,
    pub(super) sync_cost: super::network::Latency,
    pub(super) disk_chance: Stream,
    /// What came up while the node was paused.
    pub(super) backlog: Vec<Due>,
}

/// One timer. A timer that is set again and again, as an election timeout is at each heartbeat, has one entry in the
/// queue that is moved on only when it comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TimerState {
    pub(super) set_at: Time,
    pub(super) deadline: Time,
    /// The earliest entry in the queue.
    queued: Time,
    pub(super) cause: EventId,
}

impl TimerState {
    pub(super) const OFF: TimerState =
        TimerState { set_at: Time::ZERO, deadline: Time::NEVER, queued: Time::NEVER, cause: EventId(0) };

    pub(super) fn cancel(&mut self) {
        self.deadline = Time::NEVER;
    }
}

impl<P: Process> Outside<P> {
    /// Gives an event its id and hands it on.
    #[inline]
    pub(super) fn emit<S: Sink<P>>(&mut self, sink: &mut S, cause: EventId, kind: EventKind<'_, P>) -> EventId {
        self.events += 1;
        let id = EventId(self.events);
        sink.event(&Event { id, cause, time: self.now, kind });
        id
    }

    #[inline]
    pub(super) fn link_slot(&self, from: NodeId, to: NodeId) -> usize {
        from.slot() * self.nodes.len() + to.slot()
    }

    #[inline]
    pub(super) fn send<S: Sink<P>>(
        &mut self,
        sink: &mut S,
        cause: EventId,
        from: NodeId,
        to: NodeId,
        body: P::Message,
    ) {
        let slot = self.link_slot(from, to);
        let now = self.now;
        let Some(link) = self.links.get_mut(slot) else { return };
        let course = link.carry(now, || P::message_bytes(&body));
        self.stats.sent += 1;
        if let Some(due) = course.twin_due {
            self.stats.duplicated += 1;
            self.put_in_flight(sink, cause, from, to, due, false, body.clone());
        }
        self.put_in_flight(sink, cause, from, to, course.due, course.lost, body);
    }

    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub(super) fn put_in_flight<S: Sink<P>>(
        &mut self,
        sink: &mut S,
        cause: EventId,
        from: NodeId,
        to: NodeId,
        due: Time,
        lost: bool,
        body: P::Message,
    ) -> MessageId {
        self.messages += 1;
        let id = MessageId(self.messages);
        let cause = self.emit(sink, cause, EventKind::Sent { message: id, from, to, due, body: &body });
        let sent = self.now;
        // A message that the network loses is seen to set out, and is gone half-way.
        let ends = if lost { Time(sent.0.midpoint(due.0)) } else { due };
        let order = self.queue.push(ends, Due::Flight { slot: self.flights.next_slot() });
        self.flights.insert(Flight { id, from, to, sent, due, changed: (sent, 0), body, lost, cause, order });
        id
    }

    /// A timer's entry has come up. True if the timer has really run out.
    #[inline]
    pub(super) fn timer_is_due(&mut self, node: NodeId, timer: u8) -> bool {
        let now = self.now;
        let state = &mut self.nodes[node.slot()].timers[usize::from(timer)];
        if state.queued != now {
            return false;
        }
        state.queued = Time::NEVER;
        if state.deadline > now {
            if state.deadline != Time::NEVER {
                state.queued = state.deadline;
                self.queue.push(state.deadline, Due::Timer { node, timer });
            }
            return false;
        }
        true
    }

    /// Has a timer that ran out during a pause come up again now.
    pub(super) fn requeue_timer(&mut self, node: NodeId, timer: u8) {
        let now = self.now;
        self.nodes[node.slot()].timers[usize::from(timer)].queued = now;
        self.queue.push(now, Due::Timer { node, timer });
    }
}

/// The port of one process during one step.
pub(super) struct WorldPort<'w, P: Process, S: Sink<P>> {
    pub(super) outside: &'w mut Outside<P>,
    pub(super) sink: &'w mut S,
    pub(super) node: NodeId,
    pub(super) cause: EventId,
}

impl<P: Process, S: Sink<P>> WorldPort<'_, P, S> {
    #[inline]
    fn own(&mut self) -> &mut Node<P> {
        &mut self.outside.nodes[self.node.slot()]
    }
}

impl<P: Process, S: Sink<P>> Port<P> for WorldPort<'_, P, S> {
    fn local_time(&self) -> Time {
        self.outside.nodes[self.node.slot()].clock.local(self.outside.now)
    }

    #[inline]
    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.own().chance.between(low, high)
    }

    #[inline]
    fn draw_below(&mut self, n: u32) -> u32 {
        self.own().chance.below(n)
    }

    fn draw_exponential(&mut self, mean: Span) -> Span {
        self.own().chance.exponential(mean)
    }

    #[inline]
    fn send(&mut self, to: NodeId, message: P::Message) {
        if to.slot() < self.outside.nodes.len() && to != self.node {
            self.outside.send(self.sink, self.cause, self.node, to, message);
        }
    }

    #[inline]
    fn send_synced(&mut self, to: NodeId, message: P::Message) {
        if self.own().disk.is_clean() {
            self.send(to, message);
        } else {
            self.own().disk.hold(to, message);
        }
    }

    #[inline]
    fn set_timer(&mut self, timer: P::Timer, after: Span) {
        let (now, node, cause) = (self.outside.now, self.node, self.cause);
        let own = &mut self.outside.nodes[node.slot()];
        let deadline = now + own.clock.real(after);
        let state = &mut own.timers[timer.slot()];
        state.set_at = now;
        state.deadline = deadline;
        state.cause = cause;
        if state.queued > deadline {
            state.queued = deadline;
            self.outside.queue.push(deadline, Due::Timer { node, timer: timer.slot() as u8 });
        }
    }

    #[inline]
    fn cancel_timer(&mut self, timer: P::Timer) {
        self.own().timers[timer.slot()].cancel();
    }

    fn write(&mut self, write: P::Write) {
        self.own().disk.write(write);
    }

    #[inline]
    fn note(&mut self, note: P::Note) {
        self.outside.emit(self.sink, self.cause, EventKind::Noted { node: self.node, note: &note });
    }
}
