//! The figures of the page, taken from outside.
//!
//! The page's side of it:
//!
//! - Loaded with `?bench`, the page shows no site. It runs the benches of `tutti bench` that are of runs, yielding to the
//!   browser between two of them, and then adds an element `#bench-result` whose text is one flat JSON object with the
//!   same keys and numbers as `tutti bench --json` prints, or `{"error": "…"}`. Another page, built for it alone, does
//!   the same with those of protocols.
//! - Loaded with `?bench=frames`, it shows its stage as a reader sees it, playing, with 7 nodes and about 200 messages
//!   in flight, and as soon as they are in flight adds an element `#bench-result` with the text `{"ready": true}`.
//!   The frames are timed from here.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{Page, Setting, Site};

/// All benches together.
const PATIENCE: Duration = Duration::from_secs(600);
const FRAMES: usize = 300;

/// Before any script of the page, this takes the place of `requestAnimationFrame`. A frame begins with its first
/// callback, and ends with the message that this posts, since that is delivered when style, layout and paint are done.
const STOPWATCH: &str = "{
  const times = [], channel = new MessageChannel(), ask = window.requestAnimationFrame.bind(window);
  let begun;
  channel.port1.onmessage = () => { times.push(performance.now() - begun); begun = undefined };
  window.requestAnimationFrame = callback => ask(time => {
    if (begun === undefined) { begun = performance.now(); channel.port2.postMessage(0) }
    callback(time);
  });
  Object.defineProperty(window, 'frameTimes', { value: times });
}";

/// Runs the benches in the page, and returns what it wrote.
pub fn figures(site: &Site) -> Result<Value> {
    let page = Page::open(site, &Setting::wide(), "?bench");
    let figures = result(&page)?;
    ensure!(figures["error"].is_null(), "the page's benches failed: {}", figures["error"]);
    Ok(figures)
}

/// The main thread's time for a frame of the page at this path, in milliseconds: median and 95th percentile.
pub fn frames(site: &Site, path: &str) -> Result<Value> {
    let page = Page::open(site, &Setting::wide(), "about:blank");
    page.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": STOPWATCH }));
    page.goto(path);
    result(&page)?;
    page.run("window.frameTimes.length = 0", &[]);
    let taken = |page: &Page| page.run("return window.frameTimes.length", &[]).as_u64().unwrap_or_default();
    page.wait_within(PATIENCE, "enough frames are drawn", || (taken(&page) >= FRAMES as u64).then_some(()));
    let times = page.run("return window.frameTimes", &[]);
    let mut times: Vec<f64> = times.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    Ok(json!({ "frame_ms_median": at(50), "frame_ms_p95": at(95) }))
}

fn result(page: &Page) -> Result<Value> {
    let look = || page.find_all("#bench-result").first().and_then(|element| element.property("textContent").into());
    let text: Value = page.wait_within(PATIENCE, "the page has an element #bench-result", look);
    let text = text.as_str().unwrap_or_default();
    serde_json::from_str(text).with_context(|| format!("#bench-result holds no JSON: {text}"))
}
