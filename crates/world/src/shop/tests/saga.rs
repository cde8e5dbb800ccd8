//! The hard cases of the saga, one by one. // S2, S8, S9, S10, S13

use super::super::*;
use super::rig::{Mood, Rig};
use crate::base::{Span, Time};
use crate::store::{Filter, GlobalPosition};

fn rig() -> Rig {
    Rig::new(&Catalog::default(), &Rules::default())
}

fn rules(change: impl FnOnce(&mut Rules)) -> Rig {
    let mut rules = Rules::default();
    change(&mut rules);
    Rig::new(&Catalog::default(), &rules)
}

/// Ends in order, and everything balances.
fn balanced(rig: &mut Rig) {
    rig.mend();
    assert_eq!(rig.imbalances, []);
}

fn count(rig: &Rig, kind: Kind) -> usize {
    rig.published.iter().filter(|(_, published)| *published == kind).count()
}

/// The facts of an order's own stream.
fn facts(rig: &Rig, order: u32) -> impl Iterator<Item = ShopEvent> {
    let stored = rig.store.read(&Filter::Stream(streams::order(OrderId(order))), GlobalPosition::START);
    let newest = |event| upcasters().upcast(event).expect("of a known form");
    stored.map(move |event| ShopEvent::from_stored(&newest(event)).expect("one of the shop's"))
}

fn available(rig: &Rig, item: u16) -> u32 {
    rig.inventory().level(ItemId(item)).expect("an item").available.0
}

#[test]
fn an_order_goes_from_placed_to_shipped_and_every_service_has_its_part() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2), (3, 1)]).expect("within the limits");
    balanced(&mut rig);
    let kinds: Vec<Kind> = rig.published.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [Kind::OrderPlaced, Kind::PaymentProcessed, Kind::StockUpdated, Kind::OrderShipped]);
    let row = rig.orders().order(OrderId(0)).expect("placed");
    assert_eq!((row.status, row.tracking), (Status::Shipped, Some(right_number(OrderId(0)))));
    assert_eq!(rig.money(0), (Cents(5_630), Cents(0)));
    let level = rig.inventory().level(ItemId(0)).expect("an item");
    assert_eq!((level.available.0, level.reserved.0, level.sent.0), (398, 0, 2));
}

#[test]
fn an_order_that_is_sent_again_is_one_order_and_its_number_is_nobody_elses() {
    let mut rig = rig();
    assert_eq!(rig.place(0, 5, &[(0, 2)]).map(|effect| effect.records.len()), Ok(1));
    assert_eq!(rig.place(0, 5, &[(0, 2)]), Ok(Effect::none()));
    assert_eq!(rig.place(0, 6, &[(0, 2)]), Err(Refusal::Taken(OrderId(0))));
    assert_eq!(rig.place(0, 5, &[(0, 3)]), Err(Refusal::Taken(OrderId(0))));
    assert_eq!(rig.place(limits::MAX_ORDERS, 5, &[(0, 3)]), Err(Refusal::TooManyOrders));
    assert_eq!(rig.place(1, limits::MAX_USERS, &[(0, 3)]), Err(Refusal::TooManyUsers));
    balanced(&mut rig);
    assert_eq!(count(&rig, Kind::OrderPlaced), 1);
}

#[test]
fn a_declined_payment_rejects_the_order_and_touches_no_stock_and_refunds_nothing() {
    let mut rig = rules(|rules| rules.decline_above = Cents(3_000));
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.money(0)), (Status::Rejected, (Cents(0), Cents(0))));
    assert_eq!(available(&rig, 0), 400);
    assert_eq!(count(&rig, Kind::StockUpdated) + count(&rig, Kind::PaymentRefunded), 0);
}

#[test]
fn no_stock_after_the_payment_refunds_once_and_cancels() {
    let mut rig = rules(|rules| rules.decline_above = Cents(u64::MAX));
    rig.place(0, 5, &[(7, 2)]).expect("within the limits");
    rig.place(1, 5, &[(0, 1), (7, 1)]).expect("within the limits");
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.status(1)), (Status::Shipped, Status::Cancelled));
    assert_eq!(rig.money(1), (Cents(4_992_490), Cents(4_992_490)));
    assert_eq!(available(&rig, 0), 400, "what was there of the other item is not held back");
    assert_eq!(count(&rig, Kind::PaymentRefunded), 1);
}

#[test]
fn a_parcel_that_is_late_is_cancelled_and_money_and_stock_come_back() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    rig.hand(Service::Order, Kind::PaymentProcessed);
    assert_eq!(available(&rig, 0), 398);
    assert_eq!(rig.deadline(0).records, [ShopEvent::CancelRequested { order: OrderId(0) }]);
    assert_eq!(rig.deadline(0), Effect::none(), "it asks once");
    rig.hand(Service::Shipping, Kind::CancelRequested);
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.money(0)), (Status::Cancelled, (Cents(4_980), Cents(4_980))));
    assert_eq!(available(&rig, 0), 400);
    assert_eq!((count(&rig, Kind::StockReleased), count(&rig, Kind::OrderShipped)), (1, 0));
}

#[test]
fn a_parcel_that_has_left_wins_against_the_request_to_let_it_be() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    rig.hand(Service::Shipping, Kind::StockUpdated);
    rig.deadline(0);
    assert_eq!(rig.status(0), Status::Cancelling);
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.money(0)), (Status::Shipped, (Cents(4_980), Cents(0))));
    assert_eq!(count(&rig, Kind::ShippingCancelled), 0);
}

#[test]
fn a_request_to_let_it_be_that_comes_before_the_order_itself_keeps_the_parcel_from_ever_leaving() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.deadline(0);
    rig.hand(Service::Shipping, Kind::CancelRequested);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    rig.hand(Service::Shipping, Kind::StockUpdated);
    balanced(&mut rig);
    assert_eq!(rig.status(0), Status::Cancelled);
    assert_eq!((count(&rig, Kind::StockUpdated), count(&rig, Kind::OrderShipped)), (1, 0));
}

#[test]
fn inventory_that_hears_of_the_cancellation_first_reserves_nothing() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.deadline(0);
    rig.hand(Service::Shipping, Kind::CancelRequested);
    rig.hand(Service::Inventory, Kind::ShippingCancelled);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    balanced(&mut rig);
    assert_eq!((rig.status(0), count(&rig, Kind::StockUpdated)), (Status::Cancelled, 0));
}

#[test]
fn a_parcel_that_is_let_be_while_it_is_packed_does_not_leave() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    let (_, updated) = rig
        .inbox
        .iter()
        .find(|(to, e)| *to == Service::Shipping && e.kind() == Kind::StockUpdated)
        .cloned()
        .expect("reserved");
    assert_eq!(rig.book(Service::Shipping).work(&updated), Work::Prepare);
    rig.deadline(0);
    rig.hand(Service::Shipping, Kind::CancelRequested);
    assert_eq!(rig.book(Service::Shipping).decide(&updated, None, rig.now), Effect::none());
    balanced(&mut rig);
}

#[test]
fn an_order_that_is_cancelled_before_it_is_paid_is_never_charged() {
    let mut rig = rig();
    rig.mood = Mood::Down;
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    assert!(!rig.hand(Service::Payment, Kind::OrderPlaced));
    rig.deadline(0);
    rig.hand(Service::Shipping, Kind::CancelRequested);
    rig.hand(Service::Payment, Kind::ShippingCancelled);
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.money(0)), (Status::Rejected, (Cents(0), Cents(0))));
    let reason = DeclineReason::Cancelled;
    assert!(facts(&rig, 0).any(|fact| matches!(fact, ShopEvent::OrderRejected { reason: why, .. } if why == reason)));
}

/// The provider has captured, the answer is lost, and the order is cancelled before payment asks again.
#[test]
fn a_late_success_after_a_timeout_is_found_and_refunded() {
    let mut rig = rig();
    rig.mood = Mood::Mute;
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    assert!(!rig.hand(Service::Payment, Kind::OrderPlaced));
    assert_eq!(rig.money(0), (Cents(4_980), Cents(0)));
    rig.mood = Mood::Well;
    rig.deadline(0);
    rig.hand(Service::Shipping, Kind::CancelRequested);
    rig.hand(Service::Payment, Kind::ShippingCancelled);
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.money(0)), (Status::Cancelled, (Cents(4_980), Cents(4_980))));
    assert_eq!((count(&rig, Kind::PaymentProcessed), count(&rig, Kind::PaymentRefunded)), (1, 1));
}

#[test]
fn a_lost_answer_is_asked_for_again_and_charges_once() {
    let mut rig = rig();
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.mood = Mood::Mute;
    (0..5).for_each(|_| assert!(!rig.hand(Service::Payment, Kind::OrderPlaced)));
    balanced(&mut rig);
    assert_eq!((rig.status(0), rig.money(0)), (Status::Shipped, (Cents(4_980), Cents(0))));
}

#[test]
fn a_provider_that_does_not_look_at_keys_charges_again_for_a_lost_answer_and_the_books_show_it() {
    let mut rig = rig();
    rig.defects = Defects::default().with(Defect::ProviderWithoutKeys);
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.mood = Mood::Mute;
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.mend();
    let (order, captured, value) = (OrderId(0), Cents(9_960), Cents(4_980));
    assert_eq!(rig.imbalances[0], Imbalance::Captured { order, captured, times: 2, value });
}

// S9
#[test]
fn a_duplicate_is_charged_once_by_a_guarded_consumer_and_twice_by_one_that_does_not_ask() {
    for (guarded, captured) in [(true, 4_980), (false, 9_960)] {
        let mut rig = rig();
        rig.guarded = guarded;
        rig.place(0, 5, &[(0, 2)]).expect("within the limits");
        let (_, placed) = rig.inbox[1].clone();
        assert!(rig.deliver(Service::Payment, &placed) && rig.deliver(Service::Payment, &placed));
        assert_eq!(rig.money(0).0, Cents(captured));
        assert_eq!(rig.imbalances.is_empty(), guarded);
        assert_eq!(count(&rig, Kind::PaymentProcessed), if guarded { 1 } else { 2 });
    }
}

#[test]
fn every_guard_that_is_off_turns_its_own_check_red() {
    // Each event that is dealt with twice, and what no longer holds then.
    let twice = |service: Service, kind: Kind, wanted: &[(u16, u32)]| {
        let mut rig = rules(|rules| rules.decline_above = Cents(u64::MAX));
        rig.guarded = false;
        rig.place(0, 5, wanted).expect("within the limits");
        while !rig.inbox.iter().any(|(to, event)| *to == service && event.kind() == kind) {
            let (to, event) = rig.inbox.remove(0);
            rig.deliver(to, &event);
        }
        let (_, event) =
            rig.inbox.iter().find(|(to, e)| *to == service && e.kind() == kind).cloned().expect("it is there");
        rig.deliver(service, &event);
        rig.mend();
        let mut broken: Vec<Invariant> = rig.imbalances.iter().map(Imbalance::invariant).collect();
        broken.dedup();
        broken
    };
    let (few, many): (&[_], &[_]) = (&[(0, 2)], &[(7, 3)]);
    assert_eq!(twice(Service::Payment, Kind::OrderPlaced, few)[0], Invariant::ChargedOnce);
    assert_eq!(twice(Service::Inventory, Kind::PaymentProcessed, few)[0], Invariant::ReservedOnce);
    assert_eq!(twice(Service::Payment, Kind::OutOfStock, many)[0], Invariant::RefundedWithinCaptured);
    // What is an end for the book itself needs no guard.
    assert_eq!(twice(Service::Shipping, Kind::StockUpdated, few), []);
    assert_eq!(twice(Service::Inventory, Kind::OrderShipped, few), []);
    assert_eq!(twice(Service::Order, Kind::PaymentProcessed, few), []);
}

#[test]
fn a_compensation_that_fails_is_tried_again_until_the_money_is_back() {
    let mut rig = rules(|rules| rules.decline_above = Cents(u64::MAX));
    rig.place(0, 5, &[(7, 3)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    for mood in [Mood::Down, Mood::Down, Mood::Mute] {
        rig.mood = mood;
        assert!(!rig.hand(Service::Payment, Kind::OutOfStock));
    }
    rig.mood = Mood::Well;
    // The payment's own record comes round before the next try.
    assert!(rig.hand(Service::Payment, Kind::PaymentProcessed));
    balanced(&mut rig);
    assert_eq!((rig.status(0), count(&rig, Kind::PaymentRefunded)), (Status::Cancelled, 1));
    let failed = rig.store.count(&Filter::Type("RefundFailed".into()));
    assert_eq!(failed, 1, "told once, however often it fails");
}

#[test]
fn a_refund_that_the_order_service_hears_of_first_cancels_and_what_comes_late_changes_nothing() {
    let mut rig = rules(|rules| rules.decline_above = Cents(u64::MAX));
    rig.place(0, 5, &[(7, 3)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    rig.hand(Service::Payment, Kind::OutOfStock);
    rig.hand(Service::Order, Kind::PaymentRefunded);
    assert_eq!(rig.status(0), Status::Cancelled);
    rig.hand(Service::Order, Kind::OutOfStock);
    rig.hand(Service::Order, Kind::PaymentProcessed);
    assert_eq!(rig.deadline(0), Effect::none());
    balanced(&mut rig);
    assert_eq!(rig.status(0), Status::Cancelled);
}

#[test]
fn two_reasons_to_let_an_order_be_are_one_refund() {
    let mut rig = rules(|rules| rules.decline_above = Cents(u64::MAX));
    rig.place(0, 5, &[(7, 3)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.deadline(0);
    rig.hand(Service::Shipping, Kind::CancelRequested);
    rig.hand(Service::Inventory, Kind::PaymentProcessed);
    // The second is heard of while the first is still being tried.
    rig.mood = Mood::Down;
    rig.hand(Service::Payment, Kind::OutOfStock);
    rig.mood = Mood::Well;
    rig.hand(Service::Payment, Kind::ShippingCancelled);
    balanced(&mut rig);
    assert_eq!((rig.status(0), count(&rig, Kind::PaymentRefunded)), (Status::Cancelled, 1));
    let reason = CancelReason::OutOfStock(ItemId(7));
    assert!(facts(&rig, 0).any(|fact| matches!(fact, ShopEvent::OrderCancelled { reason: why, .. } if why == reason)));
}

// S13
#[test]
fn a_wrong_tracking_number_is_corrected_also_if_the_correction_comes_first() {
    for late in [false, true] {
        let mut rig = rules(|rules| rules.wrong_tracking_every = 2);
        rig.place(0, 5, &[(0, 1)]).expect("within the limits");
        rig.place(1, 5, &[(0, 1)]).expect("within the limits");
        if late {
            rig.hand(Service::Payment, Kind::OrderPlaced);
            rig.hand(Service::Payment, Kind::OrderPlaced);
            rig.hand(Service::Inventory, Kind::PaymentProcessed);
            rig.hand(Service::Inventory, Kind::PaymentProcessed);
            rig.hand(Service::Shipping, Kind::StockUpdated);
            rig.hand(Service::Shipping, Kind::StockUpdated);
            rig.hand(Service::Shipping, Kind::OrderShipped);
            rig.hand(Service::Shipping, Kind::OrderShipped);
            rig.hand(Service::Order, Kind::TrackingCorrected);
        }
        balanced(&mut rig);
        let tracking = |order| rig.orders().order(OrderId(order)).and_then(|row| row.tracking);
        assert_eq!(tracking(0), Some(right_number(OrderId(0))));
        assert_eq!(tracking(1), Some(right_number(OrderId(1))));
        assert_eq!(count(&rig, Kind::TrackingCorrected), 1);
        let kinds: Vec<Kind> = facts(&rig, 1).map(|fact| fact.kind()).collect();
        assert_eq!(kinds[kinds.len() - 2..], [Kind::OrderShipped, Kind::TrackingCorrected]);
    }
}

#[test]
fn an_order_that_nobody_placed_changes_nothing_and_is_seen_by_the_check_of_money() {
    let mut rig = rig();
    let (order, items) = (OrderId(3), Items::default());
    let placed = ShopEvent::OrderPlaced { order, user: UserId(0), items, total: Cents(5), timestamp: rig.now };
    rig.deliver(Service::Payment, &placed);
    rig.mend();
    assert_eq!(rig.status(3), Status::Unknown);
    assert_eq!(rig.imbalances[0].invariant(), Invariant::ChargedOnce);
}

// S16
#[test]
fn orders_from_before_the_shop_was_renewed_are_stored_in_the_first_form_and_read_like_the_others() {
    let mut rig = rules(|rules| rules.renewed_after = Span::secs(5));
    rig.now = Time(1_000_000);
    rig.place(0, 5, &[(0, 2)]).expect("within the limits");
    rig.now = Time(5_000_000);
    rig.place(1, 5, &[(0, 2)]).expect("within the limits");
    balanced(&mut rig);
    let form = |order: u32| {
        let stored = rig.store.read(&Filter::Stream(streams::order(OrderId(order))), GlobalPosition::START);
        stored.map(|event| event.schema.0).next()
    };
    assert_eq!((form(0), form(1)), (Some(1), Some(2)));
    let total = |event: ShopEvent| match event {
        ShopEvent::OrderCreated { total, .. } => Some(total),
        _ => None,
    };
    assert_eq!(facts(&rig, 0).find_map(total), facts(&rig, 1).find_map(total));
}
