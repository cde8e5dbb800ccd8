//! Where every order is: the plain row that a shop's page shows. It cannot say how it came to be so.

use serde::{Deserialize, Serialize};

use crate::base::Time;
use crate::shop::event::ShopEvent;
use crate::shop::ids::{Cents, TrackingId, UserId};
use crate::shop::limits::MAX_ORDERS;
use crate::shop::status::Status;
use crate::shop::table::Table;
use crate::store::{Event, Filter, Malformed, Projection, SchemaVersion, StreamVersion, ViewName};

/// Where every order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OrderStatusView;

/// Where an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusRow {
    /// How far it is.
    pub status: Status,
    /// Whose it is.
    pub user: UserId,
    /// What it costs.
    pub total: Cents,
    /// The number of its parcel.
    pub tracking: Option<TrackingId>,
    /// When the last fact of it was stored.
    pub changed: Time,
    /// The place of that fact in the order's stream; `None`: there is none.
    pub version: Option<StreamVersion>,
}

impl Projection for OrderStatusView {
    type State = Table<StatusRow>;
    type Effect = ();

    fn view(&self) -> ViewName {
        "order-status".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Category("order".into())
    }

    fn initial(&self) -> Table<StatusRow> {
        Table::default()
    }

    fn apply(&self, rows: &mut Table<StatusRow>, event: &Event<'_>) -> Result<(), Malformed> {
        let fact = ShopEvent::from_stored(event)?;
        let Some(order) = fact.order().filter(|order| order.0 < MAX_ORDERS) else {
            return Err(Malformed::because("of no order that can be"));
        };
        rows.update(order.0, |row| {
            (row.changed, row.version) = (event.at, Some(event.version));
            row.status = status_after(row.status, &fact);
            match fact {
                ShopEvent::OrderCreated { user, total, .. } => (row.user, row.total) = (user, total),
                ShopEvent::OrderShipped { tracking, .. } | ShopEvent::TrackingCorrected { tracking, .. } => {
                    row.tracking = Some(tracking);
                }
                _ => {}
            }
        });
        Ok(())
    }
}

/// The status that an order's fact leads to.
pub fn status_after(before: Status, fact: &ShopEvent) -> Status {
    match fact {
        ShopEvent::OrderCreated { .. } => Status::Placed,
        ShopEvent::OrderConfirmed { .. } => Status::Confirmed,
        ShopEvent::OutOfStock { .. } | ShopEvent::CancelRequested { .. } => Status::Cancelling,
        ShopEvent::OrderShipped { .. } => Status::Shipped,
        ShopEvent::OrderRejected { .. } => Status::Rejected,
        ShopEvent::OrderCancelled { .. } => Status::Cancelled,
        _ => before,
    }
}
