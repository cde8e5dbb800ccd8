//! Commands, carried out.

use super::command::{Command, Rejection};
use super::process::{Input, Process};
use super::queue::Due;
use super::trace::{EventKind, Loss, Sink};
use super::world::{Status, World};
use crate::base::{EventId, NodeId, Time};

impl<P: Process> World<P> {
    /// Carries out a command at the present moment.
    ///
    /// # Errors
    /// If it does not fit the present state: nothing changes then. Either way the command is in the trace.
    pub fn command<S: Sink<P>>(&mut self, command: &Command<P::Request>, sink: &mut S) -> Result<(), Rejection> {
        let rejected = self.check(command).err();
        let (_, outside) = self.parts();
        let cause = outside.emit(sink, EventId(0), EventKind::Commanded { command, rejected });
        match rejected {
            Some(rejection) => Err(rejection),
            None => {
                self.carry_out(command, cause, sink);
                Ok(())
            }
        }
    }

    fn check(&mut self, command: &Command<P::Request>) -> Result<(), Rejection> {
        let nodes = self.len();
        let known = |node: NodeId| if node.slot() < nodes { Ok(()) } else { Err(Rejection::NoSuchNode) };
        let alive = |node: NodeId| {
            known(node)?;
            match self.status(node) {
                Status::Alive => Ok(()),
                Status::Paused => Err(Rejection::Paused),
                Status::Dead => Err(Rejection::Dead),
            }
        };
        match command {
            Command::Crash { node } => {
                known(*node)?;
                if self.status(*node) == Status::Dead { Err(Rejection::Dead) } else { Ok(()) }
            }
            Command::Restart { node } => {
                known(*node)?;
                if self.status(*node) == Status::Dead { Ok(()) } else { Err(Rejection::NotDead) }
            }
            Command::Resume { node } => {
                known(*node)?;
                if self.status(*node) == Status::Paused { Ok(()) } else { Err(Rejection::NotPaused) }
            }
            Command::Pause { node } | Command::Request { node, .. } => alive(*node),
            Command::Skew { node, .. } => known(*node),
            Command::Cut { from, to } | Command::Heal { from, to } | Command::SetLink { from, to, .. } => {
                known(*from)?;
                known(*to)?;
                if from == to { Err(Rejection::NoSuchLink) } else { Ok(()) }
            }
            Command::Partition { groups } => groups.iter().flatten().try_for_each(|&node| known(node)),
            Command::HealAll => Ok(()),
            Command::Drop { message }
            | Command::Delay { message, .. }
            | Command::Duplicate { message }
            | Command::DeliverNow { message }
            | Command::Hold { message } => {
                let (_, outside) = self.parts();
                outside.flights.find(*message).map(|_| ()).ok_or(Rejection::NotInFlight)
            }
        }
    }

    /// The command fits: [`check`](Self::check) has seen to it.
    fn carry_out<S: Sink<P>>(&mut self, command: &Command<P::Request>, cause: EventId, sink: &mut S) {
        match command {
            Command::Crash { node } => self.crash(*node, cause, sink),
            Command::Restart { node } => {
                let (processes, outside) = self.parts();
                let own = &mut outside.nodes[node.slot()];
                own.status = Status::Alive;
                processes[node.slot()] = processes[node.slot()].restart(&own.disk.durable);
                self.boot(*node, cause, sink);
            }
            Command::Pause { node } => self.parts().1.nodes[node.slot()].status = Status::Paused,
            Command::Resume { node } => self.resume(*node),
            Command::Skew { node, rate_ppm, offset_us } => {
                let (_, outside) = self.parts();
                outside.nodes[node.slot()].clock.skew(outside.now, *rate_ppm, *offset_us);
            }
            Command::Cut { from, to } => self.cut(*from, *to, cause, sink),
            Command::Heal { from, to } => self.set_cut(*from, *to, false),
            Command::Partition { groups } => self.partition(groups, cause, sink),
            Command::HealAll => self.parts().1.links.iter_mut().for_each(|link| link.cut = false),
            Command::SetLink { from, to, quality } => {
                let (_, outside) = self.parts();
                let slot = outside.link_slot(*from, *to);
                outside.links[slot].quality = *quality;
            }
            Command::Drop { message } => {
                if let Some((slot, _)) = self.parts().1.flights.find(*message) {
                    self.lose(slot, Loss::Dropped, cause, sink);
                }
            }
            Command::Delay { message, by } => {
                let now = self.now();
                self.move_message(*message, |due| if due == Time::NEVER { now + *by } else { due + *by }, cause, sink);
            }
            Command::DeliverNow { message } => {
                let now = self.now();
                self.move_message(*message, |_| now, cause, sink);
            }
            Command::Hold { message } => self.move_message(*message, |_| Time::NEVER, cause, sink),
            Command::Duplicate { message } => {
                let (_, outside) = self.parts();
                let Some((_, flight)) = outside.flights.find(*message) else { return };
                let (from, to, body) = (flight.from, flight.to, flight.body.clone());
                // The copy of a held message, which has no hour of arrival, sets out now on the link's own terms.
                let due = if flight.due == Time::NEVER { None } else { Some(flight.due) };
                match due {
                    Some(due) => {
                        outside.put_in_flight(sink, cause, from, to, due, false, body);
                    }
                    None => outside.send(sink, cause, from, to, body),
                }
            }
            Command::Request { node, request } => self.input(*node, Input::Request(request.clone()), cause, sink),
        }
    }

    fn crash<S: Sink<P>>(&mut self, node: NodeId, cause: EventId, sink: &mut S) {
        let (_, outside) = self.parts();
        let own = &mut outside.nodes[node.slot()];
        own.status = Status::Dead;
        own.timers.iter_mut().for_each(|timer| timer.cancel());
        let lost_writes = own.disk.crash();
        let backlog = std::mem::take(&mut own.backlog);
        outside.stats.writes_lost += lost_writes as u64;
        let cause = outside.emit(sink, cause, EventKind::Crashed { node, lost_writes });
        for due in backlog {
            if let Due::Flight { slot } = due
                && self.waits(slot, node)
            {
                self.lose(slot, Loss::DeadReceiver, cause, sink);
            }
        }
    }

    fn resume(&mut self, node: NodeId) {
        let (_, outside) = self.parts();
        let now = outside.now;
        let own = &mut outside.nodes[node.slot()];
        own.status = Status::Alive;
        for due in std::mem::take(&mut own.backlog) {
            match due {
                Due::Flight { slot } => {
                    if self.waits(slot, node) {
                        self.reschedule(slot, now);
                    }
                }
                Due::Timer { node, timer } => self.parts().1.requeue_timer(node, timer),
                Due::Sync { node } => {
                    let (_, outside) = self.parts();
                    let order = outside.queue.push(now, due);
                    outside.nodes[node.slot()].disk.order = order;
                }
            }
        }
    }

    /// Whether the slot still holds a message that waits for the node to take it: it may have been dropped or moved by
    /// hand since it was noted down.
    fn waits(&mut self, slot: u32, node: NodeId) -> bool {
        let (_, outside) = self.parts();
        let now = outside.now;
        outside.flights.get(slot).is_some_and(|flight| flight.to == node && flight.due <= now)
    }

    fn set_cut(&mut self, from: NodeId, to: NodeId, cut: bool) {
        let (_, outside) = self.parts();
        let slot = outside.link_slot(from, to);
        outside.links[slot].cut = cut;
    }

    fn cut<S: Sink<P>>(&mut self, from: NodeId, to: NodeId, cause: EventId, sink: &mut S) {
        self.set_cut(from, to, true);
        for slot in self.parts().1.flights.slots_where(|f| f.from == from && f.to == to) {
            self.lose(slot, Loss::Cut, cause, sink);
        }
    }

    fn partition<S: Sink<P>>(&mut self, groups: &[Vec<NodeId>], cause: EventId, sink: &mut S) {
        for (here, group) in groups.iter().enumerate() {
            for &from in group {
                for (there, other) in groups.iter().enumerate() {
                    for &to in other.iter().filter(|&&to| to != from) {
                        if here == there {
                            self.set_cut(from, to, false);
                        } else {
                            self.cut(from, to, cause, sink);
                        }
                    }
                }
            }
        }
    }

    fn move_message<S: Sink<P>>(
        &mut self,
        message: crate::base::MessageId,
        to: impl FnOnce(Time) -> Time,
        cause: EventId,
        sink: &mut S,
    ) {
        let (_, outside) = self.parts();
        let Some((slot, flight)) = outside.flights.find(message) else { return };
        let due = to(flight.due);
        // Whoever moves a message by hand has saved it from being lost by chance.
        flight.lost = false;
        outside.emit(sink, cause, EventKind::Rescheduled { message, due });
        self.reschedule(slot, due);
    }
}
