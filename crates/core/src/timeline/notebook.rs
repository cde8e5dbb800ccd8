//! What a branch keeps of all of its past for the score: few words about long times.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use super::Run;
use super::rows::Rows;
use super::score::{Mark, MarkKind, Score, StaffSpan, StaffState};
use super::strokes::Strokes;
use crate::base::{Chunked, EventId, NodeId, Span, Term, Time};
use crate::check::Invariant;
use crate::consensus::raft::{self, Role};
use crate::lab::{Actor, Command, Event, Note, Request, World, node_name, shop_words};
use crate::sim::{EventKind, Sink};

/// Messages are counted for stretches of this length.
const BUCKET: Span = Span::millis(50);

/// The most strokes and rows that are kept of what was played last.
const RECENT: usize = 16_384;

/// The notes on one branch, up to where it was explored.
#[derive(Clone, Debug)]
pub(super) struct Notebook {
    names: Vec<SmolStr>,
    staffs: Vec<Staff>,
    marks: Chunked<(EventId, Mark)>,
    /// Each check that broke and when, in the order in which they did.
    broken: Vec<(Invariant, Time)>,
    /// Messages that arrived at each node in each bucket: number `bucket * nodes + node`.
    counts: Chunked<u32>,
    strokes: Strokes,
    rows: Rows,
    onlooker: Attending,
}

/// Somebody who sees whatever is played on a branch.
pub type Onlooker = Rc<RefCell<dyn Sink<Actor>>>;

/// Who looks on, if anybody does. They look at one branch: a copy is not looked at.
#[derive(Default)]
struct Attending(Option<Onlooker>);

impl Clone for Attending {
    fn clone(&self) -> Attending {
        Attending(None)
    }
}

impl fmt::Debug for Attending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attending").field(&self.0.is_some()).finish()
    }
}

/// The line of one node.
#[derive(Clone, Debug)]
struct Staff {
    spans: Chunked<(EventId, StaffSpan)>,
    /// What it goes on with after a pause.
    playing: (StaffState, Term),
}

impl Notebook {
    pub(super) fn new(world: &World) -> Notebook {
        let name = |node: NodeId| node_name(node, world.process(node));
        let staff = |node: NodeId| {
            let mut spans = Chunked::default();
            let (state, term) = (StaffState::Quiet, Term(0));
            let span = StaffSpan { node, from: Time::ZERO, to: Time::NEVER, state, term };
            spans.push((EventId(0), span));
            Staff { spans, playing: (state, term) }
        };
        Notebook {
            names: world.ids().map(name).collect(),
            staffs: world.ids().map(staff).collect(),
            marks: Chunked::default(),
            broken: Vec::new(),
            counts: Chunked::default(),
            strokes: Strokes::begin(world, RECENT),
            rows: Rows::begin(world, RECENT),
            onlooker: Attending::default(),
        }
    }

    /// From now on somebody looks on, or nobody.
    pub(super) fn attend(&mut self, onlooker: Option<Onlooker>) {
        self.onlooker = Attending(onlooker);
    }

    /// When a node that had no workers got some, as it stands at a moment; `None`: it has none, or always had.
    pub(super) fn joined(&self, node: NodeId, now: Time) -> Option<Time> {
        let mut joined = None;
        for (_, mark) in self.marks.iter().filter(|(_, mark)| mark.node == Some(node) && mark.time <= now) {
            match mark.kind {
                MarkKind::Scaled(0) => joined = None,
                MarkKind::Scaled(_) => joined = joined.or(Some(mark.time)),
                _ => {}
            }
        }
        joined
    }

    pub(super) fn strokes(&self) -> &Strokes {
        &self.strokes
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The branch was played to here. What broke is in no event: it was noticed after one.
    pub(super) fn reach(&mut self, run: &Run) {
        // In its past less is broken than is noted.
        for violation in run.violations().iter().skip(self.broken.len()) {
            self.broken.push((violation.invariant, violation.time));
        }
    }

    /// Forgets what comes after the present of `run`.
    pub(super) fn cut(&mut self, run: &Run) {
        let world = run.world();
        self.broken.truncate(run.violations().len());
        let (now, last) = (world.now(), EventId(world.events()));
        while self.marks.last().is_some_and(|(event, _)| *event > last) {
            self.marks.truncate_from(self.marks.end() - 1);
        }
        for staff in &mut self.staffs {
            while staff.spans.len() > 1 && staff.spans.last().is_some_and(|(event, _)| *event > last) {
                staff.spans.truncate_from(staff.spans.end() - 1);
            }
            if let Some((event, span)) = staff.spans.last().cloned() {
                let open = StaffSpan { to: Time::NEVER, ..span };
                if !matches!(open.state, StaffState::Paused | StaffState::Dead) {
                    staff.playing = (open.state, open.term);
                }
                staff.spans.set(staff.spans.end() - 1, (event, open));
            }
        }
        // The bucket of the present is counted anew from here on.
        self.counts.truncate_from(now.0 / BUCKET.0 * self.staffs.len() as u64);
        self.strokes.cut(world);
        self.rows.cut(last);
    }

    /// Fills in the spans and marks of a stretch.
    pub(super) fn fill(&self, score: &mut Score) {
        for staff in &self.staffs {
            let all: Vec<&StaffSpan> = staff.spans.iter().map(|(_, span)| span).collect();
            let first = all.partition_point(|span| span.to < score.from);
            score.spans.extend(all[first..].iter().take_while(|span| span.from <= score.to).map(|&span| span.clone()));
        }
        let in_stretch = self.marks.iter().map(|(_, mark)| mark).filter(|m| m.time >= score.from && m.time <= score.to);
        score.marks = in_stretch.cloned().collect();
        for &(invariant, time) in &self.broken {
            let text = SmolStr::default();
            score.marks.push(Mark { time, node: None, kind: MarkKind::Violation(invariant), text });
        }
    }

    /// How many messages arrived at each node in equal parts of a stretch.
    pub(super) fn density(&self, from: Time, to: Time, parts: usize) -> Vec<Vec<u32>> {
        let (nodes, parts) = (self.staffs.len() as u64, parts.max(1) as u64);
        let mut density = vec![vec![0; parts as usize]; nodes as usize];
        let width = to.since(from).0.max(1);
        let part = width / parts;
        if part < BUCKET.0 {
            // A count is spread evenly over the parts that it covers.
            for (node, counts) in density.iter_mut().enumerate() {
                for (number, count) in counts.iter_mut().enumerate() {
                    let bucket = (from.0 + part * number as u64 + part / 2) / BUCKET.0;
                    let all = self.counts.get(bucket * nodes + node as u64).copied().unwrap_or_default();
                    *count = ((u64::from(all) * part + BUCKET.0 / 2) / BUCKET.0) as u32;
                }
            }
            return density;
        }
        for bucket in from.0 / BUCKET.0..=to.0 / BUCKET.0 {
            let middle = (bucket * BUCKET.0 + BUCKET.0 / 2).clamp(from.0, to.0);
            // No run is so long that it could not be multiplied; and if it were, this would be the last part all the same.
            let part = ((middle - from.0).saturating_mul(parts) / width).min(parts - 1);
            for node in 0..nodes {
                match self.counts.get(bucket * nodes + node) {
                    Some(count) => density[node as usize][part as usize] += count,
                    None => return density,
                }
            }
        }
        density
    }

    fn state(&mut self, event: &Event<'_>, node: NodeId, state: StaffState, term: Term) {
        let staff = &mut self.staffs[node.slot()];
        let last = staff.spans.end() - 1;
        if let Some((id, span)) = staff.spans.last().cloned() {
            if (span.state, span.term) == (state, term) {
                return;
            }
            staff.spans.set(last, (id, StaffSpan { to: event.time, ..span }));
        }
        let span = StaffSpan { node, from: event.time, to: Time::NEVER, state, term };
        staff.spans.push((event.id, span));
        if !matches!(state, StaffState::Paused | StaffState::Dead) {
            staff.playing = (state, term);
        }
    }

    fn mark(&mut self, event: &Event<'_>, node: Option<NodeId>, kind: MarkKind, text: SmolStr) {
        self.marks.push((event.id, Mark { time: event.time, node, kind, text }));
    }

    fn became(&mut self, event: &Event<'_>, node: NodeId, role: Role, term: Term) {
        let name = self.names[node.slot()].clone();
        let state = match role {
            Role::Follower => StaffState::Quiet,
            Role::PreCandidate | Role::Candidate => StaffState::Election,
            Role::Leader => StaffState::Leader,
        };
        self.state(event, node, state, term);
        match role {
            Role::Candidate => {
                self.mark(event, Some(node), MarkKind::Election, format_smolstr!("election, term {term}"));
            }
            Role::Leader => {
                self.mark(event, Some(node), MarkKind::Leader, format_smolstr!("{name} leads, term {term}"))
            }
            Role::Follower | Role::PreCandidate => {}
        }
    }

    fn commanded(&mut self, event: &Event<'_>, command: &Command) {
        let name = |node: NodeId| self.names.get(node.slot()).cloned().unwrap_or_default();
        let (node, kind, text) = match command {
            Command::Crash { .. } | Command::Restart { .. } => return, // told by what follows
            Command::Pause { node } => (Some(*node), MarkKind::Pause, format_smolstr!("{} paused", name(*node))),
            Command::Resume { node } => (Some(*node), MarkKind::Resume, format_smolstr!("{} goes on", name(*node))),
            Command::Cut { from, to } => {
                (None, MarkKind::Network, format_smolstr!("{} to {} cut", name(*from), name(*to)))
            }
            Command::Heal { from, to } => {
                (None, MarkKind::Network, format_smolstr!("{} to {} healed", name(*from), name(*to)))
            }
            Command::Partition { .. } => (None, MarkKind::Network, SmolStr::new_static("partition")),
            Command::HealAll => (None, MarkKind::Network, SmolStr::new_static("all healed")),
            Command::SetLink { from, to, .. } => {
                (None, MarkKind::Network, format_smolstr!("{} to {} changed", name(*from), name(*to)))
            }
            Command::Skew { node, .. } => (Some(*node), MarkKind::Command, SmolStr::new_static("clock skewed")),
            Command::Drop { .. } => (None, MarkKind::Command, SmolStr::new_static("message dropped")),
            Command::Delay { .. } => (None, MarkKind::Command, SmolStr::new_static("message delayed")),
            Command::Duplicate { .. } => (None, MarkKind::Command, SmolStr::new_static("message duplicated")),
            Command::DeliverNow { .. } => (None, MarkKind::Command, SmolStr::new_static("message delivered")),
            Command::Hold { .. } => (None, MarkKind::Command, SmolStr::new_static("message held")),
            Command::Request { node, request: Request::TimeoutNow } => {
                (Some(*node), MarkKind::Command, format_smolstr!("{} times out", name(*node)))
            }
            Command::Request { node, request } => {
                let words = shop_words::deed(&name(*node), request);
                let kind = match request {
                    Request::Scale { workers } => MarkKind::Scaled(*workers),
                    _ => MarkKind::Command,
                };
                (Some(*node), kind, if words.is_empty() { SmolStr::new_static("request") } else { words.into() })
            }
        };
        match command {
            Command::Pause { node } => {
                let term = self.staffs[node.slot()].playing.1;
                self.state(event, *node, StaffState::Paused, term);
            }
            Command::Resume { node } => {
                let (state, term) = self.staffs[node.slot()].playing;
                self.state(event, *node, state, term);
            }
            _ => {}
        }
        self.mark(event, node, kind, text);
    }
}

impl Sink<Actor> for Notebook {
    fn event(&mut self, event: &Event<'_>) {
        self.strokes.event(event);
        self.rows.event(event);
        if let Attending(Some(onlooker)) = &self.onlooker {
            onlooker.borrow_mut().event(event);
        }
        match &event.kind {
            EventKind::Delivered { to, .. } => {
                let nodes = self.staffs.len() as u64;
                let number = event.time.0 / BUCKET.0 * nodes + u64::from(to.0);
                while self.counts.end() <= number {
                    self.counts.push(0);
                }
                let count = self.counts.get(number).copied().unwrap_or_default();
                self.counts.set(number, count + 1);
            }
            EventKind::Noted { node, note: Note::Server(raft::Note::Became { role, term }) } => {
                self.became(event, *node, *role, *term);
            }
            EventKind::Crashed { node, .. } => {
                let term = self.staffs[node.slot()].playing.1;
                self.state(event, *node, StaffState::Dead, term);
                self.mark(event, Some(*node), MarkKind::Crash, format_smolstr!("{} dies", self.names[node.slot()]));
            }
            EventKind::Booted { node } if event.time > Time::ZERO => {
                let term = self.staffs[node.slot()].playing.1;
                self.state(event, *node, StaffState::Quiet, term);
                let text = format_smolstr!("{} is back", self.names[node.slot()]);
                self.mark(event, Some(*node), MarkKind::Restart, text);
            }
            EventKind::Commanded { command, rejected: None } => self.commanded(event, command),
            _ => {}
        }
    }
}
