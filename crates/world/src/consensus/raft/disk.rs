//! What a server knows of its own disk: which of its writes are there.
//!
//! A server acts on its state as soon as it changes, but others may rely on it only once it survives a crash. The
//! answers wait in the port ([`send_synced`](super::RaftPort::send_synced)); what the server itself counts, its own
//! vote as a candidate and its own copy of an entry as a leader, waits here.

use std::collections::VecDeque;

use crate::base::{LogIndex, NodeId, Term};

/// What the disk holds once a certain write is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Mark {
    pub(super) term: Term,
    pub(super) vote: Option<NodeId>,
    /// The disk holds the server's log up to here.
    pub(super) last: LogIndex,
}

/// The server's side of the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Disk {
    durable: Mark,
    /// What it will hold: the newest of `pending`, or else `durable`. Asked for after every step.
    written: Mark,
    /// One for each write that is not yet durable, the oldest first.
    pending: VecDeque<Mark>,
}

impl Disk {
    pub(super) fn holding(durable: Mark) -> Disk {
        Disk { durable, written: durable, pending: VecDeque::new() }
    }

    /// What would survive a crash now.
    #[inline]
    pub(super) fn durable(&self) -> Mark {
        self.durable
    }

    /// What the disk holds once all writes are there.
    #[inline]
    pub(super) fn written(&self) -> Mark {
        self.written
    }

    /// How many writes are on their way.
    #[inline]
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// A write was asked for; this is what the disk holds after it.
    #[inline]
    pub(super) fn wrote(&mut self, mark: Mark) {
        self.written = mark;
        self.pending.push_back(mark);
    }

    /// The oldest writes are durable now.
    #[inline]
    pub(super) fn synced(&mut self, writes: u32) {
        for _ in 0..writes {
            match self.pending.pop_front() {
                Some(mark) => self.durable = mark,
                None => return,
            }
        }
    }

    /// The log was cut: what the disk has or will have from `from` on is no longer a part of it.
    pub(super) fn cut(&mut self, from: LogIndex) {
        let keep = from.previous();
        for mark in self.pending.iter_mut().chain([&mut self.durable, &mut self.written]) {
            mark.last = mark.last.min(keep);
        }
    }
}
