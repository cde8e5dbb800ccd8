//! What every room needs: ids, time, chance, portable hashing, state machines and their sessions.

mod chunked;
mod defects;
mod hash;
mod ids;
mod machine;
mod register;
mod rng;
mod sessions;
mod sort;
mod sorted_map;
mod time;
mod value;

pub use chunked::Chunked;
pub(crate) use defects::defect_set;
pub use hash::{StableHasher, digest};
pub(crate) use ids::number;
pub use ids::{
    CausationId, ClientId, CorrelationId, DomainEventId, EventId, LogIndex, MessageId, NodeId, RequestId, Sequence,
    Term,
};
pub use machine::{SnapshotError, StateMachine};
pub use register::{Register, RegisterAnswer, RegisterCommand, RegisterQuery, RegisterResponse};
pub use rng::Stream;
pub use sessions::{Carried, Keyed, SessionResponse, Sessions};
pub(crate) use sessions::{read, write};
pub use sort::sort_by;
pub(crate) use sorted_map::SortedMap;
pub use time::{Span, Time};
pub use value::Value;
pub(crate) use value::values;
