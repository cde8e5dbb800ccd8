//! Lamport times: a clock for each node that goes on by one with each of its steps, and is set past the one of whoever
//! sent it something. So what happens before something else has the smaller time; of two that are concurrent either may.

use super::Run;
use super::branch::Checkpoint;
use super::lines::Lines;
use super::tree::{All, Goal, Timeline, replay};
use crate::base::{EventId, Time};
use crate::lab::{Actor, Event};
use crate::sim::Sink;

/// How many events lie between two of the states that are kept, at least.
const SPACING: u64 = 8_192;
/// How many are kept; with one more, every second is given up and the distance doubles.
const MOST: usize = 128;

/// After so many steps it looks whether it has counted enough.
const STRETCH: u64 = 4_096;

/// The clocks of a branch at some of its moments, as far as they were counted: they are counted from its beginning on,
/// and only when somebody asks.
#[derive(Clone, Debug)]
pub struct Clocks {
    branch: u32,
    /// After which event, and how they stood.
    marks: Vec<(EventId, Lines<u64>)>,
    spacing: u64,
}

/// What is known of an event's Lamport time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It is this.
    Known(u64),
    /// It takes more steps to count: ask again.
    NotYet,
    /// There is no such event at that moment.
    NoSuchEvent,
}

impl Default for Clocks {
    fn default() -> Clocks {
        Clocks { branch: 0, marks: vec![(EventId(0), Lines::default())], spacing: SPACING }
    }
}

/// Counts on from a mark.
struct Counting<'a> {
    clocks: &'a mut Clocks,
    lines: Lines<u64>,
    at: EventId,
    wanted: EventId,
    found: Option<u64>,
}

impl Sink<Actor> for Counting<'_> {
    fn event(&mut self, event: &Event<'_>) {
        // The run was taken up at a checkpoint a little before the mark.
        if event.id <= self.at {
            return;
        }
        self.at = event.id;
        let time = self.lines.take_event(event, |before| before.iter().copied().max().unwrap_or_default() + 1);
        if event.id == self.wanted {
            self.found = Some(time);
        }
        // What comes after it may not have been played yet, and then can still become otherwise.
        if event.id <= self.wanted {
            self.clocks.keep(event.id, &self.lines);
        }
    }
}

impl Clocks {
    fn keep(&mut self, at: EventId, lines: &Lines<u64>) {
        if self.marks.last().is_some_and(|(last, _)| last.0 + self.spacing <= at.0) {
            self.marks.push((at, lines.clone()));
            if self.marks.len() > MOST {
                let mut number = 0;
                self.marks.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
                self.spacing *= 2;
            }
        }
    }
}

impl Timeline {
    /// The Lamport time of an event of the present branch, which happened at `time`. Counts at most some `events`, but
    /// enough to come further each time it is asked; what it has learnt is kept in `clocks`.
    pub fn lamport(&self, clocks: &mut Clocks, event: EventId, time: Time, events: u64) -> Counted {
        if clocks.branch != self.branch() {
            *clocks = Clocks { branch: self.branch(), ..Clocks::default() };
        }
        let place = clocks.marks.partition_point(|(mark, _)| *mark < event).saturating_sub(1);
        let Some((mark, lines)) = clocks.marks.get(place).cloned() else { return Counted::NoSuchEvent };
        let most = EventId(mark.0.saturating_add(events.max(2 * clocks.spacing)));
        let mut counting = Counting { clocks, lines, at: mark, wanted: event, found: None };
        let branch = &self.branches[self.current];
        let mut at = match branch.checkpoint_where(|checkpoint| checkpoint.run.world().events() <= mark.0) {
            Some(before) => (**before).clone(),
            // How it begins is in no checkpoint.
            None => Checkpoint { run: Run::watched_by(&self.setup, &mut counting), orders: 0 },
        };
        loop {
            let last = at.run.world().steps().saturating_add(STRETCH);
            let reached = replay(&mut at, &branch.orders, Goal::Settled(time), Some(&mut All(&mut counting)), last);
            match counting.found {
                Some(time) => return Counted::Known(time),
                None if reached => return Counted::NoSuchEvent,
                None if counting.at >= most => return Counted::NotYet,
                None => {}
            }
        }
    }
}
