//! The stories of a run while they are being told.

use std::collections::{BTreeMap, VecDeque};

use smol_str::SmolStr;

use super::collect::{MAX_MESSAGES, MAX_SPANS, MAX_STORIES, Wanted};
use super::ids::{SpanId, TraceId};
use super::model::{Attribute, Fate, LeftOut, Message, Span, SpanKind, Status, Story, Value};
use super::register::{Task, Thread};
use tutti_core::base::{EventId, MessageId, NodeId, Time};

/// Which story, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StoryNumber(usize);

/// Which span, by its story's place and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpanPlace {
    story: StoryNumber,
    span: usize,
}

impl SpanPlace {
    /// The story that it is in.
    pub(super) fn story(self) -> StoryNumber {
        self.story
    }
}

/// The event in which something is told: where ids and times come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) event: EventId,
    pub(super) time: Time,
}

/// A message as it is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sending {
    pub(super) id: MessageId,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) kind: &'static str,
    pub(super) answer: bool,
}

/// The stories so far, what is open in them, and which messages are on their way for them.
pub(super) struct Book {
    salt: u64,
    wanted: Wanted,
    stories: Vec<Story>,
    threads: BTreeMap<Thread, StoryNumber>,
    open: BTreeMap<Task, VecDeque<SpanPlace>>,
    /// Where each message under way is in the stories that it carries.
    flights: BTreeMap<MessageId, Vec<(StoryNumber, usize)>>,
    spans: usize,
    messages: usize,
    left_out: LeftOut,
    /// The event that last began a span, and how many it began.
    last: (EventId, u32),
}

impl Book {
    pub(super) fn new(salt: u64, wanted: Wanted) -> Book {
        Book {
            salt,
            wanted,
            stories: Vec::new(),
            threads: BTreeMap::new(),
            open: BTreeMap::new(),
            flights: BTreeMap::new(),
            spans: 0,
            messages: 0,
            left_out: LeftOut::default(),
            last: (EventId(0), 0),
        }
    }

    /// The stories, and how much there was no room for.
    pub(super) fn close(self) -> (Vec<Story>, LeftOut) {
        (self.stories, self.left_out)
    }

    /// The story of a thread, if it is told.
    pub(super) fn find(&self, thread: Thread) -> Option<StoryNumber> {
        self.threads.get(&thread).copied()
    }

    /// Begins a story with the task that it is about. Nothing if it is not wanted, or there is no room.
    pub(super) fn begin(&mut self, thread: Thread, task: Task, what: Doing, now: Now) -> Option<SpanPlace> {
        let key: SmolStr = thread.key();
        if !self.wanted.takes(&key) {
            return None;
        }
        if self.stories.len() >= MAX_STORIES {
            self.left_out.stories += 1;
            return None;
        }
        let story = StoryNumber(self.stories.len());
        let id = TraceId::new(self.salt, now.event);
        self.stories.push(Story { id, key, spans: Vec::new(), messages: Vec::new() });
        self.threads.insert(thread, story);
        self.start(story, None, task, what, now)
    }

    /// Begins a task of a story, as part of another or of its root.
    pub(super) fn start(
        &mut self,
        story: StoryNumber,
        parent: Option<SpanPlace>,
        task: Task,
        what: Doing,
        now: Now,
    ) -> Option<SpanPlace> {
        let told = self.stories.get_mut(story.0)?;
        if self.spans >= MAX_SPANS && !told.spans.is_empty() {
            self.left_out.spans += 1;
            return None;
        }
        self.spans += 1;
        self.last = if self.last.0 == now.event { (now.event, self.last.1 + 1) } else { (now.event, 0) };
        let parent = parent.filter(|parent| parent.story == story).map_or(0, |parent| parent.span);
        let place = SpanPlace { story, span: told.spans.len() };
        let span = Span {
            id: SpanId::new(self.salt, now.event, self.last.1),
            parent: told.spans.get(parent).map(|span| span.id),
            node: what.node,
            name: what.name,
            kind: what.kind,
            start: now.time,
            end: None,
            status: Status::Unset,
            attributes: Vec::new(),
            events: Vec::new(),
        };
        told.spans.push(span);
        self.open.entry(task).or_default().push_back(place);
        Some(place)
    }

    /// The oldest that is open of a task.
    pub(super) fn doing(&self, task: Task) -> Option<SpanPlace> {
        self.open.get(&task)?.front().copied()
    }

    /// The oldest that is open of a task, for a story.
    pub(super) fn doing_for(&self, story: StoryNumber, task: Task) -> Option<SpanPlace> {
        self.open.get(&task)?.iter().find(|place| place.story == story).copied()
    }

    /// The oldest that is open of a task ends.
    pub(super) fn end(&mut self, task: Task, status: Status, now: Now) -> Option<SpanPlace> {
        let queue = self.open.get_mut(&task)?;
        let place = queue.pop_front();
        if queue.is_empty() {
            self.open.remove(&task);
        }
        self.settle(place?, status, now);
        place
    }

    /// Everything open from one task to another, both included, in their order, for which `which` is true, ends.
    pub(super) fn end_all(
        &mut self,
        from: Task,
        to: Task,
        which: impl Fn(&Task) -> bool,
        status: &Status,
        now: Now,
    ) -> Vec<SpanPlace> {
        let tasks: Vec<Task> = self.open.range(from..=to).map(|(task, _)| *task).filter(which).collect();
        let places: Vec<SpanPlace> = tasks.iter().filter_map(|task| self.open.remove(task)).flatten().collect();
        for &place in &places {
            self.settle(place, status.clone(), now);
        }
        places
    }

    /// Everything that a node does ends: it died.
    pub(super) fn end_at(&mut self, node: NodeId, status: &Status, now: Now) {
        let Book { open, stories, .. } = self;
        let mut ended = Vec::new();
        open.retain(|_, places| {
            places.retain(|place| {
                let here = span_of(stories, *place).is_some_and(|span| span.node == node);
                if here {
                    ended.push(*place);
                }
                !here
            });
            !places.is_empty()
        });
        for place in ended {
            self.settle(place, status.clone(), now);
        }
    }

    fn settle(&mut self, place: SpanPlace, status: Status, now: Now) {
        if let Some(span) = self.span_mut(place) {
            span.end = Some(now.time);
            span.status = status;
        }
    }

    /// Says something of a span that is not told of all.
    pub(super) fn say(&mut self, place: SpanPlace, name: &'static str, value: Value) {
        if let Some(span) = self.span_mut(place) {
            span.attributes.retain(|attribute| attribute.name != name);
            span.attributes.push(Attribute { name, value });
        }
    }

    /// Something happens during a span.
    pub(super) fn happens(&mut self, place: SpanPlace, text: String, now: Now) {
        if let Some(span) = self.span_mut(place).filter(|span| span.end.is_none()) {
            span.events.push((now.time, text));
        }
    }

    /// The root of a story.
    pub(super) fn root(&self, story: StoryNumber) -> SpanPlace {
        SpanPlace { story, span: 0 }
    }

    /// Whether a node has done something of this name in a story.
    pub(super) fn was_at(&self, story: StoryNumber, name: &str, node: NodeId) -> bool {
        let spans = self.stories.get(story.0).map_or(&[][..], |story| &story.spans);
        spans.iter().any(|span| span.node == node && span.name == name)
    }

    /// The span that a span is part of; of a root, itself.
    pub(super) fn parent(&self, place: SpanPlace) -> SpanPlace {
        let spans = self.stories.get(place.story.0).map_or(&[][..], |story| &story.spans);
        let parent = spans.get(place.span).and_then(|span| span.parent);
        let span = spans.iter().position(|other| Some(other.id) == parent).unwrap_or(0);
        SpanPlace { story: place.story, span }
    }

    /// A message is sent for a story.
    pub(super) fn send(
        &mut self,
        story: StoryNumber,
        sending: &Sending,
        sender: Option<SpanPlace>,
        receiver: Option<SpanPlace>,
        now: Now,
    ) {
        let known = self.flights.get(&sending.id).is_some_and(|places| places.iter().any(|(own, _)| *own == story));
        if known {
            return;
        }
        if self.messages >= MAX_MESSAGES {
            self.left_out.messages += 1;
            return;
        }
        // A span is where its node is: what another leader sends of an entry has no span of its own.
        let at = |place: Option<SpanPlace>, node| {
            place.and_then(|place| span_of(&self.stories, place)).filter(|span| span.node == node).map(|span| span.id)
        };
        let (sender, receiver) = (at(sender, sending.from), at(receiver, sending.to));
        let Some(told) = self.stories.get_mut(story.0) else { return };
        self.messages += 1;
        self.flights.entry(sending.id).or_default().push((story, told.messages.len()));
        let Sending { id, from, to, kind, answer } = *sending;
        let (sent, fate) = (now.time, Fate::UnderWay);
        told.messages.push(Message { id, from, to, kind, answer, sent, fate, sender, receiver });
    }

    /// A message of a story has begun a span where it arrived.
    pub(super) fn receive(&mut self, message: MessageId, place: SpanPlace) {
        let id = span_of(&self.stories, place).map(|span| span.id);
        if let Some(message) = self.flight_mut(message, place.story) {
            message.receiver = id;
        }
    }

    /// A message is under way no more.
    pub(super) fn land(&mut self, message: MessageId, fate: Fate) {
        for (story, place) in self.flights.remove(&message).unwrap_or_default() {
            let Some(told) = self.stories.get_mut(story.0) else { continue };
            let Some(message) = told.messages.get_mut(place) else { continue };
            message.fate = fate;
            // A loss is the reason why a span lasts as long as it does, and most formats have no place for messages.
            if let Fate::Lost(time, why) = fate
                && let Some(span) = told.spans.iter_mut().find(|span| Some(span.id) == message.sender)
                && span.end.is_none_or(|end| time <= end)
            {
                span.events.push((time, format!("{}: {why}", message.kind)));
            }
        }
    }

    fn flight_mut(&mut self, message: MessageId, story: StoryNumber) -> Option<&mut Message> {
        let (_, place) = *self.flights.get(&message)?.iter().find(|(own, _)| *own == story)?;
        self.stories.get_mut(story.0)?.messages.get_mut(place)
    }

    fn span_mut(&mut self, place: SpanPlace) -> Option<&mut Span> {
        self.stories.get_mut(place.story.0)?.spans.get_mut(place.span)
    }
}

fn span_of(stories: &[Story], place: SpanPlace) -> Option<&Span> {
    stories.get(place.story.0)?.spans.get(place.span)
}

/// What a task is, for the span that it becomes.
pub(super) struct Doing {
    pub(super) node: NodeId,
    pub(super) name: String,
    pub(super) kind: SpanKind,
}

impl Doing {
    pub(super) fn new(node: NodeId, kind: SpanKind, name: impl Into<String>) -> Doing {
        Doing { node, name: name.into(), kind }
    }
}
