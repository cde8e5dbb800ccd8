//! The events of one order reach each service in the order in which they were published: all of a key are in one
//! partition, and a partition has one owner at a time, who takes them up one by one.
//!
//! Only what a service is given for the first time is looked at. What comes again, after a failure or from another owner,
//! may come when later events were dealt with.

use crate::base::{DomainEventId, NodeId, Time};
use crate::bus::{Delivery, Position};
use crate::shop::{Identity, Imbalance, OrderId, Service as Role, Subject, Table};

/// An event of an order that a service has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Begun {
    service: NodeId,
    event: DomainEventId,
    published: Time,
    at: Position,
}

impl Begun {
    /// Whether it was published to the same topic, and after another. Records of one moment in different partitions
    /// have no order.
    fn is_later(&self, other: &Begun) -> bool {
        let same_partition = self.at.partition == other.at.partition;
        self.at.topic == other.at.topic
            && (self.published > other.published || same_partition && self.at.offset > other.at.offset)
    }
}

/// What was begun so far, by order.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyOrder(Table<Vec<Begun>>);

impl KeyOrder {
    /// A service begins with what it was given.
    pub(super) fn begins(&mut self, service: NodeId, role: Role, delivery: &Delivery) -> Option<Imbalance> {
        let event = delivery.stored.record.header.event;
        let Identity { kind: late, subject: Subject::Order(order), .. } = Identity::of(event)? else { return None };
        let begins = Begun { service, event, published: delivery.stored.at, at: delivery.at };
        let known = self.0.get(order.0).map_or(&[][..], Vec::as_slice);
        let before = || known.iter().filter(|begun| begun.service == service);
        if before().any(|begun| begun.event == event) {
            return None;
        }
        let later = before().find(|begun| delivery.tries == 1 && begun.is_later(&begins));
        let later = later.and_then(|begun| Identity::of(begun.event));
        self.0.update(order.0, |row| row.push(begins));
        Some(Imbalance::OutOfOrder { order: OrderId(order.0), service: role, late, after: later?.kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::{Offset, PartitionId, Stored, TopicId};
    use crate::shop::{Kind, ShopEvent};

    const PAYMENT: NodeId = NodeId(4);

    fn order_event(kind: Kind) -> DomainEventId {
        Identity { kind, subject: Subject::Order(OrderId(3)), part: 0 }.id()
    }

    /// A record of order 3, published at such a moment to such a partition.
    fn delivery(kind: Kind, moment: u64, (partition, offset): (u16, u64), tries: u32) -> Delivery {
        let sample = ShopEvent::OrderPlaced {
            order: OrderId(3),
            user: Default::default(),
            items: Default::default(),
            total: Default::default(),
            timestamp: Time(1),
        };
        let mut record = sample.to_record(None);
        record.header.event = order_event(kind);
        let at = Position { topic: TopicId(0), partition: PartitionId(partition), offset: Offset(offset) };
        Delivery { at, tries, stored: Stored { at: Time(moment), record: record.into() } }
    }

    fn last_of(deliveries: &[Delivery]) -> Option<Imbalance> {
        let mut order = KeyOrder::default();
        deliveries.iter().map(|delivery| order.begins(PAYMENT, Role::Payment, delivery)).last().flatten()
    }

    #[test]
    fn an_event_that_comes_after_a_later_one_of_its_order_is_out_of_order() {
        let early = delivery(Kind::OrderPlaced, 10, (0, 7), 1);
        let late = delivery(Kind::CancelRequested, 20, (1, 2), 1);
        assert_eq!(last_of(&[early.clone(), late.clone()]), None);
        let found = Imbalance::OutOfOrder {
            order: OrderId(3),
            service: Role::Payment,
            late: Kind::OrderPlaced,
            after: Kind::CancelRequested,
        };
        assert_eq!(last_of(&[late, early]), Some(found));
    }

    #[test]
    fn what_comes_again_may_come_when_later_ones_are_done() {
        let early = delivery(Kind::OrderPlaced, 10, (0, 7), 1);
        let late = delivery(Kind::CancelRequested, 20, (0, 8), 1);
        let again = Delivery { tries: 2, ..early.clone() };
        assert_eq!(last_of(&[early.clone(), late.clone(), early.clone()]), None);
        assert_eq!(last_of(&[late.clone(), again]), None);
        assert!(last_of(&[late, early]).is_some());
    }

    #[test]
    fn records_of_one_moment_have_no_order_between_partitions() {
        let one = delivery(Kind::OrderPlaced, 10, (0, 7), 1);
        let other = delivery(Kind::CancelRequested, 10, (1, 2), 1);
        assert_eq!(last_of(&[other, one]), None);
    }
}
