//! Which note and which message of the shop belong to which story. An order is a story:
//!
//! ```text
//! order            at the customers    from the moment it is placed to its end
//!   take           at the order desk   from its arrival, through the queue, to the answer
//!   work           at a service        from the moment a worker takes up an event until it has decided
//!     call         at the provider     from the call's arrival to the answer
//!   publish        at a service        from the first try to the moment the bus is known to have it
//!     commit       at a broker         from the request's arrival to the reply; in it, what brokers do for its entry
//!   store          at a service        the same for the store
//!   show           at the order desk   from the moment it is written down until the first query node has it
//!   answer         at a query node     from a question's arrival to the answer
//! ```

use std::collections::BTreeMap;

use super::book::{Book, Doing, Now, Sending, SpanPlace, StoryNumber};
use super::chain::Chain;
use super::model::{SpanKind, Status, Value};
use super::register::{Task, Thread};
use tutti_core::base::{DomainEventId, MessageId, NodeId, SessionResponse};
use tutti_core::broker::{BrokerCommand, BrokerResponse};
use tutti_core::bus;
use tutti_core::consensus::{Operation, Outcome};
use tutti_core::lab::{Machine, ReplicatedCommand, ReplicatedResponse, Wire, World};
use tutti_core::service::chain::ChainNote;
use tutti_core::service::view::ViewNote;
use tutti_core::service::{CallId, CustomerNote, ServiceNote, ShopMessage};
use tutti_core::shop::{self, Identity, Kind, OrderId, Subject};
use tutti_core::store;

/// What has to be remembered of the shop to know where things belong.
#[derive(Default)]
pub(super) struct Shop {
    /// The work of whoever has said that it waits, until it is seen to call.
    waits: Option<(NodeId, SpanPlace)>,
    calls: BTreeMap<(NodeId, CallId), SpanPlace>,
    /// The shop is a chain of direct calls: there an order at the desk is a call like any other.
    is_chain: bool,
    chain: Chain,
}

impl Shop {
    /// Of a world, of which nothing was seen yet.
    pub(super) fn of(world: &World) -> Shop {
        Shop { is_chain: world.ids().any(|id| world.process(id).chain().is_some()), ..Shop::default() }
    }
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
            Wire::Reply(reply) => {
                for story in delivered_to(book, &reply.outcome) {
                    book.send(story, &sending, None, None, now);
                }
            }
            Wire::Raft(_) => {}
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
                let work = self.work(from, *call);
                book.send(story, &sending, work, None, now);
            }
            ShopMessage::Return { call, .. } => {
                let Some(work) = self.work(sending.to, *call) else { return };
                let called = book.end(Task::Call(sending.to, *call), Status::Ok, now);
                book.send(work.story(), &Sending { answer: true, ..sending }, called, Some(work), now);
            }
            ShopMessage::Place(wish) => {
                let Some(story) = book.find(Thread::Order(wish.order)) else { return };
                let root = book.root(story);
                book.send(story, &sending, Some(root), None, now);
            }
            ShopMessage::Request { call, request } => self.chain.asks(book, &sending, (*call, request), now),
            ShopMessage::Response { call, order, answer } => {
                self.chain.answers(book, sending, (*call, *order), answer, now);
            }
            ShopMessage::Accepted { order }
            | ShopMessage::Busy { order }
            | ShopMessage::Refused { order }
            | ShopMessage::Ended { order, .. }
            | ShopMessage::Failed { order } => {
                let Some(story) = book.find(Thread::Order(*order)) else { return };
                let status = match message {
                    ShopMessage::Accepted { .. } => Status::Ok,
                    _ => Status::Error("it is not taken".into()),
                };
                let took = book.end(Task::Take(from, *order), status, now);
                let root = book.root(story);
                book.send(story, &Sending { answer: true, ..sending }, took, Some(root), now);
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
        match body {
            Wire::Shop(ShopMessage::Place(wish)) if !self.is_chain => {
                return come_to_the_desk(book, message, to, wish.order, now);
            }
            Wire::Shop(ShopMessage::Request { call, request }) => {
                return self.chain.arrives(book, (message, from, to), (*call, request), now);
            }
            Wire::Shop(ShopMessage::Ask { call, order, .. }) => {
                return asked(book, (message, from, to), (*order, *call), now);
            }
            _ => {}
        }
        let Wire::Shop(ShopMessage::Call { call, .. }) = body else { return };
        let Some(work) = self.work(from, *call) else { return };
        let task = Task::Call(from, *call);
        if book.doing(task).is_some() {
            return; // asked again, and not yet answered
        }
        let what = Doing::new(to, SpanKind::Server, "authorise");
        if let Some(place) = book.start(work.story(), Some(work), task, what, now) {
            book.receive(message, place);
        }
    }

    /// What whoever asks the provider is at.
    fn work(&self, from: NodeId, call: CallId) -> Option<SpanPlace> {
        self.calls.get(&(from, call)).copied().or_else(|| self.chain.caller(from, call))
    }

    /// A service of a chain tells of itself.
    pub(super) fn chain_noted(&mut self, book: &mut Book, node: NodeId, note: &ChainNote, now: Now) {
        self.chain.noted(book, node, note, now);
    }

    /// A service tells of itself.
    pub(super) fn noted(&mut self, book: &mut Book, node: NodeId, note: &ServiceNote, now: Now) {
        match *note {
            ServiceNote::DeskBegan { order } => {
                if let Some(place) = book.doing(Task::Take(node, order)) {
                    book.happens(place, "its turn".into(), now);
                }
            }
            ServiceNote::DeskFinished { order } => {
                if let Some(place) = book.doing(Task::Take(node, order)) {
                    book.happens(place, "written".into(), now);
                }
                let Some(story) = book.find(Thread::Order(order)) else { return };
                let what = Doing::new(node, SpanKind::Internal, "written, and not visible yet");
                book.start(story, None, Task::Show(order), what, now);
            }
            ServiceNote::TurnedAway { order } => {
                if let Some(place) = book.doing(Task::Take(node, order)) {
                    book.happens(place, "too many wait".into(), now);
                }
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
            | ServiceNote::AnsweredTooLate
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
        CustomerNote::Ended { order, status } => {
            let status = match status {
                shop::Status::Shipped => Status::Ok,
                other => Status::Error(other.name().into()),
            };
            book.end(Task::Order(order), status, now);
        }
        CustomerNote::Failed { order } => {
            book.end(Task::Order(order), Status::Error("it has failed".into()), now);
        }
        CustomerNote::GaveUp { order } => {
            book.end(Task::Order(order), Status::Error("given up".into()), now);
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

/// An order arrives at the desk, where it may have to wait.
fn come_to_the_desk(book: &mut Book, message: MessageId, desk: NodeId, order: OrderId, now: Now) {
    let Some(story) = book.find(Thread::Order(order)) else { return };
    let task = Task::Take(desk, order);
    if book.doing(task).is_some() {
        return; // sent again, and not yet answered
    }
    let what = Doing::new(desk, SpanKind::Server, "take the order");
    if let Some(place) = book.start(story, None, task, what, now) {
        book.receive(message, place);
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

/// What a command does for an order.
pub(super) struct Part {
    pub(super) story: StoryNumber,
    /// What it is called.
    pub(super) what: String,
    /// The first event of the order that it tells of, and whether it publishes it.
    event: DomainEventId,
    published: bool,
}

impl Part {
    /// What a service does that has asked for it.
    pub(super) fn asked(&self, service: NodeId) -> Task {
        match self.published {
            true => Task::Publish(service, self.event),
            false => Task::Keep(service, self.event),
        }
    }
}

/// What a command does for each order that it tells of.
pub(super) fn parts(book: &Book, command: &ReplicatedCommand) -> Vec<Part> {
    let ReplicatedCommand::Broker(command) = command else { return Vec::new() };
    let mut parts: Vec<Part> = Vec::new();
    told(command, |event, published| {
        let Some((kind, order)) = about(event) else { return };
        let Some(story) = book.find(Thread::Order(order)) else { return };
        match parts.iter_mut().find(|part| part.story == story) {
            Some(part) => {
                part.what.push_str(", ");
                part.what.push_str(kind.name());
            }
            None => parts.push(Part { story, what: format!("commit {kind}"), event, published }),
        }
    });
    parts
}

/// The stories of the records that a broker delivers with an answer, each once.
fn delivered_to(book: &Book, outcome: &Outcome<Machine>) -> Vec<StoryNumber> {
    let Outcome::Done(SessionResponse::Done(ReplicatedResponse::Broker(response))) = outcome else { return Vec::new() };
    let BrokerResponse::Bus(response) = &**response else { return Vec::new() };
    let fetched = response.iter().filter_map(|reply| match reply {
        Ok(bus::Reply::Fetched(fetched)) => Some(&fetched.deliveries),
        _ => None,
    });
    let mut stories: Vec<StoryNumber> = fetched
        .flatten()
        .filter_map(|delivery| about(delivery.stored.record.header.event))
        .filter_map(|(_, order)| book.find(Thread::Order(order)))
        .collect();
    stories.sort_unstable();
    stories.dedup();
    stories
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
