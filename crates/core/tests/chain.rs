//! S1, S4, S19: the same shop twice, as a chain of direct calls and event-driven, under the same seed, load, workers and
//! faults.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/chain.rs"]
mod pins;

use std::collections::{BTreeMap, BTreeSet};

use tutti_core::base::{NodeId, Span, Stream, Time};
use tutti_core::broker::BrokerCommand;
use tutti_core::bus::{self, TopicId};
use tutti_core::consensus::Operation;
use tutti_core::lab::{Actor, Event, ReplicatedCommand, Wire};
use tutti_core::scenario::link::Link;
use tutti_core::scenario::{Scenario, Style};
use tutti_core::shop::Service;
use tutti_core::sim::{EventKind, Sink};
use tutti_core::timeline::{Figures, Journey, judge, measure, written};

/// A shop with three brokers, that are there for the chain too and have nothing to do, so that all nodes are the same.
fn shop(style: Style, rate: u32, more: &str) -> Scenario {
    let json = format!(
        r#"{{ "name": "shop", "duration": "20s", "seed": 5, "cluster": {{ "servers": 3 }},
             "network": {{ "latency": "2ms..6ms" }},
             "shop": {{ "stock": 100000, "customers": {{ "rate": {rate}, "until": "16s", "tries": 20, "max_open": 500 }},
               "order": {{ "workers": 4 }}, "payment": {{ "workers": 4 }}, "inventory": {{ "workers": 4 }},
               "shipping": {{ "workers": 4 }}, "rules": {{ "decline_above": 1000000000 }} }} {more} }}"#
    );
    Scenario::parse(&json).expect("a scenario").in_style(style)
}

/// Both styles, from the second second on: by then the brokers have a leader and consumers their partitions.
fn both(rate: u32, more: &str, until: Time) -> [Figures; 2] {
    [Style::Events, Style::Chain].map(|style| {
        let scenario = shop(style, rate, more);
        let report = judge(&scenario, until, None);
        assert_eq!(report.run.violations(), [], "{style:?}");
        measure(&scenario, Vec::new(), until).between(Time(2_000_000), until)
    })
}

#[test]
fn customers_come_at_the_same_moments_in_both_styles() {
    let placed = [Style::Events, Style::Chain].map(|style| {
        let measures = measure(&shop(style, 5, ""), Vec::new(), Time(10_000_000));
        measures.journeys().iter().map(|journey| journey.placed).collect::<Vec<_>>()
    });
    assert!(placed[0].len() > 30);
    assert_eq!(placed[0], placed[1]);
}

#[test]
fn at_a_low_load_the_chain_is_done_sooner_and_events_are_acknowledged_sooner() {
    let [events, chain] = both(2, "", Time(15_000_000));
    println!("events {events:?}\nchain {chain:?}");
    assert!(events.completed > 15 && chain.completed > 15);
    assert!(chain.completing.p50 < events.completing.p50 && chain.completing.p95 < events.completing.p95);
    assert!(events.acknowledging.p50 < chain.acknowledging.p50);
    assert!(chain.messages < events.messages);
    // A chain has nothing to say before all is over.
    assert!(chain.acknowledging.p50 > chain.completing.p50);
}

#[test]
fn at_a_high_load_the_chain_is_full_where_events_still_keep_up() {
    let [events, chain] = both(45, "", Time(15_000_000));
    println!("events {events:?}\nchain {chain:?}");
    assert!(events.completed > chain.completed * 3 / 2, "{} and {}", events.completed, chain.completed);
    assert!(events.completing.p95 < chain.completing.p95);
    assert!(chain.turned_away + chain.failed > 0 && events.turned_away + events.failed == 0);
}

#[test]
fn a_dead_step_fails_the_orders_of_a_chain_and_with_events_they_wait_and_then_are_done() {
    let faults = r#", "commands": [
        { "at": "5s", "do": { "crash": { "node": "shipping" } } },
        { "at": "9s", "do": { "restart": { "node": "shipping" } } } ]"#;
    let [events, chain] = [Style::Events, Style::Chain].map(|style| {
        let mut scenario = shop(style, 4, faults);
        let shop = scenario.shop.as_mut().expect("a shop");
        // Whoever is called gives up before those who wait for it do.
        (shop.inventory.timeout, shop.inventory.tries) = (Span::millis(100), 2);
        (shop.payment.timeout, shop.payment.tries) = (Span::millis(300), 2);
        (shop.order.timeout, shop.order.tries) = (Span::millis(800), 2);
        let measures = measure(&scenario, Vec::new(), Time(20_000_000));
        let during = measures.between(Time(5_500_000), Time(9_000_000));
        (during, measures.between(Time::ZERO, Time(20_000_000)))
    });
    println!("events {events:?}\nchain {chain:?}");
    assert_eq!((events.0.completed, chain.0.completed), (0, 0));
    assert!(events.0.acknowledged > 5, "they are taken all the same");
    assert_eq!(chain.0.acknowledged, 0);
    assert_eq!((events.1.failed, events.1.completed), (0, events.1.placed));
    assert!(chain.1.failed > 5 && chain.1.completed < chain.1.placed);
}

#[test]
fn the_series_adds_up_to_the_whole() {
    for style in [Style::Events, Style::Chain] {
        let measures = measure(&shop(style, 5, ""), Vec::new(), Time(10_000_000));
        let whole = measures.between(Time::ZERO, Time(10_000_000));
        let series = measures.series(Time::ZERO, Span::secs(1), 10);
        let sum = |of: fn(&Figures) -> u64| series.iter().map(|(_, figures)| of(figures)).sum::<u64>();
        assert!(whole.completed > 30 && whole.messages > 500);
        assert_eq!(sum(|figures| figures.completed), whole.completed);
        assert_eq!(sum(|figures| figures.messages), whole.messages);
        assert_eq!(sum(|figures| figures.completing.of as u64), whole.completed);
    }
}

/// Who was seen to publish to which topic, by its number on the bus: they are made in the order of the list.
struct Publishers(BTreeMap<NodeId, BTreeSet<TopicId>>);

impl Sink<Actor> for Publishers {
    fn event(&mut self, event: &Event<'_>) {
        let EventKind::Sent { from, body: Wire::Request(request), .. } = &event.kind else { return };
        let Operation::Command(keyed) = &request.operation else { return };
        let ReplicatedCommand::Broker(BrokerCommand::Bus(command)) = &keyed.command else { return };
        for action in &command.actions {
            if let bus::Action::Publish { records, .. } = action {
                self.0.entry(*from).or_default().extend(records.iter().map(|record| record.topic));
            }
        }
    }
}

/// S4: what is said of who publishes what is what they do.
#[test]
fn services_publish_to_the_topics_that_they_are_said_to_know() {
    let mut scenario = shop(Style::Events, 10, "");
    let shop = scenario.shop.as_mut().expect("a shop");
    (shop.fraud.workers, shop.analytics.workers, shop.customers.looks) = (1, 1, 1);
    (shop.rules.suspicious_orders, shop.stock) = (2, 20);
    let mut seen = Publishers(BTreeMap::new());
    judge(&scenario, Time(10_000_000), Some(&mut seen));
    let roles = Service::ALL.into_iter().filter(|role| *role != Service::Provider);
    for (place, role) in roles.enumerate() {
        let topics = seen.0.get(&NodeId(3 + place as u16)).map_or(0, BTreeSet::len);
        assert_eq!(topics, role.publishes().len(), "{role}");
    }
}

#[test]
fn a_chain_without_servers_plays_the_same_at_every_time() {
    let scenario = Scenario::parse(pins::CHAIN).expect("a scenario");
    let report = judge(&scenario, Time(8_000_000), None);
    assert_eq!(report.run.violations(), []);
    assert_eq!(written(report.run.trace_hash()), pins::CHAIN_HASH);
    assert_eq!(pins::chain_hash(), pins::CHAIN_HASH);
}

#[test]
fn a_chain_is_kept_by_json_bytes_and_links() {
    let scenario = Scenario::parse(pins::CHAIN).expect("a scenario");
    assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario.clone()));
    assert_eq!(Scenario::from_bytes(&scenario.to_bytes()), Ok(scenario.clone()));
    let link = Link { engine: "1".into(), scenario, orders: Vec::new(), time: Time(7), within: 0, trace_hash: 1 };
    assert_eq!(Link::decode(&link.encode().expect("short enough")), Ok(link));
}

#[test]
fn only_a_chain_can_do_without_servers_and_what_cannot_be_is_refused() {
    for json in [
        r#"{ "cluster": { "servers": 0 } }"#,
        r#"{ "cluster": { "servers": 0 }, "shop": {} }"#,
        r#"{ "shop": { "style": "chain", "calls": { "back_off": "0s" } } }"#,
        r#"{ "shop": { "style": "chain", "calls": { "breaker": { "failures": 0 } } } }"#,
        r#"{ "shop": { "style": "chain", "customers": { "tries": 0 } } }"#,
        r#"{ "shop": { "style": "ring" } }"#,
    ] {
        assert!(Scenario::parse(json).is_err(), "{json}");
    }
    assert!(Scenario::parse(r#"{ "cluster": { "servers": 0 }, "shop": { "style": "chain" } }"#).is_ok());
}

/// Who may fail.
const NAMES: [&str; 5] = ["order", "payment", "inventory", "shipping", "provider"];

/// Something that goes wrong, or is mended, at a node.
fn deed(chance: &mut Stream) -> String {
    let [node, other] = [(); 2].map(|()| NAMES[chance.below(5) as usize]);
    match chance.below(9) {
        0 | 1 => format!(r#"{{ "crash": {{ "node": "{node}" }} }}"#),
        2..=4 => format!(r#"{{ "restart": {{ "node": "{node}" }} }}"#),
        5 if node != other => format!(r#"{{ "cut": {{ "from": "{node}", "to": "{other}" }} }}"#),
        6 => r#""heal_all""#.into(),
        7 => format!(r#"{{ "pause": {{ "node": "{node}" }} }}"#),
        _ => format!(r#"{{ "resume": {{ "node": "{node}" }} }}"#),
    }
}

/// A chain of any settings to which anything happens.
fn shaken(seed: u64) -> Scenario {
    let chance = &mut Stream::new(seed, "a chain");
    let mut pick = |of: &[&str]| of[chance.below(of.len() as u32) as usize].to_owned();
    let staff: Vec<String> = ["order", "payment", "inventory", "shipping"]
        .iter()
        .map(|name| {
            let (workers, timeout) = (pick(&["1", "2", "4"]), pick(&["30ms", "100ms", "400ms"]));
            let (tries, queue) = (pick(&["1", "2", "4"]), pick(&["0", "2", "64"]));
            format!(
                r#""{name}": {{ "workers": {workers}, "timeout": "{timeout}", "tries": {tries}, "queue": {queue} }}"#
            )
        })
        .collect();
    let calls = pick(&["{}", r#"{ "back_off": "20ms" }"#, r#"{ "breaker": { "failures": 2, "open_for": "200ms" } }"#]);
    let (stock, fraud) = (pick(&["8", "10000"]), pick(&["0", "1"]));
    let (loss, unavailable) = (pick(&["0%", "3%"]), pick(&["0%", "20%"]));
    let commands: Vec<String> = (0..40)
        .map(|number| format!(r#"{{ "at": "{}ms", "do": {} }}"#, 300 + number * 120 + chance.below(100), deed(chance)))
        .collect();
    let mended = NAMES.iter().flat_map(|name| ["restart", "resume"].map(|deed| (name, deed)));
    let mended: Vec<String> = mended
        .map(|(name, deed)| format!(r#"{{ "at": "6s", "do": {{ "{deed}": {{ "node": "{name}" }} }} }}"#))
        .collect();
    let json = format!(
        r#"{{ "seed": {seed}, "duration": "20s", "cluster": {{ "servers": 0 }},
             "network": {{ "latency": "1ms..9ms", "loss": "{loss}", "duplicate": "{loss}", "reorder": "{loss}" }},
             "shop": {{ "style": "chain", "calls": {calls}, "stock": {stock}, {staff},
               "fraud": {{ "workers": {fraud} }}, "analytics": {{ "workers": {fraud} }},
               "provider": {{ "unavailable": "{unavailable}" }},
               "customers": {{ "rate": 20, "until": "5s", "tries": 8 }} }},
             "commands": [{commands}, {{ "at": "6s", "do": "heal_all" }}, {mended}] }}"#,
        mended = mended.join(", "),
        staff = staff.join(", "),
        commands = commands.join(", "),
    );
    Scenario::parse(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// S28, for what a chain promises: whatever happens, the books keep what they forbid. What it does not promise is counted.
#[test]
fn whatever_happens_to_a_chain_money_and_stock_add_up() {
    let (mut ended, mut left) = (0, 0);
    for seed in 0..300 {
        let scenario = shaken(seed);
        let mut report = judge(&scenario, Time(20_000_000), None);
        report.run.judge_end();
        assert_eq!(report.run.violations(), [], "seed {seed}: {}", scenario.to_json());
        let measures = measure(&scenario, Vec::new(), Time(20_000_000));
        let placed = |journey: &&Journey| journey.placed.is_some();
        ended += measures.journeys().iter().filter(placed).filter(|journey| journey.ended.is_some()).count();
        left += measures.journeys().iter().filter(placed).filter(|journey| journey.ended.is_none()).count();
    }
    println!("{ended} ended, {left} left");
    assert!(ended > 10_000 && left > 300);
}
