//! Which note and which message of a chain of direct calls belong to which story. An order is a story here too, and every
//! call is a part of the one that it was made in:
//!
//! ```text
//! order            at the customers    from the moment it is placed to the answer
//!   place          at the order desk   from the moment a worker takes it up to the answer
//!     a call       at a service        from the call's arrival, queue and all, to the answer; every try is one of its own
//!       ...
//!       authorise  at the provider
//! ```

use std::collections::BTreeMap;

use super::book::{Book, Doing, Now, Sending, SpanPlace};
use super::model::{SpanKind, Status};
use super::register::{Task, Thread};
use tutti_core::base::{MessageId, NodeId};
use tutti_core::service::CallId;
use tutti_core::service::chain::{ChainAnswer, ChainNote, ChainRequest, Failure};
use tutti_core::shop::OrderId;

/// What has to be remembered of a chain to know where things belong.
#[derive(Default)]
pub(super) struct Chain {
    /// What each worker is at.
    hands: BTreeMap<(NodeId, u8), SpanPlace>,
    /// By whom each call was made: what its worker was at.
    calls: BTreeMap<(NodeId, CallId), SpanPlace>,
}

impl Chain {
    /// What whoever made a call was at.
    pub(super) fn caller(&self, from: NodeId, call: CallId) -> Option<SpanPlace> {
        self.calls.get(&(from, call)).copied()
    }

    /// A service calls another.
    pub(super) fn asks(&self, book: &mut Book, sending: &Sending, (call, request): (CallId, &ChainRequest), now: Now) {
        let Some(story) = book.find(Thread::Order(request.order())) else { return };
        book.send(story, sending, self.caller(sending.from, call), None, now);
    }

    /// A service answers another.
    pub(super) fn answers(
        &self,
        book: &mut Book,
        sending: Sending,
        (call, order): (CallId, OrderId),
        answer: &ChainAnswer,
        now: Now,
    ) {
        let Some(story) = book.find(Thread::Order(order)) else { return };
        let status = match answer {
            ChainAnswer::Done(_) => Status::Ok,
            ChainAnswer::Busy => Status::Error("too much to do".into()),
            ChainAnswer::Failed => Status::Error("it has failed".into()),
        };
        let done = book.end(Task::Step(sending.to, call), status, now);
        let caller = self.caller(sending.to, call);
        book.send(story, &Sending { answer: true, ..sending }, done, caller, now);
    }

    /// A call arrives.
    pub(super) fn arrives(
        &self,
        book: &mut Book,
        (message, from, to): (MessageId, NodeId, NodeId),
        (call, request): (CallId, &ChainRequest),
        now: Now,
    ) {
        let Some(story) = book.find(Thread::Order(request.order())) else { return };
        let task = Task::Step(from, call);
        if book.doing(task).is_some() {
            return; // the network brought it twice
        }
        let what = Doing::new(to, SpanKind::Server, request.name());
        if let Some(place) = book.start(story, self.caller(from, call), task, what, now) {
            book.receive(message, place);
        }
    }

    /// A service tells of itself.
    pub(super) fn noted(&mut self, book: &mut Book, node: NodeId, note: &ChainNote, now: Now) {
        match *note {
            ChainNote::Began { worker, from, call, order, what } => {
                let Some(story) = book.find(Thread::Order(order)) else { return };
                let place = match call {
                    Some(call) => book.doing(Task::Step(from, call)),
                    None => {
                        let what = Doing::new(node, SpanKind::Server, what);
                        book.start(story, None, Task::Work(node, worker), what, now)
                    }
                };
                let Some(place) = place else { return };
                if call.is_some() {
                    book.happens(place, "a worker takes it up".into(), now);
                }
                self.hands.insert((node, worker), place);
            }
            ChainNote::Called { worker, call, .. } => {
                if let Some(place) = self.hands.get(&(node, worker)) {
                    self.calls.insert((node, call), *place);
                }
            }
            ChainNote::TryFailed { worker, whom, why, .. } => {
                let why = match why {
                    Failure::TimedOut => "no answer in time from",
                    Failure::Refused => "turned away by",
                    Failure::Failed => "a failure told by",
                    Failure::Broken => "the breaker is open to",
                };
                self.happens(book, node, worker, format!("{why} {whom}"), now);
            }
            ChainNote::GaveUp { worker, whom, .. } => {
                self.happens(book, node, worker, format!("gives up on {whom}"), now);
            }
            ChainNote::Finished { worker, ok, .. } => {
                let status = if ok { Status::Ok } else { Status::Error("it has failed".into()) };
                book.end(Task::Work(node, worker), status, now);
                self.hands.remove(&(node, worker));
            }
            ChainNote::Wrote { .. }
            | ChainNote::KnewAlready { .. }
            | ChainNote::TurnedAway { .. }
            | ChainNote::Ended { .. }
            | ChainNote::LeftInDoubt { .. }
            | ChainNote::Switched { .. }
            | ChainNote::Scaled { .. } => {}
        }
    }

    fn happens(&self, book: &mut Book, node: NodeId, worker: u8, text: String, now: Now) {
        if let Some(place) = self.hands.get(&(node, worker)) {
            book.happens(*place, text, now);
        }
    }
}
