//! The panels of a shop: the list of its orders, and the one that is followed: who worked on it and when, what the store
//! has of it, and what it was after each version.

use tutti_core::base::Time;
use tutti_core::shop::{Kind, OrderId, Status};
use tutti_core::timeline::Standing;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::Msg;
use super::panels::{BROKEN, HELD, UNDECIDED, moment};
use super::shop::{Bar, OrderView, OrdersView};
use super::tag::{Link, button, click, field, fixed, given, hears, known, list, raw, said, tag, text, value_of};
use crate::stage::paint::chips::step;
use crate::stage::staff::seconds;

/// All orders.
pub(super) fn orders(view: &OrdersView, link: &Link) -> Html {
    let wanted = hears(ListenerKind::onchange, link, |event| {
        let number = value_of(&event).trim().trim_start_matches('#').parse().ok()?;
        Some(Msg::Follow(Some(OrderId(number))))
    });
    let names = fixed!(
        "type" = "search",
        "inputmode" = "numeric",
        "aria-label" = "Follow the order of this number",
        "placeholder" = "order number"
    );
    let top = vec![field(names, None, wanted, NodeRef::default())];
    let mut items = Vec::new();
    for line in &view.lines {
        let followed = view.followed == Some(line.order);
        let other = if followed { None } else { Some(line.order) };
        let number = ["#", &line.order.0.to_string()].concat();
        let class = ["state ", tone(line.status)].concat();
        let state = tag("span", given(&["class"], vec![Some(class.into())]), None, vec![text(line.status.name())]);
        let content = vec![
            said("b", "", number.into()),
            state,
            said("span", "what", line.words.to_string().into()),
            said("small", "", ["customer ", &line.user.0.to_string()].concat().into()),
        ];
        let pressed = if followed { "true" } else { "false" };
        let attributes = given(&["type", "aria-pressed"], vec![Some("button".into()), Some(pressed.into())]);
        let follow = tag("button", attributes, click(link, Msg::Follow(other)), content);
        let key = Some(u64::from(line.order.0).into());
        items.push(known("li", fixed!(), Vec::new(), vec![follow], key, NodeRef::default()));
    }
    let words = match view.count {
        0 => "Nobody has ordered anything yet.".to_owned(),
        count => {
            [&count.to_string(), " orders so far, as the order service has them. Choose one to follow it."].concat()
        }
    };
    list(vec![
        tag("div", fixed!("class" = "filters"), None, top),
        said("p", "said", words.into()),
        tag("ul", fixed!("class" = "orders"), None, items),
    ])
}

fn tone(status: Status) -> &'static str {
    match status {
        Status::Placed => "placed",
        Status::Confirmed => "paid",
        Status::Shipped => "shipped",
        Status::Unknown | Status::Cancelling | Status::Rejected | Status::Cancelled => "other",
    }
}

/// The class of an event's colour.
fn hue(kind: Option<Kind>) -> &'static str {
    match step(kind) {
        1 => "placed",
        2 => "paid",
        3 => "stocked",
        4 => "shipped",
        _ => "other",
    }
}

/// The order that is followed.
pub(super) fn order(view: &OrderView, link: &Link) -> Html {
    let let_go = button("small", "Stop following", link, Msg::Follow(None));
    let words = text("one order, every service that touched it");
    let top = tag("p", fixed!("class" = "follows"), None, vec![tag("i", fixed!(), None, vec![words]), let_go]);
    list(vec![top, waterfall(view, link), stream(view, link), checks(view)])
}

fn waterfall(view: &OrderView, link: &Link) -> Html {
    let (from, to) = view.span;
    let whole = to.since(from).0.max(1) as f64;
    let share = |time: Time| time.since(from).0 as f64 / whole * 100.0;
    let mut rows = Vec::new();
    for (i, bar) in view.bars.iter().enumerate() {
        let (a, b) = (share(bar.start), share(bar.end));
        rows.push(row(bar, (a, (b - a).max(0.8)), i, link));
    }
    if rows.is_empty() {
        return said("p", "said", "Nothing has happened to it yet at this moment.".into());
    }
    let ends = tag(
        "p",
        fixed!("class" = "ends"),
        None,
        vec![said("span", "", moment(from).into()), said("span", "", took(from, to).into())],
    );
    list(vec![tag("ul", fixed!("class" = "falls", "aria-label" = "Who worked on it, and when"), None, rows), ends])
}

fn took(from: Time, to: Time) -> String {
    [&seconds(to.since(from).0 as f64, 3), " s, until ", &moment(to)].concat()
}

fn row(bar: &Bar, (left, width): (f64, f64), number: usize, link: &Link) -> Html {
    let per = |share: f64| [&((share * 100.0).round() / 100.0).to_string(), "%"].concat();
    let class = match bar.kind {
        Some(kind) => hue(Some(kind)),
        None if bar.outside => "outside",
        None => "own",
    };
    let state = if bar.failed {
        " failed"
    } else if bar.open {
        " open"
    } else {
        ""
    };
    let style = ["left:", &per(left.min(99.2)), ";width:", &per(width)].concat();
    let piece = tag(
        "span",
        given(&["class", "style"], vec![Some(["bar ", class, state].concat().into()), Some(style.into())]),
        None,
        Vec::new(),
    );
    // Its words stand where there is room: behind it, or else before it.
    let room = 100.0 - left - width;
    let words = match (bar.failed, bar.open) {
        (true, _) => [&bar.what, ": in vain"].concat(),
        (_, true) => [&bar.what, " …"].concat(),
        _ => bar.what.clone(),
    };
    let (class, place) = if room > left {
        ("what", ["left:calc(", &per(left + width), " + 6px)"].concat())
    } else {
        ("what", ["right:calc(", &per(100.0 - left), " + 6px)"].concat())
    };
    let said_of_it =
        tag("span", given(&["class", "style"], vec![Some(class.into()), Some(place.into())]), None, vec![text(words)]);
    let length = [&seconds(bar.end.since(bar.start).0 as f64, 3), " s from ", &moment(bar.start)].concat();
    let title = given(&["type", "title"], vec![Some("button".into()), Some(length.into())]);
    let track = tag("button", title, click(link, Msg::Go(bar.start)), vec![piece, said_of_it]);
    let content = vec![said("span", "who", bar.who.clone().into()), track];
    known("li", fixed!(), Vec::new(), content, Some((number as u64).into()), NodeRef::default())
}

fn stream(view: &OrderView, link: &Link) -> Html {
    let facts = &view.stream.facts;
    let Some(last) = facts.len().checked_sub(1) else {
        return said("p", "said", "The store has nothing of it yet.".into());
    };
    let at = view.version.unwrap_or(last);
    let mut items = Vec::new();
    for (i, fact) in facts.iter().enumerate() {
        let parts: Vec<String> =
            fact.fields.iter().map(|(name, value)| [*name, " ", value.as_str()].concat()).collect();
        let content = vec![
            said("span", "nr", fact.version.0.to_string().into()),
            said("b", "", fact.kind.name().into()),
            said("span", "fields", parts.join(", ").into()),
        ];
        let class = [hue(Some(fact.kind)), if i > at { " later" } else { "" }].concat();
        let current = (i == at).then_some("true".into());
        let names = &["type", "class", "aria-current", "title"];
        let stored = ["stored at ", &moment(fact.at)].concat();
        let attributes = given(names, vec![Some("button".into()), Some(class.into()), current, Some(stored.into())]);
        let pick = tag("button", attributes, click(link, Msg::Version(i)), content);
        items.push(known("li", fixed!(), Vec::new(), vec![pick], Some((i as u64).into()), NodeRef::default()));
    }
    let step = |words, label: &'static str, to: Option<usize>| {
        let names = &["type", "class", "aria-label", "disabled"];
        let off = to.is_none().then_some("".into());
        let values = vec![Some("button".into()), Some("small".into()), Some(label.into()), off];
        tag("button", given(names, values), to.and_then(|to| click(link, Msg::Version(to))), vec![text(words)])
    };
    let head = vec![
        said("b", "", ["stream ", view.stream.name.as_str()].concat().into()),
        step("‹", "One version back", at.checked_sub(1)),
        step("›", "One version on", (at < last).then_some(at + 1)),
        said("span", "", "step back to any version".into()),
    ];
    let fact = &facts[at];
    let mut changes = Vec::new();
    for (name, from, to) in &fact.changed {
        changes.push(tag("dt", fixed!(), None, vec![text(*name)]));
        changes.push(tag("dd", fixed!(), None, vec![text([from, " → ", to].concat())]));
    }
    let none = changes.is_empty().then(|| raw("<p class=\"said\">It changed nothing of the order.</p>"));
    let after = ["state after version ", &fact.version.0.to_string()].concat();
    list(vec![
        tag("div", fixed!("class" = "stream-head"), None, head),
        tag("ol", fixed!("class" = "stream"), None, items),
        tag(
            "p",
            fixed!("class" = "after", "aria-live" = "polite"),
            None,
            vec![said("span", "", after.into()), said("code", "", fact.state.clone().into())],
        ),
        none.unwrap_or_default(),
        tag("dl", fixed!("class" = "facts"), None, changes),
    ])
}

fn checks(view: &OrderView) -> Html {
    let mut items = Vec::new();
    for check in &view.checks {
        let (class, sign) = match check.standing {
            Standing::Held => ("held", HELD),
            Standing::Undecided => ("open", UNDECIDED),
            Standing::Violated(_) => ("broken", BROKEN),
        };
        let content = vec![raw(sign), tag("span", fixed!(), None, vec![text(check.words)])];
        items.push(tag("li", given(&["class"], vec![Some(class.into())]), None, content));
    }
    tag("ul", fixed!("class" = "checks inline", "aria-label" = "Checks"), None, items)
}
