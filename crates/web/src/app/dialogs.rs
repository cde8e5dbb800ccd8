//! What opens over the page: the scenarios, and how a run is passed on.

use tutti_core::scenario::{Scenario, ScenarioError, limits};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::fields::{Wrong, sent};
use crate::desk;

/// A dialog as the browser knows it: it keeps the focus, and Escape closes it.
pub(super) fn modal(title: &'static str, node: &NodeRef, close: &Callback<()>, body: Html) -> Html {
    let press = close.reform(|_: MouseEvent| ());
    let closed = close.reform(|_: Event| ());
    // A click beside it closes it as well.
    let beside = {
        let (close, node) = (close.clone(), node.clone());
        Callback::from(move |e: MouseEvent| {
            let on = e.target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
            if on.is_some() && on == node.get() {
                close.emit(());
            }
        })
    };
    html! {
        <dialog ref={node.clone()} tabindex="-1" onclose={closed} onclick={beside} aria-label={title}>
            <div class="sheet">
                <header><h2>{ title }</h2><button type="button" class="small" onclick={press}>{ "Close" }</button></header>
                { body }
            </div>
        </dialog>
    }
}

/// Every scenario that is there for the taking, and a place for one's own.
pub(super) fn scenarios(
    current: &str,
    wrong: &Wrong,
    play: &Callback<usize>,
    open: &Callback<Element>,
    file: &Callback<HtmlInputElement>,
) -> Html {
    let items = desk::presets().into_iter().enumerate().map(|(i, preset)| {
        let play = play.clone();
        let current = (preset.title == current).then_some("true");
        html! {
            <li><button type="button" aria-current={current} onclick={move |_| play.emit(i)}>
                <b>{ preset.title.as_str() }</b><span>{ preset.summary.as_str() }</span>
            </button></li>
        }
    });
    let chosen = file.clone();
    let chosen = Callback::from(move |e: Event| {
        if let Some(input) = e.target_dyn_into::<HtmlInputElement>() {
            chosen.emit(input);
        }
    });
    let problem = (!wrong.is_empty()).then_some("true");
    html! {
        <>
            <ul class="pieces">{ for items }</ul>
            <form class="form own" onsubmit={sent(open)} novalidate=true>
                <label>{ "Your own: a scenario as JSON, or a link" }
                    <textarea name="text" rows="4" spellcheck="false" placeholder={EXAMPLE} aria-invalid={problem} aria-describedby="e-own"/>
                </label>
                <div id="e-own" role="alert">{ wrong.list(|_| true) }</div>
                <div class="foot">
                    <button type="submit" class="pill strong">{ "Open" }</button>
                    <label class="pill file">{ "Open a file" }
                        <input type="file" accept=".json,application/json" onchange={chosen}/></label>
                </div>
            </form>
        </>
    }
}

/// What the signs mean and what can be done, and before it what there is to see in what is played.
pub(super) fn help(scenario: &Scenario) -> Html {
    html! {
        <>
            if !scenario.story.is_empty() {
                <h3>{ scenario.title.as_str() }</h3><p class="story">{ scenario.story.as_str() }</p><h3>{ "What the signs mean" }</h3>
            }
            { Html::from_html_unchecked(include_str!("help.html").into()) }
        </>
    }
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
    pub address: &'a str,
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
pub(super) fn share(shared: &Shared<'_>, copy: &Callback<Piece>) -> Html {
    let Shared { address, scenario, by_hand, said, field } = shared;
    let json = scenario.to_json();
    let address_of =
        ["data:application/json;charset=utf-8,", &String::from(js_sys::encode_uri_component(&json))].concat();
    let name = [if scenario.name.is_empty() { "scenario" } else { &scenario.name }, ".json"].concat();
    let copies = |piece: Piece| copy.reform(move |_: MouseEvent| piece);
    html! {
        <>
            if address.is_empty() {
                <p class="said">{ "This run is too long for a link." }</p>
            } else {
                <p class="said">{ "The link holds the scenario, its seed, everything that was done, and this moment. Whoever opens it sees the same." }</p>
                <div class="share">
                    <input ref={(*field).clone()} readonly=true aria-label="Link" value={address.to_string()}/>
                    <button type="button" class="pill strong" onclick={copies(Piece::Link)}>{ "Copy link" }</button>
                </div>
            }
            <p class="said" role="status">{ *said }</p>
            <h3>{ "The scenario as a file" }</h3>
            <p class="said">{ "For the command line, or to change it and open it again." }
                if *by_hand { { " What you did by hand is in the link only." } }
            </p>
            <textarea class="json" readonly=true rows="7" aria-label="Scenario" value={json}/>
            <div class="foot">
                <button type="button" class="pill" onclick={copies(Piece::Scenario)}>{ "Copy scenario" }</button>
                <a class="pill" download={name} href={address_of}>{ "Download" }</a>
            </div>
        </>
    }
}

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
