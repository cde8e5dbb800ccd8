//! Between services, who speak to a broker, and servers, who carry a machine that may be one.

use std::sync::Arc;

use super::replicated::{ReplicatedAnswer, ReplicatedCommand, ReplicatedQuery, ReplicatedResponse};
use super::wire::Machine;
use crate::base::{Keyed, SessionResponse, Sessions};
use crate::broker::Broker;
use crate::consensus::{ClientReply, ClientRequest, Operation, Outcome};

/// A service's request as the servers take it.
pub(super) fn request(request: ClientRequest<Sessions<Broker>>) -> ClientRequest<Machine> {
    let operation = match request.operation {
        Operation::Command(keyed) => {
            let Keyed { id, answered_below, command } = Arc::unwrap_or_clone(keyed);
            Operation::Command(Arc::new(Keyed { id, answered_below, command: ReplicatedCommand::Broker(command) }))
        }
        Operation::Query(query) => Operation::Query(ReplicatedQuery::Broker(Box::new(query))),
    };
    ClientRequest { id: request.id, operation }
}

/// A server's answer as a service takes it; `None` if no broker is behind it.
pub(super) fn reply(reply: ClientReply<Machine>) -> Option<ClientReply<Sessions<Broker>>> {
    let outcome = match reply.outcome {
        Outcome::Done(SessionResponse::Done(ReplicatedResponse::Broker(response))) => {
            Outcome::Done(SessionResponse::Done(*response))
        }
        Outcome::Done(SessionResponse::Expired) => Outcome::Done(SessionResponse::Expired),
        Outcome::Answer(ReplicatedAnswer::Broker(answer)) => Outcome::Answer(*answer),
        Outcome::NotLeader { leader } => Outcome::NotLeader { leader },
        Outcome::Busy => Outcome::Busy,
        Outcome::Done(SessionResponse::Done(ReplicatedResponse::Register(_) | ReplicatedResponse::Foreign))
        | Outcome::Answer(ReplicatedAnswer::Register(_) | ReplicatedAnswer::Foreign) => return None,
    };
    Some(ClientReply { id: reply.id, outcome })
}
