//! The built page comes up, wherever it is put.

use tutti_tests::{Page, Setting, Site};

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
    page.click(&page.find(".tt-play"));
    page.wait_until("it says so", || page.find("body").text().contains("could not be loaded"));
    assert!(page.playing());
    site.withhold("");
    page.pause();
    page.wait_until("it says so no more", || page.find_all(".banner").is_empty());
}
