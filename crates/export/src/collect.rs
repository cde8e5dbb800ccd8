//! From the events of a run to its stories: what is the same for every kind of story.

use smol_str::SmolStr;

use super::book::{Book, Now, Sending};
use super::model::{Fate, Occurrence, OccurrenceKind, Status, Trace};
use super::register::Register;
use tutti_core::base::{NodeId, Time, digest};
use tutti_core::consensus::raft::{self, Role};
use tutti_core::lab::words::{self, Names};
use tutti_core::lab::{Actor, Command, Event, Note};
use tutti_core::scenario::Scenario;
use tutti_core::sim::{EventKind, Sink};
use tutti_core::timeline::Run;

/// The most stories that are told.
pub const MAX_STORIES: usize = 5_000;
/// The most spans of all stories together, besides their roots.
pub const MAX_SPANS: usize = 50_000;
/// The most messages of all stories together.
pub const MAX_MESSAGES: usize = 100_000;
/// The most occurrences beside the stories.
const MAX_OCCURRENCES: usize = 5_000;

/// Which stories are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// All, up to the limits.
    #[default]
    All,
    /// The one with this key.
    Only(SmolStr),
}

impl Wanted {
    pub(super) fn takes(&self, key: &str) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Only(only) => only == key,
        }
    }
}

/// Sees the events of a run from its beginning, and makes stories of them.
pub struct Collector {
    title: SmolStr,
    seed: u64,
    names: Names,
    nodes: u16,
    book: Book,
    register: Register,
    occurrences: Vec<Occurrence>,
    left_out: u64,
    only_one: bool,
}

impl Collector {
    /// For a run of this scenario.
    pub fn new(scenario: &Scenario, wanted: Wanted) -> Collector {
        // By a run, since a world that is built for another kind of sink is another copy of it in what a page loads.
        let run = Run::unwatched(&scenario.setup());
        let world = run.world();
        let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
        Collector {
            title: title.clone(),
            seed: scenario.seed,
            names: Names::of(world),
            nodes: world.len() as u16,
            only_one: wanted != Wanted::All,
            // Runs of different scenarios have the same event ids: they are to be told apart in one collection of traces.
            book: Book::new(digest(scenario), wanted),
            register: Register::of(world),
            occurrences: Vec::new(),
            left_out: 0,
        }
    }

    /// The stories as they stand at `end`.
    pub fn finish(self, end: Time) -> Trace {
        let (stories, mut left_out) = self.book.close();
        left_out.occurrences = self.left_out;
        let nodes = (0..self.nodes).map(|node| SmolStr::new(self.names.get(NodeId(node)))).collect();
        let mut trace =
            Trace { title: self.title, seed: self.seed, nodes, end, stories, occurrences: self.occurrences, left_out };
        if self.only_one {
            let spans = || trace.stories.iter().flat_map(|story| &story.spans);
            let from = spans().map(|span| span.start).min();
            let to = spans().map(|span| trace.end_of(span)).max();
            trace.occurrences.retain(|occurrence| Some(occurrence.time) >= from && Some(occurrence.time) <= to);
        }
        trace
    }

    fn occurs(&mut self, time: Time, node: Option<NodeId>, kind: OccurrenceKind, text: String) {
        if self.occurrences.len() < MAX_OCCURRENCES {
            self.occurrences.push(Occurrence { time, node, kind, text });
        } else {
            self.left_out += 1;
        }
    }

    /// Something was done from outside. What is told by the nodes themselves is left to them.
    fn ordered(&mut self, time: Time, command: &Command) {
        let node = match command {
            Command::Crash { .. } | Command::Restart { .. } | Command::Request { .. } => return,
            Command::Pause { node } | Command::Resume { node } | Command::Skew { node, .. } => Some(*node),
            _ => None,
        };
        let text = words::deed(command, &self.names);
        self.occurs(time, node, OccurrenceKind::Deed, text);
    }
}

impl Sink<Actor> for Collector {
    fn event(&mut self, event: &Event<'_>) {
        let now = Now { event: event.id, time: event.time };
        let (book, names) = (&mut self.book, &self.names);
        match event.kind {
            EventKind::Sent { message: id, from, to, body, .. } => {
                let sending = Sending { id, from, to, kind: words::kind(body.kind()), answer: false };
                self.register.sent(book, names, sending, body, now);
            }
            EventKind::Delivered { message, from, to, body, .. } => {
                self.register.delivered(book, (message, from, to), body, now);
                book.land(message, Fate::Arrived(event.time));
            }
            EventKind::Lost { message, why, .. } => book.land(message, Fate::Lost(event.time, words::loss(why))),
            EventKind::Noted { node, note } => {
                self.register.noted(book, names, node, note, event.cause, now);
                if let Note::Server(raft::Note::Became { role: Role::Leader, .. }) = note {
                    let text = words::note(node, note, names);
                    self.occurs(event.time, Some(node), OccurrenceKind::Elected, text);
                }
            }
            EventKind::Crashed { node, lost_writes } => {
                book.end_at(node, &Status::Error("the node died".into()), now);
                let name = names.get(node);
                let text = match lost_writes {
                    0 => format!("{name} dies"),
                    lost => format!("{name} dies, {lost} writes were not on disk yet"),
                };
                self.occurs(event.time, Some(node), OccurrenceKind::Crash, text);
            }
            // At the start of the run all nodes start.
            EventKind::Booted { node } if event.time > Time::ZERO => {
                let text = format!("{} starts again", names.get(node));
                self.occurs(event.time, Some(node), OccurrenceKind::Restart, text);
            }
            EventKind::Commanded { command, rejected: None } => self.ordered(event.time, command),
            EventKind::Booted { .. }
            | EventKind::Commanded { .. }
            | EventKind::Rescheduled { .. }
            | EventKind::TimedOut { .. }
            | EventKind::Synced { .. } => {}
        }
    }
}
