//! The score as a slider: the wheel, the keys, and what stands still when it should.

use tutti_tests::lab::preset;
use tutti_tests::{Element, Key, Page, Setting, Site};

fn head(page: &Page) -> f64 {
    page.find(".tt-playhead").rect().center().x
}

#[test]
fn the_wheel_turns_the_score_about_the_pointer_and_over_the_stage_about_the_moment() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 4_000);
    let score = page.find(".tt-score").rect();
    page.press(Key::Letter('0'));
    page.wait_until("all is shown", || (head(&page) - score.x) / score.width > 0.75);
    let fitted = head(&page);
    // At the pointer it stands still.
    page.wheel_at(score.at(0.4, 0.5), 0, -200);
    page.wait_until("the playhead is farther from the pointer", || head(&page) > fitted + 20.0);
    page.press(Key::Letter('0'));
    page.wait_until("all is shown again", || (head(&page) - fitted).abs() < 2.0);
    page.wheel_at(score.at(0.4, 0.5), 100, 0);
    page.wait_until("the page moved along", || (fitted - head(&page) - 100.0).abs() < 2.0);
    page.press(Key::Letter('0'));
    page.wait_until("all is shown again", || (head(&page) - fitted).abs() < 2.0);

    // Over the stage the playhead stands still, and as many pixels before it are less time.
    let back = |pixels: f64| {
        page.click_at(tutti_tests::Point::new(head(&page) - pixels, score.center().y));
        page.wait_until("it is earlier", || page.moment() < 4_000);
        let moment = page.moment();
        page.press(Key::End);
        page.wait_until("it is the end again", || page.is_at(4_000));
        4_000 - moment
    };
    let far = back(100.0);
    page.wheel_at(page.find(".tt-board").rect().at(0.05, 0.1), 0, -300);
    page.wait_until("the same way back is shorter", || back(100.0) < far * 2 / 3);
    assert!((head(&page) - fitted).abs() < 2.0);

    // Nobody gets lost: neither far beyond the end nor in hours that were not played.
    for _ in 0..30 {
        page.press(Key::Letter('-'));
    }
    page.wait_until("the end is still in sight", || head(&page) > score.x + 100.0);
    page.wheel_at(score.at(0.5, 0.5), 30_000, 0);
    page.wait_until("the end is the beginning of the page", || (60.0..110.0).contains(&(head(&page) - score.x)));
    page.assert_quiet();
}

#[test]
fn a_mark_of_the_score_says_what_it_is() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 4_000);
    page.press(Key::Letter('0'));
    let score = page.find(".tt-score").rect();
    // The leader dies at 2 s of 4: in the middle between the beginning and the playhead.
    page.wait_until("all is shown", || (head(&page) - score.x) / score.width > 0.75);
    let begin = score.x + 70.0;
    page.hover_at(tutti_tests::Point::new((begin + head(&page)) / 2.0, score.center().y));
    let title = || page.find(".tt-score").attribute("title").unwrap_or_default();
    page.wait_until("it says so", || title().contains("A dies"));
}

#[test]
fn the_hint_goes_when_something_was_done_and_never_comes_back() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "quiet-election", 1_000);
    let hint = || page.find(".tt-hint").is_displayed();
    assert!(hint() && page.find(".tt-hint").text().contains("Click the leader to kill it"));
    page.hover_at(page.find(".tt-board").rect().at(0.03, 0.06));
    assert!(!page.find(".tt-tip").is_displayed(), "nothing lies over the stage");
    let board = page.find(".tt-board").rect();
    page.click(&page.node("A"));
    page.wait_for_node("A", ", dead.");
    page.wait_until("the hint is gone", || !hint());
    assert_eq!(page.find(".tt-board").rect(), board, "and nothing moved");
    page.go_to(&preset("quiet-election"), 1_000);
    assert!(!hint());
    page.assert_quiet();
}

#[test]
fn the_hint_goes_by_itself_when_it_was_there_for_long_enough() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "quiet-election", 1_000);
    let hint = || page.find(".tt-hint").is_displayed();
    page.run("return new Promise(done => setTimeout(done, 300))", &[]);
    assert!(hint(), "while nothing moves it stays");
    // The page's own time is made to go by faster.
    let hurry = "const real = window.requestAnimationFrame; window.requestAnimationFrame = f => real(t => f(t * 20))";
    page.run(hurry, &[]);
    let board = page.find(".tt-board").rect();
    page.press(Key::Space);
    page.wait_until("the hint is gone", || !hint());
    assert_eq!(page.find(".tt-board").rect(), board, "and nothing moved");
    page.assert_quiet();
}

#[test]
fn all_of_it_stays_shown_while_it_is_played() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_000);
    page.click(&page.named("button", "Show all"));
    let score = page.find(".tt-score").rect();
    let share = || (head(&page) - score.x - 70.0) / (score.width - 80.0);
    page.wait_until("all is shown", || (0.8..0.87).contains(&share()));
    page.fast_forward();
    page.wait_until("there is much more", || page.moment() > 20_000);
    page.pause();
    // From the beginning on: the beginning of the page is that of the run.
    assert!((0.6..0.95).contains(&share()), "{}", share());
    page.click_at(tutti_tests::Point::new(score.x + 71.0, score.center().y));
    page.wait_until("that is where it began", || page.moment() < 200);
    page.assert_quiet();
}

#[test]
fn who_wants_little_motion_begins_it_themselves() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::open(&site, &Setting::wide().reduced_motion(), "");
    page.wait_until("the page is there", || page.find(".tt-clock").text().contains(" s"));
    let (moment, frames) = (
        page.moment(),
        "let n = 0; const real = requestAnimationFrame;
         window.requestAnimationFrame = f => { n++; return real(f); };
         return new Promise(done => setTimeout(() => { window.requestAnimationFrame = real; done(n); }, 400))",
    );
    page.wait_until("nothing moves", || page.run(frames, &[]) == 0);
    assert!(!page.playing() && page.moment() == moment);
    page.press(Key::Space);
    page.wait_until("it plays", || page.moment() > moment);
    page.assert_quiet();
}

#[test]
fn a_hidden_page_stands_still() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_000);
    let turn = |hidden: bool| {
        let script = "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });
            document.dispatchEvent(new Event('visibilitychange'))";
        page.run(script, &[hidden.into()]);
    };
    page.press(Key::Space);
    page.wait_until("it plays", || page.moment() > 1_000);
    turn(true);
    let asked = "window.asked = 0; const real = window.requestAnimationFrame;
         window.requestAnimationFrame = f => { window.asked++; return real(f); };
         return new Promise(done => setTimeout(() => { window.requestAnimationFrame = real; done(window.asked); }, 500))";
    page.wait_until("no frame is asked for", || page.run(asked, &[]) == 0);
    let stood = page.moment();
    page.run("return new Promise(done => setTimeout(done, 300))", &[]);
    assert_eq!(page.moment(), stood);
    turn(false);
    page.wait_until("it goes on", || page.moment() > stood);
    assert!(page.playing());
    page.assert_quiet();
}

#[test]
fn held_messages_stand_side_by_side() {
    let Some(site) = Site::from_env() else { return };
    let page = Page::at(&site, &Setting::wide(), "leader-crash", 1_000);
    let messages = || page.find_all(".tt-messages button");
    let held = || page.labels("messages").iter().filter(|label| label.contains("held")).count();
    for count in 1..=2 {
        let free = |label: &String| label.contains(" from A to B") && !label.contains("held");
        let at = (0..400).find_map(|_| {
            let at = page.labels("messages").iter().position(free);
            if at.is_none() {
                page.press(Key::Letter('.'));
            }
            at
        });
        let message: Element<'_> = messages().into_iter().nth(at.expect("A sends B something")).expect("it is there");
        page.click(&message);
        page.choose_open("Hold it");
        page.wait_until("it is held", || held() == count);
    }
    let labels = page.labels("messages");
    let places: Vec<_> = messages()
        .iter()
        .zip(&labels)
        .filter(|(_, label)| label.contains("held"))
        .map(|(button, _)| button.rect().center())
        .collect();
    let apart = (places[0].x - places[1].x).hypot(places[0].y - places[1].y);
    assert!(apart > 14.0, "{apart} pixels are between them");
    page.assert_quiet();
}
