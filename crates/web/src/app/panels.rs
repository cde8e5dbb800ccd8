//! The panels at the side: logs, events, checks, and the selected node.

use tutti_core::base::{LogIndex, NodeId, Time};
use tutti_core::consensus::raft::Role;
use tutti_core::lab::LogColumn;
use tutti_core::lab::scene::Status as SceneStatus;
use tutti_core::sim::Status;
use tutti_core::timeline::Standing;
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::Msg;
use super::tag::{Link, button, click, field, fixed, given, hears, known, list, raw, said, tag, text, value_of};
use super::views::{COLUMNS, ChecksView, EventsView, LogsView, NodeFacts, Sort, Wanted};
use crate::stage::staff::seconds;
use crate::stage::view::over::Sided;

/// How wide a slip is with what is between it and the next, as the style sheet has it.
pub(super) const SLIP: f64 = 47.0;

pub(super) fn moment(time: Time) -> String {
    [&seconds(time.0 as f64, 3), " s"].concat()
}

/// The servers' logs side by side. All of them can be scrolled through; only what is seen of them has elements.
pub(super) fn logs(view: &LogsView, place: &NodeRef, link: &Link) -> Html {
    let logs = &view.logs;
    let last = logs.to.0.min(logs.from.0 + COLUMNS - 1);
    let columns: Vec<u64> = (logs.from.0..=last).collect();
    let gaps = [logs.from.0 - 1, logs.to.0.saturating_sub(last)].map(gap);
    let mut heads = vec![tag("th", fixed!("class" = "name"), None, Vec::new()), gaps[0].clone()];
    heads.extend(columns.iter().map(|i| tag("th", fixed!("scope" = "col"), None, vec![text(i.to_string())])));
    heads.push(gaps[1].clone());
    let rows = logs.logs.iter().map(|log| log_row(log, &columns, view.names.get(log.node), logs.committed, &gaps));
    let committed: AttrValue = if logs.committed.0 == 0 {
        "nothing is committed yet".into()
    } else {
        ["committed up to ", &logs.committed.0.to_string(), " (as an onlooker sees it)"].concat().into()
    };
    let table = tag(
        "table",
        fixed!("class" = "logs"),
        None,
        vec![
            tag("thead", fixed!(), None, vec![tag("tr", fixed!(), None, heads)]),
            tag("tbody", fixed!(), None, rows.collect()),
        ],
    );
    let scrolled = hears(ListenerKind::onscroll, link, |_| Some(Msg::Look(Look::Here)));
    let key = hears(ListenerKind::onkeydown, link, |event| {
        let to = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
            "Home" => Look::Begin,
            "End" => Look::End,
            "PageUp" => Look::By(-1.0),
            "PageDown" => Look::By(1.0),
            _ => return None,
        };
        event.prevent_default();
        Some(Msg::Look(to))
    });
    let reel =
        fixed!("class" = "reel", "tabindex" = "0", "role" = "region", "aria-label" = "Logs, to be scrolled sideways");
    let to_end = (!view.follows).then(|| button("small", "To the end", link, Msg::Look(Look::End)));
    let seen = vec![tag("span", fixed!(), None, vec![text(committed)]), to_end.unwrap_or_default()];
    list(vec![
        known("div", reel, scrolled.into_iter().chain(key).collect(), vec![table], None, place.clone()),
        tag("p", fixed!("class" = "seen"), None, seen),
        raw(
            "<p class=\"said\">A slip is an entry: what it does, and its term. A firm border: this server knows that it is committed.</p>",
        ),
    ])
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
    tag("td", given(&["aria-hidden", "style"], vec![Some("true".into()), Some(width.into())]), None, Vec::new())
}

fn log_row(log: &LogColumn, columns: &[u64], name: &str, committed: LogIndex, gaps: &[Html; 2]) -> Html {
    let leads = log.role == Role::Leader && log.status == Status::Alive;
    let class = match log.status {
        Status::Dead => Some("dead"),
        _ => leads.then_some("leads"),
    };
    let commit = ["commit ", &log.commit.0.to_string()].concat();
    let standing = match log.matched {
        _ if leads => "leads".into(),
        Some(index) => ["match ", &index.0.to_string()].concat().into(),
        None => "\u{a0}".into(),
    };
    let head = tag(
        "th",
        fixed!("scope" = "row", "class" = "name"),
        None,
        vec![
            said("span", "who", name.to_owned().into()),
            said("span", "at", commit.into()),
            said("span", "at", standing),
        ],
    );
    let mut cells = vec![head, gaps[0].clone()];
    for &i in columns {
        let content = match log.slips.iter().find(|s| s.index.0 == i) {
            Some(slip) => {
                let term = slip.term.0.to_string();
                let sure = if i <= log.commit.0 { "slip sure t" } else { "slip open t" };
                let tint = [sure, &(slip.term.0 % 5).to_string()].concat();
                let title = [
                    slip.text.as_str(),
                    ", term ",
                    &term,
                    if i <= log.commit.0 { ", committed" } else { "" },
                    if i > log.durable.0 { ", not on its disk yet" } else { "" },
                ];
                tag(
                    "span",
                    given(&["class", "title"], vec![Some(tint.into()), Some(title.concat().into())]),
                    None,
                    vec![
                        tag("b", fixed!(), None, vec![text(slip.text.replace(" = ", "="))]),
                        tag("small", fixed!(), None, vec![text(term)]),
                    ],
                )
            }
            None if i <= log.compacted.0 => {
                tag("span", fixed!("class" = "slip gone", "title" = "compacted into a snapshot"), None, vec![text("·")])
            }
            None => tag("span", fixed!("class" = "slip none"), None, Vec::new()),
        };
        let line = (committed.0 == i).then_some("line".into());
        cells.push(tag("td", given(&["class"], vec![line]), None, vec![content]));
    }
    cells.push(gaps[1].clone());
    tag("tr", given(&["class"], vec![class.map(Into::into)]), None, cells)
}

/// What must always hold, and whether it did.
pub(super) fn checks(view: &ChecksView, link: &Link) -> Html {
    let items = view.checks.iter().map(|check| {
        let (class, sign) = match check.standing {
            Standing::Held => ("held", HELD),
            Standing::Undecided => ("open", UNDECIDED),
            Standing::Violated(_) => ("broken", BROKEN),
        };
        let mut words = vec![text(check.words)];
        match &check.standing {
            Standing::Held => words.push(raw("<span class=\"unseen\">: holds</span>")),
            Standing::Undecided => {
                words.push(raw("<span class=\"why\">undecided: it would take too long to find out</span>"));
            }
            Standing::Violated(violation) => {
                words.push(text(": broken at "));
                let attributes = fixed!("class" = "plain", "type" = "button");
                let when = vec![text(moment(violation.time))];
                words.push(tag("button", attributes, click(link, Msg::Go(violation.time)), when));
                words.push(said("span", "why", violation.what.to_string().into()));
            }
        }
        let content = vec![raw(sign), tag("span", fixed!(), None, words)];
        let key = Some(check.words.into());
        known("li", given(&["class"], vec![Some(class.into())]), Vec::new(), content, key, NodeRef::default())
    });
    let times = if view.checked == 1 { " time so far" } else { " times so far" };
    let so_far = ["checked after every event, ", &grouped(view.checked), times].concat();
    list(vec![
        tag("ul", fixed!("class" = "checks"), None, items.collect()),
        tag("p", fixed!("class" = "said", "style" = "margin-top:16px"), None, vec![text(so_far)]),
    ])
}

pub(super) const HELD: &str = r#"<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8"/><path d="M4.5 8.3l2.4 2.4 4.6-5"/></svg>"#;
pub(super) const UNDECIDED: &str = r#"<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/></svg>"#;
pub(super) const BROKEN: &str =
    r#"<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8"/><path d="M5 5l6 6M11 5l-6 6"/></svg>"#;

pub(super) fn grouped(n: u64) -> String {
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
pub(super) fn events(view: &EventsView, link: &Link) -> Html {
    let EventsView { events, wanted, names, nodes, more } = view;
    let top = if wanted.chain.is_some() {
        let back = button("small", "Back to the list", link, Msg::Chain(None));
        let words = text("What led to it, back to its first cause. ");
        tag("p", fixed!("class" = "said"), None, vec![words, back])
    } else {
        let mut sorts = Vec::new();
        for (i, (sort, name)) in Sort::ALL.iter().enumerate() {
            sorts.push(option(i.to_string(), *sort == wanted.sort, *name));
        }
        let mut whose = vec![option(String::new(), wanted.node.is_none(), "of all")];
        for i in 0..*nodes {
            let id = NodeId(i as u16);
            whose.push(option(i.to_string(), wanted.node == Some(id), names.get(id).to_owned()));
        }
        let mut backs = Vec::new();
        for (us, name) in BACKS {
            backs.push(option(us.to_string(), us == wanted.back, name));
        }
        let search = hears(ListenerKind::oninput, link, |event| Some(Msg::Filter(Filter::Text, value_of(&event))));
        tag(
            "div",
            fixed!("class" = "filters"),
            None,
            vec![
                select("Which events", sorts, link, |event| Some(Msg::Filter(Filter::Sort, value_of(&event)))),
                select("Of which node", whose, link, |event| Some(Msg::Filter(Filter::Node, value_of(&event)))),
                select("How far back", backs, link, |event| Some(Msg::Filter(Filter::Back, value_of(&event)))),
                field(
                    fixed!("type" = "search", "aria-label" = "With these words", "placeholder" = "with these words"),
                    Some(wanted.text.clone()),
                    search,
                    NodeRef::default(),
                ),
            ],
        )
    };
    let none = events.is_empty().then(|| raw("<p class=\"said\">Nothing of the kind.</p>"));
    let items = events.iter().map(|event| {
        let class = match event.side {
            Some(Sided::Picked) => Some("picked"),
            Some(Sided::Past) => Some("past"),
            Some(Sided::Future) => Some("future"),
            None => (wanted.chain == Some(event.id)).then_some("marked"),
        };
        let current = (event.side == Some(Sided::Picked)).then_some("true".into());
        let go = fixed!("type" = "button", "title" = PICK);
        let asked = event.cause.0 > 0 && wanted.chain.is_none();
        let why = asked.then(|| button("why", "why?", link, Msg::Chain(Some(event.id))));
        let content = vec![
            said("span", "when", moment(event.time).into()),
            tag("button", go, click(link, Msg::Pick(event.id, event.time)), vec![text(event.words.clone())]),
            why.unwrap_or_default(),
        ];
        let key = Some(event.id.0.into());
        known(
            "li",
            given(&["class", "aria-current"], vec![class.map(AttrValue::from), current]),
            Vec::new(),
            content,
            key,
            NodeRef::default(),
        )
    });
    let items = tag("ul", fixed!("class" = "events"), None, items.collect());
    let more = more.then(|| raw("<p class=\"said\">… and more before that.</p>"));
    list(vec![top, none.unwrap_or_default(), items, more.unwrap_or_default()])
}

const PICK: &str = "Go to this moment, and light up what caused it and what it caused";

/// How far back the list may go, in microseconds.
const BACKS: [(u64, &str); 4] =
    [(200_000, "last 0.2 s"), (1_000_000, "last 1 s"), (10_000_000, "last 10 s"), (0, "the whole run")];

/// What of the list a reader can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Sort,
    Node,
    Back,
    Text,
}

impl Filter {
    /// Puts what was chosen to what is wanted.
    pub(super) fn put(self, wanted: &mut Wanted, value: String) {
        match self {
            Filter::Sort => wanted.sort = Sort::ALL[value.parse::<usize>().unwrap_or(0).min(6)].0,
            Filter::Node => wanted.node = value.parse().ok().map(NodeId),
            Filter::Back => wanted.back = value.parse().unwrap_or(1_000_000),
            Filter::Text => wanted.text = value,
        }
    }
}

pub(super) fn select(label: &'static str, options: Vec<Html>, link: &Link, chosen: fn(Event) -> Option<Msg>) -> Html {
    let attributes = given(&["aria-label"], vec![Some(label.into())]);
    tag("select", attributes, hears(ListenerKind::onchange, link, chosen), options)
}

pub(super) fn option(value: String, selected: bool, words: impl Into<AttrValue>) -> Html {
    let selected = selected.then_some("selected".into());
    tag("option", given(&["value", "selected"], vec![Some(value.into()), selected]), None, vec![text(words)])
}

/// The selected node, whole, and what can be done with it.
pub(super) fn node(view: &NodeFacts, link: &Link) -> Html {
    let mut deeds = Vec::new();
    for (i, label) in view.deeds.iter().enumerate() {
        let attributes = fixed!("type" = "button", "class" = "small");
        deeds.push(tag("button", attributes, click(link, Msg::Deed(i)), vec![text(label.clone())]));
    }
    let dead = view.status == SceneStatus::Dead;
    let dead = dead.then(|| raw("<p class=\"said\">It is dead: what was not on its disk is gone.</p>"));
    let mut groups = Vec::new();
    for group in &view.detail.groups {
        let mut rows = Vec::new();
        for (name, value) in &group.rows {
            rows.push(tag("dt", fixed!(), None, vec![text(name.to_string())]));
            rows.push(tag("dd", fixed!(), None, vec![text(value.to_string())]));
        }
        groups.push(tag("h2", fixed!(), None, vec![text(group.heading)]));
        groups.push(tag("dl", fixed!("class" = "facts"), None, rows));
    }
    let deeds = tag("div", fixed!("class" = "doings"), None, deeds);
    list(vec![deeds, dead.unwrap_or_default(), list(groups)])
}
