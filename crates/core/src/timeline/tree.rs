//! The tree of histories, and the one present run in it.

use std::rc::Rc;

use smol_str::SmolStr;

use super::Run;
use super::branch::{Branch, Checkpoint, End, Explored, Moment, Placed, put_by_hand};
use super::notebook::{Notebook, Onlooker};
use super::rows::{Row, Rows};
use super::score::{BranchView, Score, Stroke};
use super::strokes::Strokes;
use crate::base::{NodeId, Time, sort_by};
use crate::lab::{Actor, Event, Order, Setup};
pub use crate::scenario::limits::MAX_BRANCHES;
use crate::sim::Sink;

/// How many steps lie between two checkpoints, at least.
const CHECKPOINT_STEPS: u64 = 4_096;

/// How many checkpoints a branch keeps; with one more, every second is given up and the distance doubles.
const MAX_CHECKPOINTS: usize = 256;

/// How many checkpoints stay on a branch that is left: going back to it takes a little longer, and memory is bounded.
const MAX_ASIDE: usize = 16;

/// The most orders on one branch.
pub const MAX_ORDERS: usize = 20_000;

/// The tree of histories is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// Too many branches.
    #[error("there are {MAX_BRANCHES} branches already: nothing was done")]
    Branches,
    /// Too many orders.
    #[error("there are {MAX_ORDERS} commands on this branch already: nothing was done")]
    Orders,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The end of an instant.
    Settled(Time),
    /// Right after so many steps.
    Steps(u64),
    /// A place within an instant.
    At(Moment),
}

impl Goal {
    /// Whether a run can be played on to it.
    fn is_ahead_of(self, at: &Checkpoint) -> bool {
        let world = at.run.world();
        match self {
            Goal::Settled(time) => world.now() <= time,
            Goal::Steps(steps) => world.steps() <= steps,
            Goal::At(moment) => world.now() < moment.time || moment.time == Time::ZERO && world.steps() == 0,
        }
    }
}

/// All histories of one scenario, and the present.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(super) setup: Setup,
    pub(super) branches: Vec<Branch>,
    pub(super) current: usize,
    pub(super) present: Checkpoint,
    /// The present is the end of its instant, not a place between two of its steps.
    pub(super) settled: bool,
    pub(super) spacing: u64,
    /// The run that makes the promised future of the present branch again, beside the present.
    pub(super) ahead: Option<Checkpoint>,
    /// Strokes that were made again by replay.
    strokes: Strokes,
}

impl Timeline {
    /// A history that has just begun, with the orders that the scenario gives by itself, in any order of time.
    pub fn new(setup: Setup, plan: Vec<(Time, Order)>) -> Timeline {
        // Those of the same moment stay in their order.
        let mut plan: Vec<(Time, usize, Order)> =
            plan.into_iter().zip(0..).map(|((t, order), i)| (t, i, order)).collect();
        sort_by(&mut plan, |a, b| (a.0, a.1) < (b.0, b.1));
        let orders =
            plan.into_iter().map(|(time, _, order)| Placed { at: Moment::settled(time), order, by_hand: false });
        let run = Run::watched(&setup);
        let notebook = Notebook::new(run.world());
        let present = Checkpoint { run, orders: 0 };
        let first = Branch {
            parent: None,
            label: SmolStr::default(),
            orders: orders.collect(),
            checkpoints: vec![Rc::new(present.clone())],
            explored: Explored::default(),
            promised: None,
            notebook,
        };
        Timeline {
            setup,
            branches: vec![first],
            current: 0,
            present,
            // Things may be due at the very first instant.
            settled: false,
            spacing: CHECKPOINT_STEPS,
            ahead: None,
            strokes: Strokes::default(),
        }
    }

    /// Keeps a checkpoint every so many steps: fewer steps cost memory and make seeking faster.
    pub fn set_spacing(&mut self, steps: u64) {
        self.spacing = steps.max(1);
    }

    /// The world that all histories began with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The run at the present moment.
    pub fn run(&self) -> &Run {
        &self.present.run
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.present.run.world().now()
    }

    /// Where an order would stand that was given now.
    pub fn moment(&self) -> Moment {
        let world = self.present.run.world();
        let within = if self.settled { Moment::SETTLED } else { world.within() };
        Moment { time: world.now(), within }
    }

    /// The number of the branch that the present is on.
    pub fn branch(&self) -> u32 {
        self.current as u32
    }

    /// Every branch.
    pub fn branches(&self) -> Vec<BranchView> {
        let views = self.branches.iter().enumerate().map(|(id, branch)| BranchView {
            id: id as u32,
            parent: branch.parent,
            label: branch.label.clone(),
            explored: branch.end().time,
            commands: branch.orders.iter().filter(|placed| placed.by_hand).count(),
        });
        views.collect()
    }

    /// The orders of the present branch that a person gave, in the order in which they take effect.
    pub fn by_hand(&self) -> impl Iterator<Item = &Placed> {
        self.branches[self.current].orders.iter().filter(|placed| placed.by_hand)
    }

    /// How far the present branch was played.
    pub fn explored(&self) -> Time {
        self.branches[self.current].end().time
    }

    /// Plays on to the end of the instant `time`, if that is later than now.
    pub fn advance(&mut self, time: Time) {
        self.advance_at_most(time, u64::MAX);
    }

    /// Plays on to the end of the instant `time`, but takes at most so many steps: then it is between two of them.
    /// Says whether it got there.
    pub fn advance_at_most(&mut self, time: Time, steps: u64) -> bool {
        let last = self.present.run.world().steps().saturating_add(steps);
        self.play(Goal::Settled(time), last)
    }

    /// Goes on towards a moment, at most so many steps, and says whether it is reached. For moments that may be far
    /// away: called again and again, it gets there without keeping anybody waiting.
    pub fn approach(&mut self, moment: Moment, steps: u64) -> bool {
        let last = self.present.run.world().steps().saturating_add(steps);
        let reached = self.play(Goal::At(moment), last);
        self.settled = reached && moment.within == Moment::SETTLED;
        reached
    }

    /// Takes one step.
    pub fn step(&mut self) {
        let next = self.present.run.world().steps() + 1;
        self.play(Goal::Steps(next), u64::MAX);
    }

    /// Goes back by one step.
    pub fn step_back(&mut self) {
        let steps = self.present.run.world().steps();
        if steps > 0 {
            self.go(Goal::Steps(steps - 1));
        }
    }

    /// Goes to the end of the instant `time`, forwards or backwards.
    pub fn seek(&mut self, time: Time) {
        if time != self.now() || !self.settled {
            self.go(Goal::Settled(time));
        }
    }

    /// Goes to a branch, to the end of the instant `time`.
    pub fn switch(&mut self, branch: u32, time: Time) {
        if (branch as usize) < self.branches.len() {
            if branch as usize != self.current {
                self.branches[self.current].thin(MAX_ASIDE);
            }
            self.current = branch as usize;
            self.ahead = None;
            self.strokes = Strokes::default();
            self.restore(Goal::Settled(time));
            self.play(Goal::Settled(time), u64::MAX);
        }
    }

    /// Gives an order now. If this is the past of the branch, a new branch begins here, and the old one stays: what
    /// people did on it later is not in the new one, what the scenario does by itself is.
    ///
    /// # Errors
    /// If there are too many branches or orders.
    pub fn order(&mut self, order: Order, label: SmolStr) -> Result<(), Full> {
        let at = self.moment();
        let seen = self.present.orders;
        let branch = &self.branches[self.current];
        if branch.orders.len() >= MAX_ORDERS {
            return Err(Full::Orders);
        }
        let world = self.present.run.world();
        let past = world.steps() < branch.explored.steps
            || seen < branch.explored.end.orders
            || branch.promised.is_some_and(|end| end > End::of(world, seen))
            || branch.orders[seen..].iter().any(|placed| placed.by_hand);
        if past {
            self.fork(label)?;
        }
        let branch = &mut self.branches[self.current];
        branch.promised = None;
        branch.orders.insert(seen, Placed { at, order, by_hand: true });
        self.strokes = Strokes::default();
        let settled = self.settled;
        self.obey();
        if settled {
            // What the order makes happen at this very instant belongs to it: the present is the instant's end again.
            self.play(Goal::Settled(at.time), u64::MAX);
        }
        Ok(())
    }

    /// Puts a person's orders, as a link holds them, onto a history that has not begun.
    pub fn script(&mut self, orders: Vec<Placed>) {
        let Some(branch) = self.branches.first_mut() else { return };
        put_by_hand(&mut branch.orders, orders);
    }

    /// The score of a stretch of the present branch: single strokes if there are at most `max_strokes`, otherwise how
    /// many messages there were in each of `parts` equal parts.
    pub fn score(&mut self, from: Time, to: Time, parts: usize, max_strokes: usize) -> Score {
        let branch = &self.branches[self.current];
        let explored = branch.end().time.max(self.now());
        let mut score = Score { from, to, explored, ..Score::default() };
        branch.notebook.fill(&mut score);
        let expected = branch.notebook.density(from, to, parts);
        if expected.iter().flatten().map(|&count| count as usize).sum::<usize>() <= max_strokes {
            score.strokes = self.strokes(from, to);
        } else {
            score.density = expected;
        }
        score
    }

    /// From the notebook if they are recent, otherwise by replay.
    fn strokes(&mut self, from: Time, to: Time) -> Vec<Stroke> {
        let branch = &self.branches[self.current];
        let to = to.min(branch.explored.end.time);
        if branch.notebook.strokes().cover(from) {
            return branch.notebook.strokes().select(from, to);
        }
        if !self.strokes.cover(from) || self.strokes.ends() < to {
            // A little more to both sides, so that a small move of the view needs no replay.
            let margin = to.since(from).0 / 2;
            let (from, to) = (Time(from.0.saturating_sub(margin)), Time(to.0 + margin).min(branch.explored.end.time));
            let mut run = self.scratch(Goal::Settled(Time(from.0.saturating_sub(1))));
            let mut strokes = Strokes::begin(run.run.world(), usize::MAX);
            replay(&mut run, &branch.orders, Goal::Settled(to), Some(&mut All(&mut strokes)), u64::MAX);
            strokes.end(to);
            self.strokes = strokes;
        }
        self.strokes.select(from, to)
    }

    /// What happened in a stretch of the present branch, at most so much of its end.
    pub fn rows(&self, from: Time, to: Time, most: usize) -> Vec<Row> {
        let branch = &self.branches[self.current];
        let noted = branch.notebook.rows().select(from, to, most);
        // What is noted has no gaps: if there is as much as is wanted, nothing earlier is.
        if branch.notebook.rows().cover(from) || noted.len() >= most {
            return noted;
        }
        let mut run = self.scratch(Goal::Settled(Time(from.0.saturating_sub(1))));
        let mut rows = Rows::begin(run.run.world(), most);
        replay(&mut run, &branch.orders, Goal::Settled(to), Some(&mut All(&mut rows)), u64::MAX);
        rows.select(from, to, most)
    }

    /// When a service joined the running system, on the present branch and as it stands now; `None`: it is not in it, or
    /// was scaled only while it was.
    pub fn joined(&self, node: NodeId) -> Option<Time> {
        let began = self.present.run.world().process(node).service()?.config().workers == 0;
        let joined = self.branches[self.current].notebook.joined(node, self.now());
        joined.filter(|_| began)
    }

    /// Has somebody look on: at what was played of the present branch from a moment on, and at whatever is played of it
    /// later. Whoever looked on before does so no longer; with `None`, nobody does.
    pub fn attend(&mut self, from: Time, onlooker: Option<Onlooker>) {
        if let Some(onlooker) = &onlooker {
            let end = self.branches[self.current].explored;
            let mut run = self.scratch(Goal::Settled(Time(from.0.saturating_sub(1))));
            let mut sink = onlooker.borrow_mut();
            let orders = &self.branches[self.current].orders;
            replay(&mut run, orders, Goal::Steps(end.steps), Some(&mut All(&mut *sink)), u64::MAX);
        }
        for branch in &mut self.branches {
            branch.notebook.attend(None);
        }
        self.branches[self.current].notebook.attend(onlooker);
    }

    /// Looks at what happened in a stretch of the present branch.
    pub(super) fn look(&self, from: Time, to: Time, see: &mut dyn FnMut(&Row)) {
        let noted = self.branches[self.current].notebook.rows();
        if noted.cover(from) {
            noted.between(from, to, usize::MAX).for_each(see);
        } else {
            self.rows(from, to, usize::MAX).iter().for_each(see);
        }
    }

    /// A run at `goal` on the present branch, beside the present one.
    fn scratch(&self, goal: Goal) -> Checkpoint {
        let mut run = self.nearest(goal);
        replay(&mut run, &self.branches[self.current].orders, goal, None, u64::MAX);
        run
    }

    /// The latest checkpoint that is not after `goal`.
    fn nearest(&self, goal: Goal) -> Checkpoint {
        let branch = &self.branches[self.current];
        let found =
            branch.checkpoint_where(|checkpoint| goal.is_ahead_of(checkpoint)).unwrap_or(&branch.checkpoints[0]);
        (**found).clone()
    }

    fn restore(&mut self, goal: Goal) {
        self.present = self.nearest(goal);
        self.settled = false;
    }

    /// Goes to a goal on the present branch, from the present if that is nearest.
    fn go(&mut self, goal: Goal) {
        if !goal.is_ahead_of(&self.present) || self.nearest_position(goal) > self.present.position() {
            self.restore(goal);
        }
        self.play(goal, u64::MAX);
    }

    fn nearest_position(&self, goal: Goal) -> (u64, usize) {
        let branch = &self.branches[self.current];
        branch.checkpoint_where(|checkpoint| goal.is_ahead_of(checkpoint)).map_or((0, 0), |found| found.position())
    }

    /// Plays the present on to a goal, writing down what is new.
    fn play(&mut self, goal: Goal, last_step: u64) -> bool {
        let reached = play_on(&mut self.branches[self.current], &mut self.present, &mut self.spacing, goal, last_step);
        self.settled = reached && matches!(goal, Goal::Settled(_));
        reached
    }

    /// Carries out the order that is next.
    fn obey(&mut self) {
        let branch = &mut self.branches[self.current];
        let placed = &branch.orders[self.present.orders];
        carry_out(&mut self.present.run, &placed.order, Some(&mut branch.notebook));
        self.present.orders += 1;
        branch.explored.reach(self.present.run.world(), self.present.orders);
        branch.notebook.reach(&self.present.run);
    }

    /// Begins a branch at the present moment.
    fn fork(&mut self, label: SmolStr) -> Result<(), Full> {
        if self.branches.len() >= MAX_BRANCHES {
            return Err(Full::Branches);
        }
        let old = &self.branches[self.current];
        let (now, seen) = (self.now(), self.present.orders);
        let position = self.present.position();
        let later = old.orders[seen..].iter().filter(|placed| !placed.by_hand);
        let orders = old.orders[..seen].iter().chain(later).cloned().collect();
        let checkpoints = old.checkpoints.iter().filter(|checkpoint| checkpoint.position() <= position).cloned();
        let explored = Explored { end: End::of(self.present.run.world(), seen), steps: position.0 };
        let mut notebook = old.notebook.clone();
        notebook.cut(&self.present.run);
        let parent = Some((self.current as u32, now));
        let checkpoints = checkpoints.collect();
        let branch = Branch { parent, label, orders, checkpoints, explored, promised: None, notebook };
        self.branches[self.current].thin(MAX_ASIDE);
        self.branches.push(branch);
        self.current = self.branches.len() - 1;
        self.ahead = None;
        Ok(())
    }

    /// How many checkpoints there are on the present branch.
    pub fn checkpoints(&self) -> usize {
        self.branches[self.current].checkpoints.len()
    }
}

/// Plays a run of a branch on to a goal, or until it has taken so many steps, and writes down what is new. Says whether it
/// reached the goal.
pub(super) fn play_on(branch: &mut Branch, at: &mut Checkpoint, spacing: &mut u64, goal: Goal, last_step: u64) -> bool {
    loop {
        // In stretches, so that a checkpoint can be taken between two.
        let stretch = (at.run.world().steps() / *spacing + 1) * *spacing;
        let mut recorder = NewOnly { notebook: &mut branch.notebook, explored: branch.explored };
        let reached = replay(at, &branch.orders, goal, Some(&mut recorder), stretch.min(last_step));
        branch.explored.reach(at.run.world(), at.orders);
        branch.notebook.reach(&at.run);
        if branch.keep(at, *spacing) && branch.checkpoints.len() > MAX_CHECKPOINTS {
            branch.thin(MAX_CHECKPOINTS / 2);
            *spacing *= 2;
        }
        if reached || at.run.world().steps() >= last_step {
            return reached;
        }
    }
}

/// Carries out the orders up to so many that stand where a run is.
pub(super) fn obey_here(branch: &mut Branch, at: &mut Checkpoint, orders: usize) {
    while at.orders < orders && branch.orders.get(at.orders).is_some_and(|next| next.at.time <= at.run.world().now()) {
        let mut recorder = NewOnly { notebook: &mut branch.notebook, explored: branch.explored };
        give(at, &branch.orders, &mut Some(&mut recorder));
    }
    branch.explored.reach(at.run.world(), at.orders);
    branch.notebook.reach(&at.run);
}

/// Sees what happens while a run is played.
pub(super) trait Recorder: Sink<Actor> {
    /// Whether it wants to see the step after so many.
    fn wants_step(&self, steps: u64) -> bool;
    /// Whether it wants to see the order after so many.
    fn wants_order(&self, orders: usize) -> bool;
}

/// Writes down what was never played before.
struct NewOnly<'a> {
    notebook: &'a mut Notebook,
    explored: Explored,
}

impl Sink<Actor> for NewOnly<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.notebook.event(event);
    }
}

impl Recorder for NewOnly<'_> {
    fn wants_step(&self, steps: u64) -> bool {
        steps >= self.explored.steps
    }
    fn wants_order(&self, orders: usize) -> bool {
        orders >= self.explored.end.orders
    }
}

/// Writes down everything.
pub(super) struct All<'a>(pub(super) &'a mut dyn Sink<Actor>);

impl Sink<Actor> for All<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.0.event(event);
    }
}

impl Recorder for All<'_> {
    fn wants_step(&self, _: u64) -> bool {
        true
    }
    fn wants_order(&self, _: usize) -> bool {
        true
    }
}

/// Plays a run on to a goal, giving it its orders on the way, or until it has taken so many steps. Says whether it
/// reached the goal.
pub(super) fn replay(
    at: &mut Checkpoint,
    orders: &[Placed],
    goal: Goal,
    mut recorder: Option<&mut dyn Recorder>,
    last_step: u64,
) -> bool {
    loop {
        let next = orders.get(at.orders);
        // Up to where time may pass, and the place within that instant at which to stop, if there is one.
        let (limit, place) = match (goal, next) {
            (Goal::Settled(time), Some(placed)) if placed.at.time <= time => (placed.at.time, Some(placed.at)),
            (Goal::Settled(time), _) => (time, None),
            (Goal::At(moment), Some(placed)) if placed.at <= moment => (placed.at.time, Some(placed.at)),
            (Goal::At(moment), _) => (moment.time, Some(moment)),
            (Goal::Steps(_), Some(placed)) => (placed.at.time, Some(placed.at)),
            (Goal::Steps(_), None) => (Time::NEVER, None),
        };
        let ends = matches!(goal, Goal::At(moment) if next.is_none_or(|placed| placed.at > moment));
        let world = at.run.world();
        if let Some(place) = place
            && place.within != Moment::SETTLED
            && (world.now() > place.time || world.now() == place.time && world.within() >= place.within)
        {
            if ends {
                return true;
            }
            give(at, orders, &mut recorder);
            continue;
        }
        if matches!(goal, Goal::Steps(steps) if world.steps() >= steps) {
            return true;
        }
        if world.steps() >= last_step {
            return false;
        }
        // Up to the instant of an order that comes within it, but not into it: the step after that is counted.
        let before = place.is_some_and(|place| place.within != Moment::SETTLED && world.now() < place.time);
        let limit = if before { Time(limit.0 - 1) } else { limit };
        let wanted = recorder.as_deref_mut().filter(|recorder| recorder.wants_step(world.steps()));
        if at.run.step(limit, wanted.map(|recorder| recorder as &mut dyn Sink<Actor>)).is_some() {
            continue;
        }
        match place {
            _ if limit == Time::NEVER => return true, // nothing will ever happen again
            Some(place) if before => at.run.wait_until(place.time),
            // All steps of the instant are taken and the goal's are more: what was ordered at its end makes further ones.
            Some(place) if ends && next.is_none_or(|placed| placed.at.time > place.time) => return true,
            Some(_) => give(at, orders, &mut recorder),
            None => return true,
        }
    }
}

/// Gives a run its next order.
fn give(at: &mut Checkpoint, orders: &[Placed], recorder: &mut Option<&mut dyn Recorder>) {
    let wanted = recorder.as_deref_mut().filter(|recorder| recorder.wants_order(at.orders));
    if let Some(placed) = orders.get(at.orders) {
        carry_out(&mut at.run, &placed.order, wanted.map(|recorder| recorder as &mut dyn Sink<Actor>));
    }
    at.orders += 1;
}

/// Gives a run an order.
fn carry_out(run: &mut Run, order: &Order, mut recorder: Option<&mut dyn Sink<Actor>>) {
    for command in order.resolve(run.world()) {
        // A command that does not fit is in the trace with its reason.
        let _ = match &mut recorder {
            Some(recorder) => run.command(&command, Some(&mut **recorder)),
            None => run.command(&command, None),
        };
    }
}
