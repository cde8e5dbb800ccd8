//! What came in, and what went back.

use serde::{Deserialize, Serialize};

use crate::shop::event::ShopEvent;
use crate::shop::ids::Cents;
use crate::store::{Event, Filter, Malformed, Projection, SchemaVersion, ViewName};

/// What came in, and what went back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RevenueView;

/// The sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Revenue {
    /// Payments.
    pub payments: u32,
    /// What came in by them.
    pub captured: Cents,
    /// Refunds.
    pub refunds: u32,
    /// What went back by them.
    pub refunded: Cents,
    /// Orders that were not paid.
    pub declined: u32,
    /// Orders of which a try to get the money, or to give it back, failed.
    pub failed: u32,
}

impl Projection for RevenueView {
    type State = Revenue;
    type Effect = ();

    fn view(&self) -> ViewName {
        "revenue".into()
    }

    fn format(&self) -> SchemaVersion {
        SchemaVersion::FIRST
    }

    fn filter(&self) -> Filter {
        Filter::Category("payment".into())
    }

    fn initial(&self) -> Revenue {
        Revenue::default()
    }

    fn apply(&self, sums: &mut Revenue, event: &Event<'_>) -> Result<(), Malformed> {
        let count = |number: &mut u32| *number = number.saturating_add(1);
        match ShopEvent::from_stored(event)? {
            ShopEvent::PaymentProcessed { amount, .. } => {
                count(&mut sums.payments);
                sums.captured = sums.captured.counting(amount);
            }
            ShopEvent::PaymentRefunded { amount, .. } => {
                count(&mut sums.refunds);
                sums.refunded = sums.refunded.counting(amount);
            }
            ShopEvent::PaymentDeclined { .. } => count(&mut sums.declined),
            ShopEvent::PaymentFailed { .. } | ShopEvent::RefundFailed { .. } => count(&mut sums.failed),
            _ => return Err(Malformed::because("not about money")),
        }
        Ok(())
    }
}
