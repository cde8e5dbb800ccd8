//! Chance that is the same everywhere.
//!
//! Every source of randomness (the load, each node, each direction of a link, the chaos) has a [`Stream`] of its own,
//! made from the run's seed and a stable name. An intervention that makes one stream draw more shifts no other.

use std::hash::{Hash, Hasher};

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg32;

use super::hash::digest;
use super::time::Span;

/// A million parts: the unit of every probability here, since parts per million are exact.
pub(crate) const MILLION: u32 = 1_000_000;

/// One stream of random numbers: PCG XSH RR 64/32 (O'Neill 2014), the same sequence on every platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Pcg32);

impl Stream {
    /// The stream called `name` of a run with this seed.
    pub fn new<N: Hash + ?Sized>(seed: u64, name: &N) -> Stream {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&digest(&(seed, "state", digest(name))).to_le_bytes());
        bytes[8..].copy_from_slice(&digest(&(seed, "increment", digest(name))).to_le_bytes());
        Stream(Pcg32::from_seed(bytes))
    }

    /// 32 random bits.
    #[inline]
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number below `n`, each nearly as likely as any other (the bias is below n / 2^32); 0 if `n` is 0.
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.bits()) * u64::from(n)) >> 32) as u32
    }

    /// Whether something of a probability of `ppm` parts per million happens. Draws only if it is neither sure nor
    /// impossible.
    #[inline]
    pub fn chance(&mut self, ppm: u32) -> bool {
        ppm > 0 && (ppm >= MILLION || self.below(MILLION) < ppm)
    }

    /// A length of time between two, both included; `low` if the two are the wrong way round.
    #[inline]
    pub fn between(&mut self, low: Span, high: Span) -> Span {
        let width = high.0.saturating_sub(low.0).min(u64::from(u32::MAX) - 1) as u32;
        if width == 0 { low } else { Span(low.0 + u64::from(self.below(width + 1))) }
    }

    /// An exponentially distributed length of time with this mean: the gap between independent arrivals. Capped at
    /// about 22 times the mean. Integers only, so that it is the same on every platform.
    pub fn exponential(&mut self, mean: Span) -> Span {
        // -ln(u) for u in (0, 1], in units of 2^-16, by u = 2^-k * m with m in [1, 2).
        const LN_2: u64 = 45_426; // ln 2 * 2^16
        let u = u64::from(self.bits()) + 1; // 1 ..= 2^32
        let k = u64::from(u.leading_zeros()) as i64 - 31; // u = 2^(32-k) * m, k from 0 to 32
        let m = (u << (u.leading_zeros())) >> 47; // m in units of 2^-16: 65536 ..= 131071
        // ln m for m = 1 + x, by the cubic that is exact at both ends; error below 0.001.
        let x = m - 65_536;
        let x2 = (x * x) >> 16;
        let x3 = (x2 * x) >> 16;
        let ln_m = (x * 64_533 + x3 * 10_137 - x2 * 29_244) >> 16;
        let minus_ln = (k.max(0) as u64 * LN_2).saturating_sub(ln_m);
        Span(((u128::from(mean.0) * u128::from(minus_ln)) >> 16) as u64)
    }
}

impl Hash for Stream {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The generator shows its state only by what it will draw: 128 bits of that identify it.
        let mut copy = self.0.clone();
        state.write_u64(copy.next_u64());
        state.write_u64(copy.next_u64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_other_names_or_seeds_differ_and_equal_ones_agree() {
        let draw = |seed, name: &str| Stream::new(seed, name).bits();
        assert_eq!(draw(1, "load"), draw(1, "load"));
        assert_ne!(draw(1, "load"), draw(2, "load"));
        assert_ne!(draw(1, "load"), draw(1, "chaos"));
    }

    #[test]
    fn exponential_has_its_mean_and_its_spread() {
        let mut stream = Stream::new(7, "test");
        let draws: Vec<u64> = (0..200_000).map(|_| stream.exponential(Span(10_000)).0).collect();
        let mean = draws.iter().sum::<u64>() / draws.len() as u64;
        assert!((9_900..10_100).contains(&mean), "mean {mean}");
        // P(X > mean) = 1/e = 0.368, P(X > 3 mean) = 0.0498
        let above = |limit| draws.iter().filter(|&&d| d > limit).count() * 1_000 / draws.len();
        assert!((360..376).contains(&above(10_000)), "{}", above(10_000));
        assert!((46..54).contains(&above(30_000)), "{}", above(30_000));
    }

    #[test]
    fn below_and_between_stay_within_their_bounds_and_reach_both_ends() {
        let mut stream = Stream::new(3, "bounds");
        let draws: Vec<u64> = (0..1000).map(|_| stream.between(Span(5), Span(8)).0).collect();
        assert_eq!((draws.iter().min(), draws.iter().max()), (Some(&5), Some(&8)));
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.between(Span(9), Span(2)), Span(9));
    }
}
