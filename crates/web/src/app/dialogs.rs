//! What opens over the page: the scenarios, and how a run is passed on.

use tutti_core::scenario::{Scenario, ScenarioError, limits};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::fields::{Wrong, sent};
use super::tag::{Link, area, button, click, field, fixed, given, hears, known, list, raw, said, submit, tag, text};
use super::{Dialog, Msg};
use crate::desk;

/// A dialog as the browser knows it: it keeps the focus, and Escape closes it.
pub(super) fn modal(title: &'static str, node: &NodeRef, link: &Link, body: Html) -> Html {
    let closed = hears(ListenerKind::onclose, link, |_| Some(Msg::Open(None)));
    // A click beside it closes it as well: all that is in it is in its sheet.
    let beside = hears(ListenerKind::onclick, link, |event| {
        let on = event.target()?.dyn_into::<Element>().ok()?;
        (on.tag_name() == "DIALOG").then_some(Msg::Open(None))
    });
    let head = vec![tag("h2", fixed!(), None, vec![text(title)]), button("small", "Close", link, Msg::Open(None))];
    let sheet = vec![tag("header", fixed!(), None, head), body];
    let attributes = given(&["tabindex", "aria-label"], vec![Some("-1".into()), Some(title.into())]);
    let on = closed.into_iter().chain(beside).collect();
    known("dialog", attributes, on, vec![tag("div", fixed!("class" = "sheet"), None, sheet)], None, node.clone())
}

/// Every scenario that is there for the taking, and a place for one's own.
pub(super) fn scenarios(current: &str, wrong: &Wrong, link: &Link) -> Html {
    let mut items = Vec::new();
    for (i, preset) in desk::presets().into_iter().enumerate() {
        let current = (preset.title == current).then_some("true".into());
        let words = vec![
            tag("b", fixed!(), None, vec![text(preset.title.to_string())]),
            tag("span", fixed!(), None, vec![text(preset.summary.to_string())]),
        ];
        let attributes = given(&["type", "aria-current"], vec![Some("button".into()), current]);
        let play = tag("button", attributes, click(link, Msg::Play(i)), words);
        items.push(tag("li", fixed!(), None, vec![play]));
    }
    let file = hears(ListenerKind::onchange, link, |event| Some(Msg::ReadFile(event.target()?.unchecked_into())));
    let file = vec![
        text("Open a file"),
        field(fixed!("type" = "file", "accept" = ".json,application/json"), None, file, NodeRef::default()),
    ];
    let problem = (!wrong.is_empty()).then_some("true".into());
    let names = &["name", "rows", "spellcheck", "placeholder", "aria-invalid", "aria-describedby"];
    let values = vec![
        Some("text".into()),
        Some("4".into()),
        Some("false".into()),
        Some(EXAMPLE.into()),
        problem,
        Some("e-own".into()),
    ];
    let own = vec![
        tag(
            "label",
            fixed!(),
            None,
            vec![text("Your own: a scenario as JSON, or a link"), area(given(names, values), None)],
        ),
        tag("div", fixed!("id" = "e-own", "role" = "alert"), None, wrong.list(|_| true)),
        tag(
            "div",
            fixed!("class" = "foot"),
            None,
            vec![submit("Open"), tag("label", fixed!("class" = "pill file"), None, file)],
        ),
    ];
    let open = hears(ListenerKind::onsubmit, link, |event| Some(Msg::Read(typed(&sent(event)?))));
    list(vec![
        tag("ul", fixed!("class" = "pieces"), None, items),
        tag("form", fixed!("class" = "form own", "novalidate" = "novalidate"), open, own),
    ])
}

/// What the signs mean and what can be done, and before it what there is to see in what is played.
pub(super) fn help(scenario: &Scenario) -> Html {
    let mut parts = Vec::new();
    if !scenario.story.is_empty() {
        parts.push(tag("h3", fixed!(), None, vec![text(scenario.title.to_string())]));
        parts.push(said("p", "story", scenario.story.to_string().into()));
        parts.push(raw("<h3>What the signs mean</h3>"));
    }
    parts.push(raw(include_str!("help.html")));
    list(parts)
}

const EXAMPLE: &str =
    "{ \"cluster\": { \"servers\": 3 }, \"network\": { \"loss\": \"5%\" }, \"load\": { \"rate\": 20 } }";

/// What a reader brought along.
pub(super) enum Own {
    Scenario(Box<Scenario>),
    Link(String),
}

/// Reads what was typed or is in a file.
pub(super) fn own(text: &str) -> Result<Own, Wrong> {
    let text = text.trim();
    if !text.starts_with('{')
        && let Some((_, link)) = text.rsplit_once('#')
    {
        return Ok(Own::Link(link.to_owned()));
    }
    match Scenario::parse(text) {
        Ok(mut scenario) => {
            if scenario.title.is_empty() {
                scenario.title = "A scenario of your own".into();
            }
            Ok(Own::Scenario(Box::new(scenario)))
        }
        Err(error) => Err(Wrong::of(error)),
    }
}

/// What was typed into the form.
pub(super) fn typed(form: &Element) -> String {
    let area = form.query_selector("textarea").ok().flatten();
    area.and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()).map(|area| area.value()).unwrap_or_default()
}

/// The chosen file, unless it is longer than any scenario: then it is not even read.
pub(super) fn chosen(input: &HtmlInputElement) -> Option<Result<js_sys::Promise, Wrong>> {
    let file = input.files()?.get(0)?;
    // The same file may be chosen again.
    let bytes = file.size() as usize;
    let most = limits::MAX_BYTES;
    let text = if bytes > most { Err(Wrong::of(ScenarioError::TooLong { bytes, most })) } else { Ok(file.text()) };
    input.set_value("");
    Some(text)
}

/// What is passed on: the link to this run, and the scenario as a file.
pub(super) struct Shared<'a> {
    pub address: String,
    pub scenario: &'a Scenario,
    /// Whether something was done by hand, which the file does not hold.
    pub by_hand: bool,
    /// What came of copying.
    pub said: &'static str,
    pub field: &'a NodeRef,
}

/// What is to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Link,
    Scenario,
}

/// The link to this run, and its scenario.
pub(super) fn share(shared: Shared<'_>, link: &Link) -> Html {
    let Shared { address, scenario, by_hand, said, field: place } = shared;
    let json = scenario.to_json();
    let address_of =
        ["data:application/json;charset=utf-8,", &String::from(js_sys::encode_uri_component(&json))].concat();
    let name = [if scenario.name.is_empty() { "scenario" } else { &scenario.name }, ".json"].concat();
    let first = if address.is_empty() {
        raw("<p class=\"said\">This run is too long for a link.</p>")
    } else {
        let attributes = fixed!("readonly" = "readonly", "aria-label" = "Link");
        let row = vec![
            field(attributes, Some(address), None, place.clone()),
            button("pill strong", "Copy link", link, Msg::Copy(Piece::Link)),
        ];
        list(vec![raw(HOLDS), tag("div", fixed!("class" = "share"), None, row)])
    };
    let by_hand = by_hand.then(|| text(" What you did by hand is in the link only."));
    let words = vec![text("For the command line, or to change it and open it again."), by_hand.unwrap_or_default()];
    let attributes = fixed!("class" = "json", "readonly" = "readonly", "rows" = "7", "aria-label" = "Scenario");
    let values = vec![Some("pill".into()), Some(name.into()), Some(address_of.into())];
    let foot = vec![
        button("pill", "Copy scenario", link, Msg::Copy(Piece::Scenario)),
        tag("a", given(&["class", "download", "href"], values), None, vec![text("Download")]),
    ];
    list(vec![
        first,
        tag("p", fixed!("class" = "said", "role" = "status"), None, vec![text(said)]),
        raw("<h3>The scenario as a file</h3>"),
        tag("p", fixed!("class" = "said"), None, words),
        area(attributes, Some(json)),
        tag("div", fixed!("class" = "foot"), None, foot),
        raw(TOOLS),
        button("pill", "Download trace", link, Msg::Open(Some(Dialog::Trace))),
    ])
}

const TOOLS: &str = "<h3>The run for other tools</h3><p class=\"said\">As OpenTelemetry, Jaeger, Zipkin, Perfetto and \
    Mermaid read it.</p>";
const HOLDS: &str = "<p class=\"said\">The link holds the scenario, its seed, everything that was done, and this moment. \
    Whoever opens it sees the same.</p>";

/// Selects all of a field: for who copies by hand.
pub(super) fn select_all(field: &NodeRef) {
    if let Some(input) = field.cast::<HtmlInputElement>() {
        input.select();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_along_is_a_scenario_or_a_link_or_wrong_somewhere() {
        assert!(matches!(own(" {} "), Ok(Own::Scenario(s)) if s.title == "A scenario of your own"));
        assert!(matches!(own("https://a.b/c/?d#ttXY"), Ok(Own::Link(link)) if link == "ttXY"));
        let wrong = own("{ \"network\": { \"latency\": \"soon\" }, \"sedd\": 1 }").err().expect("wrong");
        let paths: Vec<_> = wrong.problems.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["network.latency", "sedd"]);
        assert!(own("hello").err().is_some_and(|wrong| wrong.problems[0].1.contains("not JSON")));
    }
}
