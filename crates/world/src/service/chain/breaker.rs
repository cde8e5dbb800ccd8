//! A circuit breaker: after too many failures in a row nobody is called for a while, and then a few try whether it works.

use crate::base::Span;

/// How breakers are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BreakerSettings {
    /// After so many failed tries in a row it opens.
    pub failures: u8,
    /// For so long it stays open.
    pub open_for: Span,
    /// So many may try at a time when it is half open.
    pub probes: u8,
}

/// How a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Everybody may call.
    Closed,
    /// Nobody may.
    Open,
    /// A few may, to see whether it works again.
    HalfOpen,
}

impl BreakerState {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            BreakerState::Closed => "closed",
            BreakerState::Open => "open",
            BreakerState::HalfOpen => "half-open",
        }
    }
}

/// The breaker of all calls to one service. Tries that were made before it changed count as any others: what they found
/// is as new as what anybody knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Breaker {
    settings: BreakerSettings,
    state: BreakerState,
    /// How many tries have failed in a row while it is closed.
    failures: u8,
    /// For how long it stays open.
    remaining: Span,
    /// How many try it while it is half open.
    probing: u8,
}

impl Breaker {
    /// A closed one.
    pub fn new(settings: BreakerSettings) -> Breaker {
        Breaker { settings, state: BreakerState::Closed, failures: 0, remaining: Span::ZERO, probing: 0 }
    }

    /// How it stands.
    pub fn state(&self) -> BreakerState {
        self.state
    }

    /// Somebody wants to call: whether they may.
    pub fn admits(&mut self) -> bool {
        match self.state {
            BreakerState::Closed => true,
            BreakerState::Open => false,
            BreakerState::HalfOpen => {
                let free = self.probing < self.settings.probes.max(1);
                self.probing += u8::from(free);
                free
            }
        }
    }

    /// A try was answered.
    pub fn succeeded(&mut self) {
        match self.state {
            BreakerState::Closed => self.failures = 0,
            BreakerState::Open => {}
            BreakerState::HalfOpen => *self = Breaker::new(self.settings),
        }
    }

    /// A try has failed.
    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
        let opens = match self.state {
            BreakerState::Closed => self.failures >= self.settings.failures.max(1),
            BreakerState::Open => false,
            BreakerState::HalfOpen => true,
        };
        if opens {
            (self.state, self.remaining) = (BreakerState::Open, self.settings.open_for);
        }
    }

    /// So much time has gone by.
    pub fn pass(&mut self, time: Span) {
        if self.state == BreakerState::Open {
            self.remaining = Span(self.remaining.0.saturating_sub(time.0));
            if self.remaining == Span::ZERO {
                (self.state, self.probing) = (BreakerState::HalfOpen, 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::new(BreakerSettings { failures: 3, open_for: Span(100), probes: 2 })
    }

    fn opened() -> Breaker {
        let mut breaker = breaker();
        (0..3).for_each(|_| breaker.failed());
        breaker
    }

    #[test]
    fn it_opens_after_so_many_failures_in_a_row_and_not_after_as_many_with_a_success_between() {
        let mut breaker = breaker();
        for round in 0..5 {
            breaker.failed();
            breaker.failed();
            assert!(breaker.admits(), "round {round}");
            breaker.succeeded();
        }
        assert!(!opened().admits());
        assert_eq!(opened().state(), BreakerState::Open);
    }

    #[test]
    fn after_its_time_a_few_may_try_and_their_success_closes_it_and_their_failure_opens_it_again() {
        let mut breaker = opened();
        breaker.pass(Span(60));
        assert!(!breaker.admits());
        breaker.pass(Span(60));
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert_eq!([breaker.admits(), breaker.admits(), breaker.admits()], [true, true, false]);
        let mut works = breaker.clone();
        works.succeeded();
        assert_eq!((works.state(), works.admits()), (BreakerState::Closed, true));
        breaker.failed();
        assert_eq!(breaker.state(), BreakerState::Open);
        breaker.pass(Span(99));
        assert!(!breaker.admits());
    }

    #[test]
    fn an_answer_that_comes_late_does_not_close_one_that_is_open() {
        let mut breaker = opened();
        breaker.succeeded();
        assert_eq!(breaker.state(), BreakerState::Open);
    }
}
