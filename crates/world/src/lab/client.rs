//! A client of the register: a load of requests, and what it is told of each.

use smol_str::{SmolStr, format_smolstr};

use super::replicated::{Replicated, ReplicatedAnswer, ReplicatedCommand, ReplicatedQuery, ReplicatedResponse};
use super::wire::{Machine, Operation, Outcome};
use crate::base::{ClientId, NodeId, RegisterCommand, RegisterQuery, RequestId, Span, digest};
use crate::consensus::{self, Answered, Caller, CallerPort, ClientReply, ClientRequest, Pace};

/// How a client behaves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientConfig {
    /// Its number among the clients, from 0.
    pub number: u16,
    /// The servers it can ask.
    pub servers: u16,
    /// What it does by itself, if anything.
    pub load: Option<Load>,
    /// How long it waits for an answer before it asks another server.
    pub attempt_timeout: Span,
    /// The most requests that it has open at once; further ones are not made.
    pub max_open: u32,
}

/// Requests that a client makes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Load {
    /// The mean time between two requests.
    pub gap: Span,
    /// The gaps are exponentially distributed, as of many independent people; otherwise all the same.
    pub poisson: bool,
    /// How many of a million requests read; the others write.
    pub reads_ppm: u32,
    /// How many different keys.
    pub keys: u32,
    /// How long after its start it goes on; `None`: for ever.
    pub lasts: Option<Span>,
}

/// The names of a client's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// Time for the next request of the load.
    Next,
    /// Time to look for requests that were not answered.
    Retry,
    /// The load ends.
    End,
}

/// What a client tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClientNote {
    /// It wants something done: the operation begins here.
    Invoked {
        /// Which request.
        id: RequestId,
        /// What.
        operation: Operation,
    },
    /// It was answered: the operation ends here.
    Answered {
        /// Which request.
        id: RequestId,
        /// What came of it: done, or the answer to a query.
        outcome: Outcome,
    },
    /// It was told that its session is gone: whether the operation took effect is never known.
    Expired {
        /// Which request.
        id: RequestId,
    },
    /// It asks again.
    Retried {
        /// Which request.
        id: RequestId,
        /// Whom.
        server: NodeId,
    },
    /// It has too many requests open to make another.
    HeldBack,
}

/// What a client can do to the outside: the part of [`crate::sim::Port`] that it needs.
pub(super) trait ClientPort {
    fn ask(&mut self, server: NodeId, request: ClientRequest<Machine>);
    fn set(&mut self, timer: Timer, after: Span);
    fn cancel(&mut self, timer: Timer);
    fn exponential(&mut self, mean: Span) -> Span;
    fn below(&mut self, n: u32) -> u32;
    fn tell(&mut self, note: ClientNote);
    /// Writes down how often the client was started.
    fn remember_life(&mut self, life: u16);
}

/// A client of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    config: ClientConfig,
    /// How often it was started: part of its id, so that a restarted client does not take up its old session.
    life: u16,
    caller: Caller<Replicated>,
    loading: bool,
    answered: u64,
}

impl Client {
    /// A client that was never started.
    pub fn new(config: ClientConfig) -> Client {
        Client::in_life(config, 0)
    }

    pub(super) fn in_life(config: ClientConfig, life: u16) -> Client {
        let server = NodeId(config.number % config.servers.max(1));
        let caller = Caller::new(id(&config, life), config.servers, server, config.attempt_timeout, Pace::Steady);
        Client { config, life, caller, loading: false, answered: 0 }
    }

    /// Who it is in this life.
    pub fn id(&self) -> ClientId {
        self.caller.id()
    }

    /// Its configuration.
    pub fn config(&self) -> &ClientConfig {
        &self.config
    }

    /// How many requests have no answer yet.
    pub fn open(&self) -> usize {
        self.caller.open()
    }

    /// How many requests were answered in this life.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many attempts it made after a request's first.
    pub fn retries(&self) -> u64 {
        self.caller.retries()
    }

    /// The server that it takes for the leader.
    pub fn server(&self) -> NodeId {
        self.caller.server()
    }

    pub(super) fn boot(&mut self, port: &mut impl ClientPort) {
        self.life += 1;
        self.caller.become_client(id(&self.config, self.life));
        port.remember_life(self.life);
        if let Some(load) = &self.config.load {
            self.loading = true;
            if let Some(lasts) = load.lasts {
                port.set(Timer::End, lasts);
            }
            self.await_next(port);
        }
    }

    fn await_next(&mut self, port: &mut impl ClientPort) {
        let Some(load) = &self.config.load else { return };
        let gap = if load.poisson { port.exponential(load.gap) } else { load.gap };
        port.set(Timer::Next, gap.max(Span(1)));
    }

    pub(super) fn time_out(&mut self, timer: Timer, port: &mut impl ClientPort) {
        match timer {
            Timer::Next => {
                if self.loading {
                    self.make_request(port);
                    self.await_next(port);
                }
            }
            Timer::End => {
                self.loading = false;
                port.cancel(Timer::Next);
            }
            Timer::Retry => self.caller.look(&mut Asking(port)),
        }
    }

    /// Makes the load's next request.
    fn make_request(&mut self, port: &mut impl ClientPort) {
        let Some(load) = &self.config.load else { return };
        // Both are drawn whether or not there is room, so that a full client does not shift what comes later.
        let (key, reads) = (port.below(load.keys.max(1)), port.below(1_000_000) < load.reads_ppm);
        let key = key_name(key);
        if self.caller.open() >= self.config.max_open as usize {
            port.tell(ClientNote::HeldBack);
            return;
        }
        let operation = if reads {
            Operation::Query(RegisterQuery::Get { key })
        } else {
            Operation::Command(RegisterCommand::Put { key, value: self.fresh_value() })
        };
        self.invoke(operation, self.caller.server(), port);
    }

    /// A value that nobody else writes, so that a read tells whose write it saw.
    fn fresh_value(&self) -> SmolStr {
        match (self.config.number, self.life) {
            (0, 1) => format_smolstr!("{}", self.caller.next()),
            (number, 1) => format_smolstr!("{}.{}", number + 1, self.caller.next()),
            (number, life) => format_smolstr!("{}.{}.{}", number + 1, life, self.caller.next()),
        }
    }

    /// Begins an operation at a server.
    pub(super) fn invoke(&mut self, operation: Operation, server: NodeId, port: &mut impl ClientPort) {
        let wanted = match operation.clone() {
            Operation::Command(command) => consensus::Operation::Command(ReplicatedCommand::Register(command)),
            Operation::Query(query) => consensus::Operation::Query(ReplicatedQuery::Register(query)),
        };
        let id = self.caller.begin(wanted, server, &mut Asking(port));
        port.tell(ClientNote::Invoked { id, operation });
        self.caller.send(id, &mut Asking(port));
    }

    pub(super) fn answer(&mut self, from: NodeId, reply: ClientReply<Machine>, port: &mut impl ClientPort) {
        let Some((id, answered)) = self.caller.answer(from, reply, &mut Asking(port)) else { return };
        let outcome = match answered {
            Answered::Done(ReplicatedResponse::Register(response)) => Outcome::Done(response),
            Answered::Answer(ReplicatedAnswer::Register(answer)) => Outcome::Answer(answer),
            // A machine of another kind can do nothing with what this client wants.
            Answered::Expired | Answered::Done(_) | Answered::Answer(_) => {
                return port.tell(ClientNote::Expired { id });
            }
        };
        self.answered += 1;
        port.tell(ClientNote::Answered { id, outcome });
    }

    pub(super) fn fingerprint(&self) -> u64 {
        digest(self)
    }
}

/// Who a client is in one of its lives.
fn id(config: &ClientConfig, life: u16) -> ClientId {
    ClientId(u32::from(config.number) << 16 | u32::from(life))
}

/// The client's port as the part of it that asks sees it.
struct Asking<'p, P>(&'p mut P);

impl<P: ClientPort> CallerPort<Replicated> for Asking<'_, P> {
    fn ask(&mut self, server: NodeId, request: ClientRequest<Machine>) {
        self.0.ask(server, request);
    }

    fn set_retry(&mut self, after: Span) {
        self.0.set(Timer::Retry, after);
    }

    fn cancel_retry(&mut self) {
        self.0.cancel(Timer::Retry);
    }

    fn retried(&mut self, id: RequestId, server: NodeId) {
        self.0.tell(ClientNote::Retried { id, server });
    }
}

/// `x`, `y`, `z`, and then the alphabet from its start.
fn key_name(number: u32) -> SmolStr {
    let letter = (b'a' + ((number + 23) % 26) as u8) as char;
    match number / 26 {
        0 => format_smolstr!("{letter}"),
        round => format_smolstr!("{letter}{round}"),
    }
}
