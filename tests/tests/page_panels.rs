//! The panels: logs that can be scrolled through, events that are sifted and explained, checks that turn red.

use serde_json::json;
use tutti_core::base::{Span, Time};
use tutti_core::consensus::raft::{Defect, Defects};
use tutti_core::scenario::Scenario;
use tutti_core::timeline::Player;
use tutti_tests::lab::preset;
use tutti_tests::{Key, Page, Setting, Site};

/// The indexes that stand over the logs, and how many slips there are.
fn shown(page: &Page) -> (Vec<u64>, usize) {
    let heads =
        page.run("return [...document.querySelectorAll('.logs thead th[scope]')].map(h => +h.textContent)", &[]);
    let heads = heads.as_array().into_iter().flatten().filter_map(serde_json::Value::as_u64).collect();
    (heads, page.find_all(".slip").len())
}

#[test]
fn the_logs_follow_their_end_unless_the_reader_scrolled_back() {
    let Some(site) = Site::from_env() else { return };
    // Clients that never cease to ask.
    let mut scenario = Scenario::default();
    scenario.load.rate = 30;
    let page = Page::open(&site, &Setting::wide(), "about:blank");
    page.go_to(&scenario, 4_000);
    let last = || shown(&page).0.last().copied().unwrap_or_default();
    page.wait_until("it is a long log", || last() > 30);
    let end = last();
    assert!(page.find(".seen").text().starts_with("committed up to "), "{}", page.find(".seen").text());
    assert!(shown(&page).1 <= 14 * 5, "only what is seen has elements");
    assert_eq!(page.try_named("button", "To the end").map(|_| ()), None);

    // Back to its beginning by the keyboard, and there it stays while the log grows.
    page.run("document.querySelector('.reel').focus()", &[]);
    page.press(Key::Home);
    page.wait_until("it is the beginning", || shown(&page).0.first() == Some(&1));
    assert!(page.find(".slip").attribute("title").expect("a title").contains("term 1, committed"));
    page.press(Key::PageDown);
    page.wait_until("it is a screen on", || shown(&page).0.first().is_some_and(|first| (3..12).contains(first)));
    let there = shown(&page).0;
    page.fast_forward();
    page.wait_until("the log has grown", || {
        let text = page.find(".seen").text();
        text.split(' ').filter_map(|word| word.parse::<u64>().ok()).any(|committed| committed > end)
    });
    page.pause();
    assert_eq!(shown(&page).0, there);
    page.click(&page.named("button", "To the end"));
    page.wait_until("it is the end", || last() > end);
    page.fast_forward();
    let before = last();
    page.wait_until("it follows", || last() > before);
    page.assert_quiet();
}

#[test]
fn events_are_sifted_and_explained() {
    let Some(site) = Site::from_env() else { return };
    // The leader has died, and another was elected in term 2.
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 2_400);
    page.click(&page.named("tab", "Events"));
    let pick = |label: &str, option: &str| {
        let select = page.named("combobox", label);
        let script = "const [select, option] = arguments;
            select.value = [...select.options].find(o => o.textContent === option).value;
            select.dispatchEvent(new Event('change', { bubbles: true }))";
        page.run(script, &[select.argument(), json!(option)]);
    };
    let rows = || -> Vec<String> {
        let texts = "return [...document.querySelectorAll('.events li')].map(row => row.children[1].textContent)";
        let all = page.run(texts, &[]);
        all.as_array().into_iter().flatten().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
    };
    pick("Which events", "elections");
    page.wait_until("elections are listed", || rows().iter().any(|row| row.contains("leads")));
    let all = rows().len();
    assert!(!rows().iter().any(|row| row.contains(" → ")), "and no messages: {:?}", rows());
    pick("Of which node", "E");
    page.wait_until("only those of E", || (1..all).contains(&rows().len()));
    assert!(rows().iter().all(|row| row.contains('E')), "{:?}", rows());
    pick("Of which node", "of all");
    pick("Which events", "messages");
    page.wait_until("messages are listed", || rows().iter().all(|row| row.contains(" → ") || row.contains(" gets ")));
    pick("Which events", "everything");
    pick("How far back", "the whole run");
    page.fill("[type=search]", "LEADS");
    page.wait_until("only those with the words", || {
        let rows = rows();
        !rows.is_empty() && rows.iter().all(|row| row.to_lowercase().contains("leads"))
    });
    // Why did it come to that? Back to the first cause.
    page.click(&page.named("button", "why?"));
    page.wait_until("the chain is there", || page.find_all(".events .marked").len() == 1);
    let chain = rows();
    assert!(chain.len() > 4 && chain[0].contains("leads"), "{chain:?}");
    assert!(chain.iter().any(|row| row.contains("vote")), "{chain:?}");
    page.click(&page.named("button", "Back to the list"));
    page.wait_until("the list is back", || page.find_all(".events .marked").is_empty());
    // An event leads to its moment.
    page.click(&page.find(".events li button"));
    page.wait_until("it is earlier", || page.moment() < 2_400);
    page.assert_quiet();
}

#[test]
fn a_broken_rule_turns_red_and_leads_to_its_moment() {
    let Some(site) = Site::from_env() else { return };
    let mut scenario = preset("figure-8");
    scenario.cluster.defects = Defects::default().with(Defect::OldTermCommittedByCounting);
    // When it will be broken is found out beforehand.
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time::ZERO + scenario.duration);
    let broken: Vec<_> = player.timeline().run().violations().to_vec();
    let first = broken.iter().map(|violation| violation.time).min().expect("it is broken");
    let end = (first + Span::millis(200)).0 / 1_000;

    let page = Page::open(&site, &Setting::wide(), "about:blank");
    page.go_to(&scenario, first.0 / 1_000 - 1);
    page.click(&page.named("tab", "Checks"));
    page.wait_until("all hold", || page.find_all(".checks .held").len() > 6);
    assert_eq!(page.find_all(".checks .broken").len(), 0);
    let said = || page.find(".tt-sentence b").text();
    assert_eq!(said(), "");
    // A screen reader is told of each thing that breaks, and of none of them twice.
    let listen = "window.told = []; const live = document.querySelector('.tt-live');
        new MutationObserver(() => told.push(live.textContent)).observe(live, { childList: true })";
    page.run(listen, &[]);
    page.click(&page.find(".tt-play"));
    let words = format!("Broken: {}", broken[0].invariant.in_words());
    page.wait_until("it is said above the stage", || said().starts_with(&words));
    let told = || -> Vec<String> {
        let told = page.run("return window.told", &[]);
        let told = told.as_array().into_iter().flatten().filter_map(|text| text.as_str());
        told.filter(|text| text.starts_with("Broken")).map(str::to_owned).collect()
    };
    page.wait_until("it is announced", || !told().is_empty());
    page.run("return new Promise(done => setTimeout(done, 2500))", &[]);
    let mut once = told();
    once.dedup();
    assert_eq!(once, told());
    assert!(once.len() <= broken.len(), "{once:?}");
    page.go_to(&scenario, end);
    page.click(&page.named("tab", "Checks: broken"));
    let red = page.find(".checks .broken");
    assert!(red.text().contains("broken at"), "{}", red.text());
    page.click(&page.find(".checks .broken button"));
    page.wait_until("it is the moment", || page.moment().abs_diff(first.0 / 1_000) <= 1);
    // There it is marked on the score as well.
    let head = page.find(".tt-playhead").rect().center();
    let title = || page.find(".tt-score").attribute("title").unwrap_or_default();
    page.wait_until("the mark says so", || {
        page.hover_at(head.moved(0.0, 20.0));
        title().contains(": broken: ")
    });
    page.assert_quiet();
}
