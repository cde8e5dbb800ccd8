//! What breaks a run by hand, and what makes it whole again: menus of nodes and links, the form for a link, long presses.

use tutti_tests::{Key, Page, Setting, Site};

#[test]
fn a_menu_pauses_kills_restarts_elects_and_asks() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "quiet-election", 1_000);
    assert_eq!(page.leader().as_deref(), Some("A"));
    page.choose(&page.node("B"), "Pause");
    page.wait_for_node("B", ", paused.");
    page.choose(&page.node("B"), "Let it go on");
    page.wait_for_node("B", ", alive.");
    page.choose(&page.node("B"), "Kill");
    page.wait_for_node("B", ", dead.");
    page.choose(&page.node("B"), "Restart");
    page.wait_for_node("B", ", alive.");
    // It bypasses the patience of the others and asks them for votes at once.
    page.choose(&page.node("D"), "Time out now");
    page.wait_for_node("D", "candidate");
    page.choose(&page.node("A"), "Send a request here: write");
    page.wait_for_node("client", "1 request waiting");
    page.fast_forward();
    page.wait_until("D leads", || page.leader().as_deref() == Some("D"));
    page.wait_for_node("client", "0 requests waiting, 1 answered");
    page.pause();
    // Cut off and connected again, and all of it from the empty stage.
    page.choose(&page.node("D"), "Cut it off");
    for other in ["A", "B", "C", "E"] {
        page.wait_for_link("D", other, true);
        page.wait_for_link(other, "D", true);
    }
    let empty = page.find(".tt-board").rect().at(0.03, 0.06);
    page.right_click_at(empty);
    page.choose_open("Heal every link");
    page.wait_for_link("D", "A", false);
    page.assert_quiet();
}

#[test]
fn a_link_is_cut_healed_and_made_worse_one_way_or_both() {
    let Some(site) = Site::from_env() else { return };
    // Between two heartbeats, when no message stands on a link.
    let page = Page::at(&site, &Setting::wide(), "quiet-election", 985);
    // The half of a link next to a node is what that node sends.
    page.click(&page.link("B", "E"));
    page.wait_for_link("B", "E", true);
    assert!(!page.link("E", "B").label().contains(", cut."));
    page.click(&page.link("B", "E"));
    page.wait_for_link("B", "E", false);
    page.choose(&page.link("B", "E"), "Cut the link between B and E");
    page.wait_for_link("B", "E", true);
    page.wait_for_link("E", "B", true);
    page.choose(&page.link("E", "B"), "Heal the link between E and B");
    page.wait_for_link("B", "E", false);
    page.wait_for_link("E", "B", false);

    // The form: what cannot be is refused with a reason, and stays typed.
    let (there, back) = ("[name='there network.latency']", "[name='back network.loss']");
    let form = |what: &str| {
        page.choose(&page.link("B", "E"), what);
        page.wait_until("the form is there", || page.find_all("dialog form").len() == 1);
    };
    form("Latency, loss");
    assert_eq!(page.find(there).property("value"), "5ms..15ms");
    assert!(!page.find(back).is_displayed(), "both ways are alike, so one is shown");
    page.fill(there, "soon");
    let send = || page.click(&page.named("button", "Make it so"));
    send();
    assert!(page.find("dialog .error").text().starts_with("\"soon\" is not a time such as"));
    assert_eq!(page.find(there).property("value"), "soon");
    page.fill(there, "80ms");
    page.click(&page.named("checkbox", "The same the other way"));
    page.fill(back, "101%");
    send();
    page.wait_until("only that is refused", || {
        let errors: Vec<_> = page.find_all("dialog .error").iter().map(|error| error.text()).collect();
        errors == ["101% is more than everything"]
    });
    page.fill(back, "7%");
    send();
    page.wait_until("it is taken", || page.find_all("dialog").is_empty());
    assert!(page.find(".tt-toast").text().contains("changed"));
    form("Latency, loss");
    assert_eq!(page.find(there).property("value"), "80ms");
    assert_eq!(page.find("[name='back network.latency']").property("value"), "5ms..15ms");
    assert_eq!(page.find(back).property("value"), "7%");
    page.press(tutti_tests::Key::Escape);
    page.wait_until("it is closed", || page.find_all("dialog").is_empty());
    page.choose(&page.link("B", "E"), "Make it as it was at first");
    form("Latency, loss");
    assert_eq!(page.find(there).property("value"), "5ms..15ms");
    page.assert_quiet();
}

#[test]
fn on_a_phone_a_long_press_opens_the_menu_and_a_pinch_shows_more_time() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::phone(), "leader-crash", 1_500);
    page.long_press_at(page.node("C").rect().center());
    page.choose_open("Pause");
    page.wait_for_node("C", ", paused.");
    assert_eq!(page.moment(), 1_500, "a long press is no tap");

    // What lies between the fingers is stretched: the playhead moves away from them.
    let head = || page.find(".tt-playhead").rect().center();
    let score = page.find(".tt-score").rect();
    page.pinch_at(score.at(0.75, 0.5), 60.0, 30.0);
    let before = head();
    page.pinch_at(score.at(0.75, 0.5), 40.0, 100.0);
    page.wait_until("the playhead moved", || before.x - head().x > 20.0);
    assert_eq!(page.find_all(".tt-systems button").len(), 0, "and nothing was done to the run");
    page.assert_quiet();
}

#[test]
fn after_a_click_the_space_key_plays_and_does_not_click_again() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_000);
    let leader = page.leader().expect("somebody leads");
    page.click(&page.node(&leader));
    page.wait_for_node(&leader, "dead");
    let playing = page.playing();
    page.press(Key::Space);
    page.wait_until("it plays, or stops", || page.playing() != playing);
    assert!(page.node(&leader).label().contains("dead"));
}

#[test]
fn a_menu_is_beside_what_it_is_about_and_wholly_seen() {
    let Some(site) = Site::from_env() else { return };
    for setting in [Setting::phone(), Setting::wide(), Setting::wide().size(700, 560)] {
        let page = Page::at(&site, &setting, "quiet-election", 1_000);
        let seen = page.run("return [innerWidth, innerHeight]", &[]);
        let (width, height) = (seen[0].as_f64().expect("a width"), seen[1].as_f64().expect("a height"));
        for name in ["A", "B", "C", "D", "E", "client"] {
            let node = page.node(name).rect();
            // A right click on a phone is none.
            if width < 400.0 {
                page.long_press_at(node.center());
            } else {
                page.right_click_at(node.center());
            }
            let menu = page.find("[role=menu]").rect();
            assert!(menu.x >= 0.0 && menu.y >= 0.0, "{name}: {menu:?}");
            assert!(menu.x + menu.width <= width && menu.y + menu.height <= height, "{name}: {menu:?}");
            let middle = node.center();
            let (x, y) = (menu.x..menu.x + menu.width, menu.y..menu.y + menu.height);
            for (dx, dy) in [(0.0, 0.0), (-12.0, 0.0), (12.0, 0.0), (0.0, -12.0), (0.0, 12.0)] {
                let hidden = x.contains(&(middle.x + dx)) && y.contains(&(middle.y + dy));
                assert!(!hidden, "{name} at {middle:?} is hidden by {menu:?}");
            }
            page.press(Key::Escape);
            page.wait_until("it is closed", || page.find_all("[role=menu]").is_empty());
        }
        page.assert_quiet();
    }
}

#[test]
fn a_message_says_once_what_it_is() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_000);
    for _ in 0..400 {
        if !page.labels("messages").is_empty() {
            break;
        }
        page.press(Key::Letter('.'));
    }
    let label = page.labels("messages").into_iter().next().expect("a message");
    let kind = label.split(" from ").next().expect("its kind").to_owned();
    page.click(&page.find(".tt-messages button"));
    let words = page.find(".tt-menu p").text();
    assert!(words.starts_with(&kind) && words.matches(&kind).count() == 1, "{words}");
}

#[test]
fn after_a_click_on_a_tab_the_space_key_plays() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_000);
    page.click(&page.named("tab", "Events"));
    page.wait_until("the list is there", || !page.find_all(".events li").is_empty());
    page.press(Key::Space);
    page.wait_until("it plays", || page.playing());
    // The keyboard goes from tab to tab as before, and opens none that it does not stand on.
    page.press(Key::Right);
    page.wait_until("the next is selected", || {
        page.named("tab", "Checks").attribute("aria-selected").as_deref() == Some("true")
    });
    page.press(Key::Space);
    page.wait_until("it is paused", || !page.playing());
    assert!(page.named("tab", "Checks").is_focused());
    page.assert_quiet();
}

#[test]
fn a_menu_closes_when_something_else_is_touched() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::phone(), "quiet-election", 1_000);
    page.long_press_at(page.node("B").rect().center());
    page.wait_until("a menu is open", || page.find_all("[role=menu]").len() == 1);
    page.tap(&page.find(".tt-score"));
    page.wait_until("it is closed", || page.find_all("[role=menu]").is_empty());
}
