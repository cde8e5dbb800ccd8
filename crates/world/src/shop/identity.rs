//! The ids of events: made of what happened, so that whoever tells it again tells the same.

use super::event::{ShopEvent, Subject};
use super::ids::{BrowseNumber, OrderId, UserId};
use super::kind::Kind;
use crate::base::{CorrelationId, DomainEventId};

/// What an event id says. The low half is the subject, the high half the kind and the part: both are small numbers,
/// which the store writes in few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// What kind of event.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// Which of several such events about the same: 0 for nearly all.
    pub part: u32,
}

impl Identity {
    /// The id.
    pub fn id(self) -> DomainEventId {
        let low = match self.subject {
            Subject::Order(order) => u64::from(order.0),
            Subject::Browsing(user, number) => u64::from(user.0) << 32 | u64::from(number.0),
        };
        // One more than the kind's number: no event has the id 0.
        let high = u64::from(self.part) << 8 | (self.kind as u64 + 1);
        DomainEventId(u128::from(high) << 64 | u128::from(low))
    }

    /// What an id says; `None` if it is not one of the shop's.
    pub fn of(id: DomainEventId) -> Option<Identity> {
        let (high, low) = ((id.0 >> 64) as u64, id.0 as u64);
        let kind = *Kind::ALL.get((high as u8).checked_sub(1)? as usize)?;
        let subject = match kind {
            Kind::ProductViewed | Kind::ItemAddedToCart => {
                Subject::Browsing(UserId((low >> 32) as u32), BrowseNumber(low as u32))
            }
            _ => Subject::Order(OrderId(u32::try_from(low).ok()?)),
        };
        Some(Identity { kind, subject, part: u32::try_from(high >> 8).ok()? })
    }
}

impl ShopEvent {
    /// Which event it is: the same for everybody who tells it, however often.
    pub fn id(&self) -> DomainEventId {
        Identity { kind: self.kind(), subject: self.subject(), part: self.part() }.id()
    }

    /// Which of several events of a kind about the same order. A second payment is not the first one told again.
    fn part(&self) -> u32 {
        match *self {
            ShopEvent::PaymentProcessed { payment, .. } => u32::from(payment.0 as u8),
            ShopEvent::PaymentRefunded { nth, .. } => u32::from(nth),
            ShopEvent::ItemReserved { item, nth, .. } => u32::from(nth) << 16 | u32::from(item.0),
            ShopEvent::ItemReleased { item, .. } | ShopEvent::ItemSent { item, .. } => u32::from(item.0),
            _ => 0,
        }
    }

    /// The thread by which all that came of one order, or all that a customer looked at, is followed.
    pub fn correlation(&self) -> CorrelationId {
        match self.subject() {
            Subject::Order(order) => order_thread(order),
            Subject::Browsing(user, _) => CorrelationId(2 << 64 | u128::from(user.0)),
        }
    }
}

/// The thread of an order.
pub fn order_thread(order: OrderId) -> CorrelationId {
    CorrelationId(1 << 64 | u128::from(order.0))
}
