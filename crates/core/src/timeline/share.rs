//! A run as a link, and back.

use smol_str::SmolStr;

use super::branch::{Moment, Placed};
use super::player::Player;
use super::tree::Timeline;
use crate::scenario::Scenario;
use crate::scenario::link::{ENGINE, Given, Link, LinkError};

/// The text of a link to the present moment of the present branch: the scenario, and all that was ordered by hand.
///
/// # Errors
/// If the run is too long for a link.
pub fn link(timeline: &Timeline, scenario: &Scenario) -> Result<String, LinkError> {
    let moment = timeline.moment();
    let link = Link {
        engine: ENGINE.into(),
        scenario: scenario.clone(),
        orders: timeline.by_hand().map(given).collect(),
        time: moment.time,
        within: moment.within,
        trace_hash: timeline.run().trace_hash(),
    };
    link.encode()
}

/// An order as a link has it.
pub(super) fn given(placed: &Placed) -> Given {
    Given { time: placed.at.time, within: placed.at.within, order: placed.order.clone() }
}

/// An order as a branch has it.
pub(super) fn placed(given: Given) -> Placed {
    Placed { at: Moment { time: given.time, within: given.within }, order: given.order, by_hand: true }
}

/// What a link opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The scenario.
    pub scenario: Scenario,
    /// A player at the beginning of the run, with all that was ordered by hand.
    pub player: Player,
    /// The moment that the link is about.
    pub arrival: Arrival,
}

/// The moment that a link is about, and what was seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The moment.
    pub moment: Moment,
    /// The engine that the link was made with.
    pub engine: SmolStr,
    /// The trace hash there, if that is known.
    pub(super) trace_hash: Option<u64>,
}

/// Whether a link shows what its maker saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Faith {
    /// Bit for bit.
    Same,
    /// This engine plays it otherwise.
    Otherwise {
        /// The engine that the link was made with.
        engine: SmolStr,
    },
}

/// What the text of a link opens.
///
/// # Errors
/// If it is not a link that can be followed: the error says why.
pub fn open(text: &str) -> Result<Opened, LinkError> {
    let link = Link::decode(text)?;
    let mut player = Player::new(link.scenario.setup(), link.scenario.plan());
    player.timeline_mut().script(link.orders.into_iter().map(placed).collect());
    let moment = Moment { time: link.time, within: link.within };
    let arrival = Arrival { moment, engine: link.engine, trace_hash: Some(link.trace_hash) };
    Ok(Opened { scenario: link.scenario, player, arrival })
}

impl Arrival {
    /// On the way to a moment that was not seen yet.
    pub fn at(moment: Moment) -> Arrival {
        Arrival { moment, engine: ENGINE.into(), trace_hash: None }
    }

    /// Brings a player nearer to the moment, at most so many steps. Once it is there, says whether this is what the
    /// link's maker saw.
    pub fn approach(&self, player: &mut Player, steps: u64) -> Option<Faith> {
        let there = player.timeline_mut().approach(self.moment, steps);
        there.then(|| {
            let seen = player.timeline().run().trace_hash();
            match self.trace_hash {
                Some(hash) if hash != seen => Faith::Otherwise { engine: self.engine.clone() },
                _ => Faith::Same,
            }
        })
    }
}
