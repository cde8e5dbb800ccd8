//! A disk that loses what was not synced.

use std::collections::VecDeque;

use super::process::Process;
use crate::base::{EventId, NodeId};

/// One node's disk. Writes are gathered while a sync is under way and go with the next (group commit).
#[derive(Clone, Debug)]
pub(super) struct Disk<P: Process> {
    /// What is there whatever happens.
    pub(super) durable: P::Durable,
    /// Writes that are not there yet, oldest first.
    pending: VecDeque<P::Write>,
    /// How many of them the running sync covers; 0: none runs.
    syncing: u32,
    /// The queue entry of the running sync: an older one does not count.
    pub(super) order: u64,
    /// The event that asked for the newest write of the running sync.
    pub(super) cause: EventId,
    /// Messages that wait for all writes before them.
    held: VecDeque<Held<P::Message>>,
    /// Writes asked for and writes finished since the node last started.
    asked: u64,
    finished: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Held<M> {
    after: u64,
    pub(super) to: NodeId,
    pub(super) body: M,
}

impl<P: Process> Disk<P> {
    pub(super) fn new(durable: P::Durable) -> Self {
        Disk {
            durable,
            pending: VecDeque::new(),
            syncing: 0,
            order: 0,
            cause: EventId(0),
            held: VecDeque::new(),
            asked: 0,
            finished: 0,
        }
    }

    /// Whether everything asked for is there.
    #[inline]
    pub(super) fn is_clean(&self) -> bool {
        self.pending.is_empty()
    }

    pub(super) fn is_syncing(&self) -> bool {
        self.syncing > 0
    }

    pub(super) fn write(&mut self, write: P::Write) {
        self.asked += 1;
        self.pending.push_back(write);
    }

    pub(super) fn hold(&mut self, to: NodeId, body: P::Message) {
        self.held.push_back(Held { after: self.asked, to, body });
    }

    /// Begins a sync of all that is pending.
    pub(super) fn begin_sync(&mut self, order: u64, cause: EventId) {
        self.syncing = self.pending.len() as u32;
        self.order = order;
        self.cause = cause;
    }

    /// Ends the sync: what it covered is durable. Returns how many writes that were.
    pub(super) fn end_sync(&mut self) -> u32 {
        let writes = std::mem::take(&mut self.syncing);
        for write in self.pending.drain(..writes as usize) {
            P::apply_write(&mut self.durable, write);
        }
        self.finished += u64::from(writes);
        writes
    }

    /// The next message that need wait no longer.
    pub(super) fn release(&mut self) -> Option<Held<P::Message>> {
        if self.held.front()?.after > self.finished { None } else { self.held.pop_front() }
    }

    /// The node dies. Returns how many writes are lost.
    pub(super) fn crash(&mut self) -> usize {
        let lost = self.pending.len();
        self.pending.clear();
        self.held.clear();
        self.syncing = 0;
        self.order = 0;
        self.asked = 0;
        self.finished = 0;
        lost
    }

    pub(super) fn hash_into<H: std::hash::Hasher>(&self, state: &mut H) {
        use std::hash::Hash;
        (&self.durable, &self.pending, self.syncing, self.asked, self.finished).hash(state);
        for held in &self.held {
            (held.after, held.to, &held.body).hash(state);
        }
    }
}
