//! What a reader was doing survives a reload: all branches as far as they were played, and what was seen of them.

use serde_json::{Value, json};
use tutti_tests::{Key, Page, Setting, Site};

/// Presses a key on the playhead.
fn on_playhead(page: &Page, key: Key) {
    page.run("document.querySelector('.tt-playhead').focus()", &[]);
    page.press(key);
}

/// Goes on for a while, and back to a little before where it was.
fn play_and_go_back(page: &Page, ms: u64) {
    let now = page.moment();
    page.fast_forward();
    page.wait_until("some time has passed", || page.moment() > now + ms);
    page.pause();
    for _ in 0..10 {
        on_playhead(page, Key::Left);
    }
    page.wait_until("there is something later", || page.find(".tt-future").is_displayed());
}

/// What a reader sees of the branches: each with its words and the place of its strip, and which one it is.
fn branches(page: &Page) -> Vec<Value> {
    let all = "return [...document.querySelectorAll('.tt-systems button')].map(button =>
               [button.innerText, button.firstElementChild.style.cssText, button.ariaCurrent])";
    page.run(all, &[]).as_array().cloned().unwrap_or_default()
}

/// How far the branch was played, in milliseconds; the clock rounds, this does not.
fn end(page: &Page) -> u64 {
    page.find(".tt-playhead").attribute("aria-valuemax").and_then(|end| end.parse().ok()).unwrap_or_default()
}

/// A page with three branches, on the second, somewhere before its end, with the checks open and a node selected.
fn busy(site: &Site, setting: &Setting) -> Page {
    let page = Page::at(site, setting, "quiet-election", 1_000);
    play_and_go_back(&page, 300);
    page.click(&page.node("B"));
    page.wait_until("there are two branches", || branches(&page).len() == 2);
    play_and_go_back(&page, 300);
    page.click(&page.node("C"));
    page.wait_until("there are three branches", || branches(&page).len() == 3);
    page.click(&page.find_all(".tt-systems button")[1]);
    page.wait_for_node("C", "alive");
    page.click(&page.named("button", "Show less time"));
    page.click(&page.named("tab", "Checks"));
    page.wait_until("the checks are there", || page.find("#panel").text().contains("one leader a term"));
    page
}

#[test]
fn all_branches_and_what_was_seen_of_them_are_there_after_a_reload() {
    let Some(site) = Site::from_env() else { return };
    let page = busy(&site, &Setting::wide());
    let speed = page.find(".tt-speed input").property("value");
    let before = (page.moment(), page.labels("nodes"), end(&page), branches(&page));
    assert!(before.0 < before.2, "it is before the end: {} of {}", before.0, before.2);
    page.reload();
    // And once more, before all of it can be there.
    page.reload();
    page.wait_until("it is at that moment", || page.is_at(before.0));
    page.wait_until("as it was", || (page.moment(), page.labels("nodes"), end(&page), branches(&page)) == before);
    assert_eq!(page.named("tab", "Checks").attribute("aria-selected").as_deref(), Some("true"));
    assert!(page.find("#panel").text().contains("one leader a term"));
    assert_eq!(page.named("tab", "Node C").text(), "Node C", "it was the last that was clicked");
    assert_eq!(page.find(".tt-speed input").property("value"), speed);
    assert!(!page.playing());
    on_playhead(&page, Key::End);
    page.wait_until("what is later is there", || page.moment().abs_diff(before.2) <= 1);
    page.click(&page.find_all(".tt-systems button")[2]);
    page.wait_for_node("C", "dead");
    page.click(&page.find_all(".tt-systems button")[0]);
    page.wait_for_node("B", "alive");
    page.assert_quiet();
}

#[test]
fn on_a_phone_the_sheet_is_open_after_a_reload() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::phone(), "quiet-election", 1_000);
    page.tap(&page.named("tab", "Events"));
    let open = || page.find(".panels").attribute("class").is_some_and(|class| class.contains("open"));
    page.wait_until("it is open", open);
    page.reload();
    page.wait_until("it is open again", open);
    page.wait_until("with the events", || !page.find_all("#panel .events li").is_empty());
    page.assert_quiet();
}

#[test]
fn if_what_was_kept_is_broken_the_link_is_played() {
    let Some(site) = Site::from_env() else { return };
    for broken in ["", "\n", "nonsense\n\ntkAAAA", "1 2 3\n\n", "-1 99 -7 1e9 x\n\ntk\u{1f3bb}\n\n"] {
        let page = Page::at(&site, &Setting::wide(), "quiet-election", 1_000);
        page.click(&page.node("B"));
        page.wait_for_node("B", "dead");
        // It is kept anew when the page is left, so it is broken after that.
        let spoil = "addEventListener('pagehide', () => { for (const key of Object.keys(sessionStorage)) {
                     const addresses = sessionStorage.getItem(key).split('\\n').slice(0, 2);
                     sessionStorage.setItem(key, [...addresses, arguments[0]].join('\\n')); } })";
        page.run(&spoil.replace("arguments[0]", &json!(broken).to_string()), &[]);
        page.reload();
        page.wait_for_node("B", "dead");
        page.wait_until("at that moment", || page.is_at(1_000));
        assert!(page.find_all("[role=alert]").is_empty());
        page.assert_quiet();
    }
}
