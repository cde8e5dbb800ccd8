//! The store as a person looks at it, in a whole run of a shop. // S12, S13, S14, S16, S17
#![cfg(not(target_arch = "wasm32"))]

use tutti_core::base::Time;
use tutti_core::lab::store_view::{self, Basis, Datum, Grain, Kept, ModelName, Question, StreamFold};
use tutti_core::scenario::Scenario;
use tutti_core::shop::{UserId, upcasters};
use tutti_core::store::{AsOf, Category, Moment, Store, StreamName, StreamVersion};
use tutti_core::timeline::{Player, Timeline};

const SHOP: &str = r#"{
    "seed": 5,
    "duration": "20s",
    "cluster": { "servers": 3 },
    "shop": {
        "customers": { "rate": 6, "looks": 2, "abandons": "40%" },
        "provider": { "unavailable": "20%" },
        "rules": { "wrong_tracking_every": 4, "renewed_after": "2s", "cart_window": "2s" }
    }
}"#;

/// The shop at a moment, in milliseconds, and what is known of it.
fn shop(ms: u64) -> (Player, Basis) {
    let scenario = Scenario::parse(SHOP).expect("a scenario");
    let setting = scenario.shop.as_ref().expect("a shop");
    let basis = Basis { catalog: setting.catalog(), cart_window: setting.rules.cart_window };
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time(ms * 1_000));
    (player, basis)
}

fn store(timeline: &Timeline) -> &Store {
    store_view::store(timeline.run().world()).expect("a store")
}

/// All streams of a category.
fn streams(store: &Store, category: &str) -> Vec<StreamName> {
    store_view::streams(store, &Category::from(category), usize::MAX).0.into_iter().map(|line| line.name).collect()
}

#[test]
fn every_stream_is_told_event_by_event_and_its_changes_add_up_to_its_state() {
    let (player, basis) = shop(12_000);
    let store = store(player.timeline());
    let mut categories: Vec<_> = store.categories().map(Category::as_str).collect();
    categories.sort_unstable();
    assert_eq!(categories, ["customer", "order", "payment", "shipment", "stock"]);
    let mut told = 0;
    for name in ["order", "payment", "stock", "shipment", "customer"].iter().flat_map(|name| streams(store, name)) {
        let last = store.version(&name).expect("it is there");
        // Page by page, however long the stream is.
        let mut values: Vec<(String, Datum)> = Vec::new();
        for around in (0..=last.0).step_by(8) {
            let page = store_view::history(store, &name, StreamVersion(around), 16, &basis).expect("readable");
            let page = page.expect("it is there");
            assert!(page.events.iter().any(|event| event.version.0 == around), "{name} {around}");
            assert!(page.events.len() <= 16 && page.last == last);
        }
        let whole = store_view::history(store, &name, last, u64::MAX, &basis).expect("readable").expect("it is there");
        assert_eq!(whole.events.len() as u64, last.0 + 1);
        let fold = StreamFold { stream: name.clone(), basis: basis.clone() };
        for event in &whole.events {
            for changed in &event.changed {
                let place = values.iter_mut().find(|(name, _)| *name == changed.name);
                assert_eq!(place.as_ref().map(|(_, value)| value).or(changed.from.as_ref()), changed.from.as_ref());
                match place {
                    Some((_, value)) => *value = changed.to.clone(),
                    None => values.push((changed.name.to_string(), changed.to.clone())),
                }
            }
            assert!(values.iter().all(|(name, value)| event.state.get(name) == Some(value)), "{name}");
            let as_of = AsOf::Version(event.version);
            assert_eq!(store.stream_state(fold.clone(), &upcasters(), &name, as_of).as_ref(), Ok(&event.state));
            told += 1;
        }
        assert_eq!(whole.cost.events, last.0 + 1);
    }
    assert_eq!(told, store.events(), "there are no other streams");
}

// S12
#[test]
fn an_order_says_what_the_article_says() {
    let (player, basis) = shop(12_000);
    let store = store(player.timeline());
    let name = store_view::find(store, "#6").expect("order 6");
    assert_eq!(name.as_str(), "order-6");
    assert_eq!(store_view::find(store, "payment-6").expect("its payment").as_str(), "payment-6");
    assert_eq!(store_view::find(store, "order-9999"), None);
    let view = store_view::history(store, &name, StreamVersion(0), 64, &basis).expect("readable").expect("there");
    let fields = |kind: &str| {
        let event = view.events.iter().find(|event| event.kind == kind).unwrap_or_else(|| panic!("no {kind}"));
        event.fields.iter().map(|(name, _)| *name).collect::<Vec<_>>()
    };
    assert_eq!(fields("OrderCreated"), ["orderId", "userId", "items", "total", "timestamp"]);
    assert_eq!(fields("OrderConfirmed"), ["orderId", "paymentId", "timestamp"]);
    assert_eq!(fields("OrderShipped"), ["orderId", "trackingId", "timestamp"]);
    assert_eq!(view.events[0].causation, None);
    let confirmed = view.events.iter().find(|event| event.kind == "OrderConfirmed").expect("it was paid");
    assert_eq!(confirmed.cause.as_deref(), Some("PaymentProcessed 6"));
    assert!(view.events[1..].iter().all(|event| event.causation.is_some()));
    assert!(view.events.iter().all(|event| event.correlation == view.events[0].correlation));
}

// S16
#[test]
fn old_events_are_read_upcast_and_told_with_what_is_stored() {
    let (player, basis) = shop(12_000);
    let store = store(player.timeline());
    for name in streams(store, "order") {
        let old = name.as_str()["order-".len()..].parse::<u32>().expect("a number") < 5;
        let view = store_view::history(store, &name, StreamVersion(0), 1, &basis).expect("readable").expect("there");
        let first = &view.events[0];
        assert_eq!((first.stored_schema < first.schema, first.stored_fields.is_some()), (old, old), "{name}");
        let has_total = |fields: &[(&str, String)]| fields.iter().any(|(name, _)| *name == "total");
        assert!(has_total(&first.fields));
        assert!(first.stored_fields.as_ref().is_none_or(|fields| !has_total(fields)));
    }
}

// S13
#[test]
fn the_history_of_an_order_says_what_its_row_cannot() {
    let (player, _) = shop(12_000);
    let store = store(player.timeline());
    let (mut wrong, mut failed) = (0, 0);
    for name in streams(store, "order") {
        let last = store.version(&name).expect("there");
        let audit = store_view::audit(store, &name, last).expect("readable").expect("an order");
        assert!(audit.changes <= last.0 as usize);
        failed += usize::from(audit.payment_failed_first);
        if audit.payment_failed_first {
            assert_eq!(
                store.event_of(&name, audit.failure.expect("told")).expect("there").event_type().as_str(),
                "PaymentFailed"
            );
        }
        let Some(found) = audit.wrong_tracking else { continue };
        wrong += 1;
        assert_eq!(store.event_of(&name, found.entered).expect("there").event_type().as_str(), "OrderShipped");
        assert_eq!(store.event_of(&name, found.corrected).expect("there").event_type().as_str(), "TrackingCorrected");
        assert_ne!(audit.row.tracking, Some(found.wrong), "the row has forgotten it");
        // At the version with which it came in, nobody could know.
        let then = store_view::audit(store, &name, found.entered).expect("readable").expect("an order");
        assert_eq!((then.wrong_tracking, then.row.tracking), (None, Some(found.wrong)));
    }
    assert!(wrong > 5 && failed > 0, "{wrong} wrong numbers, {failed} failed payments");
    assert_eq!(store_view::audit(store, &"payment-6".into(), StreamVersion(0)), Ok(None));
}

// S14
#[test]
fn a_snapshot_and_its_tail_come_to_the_whole_history_of_every_stream() {
    let (player, basis) = shop(12_000);
    let store = store(player.timeline());
    for name in ["order", "stock", "customer"].iter().flat_map(|name| streams(store, name)) {
        let last = store.version(&name).expect("there");
        let tail = store_view::tail(store, &name, last, &basis).expect("readable");
        assert_eq!(tail.is_some(), last.0 > 0);
        if let Some(tail) = tail {
            assert!(tail.equal && tail.bytes > 8, "{name}: {tail:?}");
            assert_eq!(tail.snapshot.0 + 1 + tail.tail, tail.whole);
        }
    }
    assert_eq!(store.cost().snapshots, 0, "the store itself is as it was");
}

fn all(basis: &Basis) -> Vec<Box<dyn Kept>> {
    let models = ModelName::ALL.map(|name| store_view::model(name, UserId(3), basis));
    let questions = Question::ALL.map(|name| store_view::question(name, Grain::Second, basis));
    models.into_iter().chain(questions).collect()
}

// S13, S17
#[test]
fn whatever_is_built_from_nothing_in_steps_is_what_the_live_one_is() {
    let (mut player, basis) = shop(6_000);
    let mut kept = all(&basis);
    for each in &mut kept {
        each.advance(store(player.timeline()), u32::MAX).expect("readable");
        each.rebuild();
    }
    player.timeline_mut().seek(Time(12_000_000));
    let store = store(player.timeline());
    for each in &mut kept {
        let mut steps = 0;
        let rebuilt = loop {
            let rebuilt = each.rebuild_on(store, 7).expect("readable").expect("it is under way");
            assert!(rebuilt.progress.done <= rebuilt.progress.of);
            steps += 1;
            if rebuilt.equal.is_some() {
                break rebuilt;
            }
        };
        assert_eq!(rebuilt.equal, Some(true), "{each:?}");
        assert_eq!(rebuilt.progress.done, rebuilt.progress.of);
        assert!(steps as u64 >= rebuilt.progress.of / 7);
        assert!(!each.live(store.now()).rows.is_empty());
        assert_eq!(each.rebuild_on(store, 7), Ok(None), "it is done");
    }
}

// S13, S14
#[test]
fn a_read_model_as_of_any_moment_is_the_fold_of_what_there_was() {
    let (player, basis) = shop(12_000);
    let later = store(player.timeline()).clone();
    for ms in [700, 3_000, 6_500] {
        // What it was then is what a live one was that saw nothing else.
        let (then, _) = shop(ms);
        let then = store(then.timeline()).clone();
        let position = then.position_after(then.events()).expect("some events");
        for (mut now, mut before) in all(&basis).into_iter().zip(all(&basis)) {
            now.advance(&later, u32::MAX).expect("readable");
            before.advance(&then, u32::MAX).expect("readable");
            let seen = now.as_of(&later, Moment::Position(position), then.now()).expect("readable");
            assert!(seen.equal);
            assert_eq!(seen.table, before.live(then.now()));
            assert_eq!(seen.snapshot % 64, 0);
        }
    }
    let mut carts = store_view::model(ModelName::Carts, UserId(0), &basis);
    carts.advance(&later, u32::MAX).expect("readable");
    let (count, bytes) = carts.snapshots();
    assert!(count > 3 && bytes > 0, "{count} snapshots, {bytes} bytes");
}

// S17
#[test]
fn a_spike_of_abandoned_carts_is_explained_by_a_window_of_time() {
    let (player, basis) = shop(12_000);
    let store = store(player.timeline());
    let (from, until) = (Time(4_000_000), Time(8_000_000));
    let spike = store_view::spike(store, from, until, &basis).expect("readable").expect("it has a length");
    let within = |event: &tutti_core::store::Event<'_>| (from..until).contains(&event.at);
    let stored = store.read(&Default::default(), Default::default()).filter(within).count();
    assert_eq!(spike.replayed, stored as u64);
    let mut left = store_view::question(Question::CartsLeft, Grain::Second, &basis);
    left.advance(store, u32::MAX).expect("readable");
    let table = left.live(store.now());
    let counted: u32 = table
        .rows
        .iter()
        .filter(|row| ["4.000 s", "5.000 s", "6.000 s", "7.000 s"].contains(&&*row[0]))
        .map(|row| row[1].parse::<u32>().expect("a number"))
        .sum();
    assert_eq!(spike.abandoned[0], counted, "the window says what the whole history says of it");
    assert!(spike.abandoned[0] > 0 && spike.filled[0] > spike.abandoned[0] && spike.open == 0);
    assert_eq!(store_view::spike(store, until, from, &basis), Ok(None));
}
