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
