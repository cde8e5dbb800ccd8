//! A topic as it lies on the bus: its partitions as tapes of records, and where each group is on them.

use smol_str::SmolStr;

use super::{World, shop_scene};
use crate::base::{NodeId, StateMachine};
use crate::bus::{Bus, BusAnswer, BusQuery, GroupId, Offset, PartitionId, Position, Standing, TopicId};
use crate::shop::{Identity, Kind, Subject};
use crate::sim::Status;

/// Some of the records of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tape {
    /// The names of all topics, by their numbers.
    pub topics: Vec<SmolStr>,
    /// Which of them this is.
    pub topic: u16,
    /// Its partitions.
    pub partitions: Vec<TapeRow>,
    /// The groups that read it, in the order of their ids.
    pub readers: Vec<TapeReader>,
}

/// A partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TapeRow {
    /// The first offset that is kept.
    pub start: Offset,
    /// The offset that the next record gets.
    pub end: Offset,
    /// The offset of the first slip.
    pub first: Offset,
    /// The records that were asked for.
    pub slips: Vec<TapeSlip>,
    /// For each reader, the first record that it has not dealt with.
    pub at: Vec<Offset>,
}

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapeSlip {
    /// What kind of event it is, if it is one of the shop's.
    pub kind: Option<Kind>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// How it stands with those who read it.
    pub state: SlipState,
    /// How often it was delivered at most to any of those who have not dealt with it.
    pub tries: u32,
}

/// How a record stands with all groups in service that read it: the worst of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlipState {
    /// Everybody has dealt with it.
    Done,
    /// Somebody works on it, and nobody lacks it otherwise.
    InFlight,
    /// Somebody has not had it yet, or will have it again.
    Open,
    /// Somebody has given it up.
    Dead,
}

/// A group that reads the topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeReader {
    /// Which group.
    pub group: GroupId,
    /// Its name.
    pub name: SmolStr,
    /// The service whose workers are in it.
    pub service: Option<NodeId>,
    /// The service runs.
    pub alive: bool,
    /// The service has workers; a group of nobody holds nothing up.
    pub in_service: bool,
    /// How many records of the topic it has not dealt with.
    pub lag: u64,
    /// How many of its records lie with the dead letters.
    pub dead_letters: u32,
}

/// A topic's tape: of each partition `most` records, of which the last is so many before its end. `None` if there is no
/// such topic yet.
pub fn tape(world: &World, topic: u16, back: u64, most: u32) -> Option<Tape> {
    let bus = shop_scene::broker(world)?.bus();
    let Ok(BusAnswer::Overview(overview)) = bus.query(&BusQuery::Overview) else { return None };
    let id = TopicId(topic);
    let Ok(BusAnswer::Topic(view)) = bus.query(&BusQuery::Topic(id)) else { return None };
    let reads = |group: &GroupId| {
        let mut all = view.partitions.iter().flat_map(|partition| &partition.groups).filter(|(id, _)| id == group);
        let first = all.next().map(|(_, progress)| (progress.lag, progress.dead_letters))?;
        Some(all.fold(first, |(lag, dead), (_, progress)| (lag + progress.lag, dead + progress.dead_letters)))
    };
    let known = |(group, name): &(GroupId, SmolStr)| {
        let (lag, dead_letters) = reads(group)?;
        Some(TapeReader { lag, dead_letters, ..reader(world, *group, name.clone()) })
    };
    let readers: Vec<TapeReader> = overview.groups.iter().filter_map(known).collect();
    let row = |(number, partition): (u16, &crate::bus::PartitionView)| {
        let end = partition.end.0.saturating_sub(back).max(partition.start.0);
        let from = Offset(end.saturating_sub(most.into()).max(partition.start.0));
        let most = (end - from.0) as u32;
        let place = (id, PartitionId(number));
        let progress = |reader: &TapeReader| partition.groups.iter().find(|(group, _)| *group == reader.group);
        let at: Vec<Offset> =
            readers.iter().map(|r| progress(r).map_or(partition.end, |(_, progress)| progress.committed)).collect();
        let mut slips = records(bus, place, from, most);
        let first = from;
        for (reader, &at) in readers.iter().zip(&at).filter(|(reader, _)| reader.in_service) {
            stand(bus, reader, place, at, first, &mut slips);
        }
        TapeRow { start: partition.start, end: partition.end, first, slips, at }
    };
    let partitions = (0..).zip(&view.partitions).map(row).collect();
    Some(Tape { topics: overview.topics, topic, partitions, readers })
}

/// The group of a service, by its name.
fn reader(world: &World, group: GroupId, name: SmolStr) -> TapeReader {
    let of = |&node: &NodeId| world.process(node).service().is_some_and(|s| s.config().group.name == name);
    let service = world.ids().find(of);
    let workers = service.and_then(|node| Some(world.process(node).service()?.ledger().workers));
    TapeReader {
        group,
        name,
        service,
        alive: service.is_none_or(|node| world.status(node) == Status::Alive),
        in_service: workers != Some(0),
        lag: 0,
        dead_letters: 0,
    }
}

fn records(bus: &Bus, (topic, partition): (TopicId, PartitionId), from: Offset, most: u32) -> Vec<TapeSlip> {
    let query = BusQuery::Records { topic, partition, from, most };
    let Ok(BusAnswer::Records { records, .. }) = bus.query(&query) else { return Vec::new() };
    let slip = |stored: &crate::bus::Stored| {
        let identity = Identity::of(stored.record.header.event);
        let (kind, subject) = (identity.map(|i| i.kind), identity.map(|i| i.subject));
        TapeSlip { kind, subject, state: SlipState::Done, tries: 0 }
    };
    records.iter().map(slip).collect()
}

/// Puts to the records how they stand with one group, which has dealt with all before `at`.
fn stand(
    bus: &Bus,
    reader: &TapeReader,
    (topic, partition): (TopicId, PartitionId),
    at: Offset,
    first: Offset,
    slips: &mut [TapeSlip],
) {
    let mut worse = |offset: Offset, state: SlipState, tries: u32| {
        let slip = offset.0.checked_sub(first.0).and_then(|place| slips.get_mut(place as usize));
        if let Some(slip) = slip {
            slip.state = slip.state.max(state);
            slip.tries = slip.tries.max(tries);
        }
    };
    let mut next = at;
    let query = BusQuery::Open { group: reader.group, topic, partition };
    if let Ok(BusAnswer::Open(open)) = bus.query(&query) {
        for record in open {
            let state = match record.standing {
                Standing::InFlight { .. } => SlipState::InFlight,
                Standing::BackOff { .. } | Standing::HandedOver { .. } => SlipState::Open,
                Standing::Dead => SlipState::Dead,
                Standing::Acked => SlipState::Done,
            };
            if state != SlipState::Done {
                worse(record.offset, state, record.tries);
            }
            if !record.replayed {
                next = next.max(Offset(record.offset.0 + 1));
            }
        }
    }
    let end = Offset(first.0 + slips.len() as u64);
    let mut worse = |offset: u64, state: SlipState| {
        let slip = offset.checked_sub(first.0).and_then(|place| slips.get_mut(place as usize));
        if let Some(slip) = slip {
            slip.state = slip.state.max(state);
        }
    };
    // What was never delivered follows what is open.
    (next.0.max(first.0)..end.0).for_each(|offset| worse(offset, SlipState::Open));
    if reader.dead_letters > 0 {
        let from = Position { topic, partition, offset: first };
        let query = BusQuery::DeadLetters { group: reader.group, from, most: u32::MAX };
        if let Ok(BusAnswer::DeadLetters(letters)) = bus.query(&query) {
            let here = letters.iter().filter(|letter| (letter.at.topic, letter.at.partition) == (topic, partition));
            here.for_each(|letter| worse(letter.at.offset.0, SlipState::Dead));
        }
    }
}
