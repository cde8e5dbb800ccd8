//! What is brought along and passed on: one's own cluster, scenarios as files, links of other engines.

use serde_json::{Value, json};
use tutti_core::base::Time;
use tutti_core::scenario::Scenario;
use tutti_core::scenario::link::Link;
use tutti_tests::lab::preset;
use tutti_tests::{Page, Setting, Site};

#[test]
fn ones_own_cluster_is_set_up_and_what_cannot_be_is_refused() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "lossy-network", 500);
    page.click(&page.named("button", "Set up"));
    page.fill("[name='cluster.servers']", "10");
    page.fill("[name='cluster.election_timeout']", "300ms..150ms");
    page.fill("[name='network.latency']", "7");
    page.fill("[name='load.rate']", "some");
    let send = || page.click(&page.named("button", "Play this cluster"));
    send();
    let wrong = |name: &str| {
        let error = page
            .wait_for(&format!("{name} is refused"), || page.find_all(&format!("[id='e-{name}']")).into_iter().next());
        assert_eq!(page.find(&format!("[name='{name}']")).attribute("aria-invalid").as_deref(), Some("true"));
        error.text()
    };
    assert_eq!(wrong("cluster.servers"), "10 is too much: the most is 9");
    assert!(wrong("cluster.election_timeout").contains("shortest"));
    assert_eq!(wrong("network.latency"), "7 of what? Say the unit");
    assert_eq!(wrong("load.rate"), "\"some\" is not a whole number");
    assert_eq!(page.find("[name='cluster.servers']").property("value"), "10", "what was typed stays");
    page.fill("[name='cluster.servers']", "3");
    page.fill("[name='cluster.election_timeout']", "100ms..200ms");
    page.fill("[name='network.latency']", "2ms+1ms");
    page.fill("[name='load.rate']", "40");
    page.click(&page.named("checkbox", "vote without log check"));
    send();
    page.wait_until("it plays", || page.find_all("dialog").is_empty() && page.playing());
    page.pause();
    assert_eq!(page.labels("nodes").iter().filter(|label| label.starts_with("server ")).count(), 3);
    assert_eq!(page.find("h1").text(), "Your own cluster");
    // The form is filled with it.
    page.click(&page.named("button", "Set up"));
    assert_eq!(page.find("[name='network.latency']").property("value"), "2ms+1ms");
    assert_eq!(page.find("[name='network.loss']").property("value"), preset("lossy-network").text_at("network.loss"));
    assert_eq!(page.named("checkbox", "vote without log check").property("checked"), true);
    page.assert_quiet();
}

#[test]
fn a_scenario_is_passed_on_as_a_file_and_opened_again() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "minority-partition", 500);
    page.cdp("Browser.grantPermissions", &json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }));
    page.click(&page.named("button", "Share"));
    let json = page.find("textarea.json").property("value").as_str().unwrap_or_default().to_owned();
    assert_eq!(Scenario::parse(&json), Ok(preset("minority-partition")));
    page.click(&page.named("button", "Copy scenario"));
    page.wait_until("it says so", || page.find("dialog [role=status]").text() == "Copied.");
    assert_eq!(page.run("return navigator.clipboard.readText()", &[]), Value::String(json.clone()));
    let link = page.named("link", "Download");
    assert_eq!(link.attribute("download").as_deref(), Some("minority-partition.json"));
    let file = "return fetch(arguments[0]).then(file => file.text())";
    assert_eq!(page.run(file, &[json!(link.attribute("href"))]), Value::String(json));
    page.press(tutti_tests::Key::Escape);

    // One's own: wrong first, each mistake with its path.
    let open = |text: &str| {
        let fill = "const area = document.querySelector('.own textarea'); area.value = arguments[0]";
        page.run(fill, &[json!(text)]);
        page.click(&page.named("button", "Open"));
    };
    page.click(&page.named("button", "Scenarios"));
    open(r#"{ "title": "Mine", "cluster": { "servers": 30 }, "network": { "latensy": "5ms" } }"#);
    let errors = || -> Vec<String> { page.find_all("#e-own .error").iter().map(|error| error.text()).collect() };
    page.wait_until("it is refused", || !errors().is_empty());
    assert!(errors().iter().any(|e| e.starts_with("network.latensy: there is no such field")), "{:?}", errors());
    open("{ \"seed\": 1, ");
    page.wait_until("it is no JSON", || errors().iter().any(|error| error.starts_with("not JSON: ")));
    assert!(errors()[0].contains("line 1"), "{:?}", errors());
    let title = |words: &str| {
        page.wait_until(words, || page.find_all("dialog").is_empty() && page.find("h1").text() == words);
    };
    open(r#"{ "title": "Mine", "cluster": { "servers": 4 } }"#);
    title("Mine");
    assert_eq!(page.labels("nodes").iter().filter(|label| label.starts_with("server ")).count(), 4);

    // From a file, and from a link that somebody sent.
    page.click(&page.named("button", "Scenarios"));
    let choose = "const held = new DataTransfer(); const input = document.querySelector('.own [type=file]');
        held.items.add(new File([arguments[0]], 'any.json')); input.files = held.files;
        input.dispatchEvent(new Event('change', { bubbles: true }))";
    page.run(choose, &[json!(preset("figure-8").to_json())]);
    title(&preset("figure-8").title);
    page.click(&page.named("button", "Scenarios"));
    open(&format!("https://somewhere.example/lab/{}", tutti_tests::lab::link_to(&preset("leader-crash"), 2_500)));
    title(&preset("leader-crash").title);
    page.wait_until("at its moment", || page.is_at(2_500));
    page.assert_quiet();
}

#[test]
fn a_link_that_another_engine_played_otherwise_says_so() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::open(&site, &Setting::wide(), "about:blank");
    let made = |engine: &str, trace_hash: u64| {
        let link = Link {
            engine: engine.into(),
            scenario: preset("leader-crash"),
            orders: Vec::new(),
            time: Time(1_500_000),
            within: u32::MAX,
            trace_hash,
        };
        format!("#{}", link.encode().expect("a link"))
    };
    page.goto(&made("0.0.7", 42));
    let banner = page.find("[role=alert]").text();
    assert!(banner.contains("engine 0.0.7") && banner.contains("plays it otherwise"), "{banner}");
    page.wait_until("the page is at the moment", || page.is_at(1_500));
    page.click(&page.named("button", "Close"));
    page.wait_until("the banner is closed", || page.find_all("[role=alert]").is_empty());
    page.click(&page.node("B"));
    page.wait_for_node("B", ", dead.");

    // Another engine that played it the same is nothing to talk about.
    let mut player = tutti_core::timeline::Player::new(preset("leader-crash").setup(), preset("leader-crash").plan());
    player.timeline_mut().seek(Time(1_500_000));
    page.goto("about:blank");
    page.goto(&made("0.0.7", player.timeline().run().trace_hash()));
    page.wait_until("the page is at the moment", || page.is_at(1_500));
    assert!(page.find_all("[role=alert]").is_empty());
    page.assert_quiet();
}
