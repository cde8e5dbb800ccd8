//! What clients and a replicated service say to each other: the same whichever protocol replicates it.

use crate::base::{NodeId, RequestId, StateMachine};

/// What a client wants done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation<M: StateMachine> {
    /// Change the state, through the log.
    Command(M::Command),
    /// Read the state as of now (linearizably), without the log.
    Query(M::Query),
}

/// A request of a client; a retry has the same id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientRequest<M: StateMachine> {
    /// Which request.
    pub id: RequestId,
    /// What is wanted.
    pub operation: Operation<M>,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome<M: StateMachine> {
    /// The command was carried out.
    Done(M::Response),
    /// The query's answer.
    Answer(M::Answer),
    /// This server does not lead, or lost its office before it could know: ask the one that it believes in. The
    /// operation may or may not take effect.
    NotLeader {
        /// Who leads, as far as this server knows.
        leader: Option<NodeId>,
    },
    /// The server has too much work waiting and did nothing with the request.
    Busy,
}

/// The answer to a [`ClientRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientReply<M: StateMachine> {
    /// Which request.
    pub id: RequestId,
    /// What came of it.
    pub outcome: Outcome<M>,
}
