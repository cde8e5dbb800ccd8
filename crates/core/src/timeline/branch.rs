//! One line of history: its orders and its checkpoints.

use std::rc::Rc;

use smol_str::SmolStr;

use super::Run;
use super::notebook::Notebook;
use super::tree::MAX_ORDERS;
use crate::base::Time;
use crate::lab::{Order, World};

/// Where an order stands in a run: after all steps before `time`, and after the first `within` steps at that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The instant.
    pub time: Time,
    /// How many steps of that instant come before; [`Moment::SETTLED`]: all.
    pub within: u32,
}

impl Moment {
    /// All steps of the instant.
    pub const SETTLED: u32 = u32::MAX;

    /// The end of an instant.
    pub fn settled(time: Time) -> Moment {
        Moment { time, within: Moment::SETTLED }
    }
}

/// An order and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placed {
    /// Where.
    pub at: Moment,
    /// What.
    pub order: Order,
    /// A person gave it; otherwise it is part of the scenario.
    pub by_hand: bool,
}

/// A run at some point of a branch, and how many of the branch's orders it has seen.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    pub(super) run: Run,
    pub(super) orders: usize,
}

impl Checkpoint {
    /// Where it stands: a run that has seen more orders or taken more steps is later.
    pub(super) fn position(&self) -> (u64, usize) {
        (self.run.world().steps(), self.orders)
    }
}

/// One line of history.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) parent: Option<(u32, Time)>,
    pub(super) label: SmolStr,
    /// In the order in which they take effect.
    pub(super) orders: Vec<Placed>,
    /// In the order of their positions; the first is at the start of the run.
    pub(super) checkpoints: Vec<Rc<Checkpoint>>,
    /// The furthest that it was played.
    pub(super) explored: Explored,
    /// How far it was played before the page was loaded again, until it is played as far once more.
    pub(super) promised: Option<End>,
    /// What is kept of all of its past.
    pub(super) notebook: Notebook,
}

/// A place on a branch, exactly: the instant, how many steps of it come before, and how many orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct End {
    pub(super) time: Time,
    pub(super) within: u32,
    pub(super) orders: usize,
}

impl End {
    pub(super) fn of(world: &World, orders: usize) -> End {
        End { time: world.now(), within: world.within(), orders }
    }
}

/// How far a branch was played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Explored {
    pub(super) end: End,
    pub(super) steps: u64,
}

impl Explored {
    /// A run on the branch stands here: perhaps further than any before.
    pub(super) fn reach(&mut self, world: &World, orders: usize) {
        // An order may be given a little before the end, where no step was taken since: it is on this branch.
        let orders = orders.max(self.end.orders);
        self.end = self.end.max(End::of(world, orders));
        self.end.orders = orders;
        self.steps = self.steps.max(world.steps());
    }
}

impl Branch {
    /// How far it was played, now or before the page was loaded again.
    pub(super) fn end(&self) -> End {
        self.promised.map_or(self.explored.end, |end| end.max(self.explored.end))
    }

    /// Keeps a copy of a run on this branch, unless one is kept that is less than `spacing` steps before it. Says
    /// whether it did.
    pub(super) fn keep(&mut self, run: &Checkpoint, spacing: u64) -> bool {
        let place = self.checkpoints.partition_point(|kept| kept.position() <= run.position());
        let near =
            place.checked_sub(1).is_some_and(|last| self.checkpoints[last].position().0 + spacing > run.position().0);
        if !near {
            self.checkpoints.insert(place, Rc::new(run.clone()));
        }
        !near
    }

    /// Gives up checkpoints evenly, but never the first, until `most` are left.
    pub(super) fn thin(&mut self, most: usize) {
        let every = self.checkpoints.len().div_ceil(most.max(1));
        let mut place = 0;
        self.checkpoints.retain(|_| {
            place += 1;
            (place - 1) % every == 0
        });
    }

    /// The last checkpoint for which this holds; it has to hold for all before one for which it holds.
    pub(super) fn checkpoint_where(&self, holds: impl Fn(&Checkpoint) -> bool) -> Option<&Rc<Checkpoint>> {
        let end = self.checkpoints.partition_point(|checkpoint| holds(checkpoint));
        self.checkpoints[..end].last()
    }
}

/// Puts a person's orders in between those of a scenario, each behind all that both have ordered for that moment or
/// before.
pub(super) fn put_by_hand(orders: &mut Vec<Placed>, by_hand: Vec<Placed>) {
    let mut plan = std::mem::take(orders).into_iter().peekable();
    for placed in by_hand.into_iter().take(MAX_ORDERS) {
        while let Some(earlier) = plan.next_if(|planned| planned.at <= placed.at) {
            orders.push(earlier);
        }
        orders.push(Placed { by_hand: true, ..placed });
    }
    orders.extend(plan);
}
