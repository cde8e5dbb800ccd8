//! The adapters between the world's port and each process's own.

use super::actor::{Actor, LabTimer, Note, Request, Write};
use super::client::{self, Client, ClientNote, ClientPort};
use super::wire::{Machine, Operation, Wire};
use crate::base::{NodeId, Span, StateMachine, Time};
use crate::consensus::raft::{self, Raft, RaftPort};
use crate::consensus::{ClientReply, ClientRequest};
use crate::sim::{Input, Port, TimerName};

#[inline]
pub(super) fn step_server<P: Port<Actor>>(server: &mut Raft<Machine>, input: Input<Actor>, port: &mut P) {
    let input = match input {
        Input::Message { from, message: Wire::Raft(message) } => raft::Input::Peer { from, message },
        Input::Message { from, message: Wire::Request(request) } => raft::Input::Client { from, request },
        Input::Message { message: Wire::Reply(_) | Wire::Shop(_), .. } => return,
        Input::Timer(timer) => match raft::Timer::from_slot(timer.slot()) {
            Some(timer) => raft::Input::Timer(timer),
            None => return,
        },
        Input::Synced { writes } => raft::Input::Synced { writes },
        Input::Boot => raft::Input::Boot,
        Input::Request(Request::TimeoutNow) => raft::Input::TimeoutNow,
        Input::Request(_) => return,
    };
    server.step(input, &mut ServerPort(port));
}

pub(super) fn step_client<P: Port<Actor>>(client: &mut Client, input: Input<Actor>, port: &mut P) {
    let port = &mut OfClient(port);
    match input {
        Input::Boot => client.boot(port),
        Input::Message { from, message: Wire::Reply(reply) } => client.answer(from, reply, port),
        Input::Timer(timer) => match timer.slot() {
            0 => client.time_out(client::Timer::Next, port),
            1 => client.time_out(client::Timer::Retry, port),
            _ => client.time_out(client::Timer::End, port),
        },
        Input::Request(Request::Put { server, command }) => {
            client.invoke(Operation::Command(command), server, port);
        }
        Input::Request(Request::Get { server, query }) => client.invoke(Operation::Query(query), server, port),
        Input::Request(_) | Input::Synced { .. } | Input::Message { .. } => {}
    }
}

/// The world's port as a Raft server sees it.
struct ServerPort<'p, P>(&'p mut P);

impl<P: Port<Actor>> RaftPort<Machine> for ServerPort<'_, P> {
    #[inline]
    fn local_time(&self) -> Time {
        self.0.local_time()
    }

    #[inline]
    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.0.draw_between(low, high)
    }

    #[inline]
    fn send(&mut self, to: NodeId, message: raft::RaftMessage<Machine>) {
        self.0.send(to, Wire::Raft(message));
    }

    #[inline]
    fn send_synced(&mut self, to: NodeId, message: raft::RaftMessage<Machine>) {
        self.0.send_synced(to, Wire::Raft(message));
    }

    fn reply(&mut self, to: NodeId, reply: ClientReply<Machine>) {
        self.0.send(to, Wire::Reply(reply));
    }

    #[inline]
    fn set_timer(&mut self, timer: raft::Timer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    #[inline]
    fn cancel_timer(&mut self, timer: raft::Timer) {
        self.0.cancel_timer(LabTimer::of(timer));
    }

    fn write(&mut self, write: raft::Write<<Machine as StateMachine>::Command>) {
        self.0.write(Write::Server(write));
    }

    #[inline]
    fn note(&mut self, note: raft::Note) {
        self.0.note(Note::Server(note));
    }
}

/// The world's port as a client sees it.
struct OfClient<'p, P>(&'p mut P);

impl<P: Port<Actor>> ClientPort for OfClient<'_, P> {
    fn ask(&mut self, server: NodeId, request: ClientRequest<Machine>) {
        // In a life that is not on disk yet nothing is said, lest the next life say it again.
        self.0.send_synced(server, Wire::Request(request));
    }

    fn set(&mut self, timer: client::Timer, after: Span) {
        self.0.set_timer(LabTimer::of_slot(timer as usize), after);
    }

    fn cancel(&mut self, timer: client::Timer) {
        self.0.cancel_timer(LabTimer::of_slot(timer as usize));
    }

    fn exponential(&mut self, mean: Span) -> Span {
        self.0.draw_exponential(mean)
    }

    fn below(&mut self, n: u32) -> u32 {
        self.0.draw_below(n)
    }

    fn tell(&mut self, note: ClientNote) {
        self.0.note(Note::Client(note));
    }

    fn remember_life(&mut self, life: u16) {
        self.0.write(Write::Client { life });
    }
}
