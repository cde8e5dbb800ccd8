//! What a trace is, whatever format it is written in.

use smol_str::SmolStr;

use super::ids::{SpanId, TraceId};
use tutti_core::base::{MessageId, NodeId, Time};

/// A run, told as stories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// What was played: the scenario's title, or its name.
    pub title: SmolStr,
    /// The run's seed.
    pub seed: u64,
    /// The names of the nodes; the place is the node's id.
    pub nodes: Vec<SmolStr>,
    /// When the run ended. What is still open lasts until then.
    pub end: Time,
    /// The stories, in the order in which they began.
    pub stories: Vec<Story>,
    /// What happened to the nodes and the links, beside all stories.
    pub occurrences: Vec<Occurrence>,
    /// What there was no room for.
    pub left_out: LeftOut,
}

/// One thread of work, through every node that had a part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its id in other tools.
    pub id: TraceId,
    /// What a person calls it by: a request by its id, such as `1#3`; an election by its number, such as `election-2`.
    pub key: SmolStr,
    /// Its spans, in the order in which they began. The first is the root, and begins before all others.
    pub spans: Vec<Span>,
    /// The messages that carried it, in the order in which they were sent.
    pub messages: Vec<Message>,
}

/// Something that one node did, from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its id in other tools.
    pub id: SpanId,
    /// The span that it is a part of; none for the root.
    pub parent: Option<SpanId>,
    /// Who did it.
    pub node: NodeId,
    /// What, in a few words.
    pub name: String,
    /// Which side it is of what passes between two nodes.
    pub kind: SpanKind,
    /// When it began.
    pub start: Time,
    /// When it ended; nothing if it was still open at the run's end.
    pub end: Option<Time>,
    /// What came of it.
    pub status: Status,
    /// What else is known of it.
    pub attributes: Vec<Attribute>,
    /// What happened meanwhile.
    pub events: Vec<(Time, String)>,
}

/// Which side a span is of what passes between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// It asked another, and waits for the answer.
    Client,
    /// It was asked, and answers.
    Server,
    /// It hands a record on, and does not wait.
    Producer,
    /// It was handed a record.
    Consumer,
    /// It is within one node.
    Internal,
}

/// What came of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing was said.
    Unset,
    /// It came to a good end.
    Ok,
    /// It did not, and why.
    Error(String),
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, with dots between its parts.
    pub name: &'static str,
    /// The value.
    pub value: Value,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// True or false.
    Flag(bool),
}

/// A message that carried a story. One that carries several stories is in each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id in the run.
    pub id: MessageId,
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// What it is, in words.
    pub kind: &'static str,
    /// It answers another.
    pub answer: bool,
    /// When it was sent.
    pub sent: Time,
    /// What became of it.
    pub fate: Fate,
    /// The span that sent it.
    pub sender: Option<SpanId>,
    /// The span that it came to, once it did.
    pub receiver: Option<SpanId>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was still under way when the run ended.
    UnderWay,
    /// It arrived.
    Arrived(Time),
    /// It was lost, and why, in words.
    Lost(Time, &'static str),
}

/// Something that happened to a node or to the links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When.
    pub time: Time,
    /// To which node, if to one.
    pub node: Option<NodeId>,
    /// Of which sort it is.
    pub kind: OccurrenceKind,
    /// What, in words.
    pub text: String,
}

/// Of which sort an occurrence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OccurrenceKind {
    /// A node died.
    Crash,
    /// A dead node started again.
    Restart,
    /// A leader was elected.
    Elected,
    /// Anything else that was done from outside: a pause, a cut, a message held.
    Deed,
}

impl OccurrenceKind {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            OccurrenceKind::Crash => "crash",
            OccurrenceKind::Restart => "restart",
            OccurrenceKind::Elected => "elected",
            OccurrenceKind::Deed => "deed",
        }
    }
}

/// How much there was no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LeftOut {
    /// Whole stories, the last of the run.
    pub stories: u64,
    /// Spans of stories that are told.
    pub spans: u64,
    /// Messages of stories that are told.
    pub messages: u64,
    /// Occurrences.
    pub occurrences: u64,
}

impl LeftOut {
    /// What to tell whoever reads the file; nothing if it holds everything.
    pub fn note(&self) -> Option<String> {
        let counts = [
            (self.stories, "stories"),
            (self.spans, "spans"),
            (self.messages, "messages"),
            (self.occurrences, "occurrences"),
        ];
        let told: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        (!told.is_empty()).then(|| format!("there was no room for {}", told.join(", ")))
    }
}

impl Trace {
    /// The name of a node.
    pub fn name(&self, node: NodeId) -> &str {
        self.nodes.get(node.slot()).map_or("?", SmolStr::as_str)
    }

    /// When a span ended, or the run's end if it was still open.
    pub fn end_of(&self, span: &Span) -> Time {
        span.end.unwrap_or(self.end)
    }
}

impl Story {
    /// The span that all others come of.
    pub fn root(&self) -> Option<&Span> {
        self.spans.first()
    }
}

impl Span {
    /// Everything known of it besides its times, what every format tells: its attributes, and whether it is still open.
    pub(super) fn all_attributes(&self) -> impl Iterator<Item = Attribute> {
        let open = self.end.is_none().then_some(Attribute { name: "tutti.open", value: Value::Flag(true) });
        self.attributes.iter().cloned().chain(open)
    }
}
