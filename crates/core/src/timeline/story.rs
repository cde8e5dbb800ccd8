//! The story of one order: who worked on it and when, and every message that carried it. It is told by an onlooker of a
//! branch, which sees what was played and whatever is played from then on.

use smol_str::{SmolStr, format_smolstr};

use super::score::{Fate, Stroke};
use crate::base::{MessageId, NodeId, RequestId, Time};
use crate::lab::shop_cargo::{publishes, tells};
use crate::lab::{Actor, Event, Note, Wire};
use crate::service::{CallId, CustomerNote, ServiceNote, ShopMessage};
use crate::shop::{Identity, Kind, OrderId, Subject};
use crate::sim::{EventKind, Sink};

/// The most spans and strokes of a story: an order that is tried for ever has to end somewhere.
const MOST: usize = 400;

/// The story of an order so far.
#[derive(Clone, Debug)]
pub struct OrderStory {
    /// Which order.
    pub order: OrderId,
    /// When it was placed, if that was seen.
    pub placed: Option<Time>,
    /// What was done for it, in the order of its beginning.
    pub spans: Vec<StorySpan>,
    /// The messages that carried it, in the order of their sending.
    pub strokes: Vec<OrderStroke>,
    calls: Vec<(NodeId, CallId)>,
    requests: Vec<(RequestId, Kind)>,
    /// Numbered by message id: the place among the strokes, of those that are under way.
    flying: Vec<(MessageId, usize)>,
}

/// Something that somebody did for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorySpan {
    /// Who.
    pub node: NodeId,
    /// What, in words.
    pub what: SmolStr,
    /// What kind of event it brought about or was given, for its colour; `None`: it is not about one event.
    pub kind: Option<Kind>,
    /// Since when.
    pub start: Time,
    /// Until when; `None`: it is not at its end.
    pub end: Option<Time>,
    /// It came to nothing: it was put off, or its node died.
    pub failed: bool,
    task: Task,
}

/// A message that carried an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderStroke {
    /// The message.
    pub stroke: Stroke,
    /// The event of the order that it carried, if it carried one.
    pub kind: Option<Kind>,
}

/// What a span is about: by this it is found when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Wish,
    Take,
    Commit(RequestId),
    Work(u8),
    Call(NodeId, CallId),
}

impl OrderStory {
    /// An order of which nothing was seen yet.
    pub fn new(order: OrderId) -> OrderStory {
        OrderStory {
            order,
            placed: None,
            spans: Vec::new(),
            strokes: Vec::new(),
            calls: Vec::new(),
            requests: Vec::new(),
            flying: Vec::new(),
        }
    }

    fn about(&self, event: crate::base::DomainEventId) -> Option<Kind> {
        match Identity::of(event)? {
            Identity { kind, subject: Subject::Order(order), .. } if order == self.order => Some(kind),
            _ => None,
        }
    }

    fn begin(&mut self, node: NodeId, task: Task, what: SmolStr, kind: Option<Kind>, start: Time) {
        let open = |span: &StorySpan| (span.node, span.task, span.end) == (node, task, None);
        if self.spans.len() < MOST && !self.spans.iter().any(open) {
            self.spans.push(StorySpan { node, what, kind, start, end: None, failed: false, task });
        }
    }

    fn end(&mut self, node: NodeId, task: Task, end: Time, failed: bool) {
        let open = |span: &&mut StorySpan| (span.node, span.task, span.end) == (node, task, None);
        if let Some(span) = self.spans.iter_mut().find(open) {
            (span.end, span.failed) = (Some(end), failed);
        }
    }

    fn sent(&mut self, time: Time, message: MessageId, (from, to): (NodeId, NodeId), due: Time, body: &Wire) {
        if let Wire::Shop(ShopMessage::Call { call, request }) = body
            && request.key().order == self.order
            && !self.calls.contains(&(from, *call))
        {
            self.calls.push((from, *call));
        }
        if let Wire::Reply(reply) = body
            && self.requests.iter().any(|(id, _)| *id == reply.id)
        {
            // Only who committed it has an answer to it.
            let done = matches!(reply.outcome, crate::consensus::Outcome::Done(_));
            self.end(from, Task::Commit(reply.id), time, !done);
        }
        let asked = |call| self.calls.contains(&(to, call)).then_some(self.order);
        let found = tells(body, Some(self.order), asked).filter(|(order, ..)| *order == self.order);
        let Some((_, kind, _)) = found else { return };
        if let (Wire::Request(request), Some(kind)) = (body, kind)
            && publishes(body)
            && !self.requests.iter().any(|(id, _)| *id == request.id)
        {
            self.requests.push((request.id, kind));
        }
        if let Wire::Shop(ShopMessage::Return { call, .. }) = body {
            self.end(from, Task::Call(to, *call), time, false);
        }
        if self.strokes.len() < MOST {
            let (sent, end, fate) = (time, due, Fate::InFlight);
            self.flying.push((message, self.strokes.len()));
            let stroke = Stroke { id: message, from, to, sent, end, fate, kind: body.kind() };
            self.strokes.push(OrderStroke { stroke, kind });
        }
    }

    fn landed(&mut self, time: Time, message: MessageId, fate: Fate) {
        let Some(at) = self.flying.iter().position(|(id, _)| *id == message) else { return };
        let (_, place) = self.flying.swap_remove(at);
        let stroke = &mut self.strokes[place].stroke;
        (stroke.end, stroke.fate) = (time, fate);
    }

    fn delivered(&mut self, time: Time, (from, to): (NodeId, NodeId), body: &Wire) {
        match body {
            Wire::Request(request) => {
                let known = self.requests.iter().find(|(id, _)| *id == request.id);
                if let Some((id, kind)) = known.copied() {
                    self.begin(to, Task::Commit(id), format_smolstr!("commit {kind}"), Some(kind), time);
                }
            }
            Wire::Shop(ShopMessage::Call { call, .. }) if self.calls.contains(&(from, *call)) => {
                self.begin(to, Task::Call(from, *call), "authorise".into(), None, time);
            }
            _ => {}
        }
    }

    fn service(&mut self, time: Time, node: NodeId, note: &ServiceNote) {
        match *note {
            ServiceNote::DeskBegan { order } if order == self.order => {
                self.begin(node, Task::Take, "take the order".into(), None, time);
            }
            ServiceNote::DeskFinished { order } if order == self.order => self.end(node, Task::Take, time, false),
            ServiceNote::Began { worker, event, tries } => {
                let Some(kind) = self.about(event) else { return };
                let again = if tries > 1 { format_smolstr!(", try {tries}") } else { SmolStr::default() };
                let what = format_smolstr!("work on {kind}{again}");
                self.begin(node, Task::Work(worker), what, Some(kind), time);
            }
            ServiceNote::Finished { worker, event, facts, records } if self.about(event).is_some() => {
                self.end(node, Task::Work(worker), time, false);
                // What is none of its business takes no time and is no part of the story.
                if facts == 0 && records == 0 {
                    self.spans
                        .retain(|span| span.node != node || span.end != Some(time) || time.since(span.start).0 > 0);
                }
            }
            ServiceNote::PutOff { worker, event } if self.about(event).is_some() => {
                self.end(node, Task::Work(worker), time, true);
            }
            _ => {}
        }
    }

    /// What its node did is over with its life.
    fn crashed(&mut self, time: Time, node: NodeId) {
        for span in self.spans.iter_mut().filter(|span| span.node == node && span.end.is_none()) {
            (span.end, span.failed) = (Some(time), true);
        }
    }
}

impl Sink<Actor> for OrderStory {
    fn event(&mut self, event: &Event<'_>) {
        let time = event.time;
        match &event.kind {
            EventKind::Sent { message, from, to, due, body } => self.sent(time, *message, (*from, *to), *due, body),
            EventKind::Delivered { message, from, to, body, .. } => {
                self.landed(time, *message, Fate::Delivered);
                self.delivered(time, (*from, *to), body);
            }
            EventKind::Lost { message, .. } => self.landed(time, *message, Fate::Lost),
            EventKind::Rescheduled { message, due } => {
                if let Some((_, place)) = self.flying.iter().find(|(id, _)| id == message) {
                    self.strokes[*place].stroke.end = *due;
                }
            }
            EventKind::Crashed { node, .. } => self.crashed(time, *node),
            EventKind::Noted { node, note: Note::Service(note) } => self.service(time, *node, note),
            EventKind::Noted { node, note: Note::Customers(note) } => match note {
                CustomerNote::Placed { order } if *order == self.order => {
                    self.placed = Some(time);
                    self.begin(*node, Task::Wish, "wait to be told".into(), None, time);
                }
                CustomerNote::Accepted { order } if *order == self.order => self.end(*node, Task::Wish, time, false),
                CustomerNote::Refused { order } if *order == self.order => self.end(*node, Task::Wish, time, true),
                _ => {}
            },
            _ => {}
        }
    }
}
