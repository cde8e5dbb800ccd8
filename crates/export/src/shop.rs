//! Which note and which message of the shop belong to which story. An order is a story:
//!
//! ```text
//! order            at the customers    from the moment it is placed to its end
//!   take           at the order desk   from its turn until it is written down
//!   work           at a service        from the moment a worker takes up an event until it has decided
//!     call         at the provider     from the call's arrival to the answer
//!   publish        at a service        from the first try to the moment the bus is known to have it
//!   store          at a service        the same for the store
//!   show           at the order desk   from the moment it is written down until the first query node has it
//!   answer         at a query node     from a question's arrival to the answer
//! ```

use std::collections::BTreeMap;

use super::book::{Book, Doing, Now, Sending, SpanPlace};
use super::model::{SpanKind, Status, Value};
use super::register::{Task, Thread};
use tutti_core::base::{DomainEventId, MessageId, NodeId};
use tutti_core::broker::BrokerCommand;
use tutti_core::bus;
use tutti_core::consensus::Operation;
use tutti_core::lab::{ReplicatedCommand, Wire};
use tutti_core::service::view::ViewNote;
use tutti_core::service::{CallId, CustomerNote, ServiceNote, ShopMessage};
use tutti_core::shop::{Identity, Kind, OrderId, Subject};
use tutti_core::store;

/// What has to be remembered of the shop to know where things belong.
#[derive(Default)]
pub(super) struct Shop {
    /// The work of whoever has said that it waits, until it is seen to call.
    waits: Option<(NodeId, SpanPlace)>,
    calls: BTreeMap<(NodeId, CallId), SpanPlace>,
}

/// The kind of an event and its order, if it is about one.
fn about(event: DomainEventId) -> Option<(Kind, OrderId)> {
    match Identity::of(event)? {
        Identity { kind, subject: Subject::Order(order), .. } => Some((kind, order)),
        _ => None,
    }
}

impl Shop {
    /// A message is sent.
    pub(super) fn sent(&mut self, book: &mut Book, sending: Sending, body: &Wire, now: Now) {
        match body {
            Wire::Shop(message) => self.shop_sent(book, sending, message, now),
            Wire::Request(request) => {
                if let Operation::Command(keyed) = &request.operation
                    && let ReplicatedCommand::Broker(command) = &keyed.command
                {
                    told(command, |event, published| relayed(book, &sending, event, published, now));
                }
            }
            Wire::Raft(_) | Wire::Reply(_) => {}
        }
    }

    fn shop_sent(&mut self, book: &mut Book, sending: Sending, message: &ShopMessage, now: Now) {
        let from = sending.from;
        match message {
            ShopMessage::Call { call, request } => {
                let Some(story) = book.find(Thread::Order(request.key().order)) else { return };
                if let Some((node, place)) = self.waits.take().filter(|(node, _)| *node == from) {
                    self.calls.insert((node, *call), place);
                }
                let work = self.calls.get(&(from, *call)).copied();
                book.send(story, &sending, work, None, now);
            }
            ShopMessage::Return { call, .. } => {
                let Some(work) = self.calls.get(&(sending.to, *call)).copied() else { return };
                let called = book.end(Task::Call(sending.to, *call), Status::Ok, now);
                book.send(work.story(), &Sending { answer: true, ..sending }, called, Some(work), now);
            }
            ShopMessage::Place(wish) => {
                let Some(story) = book.find(Thread::Order(wish.order)) else { return };
                let root = book.root(story);
                book.send(story, &sending, Some(root), None, now);
            }
            ShopMessage::Accepted { order } | ShopMessage::Busy { order } | ShopMessage::Refused { order } => {
                let Some(story) = book.find(Thread::Order(*order)) else { return };
                let root = book.root(story);
                book.send(story, &Sending { answer: true, ..sending }, None, Some(root), now);
            }
            ShopMessage::Ask { order, .. } => {
                let Some(story) = book.find(Thread::Order(*order)) else { return };
                let root = book.root(story);
                book.send(story, &sending, Some(root), None, now);
            }
            ShopMessage::Status { call, order, .. } => answered(book, sending, (*order, *call), Status::Ok, now),
            ShopMessage::NoAnswer { call, order, .. } => {
                answered(book, sending, (*order, *call), Status::Error("refused".into()), now);
            }
            ShopMessage::Browse { .. } => {}
        }
    }

    /// A message arrives: which, from whom, at whom.
    pub(super) fn delivered(
        &mut self,
        book: &mut Book,
        (message, from, to): (MessageId, NodeId, NodeId),
        body: &Wire,
        now: Now,
    ) {
        if let Wire::Shop(ShopMessage::Ask { call, order, .. }) = body {
            return asked(book, (message, from, to), (*order, *call), now);
        }
        let Wire::Shop(ShopMessage::Call { call, .. }) = body else { return };
        let Some(work) = self.calls.get(&(from, *call)).copied() else { return };
        let task = Task::Call(from, *call);
        if book.doing(task).is_some() {
            return; // asked again, and not yet answered
        }
        let what = Doing::new(to, SpanKind::Server, "authorise");
        if let Some(place) = book.start(work.story(), Some(work), task, what, now) {
            book.receive(message, place);
        }
    }

    /// A service tells of itself.
    pub(super) fn noted(&mut self, book: &mut Book, node: NodeId, note: &ServiceNote, now: Now) {
        match *note {
            ServiceNote::DeskBegan { order } => {
                let Some(story) = book.find(Thread::Order(order)) else { return };
                book.start(story, None, Task::Take(node), Doing::new(node, SpanKind::Server, "take the order"), now);
            }
            ServiceNote::DeskFinished { order } => {
                book.end(Task::Take(node), Status::Ok, now);
                let Some(story) = book.find(Thread::Order(order)) else { return };
                let what = Doing::new(node, SpanKind::Internal, "written, and not visible yet");
                book.start(story, None, Task::Show(order), what, now);
            }
            ServiceNote::Began { worker, event, tries } => {
                let Some((kind, order)) = about(event) else { return };
                let Some(story) = book.find(Thread::Order(order)) else { return };
                let what = Doing::new(node, SpanKind::Consumer, kind.name());
                let Some(place) = book.start(story, None, Task::Work(node, worker), what, now) else { return };
                book.say(place, "tutti.event", Value::Text(event.to_string()));
                book.say(place, "tutti.tries", Value::Number(tries.into()));
            }
            ServiceNote::Waits { worker, .. } => {
                self.waits = book.doing(Task::Work(node, worker)).map(|place| (node, place));
            }
            ServiceNote::Finished { worker, event, .. } => {
                book.end(Task::Work(node, worker), Status::Ok, now);
                if let Some((kind, order)) = about(event) {
                    ended(book, node, kind, order, now);
                }
            }
            ServiceNote::PutOff { worker, .. } => {
                book.end(Task::Work(node, worker), Status::Error("put off".into()), now);
            }
            ServiceNote::Published { event } => {
                book.end(Task::Publish(node, event), Status::Ok, now);
            }
            ServiceNote::Stored { event } => {
                book.end(Task::Keep(node, event), Status::Ok, now);
            }
            ServiceNote::KnewAlready { .. }
            | ServiceNote::TurnedAway { .. }
            | ServiceNote::Retried { .. }
            | ServiceNote::Scaled { .. } => {}
        }
    }
}

/// Customers tell of themselves.
pub(super) fn customers_noted(book: &mut Book, node: NodeId, note: &CustomerNote, now: Now) {
    match *note {
        CustomerNote::Placed { order } => {
            let what = Doing::new(node, SpanKind::Client, format!("order {order}"));
            book.begin(Thread::Order(order), Task::Order(order), what, now);
        }
        CustomerNote::Retried { order } => happens(book, order, "placed again", now),
        CustomerNote::Accepted { order } => happens(book, order, "accepted", now),
        CustomerNote::TurnedAway { order } => happens(book, order, "turned away", now),
        CustomerNote::Refused { order } => {
            book.end(Task::Order(order), Status::Error("it cannot be taken".into()), now);
        }
        CustomerNote::Told { order, stale: true, .. } => happens(book, order, "told what is old", now),
        CustomerNote::Asked { .. }
        | CustomerNote::Told { .. }
        | CustomerNote::AskedInVain { .. }
        | CustomerNote::HeldBack => {}
    }
}

/// A query node tells of itself.
pub(super) fn view_noted(book: &mut Book, node: NodeId, note: &ViewNote, now: Now) {
    if let ViewNote::Visible { order } = *note
        && let Some(place) = book.end(Task::Show(order), Status::Ok, now)
    {
        book.say(place, "tutti.visible_at", Value::Number(node.0.into()));
    }
}

/// A question arrives at a query node.
fn asked(book: &mut Book, (message, from, to): (MessageId, NodeId, NodeId), of: (OrderId, CallId), now: Now) {
    let (order, call) = of;
    let Some(story) = book.find(Thread::Order(order)) else { return };
    let task = Task::Answer(from, call);
    if book.doing(task).is_some() {
        return; // it came twice
    }
    let what = Doing::new(to, SpanKind::Server, "answer");
    if let Some(place) = book.start(story, None, task, what, now) {
        book.receive(message, place);
    }
}

/// A query node says what it knows, or that it does not answer.
fn answered(book: &mut Book, sending: Sending, (order, call): (OrderId, CallId), status: Status, now: Now) {
    let Some(story) = book.find(Thread::Order(order)) else { return };
    let answer = book.end(Task::Answer(sending.to, call), status, now);
    let root = book.root(story);
    book.send(story, &Sending { answer: true, ..sending }, answer, Some(root), now);
}

fn happens(book: &mut Book, order: OrderId, what: &str, now: Now) {
    if let Some(place) = book.doing(Task::Order(order)) {
        book.happens(place, what.to_owned(), now);
    }
}

/// An order is at its end when the order service is done with the event that ends it. It is the only service that
/// deals with all three.
fn ended(book: &mut Book, node: NodeId, kind: Kind, order: OrderId, now: Now) {
    let status = match kind {
        Kind::OrderShipped => Status::Ok,
        Kind::PaymentDeclined => Status::Error("rejected".into()),
        Kind::PaymentRefunded => Status::Error("cancelled".into()),
        _ => return,
    };
    let desk = book.find(Thread::Order(order)).is_some_and(|story| book.was_at(story, "take the order", node));
    if desk {
        book.end(Task::Order(order), status, now);
    }
}

/// A service brings an event to the bus or to the store.
fn relayed(book: &mut Book, sending: &Sending, event: DomainEventId, published: bool, now: Now) {
    let Some((kind, order)) = about(event) else { return };
    let Some(story) = book.find(Thread::Order(order)) else { return };
    let from = sending.from;
    let (task, what) = match published {
        true => (Task::Publish(from, event), Doing::new(from, SpanKind::Producer, format!("publish {kind}"))),
        false => (Task::Keep(from, event), Doing::new(from, SpanKind::Client, format!("store {kind}"))),
    };
    let place = book.doing(task).or_else(|| book.start(story, None, task, what, now));
    book.send(story, sending, place, None, now);
}

/// The events that a command tells of, and whether it publishes them.
fn told(command: &BrokerCommand, mut each: impl FnMut(DomainEventId, bool)) {
    match command {
        BrokerCommand::Bus(command) => {
            for action in &command.actions {
                if let bus::Action::Publish { records, .. } = action {
                    records.iter().for_each(|outgoing| each(outgoing.record.header.event, true));
                }
            }
        }
        BrokerCommand::Store { actions, .. } => {
            for action in actions {
                if let store::Action::Append(append) = action {
                    append.events.iter().for_each(|event| each(event.id, false));
                }
            }
        }
    }
}
