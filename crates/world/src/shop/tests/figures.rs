//! Reaction as the events arrive: alerts, figures, recommendations. // S6

use super::super::*;
use super::rig::Rig;
use crate::base::{Span, Time};

fn placed(order: u32, total: u64, at: u64) -> ShopEvent {
    let (order, items) = (OrderId(order), Items::default());
    ShopEvent::OrderPlaced { order, user: UserId(1), items, total: Cents(total), timestamp: Time(at) }
}

/// Which orders raise an alert, and why.
fn alerts(orders: &[(u32, u64, u64)]) -> Vec<(u32, FraudReason)> {
    let rules =
        Rules { suspicious_amount: Cents(500), suspicious_orders: 3, suspicious_window: Span(100), ..Rules::default() };
    let mut book = Book::new(Service::Fraud, &Catalog::default(), &rules);
    let mut found = Vec::new();
    for &(order, total, at) in orders {
        let effect = book.decide(&placed(order, total, at), None, Time::ZERO);
        book.apply(&effect.change);
        found.extend(effect.records.iter().map(|event| match event {
            ShopEvent::FraudSuspected { order, reason, .. } => (order.0, *reason),
            other => panic!("{other:?}"),
        }));
    }
    found
}

#[test]
fn a_lot_of_money_or_many_orders_in_a_short_time_raise_an_alert() {
    assert_eq!(alerts(&[(0, 500, 0), (1, 501, 1_000)]), [(1, FraudReason::Amount)]);
    assert_eq!(alerts(&[(0, 1, 0), (1, 1, 50), (2, 1, 99)]), [(2, FraudReason::Orders(3))]);
    assert_eq!(alerts(&[(0, 1, 0), (1, 1, 50), (2, 1, 100)]), []);
}

#[test]
fn what_counts_is_when_orders_were_placed_and_not_when_they_are_heard_of() {
    // The one in the middle comes last, and the earliest one.
    assert_eq!(alerts(&[(0, 1, 0), (2, 1, 99), (1, 1, 50)]), [(1, FraudReason::Orders(3))]);
    assert_eq!(alerts(&[(1, 1, 50), (2, 1, 99), (0, 1, 0)]), [(0, FraudReason::Orders(3))]);
    assert_eq!(alerts(&[(2, 1, 1_000), (1, 1, 500), (0, 1, 0)]), []);
}

#[test]
fn a_customer_keeps_few_moments_however_many_orders_there_are() {
    let many: Vec<_> = (0..200).map(|order| (order, 1, 7)).collect();
    assert_eq!(alerts(&many).len(), 198);
}

#[test]
fn figures_count_each_event_once_and_recommend_what_is_bought_together() {
    let mut rig = Rig::new(&Catalog::default(), &Rules::default());
    let look = |user, number, item| ShopEvent::ProductViewed {
        user: UserId(user),
        number: BrowseNumber(number),
        item: ItemId(item),
        timestamp: Time(0),
    };
    (0..3).for_each(|number| rig.browse(look(9, number, 6)));
    // The same look again.
    rig.browse(look(9, 0, 6));
    rig.settle();
    assert_eq!(rig.analytics().figures().views, 3);
    assert_eq!(rig.analytics().recommendation(UserId(1)), Some(ItemId(6)), "what is looked at most");
    rig.place(0, 1, &[(3, 2), (4, 1)]).expect("within the limits");
    rig.place(1, 2, &[(4, 1), (3, 1)]).expect("within the limits");
    rig.place(2, 3, &[(4, 1), (5, 1)]).expect("within the limits");
    rig.browse(look(8, 0, 4));
    rig.mend();
    assert_eq!(rig.imbalances, []);
    let book = rig.analytics();
    assert_eq!((book.figures().orders, book.figures().payments, book.figures().shipped), (3, 3, 3));
    assert_eq!((book.item(ItemId(3)).ordered, book.item(ItemId(4)).ordered), (3, 3));
    assert_eq!(book.recommendation(UserId(8)), Some(ItemId(3)), "twice with what was looked at, the other once");
    assert_eq!(book.recommendation(UserId(2)), Some(ItemId(4)));
    let empty = Book::new(Service::Analytics, &Catalog::default(), &Rules::default());
    let Book::Analytics(empty) = empty else { panic!("another book") };
    assert_eq!(empty.recommendation(UserId(0)), None);
}
