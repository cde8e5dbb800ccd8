//! Consumer groups: members, their generation, and what each of them owns.

use serde::{Deserialize, Serialize};

use super::assignment::assign;
use super::command::Answer;
use super::cursor::{Cursor, Owner, Skipped};
use super::delivery::{Delivery, Verdict};
use super::error::{BusError, Refusal, Refused};
use super::ids::{Generation, GroupId, MemberId, Offset, PartitionId, TopicId};
use super::limits::{Limited, Limits};
use super::partition::Partition;
use super::settings::{GroupSettings, Start};
use super::topic::Topic;
use crate::base::{SortedMap, Time};

/// What a member is told of its membership.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Membership {
    /// The group's present generation.
    pub generation: Generation,
    /// What the member owns in it.
    pub owned: Vec<(TopicId, PartitionId)>,
}

/// What a fetch brings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fetched {
    /// Records to be processed and answered; those of a partition in order, what comes again before what is new.
    pub deliveries: Vec<Delivery>,
    /// What the group will never get, told once.
    pub skipped: Vec<Skipped>,
}

/// A consumer in the group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) last_heard: Time,
    /// Its cursors, by their places in the group.
    pub(super) owned: Vec<u32>,
    /// Which of them is served first by the next fetch, so that a full partition does not starve the others.
    turn: u32,
}

/// A consumer group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) settings: GroupSettings,
    pub(super) generation: Generation,
    pub(super) members: SortedMap<MemberId, Member>,
    /// One for each partition of each topic, in order.
    pub(super) cursors: Vec<Cursor>,
}

/// The moment, and what a group needs of the rest of the bus.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) now: Time,
    pub(super) topics: &'a [Topic],
    pub(super) limits: &'a Limits,
}

impl Surroundings<'_> {
    #[inline]
    pub(super) fn log(&self, cursor: &Cursor) -> Option<&Partition> {
        self.topics.get(usize::from(cursor.topic.0))?.partition(cursor.partition)
    }
}

impl Group {
    pub(super) fn new(id: GroupId, settings: GroupSettings, topics: &[Topic]) -> Result<Group, BusError> {
        let mut read = settings.topics.clone();
        read.sort_unstable();
        let mut cursors = Vec::new();
        for topic in read {
            let found = topics.get(usize::from(topic.0)).ok_or(BusError::NoSuchTopic(topic))?;
            for (partition, log) in found.partitions.iter().enumerate() {
                let start = match settings.start {
                    Start::Earliest => log.start(),
                    Start::Latest => log.end(),
                };
                cursors.push(Cursor::new(topic, PartitionId(partition as u16), start));
            }
        }
        Ok(Group { id, settings, generation: Generation(0), members: SortedMap::default(), cursors })
    }

    #[inline]
    pub(super) fn place(&self, topic: TopicId, partition: PartitionId) -> Option<usize> {
        self.cursors.binary_search_by_key(&(topic, partition), |cursor| (cursor.topic, cursor.partition)).ok()
    }

    /// A sign of life.
    #[inline]
    fn hear(&mut self, member: MemberId, now: Time) -> Result<&mut Member, BusError> {
        let group = self.id;
        let found = self.members.get_mut(&member).ok_or(BusError::NoSuchMember { group, member })?;
        found.last_heard = now;
        Ok(found)
    }

    pub(super) fn membership(&self, member: MemberId) -> Membership {
        let owned = self.members.get(&member).map_or(&[][..], |member| &member.owned);
        let cursors = owned.iter().filter_map(|&place| self.cursors.get(place as usize));
        Membership {
            generation: self.generation,
            owned: cursors.map(|cursor| (cursor.topic, cursor.partition)).collect(),
        }
    }

    /// A consumer joins. If it was there already, it has started anew and knows nothing of what it was doing.
    pub(super) fn join(&mut self, member: MemberId, around: Surroundings<'_>) -> Result<Membership, BusError> {
        if self.members.contains_key(&member) {
            self.release(member, true, around);
        } else if self.members.len() >= usize::from(around.limits.members) {
            return Err(BusError::Limit { what: Limited::Members, limit: around.limits.members.into() });
        }
        self.members.insert(member, Member { last_heard: around.now, owned: Vec::new(), turn: 0 });
        self.rebalance(around);
        Ok(self.membership(member))
    }

    /// A consumer goes, and says so.
    pub(super) fn leave(&mut self, member: MemberId, around: Surroundings<'_>) -> Result<(), BusError> {
        self.hear(member, around.now)?;
        self.members.remove(&member);
        self.release(member, false, around);
        self.rebalance(around);
        Ok(())
    }

    /// A consumer lives, and asks what it owns.
    pub(super) fn heartbeat(&mut self, member: MemberId, around: Surroundings<'_>) -> Result<Membership, BusError> {
        self.hear(member, around.now)?;
        Ok(self.membership(member))
    }

    /// Takes from a member all that it owns.
    fn release(&mut self, member: MemberId, lost: bool, around: Surroundings<'_>) {
        for cursor in &mut self.cursors {
            if cursor.owner.is_some_and(|owner| owner.member == member)
                && let Some(log) = around.log(cursor)
            {
                cursor.owner = None;
                cursor.hand_over(lost, log, &self.settings, around.limits.dead_letters, around.now);
            }
        }
    }

    /// The next generation: each partition gets its owner. Those that keep theirs notice nothing.
    fn rebalance(&mut self, around: Surroundings<'_>) {
        self.generation = self.generation.next();
        let members: Vec<MemberId> = self.members.iter().map(|(&member, _)| member).collect();
        let owners: Vec<_> = self.cursors.iter().map(|cursor| Some(cursor.owner?.member)).collect();
        let assigned = assign(&owners, &members);
        for (_, member) in self.members.iter_mut() {
            member.owned.clear();
        }
        for (place, (cursor, owner)) in (0..).zip(self.cursors.iter_mut().zip(assigned)) {
            if cursor.owner.map(|owner| owner.member) != owner {
                if cursor.owner.is_some()
                    && let Some(log) = around.log(cursor)
                {
                    cursor.hand_over(false, log, &self.settings, around.limits.dead_letters, around.now);
                }
                cursor.owner = owner.map(|member| Owner { member, since: self.generation });
            }
            if let Some(member) = owner.and_then(|owner| self.members.get_mut(&owner)) {
                member.owned.push(place);
            }
        }
    }

    /// A member asks for up to `most` records. With them, when the first of them has to be answered.
    #[inline]
    pub(super) fn fetch(
        &mut self,
        member: MemberId,
        generation: Generation,
        most: u32,
        around: Surroundings<'_>,
    ) -> Result<(Fetched, Time), BusError> {
        self.hear(member, around.now)?;
        if generation != self.generation {
            return Err(BusError::Fenced { given: generation, current: self.generation });
        }
        let mut fetched = Fetched::default();
        let mut first_until = Time::NEVER;
        let Some(asking) = self.members.get_mut(&member) else { return Ok((fetched, first_until)) };
        let owned = asking.owned.len();
        if owned == 0 {
            return Ok((fetched, first_until));
        }
        let cursors = &mut self.cursors;
        let in_flight: u32 =
            asking.owned.iter().filter_map(|&place| Some(cursors.get(place as usize)?.in_flight)).sum();
        let free = self.settings.member_in_flight.saturating_sub(in_flight);
        let most = most.min(free).min(around.limits.batch) as usize;
        let turn = asking.turn as usize % owned;
        asking.turn = ((turn + 1) % owned) as u32;
        for &place in asking.owned[turn..].iter().chain(&asking.owned[..turn]) {
            let Some(cursor) = cursors.get_mut(place as usize) else { continue };
            fetched.skipped.extend(cursor.skipped.take());
            let room = most - fetched.deliveries.len();
            if room > 0
                && let Some(log) = around.log(cursor)
            {
                let out = &mut fetched.deliveries;
                let until = cursor.deliver(log, &self.settings, around.now, room as u32, out);
                first_until = first_until.min(until);
            }
        }
        Ok((fetched, first_until))
    }

    /// A member answers. Those answers that are not taken, each with the reason.
    #[inline]
    pub(super) fn answer(
        &mut self,
        member: MemberId,
        generation: Generation,
        answers: &[Answer],
        around: Surroundings<'_>,
    ) -> Result<Vec<Refusal>, BusError> {
        self.hear(member, around.now)?;
        let mut refused = Vec::new();
        for &Answer { at, verdict } in answers {
            if let Err(why) = self.answer_one(member, generation, at, verdict, around) {
                refused.push(Refusal { at, why });
            }
        }
        Ok(refused)
    }

    #[inline]
    fn answer_one(
        &mut self,
        member: MemberId,
        generation: Generation,
        at: super::Position,
        verdict: Verdict,
        around: Surroundings<'_>,
    ) -> Result<(), Refused> {
        let place = self.place(at.topic, at.partition).ok_or(Refused::NotSubscribed)?;
        let present = self.generation;
        let cursor = &mut self.cursors[place];
        match cursor.owner {
            Some(owner) if owner.member == member && (owner.since..=present).contains(&generation) => {}
            Some(Owner { member, since }) => return Err(Refused::Fenced { owner: Some(member), since }),
            None => return Err(Refused::Fenced { owner: None, since: present }),
        }
        match verdict {
            Verdict::Ack => cursor.ack(at.offset),
            Verdict::Nack => match around.log(cursor) {
                Some(log) => cursor.nack(at.offset, log, &self.settings, around.limits.dead_letters, around.now),
                None => Err(Refused::NotSubscribed),
            },
        }
    }

    /// What time alone has changed: members that were not heard are out, what was not answered has failed. When the next
    /// such thing is due.
    pub(super) fn pass_time(&mut self, around: Surroundings<'_>) -> Time {
        let timeout = self.settings.session_timeout;
        let late = self.members.iter().filter(|(_, member)| member.last_heard + timeout <= around.now);
        let late: Vec<MemberId> = late.map(|(&member, _)| member).collect();
        for &member in &late {
            self.members.remove(&member);
            self.release(member, true, around);
        }
        if !late.is_empty() {
            self.rebalance(around);
        }
        let ends = self.members.iter().map(|(_, member)| member.last_heard + timeout);
        let mut next = ends.min().unwrap_or(Time::NEVER);
        for cursor in &mut self.cursors {
            if let Some(log) = around.log(cursor) {
                let due = cursor.expire(log, &self.settings, around.limits.dead_letters, around.now);
                next = next.min(due);
            }
        }
        next
    }

    /// A partition now begins at `start`.
    #[inline]
    pub(super) fn skip_to(&mut self, topic: TopicId, partition: PartitionId, start: Offset) {
        if let Some(place) = self.place(topic, partition) {
            self.cursors[place].skip_to(start);
        }
    }
}
