//! The read models. // S7, S12, S13, S14, S17

use super::super::views::*;
use super::super::*;
use super::random::play;
use super::rig::{Mood, Rig};
use crate::base::{Span, StateMachine, Time};
use crate::store::{
    AsOf, Filter, GlobalPosition, History, Moment, Projection, Projector, Store, StreamVersion, Window,
};

/// Live in small steps with lost commits, and rebuilt from zero at once: both come to the same. Returns it.
fn live_and_rebuilt<P: Projection + Clone>(projection: P, store: &Store) -> P::State {
    let mut live = Projector::new(projection.clone(), upcasters());
    loop {
        // The commit of a step is lost, and the step happens again from what was committed before.
        let committed = live.projected().clone();
        live.step(store, 3).expect("readable");
        live = Projector::resume(projection.clone(), upcasters(), committed);
        if live.step(store, 3).expect("readable").at_end {
            break;
        }
    }
    let mut rebuilt = live.rebuild();
    rebuilt.catch_up(store).expect("readable");
    assert_eq!(rebuilt.state(), live.state());
    assert_eq!(live.projected().folded, store.count(&projection.filter()), "each event once");
    // What it was in the middle is the fold of what there was.
    let middle = store.read(&Filter::All, GlobalPosition::START).nth(store.events() as usize / 2).map(|e| e.position);
    let moment = middle.map_or(Moment::Now, Moment::Position);
    let mut history = History::new(projection.clone(), upcasters(), 4);
    history.advance(store, u32::MAX).expect("readable");
    let until = middle.map_or(GlobalPosition::START, |at| GlobalPosition { place: at.place + 1, ..at });
    let window = Window::Positions(GlobalPosition::START, until);
    let mut first_half = Projector::over(projection, upcasters(), store, window);
    first_half.catch_up(store).expect("readable");
    if middle.is_some() {
        assert_eq!(history.as_of(store, moment).as_ref(), Ok(first_half.state()));
    }
    live.state().clone()
}

#[test]
fn every_read_model_comes_live_and_rebuilt_to_what_the_services_have_in_their_books() {
    for seed in 0..30 {
        let rig = play(seed, 12, 900, true);
        let (store, orders) = (&rig.store, rig.orders().orders());
        let rows = live_and_rebuilt(OrderStatusView, store);
        for (number, row) in orders.iter().filter(|(_, row)| row.status != Status::Unknown) {
            let seen = rows.row(number);
            assert_eq!(
                (seen.status, seen.user, seen.total, seen.tracking),
                (row.status, row.user, row.total, row.tracking)
            );
            let state = live_and_rebuilt(OrderHistory { order: OrderId(number) }, store);
            assert_eq!((state.status, state.payment, state.tracking), (row.status, row.payment, row.tracking));
            assert_eq!((state.payment_failed, state.cancel_requested), (row.payment_failed, row.cancel_requested));
        }
        let stock = live_and_rebuilt(StockView::new(&super::random::catalog()), store);
        for (item, level) in rig.inventory().levels().iter() {
            let row = stock.row(item);
            assert_eq!((row.available, row.reserved, row.sent), (level.available, level.reserved, level.sent));
        }
        let revenue = live_and_rebuilt(RevenueView, store);
        let figures = rig.analytics().figures();
        assert_eq!(
            (revenue.payments, revenue.captured, revenue.refunded),
            (figures.payments, figures.captured, figures.refunded)
        );
        live_and_rebuilt(CartsView { window: Span::millis(50) }, store);
        let journeys = (0..4).map(|user| live_and_rebuilt(JourneyView { user: UserId(user) }, store));
        assert_eq!(
            journeys.map(|journey| journey.orders.len()).sum::<usize>(),
            rows.iter().filter(|(_, row)| row.status != Status::Unknown).count()
        );
    }
}

// S13
#[test]
fn history_says_where_a_wrong_number_came_in_how_often_an_order_changed_and_whether_a_payment_failed_first() {
    let rules = Rules { wrong_tracking_every: 1, ..Rules::default() };
    let mut rig = Rig::new(&Catalog::default(), &rules);
    rig.place(2, 5, &[(0, 1)]).expect("within the limits");
    rig.mood = Mood::Down;
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Order, Kind::PaymentFailed);
    rig.mend();
    let history = OrderHistory { order: OrderId(2) };
    let state = live_and_rebuilt(history, &rig.store);
    let kinds: Vec<Kind> = state.versions.iter().map(|version| version.kind).collect();
    let expected =
        [Kind::OrderCreated, Kind::PaymentFailed, Kind::OrderConfirmed, Kind::OrderShipped, Kind::TrackingCorrected];
    assert_eq!(kinds, expected);
    assert_eq!((state.changes(), state.payment_failed_first()), (4, true));
    let wrong = state.wrong_tracking().expect("it was wrong for a while");
    assert_eq!((wrong.entered, wrong.corrected), (StreamVersion(3), StreamVersion(4)));
    assert_eq!(wrong.wrong, right_number(OrderId(3)));
    // The order as it was after each version.
    let stream = streams::order(OrderId(2));
    let after = |version| {
        let as_of = AsOf::Version(StreamVersion(version));
        rig.store.stream_state(history, &upcasters(), &stream, as_of).expect("readable")
    };
    let statuses: Vec<Status> = (0..5).map(|version| after(version).status).collect();
    let [placed, confirmed, shipped] = [Status::Placed, Status::Confirmed, Status::Shipped];
    assert_eq!(statuses, [placed, placed, confirmed, shipped, shipped]);
    assert_eq!(after(3).tracking, Some(wrong.wrong));
    assert_eq!(after(3).wrong_tracking(), None, "nobody knew yet");
    // An order with which nothing was wrong.
    let mut plain = Rig::new(&Catalog::default(), &Rules::default());
    plain.place(0, 5, &[(0, 1)]).expect("within the limits");
    plain.mend();
    let state = live_and_rebuilt(OrderHistory { order: OrderId(0) }, &plain.store);
    assert_eq!((state.wrong_tracking(), state.payment_failed_first(), state.changes()), (None, false, 2));
}

// S14
#[test]
fn a_snapshot_of_an_order_and_the_rest_of_its_stream_is_the_whole_stream() {
    let mut rig = Rig::new(&Catalog::default(), &Rules::default());
    rig.place(0, 5, &[(0, 1)]).expect("within the limits");
    rig.hand(Service::Payment, Kind::OrderPlaced);
    rig.hand(Service::Order, Kind::PaymentProcessed);
    let (history, stream) = (OrderHistory { order: OrderId(0) }, streams::order(OrderId(0)));
    let keep = rig.store.take_snapshot(history, &upcasters(), &stream).expect("readable").expect("there is one");
    rig.store.apply(&crate::store::StoreCommand { at: rig.now, action: crate::store::Action::KeepSnapshot(keep) });
    rig.mend();
    let newest = AsOf::Version(StreamVersion(99));
    let state = rig.store.stream_state(history, &upcasters(), &stream, newest).expect("readable");
    assert_eq!(state, live_and_rebuilt(history, &rig.store));
    assert_eq!(state.versions.len(), 3);
}

/// As a reader far away gets them: by pages, some of them twice, and with other read models at other places.
#[test]
fn a_model_folded_from_pages_is_the_fold_of_the_store_also_where_a_page_comes_twice_or_ends_early() {
    let folds = Folds { catalog: super::random::catalog(), cart_window: Span::millis(50) };
    let user = UserId(1);
    let kinds =
        [ViewKind::OrderStatus, ViewKind::Stock, ViewKind::Revenue, ViewKind::Carts, ViewKind::Journey { user }];
    for seed in 0..10 {
        let store = play(seed, 12, 900, true).store;
        for kind in kinds {
            let mut model = Model::new(kind, &folds);
            let mut until = GlobalPosition { command: crate::store::CommandNumber(20), place: 0 };
            while model.next() < store.end() {
                let from = model.next();
                let page = store.page(&Filter::All, from, 7).expect("a page");
                model.fold(&folds, &page, Some(until.max(from.next())), |_| true).expect("readable");
                assert!(model.next() > from);
                let once = model.clone();
                let folded = model.fold(&folds, &page, Some(model.next()), |_| true);
                assert_eq!((folded, &model), (Ok(0), &once), "a page that was folded before");
                assert_eq!(model.is_fold_of(&folds, &store), Ok(true), "{kind:?} as of {}", model.next());
                until.command.0 += 20;
            }
            assert_eq!(model.folded(), store.count(&model.filter(&folds)));
        }
    }
}

fn cart(user: u32, number: u32, item: u16, at: u64) -> ShopEvent {
    let (user, number, item) = (UserId(user), BrowseNumber(number), ItemId(item));
    ShopEvent::ItemAddedToCart { user, number, item, timestamp: Time(at) }
}

// S17
#[test]
fn a_cart_is_abandoned_when_it_was_left_alone_for_long_enough_and_became_no_order() {
    let mut rig = Rig::new(&Catalog::default(), &Rules::default());
    let view = CartsView { window: Span(100) };
    for (user, number, item, at) in [(1, 0, 3, 10), (1, 1, 3, 50), (2, 0, 4, 60), (3, 0, 3, 70), (3, 1, 4, 400)] {
        rig.now = Time(at);
        rig.browse(cart(user, number, item, at));
    }
    rig.now = Time(120);
    rig.place(0, 2, &[(4, 1)]).expect("within the limits");
    let carts = live_and_rebuilt(view, &rig.store);
    // Of the third customer's two carts the first is known to be abandoned at once, since they came back too late.
    let abandoned = |at| view.abandoned(&carts, Time(at));
    assert_eq!((abandoned(140), abandoned(149), abandoned(150), abandoned(499), abandoned(500)), (1, 1, 2, 2, 3));
    assert_eq!(
        (view.abandoned_with(&carts, ItemId(3), Time(500)), view.abandoned_with(&carts, ItemId(4), Time(500))),
        (2, 1)
    );
    assert_eq!((carts.ordered(), carts.open(UserId(2))), (1, None));
    // One window of time, replayed: what was touched then.
    let mut window = Projector::over(view, upcasters(), &rig.store, Window::Times(Time(0), Time(61)));
    let carts = window.catch_up(&rig.store).expect("readable");
    assert_eq!(view.abandoned(carts, Time(1_000)), 2);
}

#[test]
fn a_journey_is_what_one_customer_did_and_what_became_of_it_each_once() {
    let mut rig = Rig::new(&Catalog::default(), &Rules::default());
    rig.browse(cart(5, 0, 3, 1));
    rig.browse(cart(6, 0, 3, 2));
    rig.place(0, 5, &[(3, 1)]).expect("within the limits");
    rig.place(1, 6, &[(3, 1)]).expect("within the limits");
    rig.mend();
    let journey = live_and_rebuilt(JourneyView { user: UserId(5) }, &rig.store);
    let kinds: Vec<Kind> = journey.steps.iter().map(|step| step.event.kind()).collect();
    assert_eq!(kinds, [Kind::ItemAddedToCart, Kind::OrderCreated, Kind::OrderConfirmed, Kind::OrderShipped]);
    assert_eq!((journey.orders, journey.more), (vec![OrderId(0)], 0));
}
