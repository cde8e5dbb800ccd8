//! What happens before what: the cone of an event, and Lamport times.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tutti_core::base::{EventId, MessageId, NodeId, Time};
use tutti_core::lab::scene::MessageKind;
use tutti_core::lab::{Actor, Command, Event};
use tutti_core::scenario::Scenario;
use tutti_core::sim::{EventKind, Loss, Sink};
use tutti_core::timeline::{Clocks, Cone, Counted, Player, Row, RowKind, Timeline, judge_with};

const KIND: MessageKind = MessageKind::Heartbeat;
const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

/// Rows that are written by hand, each a microsecond after the one before.
#[derive(Default)]
struct Tale(Vec<Row>);

impl Tale {
    fn add(&mut self, cause: u64, kind: RowKind) -> EventId {
        let id = self.0.len() as u64 + 1;
        self.0.push(Row { id: EventId(id), cause: EventId(cause), time: Time(id), kind });
        EventId(id)
    }
    fn step(&mut self, node: NodeId) -> EventId {
        self.add(0, RowKind::Synced { node, writes: 1 })
    }
    fn sent(&mut self, message: u64, from: NodeId, to: NodeId) -> EventId {
        self.add(0, RowKind::Sent { message: MessageId(message), from, to, kind: KIND })
    }
    fn got(&mut self, message: u64, from: NodeId, to: NodeId) -> EventId {
        self.add(0, RowKind::Delivered { message: MessageId(message), from, to, kind: KIND })
    }
    fn lost(&mut self, message: u64, from: NodeId, to: NodeId) -> EventId {
        self.add(0, RowKind::Lost { message: MessageId(message), from, to, kind: KIND, why: Loss::Chance })
    }
    fn cone(&self, event: EventId) -> Cone {
        Cone::of(&self.0, event, 3).expect("it is there")
    }
}

#[test]
fn what_no_message_joins_is_concurrent() {
    let mut tale = Tale::default();
    let (a, b) = (tale.step(A), tale.step(B));
    let sent = tale.sent(1, A, C);
    let got = tale.got(1, A, C);
    let late = tale.step(B);
    for (one, other) in [(a, b), (b, sent), (got, late), (sent, late)] {
        for (middle, away) in [(one, other), (other, one)] {
            let cone = tale.cone(middle);
            assert!(!cone.past.holds(away) && !cone.future.holds(away), "{middle} and {away}");
        }
    }
}

#[test]
fn causes_of_causes_are_causes() {
    let mut tale = Tale::default();
    let first = tale.step(A);
    tale.sent(1, A, B);
    tale.got(1, A, B);
    let later = tale.step(A);
    tale.sent(2, B, C);
    let last = tale.got(2, B, C);
    assert!(tale.cone(first).future.holds(last) && tale.cone(last).past.holds(first));
    assert!(!tale.cone(last).past.holds(later), "what A did after it had sent is none");
    let past = tale.cone(last).past;
    assert_eq!(past.messages, BTreeSet::from([MessageId(1), MessageId(2)]));
    assert_eq!(past.nodes, [Some(Time(2)), Some(Time(5)), None], "each line up to the last that counts");
    let future = tale.cone(first).future;
    assert_eq!(future.nodes, [Some(Time(2)), Some(Time(3)), Some(Time(6))]);
}

#[test]
fn a_dropped_message_causes_nothing() {
    let mut tale = Tale::default();
    let sent = tale.sent(1, A, B);
    let lost = tale.lost(1, A, B);
    let after = tale.step(B);
    assert_eq!(tale.cone(sent).future.events, [lost]);
    assert_eq!(tale.cone(lost).past.events, [sent]);
    assert_eq!((tale.cone(lost).future.events, tale.cone(after).past.events), (vec![], vec![]));
}

#[test]
fn a_duplicate_causes_twice_and_one_made_by_hand_is_nothing_that_its_sender_did() {
    let mut tale = Tale::default();
    let sent = tale.sent(1, A, B);
    let hand =
        tale.add(0, RowKind::Commanded { command: Command::Duplicate { message: MessageId(1) }, rejected: None });
    let copy = tale.add(hand.0, RowKind::Sent { message: MessageId(2), from: A, to: B, kind: KIND });
    let (one, two) = (tale.got(1, A, B), tale.got(2, A, B));
    let own = tale.step(A);
    assert_eq!(tale.cone(sent).future.events, [copy, one, two, own]);
    assert_eq!(tale.cone(two).past.events, [sent, hand, copy, one]);
    assert_eq!(tale.cone(one).past.events, [sent]);
    assert!(!tale.cone(copy).future.holds(own));
}

#[test]
fn a_crash_ends_no_line_and_a_pause_is_on_it() {
    let mut tale = Tale::default();
    let before = tale.step(A);
    let kill = tale.add(0, RowKind::Commanded { command: Command::Crash { node: A }, rejected: None });
    let dies = tale.add(kill.0, RowKind::Crashed { node: A, lost_writes: 0 });
    let back = tale.add(0, RowKind::Booted { node: A });
    let pause = tale.add(0, RowKind::Commanded { command: Command::Pause { node: B }, rejected: None });
    let refused = tale.add(0, RowKind::Commanded { command: Command::Resume { node: A }, rejected: None });
    let other = tale.step(B);
    assert_eq!(tale.cone(back).past.events, [before, kill, dies]);
    assert_eq!(tale.cone(kill).past.events, []);
    assert_eq!(tale.cone(kill).future.events, [dies, back]);
    assert_eq!(tale.cone(other).past.events, [pause]);
    assert_eq!(tale.cone(refused).future.events, []);
}

/// Sees a whole run, and says by rules of its own what was before each event.
#[derive(Default)]
struct Oracle {
    past: Vec<BTreeSet<u64>>,
    times: Vec<Time>,
    last: BTreeMap<NodeId, u64>,
    under_way: BTreeMap<MessageId, Vec<u64>>,
    pauses: BTreeMap<NodeId, Vec<u64>>,
    copies: BTreeMap<u64, MessageId>,
    deeds: BTreeSet<u64>,
}

impl Sink<Actor> for Oracle {
    fn event(&mut self, event: &Event<'_>) {
        let id = event.id.0;
        let mut before: Vec<u64> = Vec::new();
        if self.deeds.contains(&event.cause.0) {
            before.push(event.cause.0);
        }
        let mut on = None;
        match &event.kind {
            EventKind::Commanded { command, rejected } => {
                self.deeds.insert(id);
                match command {
                    Command::Crash { node }
                    | Command::Restart { node }
                    | Command::Pause { node }
                    | Command::Resume { node }
                        if rejected.is_none() =>
                    {
                        self.pauses.entry(*node).or_default().push(id);
                    }
                    Command::Duplicate { message } if rejected.is_none() => drop(self.copies.insert(id, *message)),
                    _ => {}
                }
            }
            EventKind::Sent { message, from, .. } => {
                match self.copies.get(&event.cause.0) {
                    Some(original) => before.extend(self.under_way.get(original).into_iter().flatten()),
                    None => on = Some(*from),
                }
                self.under_way.insert(*message, vec![id]);
            }
            EventKind::Delivered { message, to, .. } => {
                on = Some(*to);
                before.extend(self.under_way.remove(message).unwrap_or_default());
            }
            EventKind::Lost { message, .. } => {
                before.extend(self.under_way.remove(message).unwrap_or_default());
                before.extend(self.last.values().filter(|&&last| last == event.cause.0));
            }
            EventKind::Rescheduled { message, .. } => {
                let way = self.under_way.entry(*message).or_default();
                before.extend(way.iter().copied());
                way.push(id);
            }
            EventKind::Booted { node }
            | EventKind::Crashed { node, .. }
            | EventKind::TimedOut { node, .. }
            | EventKind::Synced { node, .. }
            | EventKind::Noted { node, .. } => on = Some(*node),
        }
        if let Some(node) = on {
            before.extend(self.last.insert(node, id));
            before.extend(self.pauses.remove(&node).unwrap_or_default());
        }
        let mut past = BTreeSet::new();
        for each in before {
            past.extend(self.past[each as usize - 1].iter().copied());
            past.insert(each);
        }
        assert_eq!(self.past.len() as u64 + 1, id, "ids are dense");
        self.past.push(past);
        self.times.push(event.time);
    }
}

/// A run in which much goes wrong.
fn scenario(seed: u64, clients: bool) -> Scenario {
    let rate = if clients { 30 } else { 0 };
    let text = format!(
        r#"{{ "seed": {seed}, "duration": "900ms", "cluster": {{ "servers": 3 }},
            "network": {{ "loss": "4%", "duplicate": "6%", "reorder": "5%" }},
            "load": {{ "clients": 1, "rate": {rate} }},
            "commands": [
              {{ "at": "300ms", "do": {{ "crash": {{ "node": "leader" }} }} }},
              {{ "at": "420ms", "do": {{ "pause": {{ "node": "B" }} }} }},
              {{ "at": "500ms", "do": {{ "partition": {{ "groups": [["A"], ["B", "C"]] }} }} }},
              {{ "at": "550ms", "do": {{ "resume": {{ "node": "B" }} }} }},
              {{ "at": "600ms", "do": {{ "restart": {{ "node": "A" }} }} }},
              {{ "at": "650ms", "do": "heal_all" }} ] }}"#
    );
    Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn oracle(scenario: &Scenario) -> Oracle {
    let mut oracle = Oracle::default();
    judge_with(scenario, Vec::new(), Time::ZERO + scenario.duration, Some(&mut oracle));
    oracle
}

fn played(scenario: &Scenario) -> Timeline {
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time::ZERO + scenario.duration);
    player.timeline().clone()
}

fn lamport(timeline: &Timeline, clocks: &mut Clocks, id: u64, oracle: &Oracle) -> u64 {
    match timeline.lamport(clocks, EventId(id), oracle.times[id as usize - 1], u64::MAX) {
        Counted::Known(time) => time,
        other => panic!("{id}: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_cone_is_what_happens_before_and_after_and_lamport_times_grow_along_it(
        seed in 0u64..10_000, clients in any::<bool>(), picks in prop::collection::vec(any::<prop::sample::Index>(), 6),
    ) {
        let scenario = scenario(seed, clients);
        let (oracle, timeline) = (oracle(&scenario), played(&scenario));
        let mut clocks = Clocks::default();
        let all = oracle.past.len() as u64;
        for pick in picks {
            let id = pick.index(all as usize) as u64 + 1;
            let past = &oracle.past[id as usize - 1];
            let cone = timeline.cone(EventId(id), oracle.times[id as usize - 1]).expect("it is there");
            prop_assert_eq!(cone.past.events.iter().map(|id| id.0).collect::<Vec<_>>(),
                past.iter().copied().collect::<Vec<_>>());
            let future: Vec<u64> = (id + 1..=all).filter(|&later| oracle.past[later as usize - 1].contains(&id)).collect();
            prop_assert_eq!(cone.future.events.iter().map(|id| id.0).collect::<Vec<_>>(), future.clone());
            prop_assert!(!cone.past.is_cut && !cone.future.is_cut);
            let own = lamport(&timeline, &mut clocks, id, &oracle);
            let before = past.iter().map(|&earlier| lamport(&timeline, &mut clocks, earlier, &oracle)).max();
            prop_assert_eq!(own, before.unwrap_or(0) + 1, "one more than the latest before it");
            for later in future.into_iter().take(20) {
                prop_assert!(lamport(&timeline, &mut clocks, later, &oracle) > own);
            }
        }
    }
}

#[test]
fn a_cone_and_its_time_are_made_again_where_the_notebook_has_forgotten() {
    let text = r#"{ "duration": "20s", "cluster": { "servers": 3 }, "load": { "clients": 1, "rate": 200 } }"#;
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let mut player = Player::new(scenario.setup(), scenario.plan());
    let mut clocks = Clocks::default();
    player.timeline_mut().seek(Time(9_000_000));
    let row = player.timeline().rows(Time(4_000_000), Time(5_000_000), 1).pop().expect("something happened");
    let known = player.timeline().lamport(&mut clocks, row.id, row.time, u64::MAX);
    let cone = player.timeline().cone(row.id, row.time).expect("it is there");
    player.timeline_mut().seek(Time(20_000_000));
    assert!(player.timeline().run().world().events() > row.id.0 + 20_000, "enough to be forgotten");
    let again = player.timeline().cone(row.id, row.time).expect("it is there");
    assert_eq!((again, cone.past.is_cut, cone.future.is_cut), (cone, true, true));
    assert_eq!(player.timeline().lamport(&mut clocks, row.id, row.time, u64::MAX), known);
    assert!(matches!(known, Counted::Known(1..)));
    // From the beginning in pieces, and no further than was wanted.
    let (mut pieces, mut clocks) = (0, Clocks::default());
    let late = player.timeline().rows(Time(19_000_000), Time(20_000_000), 1).pop().expect("something happened");
    while player.timeline().lamport(&mut clocks, late.id, late.time, 1) == Counted::NotYet {
        pieces += 1;
    }
    assert!((2..40).contains(&pieces), "{pieces}");
    let whole = player.timeline().lamport(&mut Clocks::default(), late.id, late.time, u64::MAX);
    assert_eq!(player.timeline().lamport(&mut clocks, late.id, late.time, 1), whole);
    assert_eq!(player.timeline().lamport(&mut clocks, EventId(u64::MAX), late.time, 1), Counted::NoSuchEvent);
}
