//! Old events, read by newer code: what is stored never changes.
//!
//! The first form of `OrderCreated` left it to the reader to add up what the lines cost. The second says it, since a
//! sum is a fact of the day on which it was shown to the customer.

use serde::{Deserialize, Serialize};

use super::event::ShopEvent;
use super::ids::{OrderId, UserId};
use super::items::Items;
use super::kind::Kind;
use crate::base::Time;
use crate::store::{Malformed, SchemaVersion, Upcaster, Upcasters};

/// `OrderCreated` as it was at first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderCreatedV1 {
    /// Which order.
    pub order: OrderId,
    /// Whose.
    pub user: UserId,
    /// What it is about.
    pub items: Items,
    /// When.
    pub timestamp: Time,
}

impl OrderCreatedV1 {
    /// The payload as it was written then.
    pub fn payload(&self) -> Vec<u8> {
        // Writing to memory fails for no value that this type can hold.
        postcard::to_allocvec(&(Kind::OrderCreated as u8, self)).unwrap_or_default()
    }

    /// What a payload of then says.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(payload: &[u8]) -> Result<OrderCreatedV1, Malformed> {
        match postcard::from_bytes::<(u8, OrderCreatedV1)>(payload) {
            Ok((kind, old)) if kind == Kind::OrderCreated as u8 => Ok(old),
            _ => Err(Malformed::because("not an OrderCreated of version 1")),
        }
    }
}

fn order_created_2(payload: &[u8]) -> Result<Vec<u8>, Malformed> {
    let old = OrderCreatedV1::read(payload)?;
    let total = old.items.total().ok_or_else(|| Malformed::because("it costs more than any number says"))?;
    let OrderCreatedV1 { order, user, items, timestamp } = old;
    Ok(ShopEvent::OrderCreated { order, user, items, total, timestamp }.payload())
}

/// What code that is older writes of an event; `None`: it had no such form.
pub(super) fn old_payload(event: &ShopEvent, form: SchemaVersion) -> Option<Vec<u8>> {
    match (event, form) {
        (ShopEvent::OrderCreated { order, user, items, timestamp, .. }, SchemaVersion(1)) => {
            let old = OrderCreatedV1 { order: *order, user: *user, items: items.clone(), timestamp: *timestamp };
            Some(old.payload())
        }
        _ => None,
    }
}

/// The upcasters of a kind, from its first version on.
fn steps(kind: Kind) -> &'static [Upcaster] {
    match kind {
        Kind::OrderCreated => &[order_created_2],
        _ => &[],
    }
}

/// The newest form of a kind.
pub fn newest(kind: Kind) -> SchemaVersion {
    SchemaVersion(steps(kind).len() as u16 + 1)
}

/// What the shop's readers know: every kind, and how its old forms become the newest. Anything else is an error.
pub fn upcasters() -> Upcasters {
    Kind::ALL.into_iter().fold(Upcasters::strict(), |known, kind| known.knowing(kind.name(), steps(kind)))
}

/// The payload of a record, in its newest form.
pub(super) fn bring(kind: Kind, version: u16, payload: &[u8]) -> Result<Vec<u8>, Malformed> {
    if version == 0 || version > newest(kind).0 {
        return Err(Malformed::because("of a version that is not known"));
    }
    steps(kind).iter().skip(usize::from(version) - 1).try_fold(payload.to_vec(), |payload, step| step(&payload))
}
