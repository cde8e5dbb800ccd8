//! One order, with how it came to be what it is: the questions that only history answers.

use serde::{Deserialize, Serialize};

use super::order_status::status_after;
use crate::base::Time;
use crate::shop::event::ShopEvent;
use crate::shop::ids::{Cents, OrderId, PaymentId, TrackingId, UserId};
use crate::shop::kind::Kind;
use crate::shop::status::Status;
use crate::shop::streams;
use crate::store::{Event, Filter, Malformed, Projection, SchemaVersion, StreamVersion, ViewName};

/// The most versions that are kept of an order.
const MAX_VERSIONS: usize = 64;

/// The fold of one order's stream. What the order was after any version is the fold up to it
/// ([`stream_state`](crate::store::Store::stream_state)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderHistory {
    /// Which order.
    pub order: OrderId,
}

/// What an order is, and what each of its facts changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderState {
    /// How far it is.
    pub status: Status,
    /// Whose it is.
    pub user: UserId,
    /// What it costs.
    pub total: Cents,
    /// The payment that confirmed it.
    pub payment: Option<PaymentId>,
    /// The number of its parcel.
    pub tracking: Option<TrackingId>,
    /// A try to get the money failed.
    pub payment_failed: bool,
    /// Shipping was asked to let it be.
    pub cancel_requested: bool,
    /// Its facts, in order.
    pub versions: Vec<Version>,
}

/// One fact of an order's stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Version {
    /// Its place in the stream.
    pub version: StreamVersion,
    /// What happened.
    pub kind: Kind,
    /// When it was stored.
    pub at: Time,
    /// What it changed.
    pub changed: Vec<Changed>,
}

/// A change of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Changed {
    /// Which field.
    pub field: Field,
    /// What it was.
    pub from: Value,
    /// What it is.
    pub to: Value,
}

/// A field of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// How far it is.
    Status,
    /// What it costs.
    Total,
    /// The payment that confirmed it.
    Payment,
    /// The number of its parcel.
    Tracking,
    /// Whether a try to get the money failed.
    PaymentFailed,
    /// Whether shipping was asked to let it be.
    CancelRequested,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// Nothing yet.
    Nothing,
    /// A status.
    Status(Status),
    /// An amount.
    Amount(Cents),
    /// A payment.
    Payment(PaymentId),
    /// A tracking number.
    Tracking(TrackingId),
    /// Yes or no.
    Flag(bool),
}

/// A tracking number that was wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WrongTracking {
    /// The wrong number.
    pub wrong: TrackingId,
    /// With which version it came in.
    pub entered: StreamVersion,
    /// With which version it was corrected.
    pub corrected: StreamVersion,
}

impl OrderState {
    /// How often the order was changed since it was created.
    pub fn changes(&self) -> usize {
        self.versions.iter().skip(1).filter(|version| !version.changed.is_empty()).count()
    }

    /// Where a wrong tracking number came in: the first, if there was one that was corrected later.
    pub fn wrong_tracking(&self) -> Option<WrongTracking> {
        let tracking = |version: &Version| version.changed.iter().copied().find(|c| c.field == Field::Tracking);
        let corrections = self.versions.iter().filter(|version| version.kind == Kind::TrackingCorrected);
        corrections.into_iter().find_map(|correction| {
            let from = tracking(correction)?.from;
            let Value::Tracking(wrong) = from else { return None };
            let entry = self.versions.iter().find(|version| tracking(version).is_some_and(|c| c.to == from))?;
            Some(WrongTracking { wrong, entered: entry.version, corrected: correction.version })
        })
    }

    /// Whether a try to get the money failed before the order was paid.
    pub fn payment_failed_first(&self) -> bool {
        let first = |kind| self.versions.iter().position(|version| version.kind == kind);
        let (failed, paid) = (first(Kind::PaymentFailed), first(Kind::OrderConfirmed));
        failed.zip(paid).is_some_and(|(failed, paid)| failed < paid)
    }

    fn fields(&self) -> [(Field, Value); 6] {
        let status = if self.status == Status::Unknown { Value::Nothing } else { Value::Status(self.status) };
        let total = if self.status == Status::Unknown { Value::Nothing } else { Value::Amount(self.total) };
        [
            (Field::Status, status),
            (Field::Total, total),
            (Field::Payment, self.payment.map_or(Value::Nothing, Value::Payment)),
            (Field::Tracking, self.tracking.map_or(Value::Nothing, Value::Tracking)),
            (Field::PaymentFailed, Value::Flag(self.payment_failed)),
            (Field::CancelRequested, Value::Flag(self.cancel_requested)),
        ]
    }

    fn fold(&mut self, fact: &ShopEvent) {
        self.status = status_after(self.status, fact);
        match *fact {
            ShopEvent::OrderCreated { user, total, .. } => (self.user, self.total) = (user, total),
            ShopEvent::OrderConfirmed { payment, .. } => self.payment = Some(payment),
            ShopEvent::PaymentFailed { .. } => self.payment_failed = true,
            ShopEvent::CancelRequested { .. } => self.cancel_requested = true,
            ShopEvent::OrderShipped { tracking, .. } | ShopEvent::TrackingCorrected { tracking, .. } => {
                self.tracking = Some(tracking);
            }
            _ => {}
        }
    }
}

impl Projection for OrderHistory {
    type State = OrderState;
    type Effect = ();

    fn view(&self) -> ViewName {
        "order-history".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Stream(streams::order(self.order))
    }

    fn initial(&self) -> OrderState {
        OrderState::default()
    }

    fn apply(&self, state: &mut OrderState, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        if fact.order() != Some(self.order) {
            return Err(Malformed::because("of another order"));
        }
        let before = state.fields();
        state.fold(&fact);
        let changed = before.into_iter().zip(state.fields()).filter(|((_, from), (_, to))| from != to);
        let changed = changed.map(|((field, from), (_, to))| Changed { field, from, to }).collect();
        if state.versions.len() < MAX_VERSIONS {
            state.versions.push(Version { version: event.version, kind: fact.kind(), at: event.at, changed });
        }
        Ok(())
    }
}
