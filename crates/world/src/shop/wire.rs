//! Events as records on the bus and as events in the store.

use smol_str::{SmolStr, format_smolstr};

use super::event::{ShopEvent, Subject};
use super::kind::Kind;
use super::limits::{MAX_LINES, MAX_ORDERS, MAX_USERS};
use super::upcast;
use crate::base::CausationId;
use crate::bus::{Header, Record};
use crate::store::{Event, Malformed, NewEvent, SchemaVersion};

impl ShopEvent {
    /// The bytes that are published and stored.
    pub fn payload(&self) -> Vec<u8> {
        // Writing to memory fails for no value that this type can hold.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// The key by which records that have to stay in order go to one partition: the order, or the customer.
    pub fn key(&self) -> SmolStr {
        match self.subject() {
            Subject::Order(order) => format_smolstr!("order-{order}"),
            Subject::Browsing(user, _) => format_smolstr!("customer-{user}"),
        }
    }

    /// The record that tells it, and what caused it.
    pub fn to_record(&self, causation: Option<CausationId>) -> Record {
        let kind = self.kind();
        let header = Header {
            kind: SmolStr::new_static(kind.name()),
            version: upcast::newest(kind).0,
            event: self.id(),
            correlation: self.correlation(),
            causation,
        };
        Record { key: Some(self.key()), header, payload: self.payload().into() }
    }

    /// The event to be stored in its newest form, and what caused it.
    pub fn to_new_event(&self, causation: Option<CausationId>) -> NewEvent {
        self.to_new_event_as(upcast::newest(self.kind()), causation)
    }

    /// The event to be stored in a form that may be an older one, and what caused it. Where there is no such form, it is
    /// the newest.
    pub fn to_new_event_as(&self, form: SchemaVersion, causation: Option<CausationId>) -> NewEvent {
        let kind = self.kind();
        let old = (form != upcast::newest(kind)).then(|| upcast::old_payload(self, form)).flatten();
        NewEvent {
            id: self.id(),
            event_type: kind.name().into(),
            schema: if old.is_some() { form } else { upcast::newest(kind) },
            correlation: self.correlation(),
            causation,
            data: old.unwrap_or_else(|| self.payload()).into(),
        }
    }

    /// What a record tells, in its newest form.
    ///
    /// # Errors
    /// If it is not a record of the shop.
    pub fn from_record(record: &Record) -> Result<ShopEvent, Malformed> {
        let kind = Kind::named(&record.header.kind).ok_or_else(|| Malformed::because("of an unknown kind"))?;
        if record.header.version == upcast::newest(kind).0 {
            return ShopEvent::read(kind, &record.payload);
        }
        ShopEvent::read(kind, &upcast::bring(kind, record.header.version, &record.payload)?)
    }

    /// What a stored event tells; it has to be in its newest form, as [`upcasters`](super::upcasters) bring it.
    ///
    /// # Errors
    /// If it is not an event of the shop.
    pub fn from_stored(event: &Event<'_>) -> Result<ShopEvent, Malformed> {
        let kind = Kind::named(event.event_type().as_str()).ok_or_else(|| Malformed::because("of an unknown kind"))?;
        if event.schema != upcast::newest(kind) {
            return Err(Malformed::because("not in its newest form"));
        }
        ShopEvent::read(kind, &event.data)
    }

    fn read(kind: Kind, payload: &[u8]) -> Result<ShopEvent, Malformed> {
        match postcard::take_from_bytes::<ShopEvent>(payload) {
            Ok((event, [])) if event.kind() == kind && event.is_within_limits() => Ok(event),
            _ => Err(Malformed::because(format_smolstr!("not a {kind}"))),
        }
    }

    /// Whether it is about what can be in a shop: so that no number from outside makes a table grow for nothing.
    fn is_within_limits(&self) -> bool {
        let subject = match self.subject() {
            Subject::Order(order) => order.0 < MAX_ORDERS,
            Subject::Browsing(user, _) => user.0 < MAX_USERS,
        };
        let rest = match self {
            ShopEvent::OrderCreated { user, items, .. } | ShopEvent::OrderPlaced { user, items, .. } => {
                user.0 < MAX_USERS && items.lines().len() <= MAX_LINES
            }
            ShopEvent::PaymentProcessed { items, .. } | ShopEvent::StockUpdated { items, .. } => {
                items.lines().len() <= MAX_LINES
            }
            _ => true,
        };
        subject && rest
    }
}
