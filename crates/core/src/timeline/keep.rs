//! All histories as one text, and back: what a reader was doing outlives the page.
//!
//! Only orders are kept, and how far each branch was played. The rest is made again by replay: up to the present at
//! first, then what is [ahead](Timeline::catch_up) of it; a branch on which the present is not, when it is gone to.

use super::branch::{Branch, End, Moment, put_by_hand};
use super::player::Player;
use super::share::{Arrival, Opened, given, placed};
use super::tree::Timeline;
use crate::scenario::Scenario;
use crate::scenario::kept::{Kept, KeptBranch};
use crate::scenario::link::{ENGINE, LinkError};

/// The text of all branches and of the present moment; of the moment that is being gone to, if it is still on its way.
///
/// # Errors
/// If there is too much to be kept.
pub fn keep(timeline: &Timeline, scenario: &Scenario, on_its_way: Option<&Arrival>) -> Result<String, LinkError> {
    let present =
        || Arrival { moment: timeline.moment(), engine: ENGINE.into(), trace_hash: Some(timeline.run().trace_hash()) };
    let Arrival { moment, engine, trace_hash } = on_its_way.cloned().unwrap_or_else(present);
    let branch = |branch: &Branch| {
        let end = branch.end();
        KeptBranch {
            parent: branch.parent,
            label: branch.label.clone(),
            orders: branch.orders.iter().filter(|placed| placed.by_hand).map(given).collect(),
            end: end.time,
            within: end.within,
            seen: end.orders as u32,
        }
    };
    let kept = Kept {
        engine,
        scenario: scenario.clone(),
        branches: timeline.branches.iter().map(branch).collect(),
        branch: timeline.branch(),
        time: moment.time,
        within: moment.within,
        trace_hash,
    };
    kept.encode()
}

/// What such a text opens: a player at the beginning of the branch that the present was on.
///
/// # Errors
/// If it is not a text that can be followed.
pub fn restore(text: &str) -> Result<Opened, LinkError> {
    let kept = Kept::decode(text)?;
    let mut player = Player::new(kept.scenario.setup(), kept.scenario.plan());
    player.timeline_mut().promise(kept.branches, kept.branch);
    let moment = Moment { time: kept.time, within: kept.within };
    let arrival = Arrival { moment, engine: kept.engine, trace_hash: kept.trace_hash };
    Ok(Opened { scenario: kept.scenario, player, arrival })
}

impl Timeline {
    /// Takes on the branches of a history like this one, which has not begun.
    fn promise(&mut self, branches: Vec<KeptBranch>, current: u32) {
        let Some(fresh) = self.branches.first().cloned() else { return };
        let branch = |kept: KeptBranch| {
            let mut orders = fresh.orders.clone();
            put_by_hand(&mut orders, kept.orders.into_iter().map(placed).collect());
            let end = End { time: kept.end, within: kept.within, orders: kept.seen as usize };
            Branch { parent: kept.parent, label: kept.label, orders, promised: Some(end), ..fresh.clone() }
        };
        self.branches = branches.into_iter().map(branch).collect();
        self.current = current as usize;
    }
}
