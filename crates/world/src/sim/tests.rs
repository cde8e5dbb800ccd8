//! The world by itself, with the simplest processes that show what it does.

use super::*;
use crate::base::{NodeId, Span, Time, digest};

/// Sends what it is asked to, writes down what it gets, and answers pings once they are on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Scribe {
    got: Vec<u32>,
    on_disk: Vec<u32>,
    timeouts: Vec<u64>,
    boots: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Ask {
    Send {
        to: u16,
        what: u32,
    },
    Write(u32),
    /// Written, and told to another once it is on disk.
    WriteAndTell {
        to: u16,
        what: u32,
    },
    Timer(Span),
    Cancel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Alarm;

impl TimerName for Alarm {
    fn slot(self) -> usize {
        0
    }
    fn from_slot(slot: usize) -> Option<Self> {
        (slot == 0).then_some(Alarm)
    }
}

impl Process for Scribe {
    type Message = u32;
    type Request = Ask;
    type Timer = Alarm;
    type Durable = Vec<u32>;
    type Write = u32;
    type Note = ();

    fn step<P: Port<Self>>(&mut self, input: Input<Self>, port: &mut P) {
        match input {
            Input::Boot => self.boots += 1,
            Input::Message { message, .. } => self.got.push(message),
            Input::Timer(Alarm) => self.timeouts.push(port.local_time().0),
            Input::Synced { .. } => {}
            Input::Request(ask) => match ask {
                Ask::Send { to, what } => port.send(NodeId(to), what),
                Ask::Write(what) => port.write(what),
                Ask::WriteAndTell { to, what } => {
                    port.write(what);
                    port.send_synced(NodeId(to), what);
                }
                Ask::Timer(after) => port.set_timer(Alarm, after),
                Ask::Cancel => port.cancel_timer(Alarm),
            },
        }
    }

    fn restart(&self, durable: &Vec<u32>) -> Self {
        Scribe { on_disk: durable.clone(), boots: self.boots, ..Scribe::default() }
    }

    fn empty_disk(&self) -> Vec<u32> {
        Vec::new()
    }

    fn apply_write(durable: &mut Vec<u32>, write: u32) {
        durable.push(write);
    }

    fn message_bytes(_: &u32) -> u32 {
        1_000
    }

    fn fingerprint(&self) -> u64 {
        digest(self)
    }
}

const MS: u64 = 1_000;

fn quality(latency: Latency) -> Quality {
    Quality::clean(latency)
}

fn world(nodes: u16, quality: Quality, seed: u64) -> World<Scribe> {
    let spec = |name: u16| NodeSpec {
        name: format!("node {name}"),
        process: Scribe::default(),
        sync_cost: Latency::Fixed(Span::millis(2)),
    };
    World::new(seed, (0..nodes).map(spec).collect(), |_, _| quality, &mut NoTrace)
}

fn ten_ms() -> Quality {
    quality(Latency::Fixed(Span::millis(10)))
}

fn give(world: &mut World<Scribe>, command: Command<Ask>) {
    world.command(&command, &mut NoTrace).expect("it fits");
}

fn ask(world: &mut World<Scribe>, node: u16, request: Ask) {
    give(world, Command::Request { node: NodeId(node), request });
}

fn send(world: &mut World<Scribe>, from: u16, to: u16, what: u32) {
    ask(world, from, Ask::Send { to, what });
}

fn only_flight(world: &World<Scribe>) -> crate::base::MessageId {
    world.flights().map(|flight| flight.id).max().expect("one is under way")
}

fn run(world: &mut World<Scribe>, ms: u64) {
    world.run_until(Time(ms * MS), &mut NoTrace);
}

fn got(world: &World<Scribe>, node: u16) -> &[u32] {
    &world.process(NodeId(node)).got
}

#[test]
fn a_message_takes_its_latency() {
    let mut world = world(2, ten_ms(), 1);
    send(&mut world, 0, 1, 7);
    world.run_until(Time(10 * MS - 1), &mut NoTrace);
    assert_eq!(got(&world, 1), [0u32; 0]);
    run(&mut world, 10);
    assert_eq!(got(&world, 1), [7]);
}

#[test]
fn messages_keep_their_order_unless_the_link_reorders() {
    let spread = quality(Latency::Uniform { min: Span::millis(1), max: Span::millis(50) });
    for (reorder_ppm, in_order) in [(0, true), (500_000, false)] {
        let mut world = world(2, Quality { reorder_ppm, ..spread }, 3);
        (0..50).for_each(|what| send(&mut world, 0, 1, what));
        run(&mut world, 200);
        assert_eq!(got(&world, 1).len(), 50);
        assert_eq!(got(&world, 1).is_sorted(), in_order);
    }
}

#[test]
fn a_narrow_link_makes_messages_queue() {
    // 1,000 bytes a message at 100,000 bytes a second: 10 ms each, one after the other.
    let mut world = world(2, Quality { bandwidth: Some(100_000), ..quality(Latency::Fixed(Span::ZERO)) }, 1);
    (0..3).for_each(|what| send(&mut world, 0, 1, what));
    for (ms, arrived) in [(9, 0), (10, 1), (20, 2), (30, 3)] {
        run(&mut world, ms);
        assert_eq!(got(&world, 1).len(), arrived, "at {ms} ms");
    }
}

#[test]
fn a_lossy_link_loses_about_as_many_as_it_should_and_they_are_seen_to_set_out() {
    let mut world = world(2, Quality { loss_ppm: 250_000, ..ten_ms() }, 5);
    (0..4_000).for_each(|what| send(&mut world, 0, 1, what));
    assert_eq!(world.flights().count(), 4_000);
    run(&mut world, 20);
    let lost = world.stats().lost_by_chance;
    assert!((900..1_100).contains(&lost), "{lost}");
    assert_eq!(got(&world, 1).len() as u64, 4_000 - lost);
}

#[test]
fn a_duplicating_link_delivers_some_twice() {
    let mut world = world(2, Quality { duplicate_ppm: 500_000, ..ten_ms() }, 5);
    (0..100).for_each(|what| send(&mut world, 0, 1, what));
    run(&mut world, 30);
    assert_eq!(got(&world, 1).len() as u64, 100 + world.stats().duplicated);
    assert!((30..70).contains(&world.stats().duplicated));
}

#[test]
fn a_cut_direction_loses_what_is_under_way_and_what_comes_but_not_the_other_direction() {
    let mut world = world(2, ten_ms(), 1);
    send(&mut world, 0, 1, 1);
    give(&mut world, Command::Cut { from: NodeId(0), to: NodeId(1) });
    send(&mut world, 0, 1, 2);
    send(&mut world, 1, 0, 3);
    run(&mut world, 20);
    assert_eq!((got(&world, 1), got(&world, 0)), (&[][..], &[3][..]));
    assert_eq!(world.stats().lost_on_cut, 2);
    give(&mut world, Command::Heal { from: NodeId(0), to: NodeId(1) });
    send(&mut world, 0, 1, 4);
    run(&mut world, 40);
    assert_eq!(got(&world, 1), [4]);
}

#[test]
fn a_partition_cuts_between_groups_heals_within_and_leaves_others_alone() {
    let mut world = world(5, ten_ms(), 1);
    let n = NodeId;
    give(&mut world, Command::Cut { from: n(0), to: n(1) });
    give(&mut world, Command::Partition { groups: vec![vec![n(0), n(1)], vec![n(2), n(3)]] });
    let cut = |world: &World<Scribe>, a, b| world.link(n(a), n(b)).cut;
    assert!(!cut(&world, 0, 1) && !cut(&world, 2, 3));
    assert!(cut(&world, 0, 2) && cut(&world, 3, 1) && cut(&world, 2, 1));
    assert!(!cut(&world, 4, 0) && !cut(&world, 2, 4));
    give(&mut world, Command::HealAll);
    assert!(!cut(&world, 0, 2));
}

#[test]
fn a_crash_loses_what_was_not_synced_and_the_message_that_waited_for_it() {
    let mut world = world(2, ten_ms(), 1);
    ask(&mut world, 0, Ask::WriteAndTell { to: 1, what: 1 });
    run(&mut world, 3);
    ask(&mut world, 0, Ask::WriteAndTell { to: 1, what: 2 });
    run(&mut world, 4);
    give(&mut world, Command::Crash { node: NodeId(0) });
    run(&mut world, 30);
    give(&mut world, Command::Restart { node: NodeId(0) });
    assert_eq!(world.process(NodeId(0)).on_disk, [1]);
    assert_eq!(got(&world, 1), [1]);
    assert_eq!(world.stats().writes_lost, 1);
}

#[test]
fn writes_that_come_during_a_sync_go_together_with_the_next() {
    let mut world = world(1, ten_ms(), 1);
    (0..5).for_each(|what| ask(&mut world, 0, Ask::Write(what)));
    run(&mut world, 2);
    assert_eq!(world.durable(NodeId(0)), &[0]);
    run(&mut world, 4);
    assert_eq!(world.durable(NodeId(0)), &[0, 1, 2, 3, 4]);
    assert_eq!(world.stats().syncs, 2);
}

#[test]
fn a_dead_node_gets_nothing_and_its_timers_are_gone() {
    let mut world = world(2, ten_ms(), 1);
    ask(&mut world, 1, Ask::Timer(Span::millis(5)));
    send(&mut world, 0, 1, 1);
    give(&mut world, Command::Crash { node: NodeId(1) });
    run(&mut world, 50);
    give(&mut world, Command::Restart { node: NodeId(1) });
    run(&mut world, 100);
    let scribe = world.process(NodeId(1));
    assert_eq!((scribe.got.len(), scribe.timeouts.len(), scribe.boots), (0, 0, 2));
    assert_eq!(world.stats().lost_at_dead, 1);
}

#[test]
fn a_paused_node_takes_everything_in_order_when_it_goes_on() {
    let mut world = world(2, ten_ms(), 1);
    give(&mut world, Command::Pause { node: NodeId(1) });
    (0..3).for_each(|what| send(&mut world, 0, 1, what));
    run(&mut world, 100);
    assert_eq!(got(&world, 1).len(), 0);
    give(&mut world, Command::Resume { node: NodeId(1) });
    run(&mut world, 100);
    assert_eq!(got(&world, 1), [0, 1, 2]);
}

#[test]
fn a_timer_of_a_paused_node_runs_out_when_it_goes_on() {
    let mut world = world(1, ten_ms(), 1);
    ask(&mut world, 0, Ask::Timer(Span::millis(5)));
    give(&mut world, Command::Pause { node: NodeId(0) });
    run(&mut world, 50);
    assert_eq!(world.process(NodeId(0)).timeouts.len(), 0);
    give(&mut world, Command::Resume { node: NodeId(0) });
    run(&mut world, 50);
    assert_eq!(world.process(NodeId(0)).timeouts, [50 * MS]);
}

#[test]
fn what_waits_at_a_paused_node_is_lost_when_it_dies_and_can_be_dropped_by_hand() {
    let mut world = world(2, ten_ms(), 1);
    give(&mut world, Command::Pause { node: NodeId(1) });
    (0..3).for_each(|what| send(&mut world, 0, 1, what));
    run(&mut world, 20);
    let message = only_flight(&world);
    give(&mut world, Command::Drop { message });
    // The slot of the dropped message is used again by one that is still on its way.
    send(&mut world, 0, 1, 9);
    give(&mut world, Command::Crash { node: NodeId(1) });
    assert_eq!((world.stats().dropped, world.stats().lost_at_dead), (1, 2));
    give(&mut world, Command::Restart { node: NodeId(1) });
    run(&mut world, 60);
    assert_eq!(got(&world, 1), [9]);
}

#[test]
fn a_timer_that_is_set_again_moves_and_one_that_is_cancelled_is_silent() {
    let mut world = world(1, ten_ms(), 1);
    ask(&mut world, 0, Ask::Timer(Span::millis(10)));
    run(&mut world, 5);
    ask(&mut world, 0, Ask::Timer(Span::millis(10)));
    run(&mut world, 12);
    ask(&mut world, 0, Ask::Timer(Span::millis(1)));
    run(&mut world, 40);
    assert_eq!(world.process(NodeId(0)).timeouts, [13 * MS]);
    ask(&mut world, 0, Ask::Timer(Span::millis(10)));
    ask(&mut world, 0, Ask::Cancel);
    run(&mut world, 100);
    assert_eq!(world.process(NodeId(0)).timeouts.len(), 1);
}

#[test]
fn a_skewed_clock_makes_timers_early_or_late() {
    let mut world = world(2, ten_ms(), 1);
    give(&mut world, Command::Skew { node: NodeId(0), rate_ppm: 250_000, offset_us: 0 });
    give(&mut world, Command::Skew { node: NodeId(1), rate_ppm: -200_000, offset_us: 500 });
    (0..2).for_each(|node| ask(&mut world, node, Ask::Timer(Span::millis(10))));
    let fired = |world: &World<Scribe>, node| world.process(NodeId(node)).timeouts.len();
    run(&mut world, 8);
    assert_eq!((fired(&world, 0), fired(&world, 1)), (1, 0));
    world.run_until(Time(12_500), &mut NoTrace);
    assert_eq!(fired(&world, 1), 1);
    assert_eq!(world.process(NodeId(1)).timeouts, [10_500]);
}

#[test]
fn one_message_in_flight_can_be_dropped_delayed_doubled_held_and_hurried() {
    let mut world = world(2, ten_ms(), 1);
    let mut next = |what, command: fn(crate::base::MessageId) -> Command<Ask>| {
        send(&mut world, 0, 1, what);
        let message = only_flight(&world);
        give(&mut world, command(message));
        message
    };
    next(1, |message| Command::Drop { message });
    next(2, |message| Command::Delay { message, by: Span::millis(5) });
    next(3, |message| Command::Duplicate { message });
    let held = next(4, |message| Command::Hold { message });
    next(5, |message| Command::DeliverNow { message });
    world.run_until(Time::ZERO, &mut NoTrace);
    assert_eq!(got(&world, 1), [5]);
    run(&mut world, 10);
    assert_eq!(got(&world, 1), [5, 3, 3]);
    run(&mut world, 500);
    assert_eq!(got(&world, 1), [5, 3, 3, 2]);
    give(&mut world, Command::Delay { message: held, by: Span::millis(7) });
    run(&mut world, 507);
    assert_eq!(got(&world, 1), [5, 3, 3, 2, 4]);
    let gone = world.command(&Command::Drop { message: held }, &mut NoTrace);
    assert_eq!(gone, Err(Rejection::NotInFlight));
}

#[test]
fn a_message_that_is_held_or_delayed_goes_on_from_where_it_is() {
    let mut world = world(2, ten_ms(), 1);
    send(&mut world, 0, 1, 7);
    let message = only_flight(&world);
    let mut change = |at: u64, command: Command<Ask>| {
        run(&mut world, at);
        give(&mut world, command);
        world.flights().map(|flight| flight.changed).next().expect("it is under way")
    };
    assert_eq!(change(4, Command::Hold { message }), (Time(4 * MS), 400_000));
    assert_eq!(change(9, Command::Delay { message, by: Span::millis(6) }), (Time(9 * MS), 400_000));
    assert_eq!(change(12, Command::Delay { message, by: Span::millis(5) }), (Time(12 * MS), 700_000));
    run(&mut world, 20);
    assert_eq!(got(&world, 1), [7]);
}

#[test]
fn a_command_that_does_not_fit_is_refused_with_its_reason_and_changes_nothing() {
    let mut world = world(2, ten_ms(), 1);
    let node = NodeId(1);
    let mut refused = |command: Command<Ask>| {
        let before = world.digest();
        let result = world.command(&command, &mut NoTrace);
        // That it was given is in the trace: only the count of events has moved.
        assert_ne!(world.digest(), before);
        result.expect_err("it does not fit")
    };
    assert_eq!(refused(Command::Restart { node }), Rejection::NotDead);
    assert_eq!(refused(Command::Resume { node }), Rejection::NotPaused);
    assert_eq!(refused(Command::Crash { node: NodeId(9) }), Rejection::NoSuchNode);
    assert_eq!(refused(Command::Cut { from: node, to: node }), Rejection::NoSuchLink);
    assert_eq!(refused(Command::Partition { groups: vec![vec![NodeId(2)]] }), Rejection::NoSuchNode);
    give(&mut world, Command::Crash { node });
    assert_eq!(world.command(&Command::Pause { node }, &mut NoTrace), Err(Rejection::Dead));
}

/// Design: an intervention shifts no other stream of chance.
#[test]
fn traffic_on_one_link_does_not_change_the_fate_of_another() {
    let lossy = Quality { loss_ppm: 300_000, ..quality(Latency::Uniform { min: Span(1), max: Span::millis(9) }) };
    let fate = |busy: bool| {
        let mut world = world(3, lossy, 11);
        for what in 0..100 {
            if busy {
                send(&mut world, 0, 2, what);
                send(&mut world, 1, 0, what);
            }
            send(&mut world, 0, 1, what);
        }
        run(&mut world, 50);
        got(&world, 1).to_vec()
    };
    assert_eq!(fate(false), fate(true));
}

/// Every event but the first of a chain names one before it as its cause.
#[test]
fn causes_come_before_their_effects() {
    struct Causes(u64, usize);
    impl Sink<Scribe> for Causes {
        fn event(&mut self, event: &Event<'_, Scribe>) {
            assert!(event.cause < event.id && event.id.0 == self.0 + 1);
            self.0 = event.id.0;
            let outside = matches!(event.kind, EventKind::Commanded { .. } | EventKind::Booted { .. });
            assert!(outside || event.cause.0 > 0, "{event:?}");
            self.1 += usize::from(matches!(event.kind, EventKind::Delivered { .. }));
        }
    }
    let mut sink = Causes(0, 0);
    let spec = NodeSpec { name: "n".into(), process: Scribe::default(), sync_cost: Latency::Fixed(Span(5)) };
    let mut world = World::new(1, vec![spec.clone(), spec], |_, _| ten_ms(), &mut sink);
    let request = Ask::WriteAndTell { to: 1, what: 1 };
    world.command(&Command::Request { node: NodeId(0), request }, &mut sink).expect("it fits");
    world.run_until(Time(50 * MS), &mut sink);
    assert_eq!(sink.1, 1);
}
