//! One run: a world, and who looks at it.
//!
//! No step and no copy of it is inlined elsewhere, so that the world and its servers are compiled here and only here.

mod counters;
mod recent;

use crate::base::{EventId, NodeId, Time};
use crate::check::linearizable::{Linearizability, Stamp, Verdict};
use crate::check::{Breach, Checks, Invariant, Violation};
use crate::lab::{Actor, ClientNote, Command, Event, Note, Setup, World};
use crate::sim::{EventKind, NoTrace, Rejection, Sink, TraceHash};

pub use counters::Counters;
pub use recent::Recent;

/// How a check stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has held after every event so far.
    Held,
    /// It cannot be said within the checker's budget.
    Undecided,
    /// It was violated.
    Violated(Violation),
}

/// A world at some moment, together with what its onlookers remember. A copy is a checkpoint.
#[derive(Debug)]
pub struct Run {
    world: World,
    watch: Option<Box<Watch>>,
}

/// The onlookers: the trace hash, the checks, the counters, and what was last told.
#[derive(Clone, Debug)]
pub struct Watch {
    hash: TraceHash,
    checks: Checks,
    history: Linearizability,
    counters: Counters,
    recent: Recent,
    /// What clients told in the step that is being taken, for the checks after it.
    told: Vec<(EventId, NodeId, Note)>,
    booted: Vec<NodeId>,
}

/// Takes the events of one step. Every run goes through this one sink, watched or not: the world and its servers are
/// compiled once for each kind of sink, and a reader downloads them.
struct Watching<'w, 'r> {
    watch: Option<&'w mut Watch>,
    recorder: Option<&'r mut dyn Sink<Actor>>,
}

impl Sink<Actor> for Watching<'_, '_> {
    #[inline]
    fn event(&mut self, event: &Event<'_>) {
        if let Some(watch) = &mut self.watch {
            watch.event(event);
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.event(event);
        }
    }
}

impl Watch {
    fn event(&mut self, event: &Event<'_>) {
        self.hash.event(event);
        match &event.kind {
            EventKind::Noted { node, note } => self.note(event, *node, note),
            EventKind::Booted { node } => self.booted.push(*node),
            EventKind::Crashed { .. } => self.counters.crashes += 1,
            _ => {}
        }
    }

    fn note(&mut self, event: &Event<'_>, node: NodeId, note: &Note) {
        self.counters.note(note);
        self.recent.note(event.time, node, note);
        if matches!(
            note,
            Note::Client(ClientNote::Invoked { .. } | ClientNote::Answered { .. } | ClientNote::Expired { .. })
                | Note::Service(_)
                | Note::Chain(_)
                | Note::Customers(_)
        ) {
            self.told.push((event.id, node, note.clone()));
        }
    }

    /// The checks after a step at `node`, or at any node if it is not said.
    #[inline]
    fn after(&mut self, world: &World, node: Option<NodeId>) {
        for node in self.booted.drain(..) {
            self.checks.restarted(node);
        }
        match node {
            Some(node) => self.checks.after(world, node),
            None => world.ids().for_each(|node| self.checks.after(world, node)),
        }
        if !self.told.is_empty() {
            self.hear_clients(world);
        }
    }

    fn hear_clients(&mut self, world: &World) {
        for (event, node, note) in std::mem::take(&mut self.told) {
            self.checks.noted(world, event, node, &note);
            let Note::Client(note) = &note else { continue };
            let at = Stamp { time: world.now(), event };
            match note {
                ClientNote::Invoked { id, operation } => self.history.invoked(at, *id, operation),
                ClientNote::Answered { id, outcome } => {
                    self.history.answered(at, *id, outcome);
                    if let Verdict::Violated(violation) = self.history.verdict() {
                        let what = Breach::Unexplained(violation.clone());
                        self.checks.report(world, event, Invariant::Linearizability, what);
                    }
                }
                ClientNote::Expired { id } => self.history.abandoned(*id),
                ClientNote::Retried { .. } | ClientNote::HeldBack => {}
            }
        }
    }
}

/// What sees a world begin, before there is a watch.
struct Beginning<'r> {
    hash: TraceHash,
    recorder: &'r mut dyn Sink<Actor>,
}

impl Sink<Actor> for Beginning<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.hash.event(event);
        self.recorder.event(event);
    }
}

/// By hand, since what is derived is inlined: a world and all that is in it would be copied by code that is made for size.
impl Clone for Run {
    fn clone(&self) -> Run {
        Run { world: self.world.clone(), watch: self.watch.clone() }
    }
}

impl Run {
    /// A run at time zero, with every check on, the hash of its trace and its counters.
    pub fn watched(setup: &Setup) -> Run {
        Run::watched_by(setup, &mut NoTrace)
    }

    /// The same, and `recorder` sees how it begins.
    pub fn watched_by(setup: &Setup, recorder: &mut dyn Sink<Actor>) -> Run {
        let mut beginning = Beginning { hash: TraceHash::default(), recorder };
        let world = setup.build(&mut Watching { watch: None, recorder: Some(&mut beginning) });
        let watch = Watch {
            hash: beginning.hash,
            checks: Checks::new(&world, setup.company.as_ref().and_then(|company| company.watch(&world))),
            history: Linearizability::default(),
            counters: Counters::default(),
            recent: Recent::default(),
            told: Vec::new(),
            booted: Vec::new(),
        };
        Run { world, watch: Some(Box::new(watch)) }
    }

    /// A run at time zero at which nobody looks: the fastest.
    pub fn unwatched(setup: &Setup) -> Run {
        Run { world: setup.build(&mut Watching { watch: None, recorder: None }), watch: None }
    }

    /// The world.
    #[inline]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The fingerprint of all that happened so far; 0 if nobody looks.
    pub fn trace_hash(&self) -> u64 {
        self.watch.as_ref().map_or(0, |watch| watch.hash.value())
    }

    /// The violations so far.
    pub fn violations(&self) -> &[Violation] {
        self.watch.as_ref().map_or(&[], |watch| watch.checks.violations())
    }

    /// The checks, if somebody looks.
    pub fn checks(&self) -> Option<&Checks> {
        self.watch.as_ref().map(|watch| &watch.checks)
    }

    /// What is known of linearizability, if somebody looks.
    pub fn verdict(&self) -> Option<Verdict<'_>> {
        self.watch.as_ref().map(|watch| watch.history.verdict())
    }

    /// What was counted.
    pub fn counters(&self) -> Counters {
        self.watch.as_ref().map(|watch| watch.counters).unwrap_or_default()
    }

    /// What was told lately.
    pub fn recent(&self) -> Option<&Recent> {
        self.watch.as_ref().map(|watch| &watch.recent)
    }

    /// Takes the next step that is due by `limit`; if none is, the time is `limit` then. `recorder` sees the events.
    pub fn step(&mut self, limit: Time, recorder: Option<&mut dyn Sink<Actor>>) -> Option<NodeId> {
        let stepped = self.world.step(limit, &mut Watching { watch: self.watch.as_deref_mut(), recorder });
        if let Some(watch) = &mut self.watch
            && stepped.is_some()
        {
            watch.after(&self.world, stepped);
        }
        stepped
    }

    /// Plays to the end of the instant `limit`.
    pub fn run_until(&mut self, limit: Time) {
        while self.step(limit, None).is_some() {}
    }

    /// Lets time pass up to `time`, where nothing is due before it.
    pub fn wait_until(&mut self, time: Time) {
        self.world.wait_until(time);
    }

    /// Carries out a command now.
    ///
    /// # Errors
    /// If it does not fit the present state; it is in the trace all the same.
    pub fn command(&mut self, command: &Command, recorder: Option<&mut dyn Sink<Actor>>) -> Result<(), Rejection> {
        let result = self.world.command(command, &mut Watching { watch: self.watch.as_deref_mut(), recorder });
        if let Some(watch) = &mut self.watch {
            watch.after(&self.world, None);
            if result.is_ok() {
                watch.counters.command(command);
            }
        }
        result
    }

    /// How every check stands.
    pub fn standing(&self) -> Vec<(Invariant, Standing)> {
        let standing = |invariant: Invariant| match self.violations().iter().find(|v| v.invariant == invariant) {
            Some(violation) => Standing::Violated(violation.clone()),
            None if invariant == Invariant::Linearizability
                && matches!(self.verdict(), Some(Verdict::Undecided { .. })) =>
            {
                Standing::Undecided
            }
            None => Standing::Held,
        };
        let invariants = self.checks().into_iter().flat_map(Checks::invariants);
        invariants.map(|invariant| (invariant, standing(invariant))).collect()
    }

    /// Looks at what must hold when all is quiet.
    pub fn judge_end(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.checks.at_end(&self.world);
        }
    }

    /// A portable fingerprint of the world and the trace.
    pub fn digest(&self) -> u64 {
        crate::base::digest(&(self.world.digest(), self.trace_hash()))
    }

    /// Who leads: the leader of the highest term among those that run.
    pub fn leader(&self) -> Option<NodeId> {
        crate::lab::leader(&self.world)
    }
}
