//! The explored future of a branch whose page was loaded again: it is promised at once, and made again by replay beside
//! the present, a little at a time.

use super::branch::Moment;
use super::tree::{Goal, Timeline, obey_here, play_on};
use crate::base::Time;

impl Timeline {
    /// Whether the present branch was once played further than it is known now.
    pub fn is_behind(&self) -> bool {
        self.branches[self.current].promised.is_some()
    }

    /// How far a branch is known: going further takes a replay.
    pub fn known(&self, branch: u32) -> Time {
        self.branches.get(branch as usize).map_or(Time::ZERO, |branch| branch.explored.end.time)
    }

    /// Makes more of the promised future of the present branch again, by at most so many steps; the present stays where
    /// it is. Says whether all of it is there.
    pub fn catch_up(&mut self, steps: u64) -> bool {
        let branch = &mut self.branches[self.current];
        let Some(end) = branch.promised else { return true };
        // Whichever is further.
        let mut run = self.ahead.take().unwrap_or_else(|| match branch.checkpoints.last() {
            Some(last) if last.position() > self.present.position() => (**last).clone(),
            _ => self.present.clone(),
        });
        let goal = Goal::At(Moment { time: end.time, within: end.within });
        let last = run.run.world().steps().saturating_add(steps);
        if !play_on(branch, &mut run, &mut self.spacing, goal, last) {
            self.ahead = Some(run);
            return false;
        }
        obey_here(branch, &mut run, end.orders);
        branch.promised = None;
        true
    }
}
