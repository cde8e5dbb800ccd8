//! The person in front of the page, tested before they are believed: what they do arrives in a page as it should.

use std::time::Duration;

use serde_json::{Value, json};
use tutti_tests::{Key, Page, Point, Setting, Site};

/// A page that writes down what happens to it.
const PROBE: &str = "<!doctype html><title>probe</title><meta name='viewport' content='width=device-width'>
<link rel='icon' href='data:,'>
<style>body { margin: 0; height: 100vh; touch-action: none }</style>
<button aria-label='Say when' style='position: absolute; left: 40px; top: 40px'>…</button>
<script>
  window.seen = [];
  const kinds = 'pointerdown pointermove pointerup click contextmenu keydown wheel';
  for (const kind of kinds.split(' ')) addEventListener(kind, event => seen.push({
    kind, x: event.clientX, y: event.clientY, pointer: event.pointerType, button: event.button,
    key: event.key, shift: event.shiftKey, trusted: event.isTrusted, time: event.timeStamp,
  }));
</script>";

fn probe(setting: &Setting) -> Option<(Site, Page)> {
    let site = Site::with_pages("/", [("/probe.html", PROBE)])?;
    let page = Page::open(&site, setting, "probe.html");
    Some((site, page))
}

fn seen(page: &Page, kind: &str) -> Vec<Value> {
    let all = page.run("return window.seen", &[]);
    all.as_array().into_iter().flatten().filter(|event| event["kind"] == kind).cloned().collect()
}

#[test]
fn a_mouse_clicks_and_drags() {
    let Some((_site, page)) = probe(&Setting::wide()) else { return };
    page.click_at(Point::new(300.0, 200.0));
    let clicks = seen(&page, "click");
    assert_eq!(clicks.len(), 1);
    assert_eq!((&clicks[0]["x"], &clicks[0]["y"]), (&json!(300), &json!(200)));
    assert_eq!((&clicks[0]["pointer"], &clicks[0]["trusted"]), (&json!("mouse"), &json!(true)));

    page.right_click_at(Point::new(310.0, 200.0));
    assert_eq!(seen(&page, "contextmenu").len(), 1);

    let path = [Point::new(100.0, 100.0), Point::new(200.0, 150.0), Point::new(300.0, 100.0)];
    page.drag(&path, Duration::from_millis(200));
    let moves = seen(&page, "pointermove");
    assert!(moves.len() > 4, "a drag is more than its corners: {moves:?}");
    page.wheel_at(Point::new(200.0, 200.0), 0, 120);
    page.wait_until("the wheel turned", || !seen(&page, "wheel").is_empty());
}

#[test]
fn a_finger_taps_presses_and_swipes() {
    let Some((_site, page)) = probe(&Setting::phone()) else { return };
    page.tap_at(Point::new(200.0, 300.0));
    page.wait_until("the tap is a click", || seen(&page, "click").len() == 1);
    assert_eq!(seen(&page, "pointerdown")[0]["pointer"], "touch");

    let path = [Point::new(50.0, 500.0), Point::new(300.0, 500.0)];
    page.swipe(&path, Duration::from_millis(200));
    assert!(seen(&page, "pointermove").len() > 4);

    // Whether a browser makes a menu of it differs; the finger rests long enough everywhere.
    page.long_press_at(Point::new(200.0, 400.0));
    let time = |kind| seen(&page, kind).last().and_then(|event| event["time"].as_f64()).unwrap_or_default();
    assert!(time("pointerup") - time("pointerdown") > 800.0);
    assert_eq!(page.run("return matchMedia('(pointer: coarse)').matches", &[]), true);
}

#[test]
fn keys_arrive() {
    let Some((_site, page)) = probe(&Setting::wide()) else { return };
    page.press(Key::Tab);
    let button = page.named("button", "Say when");
    assert!(button.is_focused());
    assert_eq!((button.role().as_str(), button.label().as_str()), ("button", "Say when"));
    page.press(Key::Enter);
    assert_eq!(seen(&page, "click").len(), 1);
    page.press_with(&[Key::Shift], Key::Right);
    page.type_text("ab");
    page.press(Key::ContextMenu);
    let keys: Vec<_> = seen(&page, "keydown").iter().map(|event| event["key"].clone()).collect();
    assert_eq!(keys, ["Tab", "Enter", "Shift", "ArrowRight", "a", "b", "ContextMenu"]);
}

#[test]
fn the_surroundings_are_as_asked() {
    let query = "return [innerWidth, innerHeight, devicePixelRatio, \
                 matchMedia('(prefers-color-scheme: dark)').matches, \
                 matchMedia('(prefers-reduced-motion: reduce)').matches]";
    let Some((_site, page)) = probe(&Setting::phone().dark().reduced_motion()) else { return };
    assert_eq!(page.run(query, &[]), json!([360, 740, 2, true, true]));
    let Some((_site, page)) = probe(&Setting::wide().size(1000, 600)) else { return };
    assert_eq!(page.run(query, &[]), json!([1000, 600, 1, false, false]));
}

#[test]
fn a_frame_is_entered_and_left() {
    let frame = "<!doctype html><title>host</title><link rel='icon' href='data:,'>
        <iframe sandbox='allow-scripts' src='probe.html' style='margin: 50px; width: 300px; height: 300px'></iframe>";
    let Some(site) = Site::with_pages("/", [("/probe.html", PROBE), ("/host.html", frame)]) else { return };
    let page = Page::open(&site, &Setting::wide(), "host.html");
    page.enter_frame(&page.find("iframe"));
    page.click(&page.named("button", "Say when"));
    page.wait_until("the click arrives", || seen(&page, "click").len() == 1);
    page.leave_frames();
    assert_eq!(page.run("return document.title", &[]), "host");
}

#[test]
fn scripts_return_what_they_promise() {
    let Some((_site, page)) = probe(&Setting::wide()) else { return };
    let late = "const [n] = arguments; return new Promise(done => setTimeout(() => done(n + 1), 50))";
    assert_eq!(page.run(late, &[json!(41)]), 42);
}

#[test]
fn errors_of_the_console_are_seen() {
    let Some((_site, page)) = probe(&Setting::wide()) else { return };
    page.assert_quiet();
    page.run("setTimeout(() => { throw new Error('on purpose') })", &[]);
    page.wait_until("the error is told", || page.console_errors().iter().any(|line| line.contains("on purpose")));
}
