//! The idempotent consumer's guard: which events it has had.
//!
//! It is a part of what is synced together with the change that an event made: a crash leaves both or neither. Whoever
//! consumes asks before the work, and again before the decision if the work took time; and marks what is decided.

use super::event::Subject;
use super::identity::Identity;
use super::ids::UserId;
use super::limits::{MAX_ORDERS, MAX_USERS};
use super::table::Table;
use crate::base::DomainEventId;

/// How many numbers of one customer are remembered beyond those that came without a gap.
const AHEAD: usize = 64;

/// The events that a consumer has had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// For each order a bit for each kind. Of one order there is one event of each kind.
    orders: Table<u32>,
    browsing: Table<Browsed>,
}

/// What was had of a customer's browsing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Browsed {
    /// All numbers before this.
    below: u32,
    /// And these, in order. If there are too many, the gap before them is given up: it is taken to have been had. So
    /// it is with one who began to read in the middle.
    ahead: Vec<u32>,
}

impl Seen {
    /// Whether the event was had. One that is not the shop's never was.
    pub fn has(&self, id: DomainEventId) -> bool {
        let Some(identity) = Identity::of(id) else { return false };
        match identity.subject {
            Subject::Order(order) => self.orders.row(order.0) & (1 << identity.kind as u8) != 0,
            Subject::Browsing(user, number) => {
                let browsed = self.browsing.get(user.0);
                browsed.is_some_and(|b| number.0 < b.below || b.ahead.binary_search(&number.0).is_ok())
            }
        }
    }

    /// The event was had.
    pub fn mark(&mut self, id: DomainEventId) {
        let Some(identity) = Identity::of(id) else { return };
        match identity.subject {
            Subject::Order(order) if order.0 < MAX_ORDERS => {
                self.orders.update(order.0, |kinds| *kinds |= 1 << identity.kind as u8);
            }
            Subject::Browsing(user, number) if user.0 < MAX_USERS => self.browsed(user, number.0),
            _ => {}
        }
    }

    fn browsed(&mut self, user: UserId, number: u32) {
        self.browsing.update(user.0, |browsed| {
            if number < browsed.below {
                return;
            }
            if let Err(place) = browsed.ahead.binary_search(&number) {
                browsed.ahead.insert(place, number);
            }
            if browsed.ahead.len() > AHEAD {
                browsed.below = browsed.ahead[0];
            }
            let dense = browsed.ahead.iter().zip(browsed.below..).take_while(|(had, next)| **had == *next).count();
            browsed.below = browsed.below.saturating_add(dense as u32);
            browsed.ahead.drain(..dense);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Stream;
    use crate::shop::ids::{BrowseNumber, OrderId};
    use crate::shop::kind::Kind;

    fn of_order(order: u32, kind: Kind) -> DomainEventId {
        Identity { kind, subject: Subject::Order(OrderId(order)), part: 0 }.id()
    }

    fn look(user: u32, number: u32) -> DomainEventId {
        let subject = Subject::Browsing(UserId(user), BrowseNumber(number));
        Identity { kind: Kind::ProductViewed, subject, part: 0 }.id()
    }

    #[test]
    fn every_event_of_an_order_is_known_by_itself() {
        let mut seen = Seen::default();
        let kinds = Kind::ALL.into_iter().skip(2);
        for (n, kind) in kinds.clone().enumerate() {
            assert!(!seen.has(of_order(40, kind)));
            seen.mark(of_order(40, kind));
            seen.mark(of_order(40, kind));
            let had = kinds.clone().filter(|&kind| seen.has(of_order(40, kind))).count();
            assert_eq!(had, n + 1);
            assert!(!seen.has(of_order(39, kind)) && !seen.has(of_order(41, kind)));
        }
    }

    #[test]
    fn what_a_customer_looked_at_is_known_exactly_in_whatever_order_it_came_within_the_window() {
        let mut stream = Stream::new(5, "seen");
        let mut seen = Seen::default();
        let mut had = [false; 400];
        let mut below = 0;
        while below < 300 {
            let number = below + stream.below(60);
            let was = std::mem::replace(&mut had[number as usize], true);
            assert_eq!(seen.has(look(1, number)), was, "{number}");
            seen.mark(look(1, number));
            while had[below as usize] {
                below += 1;
            }
        }
        assert!(!seen.has(look(2, 0)));
    }

    #[test]
    fn who_begins_in_the_middle_forgets_nothing_that_it_had_and_keeps_little() {
        let mut seen = Seen::default();
        (1_000..2_000).for_each(|number| seen.mark(look(0, number)));
        assert!((1_000..2_000).all(|number| seen.has(look(0, number))));
        assert!(!seen.has(look(0, 2_000)));
        assert_eq!(seen.browsing.row(0).ahead, []);
    }
}
