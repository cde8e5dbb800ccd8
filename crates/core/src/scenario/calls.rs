//! The shop of a scenario as a chain of direct calls.

use super::form::{choice, record};
use super::limits::{MAX_SPAN, MIN_PERIOD};
use super::problem::Inspection;
use super::quantity::Ppm;
use super::shop::{Shop, Staff};
use crate::base::{NodeId, Span};
use crate::service::chain::{BackOff, BreakerSettings, ChainConfig, Whereabouts};
use crate::shop::{Catalog, Rules, Service as Role};

/// How the services of a shop work together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// They publish what happens, and read what others publish: the servers are their brokers.
    #[default]
    Events,
    /// They call each other, and wait for the answers. Nobody asks the servers anything; there may be none.
    Chain,
}

choice!(Style { "events" Events, "chain" Chain });

/// How calls are tried again, where the shop is a chain of direct calls. How long a service waits for an answer and how
/// often it tries is said where its workers are; without a back-off and a breaker, that is a storm.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `back_off` | | what a caller waits after its first try; twice as long with each try. If not said, it tries again at once |
/// | `longest` | `"5s"` | no such wait is longer |
/// | `jitter` | `"50%"` | so much of each such wait is drawn by chance |
/// | `breaker` | | see [`BreakerSetting`]; if not said, there are none |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Calls {
    /// What a caller waits after its first try.
    pub back_off: Option<Span>,
    /// No such wait is longer.
    pub longest: Span,
    /// So much of each such wait is drawn by chance.
    pub jitter: Ppm,
    /// Every service has a circuit breaker for each whom it calls.
    pub breaker: Option<BreakerSetting>,
}

/// How the circuit breakers of a chain are set.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `failures` | `5` | after so many failed tries in a row it opens, and nobody is called |
/// | `open_for` | `"1s"` | after so long a few may try |
/// | `probes` | `1` | how many: if one is answered, it closes, and if one fails, it opens again |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BreakerSetting {
    /// After so many failed tries in a row it opens.
    pub failures: u8,
    /// For so long it stays open.
    pub open_for: Span,
    /// So many may try at a time when it is half open.
    pub probes: u8,
}

record!(Calls { optional back_off, optional longest, optional jitter, optional breaker });
record!(BreakerSetting { optional failures, optional open_for, optional probes });

impl Default for Calls {
    fn default() -> Self {
        Calls { back_off: None, longest: Span::secs(5), jitter: Ppm(500_000), breaker: None }
    }
}

impl Default for BreakerSetting {
    fn default() -> Self {
        BreakerSetting { failures: 5, open_for: Span::secs(1), probes: 1 }
    }
}

impl Calls {
    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        if let Some(back_off) = self.back_off {
            inspection.span("back_off", back_off, MIN_PERIOD, MAX_SPAN);
        }
        inspection.span("longest", self.longest, MIN_PERIOD, MAX_SPAN);
        self.jitter.inspect("jitter", inspection);
        if let Some(breaker) = &self.breaker {
            let part = inspection.enter("breaker");
            inspection.number("failures", breaker.failures.into(), 1, 100);
            inspection.span("open_for", breaker.open_for, MIN_PERIOD, MAX_SPAN);
            inspection.number("probes", breaker.probes.into(), 1, 100);
            inspection.leave(part);
        }
    }

    fn back_off(&self) -> Option<BackOff> {
        self.back_off.map(|first| BackOff { first, longest: self.longest, jitter_ppm: self.jitter.0 })
    }

    fn breaker(&self) -> Option<BreakerSettings> {
        let settings = |breaker: &BreakerSetting| BreakerSettings {
            failures: breaker.failures,
            open_for: breaker.open_for,
            probes: breaker.probes,
        };
        self.breaker.as_ref().map(settings)
    }
}

/// The services of a chain, the first of which is the node `first`. Whoever has no workers at the start is called by
/// nobody: who calls has to be told whom.
pub(super) fn chain(shop: &Shop, first: u16, catalog: &Catalog, rules: Rules) -> Vec<ChainConfig> {
    let staff = shop.staff();
    let node = |place: usize| NodeId(first + place as u16);
    let added = |role: Role| matches!(role, Role::Fraud | Role::Analytics);
    let there = staff.iter().enumerate().filter(|(_, (role, staff))| !added(*role) || staff.workers > 0);
    let mut there: Vec<(Role, NodeId)> = there.map(|(place, (role, _))| (*role, node(place))).collect();
    there.push((Role::Provider, node(staff.len())));
    let service = |(role, staff): (Role, &Staff)| ChainConfig {
        role,
        knows: Whereabouts::of(role, &there),
        workers: staff.workers,
        service_time: (staff.service_time.min, staff.service_time.max),
        queue: staff.queue,
        timeout: staff.timeout,
        tries: staff.tries,
        back_off: shop.calls.back_off(),
        breaker: shop.calls.breaker(),
        catalog: catalog.clone(),
        rules,
        defects: shop.defects,
    };
    staff.into_iter().map(service).collect()
}
