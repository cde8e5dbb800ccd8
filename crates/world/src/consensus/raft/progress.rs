//! What a leader believes of one follower, and how it talks to it.
//!
//! Figure 2 has two numbers for each follower, `nextIndex` and `matchIndex`. To keep many messages on their way at once
//! (pipelining; dissertation, 10.2.1) the leader also needs to know which kind of conversation it is in:
//!
//! - **Probe**: it does not know where the logs agree. One message at a time; each refusal says where to try next.
//! - **Replicate**: they agree. `next` runs ahead of `matched`, since every message is expected to be taken.
//! - **Snapshot**: the follower needs what is compacted away. Nothing but heartbeats until the snapshot is there.
//!
//! Nothing here tells a lost message from a slow one. Heartbeats do: one that asks for `next - 1` is refused by a
//! follower which lacks it, and confirmed, acknowledgement and all, by one which has it.

use std::collections::VecDeque;

use super::entry::LogPosition;
use crate::base::{LogIndex, NodeId};

/// How many heartbeats a snapshot may take before a follower that says it does not have it is sent it again.
const SNAPSHOT_PATIENCE: u32 = 3;

/// The kind of conversation that a leader has with a follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProgressState {
    /// Finding out where the logs agree.
    Probe {
        /// A probe is on its way: no other before it is answered.
        waiting: bool,
    },
    /// Sending entries as they come.
    Replicate,
    /// Waiting for the follower to have a snapshot.
    Snapshot {
        /// The last entry that the snapshot covers.
        last: LogPosition,
        /// Heartbeats since it was sent.
        beats: u32,
    },
}

/// What a leader believes of one follower.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    id: NodeId,
    matched: LogIndex,
    next: LogIndex,
    state: ProgressState,
    /// The last index of each message with entries that is on its way; only while replicating.
    in_flight: VecDeque<LogIndex>,
    /// The latest round that it has answered (6.4).
    round: u64,
    /// It has answered since the leader last looked (dissertation, 6.2).
    heard: bool,
}

impl Progress {
    /// What a new leader believes: that the follower's log ends like its own, until told otherwise.
    pub(super) fn new(id: NodeId, next: LogIndex) -> Progress {
        let state = ProgressState::Probe { waiting: false };
        Progress { id, matched: LogIndex::ZERO, next, state, in_flight: VecDeque::new(), round: 0, heard: false }
    }

    /// Which follower.
    #[inline]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The last entry that the follower is known to have on disk (`matchIndex`).
    #[inline]
    pub fn matched(&self) -> LogIndex {
        self.matched
    }

    /// The next entry to send to it (`nextIndex`).
    #[inline]
    pub fn next(&self) -> LogIndex {
        self.next
    }

    /// The kind of conversation.
    #[inline]
    pub fn state(&self) -> ProgressState {
        self.state
    }

    /// How many messages with entries are on their way to it, as far as the leader knows.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// The latest round that it has answered (6.4).
    #[inline]
    pub fn round(&self) -> u64 {
        self.round
    }

    /// Whether it has answered since this was last asked.
    pub(super) fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// It answered, in this round.
    #[inline]
    pub(super) fn hear(&mut self, round: u64) {
        self.heard = true;
        self.round = self.round.max(round);
    }

    /// Whether entries may be sent now.
    #[inline]
    pub(super) fn may_send(&self, max_in_flight: u32) -> bool {
        match self.state {
            ProgressState::Probe { waiting } => !waiting,
            ProgressState::Replicate => self.in_flight.len() < max_in_flight.max(1) as usize,
            ProgressState::Snapshot { .. } => false,
        }
    }

    /// Entries up to `to` were sent.
    #[inline]
    pub(super) fn sent(&mut self, to: LogIndex) {
        match self.state {
            ProgressState::Probe { .. } => self.state = ProgressState::Probe { waiting: true },
            ProgressState::Replicate => {
                self.in_flight.push_back(to);
                self.next = to.next();
            }
            ProgressState::Snapshot { .. } => {}
        }
    }

    /// A snapshot was sent.
    pub(super) fn sent_snapshot(&mut self, last: LogPosition) {
        self.in_flight.clear();
        self.next = last.index.next();
        self.state = ProgressState::Snapshot { last, beats: 0 };
    }

    /// It needs a snapshot, but whether it is there at all is not known: it is sent when it answers a heartbeat.
    pub(super) fn owe_snapshot(&mut self, last: LogPosition) {
        self.sent_snapshot(last);
        self.state = ProgressState::Snapshot { last, beats: SNAPSHOT_PATIENCE };
    }

    /// A heartbeat is sent.
    #[inline]
    pub(super) fn beat(&mut self) {
        if let ProgressState::Snapshot { beats, .. } = &mut self.state {
            *beats = beats.saturating_add(1);
        }
    }

    /// Its log agrees with the leader's up to `index`, on its disk. Says whether that is news.
    #[inline]
    pub(super) fn matches(&mut self, index: LogIndex, first_kept: LogIndex) -> bool {
        let news = index > self.matched;
        self.matched = self.matched.max(index);
        match self.state {
            ProgressState::Replicate => {
                while self.in_flight.front().is_some_and(|&sent| sent <= index) {
                    self.in_flight.pop_front();
                }
                // A late answer to what was sent before a step back may be ahead of what was sent after it.
                self.next = self.next.max(self.matched.next());
            }
            ProgressState::Probe { .. } => self.replicate(),
            // It is also out of this state if it has caught up in another way, by messages that were late.
            ProgressState::Snapshot { last, .. } => {
                if self.matched >= last.index || self.matched.next() >= first_kept {
                    self.replicate();
                }
            }
        }
        news
    }

    fn replicate(&mut self) {
        self.state = ProgressState::Replicate;
        self.in_flight.clear();
        self.next = self.matched.next();
    }

    /// Whether the refusal of a message whose entries came after `rejected` says anything new.
    pub(super) fn is_news(&self, rejected: LogIndex) -> bool {
        // What it once had on disk it still has: a refusal from before that is old.
        rejected > self.matched
            && match self.state {
                ProgressState::Probe { .. } => rejected.next() == self.next,
                ProgressState::Replicate => rejected < self.next,
                ProgressState::Snapshot { last, beats } => rejected == last.index && beats >= SNAPSHOT_PATIENCE,
            }
    }

    /// Goes back to probing, from `next` on.
    pub(super) fn probe(&mut self, next: LogIndex) {
        self.next = next.max(self.matched.next());
        self.state = ProgressState::Probe { waiting: false };
        self.in_flight.clear();
    }
}
