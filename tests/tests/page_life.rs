//! A reader's first hour: kills, cuts, goes back, tries otherwise, and passes it on. Driven as a person would.

use std::time::Duration;

use tutti_tests::{Key, Page, Point, Setting, Site};

/// A page that has come up, with a leader, paused.
fn with_a_leader(site: &Site, setting: &Setting) -> Page {
    let page = Page::open(site, setting, "");
    page.wait_until("somebody leads", || page.leader().is_some());
    page.pause();
    page
}

#[test]
fn a_click_kills_the_leader_another_is_elected_and_a_click_brings_the_first_back() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    let first = page.leader().expect("it leads");
    page.click(&page.node(&first));
    page.wait_until("it is dead", || page.node(&first).label().contains("dead"));
    page.fast_forward();
    let second = page.wait_for("another leads", || page.leader().filter(|second| *second != first));
    page.pause();
    assert_ne!(first, second);
    page.click(&page.node(&first));
    page.wait_until("it is back", || page.node(&first).label().contains("alive"));
    page.fast_forward();
    page.wait_until("it follows", || page.node(&first).label().contains("follower"));
    page.assert_quiet();
}

#[test]
fn a_swipe_across_links_cuts_them_and_can_be_undone() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    let cut = || page.find_all(".tt-links button").into_iter().filter(|b| b.label().contains(", cut")).count();
    assert_eq!(cut(), 0);
    // A stroke between A and the rest: it crosses the links from A to B and to E, and to C and D.
    let (a, b, e) = (page.node("A").rect(), page.node("B").rect(), page.node("E").rect());
    let y = (a.center().y * 0.6) + (b.center().y * 0.4);
    let path = [Point::new(e.center().x, y), Point::new(a.center().x, y), Point::new(b.center().x, y)];
    page.drag(&path, Duration::from_millis(300));
    page.wait_until("both directions of four links are cut", || cut() == 8);
    page.click(&page.find(".tt-toast button"));
    page.wait_until("all is whole again", || cut() == 0);
    page.assert_quiet();
}

#[test]
fn a_change_in_the_past_opens_a_branch_and_the_old_future_can_be_returned_to() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    let first = page.leader().expect("it leads");
    page.fast_forward();
    page.wait_until("some time has passed", || page.moment() > 1_500);
    page.pause();
    let end = page.moment();
    // The playhead, dragged back.
    let head = page.find(".tt-playhead").rect().center();
    page.drag(&[head, head.moved(-12.0, 0.0)], Duration::from_millis(300));
    page.wait_until("it is earlier", || page.moment() < end);
    let past = page.moment();
    page.click(&page.node(&first));
    page.wait_until("there are two branches", || page.find_all(".tt-systems button").len() == 2);
    assert_eq!(page.moment(), past);
    page.click(&page.find_all(".tt-systems button")[0]);
    page.wait_until("on the old branch it lives", || page.node(&first).label().contains("alive"));
    page.assert_quiet();
}

#[test]
fn a_link_shows_a_friend_the_same() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    let first = page.leader().expect("it leads");
    page.click(&page.node(&first));
    page.wait_until("it is dead", || page.node(&first).label().contains("dead"));
    page.fast_forward();
    page.wait_until("another leads", || page.leader().is_some());
    page.pause();
    let (seen, when) = (page.labels("nodes"), page.moment());
    page.click(&page.named("button", "Share"));
    let link = page.wait_for("there is a link", || {
        let fields = page.find_all("dialog textarea, dialog input");
        fields
            .into_iter()
            .find_map(|field| field.property("value").as_str().map(str::to_owned))
            .filter(|l| l.contains('#'))
    });
    assert!(link.len() < 500, "short enough to paste: {} characters", link.len());
    drop(page);

    let friend = Page::open(&site, &Setting::wide(), "");
    friend.goto(&link);
    friend.reload();
    friend.wait_until("the friend is at that moment", || friend.is_at(when));
    friend.wait_until("and sees the same", || friend.labels("nodes") == seen);
    assert!(friend.find_all("[role=alert]").is_empty());
    friend.assert_quiet();
}

#[test]
fn a_link_works_in_a_sandboxed_frame() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    let when = page.moment();
    page.wait_until("the address holds the run", || page.address().contains("#tt"));
    let address = page.address();
    drop(page);
    let hash = &address[address.find('#').expect("a link")..];
    let html = format!(
        "<!doctype html><link rel=icon href='data:,'><iframe sandbox='allow-scripts' width=900 height=800 src='./{hash}'></iframe>"
    );
    let Some(blog) = Site::with_pages("/", [("/blog.html", html.as_str())]) else { return };
    let page = Page::open(&blog, &Setting::wide(), "blog.html");
    // The frame comes to its page later than the page to its frame.
    page.wait_until("the frame is there", || {
        page.leave_frames();
        page.enter_frame(&page.find("iframe"));
        !page.find_all(".tt-clock").is_empty()
    });
    page.wait_until("the frame is at that moment", || page.is_at(when));
}

#[test]
fn what_a_reader_was_doing_survives_a_reload() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    page.click(&page.node("B"));
    page.wait_until("B is dead", || page.node("B").label().contains("dead"));
    let when = page.moment();
    page.reload();
    page.wait_until("B is dead after the reload", || page.node("B").label().contains("dead"));
    page.wait_until("at the same moment", || page.is_at(when));
    page.assert_quiet();
}

#[test]
fn a_broken_link_is_said_to_be_one_and_the_page_works() {
    let Some(site) = Site::from_env() else { return };
    for hash in ["#ttnonsense", "#tt", "#ttAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let page = Page::open(&site, &Setting::wide(), hash);
        let banner = page.find("[role=alert]").text();
        assert!(banner.contains("link"), "{banner}");
        page.click(&page.find(".tt-play"));
        page.wait_until("somebody leads", || page.leader().is_some());
        page.assert_quiet();
    }
}

#[test]
fn all_of_it_by_keyboard() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    page.tab_to("server A");
    page.press(Key::Right);
    assert!(page.focused().starts_with("server B"), "{}", page.focused());
    page.press(Key::Enter);
    page.wait_until("B is dead", || page.node("B").label().contains("dead"));
    page.press(Key::Enter);
    page.wait_until("B is alive", || page.node("B").label().contains("alive"));
    page.press_with(&[Key::Shift], Key::F(10));
    page.wait_until("a menu is open", || page.find_all("[role=menu]").len() == 1);
    assert!(page.find("[role=menu]").text().contains("Pause"));
    page.press(Key::Escape);
    page.wait_until("the menu is closed", || page.find_all("[role=menu]").is_empty());
    assert!(page.focused().starts_with("server B"), "the focus is back: {}", page.focused());
    let before = page.moment();
    // The moment shows milliseconds: some steps are shorter.
    for _ in 0..50 {
        page.press(Key::Letter('.'));
    }
    page.wait_until("steps were taken", || page.moment() > before);
    // A link, cut and healed; its menu.
    page.tab_to("link from");
    page.press(Key::Enter);
    page.wait_for_link("A", "B", true);
    page.press(Key::ContextMenu);
    page.wait_until("a menu is open", || page.find_all("[role=menu]").len() == 1);
    page.press(Key::Down);
    page.press(Key::Enter);
    page.wait_for_link("A", "B", false);
    // The score.
    page.tab_to("Moment");
    page.press(Key::Home);
    page.wait_until("it is the beginning", || page.is_at(0));
    page.press(Key::End);
    page.wait_until("it is the end", || page.moment() > before);
    page.press(Key::Left);
    page.wait_until("it is a little before", || page.moment() > 0 && page.find(".tt-future").is_displayed());
    page.press(Key::Space);
    page.wait_until("it plays", || page.playing());
    page.assert_quiet();
}

#[test]
fn a_message_in_flight_can_be_held_and_dropped() {
    let Some(site) = Site::from_env() else { return };
    // Heartbeats have just left.
    let page = Page::at(&site, &Setting::wide(), "quiet-election", 1_000);
    let messages = || page.find_all(".tt-messages button");
    page.wait_until("messages are under way", || messages().len() == 4);
    let choose = |what: &str| {
        page.click(messages().first().expect("it is there"));
        page.wait_until("its menu is open", || page.find_all("[role=menu]").len() == 1);
        page.click(&page.named("menuitem", what));
    };
    choose("Hold it");
    page.wait_until("it is held", || messages().iter().any(|m| m.label().contains("held")));
    let count = messages().len();
    let held = messages().into_iter().position(|m| m.label().contains("held")).expect("it is held");
    page.click(&messages()[held]);
    page.click(&page.named("menuitem", "Drop it"));
    page.wait_until("it is gone", || messages().len() < count);
    page.assert_quiet();
}

#[test]
fn on_a_phone_a_tap_kills_and_nothing_is_cut_off() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::phone());
    let overflow = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth", &[]);
    assert_eq!(overflow, 0, "nothing sticks out sideways");
    page.tap(&page.node("C"));
    page.wait_until("C is dead", || page.node("C").label().contains("dead"));
    page.assert_quiet();
}

#[test]
fn the_checks_are_live_and_hold() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    page.click(&page.named("tab", "Checks"));
    page.wait_until("the list is there", || page.find("#panel").text().contains("one leader a term"));
    let text = page.find("#panel").text();
    for words in ["logs match", "nothing acknowledged is lost", "linearizable"] {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
}

#[test]
fn a_paused_page_uses_no_processor_time() {
    let Some(site) = Site::from_env() else { return };
    let page = with_a_leader(&site, &Setting::wide());
    // Whatever was still to be drawn is drawn, and the link is kept, within a second.
    page.run("return new Promise(done => setTimeout(done, 1200))", &[]);
    let before = page.main_thread_time();
    let frames = page.run(
        "const real = window.requestAnimationFrame; window.asked = 0;
         window.requestAnimationFrame = f => { window.asked++; return real(f); };
         return new Promise(done => setTimeout(() => done(window.asked), 1000))",
        &[],
    );
    assert_eq!(frames, 0, "no frame is asked for");
    let used = page.main_thread_time() - before;
    assert!(used < Duration::from_millis(50), "{used:?} of a second");
}
