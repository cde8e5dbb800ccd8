//! An append-only sequence that shares its full blocks between copies.

use std::sync::Arc;

/// Items in blocks of `N`. A copy shares the full blocks and copies the last one. Unlike
/// [`Chunked`](crate::base::Chunked) a short one is one small piece of memory: there are as many as there are streams.
#[derive(Clone, Debug)]
pub(super) struct Blocks<T, const N: usize> {
    full: Vec<Arc<[T]>>,
    last: Vec<T>,
}

impl<T, const N: usize> Default for Blocks<T, N> {
    fn default() -> Self {
        Blocks { full: Vec::new(), last: Vec::new() }
    }
}

impl<T: Copy, const N: usize> Blocks<T, N> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.full.len() * N + self.last.len()
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<T> {
        match self.full.get(at / N) {
            Some(block) => block.get(at % N),
            None => self.last.get(at.checked_sub(self.full.len() * N)?),
        }
        .copied()
    }

    /// The items that fill no block yet.
    #[inline]
    pub(super) fn last(&self) -> &[T] {
        &self.last
    }

    /// Whether there is a full block.
    #[inline]
    pub(super) fn any_full(&self) -> bool {
        !self.full.is_empty()
    }

    /// Adds an item; the block that it filled, if it did.
    #[inline]
    pub(super) fn push(&mut self, item: T) -> Option<&Arc<[T]>> {
        self.last.push(item);
        if self.last.len() < N {
            return None;
        }
        self.full.push(self.last.as_slice().into());
        self.last.clear();
        self.full.last()
    }

    /// How many items at the beginning this holds for; it must hold for none behind one for which it does not.
    pub(super) fn partition_point(&self, mut holds: impl FnMut(T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(&mut holds) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_it_had_while_the_other_grows() {
        let mut blocks = Blocks::<u32, 4>::default();
        let mut copies = Vec::new();
        for n in 0..23 {
            copies.push(blocks.clone());
            blocks.push(n * 2);
            assert_eq!((blocks.len(), blocks.get(n as usize)), (n as usize + 1, Some(n * 2)));
        }
        for (n, copy) in copies.iter().enumerate() {
            assert_eq!((copy.len(), copy.get(n)), (n, None));
            assert!((0..n).all(|at| copy.get(at) == Some(at as u32 * 2)));
        }
        assert!(
            (0..=50).all(|limit| blocks.partition_point(|item| item < limit) == limit.div_ceil(2).min(23) as usize)
        );
    }
}
