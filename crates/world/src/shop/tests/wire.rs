//! Events on the bus and in the store.

use std::sync::Arc;

use super::super::*;
use crate::base::{StateMachine, Time};
use crate::store::{
    Action, Append, ExpectedVersion, Filter, GlobalPosition, Malformed, NewEvent, SchemaVersion, Store, StoreCommand,
    StoreResponse,
};

fn items() -> Items {
    Items::from_iter([
        Line { item: ItemId(3), quantity: Quantity(2), price: Cents(650) },
        Line { item: ItemId(0), quantity: Quantity(1), price: Cents(2_490) },
    ])
}

/// An event of each kind, in the order of the kinds.
pub(super) fn one_of_each(order: OrderId) -> Vec<ShopEvent> {
    let (user, number, item, timestamp) = (UserId(5), BrowseNumber(7), ItemId(3), Time(1_234));
    let (items, total, payment, tracking) = (items(), Cents(3_790), PaymentId(17 << 8), TrackingId(99));
    let (quantity, nth) = (Quantity(2), 0);
    let left = Arc::new([Left { item, left: Quantity(8) }]);
    vec![
        ShopEvent::ProductViewed { user, number, item, timestamp },
        ShopEvent::ItemAddedToCart { user, number, item, timestamp },
        ShopEvent::OrderCreated { order, user, items: items.clone(), total, timestamp },
        ShopEvent::OrderPlaced { order, user, items: items.clone(), total, timestamp },
        ShopEvent::OrderConfirmed { order, payment, timestamp },
        ShopEvent::OrderRejected { order, reason: DeclineReason::TooMuch, timestamp },
        ShopEvent::OrderCancelled { order, reason: CancelReason::OutOfStock(item), timestamp },
        ShopEvent::CancelRequested { order },
        ShopEvent::PaymentProcessed { order, items: items.clone(), payment, amount: total },
        ShopEvent::PaymentDeclined { order, reason: DeclineReason::Refused },
        ShopEvent::PaymentFailed { order },
        ShopEvent::RefundFailed { order },
        ShopEvent::PaymentRefunded { order, payment, amount: total, reason: CancelReason::Late, nth },
        ShopEvent::StockUpdated { order, items: items.clone(), left },
        ShopEvent::OutOfStock { order, item },
        ShopEvent::StockReleased { order, items },
        ShopEvent::ItemReserved { order, item, quantity, nth },
        ShopEvent::ItemReleased { order, item, quantity },
        ShopEvent::ItemSent { order, item, quantity },
        ShopEvent::OrderShipped { order, tracking, timestamp },
        ShopEvent::ShippingCancelled { order },
        ShopEvent::TrackingCorrected { order, wrong: tracking, tracking: TrackingId(98), timestamp },
        ShopEvent::FraudSuspected { order, user, reason: FraudReason::Orders(5) },
    ]
}

fn stored(event: NewEvent) -> Store {
    let mut store = Store::default();
    let append = Append { stream: "order-17".into(), expected: ExpectedVersion::Any, events: Arc::new([event]) };
    let response = store.apply(&StoreCommand { at: Time(9), action: Action::Append(append) });
    assert!(matches!(response, StoreResponse::Appended(_)), "{response:?}");
    store
}

fn read(store: &Store) -> Result<ShopEvent, Malformed> {
    let event = store.read(&Filter::All, GlobalPosition::START).next().expect("an event");
    let event = upcasters().upcast(event).map_err(|error| Malformed::because(error.to_string()))?;
    ShopEvent::from_stored(&event)
}

#[test]
fn every_kind_is_there_once_and_its_number_is_how_its_payload_begins() {
    let events = one_of_each(OrderId(17));
    let kinds: Vec<Kind> = events.iter().map(ShopEvent::kind).collect();
    assert_eq!(kinds, Kind::ALL);
    for (number, event) in events.iter().enumerate() {
        assert_eq!(usize::from(event.payload()[0]), number, "{}", event.kind());
        assert_eq!(event.kind() as usize, number);
        assert_eq!(Kind::named(event.kind().name()), Some(event.kind()));
    }
    assert_eq!(Kind::named("OrderPaced"), None);
}

#[test]
fn an_event_comes_back_as_it_was_from_a_record_and_from_the_store() {
    for event in one_of_each(OrderId(17)) {
        let cause = ShopEvent::CancelRequested { order: OrderId(17) }.id().into();
        let record = event.to_record(Some(cause));
        assert_eq!(ShopEvent::from_record(&record), Ok(event.clone()));
        assert_eq!((record.header.event, record.header.causation), (event.id(), Some(cause)));
        assert_eq!(record.key, Some(event.key()));
        assert_eq!(read(&stored(event.to_new_event(None))), Ok(event));
    }
}

#[test]
fn what_is_not_an_event_of_the_shop_is_an_error_and_never_another_event() {
    let event = ShopEvent::OrderShipped { order: OrderId(1), tracking: TrackingId(2), timestamp: Time(3) };
    let record = event.to_record(None);
    let with = |change: fn(&mut crate::bus::Record)| {
        let mut record = record.clone();
        change(&mut record);
        ShopEvent::from_record(&record)
    };
    assert!(with(|record| record.header.kind = "ShippingCancelled".into()).is_err(), "of another kind");
    assert!(with(|record| record.header.kind = "OrderLost".into()).is_err(), "of an unknown kind");
    assert!(with(|record| record.header.version = 2).is_err(), "newer than known");
    assert!(with(|record| record.header.version = 0).is_err(), "older than the first");
    assert!(with(|record| record.payload = [&*record.payload, &[0]].concat().into()).is_err(), "more behind it");
    assert!(with(|record| record.payload = record.payload[..3].into()).is_err(), "cut off");
    for event in one_of_each(OrderId(limits::MAX_ORDERS)).into_iter().filter(|event| event.order().is_some()) {
        assert!(ShopEvent::from_record(&event.to_record(None)).is_err(), "of an order that cannot be");
    }
}

#[test]
fn the_id_of_an_event_is_its_own_and_says_what_it_is_about() {
    let mut ids = Vec::new();
    for order in [0, 1, 17, u32::MAX] {
        let of_orders = one_of_each(OrderId(order)).into_iter().filter(|event| event.order().is_some() || order == 0);
        for event in of_orders {
            let identity = Identity::of(event.id()).expect("one of the shop's");
            assert_eq!((identity.kind, identity.subject), (event.kind(), event.subject()));
            assert_eq!(identity.id(), event.id());
            ids.push(event.id());
        }
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert_eq!(Identity::of(crate::base::DomainEventId(0)), None);
    assert_eq!(Identity::of(crate::base::DomainEventId(u128::MAX)), None);
}

#[test]
fn a_second_payment_of_an_order_is_not_the_first_one_told_again() {
    let processed = |payment| ShopEvent::PaymentProcessed {
        order: OrderId(1),
        items: items(),
        payment: PaymentId(payment),
        amount: Cents(1),
    };
    assert_ne!(processed(1 << 8).id(), processed(1 << 8 | 1).id());
    assert_eq!(processed(1 << 8).id(), processed(1 << 8).id());
}

// S16
#[test]
fn an_order_created_of_the_first_version_is_read_by_newer_code_and_its_bytes_stay() {
    let (order, user, timestamp) = (OrderId(17), UserId(5), Time(3));
    let old = OrderCreatedV1 { order, user, items: items(), timestamp };
    let newer = ShopEvent::OrderCreated { order, user, items: items(), total: Cents(3_790), timestamp };
    let event = NewEvent { schema: SchemaVersion(1), data: old.payload().into(), ..newer.to_new_event(None) };
    let store = stored(event.clone());
    assert_eq!(read(&store), Ok(newer.clone()));
    let bytes = store.read(&Filter::All, GlobalPosition::START).next().map(|event| event.data.to_vec());
    assert_eq!(bytes.as_deref(), Some(&*event.data));
    assert!(old.payload().len() < newer.payload().len());
    // Nor is the old form taken for the new one, or the other way round.
    assert!(read(&stored(NewEvent { schema: SchemaVersion(2), ..event.clone() })).is_err());
    assert!(read(&stored(NewEvent { schema: SchemaVersion(3), ..event })).is_err());
    let mut record = newer.to_record(None);
    record.header.version = 1;
    record.payload = old.payload().into();
    assert_eq!(ShopEvent::from_record(&record), Ok(newer));
}
