//! The client's side of a replicated service: it sends requests to the server that it takes for the leader, and again
//! until they are answered.
//!
//! A request keeps its id on every retry, so that it takes effect once (Ongaro's dissertation, section 6.3). One that is
//! never answered stays open for ever: it may or may not have taken effect.

use std::sync::Arc;

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
    /// It was asked since the last look.
    fresh: bool,
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
    next: Sequence,
    open: SortedMap<Sequence, Open<M>>,
    server: NodeId,
    /// The cluster has answered a command, and so has a session for this caller.
    has_session: bool,
    retries: u64,
}

impl<M: Carried> Caller<M> {
    /// A caller that has asked nothing yet, who takes `server` for the leader. It waits `timeout` for an answer before it
    /// asks another.
    pub fn new(id: ClientId, servers: u16, server: NodeId, timeout: Span) -> Self {
        Caller {
            id,
            servers: servers.max(1),
            timeout,
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
        let sequence = self.next;
        self.next = Sequence(sequence.0 + 1);
        if self.open.is_empty() {
            port.set_retry(self.retry_interval());
        }
        self.open.insert(sequence, Open { operation, server, fresh: true, redirects: 0 });
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

    /// Half of the timeout: a request that was not fresh at one look is asked again at the next.
    fn retry_interval(&self) -> Span {
        Span((self.timeout.0 / 2).max(1))
    }

    /// Looks for requests that were not answered, and asks again elsewhere.
    pub fn look(&mut self, port: &mut impl CallerPort<M>) {
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
            self.server = NodeId((self.server.0 + 1) % self.servers);
        }
        for (sequence, _) in stale {
            self.ask_again(sequence, self.server, port);
        }
        port.set_retry(self.retry_interval());
    }

    fn ask_again(&mut self, sequence: Sequence, server: NodeId, port: &mut impl CallerPort<M>) {
        let Some(open) = self.open.get_mut(&sequence) else { return };
        open.server = server;
        open.fresh = true;
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
            // Nobody knows better, or it has too much to do: ask at the next look.
            Outcome::NotLeader { .. } | Outcome::Busy => {
                open.fresh = false;
                return None;
            }
            Outcome::Done(SessionResponse::Done(response)) => Answered::Done(response),
            Outcome::Done(SessionResponse::Expired) => Answered::Expired,
            Outcome::Answer(answer) => Answered::Answer(answer),
        };
        self.open.remove(&sequence);
        self.server = from;
        if self.open.is_empty() {
            port.cancel_retry();
        }
        Some((reply.id, answered))
    }
}
