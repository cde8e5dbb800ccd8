//! The payment provider: outside of the shop, and not to be trusted to answer.
//!
//! It captures and refunds money, and keeps an account for each order. Whoever asks again with the same idempotency key
//! is answered as before, and nothing is done twice.

use super::defect::{Defect, Defects};
use super::effect::Change;
use super::ids::{Cents, OrderId, PaymentId};
use super::limits::MAX_ORDERS;
use super::reason::DeclineReason;
use super::rules::Rules;
use super::table::Table;

/// The most different requests about one order that the provider remembers.
const MAX_ANSWERS: usize = 16;

/// By this the provider knows a request that it has had before. The number is that of the piece of work, not of the
/// try: a try that is repeated after a crash has the same key, but whoever takes a duplicate for a new event asks for
/// something new. So the key guards against lost answers only, and the consumer has to know its duplicates itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// About which order.
    pub order: OrderId,
    /// To get money, or to give it back.
    pub purpose: Purpose,
    /// Which of the order's pieces of work of this purpose, from 0.
    pub nth: u8,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To get money.
    Charge,
    /// To give it back.
    Refund,
}

/// What the provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProviderRequest {
    /// To authorise and capture an amount.
    Charge {
        /// The request's key.
        key: IdempotencyKey,
        /// How much.
        amount: Cents,
    },
    /// To give up a charge that nobody knows to have been made. If it was, the answer is the payment; if not, it will
    /// never be.
    Void {
        /// The key of the charge.
        key: IdempotencyKey,
    },
    /// To give back a payment.
    Refund {
        /// The request's key.
        key: IdempotencyKey,
        /// Which payment.
        payment: PaymentId,
        /// How much.
        amount: Cents,
    },
}

impl ProviderRequest {
    /// The request's key.
    pub fn key(&self) -> IdempotencyKey {
        match *self {
            ProviderRequest::Charge { key, .. }
            | ProviderRequest::Void { key }
            | ProviderRequest::Refund { key, .. } => key,
        }
    }
}

/// What the provider answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProviderAnswer {
    /// The money was captured, now or when it was asked first.
    Captured(
        /// As which payment.
        PaymentId,
    ),
    /// The money was not captured.
    Declined(
        /// Why not.
        DeclineReason,
    ),
    /// The money went back, now or when it was asked first.
    Refunded,
    /// It cannot say at present. Also what whoever asks takes no answer for.
    Unavailable,
}

/// The provider's account of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ProviderRow {
    /// How often money was captured.
    pub captures: u32,
    /// How much of it.
    pub captured: Cents,
    /// How often money went back.
    pub refunds: u32,
    /// How much of it.
    pub refunded: Cents,
    /// What was answered to which key.
    pub(super) answers: Vec<(IdempotencyKey, ProviderAnswer)>,
}

/// The provider's books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderBook {
    decline_above: Cents,
    decline_per_mille: u16,
    accounts: Table<ProviderRow>,
}

impl ProviderBook {
    /// No accounts yet.
    pub fn new(rules: &Rules) -> ProviderBook {
        let Rules { decline_above, decline_per_mille, .. } = *rules;
        ProviderBook { decline_above, decline_per_mille, accounts: Table::default() }
    }

    /// The account of an order.
    pub fn account(&self, order: OrderId) -> Option<&ProviderRow> {
        self.accounts.get(order.0)
    }

    /// The accounts of all orders, and of those between that have none.
    pub fn accounts(&self) -> &Table<ProviderRow> {
        &self.accounts
    }

    /// Answers a request, and says what becomes of the account: the answer may leave once that is on disk. `per_mille`
    /// is a number below 1000 that chance has drawn for this request.
    pub fn answer(&self, request: &ProviderRequest, per_mille: u16, defects: Defects) -> (ProviderAnswer, Change) {
        let key = request.key();
        if key.order.0 >= MAX_ORDERS {
            return (ProviderAnswer::Declined(DeclineReason::TooOften), Change::None);
        }
        let mut row = self.accounts.row(key.order.0);
        let known = !defects.has(Defect::ProviderWithoutKeys);
        if known && let Some((_, answer)) = row.answers.iter().find(|(other, _)| *other == key) {
            return (*answer, Change::None);
        }
        if row.answers.len() >= MAX_ANSWERS {
            return (ProviderAnswer::Declined(DeclineReason::TooOften), Change::None);
        }
        let answer = match *request {
            ProviderRequest::Charge { amount, .. } if amount > self.decline_above => {
                ProviderAnswer::Declined(DeclineReason::TooMuch)
            }
            ProviderRequest::Charge { .. } if per_mille < self.decline_per_mille => {
                ProviderAnswer::Declined(DeclineReason::Refused)
            }
            ProviderRequest::Charge { amount, .. } => {
                // The low byte says which payment of the order it is.
                let payment = PaymentId(u64::from(key.order.0) << 8 | u64::from(row.captures as u8));
                row.captures = row.captures.saturating_add(1);
                row.captured = row.captured.counting(amount);
                ProviderAnswer::Captured(payment)
            }
            ProviderRequest::Void { .. } => ProviderAnswer::Declined(DeclineReason::Cancelled),
            ProviderRequest::Refund { amount, .. } => {
                row.refunds = row.refunds.saturating_add(1);
                row.refunded = row.refunded.counting(amount);
                ProviderAnswer::Refunded
            }
        };
        if known {
            row.answers.push((key, answer));
        }
        (answer, Change::Provider(key.order, row))
    }

    /// Carries out a change.
    pub fn apply(&mut self, order: OrderId, row: &ProviderRow) {
        self.accounts.set(order.0, row.clone());
    }
}
