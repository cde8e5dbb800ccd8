//! How far a group is in one partition.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::dead_letters::DeadLetter;
use super::delivery::{Entry, Replay, Standing};
use super::ids::{Generation, MemberId, Offset, PartitionId, Position, TopicId};
use crate::base::SortedMap;

/// Who owns a partition in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The member.
    pub member: MemberId,
    /// The generation in which it was given the partition. By an older one it has no right to it, but any later one will
    /// do: a rebalance that does not move the partition does not disturb its owner.
    pub since: Generation,
}

/// What has happened to the records of a partition in a group, ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counts {
    /// Answers "processed". A record that came again after a hand-over may have two.
    pub acked: u64,
    /// Deliveries that were not a record's first.
    pub redelivered: u64,
    /// Records given up. One that was replayed and failed again counts again.
    pub dead_lettered: u64,
    /// Dead letters that were sent on their way again.
    pub replayed: u64,
    /// Records that retention took away before the group had processed them.
    pub skipped: u64,
}

/// Records that a group will not get, since retention took them away first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Skipped {
    /// The first offset that is gone.
    pub from: Position,
    /// The first that is still there.
    pub to: Offset,
    /// How many of those between had not been processed.
    pub unprocessed: u64,
}

/// How far a group is in one partition: all before `committed` is settled, and what is beyond and was delivered is in the
/// window, one entry an offset.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) topic: TopicId,
    pub(super) partition: PartitionId,
    pub(super) owner: Option<Owner>,
    /// The first offset that is neither processed nor given up.
    pub(super) committed: Offset,
    /// From `committed` on.
    pub(super) window: VecDeque<Entry>,
    /// How many records, in the window and of the replays, are in flight.
    pub(super) in_flight: u32,
    /// How many of them are to be delivered again.
    pub(super) resting: u32,
    pub(super) dead: SortedMap<Offset, DeadLetter>,
    pub(super) replays: SortedMap<Offset, Replay>,
    /// What the group has not been told of yet.
    pub(super) skipped: Option<Skipped>,
    pub(super) counts: Counts,
}

impl Cursor {
    pub(super) fn new(topic: TopicId, partition: PartitionId, committed: Offset) -> Cursor {
        Cursor {
            topic,
            partition,
            owner: None,
            committed,
            window: VecDeque::new(),
            in_flight: 0,
            resting: 0,
            dead: SortedMap::default(),
            replays: SortedMap::default(),
            skipped: None,
            counts: Counts::default(),
        }
    }

    /// The first offset that was not yet delivered.
    #[inline]
    pub(super) fn next(&self) -> Offset {
        self.committed.plus(self.window.len() as u64)
    }

    #[inline]
    pub(super) fn at(&self, offset: Offset) -> Position {
        Position { topic: self.topic, partition: self.partition, offset }
    }

    /// The place in the window, if the offset is in it.
    #[inline]
    fn place(&self, offset: Offset) -> Option<usize> {
        usize::try_from(offset.0.checked_sub(self.committed.0)?).ok()
    }

    #[inline]
    pub(super) fn standing(&self, offset: Offset) -> Option<Standing> {
        Some(self.window.get(self.place(offset)?)?.standing)
    }

    #[inline]
    pub(super) fn entry_mut(&mut self, offset: Offset) -> Option<&mut Entry> {
        let place = self.place(offset)?;
        self.window.get_mut(place)
    }

    /// All that is not settled for good: the replays, and then the window.
    pub(super) fn open(&self) -> impl Iterator<Item = (Offset, &Entry)> {
        let replays = self.replays.iter().map(|(&offset, replay)| (offset, &replay.entry));
        replays.chain((self.committed.0..).map(Offset).zip(&self.window))
    }

    /// Commits up to the first record that is not settled.
    #[inline]
    pub(super) fn advance(&mut self) {
        while let Some(Entry { standing: Standing::Acked | Standing::Dead, .. }) = self.window.front() {
            self.window.pop_front();
            self.committed = self.committed.plus(1);
        }
    }

    /// The log now begins at `start`: a cursor before it skips to it.
    pub(super) fn skip_to(&mut self, start: Offset) {
        if self.committed >= start {
            return;
        }
        let from = self.committed;
        let mut unprocessed = 0;
        while self.committed < start
            && let Some(entry) = self.window.pop_front()
        {
            match entry.standing {
                Standing::Acked | Standing::Dead => {}
                Standing::InFlight { .. } => self.in_flight -= 1,
                Standing::BackOff { .. } | Standing::HandedOver { .. } => self.resting -= 1,
            }
            unprocessed += u64::from(!matches!(entry.standing, Standing::Acked | Standing::Dead));
            self.committed = self.committed.plus(1);
        }
        unprocessed += start.0.saturating_sub(self.committed.0);
        self.committed = self.committed.max(start);
        self.counts.skipped += unprocessed;
        if unprocessed > 0 {
            let untold = self.skipped.get_or_insert(Skipped { from: self.at(from), to: start, unprocessed: 0 });
            untold.to = start;
            untold.unprocessed += unprocessed;
        }
        self.advance();
    }
}
