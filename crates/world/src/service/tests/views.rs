//! The query side: read models that lag, catch up, come back, and are made from nothing.

use super::stage::*;
use crate::base::{NodeId, Span, Time};
use crate::lab::{Actor, Command, Event, Note, Request, Setup};
use crate::service::view::{NotDone, Purpose, View, ViewConfig, ViewNote, ViewRequest};
use crate::service::{Asking, CustomerNote};
use crate::shop::views::{Folds, Model, ViewKind};
use crate::shop::{Catalog, Defect, Defects, ItemId, OrderId, Quantity, Rules, UserId};
use crate::sim::{EventKind, Sink};
use crate::store::{GlobalPosition, Store};

/// The first query node.
const VIEW: NodeId = NodeId(11);
const SHOP: [ViewKind; 4] = [ViewKind::OrderStatus, ViewKind::Stock, ViewKind::Revenue, ViewKind::Carts];
const SECOND: u64 = 1_000_000;

/// A shop with so many query nodes.
fn with_views(mut setup: Setup, count: u16, change: impl Fn(&mut ViewConfig)) -> Setup {
    {
        let shop = setup.shop_mut();
        let config = |number| ViewConfig {
            number,
            caller: 6 + number,
            brokers: 3,
            views: SHOP.to_vec(),
            poll: Span::millis(50),
            page: 64,
            save_every: 16,
            workers: 2,
            service_time: (Span::millis(1), Span::millis(3)),
            queue: 32,
            patience: Span::millis(300),
            attempt_timeout: Span::millis(300),
            folds: Folds { catalog: Catalog::default(), cart_window: Rules::default().cart_window },
            defects: shop.defects,
        };
        shop.views = (0..count).map(config).collect();
        shop.views.iter_mut().for_each(change);
        shop.customers.views = (0..count).map(|number| NodeId(VIEW.0 + number)).collect();
    }
    setup
}

fn asking_customers(mut setup: Setup, own_writes: bool) -> Setup {
    {
        let shop = setup.shop_mut();
        shop.customers.asks_after = Some(Span::ZERO);
        shop.customers.own_writes = own_writes;
    }
    setup
}

fn busy(seed: u64) -> Setup {
    setup(seed, 20, Span::secs(3), Defects::default())
}

fn view(stage: &Stage, node: NodeId) -> &View {
    stage.0.process(node).view().expect("it is a query node")
}

fn asked(stage: &Stage) -> Asking {
    stage.0.process(CUSTOMERS).customers().expect("they are").asking()
}

fn lag(view: &View, store: &Store) -> u64 {
    store.events() - store.count_before(&crate::store::Filter::All, view.next())
}

/// Every model of the node is the fold of all that the store holds.
fn is_live(stage: &Stage, node: NodeId) {
    let (view, store) = (view(stage, node), stage.broker().store());
    assert_eq!(lag(view, store), 0);
    for model in view.models() {
        let folds = &view.config().folds;
        assert_eq!(model.folded(), store.count(&model.filter(folds)), "{:?}", model.kind());
        assert_eq!(model.is_fold_of(folds, store), Ok(true), "{:?}", model.kind());
    }
}

/// What the query nodes and the customers told.
#[derive(Default)]
struct Told(Vec<(Time, NodeId, Note)>);

impl Sink<Actor> for Told {
    fn event(&mut self, event: &Event<'_>) {
        if let EventKind::Noted { node, note: note @ (Note::View(_) | Note::Customers(_)) } = &event.kind {
            self.0.push((event.time, *node, (*note).clone()));
        }
    }
}

impl Told {
    fn until(&mut self, stage: &mut Stage, time: Time) {
        while stage.0.step(time, self).is_some() {}
    }

    fn views(&self) -> impl Iterator<Item = (Time, ViewNote)> + '_ {
        self.0.iter().filter_map(|(time, _, note)| match note {
            Note::View(note) => Some((*time, *note)),
            _ => None,
        })
    }

    fn accepted(&self, order: OrderId) -> Option<Time> {
        let accepted = Note::Customers(CustomerNote::Accepted { order });
        self.0.iter().find(|(_, _, note)| *note == accepted).map(|(time, ..)| *time)
    }
}

// S7
#[test]
fn a_model_lags_behind_what_was_written_and_then_shows_it() {
    let mut stage = Stage::new(&with_views(busy(1), 1, |view| view.poll = Span::millis(400)));
    let (mut told, mut lagged) = (Told::default(), 0);
    for tenth in 1..=80 {
        told.until(&mut stage, Time(tenth * SECOND / 10));
        lagged += u32::from(lag(view(&stage, VIEW), stage.broker().store()) > 0);
    }
    assert!(lagged > 10, "it lagged {lagged} times");
    is_live(&stage, VIEW);
    // From written to visible: every order, within what it takes to bring it to the store and to look for it.
    let visible: Vec<(Time, OrderId)> = told
        .views()
        .filter_map(|(time, note)| match note {
            ViewNote::Visible { order } => Some((time, order)),
            _ => None,
        })
        .collect();
    assert_eq!(visible.len(), stage.orders().len());
    let spans: Vec<Span> =
        visible.iter().filter_map(|(time, order)| Some(time.since(told.accepted(*order)?))).collect();
    let longest = spans.iter().copied().max().unwrap_or_default();
    assert!(longest > Span::millis(300) && longest < Span::millis(600), "{longest}");
}

// S7
#[test]
fn who_does_not_ask_for_their_own_writes_gets_the_old_answer() {
    let setup = with_views(asking_customers(busy(2), false), 1, |view| view.poll = Span::millis(200));
    let mut stage = Stage::new(&setup);
    stage.until(Time(8 * SECOND));
    let asked = asked(&stage);
    assert_eq!(asked.told, stage.accepted());
    assert!(asked.stale > 20 && asked.in_vain == 0, "{asked:?}");
}

// S7
#[test]
fn who_asks_for_their_own_writes_waits_and_never_gets_an_old_answer() {
    let setup = with_views(asking_customers(busy(2), true), 2, |view| view.poll = Span::millis(200));
    let mut stage = Stage::new(&setup);
    let mut told = Told::default();
    told.until(&mut stage, Time(8 * SECOND));
    let asked = asked(&stage);
    assert_eq!((asked.told, asked.stale, asked.in_vain), (stage.accepted(), 0, 0));
    assert!(told.views().any(|(_, note)| matches!(note, ViewNote::Holds { .. })));
}

#[test]
fn a_question_about_what_is_not_read_in_time_is_refused() {
    let setup = with_views(asking_customers(busy(3), true), 1, |view| view.poll = Span::secs(2));
    let mut stage = Stage::new(&setup);
    let mut told = Told::default();
    told.until(&mut stage, Time(8 * SECOND));
    let asked = asked(&stage);
    assert!(asked.in_vain > 20 && asked.stale == 0, "{asked:?}");
    let refused = told.views().filter(|(_, note)| matches!(note, ViewNote::GaveUp { .. })).count();
    assert!(refused > 20, "it refused {refused}");
}

// S15
#[test]
fn many_questions_are_turned_away_by_one_node_and_answered_by_three_while_orders_are_taken_as_before() {
    let ask = |nodes: u16| {
        let mut setup = with_views(busy(4), nodes, |view| {
            (view.workers, view.queue) = (1, 4);
            view.service_time = (Span::millis(4), Span::millis(6));
        });
        {
            let shop = setup.shop_mut();
            shop.customers.asks_gap = Some(Span::millis(3));
            shop.customers.max_open = 1_000;
        }
        let mut stage = Stage::new(&setup);
        stage.until(Time(8 * SECOND));
        (asked(&stage), stage.accepted())
    };
    let ((one, taken), (three, taken_by_three)) = (ask(1), ask(3));
    assert!(one.asked > 800 && one.in_vain > 200, "{one:?}");
    assert!(three.asked > 800 && three.in_vain < 10, "{three:?}");
    assert_eq!(taken, taken_by_three);
}

// S15
#[test]
fn the_load_of_questions_shifts_no_order() {
    let orders = |questions: bool| {
        let mut setup = with_views(busy(5), 1, |_| {});
        {
            let shop = setup.shop_mut();
            shop.customers.asks_after = questions.then_some(Span::millis(100));
        }
        let mut stage = Stage::new(&setup);
        stage.until(Time(8 * SECOND));
        (stage.orders().len(), asked(&stage).asked)
    };
    let ((asking, asked), (silent, none)) = (orders(true), orders(false));
    assert_eq!((asking, none), (silent, 0));
    assert!(asked > 40);
}

#[test]
fn a_node_comes_back_from_its_checkpoint_and_its_answer_is_that_of_a_rebuild() {
    for seed in 0..8 {
        let mut stage = Stage::new(&with_views(busy(seed), 2, |_| {}));
        for round in 0..12u64 {
            let node = NodeId(VIEW.0 + (round % 2) as u16);
            stage.until(Time(500_000 + round * 311_000));
            stage.order(Command::Crash { node });
            stage.until(Time(500_000 + round * 311_000 + 70_000));
            stage.order(Command::Restart { node });
            if round > 8 {
                // It did not begin anew.
                assert!(view(&stage, node).next() > GlobalPosition::START);
            }
        }
        stage.until(Time(10 * SECOND));
        for node in [VIEW, NodeId(VIEW.0 + 1)] {
            is_live(&stage, node);
            for view in SHOP {
                stage.ask(node, Request::View(ViewRequest::Rebuild { view }));
            }
        }
        stage.until(Time(14 * SECOND));
        for node in [VIEW, NodeId(VIEW.0 + 1)] {
            let built: Vec<_> = view(&stage, node).built().map(|built| (built.plan.view, built.same)).collect();
            assert_eq!(built, SHOP.map(|view| (view, Some(true))));
            is_live(&stage, node);
        }
    }
}

#[test]
fn state_and_place_in_two_commits_count_twice_after_a_crash_and_a_rebuild_says_so() {
    let defects = Defects::default().with(Defect::ProjectionCountsTwice);
    let mut wrong = 0;
    for seed in 0..8 {
        let setup = with_views(setup(seed, 20, Span::secs(3), defects), 1, |view| view.save_every = 4);
        let mut stage = Stage::new(&setup);
        for round in 0..10u64 {
            stage.until(Time(500_000 + round * 211_000));
            stage.order(Command::Crash { node: VIEW });
            stage.order(Command::Restart { node: VIEW });
        }
        stage.until(Time(10 * SECOND));
        stage.ask(VIEW, Request::View(ViewRequest::Rebuild { view: ViewKind::Stock }));
        stage.until(Time(14 * SECOND));
        wrong += view(&stage, VIEW).built().filter(|built| built.same == Some(false)).count();
    }
    assert!(wrong >= 6, "{wrong} of 8");
}

// S13
#[test]
fn a_rebuild_goes_on_step_by_step_while_the_node_answers() {
    let mut stage = Stage::new(&with_views(busy(6), 1, |view| view.page = 8));
    stage.until(Time(8 * SECOND));
    let (before, rebuild) = (asked(&stage).told, ViewRequest::Rebuild { view: ViewKind::Revenue });
    stage.ask(VIEW, Request::View(rebuild));
    let mut places = Vec::new();
    for step in 1..400 {
        stage.until(Time(8 * SECOND + step * 5_000));
        if step == 10 {
            stage.ask(CUSTOMERS, Request::Ask { order: OrderId(3) });
        }
        places.extend(view(&stage, VIEW).build().map(|build| build.model.next()));
    }
    assert!(places.windows(2).all(|pair| pair[0] <= pair[1]));
    places.dedup();
    assert!(places.len() > 10, "{} steps", places.len());
    assert_eq!(asked(&stage).told, before + 1);
    let built = view(&stage, VIEW).built().next().expect("it is done");
    assert_eq!((built.plan, built.same), (rebuild.plan(), Some(true)));
}

// S17
#[test]
fn a_projection_invented_today_is_built_from_yesterdays_history_and_follows_from_then_on_also_through_a_crash() {
    let journey = ViewKind::Journey { user: UserId(3) };
    let mut stage = Stage::new(&with_views(busy(7), 1, |view| view.views = vec![ViewKind::OrderStatus]));
    stage.until(Time(5 * SECOND));
    stage.ask(VIEW, Request::View(ViewRequest::Add { view: journey }));
    stage.ask(VIEW, Request::View(ViewRequest::Add { view: ViewKind::Stock }));
    stage.until(Time(5 * SECOND + 10_000));
    stage.order(Command::Crash { node: VIEW });
    stage.until(Time(6 * SECOND));
    stage.order(Command::Restart { node: VIEW });
    stage.until(Time(8 * SECOND));
    let kinds = |stage: &Stage| view(stage, VIEW).models().iter().map(Model::kind).collect::<Vec<_>>();
    assert_eq!(kinds(&stage), [ViewKind::OrderStatus, journey, ViewKind::Stock]);
    is_live(&stage, VIEW);
    let steps = |stage: &Stage| match &view(stage, VIEW).models()[1] {
        Model::Journey(_, projected) => projected.state.orders.len(),
        other => panic!("{:?}", other.kind()),
    };
    let before = steps(&stage);
    assert!(before > 1, "{before}");
    let (user, item, quantity) = (UserId(3), ItemId(0), Quantity(1));
    stage.ask(CUSTOMERS, Request::Order { user, item, quantity });
    stage.until(Time(10 * SECOND));
    assert_eq!(steps(&stage), before + 1);
    is_live(&stage, VIEW);
}

// S17
#[test]
fn a_window_of_time_replayed_holds_what_was_stored_in_it_and_nothing_else() {
    let mut stage = Stage::new(&with_views(busy(8), 1, |_| {}));
    stage.until(Time(8 * SECOND));
    let (from, until) = (Time(1_500_000), Time(2_500_000));
    stage.ask(VIEW, Request::View(ViewRequest::Replay { view: ViewKind::Revenue, from, until }));
    stage.until(Time(10 * SECOND));
    let built = view(&stage, VIEW).built().next().expect("it is done");
    assert_eq!(built.plan.purpose, Purpose::Replay { from, until });
    let store = stage.broker().store();
    let filter = built.model.filter(&view(&stage, VIEW).config().folds);
    let within =
        store.read(&filter, GlobalPosition::START).filter(|event| event.at >= from && event.at < until).count();
    assert!(within > 5 && within as u64 == built.model.folded(), "{within}, {}", built.model.folded());
    let live = view(&stage, VIEW).models().iter().find(|model| model.kind() == ViewKind::Revenue);
    assert!(live.is_some_and(|live| live.folded() > built.model.folded()), "the live one stays");
}

#[test]
fn what_does_not_fit_is_not_done_and_the_node_says_why() {
    let mut stage = Stage::new(&with_views(busy(9), 1, |view| view.views = vec![ViewKind::Stock]));
    let mut told = Told::default();
    told.until(&mut stage, Time(SECOND));
    let [stock, carts] = [ViewKind::Stock, ViewKind::Carts];
    let (from, until) = (Time(5), Time(5));
    let cases = [
        (ViewRequest::Rebuild { view: carts }, NotDone::NoSuchView),
        (ViewRequest::Add { view: stock }, NotDone::HasIt),
        (ViewRequest::Replay { view: carts, from, until }, NotDone::EmptyWindow),
    ];
    for (request, _) in cases {
        stage
            .0
            .command(&Command::Request { node: VIEW, request: Request::View(request) }, &mut told)
            .expect("it is told");
    }
    for _ in 0..2 {
        let request = Request::View(ViewRequest::Add { view: carts });
        stage.0.command(&Command::Request { node: VIEW, request }, &mut told).expect("it is told");
    }
    let said: Vec<_> = told
        .views()
        .filter_map(|(_, note)| match note {
            ViewNote::NotDone { request, why } => Some((request, why)),
            _ => None,
        })
        .collect();
    let again = (ViewRequest::Add { view: carts }, NotDone::UnderWay);
    assert_eq!(said, cases.into_iter().chain([again]).collect::<Vec<_>>());
}
