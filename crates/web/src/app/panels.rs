//! The panels at the side: logs, events, checks, and the selected node.

use tutti_core::base::{EventId, LogIndex, NodeId, Time};

use tutti_core::consensus::raft::Role;
use tutti_core::lab::LogColumn;
use tutti_core::lab::scene::Status as SceneStatus;
use tutti_core::sim::Status;
use tutti_core::timeline::Standing;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::views::{COLUMNS, ChecksView, EventsView, LogsView, NodeFacts, Sort, Wanted};
use crate::stage::staff::seconds;

/// How wide a slip is with what is between it and the next, as the style sheet has it.
pub(super) const SLIP: f64 = 47.0;

pub(super) fn moment(time: Time) -> String {
    [&seconds(time.0 as f64, 3), " s"].concat()
}

/// The servers' logs side by side. All of them can be scrolled through; only what is seen of them has elements.
pub(super) fn logs(view: &LogsView, place: &NodeRef, look: &Callback<Look>) -> Html {
    let logs = &view.logs;
    let last = logs.to.0.min(logs.from.0 + COLUMNS - 1);
    let columns: Vec<u64> = (logs.from.0..=last).collect();
    let heads = columns.iter().map(|i| html! { <th scope="col">{ i }</th> });
    let gaps = [logs.from.0 - 1, logs.to.0.saturating_sub(last)].map(gap);
    let rows = logs.logs.iter().map(|log| log_row(log, &columns, view.names.get(log.node), logs.committed, &gaps));
    let committed = if logs.committed.0 == 0 {
        "nothing is committed yet".to_owned()
    } else {
        ["committed up to ", &logs.committed.0.to_string(), " (as an onlooker sees it)"].concat()
    };
    let scrolled = look.reform(|_: Event| Look::Here);
    let key = {
        let look = look.clone();
        Callback::from(move |e: KeyboardEvent| {
            let to = match e.key().as_str() {
                "Home" => Look::Begin,
                "End" => Look::End,
                "PageUp" => Look::By(-1.0),
                "PageDown" => Look::By(1.0),
                _ => return,
            };
            e.prevent_default();
            look.emit(to);
        })
    };
    html! {
        <>
            <div class="reel" ref={place.clone()} tabindex="0" role="region" aria-label="Logs, to be scrolled sideways"
                onscroll={scrolled} onkeydown={key}>
                <table class="logs">
                    <thead><tr><th class="name"></th>{ gaps[0].clone() }{ for heads }{ gaps[1].clone() }</tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
            <p class="seen"><span>{ committed }</span>
                if !view.follows {
                    <button type="button" class="small" onclick={look.reform(|_: MouseEvent| Look::End)}>{ "To the end" }</button>
                }
            </p>
            <p class="said">{ "A slip is an entry: what it does, and its term. A firm border: this server knows that it is committed." }</p>
        </>
    }
}

/// Where to look in the logs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    /// Where the reader scrolled to.
    Here,
    /// At their beginning.
    Begin,
    /// At their end, also when they grow.
    End,
    /// So many screens on.
    By(f64),
}

/// The room of so many slips that are not seen.
fn gap(slips: u64) -> Html {
    let width = ["padding-left:", &(slips * SLIP as u64).to_string(), "px"].concat();
    html! { <td aria-hidden="true" style={width}></td> }
}

fn log_row(log: &LogColumn, columns: &[u64], name: &str, committed: LogIndex, gaps: &[Html; 2]) -> Html {
    let leads = log.role == Role::Leader && log.status == Status::Alive;
    let class = classes!(leads.then_some("leads"), (log.status == Status::Dead).then_some("dead"));
    let commit = ["commit ", &log.commit.0.to_string()].concat();
    let matched = log.matched.filter(|_| !leads).map(|m| ["match ", &m.0.to_string()].concat());
    let cells = columns.iter().map(|&i| {
        let slip = log.slips.iter().find(|s| s.index.0 == i);
        let line = (committed.0 == i).then_some("line");
        let content = match slip {
            Some(slip) => {
                let sure = if i <= log.commit.0 { "sure" } else { "open" };
                let tint = ["t", &(slip.term.0 % 5).to_string()].concat();
                let title = [
                    slip.text.as_str(),
                    ", term ",
                    &slip.term.0.to_string(),
                    if i <= log.commit.0 { ", committed" } else { "" },
                    if i > log.durable.0 { ", not on its disk yet" } else { "" },
                ];
                html! {
                    <span class={classes!("slip", sure, tint)} title={title.concat()}>
                        <b>{ slip.text.replace(" = ", "=") }</b><small>{ slip.term.0 }</small>
                    </span>
                }
            }
            None if i <= log.compacted.0 => {
                html! { <span class="slip gone" title="compacted into a snapshot">{ "·" }</span> }
            }
            None => html! { <span class="slip none"></span> },
        };
        html! { <td class={classes!(line)}>{ content }</td> }
    });
    html! {
        <tr {class}>
            <th scope="row" class="name">
                <span class="who">{ name.to_owned() }</span>
                <span class="at">{ commit }</span>
                <span class="at">{ if leads { "leads".to_owned() } else { matched.unwrap_or_else(|| "\u{a0}".to_owned()) } }</span>
            </th>
            { gaps[0].clone() }{ for cells }{ gaps[1].clone() }
        </tr>
    }
}

/// What must always hold, and whether it did.
pub(super) fn checks(view: &ChecksView, go: &Callback<Time>) -> Html {
    let items = view.checks.iter().map(|check| match &check.standing {
        Standing::Held => html! {
            <li class="held" key={check.words}>
                <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8"/><path d="M4.5 8.3l2.4 2.4 4.6-5"/></svg>
                <span>{ check.words }<span class="unseen">{ ": holds" }</span></span>
            </li>
        },
        Standing::Undecided => html! {
            <li class="open" key={check.words}>
                <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/></svg>
                <span>{ check.words }<span class="why">{ "undecided: it would take too long to find out" }</span></span>
            </li>
        },
        Standing::Violated(violation) => {
            let (go, time) = (go.clone(), violation.time);
            html! {
                <li class="broken" key={check.words}>
                    <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8"/><path d="M5 5l6 6M11 5l-6 6"/></svg>
                    <span>
                        { check.words }{ ": broken at " }
                        <button class="plain" type="button" onclick={move |_| go.emit(time)}>{ moment(time) }</button>
                        <span class="why">{ violation.what.as_str() }</span>
                    </span>
                </li>
            }
        }
    });
    html! {
        <>
            <ul class="checks">{ for items }</ul>
            <p class="said" style="margin-top:16px">{ "checked after every event, " }{ grouped(view.checked) }{ " times so far" }</p>
        </>
    }
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut words = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            words.push(',');
        }
        words.push(c);
    }
    words
}

/// What happened, the newest first.
pub(super) fn events(view: &EventsView, want: &Callback<Wanted>, go: &Callback<Time>) -> Html {
    let EventsView { events, wanted, names, nodes, more } = view;
    let change = |f: fn(&mut Wanted, String)| {
        let (want, wanted) = (want.clone(), wanted.clone());
        move |value: String| {
            let mut wanted = wanted.clone();
            f(&mut wanted, value);
            want.emit(wanted);
        }
    };
    let selected = |f: fn(&mut Wanted, String)| {
        let change = change(f);
        Callback::from(move |e: Event| {
            if let Some(select) = e.target_dyn_into::<HtmlSelectElement>() {
                change(select.value());
            }
        })
    };
    let sort = selected(|w, v| w.sort = Sort::ALL[v.parse::<usize>().unwrap_or(0).min(6)].0);
    let node = selected(|w, v| w.node = v.parse().ok().map(NodeId));
    let back = selected(|w, v| w.back = v.parse().unwrap_or(1_000_000));
    let text = {
        let change = change(|w, v| w.text = v);
        Callback::from(move |e: InputEvent| {
            if let Some(input) = e.target_dyn_into::<HtmlInputElement>() {
                change(input.value());
            }
        })
    };
    let chain = |id: Option<EventId>| {
        let (want, wanted) = (want.clone(), wanted.clone());
        Callback::from(move |_: MouseEvent| want.emit(Wanted { chain: id, ..wanted.clone() }))
    };
    let list = events.iter().map(|event| {
        let (go, time) = (go.clone(), event.time);
        let why = (event.cause.0 > 0 && wanted.chain.is_none()).then(|| chain(Some(event.id)));
        let marked = (wanted.chain == Some(event.id)).then_some("marked");
        html! {
            <li key={event.id.0} class={classes!(marked)}>
                <span class="when">{ moment(event.time) }</span>
                <button type="button" title="Go to this moment" onclick={move |_| go.emit(time)}>{ &event.words }</button>
                if let Some(why) = why { <button type="button" class="why" onclick={why}>{ "why?" }</button> }
            </li>
        }
    });
    let backs = [(200_000u64, "0.2 s"), (1_000_000, "1 s"), (10_000_000, "10 s"), (0, "whole run")];
    html! {
        <>
            if wanted.chain.is_some() {
                <p class="said">{ "What led to it, back to its first cause. " }
                    <button type="button" class="small" onclick={chain(None)}>{ "Back to the list" }</button></p>
            } else {
                <div class="filters">
                    <select aria-label="Which events" onchange={sort}>
                        { for Sort::ALL.iter().enumerate().map(|(i, (s, name))| html! {
                            <option value={i.to_string()} selected={*s == wanted.sort}>{ *name }</option> }) }
                    </select>
                    <select aria-label="Of which node" onchange={node}>
                        <option value="" selected={wanted.node.is_none()}>{ "of all" }</option>
                        { for (0..*nodes).map(|i| { let id = NodeId(i as u16); html! {
                            <option value={i.to_string()} selected={wanted.node == Some(id)}>{ names.get(id).to_owned() }</option> } }) }
                    </select>
                    <select aria-label="How far back" onchange={back}>
                        { for backs.iter().map(|(us, name)| html! {
                            <option value={us.to_string()} selected={*us == wanted.back}>{ ["last ", name].concat().replace("last whole", "the whole") }</option> }) }
                    </select>
                    <input type="search" aria-label="With these words" placeholder="with these words" value={wanted.text.clone()} oninput={text}/>
                </div>
            }
            if events.is_empty() { <p class="said">{ "Nothing of the kind." }</p> }
            <ul class="events">{ for list }</ul>
            if *more { <p class="said">{ "… and more before that." }</p> }
        </>
    }
}

/// The selected node, whole, and what can be done with it.
pub(super) fn node(view: &NodeFacts, act: &Callback<usize>) -> Html {
    let groups = view.detail.groups.iter().map(|group| {
        let rows = group.rows.iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> });
        html! { <><h2>{ group.heading }</h2><dl class="facts">{ for rows }</dl></> }
    });
    let deeds = view.deeds.iter().enumerate().map(|(i, label)| {
        let act = act.clone();
        html! { <button type="button" class="small" onclick={move |_| act.emit(i)}>{ label }</button> }
    });
    let dead = view.status == SceneStatus::Dead;
    html! {
        <>
            <div class="doings">{ for deeds }</div>
            if dead { <p class="said">{ "It is dead: what was not on its disk is gone." }</p> }
            { for groups }
        </>
    }
}
