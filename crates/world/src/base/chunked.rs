//! An append-only sequence that is cheap to copy.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

const CHUNK: usize = 32;

/// A sequence numbered from any start, that grows at its end, can be cut at both ends, and shares all full chunks
/// between copies: a checkpoint of a long log copies pointers and at most one chunk.
#[derive(Clone)]
pub struct Chunked<T> {
    /// Number of the first item that is kept.
    first: u64,
    /// Number of the first item of `chunks[0]`: `first` rounded down.
    base: u64,
    len: usize,
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Chunked::starting_at(0)
    }
}

impl<T> Chunked<T> {
    /// An empty sequence whose first item will have the number `first`.
    pub fn starting_at(first: u64) -> Self {
        Chunked { first, base: first, len: 0, chunks: Vec::new() }
    }

    /// The number of the first item (of the next one to come, if empty).
    #[inline]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The number that the next item will have.
    #[inline]
    pub fn end(&self) -> u64 {
        self.first + self.len as u64
    }

    /// How many items there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no item.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    fn chunk_of(&self, number: u64) -> usize {
        (number - self.base) as usize / CHUNK
    }

    #[inline]
    fn within(&self, number: u64) -> usize {
        (number - self.base) as usize % CHUNK
    }

    /// The item of this number, if it is kept.
    #[inline]
    pub fn get(&self, number: u64) -> Option<&T> {
        if number < self.first {
            return None;
        }
        self.chunks.get(self.chunk_of(number))?.get(self.within(number))
    }

    /// The last item.
    #[inline]
    pub fn last(&self) -> Option<&T> {
        if self.len == 0 { None } else { self.chunks.last()?.last() }
    }

    /// The items from `number` on, in order.
    pub fn iter_from(&self, number: u64) -> impl Iterator<Item = &T> + '_ {
        let place = (number.max(self.first) - self.base) as usize;
        let (chunk, within) = (place / CHUNK, place % CHUNK);
        let head = self.chunks.get(chunk).map_or(&[][..], |c| c.get(within..).unwrap_or(&[]));
        let rest = self.chunks.iter().skip(chunk + 1).flat_map(|c| c.iter());
        head.iter().chain(rest)
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.iter_from(self.first)
    }

    /// Forgets the items before `number`. Memory is given back by whole chunks.
    pub fn drop_before(&mut self, number: u64) {
        let number = number.clamp(self.first, self.end());
        self.len -= (number - self.first) as usize;
        self.first = number;
        let whole = ((self.first - self.base) as usize / CHUNK).min(self.chunks.len());
        self.chunks.drain(..whole);
        self.base += (whole * CHUNK) as u64;
        if self.len == 0 {
            *self = Chunked::starting_at(number);
        }
    }
}

impl<T: Clone> Chunked<T> {
    /// Adds an item at the end and returns its number.
    #[inline]
    pub fn push(&mut self, item: T) -> u64 {
        let number = self.end();
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => match Arc::get_mut(chunk) {
                Some(own) => own.push(item),
                None => {
                    let mut copy = Vec::with_capacity(CHUNK);
                    copy.extend_from_slice(chunk);
                    copy.push(item);
                    *chunk = Arc::new(copy);
                }
            },
            _ => {
                let mut fresh = Vec::with_capacity(CHUNK);
                fresh.push(item);
                self.chunks.push(Arc::new(fresh));
            }
        }
        self.len += 1;
        number
    }

    /// Adds copies of all items at the end.
    pub fn extend_from_slice(&mut self, mut items: &[T]) {
        while let Some((first, rest)) = items.split_first() {
            // The first goes in alone: that makes a chunk with room, which nobody else holds.
            self.push(first.clone());
            let Some(chunk) = self.chunks.last_mut().and_then(Arc::get_mut) else { return };
            let (now, later) = rest.split_at(rest.len().min(CHUNK - chunk.len()));
            chunk.extend_from_slice(now);
            self.len += now.len();
            items = later;
        }
    }

    /// Copies of the items from `from` up to but without `to`; of those that are there.
    pub fn copy_range(&self, from: u64, to: u64) -> Arc<[T]> {
        let (from, to) = (from.max(self.first), to.min(self.end()));
        if from >= to {
            return Arc::new([]);
        }
        let (chunk, within, count) = (self.chunk_of(from), self.within(from), (to - from) as usize);
        if within + count <= CHUNK {
            return self.chunks[chunk][within..within + count].iter().cloned().collect();
        }
        // The length of this iterator is known, so that the slice is allocated once and filled in place.
        (from..to).map(|number| self.chunks[self.chunk_of(number)][self.within(number)].clone()).collect()
    }

    /// Puts another item in the place of the one of this number; nothing if there is none.
    pub fn set(&mut self, number: u64, item: T) {
        if number < self.first || number >= self.end() {
            return;
        }
        let place = (number - self.base) as usize;
        Arc::make_mut(&mut self.chunks[place / CHUNK])[place % CHUNK] = item;
    }

    /// Removes the item `number` and all after it.
    pub fn truncate_from(&mut self, number: u64) {
        let number = number.max(self.first);
        if number >= self.end() {
            return;
        }
        if number == self.first {
            *self = Chunked::starting_at(number);
            return;
        }
        self.len = (number - self.first) as usize;
        let place = (number - self.base) as usize;
        self.chunks.truncate(place.div_ceil(CHUNK));
        if !place.is_multiple_of(CHUNK)
            && let Some(chunk) = self.chunks.last_mut()
        {
            Arc::make_mut(chunk).truncate(place % CHUNK);
        }
    }
}

impl<T: PartialEq> PartialEq for Chunked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.first == other.first && self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for Chunked<T> {}

impl<T: Hash> Hash for Chunked<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.first.hash(state);
        self.len.hash(state);
        self.iter().for_each(|item| item.hash(state));
    }
}

impl<T: fmt::Debug> fmt::Debug for Chunked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..", self.first)?;
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Push(u8, u16),
        Extend(u8, u16),
        Truncate(u16),
        DropBefore(u16),
        Copy,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (1u8.., 0u16..300).prop_map(|(v, n)| Step::Push(v, n)),
            (1u8.., 0u16..300).prop_map(|(v, n)| Step::Extend(v, n)),
            (0u16..900).prop_map(Step::Truncate),
            (0u16..900).prop_map(Step::DropBefore),
            Just(Step::Copy),
        ];
        prop::collection::vec(step, 1..40)
    }

    proptest! {
        /// Whatever is done to it, and whichever copies were taken before, it equals a plain vector with an offset.
        #[test]
        fn behaves_like_a_vector_with_an_offset(steps in steps(), start in 0u64..500) {
            let mut chunked = Chunked::starting_at(start);
            let (mut first, mut plain) = (start, Vec::<u8>::new());
            let mut copies = Vec::new();
            for step in steps {
                match step {
                    Step::Push(value, times) => for _ in 0..times {
                        chunked.push(value);
                        plain.push(value);
                    },
                    Step::Extend(value, times) => {
                        let items: Vec<u8> = (0..times).map(|n| value.wrapping_add(n as u8)).collect();
                        chunked.extend_from_slice(&items);
                        plain.extend_from_slice(&items);
                    }
                    Step::Truncate(to) => {
                        let to = u64::from(to);
                        chunked.truncate_from(to);
                        plain.truncate(to.saturating_sub(first) as usize);
                    }
                    Step::DropBefore(to) => {
                        let to = u64::from(to).clamp(first, first + plain.len() as u64);
                        chunked.drop_before(to);
                        plain.drain(..(to - first) as usize);
                        first = to;
                    }
                    Step::Copy => copies.push((chunked.clone(), first, plain.clone())),
                }
                prop_assert_eq!(chunked.first(), first);
                prop_assert_eq!(chunked.iter().copied().collect::<Vec<_>>(), plain.clone());
                prop_assert_eq!(chunked.last(), plain.last());
                let middle = first + plain.len() as u64 / 2;
                prop_assert_eq!(chunked.get(middle), plain.get((middle - first) as usize));
                prop_assert_eq!(chunked.iter_from(middle).count(), plain.len() - plain.len() / 2);
                let range = chunked.copy_range(middle, middle + 150);
                prop_assert!(range.iter().eq(plain[plain.len() / 2..].iter().take(150)));
            }
            for (copy, first, plain) in copies {
                prop_assert_eq!(copy.first(), first);
                prop_assert!(copy.iter().eq(plain.iter()));
            }
        }
    }
}
