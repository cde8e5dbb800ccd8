//! A client: it sends requests to the server that it takes for the leader, and again until it is answered.
//!
//! A request keeps its id on every retry. One that is never answered stays open for ever: it may or may not have taken
//! effect, and the client claims neither.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::wire::{Machine, Operation, Outcome};
use crate::base::{
    ClientId, Keyed, NodeId, RegisterCommand, RegisterQuery, RequestId, Sequence, SessionResponse, SortedMap, Span,
    digest,
};
use crate::consensus::{self, ClientReply, ClientRequest};

/// An operation as the replicated machine takes it: within a session.
type Wanted = consensus::Operation<Machine>;
/// What the replicated machine, through its servers, says of it.
type Told = consensus::Outcome<Machine>;

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

/// A request that has no answer yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    operation: Operation,
    server: NodeId,
    /// It was asked since the last look of the retry timer.
    fresh: bool,
    /// How often servers have pointed elsewhere since the last look.
    redirects: u8,
}

/// After so many redirections a request waits for the retry timer: two servers may each take the other for the leader.
const MAX_REDIRECTS: u8 = 3;

/// A client of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    config: ClientConfig,
    /// How often it was started: part of its id, so that a restarted client does not take up its old session.
    life: u16,
    next: Sequence,
    open: SortedMap<Sequence, Open>,
    server: NodeId,
    loading: bool,
    /// The cluster has answered a command of this life, and so has a session for it.
    has_session: bool,
    answered: u64,
    retries: u64,
}

impl Client {
    /// A client that was never started.
    pub fn new(config: ClientConfig) -> Client {
        Client::in_life(config, 0)
    }

    pub(super) fn in_life(config: ClientConfig, life: u16) -> Client {
        let server = NodeId(config.number % config.servers.max(1));
        Client {
            config,
            life,
            next: Sequence(1),
            open: SortedMap::default(),
            server,
            loading: false,
            has_session: false,
            answered: 0,
            retries: 0,
        }
    }

    /// Who it is in this life.
    pub fn id(&self) -> ClientId {
        ClientId(u32::from(self.config.number) << 16 | u32::from(self.life))
    }

    /// Its configuration.
    pub fn config(&self) -> &ClientConfig {
        &self.config
    }

    /// How many requests have no answer yet.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// How many requests were answered in this life.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many attempts it made after a request's first.
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// The server that it takes for the leader.
    pub fn server(&self) -> NodeId {
        self.server
    }

    pub(super) fn boot(&mut self, port: &mut impl ClientPort) {
        self.life += 1;
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
            Timer::Retry => self.retry(port),
        }
    }

    /// Makes the load's next request.
    fn make_request(&mut self, port: &mut impl ClientPort) {
        let Some(load) = &self.config.load else { return };
        // Both are drawn whether or not there is room, so that a full client does not shift what comes later.
        let (key, reads) = (port.below(load.keys.max(1)), port.below(1_000_000) < load.reads_ppm);
        let key = key_name(key);
        if self.open.len() >= self.config.max_open as usize {
            port.tell(ClientNote::HeldBack);
            return;
        }
        let operation = if reads {
            Operation::Query(RegisterQuery::Get { key })
        } else {
            Operation::Command(RegisterCommand::Put { key, value: self.fresh_value() })
        };
        self.invoke(operation, self.server, port);
    }

    /// A value that nobody else writes, so that a read tells whose write it saw.
    fn fresh_value(&self) -> SmolStr {
        match (self.config.number, self.life) {
            (0, 1) => format_smolstr!("{}", self.next),
            (number, 1) => format_smolstr!("{}.{}", number + 1, self.next),
            (number, life) => format_smolstr!("{}.{}.{}", number + 1, life, self.next),
        }
    }

    /// Begins an operation at a server.
    pub(super) fn invoke(&mut self, operation: Operation, server: NodeId, port: &mut impl ClientPort) {
        let sequence = self.next;
        self.next = Sequence(sequence.0 + 1);
        if self.open.is_empty() {
            port.set(Timer::Retry, self.retry_interval());
        }
        self.open.insert(sequence, Open { operation: operation.clone(), server, fresh: true, redirects: 0 });
        if let Some(request) = self.request(sequence) {
            port.tell(ClientNote::Invoked { id: request.id, operation });
            port.ask(server, request);
        }
    }

    /// The request as it goes out now. Its session tells up to where the client has all answers. Queries open no session:
    /// before the first command is answered there is nothing that the cluster could forget, and it must not take a client
    /// that only read so far for one that it has forgotten.
    fn request(&self, sequence: Sequence) -> Option<ClientRequest<Machine>> {
        let id = RequestId { client: self.id(), sequence };
        let operation = match self.open.get(&sequence)?.operation.clone() {
            Operation::Query(query) => Wanted::Query(query),
            Operation::Command(command) => {
                let oldest = self.open.first_key().copied().unwrap_or(self.next);
                let answered_below = if self.has_session { oldest } else { Sequence(1) };
                Wanted::Command(Arc::new(Keyed { id, answered_below, command }))
            }
        };
        Some(ClientRequest { id, operation })
    }

    /// Half of the attempt timeout: a request that was not fresh at one look is asked again at the next.
    fn retry_interval(&self) -> Span {
        Span((self.config.attempt_timeout.0 / 2).max(1))
    }

    fn retry(&mut self, port: &mut impl ClientPort) {
        if self.open.is_empty() {
            return;
        }
        let mut stale = Vec::new();
        for (&sequence, open) in self.open.iter_mut() {
            open.redirects = 0;
            if open.fresh {
                open.fresh = false;
            } else {
                stale.push((sequence, open.server));
            }
        }
        // The server that kept silent is not asked again at once.
        if stale.iter().any(|&(_, server)| server == self.server) {
            self.server = NodeId((self.server.0 + 1) % self.config.servers.max(1));
        }
        for (sequence, _) in stale {
            self.ask_again(sequence, self.server, port);
        }
        port.set(Timer::Retry, self.retry_interval());
    }

    fn ask_again(&mut self, sequence: Sequence, server: NodeId, port: &mut impl ClientPort) {
        let Some(open) = self.open.get_mut(&sequence) else { return };
        open.server = server;
        open.fresh = true;
        self.retries += 1;
        if let Some(request) = self.request(sequence) {
            port.tell(ClientNote::Retried { id: request.id, server });
            port.ask(server, request);
        }
    }

    pub(super) fn answer(&mut self, from: NodeId, reply: ClientReply<Machine>, port: &mut impl ClientPort) {
        let sequence = reply.id.sequence;
        if reply.id.client != self.id() {
            return; // for an earlier life
        }
        let Some(open) = self.open.get_mut(&sequence) else { return };
        self.has_session |= matches!(reply.outcome, Told::Done(SessionResponse::Done(_)));
        let outcome = match reply.outcome {
            Told::NotLeader { leader: Some(leader) } if leader != from && open.redirects < MAX_REDIRECTS => {
                open.redirects += 1;
                self.server = leader;
                self.ask_again(sequence, leader, port);
                return;
            }
            // Nobody knows better, or it has too much to do: ask at the next look.
            Told::NotLeader { .. } | Told::Busy => {
                open.fresh = false;
                return;
            }
            Told::Done(SessionResponse::Done(response)) => Some(Outcome::Done(response)),
            Told::Done(SessionResponse::Expired) => None,
            Told::Answer(answer) => Some(Outcome::Answer(answer)),
        };
        self.open.remove(&sequence);
        self.server = from;
        if self.open.is_empty() {
            port.cancel(Timer::Retry);
        }
        match outcome {
            Some(outcome) => {
                self.answered += 1;
                port.tell(ClientNote::Answered { id: reply.id, outcome });
            }
            None => port.tell(ClientNote::Expired { id: reply.id }),
        }
    }

    pub(super) fn fingerprint(&self) -> u64 {
        digest(self)
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
