//! What must hold of a bus whatever is done to it, told from outside: by its replies, and by what views show.

use std::collections::{BTreeMap, BTreeSet};

use super::super::delivery::{Entry, Standing};
use super::super::*;
use super::rig::ORDERS;
use crate::base::{DomainEventId, StateMachine, Time};

type Place = (GroupId, Position);

/// A delivery that was not answered yet.
struct Out {
    member: MemberId,
    until: Time,
}

/// Somebody who writes down everything, and complains.
#[derive(Default)]
pub(super) struct Onlooker {
    published: BTreeMap<Position, DomainEventId>,
    /// How often each record was delivered, since it was last taken out of the dead letters.
    tries: BTreeMap<Place, u32>,
    first: BTreeMap<(GroupId, PartitionId), Offset>,
    out: BTreeMap<Place, Out>,
    /// Processed, as the present owner knows it.
    acked: BTreeSet<Place>,
    /// Processed, or a dead letter, at some time.
    ended: BTreeSet<Place>,
    owners: BTreeMap<(GroupId, PartitionId), Option<Owner>>,
    committed: BTreeMap<(GroupId, PartitionId), Offset>,
}

impl Onlooker {
    pub(super) fn published(&mut self, positions: &[Position], events: &[DomainEventId]) {
        for (&at, &event) in positions.iter().zip(events) {
            let before = self.published.range(..at).next_back().filter(|(before, _)| before.partition == at.partition);
            match self.published.get(&at) {
                Some(stored) => assert_eq!(*stored, event, "{at} was given twice"),
                None => assert_eq!(before.map_or(0, |(before, _)| before.offset.0 + 1), at.offset.0, "not dense: {at}"),
            }
            self.published.insert(at, event);
        }
    }

    /// A fetch brought these.
    pub(super) fn delivered(&mut self, bus: &Bus, group: GroupId, member: MemberId, deliveries: &[Delivery]) {
        let view = group_view(bus, group);
        for Delivery { at, tries, stored } in deliveries {
            let place = (group, *at);
            assert_eq!(self.published[at], stored.record.header.event, "{at} is another record");
            let (.., progress) = &view.partitions[usize::from(at.partition.0)];
            assert_eq!(progress.owner.map(|owner| owner.member), Some(member), "{at} went to one that does not own it");
            let count = self.tries.entry(place).or_default();
            *count += 1;
            assert_eq!(tries, count, "{at} was delivered {count} times");
            if *tries == 1 && !self.ended.contains(&place) {
                let first = self.first.insert((group, at.partition), at.offset);
                assert!(first < Some(at.offset), "first deliveries out of order: {first:?}, then {at}");
            }
            assert!(!self.acked.contains(&place), "{at} was processed by this very owner");
            if let Some(out) = self.out.get(&place) {
                assert!(out.until <= bus.now, "{at} is still with {}", out.member);
            }
            let until = bus.now + view.settings.ack_wait.of_try(*tries);
            self.out.insert(place, Out { member, until });
        }
    }

    /// These answers were taken, and nothing else has happened since the last look.
    pub(super) fn answered(
        &mut self,
        group: GroupId,
        member: MemberId,
        generation: Generation,
        verdict: Verdict,
        places: &[Position],
    ) {
        for &at in places {
            let place = (group, at);
            let owner = self.owners[&(group, at.partition)].expect("an owner");
            assert!(owner.member == member && owner.since <= generation, "{at} was answered by one that is fenced");
            let settled = at.offset < self.committed[&(group, at.partition)] || self.acked.contains(&place);
            let has = self.out.get_mut(&place).filter(|out| out.member == member);
            assert!(settled || has.is_some(), "{at} was answered by {member}, which does not have it");
            match (verdict, has) {
                (Verdict::Ack, Some(_)) => {
                    self.out.remove(&place);
                    self.acked.insert(place);
                    self.ended.insert(place);
                }
                // It rests, and may be delivered again any time.
                (Verdict::Nack, Some(out)) => out.until = Time::ZERO,
                (_, None) => {}
            }
        }
    }

    /// This dead letter is to be delivered again.
    pub(super) fn replayed(&mut self, group: GroupId, at: Position) {
        self.tries.remove(&(group, at));
        self.acked.remove(&(group, at));
        self.out.remove(&(group, at));
    }

    /// Looks at the whole bus, between two commands.
    pub(super) fn look(&mut self, bus: &Bus, groups: &[GroupId]) {
        consistent(bus);
        self.look_at_owners(bus, groups);
        for &group in groups {
            let view = group_view(bus, group);
            let mut owned = BTreeSet::new();
            for (member, _, membership) in &view.members {
                let mut in_flight = 0;
                for place in &membership.owned {
                    assert!(owned.insert(*place), "{place:?} has two owners");
                    let progress = &view.partitions.iter().find(|(t, p, _)| (*t, *p) == *place).expect("read").2;
                    assert_eq!(progress.owner.map(|owner| owner.member), Some(*member));
                    in_flight += progress.in_flight;
                }
                assert!(in_flight <= view.settings.member_in_flight);
            }
            assert!(view.members.is_empty() || owned.len() == view.partitions.len(), "a partition has no owner");
            let query = BusQuery::DeadLetters { group, from: Position::default(), most: 1_000 };
            let Ok(BusAnswer::DeadLetters(letters)) = bus.query(&query) else { panic!("no answer") };
            self.ended.extend(letters.iter().map(|letter| (group, letter.at)));
            for (topic, partition, progress) in view.partitions {
                self.look_at(bus, group, topic, partition, &progress);
                assert!(progress.in_flight <= view.settings.partition_in_flight);
            }
        }
    }

    /// What was not committed comes again to a new owner.
    pub(super) fn look_at_owners(&mut self, bus: &Bus, groups: &[GroupId]) {
        for &group in groups {
            for (_, partition, progress) in group_view(bus, group).partitions {
                let key = (group, partition);
                if self.owners.insert(key, progress.owner) != Some(progress.owner) {
                    self.acked.retain(|&(g, place)| (g, place.partition) != key || place.offset < progress.committed);
                    self.out.retain(|&(g, place), _| (g, place.partition) != key);
                }
            }
        }
    }

    fn look_at(&mut self, bus: &Bus, group: GroupId, topic: TopicId, partition: PartitionId, progress: &Progress) {
        let Ok(BusAnswer::Open(open)) = bus.query(&BusQuery::Open { group, topic, partition }) else {
            panic!("no answer")
        };
        for record in open.iter().filter(|record| matches!(record.standing, Standing::InFlight { .. })) {
            let out = self.out.get(&(group, Position { topic, partition, offset: record.offset }));
            let owner = progress.owner.map(|owner| owner.member);
            assert!(out.map(|out| out.member) == owner, "{partition}@{} is in flight with nobody", record.offset);
        }
        let key = (group, partition);
        let at = |offset| Position { topic, partition, offset };
        let before = self.committed.insert(key, progress.committed).unwrap_or(Offset::ZERO);
        assert!(before <= progress.committed, "the committed offset went back");
        assert!(!self.acked.contains(&(group, at(progress.committed))), "the committed offset is behind");
        let start = bus.topics[0].partitions[usize::from(partition.0)].start();
        for offset in (before.0..progress.committed.0).map(Offset) {
            let ended = self.ended.contains(&(group, at(offset))) || offset < start;
            assert!(ended, "{} was committed, and nobody is done with it", at(offset));
        }
    }

    /// When everybody has come to rest: every record was processed, given up, or taken away by retention and counted.
    pub(super) fn nothing_is_lost(&self, bus: &Bus, groups: &[GroupId]) {
        for &group in groups {
            let view = group_view(bus, group);
            assert_eq!(view.lag, 0);
            let lost: Vec<_> = self.published.keys().filter(|&&at| !self.ended.contains(&(group, at))).collect();
            let start = |at: &Position| bus.topics[0].partitions[usize::from(at.partition.0)].start();
            assert!(lost.iter().all(|at| at.offset < start(at)), "lost: {lost:?}");
            let skipped: u64 = view.partitions.iter().map(|(_, _, progress)| progress.counts.skipped).sum();
            assert!(lost.len() as u64 <= skipped, "{} were skipped, {skipped} counted", lost.len());
        }
    }
}

pub(super) fn group_view(bus: &Bus, group: GroupId) -> GroupView {
    match bus.query(&BusQuery::Group(group)) {
        Ok(BusAnswer::Group(view)) => view,
        other => panic!("{other:?}"),
    }
}

/// What is kept twice is equal, and nothing is beyond its bounds.
pub(super) fn consistent(bus: &Bus) {
    for (_, group) in bus.groups.iter() {
        for cursor in &group.cursors {
            let log = &bus.topics[usize::from(cursor.topic.0)].partitions[usize::from(cursor.partition.0)];
            assert!(cursor.committed >= log.start() && cursor.next() <= log.end());
            let count =
                |holds: fn(&Standing) -> bool| cursor.open().filter(|(_, entry)| holds(&entry.standing)).count();
            let in_flight = count(|standing| matches!(standing, Standing::InFlight { .. }));
            let resting = count(|s| matches!(s, Standing::BackOff { .. } | Standing::HandedOver { .. }));
            assert_eq!((cursor.in_flight as usize, cursor.resting as usize), (in_flight, resting));
            assert!(cursor.window.len() as u64 <= u64::from(group.settings.partition_in_flight));
            let settled = |entry: &&Entry| matches!(entry.standing, Standing::Acked | Standing::Dead);
            assert_eq!(cursor.window.front().filter(settled), None, "not committed");
            assert!((cursor.dead.len() + cursor.replays.len()) as u64 <= u64::from(bus.limits.dead_letters));
            assert!(cursor.dead.iter().all(|(offset, _)| !cursor.replays.contains_key(offset)));
        }
    }
}

/// All of the first topic's records that a view shows.
pub(super) fn records(bus: &Bus, partition: u16) -> Vec<Stored> {
    let query = BusQuery::Records { topic: ORDERS, partition: PartitionId(partition), from: Offset::ZERO, most: 1_000 };
    match bus.query(&query) {
        Ok(BusAnswer::Records { records, .. }) => records,
        other => panic!("{other:?}"),
    }
}
