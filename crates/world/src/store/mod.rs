//! An event store: what happened is kept, in order, for ever, and what is now is a fold of it.
//!
//! [`Store`] is a [`StateMachine`](crate::base::StateMachine): a plain value that runs alone, on one durable server, or
//! replicated, with no line changed. It reads no clock: [each command](StoreCommand) carries the time at which it was put
//! into the log.
//!
//! **Writing.** A [stream](StreamName) is everything that happened to one thing. A batch is [appended](Append) to it,
//! all or nothing, if the stream is [what the writer took it to be](ExpectedVersion): of two writers that race, one wins
//! and the other is told of it. The ids of its events make a retry harmless: the same batch again is answered as before,
//! and stored once. Nothing is ever changed or deleted.
//!
//! **Reading.** A stream is read forwards or backwards, all streams together (or those of a category, or the events of a
//! type) [from any position on](Subscription). A [`GlobalPosition`] is the number of the command and the place in its
//! batch. A reader that keeps what the events did and where to read on in one commit misses nothing and counts nothing
//! twice; when its [checkpoint](Projected::checkpoint) has come to the command of a write, it shows that write.
//!
//! **Folding.** A [`Projection`] is a fold over events. A [`Projector`] runs it, live or from zero again, over
//! everything or over a [window](Window); it can be written today and run over yesterday. [`History`] says what it was at
//! any moment, by snapshots and the events since; [`Store::stream_state`] does the same for one stream. A snapshot is a
//! help, never the truth: one that cannot be read is passed over.
//!
//! **Changing.** The form of an event type may change, its stored events never do: [`Upcasters`] bring an old event to
//! its newest form each time it is read.

mod append;
mod as_of;
pub mod bench;
mod blocks;
mod browse;
mod command;
mod cost;
mod directory;
mod error;
mod event;
mod expected;
mod filter;
mod following;
mod idempotence;
mod ids;
mod index;
mod journal;
mod limits;
mod machine;
mod moment;
mod position;
mod projection;
mod projector;
mod query;
mod record;
mod saved;
mod snapshots;
mod stream;
mod subscription;
#[cfg(test)]
mod tests;
mod upcast;
mod window;

pub use as_of::History;
pub use command::{Action, Append, Appended, KeepSnapshot, StoreCommand, StoreResponse};
pub use cost::Cost;
pub use error::{StoreError, What};
pub use event::{Event, NewEvent, RecordedEvent};
pub use expected::ExpectedVersion;
pub use filter::Filter;
pub use ids::{Category, CommandNumber, EventType, SchemaVersion, StreamName, StreamVersion, ViewName};
pub use limits::Limits;
pub use machine::Store;
pub use moment::{AsOf, Moment};
pub use position::GlobalPosition;
pub use projection::{Projection, ProjectionError};
pub use projector::{Progress, Projected, Projector, Step};
pub use query::{Base, Direction, Head, Page, StoreAnswer, StoreQuery, StreamPage};
pub use snapshots::Snapshot;
pub use subscription::Subscription;
pub use upcast::{Malformed, UpcastError, Upcaster, Upcasters};
pub use window::Window;
