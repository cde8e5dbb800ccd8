//! A hash that is the same on every machine.
//!
//! `#[derive(Hash)]` writes lengths and discriminants as `usize` and `isize`, which are 4 bytes in wasm and 8 natively,
//! and the standard hashers may change with a release. [`StableHasher`] widens everything to 64 bits and mixes with a
//! function that is written down here, so that trace and state hashes can be pinned and put into links.

use std::hash::{Hash, Hasher};

const SEED: u64 = 0x7475_7474_6931_2e30; // "tutti1.0"
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15; // 2^64 / golden ratio, odd

/// A portable 64-bit hasher: not for hash tables that meet hostile input, but for fingerprints of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StableHasher(u64);

impl Default for StableHasher {
    fn default() -> Self {
        StableHasher(SEED)
    }
}

impl StableHasher {
    /// A hasher that goes on from an earlier [`finish`](Hasher::finish) of a chain.
    pub fn resume(state: u64) -> Self {
        StableHasher(state)
    }

    #[inline]
    fn mix(&mut self, word: u64) {
        self.0 = folded_product(self.0 ^ word).rotate_left(23) ^ word;
    }
}

/// The two halves of the product with the multiplier, one upon the other: the high half carries every bit of the input
/// into the low half.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
fn folded_product(word: u64) -> u64 {
    let product = u128::from(word) * u128::from(MULTIPLIER);
    product as u64 ^ (product >> 64) as u64
}

/// The same, by hand: wasm has no multiplication of that width, and calls a function that knows nothing of its operands.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn folded_product(word: u64) -> u64 {
    const LOW: u64 = MULTIPLIER & 0xffff_ffff;
    const HIGH: u64 = MULTIPLIER >> 32;
    let (low, high) = (word & 0xffff_ffff, word >> 32);
    let middle = high * LOW + ((low * LOW) >> 32);
    let carry = low * HIGH + (middle & 0xffff_ffff);
    word.wrapping_mul(MULTIPLIER) ^ (high * HIGH + (middle >> 32) + (carry >> 32))
}

impl Hasher for StableHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(word) ^ ((rest.len() as u64) << 56));
        }
    }

    #[inline]
    fn write_u8(&mut self, n: u8) {
        self.mix(u64::from(n));
    }
    #[inline]
    fn write_u16(&mut self, n: u16) {
        self.mix(u64::from(n));
    }
    #[inline]
    fn write_u32(&mut self, n: u32) {
        self.mix(u64::from(n));
    }
    #[inline]
    fn write_u64(&mut self, n: u64) {
        self.mix(n);
    }
    #[inline]
    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }
    #[inline]
    fn write_i8(&mut self, n: i8) {
        self.mix(n as u64);
    }
    #[inline]
    fn write_i16(&mut self, n: i16) {
        self.mix(n as u64);
    }
    #[inline]
    fn write_i32(&mut self, n: i32) {
        self.mix(n as u64);
    }
    #[inline]
    fn write_i64(&mut self, n: i64) {
        self.mix(n as u64);
    }
    #[inline]
    fn write_isize(&mut self, n: isize) {
        self.mix(n as u64);
    }
}

/// The portable fingerprint of a value.
#[inline]
pub fn digest<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = StableHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pinned: a change of the mixing function would make every link and golden trace foreign.
    #[test]
    fn the_digest_of_known_values_never_changes() {
        assert_eq!(digest(&(1u8, -2i32, "three", vec![4usize])), 6_519_814_072_243_441_594);
        assert_ne!(digest(&[0u8; 3][..]), digest(&[0u8; 4][..]));
        assert_ne!(digest(&"ab"), digest(&"ba"));
    }
}
