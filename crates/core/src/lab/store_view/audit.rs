//! What only the history of an order answers, and the plain row that cannot.

use crate::shop::views::{OrderHistory, OrderStatusView, StatusRow, WrongTracking};
use crate::shop::{Kind, OrderId, upcasters};
use crate::store::{AsOf, Projection, ProjectionError, Store, StreamName, StreamVersion};

/// Questions about one order, answered from its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Which order.
    pub order: OrderId,
    /// Where a wrong tracking number came in, and where it was corrected.
    pub wrong_tracking: Option<WrongTracking>,
    /// How often it was changed since it was created.
    pub changes: usize,
    /// A try to pay failed before the order was paid.
    pub payment_failed_first: bool,
    /// With which version it is told that a payment failed, if it is.
    pub failure: Option<StreamVersion>,
    /// The row that a shop without history would have: the present, overwritten each time.
    pub row: StatusRow,
}

/// Asks the stream of an order as it was after a version; `None`: it is the stream of no order, or there is none.
///
/// # Errors
/// If an event cannot be read.
pub fn audit(store: &Store, stream: &StreamName, upto: StreamVersion) -> Result<Option<Audit>, ProjectionError> {
    let order = stream.as_str().strip_prefix("order-").and_then(|number| number.parse().ok()).map(OrderId);
    let (Some(order), Some(_)) = (order, store.version(stream)) else { return Ok(None) };
    let state = store.stream_state(OrderHistory { order }, &upcasters(), stream, AsOf::Version(upto))?;
    let mut rows = OrderStatusView.initial();
    for event in (0..=upto.0).map_while(|version| store.event_of(stream, StreamVersion(version))) {
        let position = event.position;
        let event = upcasters().upcast(event).map_err(|error| ProjectionError::Upcast { position, error })?;
        let malformed = |error| ProjectionError::Malformed { position, error };
        OrderStatusView.apply(&mut rows, &event).map_err(malformed)?;
    }
    let failure = state.versions.iter().find(|version| version.kind == Kind::PaymentFailed);
    Ok(Some(Audit {
        order,
        wrong_tracking: state.wrong_tracking(),
        changes: state.changes(),
        payment_failed_first: state.payment_failed_first(),
        failure: failure.map(|version| version.version),
        row: rows.row(order.0),
    }))
}
