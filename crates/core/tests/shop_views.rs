//! What is seen of a shop: the tape of a topic, what messages carry, and the story of one order; and the commands that its
//! page gives besides.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::RefCell;
use std::rc::Rc;

use tutti_core::base::Time;
use tutti_core::lab::shop_tape::{SlipState, Tape, tape};
use tutti_core::lab::{shop_cargo, shop_orders};
use tutti_core::scenario::Scenario;
use tutti_core::shop::{Kind, OrderId, Status};
use tutti_core::timeline::{OrderStory, Player};

fn scenario(shop: &str, commands: &str) -> Scenario {
    let json = format!(
        r#"{{"seed": 11, "duration": "30s", "cluster": {{"servers": 3}}, "shop": {shop}, "commands": [{commands}]}}"#
    );
    Scenario::parse(&json).unwrap_or_else(|error| panic!("{error}"))
}

fn at(scenario: &Scenario, ms: u64) -> Player {
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time(ms * 1_000));
    player
}

fn orders_tape(player: &Player) -> Tape {
    tape(player.timeline().run().world(), 0, 0, 100).expect("there is a topic")
}

/// Orders that nothing changes any more: one may be declined as well as shipped.
fn ended(player: &Player) -> usize {
    let (orders, _) = shop_orders::orders(player.timeline().run().world(), 1_000);
    orders.iter().filter(|order| order.status.is_end()).count()
}

#[test]
fn on_the_tape_the_way_from_a_mark_to_the_end_is_the_lag() {
    let scenario = scenario(r#"{"customers": {"rate": 20}}"#, r#"{"at": "2s", "do": {"crash": {"node": "payment"}}}"#);
    let player = at(&scenario, 3_500);
    let tape = orders_tape(&player);
    let place = tape.readers.iter().position(|reader| reader.name == "payment").expect("it reads");
    let payment = &tape.readers[place];
    assert!(!payment.alive && payment.in_service && payment.lag > 20, "{payment:?}");
    let ways: u64 = tape.partitions.iter().map(|row| row.end.0 - row.at[place].0).sum();
    assert_eq!(ways, payment.lag);
    for row in &tape.partitions {
        for (offset, slip) in (row.first.0..).zip(&row.slips) {
            let open = matches!(slip.state, SlipState::Open | SlipState::InFlight);
            assert!(open || offset < row.at[place].0, "{offset} is behind payment's mark: {slip:?}");
        }
        let done = row.slips.iter().filter(|slip| slip.state == SlipState::Done).count();
        assert!(done > 2, "what all have dealt with: {done}");
    }
    let idle = tape.readers.iter().find(|reader| reader.name == "fraud");
    assert!(idle.is_none_or(|reader| !reader.in_service), "who is not in service holds nothing up");
}

#[test]
fn a_tape_can_be_drawn_back_to_its_beginning() {
    let player = at(&scenario(r#"{"customers": {"rate": 20}}"#, ""), 3_000);
    let world = player.timeline().run().world();
    let whole = tape(world, 0, 0, 1_000).expect("there is a topic");
    let back = tape(world, 0, 5, 3).expect("there is a topic");
    for (whole, back) in whole.partitions.iter().zip(&back.partitions) {
        let (from, end) = (back.first.0 as usize, whole.end.0 as usize);
        assert_eq!((back.slips.len(), from + 3 + 5), (3, end));
        assert_eq!(back.slips[..], whole.slips[from..from + 3]);
    }
    assert_eq!(tape(world, 99, 0, 1), None);
}

#[test]
fn letters_that_are_dead_are_seen_and_dealt_with_when_they_are_replayed() {
    let shop = r#"{"max_tries": 2, "retry": "50ms", "payment": {"timeout": "300ms", "tries": 1},
        "rules": {"shipping_deadline": "60s"}, "customers": {"rate": 4, "until": "3s"}}"#;
    let commands = r#"{"at": "1s", "do": {"crash": {"node": "provider"}}},
        {"at": "20s", "do": {"restart": {"node": "provider"}}},
        {"at": "21s", "do": {"replay_letters": {"service": "payment"}}}"#;
    let scenario = scenario(shop, commands);
    let before = at(&scenario, 20_500);
    let dead = |tape: &Tape| tape.readers.iter().map(|reader| reader.dead_letters).sum::<u32>();
    let seen = orders_tape(&before);
    let slips = seen.partitions.iter().flat_map(|row| &row.slips);
    let marked = slips.filter(|slip| slip.state == SlipState::Dead).count();
    assert!(dead(&seen) > 2, "{:?}", seen.readers);
    assert_eq!(marked, dead(&seen) as usize);
    let stuck = ended(&before);
    let after = at(&scenario, 28_000);
    assert_eq!(dead(&orders_tape(&after)), 0);
    assert_eq!(ended(&after), stuck + marked);
}

#[test]
fn the_load_that_is_ordered_is_the_load_that_comes() {
    let commands = r#"{"at": "2s", "do": {"load": {"rate": 40}}}, {"at": "4s", "do": {"load": {"rate": 0}}}"#;
    let scenario = scenario(r#"{"customers": {"rate": 0}}"#, commands);
    let placed = |ms| {
        let player = at(&scenario, ms);
        let world = player.timeline().run().world();
        world.ids().find_map(|id| world.process(id).customers().map(|customers| customers.placed())).unwrap_or_default()
    };
    let (before, during, after) = (placed(1_999), placed(4_000), placed(8_000));
    assert_eq!(before, 0);
    assert!((50..110).contains(&during), "{during} in two seconds of 40");
    assert_eq!(after, during, "and then nobody comes");
}

#[test]
fn what_flies_says_of_which_order_it_tells() {
    let scenario = scenario(r#"{"customers": {"rate": 10}}"#, "");
    let (mut kinds, mut calls) = (Vec::new(), 0);
    for ms in (500..3_000).step_by(7) {
        let player = at(&scenario, ms);
        let world = player.timeline().run().world();
        let all = shop_cargo::cargo(world, None);
        assert!(all.windows(2).all(|pair| pair[0].message < pair[1].message));
        kinds.extend(all.iter().filter_map(|cargo| cargo.kind));
        calls += all.iter().filter(|cargo| cargo.kind.is_none()).count();
        // Whoever looks for an order finds it in whatever carries it, also where it is not the first.
        for cargo in &all {
            let wanted = shop_cargo::cargo(world, Some(cargo.order));
            assert!(wanted.iter().any(|found| found.message == cargo.message && found.wanted));
        }
    }
    for kind in [Kind::OrderPlaced, Kind::PaymentProcessed, Kind::StockUpdated, Kind::OrderShipped] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    assert!(calls > 10, "customers and the provider are asked and answer: {calls}");
}

#[test]
fn the_story_of_an_order_is_the_same_whoever_hears_it_when() {
    let scenario = scenario(r#"{"customers": {"rate": 10}}"#, "");
    let order = OrderId(4);
    // One hears it while it happens, one is told it afterwards.
    let mut live = Player::new(scenario.setup(), scenario.plan());
    let heard = Rc::new(RefCell::new(OrderStory::new(order)));
    live.timeline_mut().attend(Time::ZERO, Some(heard.clone()));
    live.timeline_mut().seek(Time(4_000_000));
    let told = Rc::new(RefCell::new(OrderStory::new(order)));
    at(&scenario, 4_000).timeline_mut().attend(Time::ZERO, Some(told.clone()));
    let (heard_now, told) = (heard.borrow(), told.borrow());
    assert_eq!(heard_now.spans, told.spans);
    assert_eq!(heard_now.strokes, told.strokes);
    let world = live.timeline().run().world();
    let names: Vec<String> = told
        .spans
        .iter()
        .map(|span| {
            let service = world.process(span.node).service().map(|service| service.config().role.name());
            format!("{}: {}", service.unwrap_or("outside or bus"), span.what)
        })
        .collect();
    for deed in [
        "order: take the order",
        "outside or bus: commit OrderPlaced",
        "payment: work on OrderPlaced",
        "outside or bus: authorise",
        "outside or bus: commit PaymentProcessed",
        "inventory: work on PaymentProcessed",
        "outside or bus: commit StockUpdated",
        "shipping: work on StockUpdated",
        "outside or bus: commit OrderShipped",
    ] {
        assert_eq!(names.iter().filter(|name| *name == deed).count(), 1, "{deed} in {names:?}");
    }
    assert!(told.spans.windows(2).all(|pair| pair[0].start <= pair[1].start));
    assert!(told.spans.iter().all(|span| span.end.is_some() && !span.failed), "{:?}", told.spans);
    let strokes = told.strokes.len();
    drop((heard_now, told));
    // Going back in time and on again tells nothing twice.
    live.timeline_mut().seek(Time(1_000_000));
    live.timeline_mut().seek(Time(4_000_000));
    assert_eq!(heard.borrow().strokes.len(), strokes);
}

#[test]
fn the_store_tells_what_an_order_was_after_each_version() {
    let player = at(&scenario(r#"{"customers": {"rate": 5}}"#, ""), 4_000);
    let world = player.timeline().run().world();
    let (orders, _) = shop_orders::orders(world, 100);
    let order = orders.iter().rev().find(|order| order.status == Status::Shipped).expect("one is shipped");
    let stream = shop_orders::stream(world, order.order).expect("it is stored");
    let kinds: Vec<Kind> = stream.facts.iter().map(|fact| fact.kind).collect();
    assert_eq!(kinds, [Kind::OrderCreated, Kind::OrderConfirmed, Kind::OrderShipped]);
    let states: Vec<&str> = stream.facts.iter().filter_map(|fact| fact.state.split(',').next()).collect();
    assert_eq!(states, ["placed", "confirmed", "shipped"]);
    let names = |at: usize| stream.facts[at].fields.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(names(0), ["orderId", "userId", "items", "total", "timestamp"]);
    assert_eq!(names(1), ["orderId", "paymentId", "timestamp"]);
    assert_eq!(names(2), ["orderId", "trackingId", "timestamp"]);
    let paid: Vec<_> = stream.facts[1].changed.iter().map(|(name, ..)| *name).collect();
    assert_eq!(paid, ["status", "paymentId"]);
    assert_eq!(shop_orders::stream(world, OrderId(9_999)), None);
}
