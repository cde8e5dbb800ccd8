//! The page's side of `cargo xtask bench`: what it does when it is loaded with `?bench`; and a page beside it, which is
//! not in the site, for the protocols with nothing around them. The other side, and what the two have agreed on, is in
//! `tests/src/measure.rs`.

use gloo_timers::callback::Timeout;
use tutti_core::base::{Span, Time};
use tutti_core::scenario::{Scenario, SpanRange};
use tutti_core::search::bench::{Figure, Instruments, OF_PROTOCOLS, OF_RUNS};
use tutti_core::sim::Latency;
use wasm_bindgen::JsCast;

use crate::desk::Desk;
use crate::stage::dom::{child, document, window};

/// How many messages are to be in flight while frames are timed.
const MESSAGES: usize = 200;

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bench {
    /// The figures of runs.
    Runs,
    /// The stage, for whoever times its frames from outside.
    Frames,
}

/// What the address asks for, if it asks.
pub(crate) fn wanted() -> Option<Bench> {
    match window().location().search().ok()?.as_str() {
        "?bench" => Some(Bench::Runs),
        "?bench=frames" => Some(Bench::Frames),
        _ => None,
    }
}

/// The browser's clock, and the memory of this program.
struct Browser;

impl Instruments for Browser {
    fn seconds(&mut self) -> f64 {
        window().performance().map_or(0.0, |clock| clock.now() / 1e3)
    }

    fn bytes(&mut self) -> f64 {
        let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
        f64::from(buffer.byte_length())
    }
}

/// Measures the figures of runs.
pub(crate) fn runs() {
    measure(&OF_RUNS, String::new());
}

/// Measures the figures of protocols.
pub(crate) fn protocols() {
    measure(&OF_PROTOCOLS, String::new());
}

/// Measures one figure after the other, and leaves them all. Between two of them the browser gets its turn.
fn measure(figures: &'static [Figure], mut json: String) {
    let Some((figure, further)) = figures.split_first() else { return leave(&[&json, "}"].concat()) };
    json.push_str(if json.is_empty() { "{" } else { ", " });
    let measured = figure.measure(&mut Browser);
    json.push_str(&["\"", figure.key, "\": ", &js_number(measured)].concat());
    Timeout::new(0, move || measure(further, json)).forget();
}

/// As JavaScript writes it, which is as JSON has it.
fn js_number(number: f64) -> String {
    let written = js_sys::JSON::stringify(&((number * 1_000.0).round() / 1_000.0).into());
    written.map_or_else(|_| "null".to_owned(), String::from)
}

/// Seven servers, and so long a way between them that about two hundred messages are always in flight.
pub(crate) fn frames() -> Desk {
    let mut scenario = Scenario { title: "Frames".into(), ..Scenario::default() };
    scenario.cluster.servers = 7;
    scenario.cluster.election_timeout = SpanRange { min: Span::secs(4), max: Span::secs(8) };
    scenario.cluster.heartbeat = Span::millis(50);
    scenario.cluster.max_in_flight = 6;
    scenario.network.latency = Latency::Uniform { min: Span::millis(450), max: Span::millis(550) };
    scenario.load.rate = 30;
    let mut desk = Desk::open(scenario);
    desk.seek(Time(30_000_000));
    desk.set_ratio(1, 4);
    desk.set_playing(true);
    desk
}

/// Whether they are in flight.
pub(crate) fn ready(desk: &Desk) -> bool {
    desk.world().flights().count() >= MESSAGES
}

/// Leaves the result where it is looked for.
pub(crate) fn leave(json: &str) {
    if let Some(body) = document().body()
        && document().get_element_by_id("bench-result").is_none()
    {
        let element = child(&body, "pre", "unseen");
        element.set_id("bench-result");
        element.set_text_content(Some(json));
    }
}
