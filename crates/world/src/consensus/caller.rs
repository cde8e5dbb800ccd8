//! The client's side of a replicated service: it sends requests to the server that it takes for the leader, and again
//! until they are answered.
//!
//! A request keeps its id on every retry, so that it takes effect once (Ongaro's dissertation, section 6.3). One that is
//! never answered stays open for ever: it may or may not have taken effect.
//!
//! How long it waits before it asks again is its [`Pace`]. Whoever asks again before an answer can be there adds to the
//! work of who is late already, and so makes it later.

use std::sync::Arc;

use super::pace::Pace;
use super::service::{ClientReply, ClientRequest, Operation, Outcome};
use crate::base::{
    Carried, ClientId, Keyed, NodeId, RequestId, Sequence, SessionResponse, Sessions, SortedMap, Span, StateMachine,
};

/// After so many redirections a request waits for the retry timer: two servers may each take the other for the leader.
const MAX_REDIRECTS: u8 = 3;

/// What a caller needs of the outside.
pub trait CallerPort<M: StateMachine>
where
    Sessions<M>: StateMachine,
{
    /// Sends a request.
    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<M>>);
    /// Sets the timer at which [`Caller::look`] is to be called.
    fn set_retry(&mut self, after: Span);
    /// Stops it.
    fn cancel_retry(&mut self);
    /// It is about to ask again.
    fn retried(&mut self, id: RequestId, server: NodeId);
}

/// What a request came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answered<M: StateMachine> {
    /// The command was carried out.
    Done(M::Response),
    /// The query's answer.
    Answer(M::Answer),
    /// The session is gone: whether the command took effect is never known.
    Expired,
}

/// A request that has no answer yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open<M: StateMachine> {
    operation: Operation<M>,
    server: NodeId,
    /// For so many looks it may wait at the leader, by what it asks for.
    parked: u32,
    /// After so many looks it is asked again.
    rest: u32,
    /// How many looks there were since it was last asked.
    waited: u32,
    /// How often it was asked again since nothing came, or since there was too much to do.
    tries: u32,
    /// The leader has too much to do. It is known who leads.
    busy: bool,
    /// How often servers have pointed elsewhere since the last look.
    redirects: u8,
}

/// Somebody who asks a cluster, in one life.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller<M: StateMachine> {
    id: ClientId,
    /// The servers are the nodes from 0 on.
    servers: u16,
    timeout: Span,
    pace: Pace,
    next: Sequence,
    open: SortedMap<Sequence, Open<M>>,
    server: NodeId,
    /// The cluster has answered a command, and so has a session for this caller.
    has_session: bool,
    retries: u64,
}

impl<M: Carried> Caller<M> {
    /// A caller that has asked nothing yet, who takes `server` for the leader. It waits `timeout` for an answer before it
    /// asks another, or, by its pace, longer.
    pub fn new(id: ClientId, servers: u16, server: NodeId, timeout: Span, pace: Pace) -> Self {
        Caller {
            id,
            servers: servers.max(1),
            timeout,
            pace,
            next: Sequence(1),
            open: SortedMap::default(),
            server,
            has_session: false,
            retries: 0,
        }
    }

    /// Who it is.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// In another life it is somebody else: a restarted client does not take up its old session.
    pub fn become_client(&mut self, id: ClientId) {
        self.id = id;
    }

    /// The number of its next request.
    pub fn next(&self) -> Sequence {
        self.next
    }

    /// How many requests have no answer yet.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// How many attempts it made after a request's first.
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// The server that it takes for the leader.
    pub fn server(&self) -> NodeId {
        self.server
    }

    /// Begins a request, that then has to be [sent](Self::send).
    pub fn begin(&mut self, operation: Operation<M>, server: NodeId, port: &mut impl CallerPort<M>) -> RequestId {
        self.begin_parked(operation, Span::ZERO, server, port)
    }

    /// Begins a request that may wait at the leader for so long before there is an answer.
    fn begin_parked(
        &mut self,
        operation: Operation<M>,
        parked: Span,
        server: NodeId,
        port: &mut impl CallerPort<M>,
    ) -> RequestId {
        let sequence = self.next;
        self.next = Sequence(sequence.0 + 1);
        if self.open.is_empty() {
            port.set_retry(self.pace.look(self.timeout));
        }
        let parked = u32::try_from(parked.0.div_ceil(self.pace.look(self.timeout).0)).unwrap_or(u32::MAX);
        let rest = self.pace.patience(self.timeout, 0).saturating_add(parked);
        let open = Open { operation, server, parked, rest, waited: 0, tries: 0, busy: false, redirects: 0 };
        self.open.insert(sequence, open);
        RequestId { client: self.id, sequence }
    }

    /// Sends a request that was begun.
    pub fn send(&self, id: RequestId, port: &mut impl CallerPort<M>) {
        if let Some((server, request)) = self.request(id.sequence) {
            port.ask(server, request);
        }
    }

    /// Begins a request at the server that it takes for the leader, and sends it.
    pub fn invoke(&mut self, operation: Operation<M>, port: &mut impl CallerPort<M>) -> RequestId {
        let id = self.begin(operation, self.server, port);
        self.send(id, port);
        id
    }

    /// As [`invoke`](Self::invoke), a request that may wait at the leader for so long before there is an answer.
    pub fn invoke_parked(&mut self, operation: Operation<M>, parked: Span, port: &mut impl CallerPort<M>) -> RequestId {
        let id = self.begin_parked(operation, parked, self.server, port);
        self.send(id, port);
        id
    }

    /// The request as it goes out now. Its session tells up to where the client has all answers. Queries open no session:
    /// before the first command is answered there is nothing that the cluster could forget, and it must not take a client
    /// that only read so far for one that it has forgotten.
    fn request(&self, sequence: Sequence) -> Option<(NodeId, ClientRequest<Sessions<M>>)> {
        let id = RequestId { client: self.id, sequence };
        let open = self.open.get(&sequence)?;
        let operation = match open.operation.clone() {
            Operation::Query(query) => Operation::Query(query),
            Operation::Command(command) => {
                let oldest = self.open.first_key().copied().unwrap_or(self.next);
                let answered_below = if self.has_session { oldest } else { Sequence(1) };
                Operation::Command(Arc::new(Keyed { id, answered_below, command }))
            }
        };
        Some((open.server, ClientRequest { id, operation }))
    }

    /// Looks for requests that were not answered, and asks again elsewhere.
    pub fn look(&mut self, port: &mut impl CallerPort<M>) {
        if self.open.is_empty() {
            return;
        }
        let mut stale = Vec::new();
        let mut silent = false;
        for (&sequence, open) in self.open.iter_mut() {
            open.redirects = 0;
            open.waited = open.waited.saturating_add(1);
            open.rest = open.rest.saturating_sub(1);
            if open.rest == 0 {
                silent |= open.server == self.server && !open.busy;
                stale.push(sequence);
            }
        }
        // The server that kept silent is not asked again at once.
        if silent {
            self.server = NodeId((self.server.0 + 1) % self.servers);
        }
        for sequence in stale {
            if let Some(open) = self.open.get_mut(&sequence) {
                // One that is busy has counted already.
                open.tries = open.tries.saturating_add(u32::from(!open.busy));
            }
            self.ask_again(sequence, self.server, port);
        }
        port.set_retry(self.pace.look(self.timeout));
    }

    fn ask_again(&mut self, sequence: Sequence, server: NodeId, port: &mut impl CallerPort<M>) {
        let Some(open) = self.open.get_mut(&sequence) else { return };
        open.server = server;
        open.waited = 0;
        open.rest = self.pace.patience(self.timeout, open.tries).saturating_add(open.parked);
        open.busy = false;
        self.retries += 1;
        let id = RequestId { client: self.id, sequence };
        port.retried(id, server);
        self.send(id, port);
    }

    /// A server has answered. Says what the request came to, unless it goes on.
    pub fn answer(
        &mut self,
        from: NodeId,
        reply: ClientReply<Sessions<M>>,
        port: &mut impl CallerPort<M>,
    ) -> Option<(RequestId, Answered<M>)> {
        let sequence = reply.id.sequence;
        if reply.id.client != self.id {
            return None; // for an earlier life
        }
        let open = self.open.get_mut(&sequence)?;
        self.has_session |= matches!(reply.outcome, Outcome::Done(SessionResponse::Done(_)));
        let answered = match reply.outcome {
            Outcome::NotLeader { leader: Some(leader) } if leader != from && open.redirects < MAX_REDIRECTS => {
                open.redirects += 1;
                self.server = leader;
                self.ask_again(sequence, leader, port);
                return None;
            }
            // Nobody knows better: ask at the next look.
            Outcome::NotLeader { .. } => {
                open.rest = 1;
                return None;
            }
            Outcome::Busy => {
                (open.rest, open.busy) = (self.pace.rest(open.tries), true);
                open.tries = open.tries.saturating_add(1);
                return None;
            }
            Outcome::Done(SessionResponse::Done(response)) => Answered::Done(response),
            Outcome::Done(SessionResponse::Expired) => Answered::Expired,
            Outcome::Answer(answer) => Answered::Answer(answer),
        };
        if let Some(open) = self.open.remove(&sequence)
            && open.tries == 0
            && open.parked == 0
        {
            // The answer to what was asked twice may be to either.
            self.pace.measured(open.waited);
        }
        self.server = from;
        self.follow();
        if self.open.is_empty() {
            port.cancel_retry();
        }
        Some((reply.id, answered))
    }

    /// It is known who leads. Whatever was to wait elsewhere for long goes there at the next look.
    fn follow(&mut self) {
        for (_, open) in self.open.iter_mut() {
            if open.parked > 0 && open.server != self.server {
                open.rest = open.rest.min(1);
            }
        }
    }
}

#[cfg(test)]
mod tests;
