//! Payment: gets the money for an order, and gives it back if the order comes to nothing.
//!
//! It has no queue of things to do: each event asks for at most one answer of the provider, and a try that failed is
//! made again when the event is. Where two events cross, its own `PaymentProcessed` reminds it: an order that was
//! cancelled while the provider was being asked is refunded when that record comes round.

use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::ids::{Cents, OrderId, PaymentId};
use super::items::Items;
use super::kind::Kind;
use super::provider::{IdempotencyKey, ProviderAnswer, ProviderRequest, Purpose};
use super::reason::{CancelReason, DeclineReason};
use super::streams;
use super::table::Table;

/// What payment knows of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PaymentRow {
    /// How often it was charged: once, unless a duplicate was taken for a new event.
    pub charges: u8,
    /// How often it was refunded.
    pub refunds: u8,
    /// On which kind of event it was refunded: none of another kind is a reason to do it again.
    pub refunded_on: Option<Kind>,
    /// The latest payment.
    pub payment: Option<PaymentId>,
    /// How much the latest payment is.
    pub amount: Cents,
    /// Why it was declined, if it was.
    pub declined: Option<DeclineReason>,
    /// What became of the order elsewhere, so that no money may stay.
    pub cancelled: Option<CancelReason>,
    /// A try to charge failed.
    pub charge_failed: bool,
    /// A try to refund failed.
    pub refund_failed: bool,
}

/// The payment service's books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PaymentBook {
    payments: Table<PaymentRow>,
}

impl PaymentBook {
    /// What is known of an order.
    pub fn payment(&self, order: OrderId) -> Option<&PaymentRow> {
        self.payments.get(order.0)
    }

    /// What an event asks for.
    pub fn work(&self, event: &ShopEvent) -> Work {
        match *event {
            ShopEvent::OrderPlaced { order, total, .. } => {
                let row = self.payments.row(order.0);
                let key = IdempotencyKey { order, purpose: Purpose::Charge, nth: row.charges };
                // The order may have been let be in the meantime. An earlier try may have captured money, and its answer may be
                // lost: only the provider can say.
                let void = row.cancelled.is_some() && row.charges == 0;
                Work::Ask(if void {
                    ProviderRequest::Void { key }
                } else {
                    ProviderRequest::Charge { key, amount: total }
                })
            }
            ShopEvent::OutOfStock { order, .. } | ShopEvent::ShippingCancelled { order } => {
                let row = self.payments.row(order.0);
                match row.refunded_on {
                    Some(kind) if kind != event.kind() => Work::Skip,
                    _ if row.declined.is_some() => Work::Skip,
                    _ if row.charges == 0 => Work::Do,
                    _ => refund(order, &row),
                }
            }
            ShopEvent::PaymentProcessed { order, .. } => {
                let row = self.payments.row(order.0);
                if row.cancelled.is_some() && row.refunds == 0 { refund(order, &row) } else { Work::Skip }
            }
            _ => Work::Skip,
        }
    }

    /// What comes of an event and of what the provider answered.
    pub fn decide(&self, event: &ShopEvent, answer: Option<&ProviderAnswer>) -> Effect {
        // While the provider was being asked, another event may have settled it.
        let work = self.work(event);
        match *event {
            _ if work == Work::Skip => Effect::none(),
            ShopEvent::OrderPlaced { order, ref items, total, .. } => self.charged(order, items, total, answer),
            ShopEvent::OutOfStock { order, item } => {
                let asked = work != Work::Do;
                self.cancelled(order, event.kind(), CancelReason::OutOfStock(item), asked, answer)
            }
            ShopEvent::ShippingCancelled { order } | ShopEvent::PaymentProcessed { order, .. } => {
                self.cancelled(order, event.kind(), CancelReason::Late, work != Work::Do, answer)
            }
            _ => Effect::none(),
        }
    }

    fn charged(&self, order: OrderId, items: &Items, total: Cents, answer: Option<&ProviderAnswer>) -> Effect {
        let mut row = self.payments.row(order.0);
        let stream = streams::payment(order);
        match answer {
            Some(&ProviderAnswer::Captured(payment)) => {
                row.charges = row.charges.saturating_add(1);
                (row.payment, row.amount) = (Some(payment), total);
                let event = ShopEvent::PaymentProcessed { order, items: items.clone(), payment, amount: total };
                Effect::of(Change::Payment(order, row)).storing(stream, event.clone()).publishing(event)
            }
            Some(&ProviderAnswer::Declined(reason)) => self.declined(order, row, reason),
            Some(ProviderAnswer::Unavailable) if !row.charge_failed => {
                row.charge_failed = true;
                let event = ShopEvent::PaymentFailed { order };
                let failed = Effect::of(Change::Payment(order, row)).storing(stream, event.clone()).publishing(event);
                Effect { again: true, ..failed }
            }
            _ => Effect::later(),
        }
    }

    fn declined(&self, order: OrderId, mut row: PaymentRow, reason: DeclineReason) -> Effect {
        row.declined = Some(reason);
        let event = ShopEvent::PaymentDeclined { order, reason };
        Effect::of(Change::Payment(order, row)).storing(streams::payment(order), event.clone()).publishing(event)
    }

    /// The order came to nothing. The first reason that was heard is the one that counts.
    fn cancelled(
        &self,
        order: OrderId,
        on: Kind,
        reason: CancelReason,
        asked: bool,
        answer: Option<&ProviderAnswer>,
    ) -> Effect {
        let mut row = self.payments.row(order.0);
        let reason = *row.cancelled.get_or_insert(reason);
        if !asked {
            return Effect::of(Change::Payment(order, row));
        }
        let stream = streams::payment(order);
        match (answer, row.payment) {
            (Some(ProviderAnswer::Refunded), Some(payment)) => {
                let nth = row.refunds;
                row.refunds = nth.saturating_add(1);
                row.refunded_on = Some(on);
                let event = ShopEvent::PaymentRefunded { order, payment, amount: row.amount, reason, nth };
                Effect::of(Change::Payment(order, row)).storing(stream, event.clone()).publishing(event)
            }
            (Some(ProviderAnswer::Unavailable), _) if !row.refund_failed => {
                row.refund_failed = true;
                let event = ShopEvent::RefundFailed { order };
                Effect { again: true, ..Effect::of(Change::Payment(order, row)).storing(stream, event) }
            }
            _ => Effect::later(),
        }
    }

    pub(super) fn apply(&mut self, order: OrderId, row: &PaymentRow) {
        self.payments.set(order.0, row.clone());
    }
}

fn refund(order: OrderId, row: &PaymentRow) -> Work {
    let key = IdempotencyKey { order, purpose: Purpose::Refund, nth: row.refunds };
    match row.payment {
        Some(payment) => Work::Ask(ProviderRequest::Refund { key, payment, amount: row.amount }),
        None => Work::Do,
    }
}
