//! The shop on the page: orders are placed, services die, are scaled and join, and one order is followed through it all.

use serde_json::json;
use tutti_core::scenario::{Scenario, Shop};
use tutti_tests::{Key, Page, Setting, Site};

/// A shop on three brokers, to which so many orders a second come.
fn shop(rate: u32) -> Scenario {
    let mut scenario = Scenario { seed: 4, ..Scenario::default() };
    scenario.cluster.servers = 3;
    let mut shop = Shop::default();
    shop.customers.rate = rate;
    scenario.shop = Some(shop);
    scenario
}

fn open(site: &Site, setting: &Setting, rate: u32, ms: u64) -> Page {
    let page = Page::open(site, setting, "about:blank");
    page.go_to(&shop(rate), ms);
    page
}

/// The number after a word in what is said of a node.
fn number_after(page: &Page, node: &str, word: &str) -> u64 {
    let label = page.node(node).label();
    let rest = label.split_once(word).map(|(_, rest)| rest.trim_start()).unwrap_or_default();
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default()
}

fn texts(page: &Page, css: &str) -> Vec<String> {
    let all = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)";
    let all = page.run(all, &[json!(css)]);
    all.as_array().into_iter().flatten().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}

#[test]
fn payment_dies_its_lag_grows_and_falls_when_it_is_back() {
    let Some(site) = Site::from_env() else { return };
    let page = open(&site, &Setting::wide(), 10, 1_500);
    page.wait_for_node("payment", "alive");
    page.click(&page.node("payment"));
    page.wait_for_node("payment", "dead");
    page.fast_forward();
    page.wait_until("its lag has grown", || number_after(&page, "payment", "lag") > 30);
    page.pause();
    assert!(page.find(".tt-sentence").text().starts_with("payment is dead: "), "{}", page.find(".tt-sentence").text());
    assert!(number_after(&page, "customers", "alive, ") > 20, "orders are still taken");
    page.click(&page.node("payment"));
    page.wait_for_node("payment", "alive");
    page.choose(&page.node("customers"), "No orders by themselves");
    page.fast_forward();
    page.wait_until("it has caught up", || number_after(&page, "payment", "lag") == 0);
    page.assert_quiet();
}

#[test]
fn an_order_that_is_placed_by_hand_is_followed_to_its_end() {
    let Some(site) = Site::from_env() else { return };
    let page = open(&site, &Setting::wide(), 0, 1_000);
    page.click(&page.node("customers"));
    page.wait_for_node("customers", "1 orders placed");
    page.fast_forward();
    page.click(&page.named("tab", "Orders"));
    page.wait_until("it is shipped", || texts(&page, ".orders .state") == ["shipped"]);
    page.pause();
    page.click(&page.find(".orders button"));
    page.wait_until("its panel is seen", || page.find("[role=tab][aria-selected=true]").text() == "Order 0");
    let deeds = texts(&page, ".falls .what");
    for deed in ["take the order", "commit OrderPlaced", "charge the card", "authorise", "prepare the parcel"] {
        assert!(deeds.iter().any(|said| said == deed), "{deed} in {deeds:?}");
    }
    assert_eq!(texts(&page, ".stream b"), ["OrderCreated", "OrderConfirmed", "OrderShipped"]);
    let state = || page.find(".after code").text();
    assert!(state().starts_with("shipped, paid "), "{}", state());
    page.click(&page.named("button", "One version back"));
    page.wait_until("it was confirmed", || state().starts_with("confirmed, paid "));
    page.click(&page.named("button", "One version back"));
    page.wait_until("it was placed", || state().starts_with("placed, to pay "));
    page.click(&page.named("button", "Stop following"));
    page.wait_until("nothing is followed", || page.try_named("tab", "Order 0").is_none());
    page.assert_quiet();
}

#[test]
fn an_order_is_picked_from_the_tape_with_the_keyboard() {
    let Some(site) = Site::from_env() else { return };
    let page = open(&site, &Setting::wide(), 5, 3_000);
    page.run("document.querySelector('.tt-reel').focus()", &[]);
    page.press(Key::Home);
    page.wait_until("the first record is said", || {
        page.find(".tt-reel").label().starts_with("OrderPlaced ") && page.find(".tt-reel").label().contains("offset 0")
    });
    page.press(Key::Enter);
    page.wait_until("its order is followed", || {
        page.find("[role=tab][aria-selected=true]").text().starts_with("Order ")
    });
    page.assert_quiet();
}

#[test]
fn a_service_is_scaled_and_another_joins() {
    let Some(site) = Site::from_env() else { return };
    let page = open(&site, &Setting::wide(), 5, 2_000);
    page.choose(&page.node("shipping"), "One worker more");
    page.wait_for_node("shipping", "2 workers");
    page.wait_for_node("analytics", "0 workers");
    page.click(&page.node("analytics"));
    page.wait_for_node("analytics", "1 workers");
    page.fast_forward();
    page.wait_until("it has read what was there before it", || {
        texts(&page, ".tt-reel").len() == 1 && number_after(&page, "analytics", "lag") < 5
    });
    page.choose(&page.node("customers"), "No orders by themselves");
    page.wait_until("all orders come to their ends", || {
        page.find(".tt-sentence").text().starts_with("every order has come to its end")
    });
    page.assert_quiet();
}

#[test]
fn on_a_narrow_screen_the_shop_fits() {
    let Some(site) = Site::from_env() else { return };
    let page = open(&site, &Setting::phone(), 5, 2_000);
    page.wait_for_node("payment", "alive");
    let wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth", &[]);
    assert_eq!(wide, json!(0), "nothing reaches beyond the screen");
    page.assert_quiet();
}
