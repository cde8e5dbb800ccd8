//! S7, S13, S15, S17: the query side of a shop, as scenarios set it up and command it.
#![cfg(not(target_arch = "wasm32"))]

use tutti_core::base::{NodeId, Time};
use tutti_core::check::Invariant;
use tutti_core::lab::detail::Detail;
use tutti_core::lab::scene::{NodeKind, QueryView, Scene};
use tutti_core::lab::words::{self, Names};
use tutti_core::lab::{Event, Note};
use tutti_core::scenario::Scenario;
use tutti_core::scenario::link::{ENGINE, Given, Link};
use tutti_core::shop::Invariant as OfShop;
use tutti_core::shop::views::ViewKind;
use tutti_core::sim::{EventKind, Sink};
use tutti_core::timeline::Run;

const SHOP: &str = r#"{
    "cluster": {"servers": 3},
    "duration": "20s",
    "network": {"latency": "2ms"},
    "shop": {
        "customers": {"rate": 30, "until": "6s", "asks": 40, "looks": 1},
        "views": {"nodes": 2, "models": ["order-status", "stock"], "poll": "200ms", "page": 8}
    },
    "commands": [
        {"at": "7s", "do": {"add_view": {"view": {"journey": {"user": 3}}}}},
        {"at": "7s", "do": {"rebuild_view": {"view": "stock"}}},
        {"at": "7s", "do": {"rebuild_view": {"node": "view 2", "view": "carts"}}},
        {"at": "7s", "do": {"replay_view": {"view": "carts", "from": "1s", "until": "2s"}}},
        {"at": "7s", "do": {"crash": {"node": "view 2"}}},
        {"at": "8s", "do": {"restart": {"node": "view 2"}}},
        {"at": "8s", "do": {"scale": {"service": "view 2", "workers": 4}}}
    ]
}"#;

fn scenario() -> Scenario {
    Scenario::parse(SHOP).expect("a scenario")
}

/// What query nodes told, in words.
#[derive(Default)]
struct Words(Vec<String>, Option<Names>);

impl Sink<tutti_core::lab::Actor> for Words {
    fn event(&mut self, event: &Event<'_>) {
        if let (EventKind::Noted { node, note: note @ Note::View(_) }, Some(names)) = (&event.kind, &self.1) {
            self.0.push(words::note(*node, note, names));
        }
    }
}

/// Plays a scenario to a moment, commands and all; `each` sees the world every 10 ms.
fn play(scenario: &Scenario, until: u64, mut each: impl FnMut(&Run)) -> (Run, Vec<String>) {
    let mut run = Run::watched(&scenario.setup());
    let mut told = Words(Vec::new(), Some(Names::of(run.world())));
    let mut plan = scenario.plan().into_iter().peekable();
    let mut now = 0;
    while now < until {
        now += 10_000;
        while run.step(Time(now), Some(&mut told)).is_some() {}
        while plan.peek().is_some_and(|(at, _)| at.0 <= now) {
            for command in plan.next().expect("peeked").1.resolve(run.world()) {
                run.command(&command, Some(&mut told)).expect("it fits");
            }
        }
        each(&run);
    }
    (run, told.0)
}

fn view(run: &Run, number: usize) -> QueryView {
    let nodes = Scene::of(run.world()).nodes.into_iter();
    let views = nodes.filter_map(|node| match node.kind {
        NodeKind::View(view) => Some(view),
        _ => None,
    });
    views.into_iter().nth(number).expect("it is there")
}

#[test]
fn the_query_side_of_a_scenario_comes_back_from_json_bytes_and_links() {
    let scenario = scenario();
    assert_eq!(Scenario::parse(&scenario.to_json()).as_ref(), Ok(&scenario));
    assert_eq!(Scenario::from_bytes(&scenario.to_bytes()).as_ref(), Ok(&scenario));
    let given = |(time, order)| Given { time, within: u32::MAX, order };
    let link = Link {
        engine: ENGINE.into(),
        orders: scenario.plan().into_iter().map(given).collect(),
        scenario,
        time: Time(9_000_000),
        within: u32::MAX,
        trace_hash: 7,
    };
    assert_eq!(Link::decode(&link.encode().expect("short enough")), Ok(link));
}

#[test]
fn what_the_query_side_cannot_be_or_do_is_refused_with_its_path() {
    let told = |json: &str| Scenario::parse(json).map_or_else(|error| error.to_string(), |_| String::new());
    let command = |what: &str| told(&format!(r#"{{"shop": {{}}, "commands": [{{"at": "1s", "do": {what}}}]}}"#));
    let cases = [
        (told(r#"{"shop": {"views": {"nodes": 5}}}"#), "shop.views.nodes: "),
        (
            told(r#"{"shop": {"views": {"models": ["stock", "stock"]}}}"#),
            "shop.views.models[1]: stock is there already",
        ),
        (told(r#"{"shop": {"views": {"poll": "0s"}}}"#), "shop.views.poll: "),
        (command(r#"{"rebuild_view": {"node": "payment", "view": "stock"}}"#), "payment is not a query node"),
        (command(r#"{"add_view": {"node": "view 2", "view": "stock"}}"#), "the shop has 1 query nodes"),
        (
            command(r#"{"replay_view": {"view": "stock", "from": "5s", "until": "5s"}}"#),
            "the window begins at 5 s and has to end after that",
        ),
        (command(r#"{"crash": {"node": "view 3"}}"#), "there is no view 3"),
    ];
    for (told, expected) in cases {
        assert!(told.contains(expected), "{told}, {expected}");
    }
}

#[test]
fn commands_add_rebuild_and_replay_models_with_progress_to_be_seen_and_a_reason_where_they_do_not_fit() {
    let (mut progress, mut lagged, mut longest) = (Vec::new(), 0, 0);
    let (mut run, words) = play(&scenario(), 20_000_000, |run| {
        let seen = view(run, 0);
        longest = longest.max(seen.lag);
        lagged += u32::from(seen.lag > 0);
        progress.extend(seen.build.map(|build| (build.plan.view, build.progress.done, build.progress.of)));
    });
    let [first, second] = [view(&run, 0), view(&run, 1)];
    let journey = ViewKind::Journey { user: tutti_core::shop::UserId(3) };
    assert_eq!(first.models, [ViewKind::OrderStatus, ViewKind::Stock, journey]);
    assert_eq!((first.lag, second.lag, first.rebuilt), (0, 0, Some((ViewKind::Stock, true))));
    assert_eq!((second.models.len(), second.workers), (2, 4));
    assert!(lagged > 100 && longest > 10, "it lagged {lagged} times, by {longest} at most");
    progress.dedup();
    for kind in [journey, ViewKind::Stock, ViewKind::Carts] {
        let steps = progress.iter().filter(|(view, done, of)| *view == kind && *done > 0 && done < of).count();
        assert!(steps > 5, "{kind:?}: {steps} steps");
    }
    let said = |part: &str| assert!(words.iter().any(|word| word.contains(part)), "{part}");
    said("view begins to make journey-3 from all history");
    said("it is the same as before");
    said("view 2 does not make carts again from nothing: it has no such read model");
    said("is visible at view 2");
    run.judge_end();
    assert_eq!(run.violations(), []);
    assert!(run.standing().iter().any(|(invariant, _)| *invariant == Invariant::Shop(OfShop::ViewIsFold)));
    let counters = run.counters();
    assert!(counters.questions > 150 && counters.stale_answers > 0, "{counters:?}");
    let detail = Detail::of(run.world(), NodeId(11));
    assert!(detail.groups.iter().flat_map(|group| &group.rows).any(|(name, _)| name == "read models"));
}

#[test]
fn who_is_read_heavy_or_write_heavy_says_it_with_two_rates() {
    let counted = |rate: u32, asks: u32| {
        let mut scenario = scenario();
        if let Some(shop) = &mut scenario.shop {
            (shop.customers.rate, shop.customers.asks) = (rate, asks);
        }
        let (run, _) = play(&scenario, 8_000_000, |_| {});
        let customers = run.world().ids().find_map(|id| run.world().process(id).customers()).expect("they are");
        (customers.placed(), customers.asking().told)
    };
    let (written, read) = counted(2, 100);
    assert!(written < 30 && read > 400, "{written} orders, {read} answers");
    let (written, read) = counted(40, 2);
    assert!(written > 180 && read < 30, "{written} orders, {read} answers");
}

#[test]
fn a_shop_has_a_query_node_unless_it_is_told_to_have_none() {
    let nodes = |json: &str| {
        let run = Run::unwatched(&Scenario::parse(json).expect("a scenario").setup());
        run.world().ids().filter(|&id| run.world().process(id).view().is_some()).count()
    };
    assert_eq!(nodes(r#"{"shop": {}}"#), 1);
    assert_eq!(nodes(r#"{"shop": {"views": {"nodes": 0}}}"#), 0);
}
