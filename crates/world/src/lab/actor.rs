//! The one enum of processes, and the adapters between the world's port and each process's own.

use super::client::{self, Client, ClientNote, ClientPort};
use super::wire::{Machine, Wire};
use crate::base::{NodeId, RegisterCommand, RegisterQuery, Span, StateMachine};
use crate::consensus::raft::{self, Raft, RaftPort};
use crate::consensus::{ClientReply, ClientRequest, Operation};
use crate::sim::{Input, Port, Process, TimerName};

type Command = <Machine as StateMachine>::Command;

/// Anybody on the stage.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A server of the cluster.
    Server(Box<Raft<Machine>>),
    /// A client.
    Client(Box<Client>),
}

impl Actor {
    /// The server, if it is one.
    #[inline]
    pub fn server(&self) -> Option<&Raft<Machine>> {
        match self {
            Actor::Server(server) => Some(server),
            Actor::Client(_) => None,
        }
    }

    /// The client, if it is one.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Actor::Client(client) => Some(client),
            Actor::Server(_) => None,
        }
    }
}

/// What a person or a scenario asks of an actor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Request {
    /// A server's election timeout runs out now; it passes over pre-vote and the followers' patience.
    #[default]
    TimeoutNow,
    /// A client sends a command to a server.
    Put {
        /// Which server.
        server: NodeId,
        /// What it is to do.
        command: RegisterCommand,
    },
    /// A client sends a query to a server.
    Get {
        /// Which server.
        server: NodeId,
        /// What it is to tell.
        query: RegisterQuery,
    },
}

/// What is on an actor's disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Durable {
    /// A server's.
    Server(raft::Durable<Command>),
    /// A client's: how often it was started.
    Client {
        /// How often.
        life: u16,
    },
}

/// One change of what is on an actor's disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// A server's.
    Server(raft::Write<Command>),
    /// A client's.
    Client {
        /// How often it was started.
        life: u16,
    },
}

/// What an actor tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// A server.
    Server(raft::Note),
    /// A client.
    Client(ClientNote),
}

/// The name of any actor's timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LabTimer(u8);

impl LabTimer {
    /// A server's timer.
    pub fn server(timer: raft::Timer) -> LabTimer {
        LabTimer(timer.slot() as u8)
    }
}

impl TimerName for LabTimer {
    #[inline]
    fn slot(self) -> usize {
        usize::from(self.0)
    }

    #[inline]
    fn from_slot(slot: usize) -> Option<Self> {
        (slot < crate::sim::MAX_TIMERS).then_some(LabTimer(slot as u8))
    }
}

impl Process for Actor {
    type Message = Wire;
    type Request = Request;
    type Timer = LabTimer;
    type Durable = Durable;
    type Write = Write;
    type Note = Note;

    #[inline]
    fn step<P: Port<Self>>(&mut self, input: Input<Self>, port: &mut P) {
        match self {
            Actor::Server(server) => {
                let input = match input {
                    Input::Message { from, message: Wire::Raft(message) } => raft::Input::Peer { from, message },
                    Input::Message { from, message: Wire::Request(request) } => raft::Input::Client { from, request },
                    Input::Message { message: Wire::Reply(_), .. } => return,
                    Input::Timer(timer) => match raft::Timer::from_slot(timer.slot()) {
                        Some(timer) => raft::Input::Timer(timer),
                        None => return,
                    },
                    Input::Synced { writes } => raft::Input::Synced { writes },
                    Input::Boot => raft::Input::Boot,
                    Input::Request(Request::TimeoutNow) => raft::Input::TimeoutNow,
                    Input::Request(Request::Put { .. } | Request::Get { .. }) => return,
                };
                server.step(input, &mut ServerPort(port));
            }
            Actor::Client(client) => {
                let port = &mut OfClient(port);
                match input {
                    Input::Boot => client.boot(port),
                    Input::Message { from, message: Wire::Reply(reply) } => client.answer(from, reply, port),
                    Input::Timer(timer) => match timer.0 {
                        0 => client.time_out(client::Timer::Next, port),
                        1 => client.time_out(client::Timer::Retry, port),
                        _ => client.time_out(client::Timer::End, port),
                    },
                    Input::Request(Request::Put { server, command }) => {
                        client.invoke(super::Operation::Command(command), server, port);
                    }
                    Input::Request(Request::Get { server, query }) => {
                        client.invoke(super::Operation::Query(query), server, port)
                    }
                    Input::Request(Request::TimeoutNow) | Input::Synced { .. } | Input::Message { .. } => {}
                }
            }
        }
    }

    fn restart(&self, durable: &Durable) -> Self {
        match (self, durable) {
            (Actor::Server(server), Durable::Server(durable)) => Actor::Server(Box::new(server.restart(durable))),
            (Actor::Client(client), Durable::Client { life }) => {
                Actor::Client(Box::new(Client::in_life(client.config().clone(), *life)))
            }
            (other, _) => other.clone(),
        }
    }

    fn empty_disk(&self) -> Durable {
        match self {
            Actor::Server(_) => Durable::Server(raft::Durable::empty()),
            Actor::Client(_) => Durable::Client { life: 0 },
        }
    }

    fn apply_write(durable: &mut Durable, write: Write) {
        match (durable, write) {
            (Durable::Server(durable), Write::Server(write)) => durable.apply(write),
            (Durable::Client { life }, Write::Client { life: now }) => *life = now,
            _ => {}
        }
    }

    fn message_bytes(message: &Wire) -> u32 {
        match message {
            Wire::Raft(message) => raft::message_bytes::<Machine>(message),
            Wire::Request(request) => match &request.operation {
                Operation::Command(command) => 24 + Machine::command_bytes(command),
                Operation::Query(_) => 32,
            },
            Wire::Reply(_) => 48,
        }
    }

    fn fingerprint(&self) -> u64 {
        match self {
            Actor::Server(server) => server.fingerprint(),
            Actor::Client(client) => client.fingerprint(),
        }
    }
}

/// The world's port as a Raft server sees it.
struct ServerPort<'p, P>(&'p mut P);

impl<P: Port<Actor>> RaftPort<Machine> for ServerPort<'_, P> {
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
        self.0.set_timer(LabTimer(timer.slot() as u8), after);
    }

    #[inline]
    fn cancel_timer(&mut self, timer: raft::Timer) {
        self.0.cancel_timer(LabTimer(timer.slot() as u8));
    }

    fn write(&mut self, write: raft::Write<Command>) {
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
        self.0.set_timer(LabTimer(timer as u8), after);
    }

    fn cancel(&mut self, timer: client::Timer) {
        self.0.cancel_timer(LabTimer(timer as u8));
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
