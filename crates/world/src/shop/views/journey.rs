//! What one customer did, and what became of it.

use serde::{Deserialize, Serialize};

use crate::base::Time;
use crate::shop::event::ShopEvent;
use crate::shop::ids::{OrderId, UserId};
use crate::shop::streams;
use crate::store::{Event, GlobalPosition, Malformed, Projection, SchemaVersion, ViewName};

/// The most steps that a journey keeps: the first ones.
const MAX_STEPS: usize = 1_024;

/// One customer's journey: what they looked at, and every fact of their orders' own streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JourneyView {
    /// Which customer.
    pub user: UserId,
}

/// A step of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JourneyStep {
    /// Where it is among all events.
    pub position: GlobalPosition,
    /// When it was stored.
    pub at: Time,
    /// What happened.
    pub event: ShopEvent,
}

/// A journey so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Journey {
    /// The customer's orders, as they were placed.
    pub orders: Vec<OrderId>,
    /// The steps, as they were stored.
    pub steps: Vec<JourneyStep>,
    /// How many more there were.
    pub more: u32,
}

impl Projection for JourneyView {
    type State = Journey;
    type Effect = ();

    fn view(&self) -> ViewName {
        "journey".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn initial(&self) -> Journey {
        Journey::default()
    }

    fn apply(&self, journey: &mut Journey, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        let known = journey.steps.len() < MAX_STEPS;
        match fact {
            ShopEvent::OrderCreated { order, user, .. } if user == self.user && known => journey.orders.push(order),
            _ => {}
        }
        // An order's own stream begins with whose it is. Those of other services may be stored before that is known, and
        // say nothing that it does not say.
        let theirs = match fact.order() {
            Some(order) => journey.orders.contains(&order) && *event.stream() == streams::order(order),
            None => *event.stream() == streams::customer(self.user),
        };
        if theirs && known {
            journey.steps.push(JourneyStep { position: event.position, at: event.at, event: fact });
        } else if theirs {
            journey.more = journey.more.saturating_add(1);
        }
        Ok(())
    }
}
