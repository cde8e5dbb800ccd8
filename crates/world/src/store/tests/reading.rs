//! Reading: streams both ways, and subscriptions from any position.

use super::super::*;
use super::common::*;
use crate::base::{DomainEventId, StateMachine};

fn all(store: &Store, filter: &Filter) -> Vec<RecordedEvent> {
    store.read(filter, GlobalPosition::START).map(|event| event.to_recorded()).collect()
}

fn filters() -> Vec<Filter> {
    vec![
        Filter::All,
        Filter::Stream("order-1".into()),
        Filter::Category("order".into()),
        Filter::Category("lonely".into()),
        Filter::Type("Other".into()),
        Filter::Type("Counted".into()),
        Filter::Stream("none".into()),
        Filter::Category("none".into()),
        Filter::Type("none".into()),
    ]
}

#[test]
fn a_filter_lets_through_what_it_says_and_nothing_else() {
    let store = sample();
    let everything = all(&store, &Filter::All);
    assert_eq!(everything.len() as u64, store.events());
    for filter in filters() {
        let expected = everything.iter().filter(|event| match &filter {
            Filter::All => true,
            Filter::Stream(name) => &event.stream == name,
            Filter::Category(name) => &event.stream.category() == name,
            Filter::Type(name) => &event.event_type == name,
        });
        let got = all(&store, &filter);
        assert!(got.iter().eq(expected), "{filter:?}");
        assert_eq!(store.count(&filter), got.len() as u64);
    }
}

/// A subscription may begin anywhere, also where there is no event, and in the middle of a batch.
#[test]
fn a_subscription_from_any_position_gets_each_event_behind_it_once_and_in_order() {
    let store = sample();
    for filter in filters() {
        let everything = all(&store, &filter);
        for number in 0..=store.commands().0 + 2 {
            for place in 0..4 {
                let expected = everything.iter().filter(|event| event.position >= at(number, place));
                let mut subscription = Subscription { filter: filter.clone(), next: at(number, place) };
                let mut got = Vec::new();
                loop {
                    let limit = 1 + (number as u32 + place) % 5;
                    let page = subscription.advance(&store, limit).expect("a page");
                    assert!(page.events.len() <= limit as usize);
                    let seen = subscription.checkpoint();
                    got.extend(page.events);
                    let missed = everything.iter().skip_while(|event| event.position < at(number, place));
                    let missed = missed.skip(got.len()).find(|event| event.position.command <= seen);
                    assert_eq!(missed, None, "the checkpoint {seen} is ahead of what was read");
                    if page.at_end {
                        break;
                    }
                }
                assert!(got.iter().eq(expected), "{filter:?} from {number}/{place}");
                assert!(subscription.checkpoint() >= store.commands());
            }
        }
    }
}

#[test]
fn a_subscription_at_the_end_gets_what_comes_and_nothing_of_before() {
    let mut store = sample();
    let mut live = Subscription::from_end(Filter::All, &store);
    assert_eq!(live.advance(&store, 9).map(|page| (page.events, page.at_end)), Ok((vec![], true)));
    append(&mut store, "s", exactly(3), &[1]); // refused
    let last = put(&mut store, "s", &[1, 2]);
    let page = live.advance(&store, 1).expect("a page");
    assert_eq!(
        (page.events[0].id, page.at_end, live.checkpoint()),
        (DomainEventId(1), false, CommandNumber(store.commands().0 - 1))
    );
    let page = live.advance(&store, 1).expect("a page");
    assert_eq!((page.events[0].id, page.at_end, live.checkpoint()), (DomainEventId(2), true, last.command()));
    let mut behind = Subscription::after(Filter::All, at(last.position.command.0, 0));
    assert_eq!(behind.advance(&store, 9).map(|page| page.events.len()), Ok(1));
    // A page that comes late, or twice, moves nothing back.
    let place = behind.next;
    behind.moved(&Page { events: vec![], next: at(1, 0), at_end: false });
    assert_eq!(behind.next, place);
}

#[test]
fn a_stream_is_read_both_ways_from_any_version_in_pages() {
    let store = sample();
    let stream = StreamName::from("order-2");
    let everything = all(&store, &Filter::Stream(stream.clone()));
    let len = everything.len() as u64;
    for from in (0..len + 2).chain([u64::MAX]) {
        for limit in [1, 3, 1_000] {
            for direction in [Direction::Forwards, Direction::Backwards] {
                let (mut next, mut got) = (Some(StreamVersion(from)), Vec::new());
                while let Some(from) = next {
                    let query = StoreQuery::Stream { stream: stream.clone(), from, direction, limit };
                    let StoreAnswer::Stream(page) = store.query(&query) else { panic!("{query:?}") };
                    assert!(page.events.len() <= limit as usize);
                    got.extend(page.events);
                    next = page.next;
                }
                let from = from.min(len) as usize;
                let expected: Vec<_> = match direction {
                    Direction::Forwards => everything[from..].to_vec(),
                    Direction::Backwards => everything.iter().take(from + 1).rev().cloned().collect(),
                };
                assert_eq!(got, expected, "{direction:?} from {from} by {limit}");
            }
        }
    }
}

#[test]
fn the_head_and_versions_say_how_far_the_store_has_come() {
    let store = sample();
    let StoreAnswer::Head(head) = store.query(&StoreQuery::Head) else { panic!() };
    assert_eq!((head.command, head.events, head.streams), (store.commands(), store.events(), 4));
    let version = |stream: &str| store.query(&StoreQuery::Version { stream: stream.into() });
    let last = store.count(&Filter::Stream("cart-1".into())) - 1;
    assert_eq!(version("cart-1"), StoreAnswer::Version(Some(StreamVersion(last))));
    assert_eq!(version("none"), StoreAnswer::Version(None));
}
