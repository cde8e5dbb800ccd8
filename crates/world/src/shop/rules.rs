//! What the shop's people have decided: thresholds and deadlines.

use std::ops::RangeInclusive;

use super::ids::Cents;
use crate::base::Span;

/// The rules of a shop. They never change in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// The provider declines any amount above this.
    pub decline_above: Cents,
    /// Of a thousand payments that it could capture, so many are refused by the customer's bank.
    pub decline_per_mille: u16,
    /// How long after it was placed an order should have been shipped, before the order service lets it be.
    pub shipping_deadline: Span,
    /// Of so many orders, shipping writes a wrong tracking number on one; 0: on none.
    pub wrong_tracking_every: u32,
    /// Orders with a lower number are stored as the order service's first version wrote them; 0: none.
    pub old_orders: u32,
    /// An order above this looks like fraud.
    pub suspicious_amount: Cents,
    /// So many orders of one customer within the window look like fraud.
    pub suspicious_orders: u8,
    /// The window of the line above.
    pub suspicious_window: Span,
    /// A cart that nobody has touched for so long, and that became no order, is abandoned.
    pub cart_window: Span,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            decline_above: Cents(1_000_000),
            decline_per_mille: 0,
            shipping_deadline: Span::secs(10),
            wrong_tracking_every: 0,
            old_orders: 0,
            suspicious_amount: Cents(500_000),
            suspicious_orders: 5,
            suspicious_window: Span::secs(10),
            cart_window: Span::secs(30),
        }
    }
}

/// A rule that is outside of what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{rule} is {given}, and may be {least} to {most}")]
pub struct RuleError {
    /// The name of the rule.
    pub rule: &'static str,
    /// What it was to be: cents, microseconds, or a number.
    pub given: u64,
    /// The least that it may be.
    pub least: u64,
    /// The most that it may be.
    pub most: u64,
}

impl Rules {
    /// Each rule's name, what it is here, and what it may be: cents, microseconds, or a number.
    pub fn ranges(&self) -> [(&'static str, u64, RangeInclusive<u64>); 9] {
        const MONEY: RangeInclusive<u64> = 0..=1_000_000_000_000;
        const SPAN: RangeInclusive<u64> = 1_000..=3_600_000_000;
        [
            ("decline_above", self.decline_above.0, MONEY),
            ("decline_per_mille", self.decline_per_mille.into(), 0..=1_000),
            ("shipping_deadline", self.shipping_deadline.0, SPAN),
            ("wrong_tracking_every", self.wrong_tracking_every.into(), 0..=1_000_000),
            ("old_orders", self.old_orders.into(), 0..=1_000_000),
            ("suspicious_amount", self.suspicious_amount.0, MONEY),
            ("suspicious_orders", self.suspicious_orders.into(), 2..=16),
            ("suspicious_window", self.suspicious_window.0, SPAN),
            ("cart_window", self.cart_window.0, SPAN),
        ]
    }

    /// Whether every rule is within its range.
    ///
    /// # Errors
    /// The first that is not.
    pub fn inspect(&self) -> Result<(), RuleError> {
        let outside = self.ranges().into_iter().find(|(_, given, range)| !range.contains(given));
        outside.map_or(Ok(()), |(rule, given, range)| {
            Err(RuleError { rule, given, least: *range.start(), most: *range.end() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_outside_of_its_range_is_named() {
        assert_eq!(Rules::default().inspect(), Ok(()));
        let rules = Rules { decline_per_mille: 1_001, ..Rules::default() };
        let error = rules.inspect().expect_err("more than all of them");
        assert_eq!((error.rule, error.given, error.most), ("decline_per_mille", 1_001, 1_000));
        assert!(Rules { suspicious_window: Span::ZERO, ..Rules::default() }.inspect().is_err());
    }
}
