//! How a service of the chain is set up.

use super::breaker::BreakerSettings;
use crate::base::{NodeId, Span};
use crate::shop::{self, Catalog, Defects, Rules};

/// How a service of the chain is set up. It never changes in a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChainConfig {
    /// What it does.
    pub role: shop::Service,
    /// Where those are whom it calls.
    pub knows: Whereabouts,
    /// How many workers it begins with; each works on one call at a time, and waits in it for those that it makes.
    pub workers: u8,
    /// How long a worker takes for a call, between these, waiting aside.
    pub service_time: (Span, Span),
    /// How many calls may wait for a worker; more are refused.
    pub queue: u32,
    /// How long it waits for an answer before a try has failed.
    pub timeout: Span,
    /// After so many tries it gives up.
    pub tries: u8,
    /// What it waits between two tries; `None`: it tries again at once.
    pub back_off: Option<BackOff>,
    /// Its breakers, one for each whom it calls; `None`: it has none.
    pub breaker: Option<BreakerSettings>,
    /// What is sold.
    pub catalog: Catalog,
    /// What the shop's people have decided.
    pub rules: Rules,
    /// Bugs put in on purpose.
    pub defects: Defects,
}

/// Where those are whom a service calls: the names that it has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Whereabouts(Vec<(shop::Service, NodeId)>);

impl Whereabouts {
    /// Whom a service of this role calls, of those that there are.
    pub fn of(role: shop::Service, there: &[(shop::Service, NodeId)]) -> Whereabouts {
        let calls = |other: &&(shop::Service, NodeId)| role.calls().contains(&other.0);
        Whereabouts(there.iter().filter(calls).copied().collect())
    }

    /// Where somebody is, if it is known.
    pub fn find(&self, whom: shop::Service) -> Option<NodeId> {
        self.0.iter().find(|(role, _)| *role == whom).map(|(_, node)| *node)
    }

    /// Everybody who is known.
    pub fn iter(&self) -> impl Iterator<Item = (shop::Service, NodeId)> + '_ {
        self.0.iter().copied()
    }
}

impl shop::Service {
    /// Whom it calls where the shop is a chain of direct calls. The last two are called only if they are in service.
    pub fn calls(self) -> &'static [shop::Service] {
        use shop::Service::{Analytics, Fraud, Inventory, Order, Payment, Provider, Shipping};
        match self {
            Order => &[Inventory, Payment, Shipping, Fraud, Analytics],
            Payment => &[Provider, Inventory],
            Inventory => &[Shipping],
            Shipping | Fraud | Analytics | Provider => &[],
        }
    }
}

/// The waits between the tries of a call: each twice as long as the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BackOff {
    /// The first.
    pub first: Span,
    /// None is longer.
    pub longest: Span,
    /// So many parts of a million of each are drawn by chance, so that those who failed together do not come together.
    pub jitter_ppm: u32,
}

impl BackOff {
    /// The wait after so many tries, at least and at most.
    pub fn wait(&self, tries: u8) -> (Span, Span) {
        let doubled = self.first.0.saturating_mul(1 << u32::from(tries.saturating_sub(1)).min(20));
        let whole = doubled.min(self.longest.0);
        let drawn = (u128::from(whole) * u128::from(self.jitter_ppm.min(1_000_000)) / 1_000_000) as u64;
        (Span(whole - drawn), Span(whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_the_longest_and_its_jitter_is_a_part_of_it() {
        let back_off = BackOff { first: Span(100), longest: Span(700), jitter_ppm: 250_000 };
        let waits: Vec<_> = (1..=5).map(|tries| back_off.wait(tries)).map(|(low, high)| (low.0, high.0)).collect();
        assert_eq!(waits, [(75, 100), (150, 200), (300, 400), (525, 700), (525, 700)]);
        assert_eq!(back_off.wait(u8::MAX).1, Span(700));
    }
}
