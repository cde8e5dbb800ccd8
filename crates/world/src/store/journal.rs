//! The log of all events, as bytes.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// How many events share a block.
const BLOCK: usize = 128;

/// Records in the order in which they came. Full blocks never change and are shared by all copies: a copy of a log of a
/// million events copies eight thousand pointers and at most one block.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    full: Vec<Arc<Block>>,
    last: Block,
    bytes: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Block {
    /// Where each record ends.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Block {
    #[inline]
    fn get(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)? as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        self.bytes.get(start..end)
    }
}

impl Journal {
    /// How many events there are.
    #[inline]
    pub(super) fn len(&self) -> u32 {
        (self.full.len() * BLOCK + self.last.ends.len()) as u32
    }

    /// Bytes of all records.
    #[inline]
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The record of this number, from 0.
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&[u8]> {
        let (block, at) = (number as usize / BLOCK, number as usize % BLOCK);
        match self.full.get(block) {
            Some(full) => full.get(at),
            None if block == self.full.len() => self.last.get(at),
            None => None,
        }
    }

    /// Adds the record that is written; returns its length.
    #[inline]
    pub(super) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> u64 {
        let before = self.last.bytes.len();
        write(&mut self.last.bytes);
        let after = self.last.bytes.len();
        self.last.ends.push(after as u32);
        if self.last.ends.len() == BLOCK {
            // The next block will be about as large; what was too much for this one is given back.
            let next = Block { ends: Vec::with_capacity(BLOCK), bytes: Vec::with_capacity(after + after / 8) };
            let mut block = std::mem::replace(&mut self.last, next);
            block.bytes.shrink_to_fit();
            self.full.push(Arc::new(block));
        }
        let length = (after - before) as u64;
        self.bytes += length;
        length
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> + '_ {
        (0..self.len()).filter_map(|number| self.get(number))
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> + '_ {
        self.full.iter().map(|block| &**block).chain([&self.last])
    }
}

impl PartialEq for Journal {
    fn eq(&self, other: &Self) -> bool {
        // Blocks that are shared need not be compared.
        self.full.len() == other.full.len()
            && self.full.iter().zip(&other.full).all(|(a, b)| Arc::ptr_eq(a, b) || a == b)
            && self.last == other.last
    }
}

impl Eq for Journal {}

impl Hash for Journal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.blocks().for_each(|block| block.hash(state));
    }
}
