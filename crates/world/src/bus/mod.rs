//! The event bus: what services publish to and read from, so that none of them has to know another.
//!
//! It is one deterministic value, a [`StateMachine`](crate::base::StateMachine): it runs alone, on one broker with a disk,
//! or replicated by Raft, with no line changed. It reads no clock: each [`BusCommand`] brings the time.
//!
//! # Records
//!
//! A *topic* has a fixed number of *partitions*, each a log of records with dense *offsets*. A record goes to the
//! partition of its key: so all records of one key are in one total order, and those of different keys need not wait for
//! each other. A producer that numbers its records ([`Stamp`]) may send them again when it is not sure: each is stored
//! once, and the answer is the same.
//!
//! # Consumers
//!
//! Any number of *groups* read a topic, each at its own pace. Within a group each partition has one owner among the
//! *members*. When members come or go, the partitions are dealt anew, which begins a new *generation*; who keeps a
//! partition is not disturbed, and who has lost one is fenced: its answers are refused. The new owner begins at the
//! *committed offset*, the first record that is not processed, and whatever is beyond comes again.
//!
//! What is delivered has to be answered. After a negative ack, or none within the *ack wait*, the record is delivered
//! again, and says how often it was; after the last try it goes to the group's *dead letters*, and the rest go on. So
//! every record is processed at least once, or put aside, or skipped because retention took it away, and each of these is
//! counted. At least once is not once: whoever must not do a thing twice has to remember the event ids
//! ([`Header::event`]) that it has seen.
//!
//! | file | what |
//! |---|---|
//! | `machine.rs`, `command.rs`, `error.rs`, `limits.rs` | the way in: what can be asked, what is replied, what is refused |
//! | `record.rs`, `partition.rs`, `topic.rs`, `retention.rs` | records and where they are kept |
//! | `producer.rs` | producers whose retries are known |
//! | `group.rs`, `assignment.rs`, `settings.rs` | groups, their members, and who owns what |
//! | `cursor.rs`, `delivery.rs`, `dead_letters.rs` | how far a group is in a partition, tries, answers, what is given up |
//! | `due.rs` | what may wait until there is something to do |
//! | `query.rs` | what views ask |
//! | `snapshot.rs` | the whole in bytes |
//! | `defect.rs` | known bugs, to be switched on |
//! | `workload.rs` | what the bench measures |

mod assignment;
mod command;
mod cursor;
mod dead_letters;
mod defect;
mod delivery;
mod due;
mod error;
mod group;
mod ids;
mod limits;
mod machine;
mod partition;
mod producer;
mod query;
mod record;
mod retention;
mod settings;
mod snapshot;
mod topic;
pub mod workload;

pub use command::{Action, Answer, BusCommand, BusResponse, Outgoing, Reply};
pub use cursor::{Counts, Owner, Skipped};
pub use dead_letters::{DeadLetter, Failure, LetterAt};
pub use defect::{Defect, Defects};
pub use delivery::{Delivery, Standing, Verdict};
pub use error::{BusError, Refusal, Refused, Setting};
pub use group::{Fetched, Membership};
pub use ids::{
    Generation, GroupId, MemberId, Offset, PartitionId, Position, ProducerEpoch, ProducerId, ProducerSequence, TopicId,
};
pub use limits::{Limited, Limits};
pub use machine::Bus;
pub use producer::Stamp;
pub use query::{
    BusAnswer, BusQuery, GroupView, OpenRecord, Overview, PartitionView, ProducerView, Progress, TopicView,
};
pub use record::{Header, Record, Stored};
pub use retention::Retention;
pub use settings::{GroupSettings, Start, Waits};
pub use topic::TopicSettings;

#[cfg(test)]
mod tests;
