//! What a service does with an event: first what kind of work it is, then what comes of it.

use super::analytics::Counted;
use super::event::ShopEvent;
use super::fraud::Suspect;
use super::ids::{OrderId, UserId};
use super::inventory::StockChange;
use super::order::OrderRow;
use super::payment::PaymentRow;
use super::provider::{ProviderRequest, ProviderRow};
use super::shipping::Shipment;
use crate::base::CausationId;
use crate::store::{NewEvent, SchemaVersion, StreamName};

/// What an event asks of a service. It depends on the service's state, so it is asked anew before each try.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Work {
    /// The event is none of its business: nothing comes of it.
    Skip,
    /// It can be decided at once.
    Do,
    /// It takes the service's own time, such as a parcel to be packed, and is decided then.
    Prepare,
    /// The provider has to be asked, and its answer decides.
    Ask(ProviderRequest),
}

/// A change of one service's state: a small value, to be written to the disk together with the id of the event and the
/// records that are to be published. It says what a row is from now on, so that changes have to be applied in the order
/// in which they were decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Change {
    /// Nothing changes.
    #[default]
    None,
    /// An order.
    Order(OrderId, OrderRow),
    /// A payment.
    Payment(OrderId, PaymentRow),
    /// A reservation, and the stock of its items.
    Stock(StockChange),
    /// A parcel.
    Shipment(OrderId, Shipment),
    /// What is known of a customer.
    Suspect(UserId, Suspect),
    /// The live figures.
    Counted(Counted),
    /// The provider's account of an order.
    Provider(OrderId, ProviderRow),
}

/// A fact, and the stream that it belongs to. Those of one effect may belong to several streams: each stream gets its
/// own in one batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fact {
    /// Which stream.
    pub stream: StreamName,
    /// What happened.
    pub event: ShopEvent,
    /// It is written in its first form, as by code that knows no newer one.
    pub old_form: bool,
}

impl Fact {
    /// The event to be stored, and what caused it.
    pub fn to_new_event(&self, causation: Option<CausationId>) -> NewEvent {
        let event = self.event.to_new_event(causation);
        match self.event.in_first_form() {
            Some(payload) if self.old_form => NewEvent { schema: SchemaVersion::FIRST, data: payload.into(), ..event },
            _ => event,
        }
    }
}

/// What comes of an event. All of it is one commit: the change, the facts and the records that leave by the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Effect {
    /// What becomes of the service's state.
    pub change: Change,
    /// What is to be stored.
    pub facts: Vec<Fact>,
    /// What is to be published.
    pub records: Vec<ShopEvent>,
    /// The event is not dealt with: it is not marked as seen, and tried again later.
    pub again: bool,
}

impl Effect {
    /// Nothing comes of it.
    pub fn none() -> Effect {
        Effect::default()
    }

    /// Nothing comes of it yet.
    pub(super) fn later() -> Effect {
        Effect { again: true, ..Effect::default() }
    }

    pub(super) fn of(change: Change) -> Effect {
        Effect { change, ..Effect::default() }
    }

    /// Also stores a fact.
    #[must_use]
    pub(super) fn storing(mut self, stream: StreamName, event: ShopEvent) -> Effect {
        self.facts.push(Fact { stream, event, old_form: false });
        self
    }

    /// All facts so far are written in their first form.
    #[must_use]
    pub(super) fn in_first_form(mut self, old: bool) -> Effect {
        self.facts.iter_mut().for_each(|fact| fact.old_form = old);
        self
    }

    /// Also publishes a record.
    #[must_use]
    pub(super) fn publishing(mut self, event: ShopEvent) -> Effect {
        self.records.push(event);
        self
    }
}
