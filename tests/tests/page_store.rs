//! The store on the page: a stream is stepped forwards and back, read models are rebuilt, projections are built from
//! history. // S12, S13, S16, S17

use serde_json::json;
use tutti_core::scenario::Scenario;
use tutti_tests::{Key, Page, Setting, Site};

/// A shop in which every fourth parcel gets a wrong number at first, some payments fail at first, and some carts are
/// left; the first orders were stored by older code.
fn shop() -> Scenario {
    let json = r#"{
        "seed": 5,
        "duration": "20s",
        "cluster": { "servers": 3 },
        "shop": {
            "customers": { "rate": 6, "looks": 2, "abandons": "40%" },
            "provider": { "unavailable": "20%" },
            "rules": { "wrong_tracking_every": 4, "renewed_after": "2s", "cart_window": "2s" }
        }
    }"#;
    Scenario::parse(json).expect("a scenario")
}

/// The shop at 12 s, with its store open.
fn at_the_store(site: &Site, setting: &Setting) -> Page {
    let page = Page::open(site, setting, "about:blank");
    page.go_to(&shop(), 12_000);
    page.click(&page.named("tab", "Store"));
    page
}

fn pick(page: &Page, label: &str, option: &str) {
    let select = page.named("combobox", label);
    let script = "const [select, option] = arguments;
        select.value = [...select.options].find(o => o.textContent === option).value;
        select.dispatchEvent(new Event('change', { bubbles: true }))";
    page.run(script, &[select.argument(), json!(option)]);
}

/// What is said beside a name in the panel.
fn fact(page: &Page, name: &str) -> Option<String> {
    let script = "const term = [...document.querySelectorAll('.panel dt')].find(dt => dt.textContent === arguments[0]);
        return term ? term.nextElementSibling.textContent : null";
    page.run(script, &[json!(name)]).as_str().map(str::to_owned)
}

fn cells(page: &Page) -> Vec<String> {
    let all = page.run("return [...document.querySelectorAll('.st-table td')].map(td => td.textContent)", &[]);
    all.as_array().into_iter().flatten().filter_map(|cell| Some(cell.as_str()?.to_owned())).collect()
}

fn heading(page: &Page, words: &str) {
    page.wait_until(words, || page.find_all(".panel h2").iter().any(|heading| heading.text() == words));
}

#[test]
fn in_the_store_an_order_is_stepped_back_to_where_a_wrong_tracking_number_came_in() {
    let Some(site) = Site::from_env() else { return };
    let page = at_the_store(&site, &Setting::wide());
    page.fill(".filters [type=search]", "7");
    page.press(Key::Enter);
    heading(&page, "stream order-7");
    let kinds = page.run("return [...document.querySelectorAll('.st-events b')].map(b => b.textContent)", &[]);
    let kinds: Vec<_> = kinds.as_array().into_iter().flatten().filter_map(|kind| kind.as_str()).collect();
    assert_eq!(kinds.first(), Some(&"OrderCreated"));
    assert_eq!(kinds.last(), Some(&"TrackingCorrected"), "{kinds:?}");
    let last = kinds.len() - 1;
    heading(&page, &format!("state after version {last}"));
    let right = fact(&page, "tracking number").expect("it was shipped");

    // Back by the keyboard, to before it was shipped: there is no number yet.
    page.run("document.querySelector('.st-events').focus()", &[]);
    page.press(Key::Up);
    heading(&page, &format!("state after version {}", last - 1));
    let wrong = fact(&page, "tracking number").expect("it was shipped");
    assert_ne!(wrong, right);
    assert!(wrong.ends_with("new"), "this event changed it: {wrong}");
    let wrong = wrong.trim_end_matches("new").to_owned();
    assert!(right.ends_with(&format!("was {wrong}")), "{right}");
    page.press(Key::Up);
    heading(&page, &format!("state after version {}", last - 2));
    assert_eq!(fact(&page, "tracking number"), None);
    // And forwards by a button.
    page.click(&page.named("button", "Last"));
    heading(&page, &format!("state after version {last}"));

    // The history answers, with a link; the plain row cannot.
    let answer = fact(&page, "Where did a wrong tracking number come in?").expect("an answer");
    assert!(answer.starts_with(&format!("{wrong} came in with version {}", last - 1)), "{answer}");
    assert!(!cells(&page).contains(&wrong) && cells(&page).contains(&"Order Shipped".to_owned()));
    page.click(&page.named("button", &format!("version {}", last - 1)));
    heading(&page, &format!("event {}: OrderShipped", last - 1));

    // The moment at which it was stored: nothing of what came later is there.
    page.click(&page.named("button", "Go to this moment"));
    page.wait_until("it is earlier", || page.moment() < 12_000);
    page.wait_until("it is the last event", || page.find_all(".st-events li").len() == last);
    heading(&page, &format!("state after version {}", last - 1));
    assert_eq!(fact(&page, "trackingId").as_ref(), Some(&wrong));

    // An order of before is read upcast, and what is stored is still to be seen.
    page.fill(".filters [type=search]", "order-2");
    page.press(Key::Enter);
    heading(&page, "stream order-2");
    assert_eq!(page.find(".st-old").text(), "read upcast");
    page.click(&page.named("button", "First"));
    heading(&page, "state after version 0");
    let (read, stored) = (fact(&page, "total"), fact(&page, "stored fields").expect("they differ"));
    assert!(read.is_some() && stored.starts_with("orderId 2, userId ") && !stored.contains("total"), "{stored}");
    page.fill(".filters [type=search]", "order-9999");
    page.press(Key::Enter);
    page.wait_until("it is said", || page.find(".st-wrong").text() == "There is no stream order-9999 at this moment.");
    page.assert_quiet();
}

#[test]
fn from_the_store_a_read_model_is_rebuilt_a_projection_built_and_a_window_replayed() {
    let Some(site) = Site::from_env() else { return };
    let page = at_the_store(&site, &Setting::wide());
    page.click(&page.named("button", "Read models"));
    for model in ["order status", "stock level", "revenue", "abandoned carts", "one customer's journey"] {
        pick(&page, "Read model", model);
        page.wait_until("it is another", || {
            page.find_all(".panel h2").iter().any(|heading| heading.text().starts_with(&format!("{model} now, after ")))
        });
        assert!(!cells(&page).is_empty(), "{model}");
        page.click(&page.named("button", "Rebuild from nothing"));
        page.wait_until("it is rebuilt", || {
            let verdicts = page.find_all(".st-verdict.held");
            verdicts.iter().any(|verdict| verdict.text().ends_with("it is equal to the live one."))
        });
        assert!(page.find_all(".st-verdict.broken").is_empty());
    }
    // The past, by the slider: nothing was there before the first event, and a little after it there was something.
    pick(&page, "Read model", "order status");
    let now = cells(&page);
    page.run("document.querySelector('.st-asof [type=range]').focus()", &[]);
    page.press(Key::Home);
    heading(&page, "order status before the first event");
    assert!(cells(&page).is_empty());
    page.fill(".st-asof .st-number", "6");
    page.press(Key::Enter);
    page.wait_until("it is some of it", || (1..now.len()).contains(&cells(&page).len()));
    let proof = page.find(".st-verdict.held").text();
    assert!(proof.ends_with("the whole history replayed comes to the same."), "{proof}");
    page.click(&page.named("button", "Now"));
    page.wait_until("it is as it was", || cells(&page) == now);

    // A question that nobody asked before.
    page.click(&page.named("button", "New questions"));
    assert!(page.find_all(".st-table").is_empty());
    pick(&page, "A question nobody asked before", "where wrong tracking numbers came in");
    page.click(&page.named("button", "Build a new projection"));
    page.wait_until("it is built", || cells(&page).contains(&"order-7".to_owned()));
    assert!(page.find(".st-verdict.held").text().starts_with("Built from history out of "));

    // A spike of abandoned carts.
    page.click(&page.named("button", "A window of time"));
    let field = |n: usize| format!(".filters label:nth-of-type({n}) input");
    page.fill(&field(1), "4");
    page.fill(&field(2), "8.5");
    page.click(&page.named("button", "Replay this window"));
    heading(&page, "4.000 s to 8.500 s");
    assert!(page.find(".st-answer").text().contains("became no order"), "{}", page.find(".st-answer").text());
    page.fill(&field(2), "3");
    page.click(&page.named("button", "Replay this window"));
    page.wait_until("it is refused", || page.find(".st-wrong").text().starts_with("A window is "));
    page.assert_quiet();
}

#[test]
fn the_store_is_there_only_where_there_is_a_shop_and_fits_a_phone() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::phone(), "leader-crash", 2_400);
    assert!(page.try_named("tab", "Store").is_none());
    page.go_to(&shop(), 12_000);
    page.tap(&page.named("tab", "Store"));
    page.wait_until("a stream is seen", || !page.find_all(".st-events li").is_empty());
    for part in ["Streams", "Read models", "New questions", "A window of time"] {
        page.tap(&page.named("button", part));
        let wide = page.run("const p = document.querySelector('#panel'); return p.scrollWidth - p.clientWidth", &[]);
        assert_eq!(wide, 0, "{part} is not wider than the phone");
    }
    page.assert_quiet();
}
