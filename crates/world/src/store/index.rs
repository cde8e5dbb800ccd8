//! Finding by hash, in a table that is cheap to copy.

use std::sync::Arc;

const SLOTS: usize = 64;
/// A page with more than this is split: probing stays short.
const FULL: u8 = 44;

/// From hashes to numbers: an extendible hash table (Fagin and others, 1979). A copy shares the pages; a page that is
/// written afterwards is copied first.
///
/// It holds what can be made again from the log, so that it is no part of the state that is compared, hashed and saved.
#[derive(Clone, Debug)]
pub(super) struct Index {
    /// How many leading bits of a tag choose the page.
    depth: u32,
    /// The page for each value of these bits.
    directory: Vec<u32>,
    pages: Vec<Arc<Page>>,
    /// What fits in no page, since too many hashes are alike: (tag, number). Empty unless somebody means harm.
    overflow: Arc<Vec<(u32, u32)>>,
}

// In this order: what an insertion looks at first lies beside the count of those who share the page, in one cache line.
#[derive(Clone, Debug)]
#[repr(C)]
struct Page {
    /// How many leading bits all tags here have in common.
    depth: u8,
    used: u8,
    /// The tag in the upper half, the number plus one in the lower; 0 is empty.
    slots: [u64; SLOTS],
}

impl Page {
    fn empty(depth: u8) -> Page {
        Page { depth, used: 0, slots: [0; SLOTS] }
    }

    #[inline]
    fn put(&mut self, slot: u64) {
        let mut at = (slot >> 32) as usize % SLOTS;
        while self.slots[at] != 0 {
            at = (at + 1) % SLOTS;
        }
        self.slots[at] = slot;
        self.used += 1;
    }
}

impl Default for Index {
    fn default() -> Self {
        Index { depth: 0, directory: vec![0], pages: vec![Arc::new(Page::empty(0))], overflow: Arc::default() }
    }
}

impl Index {
    #[inline]
    fn place(&self, tag: u32) -> usize {
        (u64::from(tag) >> (32 - self.depth)) as usize
    }

    /// The number of this hash that is the right one.
    #[inline]
    pub(super) fn find(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let tag = (hash >> 32) as u32;
        let page = &self.pages[self.directory[self.place(tag)] as usize];
        let mut at = tag as usize % SLOTS;
        // An insertion will most likely follow: what it needs of the page comes from memory together with the slots.
        if page.used == 0 && self.overflow.is_empty() {
            return None;
        }
        // A page is never full, so that this comes to an empty slot.
        while page.slots[at] != 0 {
            let slot = page.slots[at];
            if (slot >> 32) as u32 == tag && is_it(slot as u32 - 1) {
                return Some(slot as u32 - 1);
            }
            at = (at + 1) % SLOTS;
        }
        self.overflow.iter().find(|(other, number)| *other == tag && is_it(*number)).map(|(_, number)| *number)
    }

    /// Adds a number, below `u32::MAX`, under a hash.
    pub(super) fn insert(&mut self, hash: u64, number: u32) {
        let tag = (hash >> 32) as u32;
        loop {
            let page = self.directory[self.place(tag)] as usize;
            if self.pages[page].used < FULL {
                Arc::make_mut(&mut self.pages[page]).put(u64::from(tag) << 32 | u64::from(number + 1));
                return;
            }
            if !self.split(page, tag) {
                Arc::make_mut(&mut self.overflow).push((tag, number));
                return;
            }
        }
    }

    /// Makes two pages of one, by the next bit of the tags. Not if only a directory out of all proportion could tell
    /// them apart.
    fn split(&mut self, page: usize, tag: u32) -> bool {
        let depth = u32::from(self.pages[page].depth);
        if depth == self.depth {
            if self.depth >= 26 || self.directory.len() > 16 * self.pages.len() {
                return false;
            }
            self.directory = self.directory.iter().flat_map(|&page| [page, page]).collect();
            self.depth += 1;
        }
        let mut halves = [Page::empty(depth as u8 + 1), Page::empty(depth as u8 + 1)];
        for &slot in self.pages[page].slots.iter().filter(|slot| **slot != 0) {
            halves[(slot >> (63 - depth)) as usize & 1].put(slot);
        }
        let [low, high] = halves;
        let fresh = self.pages.len() as u32;
        self.pages[page] = Arc::new(low);
        self.pages.push(Arc::new(high));
        // The page has a run of the directory, the fresh one its upper half.
        let width = 1_usize << (self.depth - depth);
        let start = self.place(tag) / width * width;
        self.directory[start + width / 2..start + width].fill(fresh);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest;

    #[test]
    fn finds_each_number_under_its_hash_and_nothing_else() {
        let mut index = Index::default();
        for number in 0..20_000_u32 {
            assert_eq!(index.find(digest(&number), |found| found == number), None);
            index.insert(digest(&number), number);
        }
        assert!((0..20_000_u32).all(|n| index.find(digest(&n), |found| found == n) == Some(n)));
        assert!((20_000..30_000_u32).all(|n| index.find(digest(&n), |found| found == n).is_none()));
        assert!(index.overflow.is_empty());
        let used: usize = index.pages.iter().map(|page| usize::from(page.used)).sum();
        assert_eq!(used, 20_000);
        assert!(index.pages.len() * SLOTS < 20_000 * 3, "{} pages", index.pages.len());
    }

    #[test]
    fn a_copy_does_not_see_what_is_added_later() {
        let mut index = Index::default();
        (0..1_000_u32).for_each(|n| index.insert(digest(&n), n));
        let copy = index.clone();
        (1_000..5_000_u32).for_each(|n| index.insert(digest(&n), n));
        assert!((0..1_000_u32).all(|n| copy.find(digest(&n), |found| found == n).is_some()));
        assert!((1_000..5_000_u32).all(|n| copy.find(digest(&n), |found| found == n).is_none()));
    }

    /// Somebody could look for names whose hashes are alike. They make it slow, not wrong.
    #[test]
    fn hashes_that_are_alike_are_told_apart_by_what_is_looked_for() {
        for hashes in [[u64::MAX; 2], [0, 1 << 32], [5 << 32, 5 << 32]] {
            let mut index = Index::default();
            (0..500_u32).for_each(|n| index.insert(hashes[n as usize % 2], n));
            assert!((0..500_u32).all(|n| index.find(hashes[n as usize % 2], |found| found == n) == Some(n)));
            assert!(index.directory.len() < 5_000, "{}", index.directory.len());
        }
    }
}
