//! The one event queue.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::base::{NodeId, Time};

/// What is to happen. Entries are never removed: one whose cause is gone is recognised when it comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Due {
    /// A message reaches its end.
    Flight { slot: u32 },
    /// A timer may have run out.
    Timer { node: NodeId, timer: u8 },
    /// A sync is finished.
    Sync { node: NodeId },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Item {
    pub(super) time: Time,
    pub(super) order: u64,
    pub(super) due: Due,
}

impl Ord for Item {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // The standard heap gives the greatest first: the earliest is to be it.
        (other.time, other.order).cmp(&(self.time, self.order))
    }
}

impl PartialOrd for Item {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Item>,
    order: u64,
}

impl Queue {
    /// Puts it behind all that is due at the same instant, and returns its order.
    #[inline]
    pub(super) fn push(&mut self, time: Time, due: Due) -> u64 {
        self.order += 1;
        self.heap.push(Item { time, order: self.order, due });
        self.order
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<&Item> {
        self.heap.peek()
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Item> {
        self.heap.pop()
    }

    /// In the order in which they come up.
    pub(super) fn sorted(&self) -> Vec<Item> {
        let mut items: Vec<Item> = self.heap.iter().copied().collect();
        items.sort_unstable_by_key(|item| (item.time, item.order));
        items
    }
}
