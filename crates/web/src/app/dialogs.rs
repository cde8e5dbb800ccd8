//! What opens over the page: the scenarios, one's own cluster, and the link. The forms keep what is typed in the
//! document itself; it is read when the form is sent.

use tutti_core::base::Span;
use tutti_core::consensus::raft::Defect;
use tutti_core::scenario::{Ppm, Scenario, ScenarioError, SpanRange};
use tutti_core::sim::Latency;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

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
        <dialog ref={node.clone()} onclose={closed} onclick={beside} aria-label={title}>
            <div class="sheet">
                <header><h2>{ title }</h2><button type="button" class="small" onclick={press}>{ "Close" }</button></header>
                { body }
            </div>
        </dialog>
    }
}

/// Every scenario that is there for the taking.
pub(super) fn scenarios(current: &str, play: &Callback<usize>) -> Html {
    let items = desk::presets().into_iter().enumerate().map(|(i, preset)| {
        let play = play.clone();
        let current = (preset.title == current).then_some("true");
        html! {
            <li><button type="button" aria-current={current} onclick={move |_| play.emit(i)}>
                <b>{ preset.title.as_str() }</b><span>{ preset.summary.as_str() }</span>
            </button></li>
        }
    });
    html! { <ul class="pieces">{ for items }</ul> }
}

/// The link to this run.
pub(super) fn share(address: &str, said: &'static str, field: &NodeRef, copy: &Callback<()>) -> Html {
    if address.is_empty() {
        return html! { <p class="said">{ "This run is too long for a link." }</p> };
    }
    html! {
        <>
            <p class="said">{ "The link holds the scenario, its seed, everything that was done, and this moment. Whoever opens it sees the same." }</p>
            <div class="share">
                <input ref={field.clone()} readonly=true aria-label="Link" value={address.to_owned()}/>
                <button type="button" class="pill strong" onclick={copy.reform(|_: MouseEvent| ())}>{ "Copy link" }</button>
            </div>
            <p class="said" role="status">{ said }</p>
        </>
    }
}

/// What is wrong with what was typed, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wrong {
    /// The field's path in the scenario, and what is wrong with it.
    pub problems: Vec<(String, String)>,
}

impl Wrong {
    fn at(&self, path: &str) -> Option<&str> {
        self.problems.iter().find(|(at, _)| at == path).map(|(_, why)| why.as_str())
    }
}

/// A number field.
struct Field {
    path: &'static str,
    label: &'static str,
    value: String,
    step: &'static str,
}

/// Microseconds as milliseconds, as they are typed.
fn ms(span: Span) -> String {
    let (whole, rest) = (span.0 / 1_000, span.0 % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = (1_000 + rest).to_string();
    [&whole.to_string(), ".", digits[1..].trim_end_matches('0')].concat()
}

/// A decimal number as an integer of `10^-places`; no floating point comes into a scenario.
fn fixed(text: &str, places: usize) -> Option<u64> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > places {
        return None;
    }
    let padded = [whole, fraction, &"000000"[..places - fraction.len()]].concat();
    padded.parse().ok()
}

fn bounds(latency: Latency) -> (Span, Span) {
    match latency {
        Latency::Fixed(span) => (span, span),
        Latency::Uniform { min, max } => (min, max),
        Latency::LongTail { min, mean_extra } => (min, min + mean_extra + mean_extra),
    }
}

fn percent(ppm: Ppm) -> String {
    let (whole, rest) = (ppm.0 / 10_000, ppm.0 % 10_000);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = (10_000 + rest).to_string();
    [&whole.to_string(), ".", digits[1..].trim_end_matches('0')].concat()
}

/// The form for one's own cluster, filled with the scenario that is played.
pub(super) fn set_up(now: &Scenario, wrong: &Wrong, send: &Callback<Element>) -> Html {
    let (low, high) = bounds(now.network.latency);
    let number = |path, label, value: String, step| Field { path, label, value, step };
    let cluster = [
        number("cluster.servers", "Servers", now.cluster.servers.to_string(), "1"),
        number("election.min", "Election timeout from, ms", ms(now.cluster.election_timeout.min), "any"),
        number("election.max", "to, ms", ms(now.cluster.election_timeout.max), "any"),
        number("cluster.heartbeat", "Heartbeat every, ms", ms(now.cluster.heartbeat), "any"),
        number(
            "cluster.snapshot_every",
            "Snapshot after so many entries (0: never)",
            now.cluster.snapshot_every.to_string(),
            "1",
        ),
    ];
    let network = [
        number("latency.min", "Latency from, ms", ms(low), "any"),
        number("latency.max", "to, ms", ms(high), "any"),
        number("network.loss", "Messages lost, %", percent(now.network.loss), "any"),
        number("network.duplicate", "Messages doubled, %", percent(now.network.duplicate), "any"),
        number("network.reorder", "Messages overtaking, %", percent(now.network.reorder), "any"),
    ];
    let load = [
        number("load.clients", "Clients", now.load.clients.to_string(), "1"),
        number("load.rate", "Requests a second", now.load.rate.to_string(), "1"),
        number("load.reads", "of them reads, %", percent(now.load.reads), "any"),
        number("seed", "Seed", now.seed.to_string(), "1"),
    ];
    let input = |f: &Field| {
        let problem = wrong.at(alias(f.path)).or_else(|| wrong.at(f.path));
        let id = ["e-", f.path].concat();
        html! {
            <label>{ f.label }
                <input type="number" name={f.path} step={f.step} min="0" value={f.value.clone()} aria-invalid={problem.map(|_| "true")}
                    aria-describedby={problem.map(|_| id.clone())}/>
                if let Some(problem) = problem { <span class="error" {id}>{ problem }</span> }
            </label>
        }
    };
    let tick = |name: &str, label: &str, on: bool| {
        html! {
            <label class="tick"><input type="checkbox" name={name.to_owned()} checked={on}/>{ label }</label>
        }
    };
    let defects = Defect::ALL.iter().map(|d| tick(d.name(), &d.name().replace('-', " "), now.cluster.defects.has(*d)));
    let known =
        |path: &str| cluster.iter().chain(&network).chain(&load).any(|f| f.path == path || alias(f.path) == path);
    let others = wrong.problems.iter().filter(|(path, _)| !known(path));
    let submit = send.reform(|e: SubmitEvent| {
        e.prevent_default();
        e.target_dyn_into::<Element>().unwrap_or_else(|| crate::stage::dom::document().create_element("form").unwrap())
    });
    html! {
        <form class="form" onsubmit={submit} novalidate=true>
            <fieldset><legend>{ "Cluster" }</legend>{ for cluster.iter().map(input) }</fieldset>
            <fieldset><legend>{ "Network" }</legend>{ for network.iter().map(input) }</fieldset>
            <fieldset><legend>{ "Load" }</legend>{ for load.iter().map(input) }</fieldset>
            <fieldset><legend>{ "Protocol" }</legend>
                { tick("pre_vote", "Ask before campaigning (pre-vote)", now.cluster.pre_vote) }
                { tick("check_quorum", "A leader without a majority steps down (check-quorum)", now.cluster.check_quorum) }
            </fieldset>
            <fieldset><legend>{ "Famous bugs, to see which check turns red" }</legend>{ for defects }</fieldset>
            <div class="foot" role="alert">
                { for others.map(|(path, why)| html! { <p class="error">{ path }{ ": " }{ why }</p> }) }
            </div>
            <div class="foot"><button type="submit" class="pill strong">{ "Play this cluster" }</button></div>
        </form>
    }
}

/// Two fields of the form are one of the scenario.
fn alias(path: &'static str) -> &'static str {
    match path {
        "election.min" | "election.max" => "cluster.election_timeout",
        "latency.min" | "latency.max" => "network.latency",
        other => other,
    }
}

/// The scenario that the form describes.
pub(super) fn read(form: &Element, now: &Scenario) -> Result<Scenario, Wrong> {
    let mut wrong = Wrong::default();
    let field = |name: &str| {
        let input = form.query_selector(&["[name=\"", name, "\"]"].concat()).ok().flatten()?;
        input.dyn_into::<HtmlInputElement>().ok()
    };
    let mut take = |name: &'static str, places: usize| {
        let read = field(name).and_then(|input| fixed(&input.value(), places));
        read.unwrap_or_else(|| {
            let what = if places == 0 { "a whole number is wanted here" } else { "a number is wanted here" };
            wrong.problems.push((name.to_owned(), what.to_owned()));
            0
        })
    };
    let ticked = |name: &str| field(name).is_some_and(|input| input.checked());
    let mut scenario = Scenario { seed: take("seed", 0), ..Scenario::default() };
    let small = |n: u64| n.min(255) as u8;
    let middle = |n: u64| n.min(u64::from(u32::MAX)) as u32;
    let cluster = &mut scenario.cluster;
    cluster.servers = small(take("cluster.servers", 0));
    cluster.election_timeout = SpanRange { min: Span(take("election.min", 3)), max: Span(take("election.max", 3)) };
    cluster.heartbeat = Span(take("cluster.heartbeat", 3));
    cluster.snapshot_every = middle(take("cluster.snapshot_every", 0));
    cluster.snapshot_trailing = now.cluster.snapshot_trailing;
    cluster.disk_sync = now.cluster.disk_sync;
    cluster.pre_vote = ticked("pre_vote");
    cluster.check_quorum = ticked("check_quorum");
    cluster.defects = Defect::ALL.into_iter().filter(|d| ticked(d.name())).collect::<Vec<_>>().into();
    let (min, max) = (Span(take("latency.min", 3)), Span(take("latency.max", 3)));
    scenario.network.latency = if min == max { Latency::Fixed(min) } else { Latency::Uniform { min, max } };
    scenario.network.loss = Ppm(middle(take("network.loss", 4)));
    scenario.network.duplicate = Ppm(middle(take("network.duplicate", 4)));
    scenario.network.reorder = Ppm(middle(take("network.reorder", 4)));
    scenario.load.clients = small(take("load.clients", 0));
    scenario.load.rate = middle(take("load.rate", 0));
    scenario.load.reads = Ppm(middle(take("load.reads", 4)));
    scenario.title = "Your own cluster".into();
    let size = [scenario.cluster.servers.to_string(), scenario.load.clients.to_string()];
    scenario.summary = [&size[0], " servers, ", &size[1], " clients, set up by hand"].concat().into();
    match scenario.inspect() {
        Err(ScenarioError::Impossible(problems)) => {
            wrong.problems.extend(problems.into_iter().map(|p| (p.path, p.reason)));
        }
        Err(other) => wrong.problems.push((String::new(), other.to_string())),
        Ok(()) => {}
    }
    if wrong.problems.is_empty() { Ok(scenario) } else { Err(wrong) }
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
    fn numbers_are_read_exactly() {
        assert_eq!(fixed("12.5", 3), Some(12_500));
        assert_eq!(fixed(" 7 ", 0), Some(7));
        assert_eq!(fixed("0.0001", 4), Some(1));
        for bad in ["", "-3", "1e9", "1.2345", ".5", "x"] {
            assert_eq!(fixed(bad, 3), None, "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for us in [0, 1, 999, 1_000, 1_500, 75_250, 300_000] {
            assert_eq!(fixed(&ms(Span(us)), 3), Some(us));
        }
        for ppm in [0, 1, 500, 10_000, 25_500, 1_000_000] {
            assert_eq!(fixed(&percent(Ppm(ppm)), 4), Some(u64::from(ppm)));
        }
    }
}
