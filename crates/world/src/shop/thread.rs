//! The thread from a fact to the record that it causes.
//!
//! What is stored and what is published come of one effect, in one commit. Most facts are told as they are, under their
//! own id; some are told in other words, which others need: all items that were reserved, in one record.

use super::identity::Identity;
use super::kind::Kind;
use crate::base::DomainEventId;

/// The id of the record that tells of a fact, if any record does. Of a record it is its own.
pub fn record_of(fact: DomainEventId) -> DomainEventId {
    let Some(identity) = Identity::of(fact) else { return fact };
    let kind = match identity.kind {
        Kind::OrderCreated => Kind::OrderPlaced,
        Kind::ItemReserved => Kind::StockUpdated,
        Kind::ItemReleased => Kind::StockReleased,
        _ => return fact,
    };
    Identity { kind, part: 0, ..identity }.id()
}
