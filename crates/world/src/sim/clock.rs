//! A node's own clock, which may run fast or slow and may have been set.

use crate::base::{Span, Time};

const MILLION: u64 = 1_000_000;

/// Maps the world's time to a node's and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clock {
    /// How much faster than the world's time it runs, in parts per million.
    rate_ppm: i32,
    since: Time,
    local_since: Time,
}

impl Clock {
    /// The fastest and slowest that a clock may run: half, or half as fast again.
    pub const MAX_RATE_PPM: i32 = 500_000;

    /// How much faster than the world's time it runs, in parts per million.
    pub fn rate_ppm(&self) -> i32 {
        self.rate_ppm
    }

    /// What the clock shows when the world's time is `now`.
    pub fn local(&self, now: Time) -> Time {
        if self.rate_ppm == 0 {
            return Time(self.local_since.0 + now.since(self.since).0);
        }
        let counted = times(now.since(self.since).0, self.per_million(), MILLION);
        Time(self.local_since.0.saturating_add(counted))
    }

    /// How long the world waits while this clock counts `local`.
    #[inline]
    pub fn real(&self, local: Span) -> Span {
        if self.rate_ppm == 0 {
            return local;
        }
        Span(times(local.0, MILLION, self.per_million()))
    }

    /// How much it counts while the world's time goes on by a million.
    fn per_million(&self) -> u64 {
        MILLION.saturating_add_signed(i64::from(self.rate_ppm)).max(1)
    }

    /// Sets the clock by `offset_us` and lets it run at another rate from `now` on.
    pub fn skew(&mut self, now: Time, rate_ppm: i32, offset_us: i64) {
        let local = self.local(now);
        self.since = now;
        self.local_since = Time(local.0.saturating_add_signed(offset_us));
        self.rate_ppm = rate_ppm.clamp(-Self::MAX_RATE_PPM, Self::MAX_RATE_PPM);
    }
}

/// `value * up / down`, rounded down, in 64 bits: `up` and `down` are small. What is too much is the most there is.
fn times(value: u64, up: u64, down: u64) -> u64 {
    ((value / down).saturating_mul(up)).saturating_add(value % down * up / down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Stream;

    #[test]
    fn clocks_are_exact_in_64_bits() {
        let mut stream = Stream::new(1, "clock");
        for _ in 0..2_000 {
            let (high, low) = (u64::from(stream.below(u32::MAX)), u64::from(stream.below(u32::MAX)));
            let value = (high << 32 | low) >> stream.below(64);
            let up = 500_000 + u64::from(stream.below(1_000_001));
            for (up, down) in [(up, MILLION), (MILLION, up)] {
                let exact = u128::from(value) * u128::from(up) / u128::from(down);
                assert_eq!(u128::from(times(value, up, down)), exact.min(u128::from(u64::MAX)));
            }
        }
    }

    #[test]
    fn a_fast_clock_is_ahead_and_its_timers_are_early() {
        let mut clock = Clock::default();
        clock.skew(Time(1_000), 100_000, 50);
        assert_eq!(clock.local(Time(1_000)), Time(1_050));
        assert_eq!(clock.local(Time(2_000)), Time(2_150));
        assert_eq!(clock.real(Span(1_100)), Span(1_000));
    }

    #[test]
    fn a_second_skew_goes_on_from_what_the_clock_shows() {
        let mut clock = Clock::default();
        clock.skew(Time(0), -500_000, 0);
        clock.skew(Time(1_000), 0, 0);
        assert_eq!(clock.local(Time(2_000)), Time(1_500));
    }
}
