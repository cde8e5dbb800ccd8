//! Fraud: an alert on what looks like it, as the events arrive. It changes nothing about the order.

use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::ids::{Cents, UserId};
use super::limits::MAX_USERS;
use super::reason::FraudReason;
use super::rules::Rules;
use super::table::Table;
use crate::base::{Span, Time};

/// The most moments that are remembered of one customer.
const MAX_RECENT: usize = 16;

/// What is known of a customer: when the latest orders were placed, the earliest first. It is the time that the events
/// say, not that of their coming.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Suspect {
    recent: Vec<Time>,
    /// How many alerts there were.
    pub alerts: u32,
}

/// The fraud check's books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FraudBook {
    amount: Cents,
    orders: u8,
    window: Span,
    suspects: Table<Suspect>,
}

impl FraudBook {
    /// Nobody is suspected.
    pub fn new(rules: &Rules) -> FraudBook {
        FraudBook {
            amount: rules.suspicious_amount,
            orders: rules.suspicious_orders.clamp(1, MAX_RECENT as u8),
            window: rules.suspicious_window,
            suspects: Table::default(),
        }
    }

    /// What is known of a customer.
    pub fn suspect(&self, user: UserId) -> Option<&Suspect> {
        self.suspects.get(user.0)
    }

    /// What an event asks for.
    pub fn work(&self, event: &ShopEvent) -> Work {
        match event {
            ShopEvent::OrderPlaced { user, .. } if user.0 < MAX_USERS => Work::Do,
            _ => Work::Skip,
        }
    }

    /// What comes of an event.
    pub fn decide(&self, event: &ShopEvent) -> Effect {
        let &ShopEvent::OrderPlaced { order, user, total, timestamp, .. } = event else { return Effect::none() };
        if user.0 >= MAX_USERS {
            return Effect::none();
        }
        let mut suspect = self.suspects.row(user.0);
        let place = suspect.recent.partition_point(|time| *time <= timestamp);
        suspect.recent.insert(place, timestamp);
        // Those that were placed up to this one, and those up to which this one counts.
        let count = (place..suspect.recent.len()).map(|last| self.within(&suspect.recent[..=last], timestamp)).max();
        let count = count.unwrap_or_default();
        if suspect.recent.len() > MAX_RECENT {
            suspect.recent.remove(0);
        }
        let reason = match count {
            _ if total > self.amount => FraudReason::Amount,
            _ if count >= self.orders => FraudReason::Orders(count),
            _ => return Effect::of(Change::Suspect(user, suspect)),
        };
        suspect.alerts = suspect.alerts.saturating_add(1);
        Effect::of(Change::Suspect(user, suspect)).publishing(ShopEvent::FraudSuspected { order, user, reason })
    }

    /// How many of these moments are in the window that ends with the last of them, if `new` is one of them.
    fn within(&self, times: &[Time], new: Time) -> u8 {
        let Some(&last) = times.last() else { return 0 };
        let in_window = |time: Time| last.since(time) < self.window;
        if in_window(new) { times.iter().filter(|time| in_window(**time)).count() as u8 } else { 0 }
    }

    pub(super) fn apply(&mut self, user: UserId, suspect: &Suspect) {
        self.suspects.set(user.0, suspect.clone());
    }
}
