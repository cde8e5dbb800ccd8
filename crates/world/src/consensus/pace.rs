//! How long a caller waits for an answer before it asks again.
//!
//! Counted in looks: a process keeps no moments, and its timer is all the clock that it has.

use crate::base::Span;

/// How often whoever measures looks, unless the timeout is shorter.
const LOOK: Span = Span::millis(50);

/// No answer is taken to need longer.
const MAX_LOOKS: u32 = 1_200;

/// After so many tries waits grow no more.
const MAX_DOUBLINGS: u32 = 3;

/// How long a caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pace {
    /// Always for its timeout.
    Steady,
    /// For its timeout, or longer where answers were seen to take longer, and then twice as long with each try.
    Measured(RoundTrip),
}

/// How long answers take, as TCP has it (RFC 6298): smoothed, and by how much they differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RoundTrip {
    /// In eighths of a look.
    smoothed: u32,
    /// In quarters of a look.
    deviation: u32,
}

impl Pace {
    /// How long it is from one look to the next.
    pub(super) fn look(&self, timeout: Span) -> Span {
        let half = Span((timeout.0 / 2).max(1));
        match self {
            Pace::Steady => half,
            Pace::Measured(_) => half.min(LOOK),
        }
    }

    /// For how many looks it waits for an answer to what it asked again so often.
    pub(super) fn patience(&self, timeout: Span, tries: u32) -> u32 {
        match self {
            Pace::Steady => 2,
            Pace::Measured(trip) => {
                let least = u32::try_from(timeout.0.div_ceil(self.look(timeout).0)).unwrap_or(u32::MAX);
                least.max(trip.looks() << tries.min(MAX_DOUBLINGS))
            }
        }
    }

    /// For how many looks it leaves in peace who has too much to do, and has said so so often: at first for half of the
    /// time after which there would be an answer.
    pub(super) fn rest(&self, tries: u32) -> u32 {
        match self {
            Pace::Steady => 1,
            Pace::Measured(trip) => (trip.looks() / 2).max(1) << tries.min(MAX_DOUBLINGS),
        }
    }

    /// An answer came after so many looks.
    pub(super) fn measured(&mut self, looks: u32) {
        if let Pace::Measured(trip) = self {
            trip.measured(looks.min(MAX_LOOKS));
        }
    }
}

impl RoundTrip {
    /// After so many looks an answer should be there: one more than it took, since the first look may come at once.
    fn looks(self) -> u32 {
        (self.smoothed.div_ceil(8) + self.deviation + 1).min(MAX_LOOKS)
    }

    fn measured(&mut self, looks: u32) {
        let off = looks.abs_diff(self.smoothed.div_ceil(8));
        self.deviation = self.deviation - self.deviation.div_ceil(4) + off;
        self.smoothed = self.smoothed - self.smoothed.div_ceil(8) + looks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Span = Span::millis(300);

    fn after(looks: &[u32]) -> Pace {
        let mut pace = Pace::Measured(RoundTrip::default());
        looks.iter().for_each(|&looks| (0..50).for_each(|_| pace.measured(looks)));
        pace
    }

    #[test]
    fn whoever_is_answered_in_time_waits_for_the_timeout_and_longer_only_after_many_tries() {
        let pace = after(&[0]);
        assert_eq!(pace.look(TIMEOUT), LOOK);
        assert_eq!([0, 1, 2, 3, 4].map(|tries| pace.patience(TIMEOUT, tries)), [6, 6, 6, 8, 8]);
        assert_eq!([0, 1, 2, 3, 4].map(|tries| pace.rest(tries)), [1, 2, 4, 8, 8]);
    }

    #[test]
    fn whoever_is_answered_late_comes_to_wait_as_long_as_answers_take_and_twice_as_long_with_each_try() {
        let pace = after(&[20]);
        let first = pace.patience(TIMEOUT, 0);
        assert!((21..=26).contains(&first), "{pace:?}");
        assert_eq!([1, 2, 3, 4].map(|tries| pace.patience(TIMEOUT, tries)), [2, 4, 8, 8].map(|times| first * times));
        assert_eq!(after(&[20, 0]), after(&[0]));
        assert_eq!(after(&[u32::MAX]).patience(TIMEOUT, 0), MAX_LOOKS);
    }

    #[test]
    fn whoever_waits_for_less_than_a_look_looks_more_often() {
        let pace = after(&[0]);
        assert_eq!((pace.look(Span::millis(3)), pace.patience(Span::millis(3), 0)), (Span(1_500), 2));
    }

    #[test]
    fn a_steady_caller_learns_nothing() {
        let mut pace = Pace::Steady;
        pace.measured(9);
        assert_eq!((pace.look(TIMEOUT), pace.patience(TIMEOUT, 5), pace.rest(5)), (Span::millis(150), 2, 1));
    }
}
