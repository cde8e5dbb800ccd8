//! The built page comes up, wherever it is put.

use serde_json::json;
use tutti_core::scenario::link::Link;
use tutti_tests::{Key, Page, Setting, Site};

#[track_caller]
fn comes_up(site: &Site, setting: &Setting) {
    let page = Page::open(site, setting, "");
    page.wait_until("the page shows something", || !page.find("body").text().is_empty());
    assert_eq!(page.title(), "Tutti");
    page.assert_quiet();
}

#[test]
fn at_the_top_of_a_host() {
    let Some(site) = Site::from_env() else { return };
    comes_up(&site, &Setting::wide());
}

#[test]
fn under_a_path_of_a_host() {
    let Some(site) = Site::under("/some/where/tutti/") else { return };
    comes_up(&site, &Setting::wide());
}

#[test]
fn on_a_phone_in_the_dark() {
    let Some(site) = Site::from_env() else { return };
    comes_up(&site, &Setting::phone().dark());
}

#[test]
fn what_takes_a_reader_is_loaded_when_there_is_one_and_nothing_is_lost_meanwhile() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::open(&site, &Setting::wide(), "");
    let leader = page.wait_for("somebody leads", || page.leader());
    assert_eq!(site.asked_for("later/"), 0, "the stage plays without it");
    page.click(&page.node(&leader));
    page.wait_for_node(&leader, "dead");
    assert_eq!(site.asked_for("later/"), 1);
    page.assert_quiet();
}

#[test]
fn if_it_is_not_to_be_had_the_page_says_so_plays_on_and_tries_again() {
    let Some(site) = Site::from_env() else { return };
    site.withhold("later/");
    let page = Page::open(&site, &Setting::phone(), "");
    page.wait_until("it plays", || !page.find_all(".tt-play").is_empty() && page.playing());
    page.click(&page.node("A"));
    page.wait_until("it says so", || page.find("body").text().contains("could not be loaded"));
    let before = page.moment();
    page.wait_until("it plays on", || page.playing() && page.moment() > before);
    site.withhold("");
    page.pause();
    page.wait_until("it says so no more", || page.find_all(".banner").is_empty());
}

#[test]
fn playing_and_pausing_take_nothing_that_is_loaded_later() {
    let Some(site) = Site::from_env() else { return };
    site.withhold("later/");
    let page = Page::open(&site, &Setting::wide(), "");
    page.wait_until("it plays", || !page.find_all(".tt-play").is_empty() && page.playing());
    page.click(&page.find(".tt-play"));
    page.wait_until("it is paused", || !page.playing());
    let moment = page.moment();
    page.run("document.activeElement.blur()", &[]);
    page.press(Key::Space);
    page.wait_until("it plays again", || page.playing() && page.moment() > moment);
    page.run("document.querySelector('.tt-playhead').focus()", &[]);
    page.press(Key::Space);
    page.wait_until("it is paused again", || !page.playing());
    assert!(page.find_all(".banner").is_empty(), "nothing was asked for that is missing");
}

/// A page that plays, where a leader was clicked at a moment, and what that takes is not there yet.
fn clicked_too_early(site: &Site) -> (Page, String, u64) {
    site.stall("later/");
    let page = Page::open(site, &Setting::wide(), "");
    let leader = page.wait_for("somebody leads", || page.leader());
    page.click(&page.node(&leader));
    let moment = page.wait_for("time stands", || {
        let moment = page.moment();
        page.run("return new Promise(done => setTimeout(done, 300))", &[]);
        (page.moment() == moment).then_some(moment)
    });
    (page, leader, moment)
}

#[test]
fn what_is_done_while_it_is_loaded_is_done_at_the_moment_at_which_it_was_meant() {
    let Some(site) = Site::from_env() else { return };
    let (page, leader, moment) = clicked_too_early(&site);
    assert!(page.playing(), "it only waits");
    // The bar that shows it comes only after a while.
    page.wait_for_script(
        "document.body.ariaBusy === 'true' && getComputedStyle(document.body, '::before').opacity === '1'",
    );
    site.stall("");
    page.wait_for_node(&leader, "dead");
    page.wait_for_script("!document.body.hasAttribute('aria-busy')");
    page.wait_until("it plays on", || page.playing() && page.moment() > moment);
    let link = page.wait_for("the link is kept", || Some(page.address().split_once('#')?.1.to_owned()));
    let link = Link::decode(&link).expect("a link");
    let killed = link.orders.first().expect("what was done").time;
    assert!((killed.0 / 1_000).abs_diff(moment) <= 1, "at {killed}, and it was {moment} ms");
    page.assert_quiet();
}

#[test]
fn who_does_not_want_to_wait_for_it_plays_on() {
    let Some(site) = Site::from_env() else { return };
    let (page, leader, moment) = clicked_too_early(&site);
    page.click(&page.find(".tt-play"));
    page.wait_until("it is paused", || !page.playing());
    page.click(&page.find(".tt-play"));
    page.wait_until("it plays on", || page.moment() > moment);
    site.stall("");
    page.wait_for_node(&leader, "dead");
    page.assert_quiet();
}

#[test]
fn a_screen_reader_is_told_by_two_elements_and_not_every_tenth_of_a_second() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::open(&site, &Setting::wide(), "");
    page.wait_until("it plays", || !page.find_all(".tt-play").is_empty() && page.playing());
    let live = "return [...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log], output')]
                .map(each => each.className)";
    assert_eq!(page.run(live, &[]), json!(["tt-toast", "tt-live unseen"]));
    assert_eq!(page.find(".tt-clock").role(), "timer");
    let told = "let told = 0; const live = document.querySelector('.tt-live');
                new MutationObserver(() => told++).observe(live, { childList: true, characterData: true, subtree: true });
                const clock = document.querySelector('.tt-clock'), before = clock.textContent;
                return new Promise(done => setTimeout(() => done([told, clock.textContent !== before]), 2500))";
    let told = page.run(told, &[]);
    assert_eq!(told[1], true, "time goes by");
    assert!(told[0].as_u64().is_some_and(|times| times <= 2), "told {} times", told[0]);
}
