//! The same shop as a chain of direct calls: no bus, no store, no outbox.
//!
//! ```text
//! customers -> order -> inventory                                    is there enough?
//!                    -> payment -> provider                          the money
//!                               -> inventory -> shipping             the items, the parcel
//! ```
//!
//! The answer comes back along the chain. A [`ChainService`] has a few workers and a queue before them, and **whoever
//! calls holds its worker until it is answered**: a step that is slow or dead holds up all before it. A call has a
//! timeout and a number of tries, and, if the settings say so, a back-off between them and a circuit [`Breaker`]; without
//! these, each level tries again what the level below it tries again, and messages multiply. A queue that is full refuses.
//!
//! The rules are those of the [books](crate::shop::Book), written once for both: what is asked for is an event, what comes
//! of it are the records that would have been published, and they are the answer. A service writes down what it did before
//! it answers, and which event it had, so that a call that comes again is answered from its books.
//!
//! Where a definite answer is bad, whoever has done something undoes it by another call: payment refunds what inventory
//! does not have. Where there is no answer, nobody knows what was done. Then the order service, and nobody else, undoes
//! the order in the order of the saga: shipping is asked to let it be, and only if it says so the items are released and
//! the money goes back. If somebody of these does not answer either, **the order stays as it is**: there is no outbox that
//! would bring it to an end later, and after a crash nobody goes on with what was under way, unless the customer places
//! the order again. So money may be kept and stock be held for an order that came to nothing; what never happens is what
//! the books forbid: a double charge, a refund without a charge, a parcel that is not paid, stock that does not add up.
//!
//! | file | what |
//! |---|---|
//! | `process.rs` | a service: its queue, its workers, its inputs |
//! | `config.rs`, `port.rs`, `message.rs`, `note.rs` | how it is set up, and how it meets the world |
//! | `calling.rs`, `breaker.rs` | a call with its tries |
//! | `course.rs` | what comes next for a worker, and its answer |
//! | `ordering.rs`, `paying.rs`, `stocking.rs`, `sending.rs` | what each service does with what it is asked |

mod breaker;
mod calling;
mod config;
mod course;
mod message;
mod note;
mod ordering;
mod paying;
mod port;
mod process;
mod sending;
mod stocking;

pub use breaker::{Breaker, BreakerSettings, BreakerState};
pub use config::{BackOff, ChainConfig, Whereabouts};
pub use message::{ChainAnswer, ChainRequest};
pub use note::{ChainNote, Failure};
pub use port::{ChainInput, ChainPort, ChainTimer};
pub use process::{Ask, ChainJob, ChainService, ChainStage, Waiting};

#[cfg(test)]
mod tests;
