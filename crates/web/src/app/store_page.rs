//! The panel of the store: streams stepped forwards and back, read models as of any moment, projections that are built,
//! and one window of time.

use std::any::Any;
use std::rc::Rc;

use tutti_core::lab::store_view::{
    Audit, Field, Grain, HistoryView, ModelName, Question, Rebuilt, Spike, StoredEvent, Table, Tail,
};
use tutti_core::store::{Cost, Progress, StreamVersion};
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::{Listener, ListenerKind};

use super::Msg;
use super::panels::{BROKEN, HELD, grouped, moment, option, select};
use super::store_panel::{Ask, Part, shelf_of};
use super::store_views::{ModelView, QuestionView, Shown, StoreView, StreamsView, WindowView};
use super::tag::{Link, click, field, field_on, fixed, given, hears, known, list, raw, said, tag, text, value_of};

/// The panel, if anybody has looked at the store.
pub(super) fn panel(shelf: &dyn Any, link: &Link) -> Option<Html> {
    shelf_of(shelf)?.view.as_ref().map(|view| store(view, link))
}

fn ask(ask: Ask, value: impl ToString) -> Msg {
    Msg::Store(ask, value.to_string())
}

/// A button of words.
fn deed(class: &'static str, words: impl Into<AttrValue>, link: &Link, msg: Option<Msg>) -> Html {
    let off = msg.is_none().then(|| "disabled".into());
    let attributes = given(&["type", "class", "disabled"], vec![Some("button".into()), Some(class.into()), off]);
    tag("button", attributes, msg.and_then(|msg| click(link, msg)), vec![text(words)])
}

/// A field with its label in front of it.
fn labelled(words: &'static str, content: Html) -> Html {
    tag("label", fixed!(), None, vec![tag("span", fixed!(), None, vec![text(words)]), content])
}

fn words(class: &'static str, words: String) -> Html {
    said("p", class, words.into())
}

fn store(view: &StoreView, link: &Link) -> Html {
    let mut parts = Vec::new();
    for (number, (part, name)) in Part::ALL.into_iter().enumerate() {
        let pressed = if part == view.part { "true" } else { "false" };
        let attributes = given(&["type", "aria-pressed"], vec![Some("button".into()), Some(pressed.into())]);
        parts.push(tag("button", attributes, click(link, ask(Ask::Part, number)), vec![text(name)]));
    }
    let shown = match &view.shown {
        Some(Shown::Streams(streams)) => self::streams(streams, link),
        Some(Shown::Model(model)) => self::model(model, view.events, link),
        Some(Shown::Question(question)) => self::question(question, link),
        Some(Shown::Window(window)) => self::window(window, view.events, link),
        None => Html::default(),
    };
    let wrong = view
        .wrong
        .as_ref()
        .map(|wrong| tag("p", fixed!("class" = "st-wrong", "role" = "alert"), None, vec![text(wrong.clone())]));
    list(vec![
        tag("div", fixed!("class" = "st-parts", "role" = "group", "aria-label" = "What of the store"), None, parts),
        wrong.unwrap_or_default(),
        shown,
        cost(&view.cost, view.streams),
    ])
}

/// What keeping everything costs.
fn cost(cost: &Cost, streams: u32) -> Html {
    let each = cost.without_snapshots().checked_div(cost.events).unwrap_or(0);
    let all = [
        "Nothing is ever changed or deleted: ",
        &grouped(cost.events),
        if cost.events == 1 { " event in " } else { " events in " },
        &grouped(streams.into()),
        if streams == 1 { " stream, " } else { " streams, " },
        &grouped(cost.without_snapshots()),
        " bytes (payloads ",
        &grouped(cost.payload_bytes),
        ", ids, times and versions ",
        &grouped(cost.metadata_bytes),
        ", names ",
        &grouped(cost.name_bytes),
        "), ",
        &each.to_string(),
        " an event. As the server has it that has applied most.",
    ];
    words("said st-cost", all.concat())
}

// Streams

fn streams(view: &StreamsView, link: &Link) -> Html {
    let mut categories = Vec::new();
    for category in &view.categories {
        categories.push(option(category.to_string(), *category == view.category, category.to_string()));
    }
    let mut names = Vec::new();
    if let Some(stream) = view.stream.as_ref().filter(|stream| !view.lines.iter().any(|line| line.name == **stream)) {
        names.push(option(stream.to_string(), true, stream.to_string()));
    }
    for line in &view.lines {
        let words = [line.name.as_str(), ", version ", &line.version.0.to_string()].concat();
        names.push(option(line.name.to_string(), Some(&line.name) == view.stream.as_ref(), words));
    }
    let typed = hears(ListenerKind::onchange, link, |event| Some(ask(Ask::Stream, value_of(&event))));
    let typing = fixed!(
        "type" = "search",
        "aria-label" = "Stream, or the number of an order",
        "placeholder" = "stream or order number"
    );
    let filters = vec![
        select("Category", categories, link, |event| Some(ask(Ask::Category, value_of(&event)))),
        select("Stream", names, link, |event| Some(ask(Ask::Stream, value_of(&event)))),
        field(typing, None, typed, NodeRef::default()),
    ];
    let more = view.count.saturating_sub(view.lines.len());
    let more = (more > 0)
        .then(|| words("said", [&grouped(more as u64), " older streams are not in the list; type one."].concat()));
    let missing = view.missing.as_ref().map(|name| {
        tag(
            "p",
            fixed!("class" = "st-wrong", "role" = "status"),
            None,
            vec![text(["There is no stream ", name, " at this moment."].concat())],
        )
    });
    let body = match (&view.history, &view.stream) {
        (Some(history), _) => self::history(view, history, link),
        (None, Some(stream)) => words("said", [stream.as_str(), " has no event yet at this moment."].concat()),
        (None, None) => words("said", "Nothing is stored yet.".into()),
    };
    list(vec![
        tag("div", fixed!("class" = "filters"), None, filters),
        more.unwrap_or_default(),
        missing.unwrap_or_default(),
        body,
    ])
}

fn history(view: &StreamsView, history: &HistoryView, link: &Link) -> Html {
    let (at, last) = (view.at, history.last);
    let step =
        |words: &'static str, by: &'static str, can: bool| deed("small", words, link, can.then(|| ask(Ask::Step, by)));
    let name = tag("h2", fixed!(), None, vec![text(["stream ", history.stream.as_str()].concat())]);
    let steps = vec![
        step("First", "first", at.0 > 0),
        step("Back", "-1", at.0 > 0),
        step("Forward", "1", at < last),
        step("Last", "last", at < last),
    ];
    let head = vec![name, tag("div", fixed!("class" = "doings"), None, steps)];
    let mut items = Vec::new();
    for event in &history.events {
        items.push(line(event, at, link));
    }
    let keys = hears(ListenerKind::onkeydown, link, |event| {
        let by = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
            "ArrowUp" | "ArrowLeft" => "-1",
            "ArrowDown" | "ArrowRight" => "1",
            "Home" => "first",
            "End" => "last",
            _ => return None,
        };
        event.prevent_default();
        event.stop_propagation();
        Some(ask(Ask::Step, by))
    });
    let label = ["Events of ", history.stream.as_str(), "; the arrow keys step through its versions"].concat();
    let names = &["class", "tabindex", "aria-label"];
    let attributes = given(names, vec![Some("st-events".into()), Some("0".into()), Some(label.into())]);
    let chosen = history.events.iter().find(|event| event.version == at);
    list(vec![
        tag("div", fixed!("class" = "st-head"), None, head),
        tag("ol", attributes, keys, items),
        chosen.map(|event| self::event(event, link)).unwrap_or_default(),
        view.audit.as_ref().map(|audit| self::audit(audit, last, link)).unwrap_or_default(),
        tail(view.tail, history),
    ])
}

/// The class of an event's colour.
fn hue(kind: &str) -> &'static str {
    match kind {
        "OrderCreated" | "ProductViewed" | "ItemAddedToCart" => "st-placed",
        "OrderConfirmed" | "PaymentProcessed" => "st-paid",
        "ItemReserved" | "ItemReleased" | "ItemSent" => "st-stocked",
        "OrderShipped" | "TrackingCorrected" => "st-shipped",
        _ => "st-other",
    }
}

fn fields(fields: &[Field]) -> String {
    fields.iter().map(|(name, value)| [name, " ", value].concat()).collect::<Vec<_>>().join(", ")
}

/// An event in the list of its stream.
fn line(event: &StoredEvent, at: StreamVersion, link: &Link) -> Html {
    let old = event.stored_schema < event.schema;
    let class = if event.version > at { [hue(&event.kind), " st-later"].concat() } else { hue(&event.kind).to_owned() };
    let current = (event.version == at).then_some("step".into());
    let content = vec![
        said("span", "nr", event.version.0.to_string().into()),
        said("b", "", event.kind.to_string().into()),
        if old { said("span", "st-old", "read upcast".into()) } else { Html::default() },
        said("span", "fields", fields(&event.fields).into()),
    ];
    let names = &["type", "class", "aria-current", "tabindex"];
    // The list has the focus, and its keys step.
    let attributes = given(names, vec![Some("button".into()), Some(class.into()), current, Some("-1".into())]);
    let choose = tag("button", attributes, click(link, ask(Ask::Version, event.version.0)), content);
    known("li", fixed!(), Vec::new(), vec![choose], Some(event.version.0.into()), NodeRef::default())
}

fn facts(rows: Vec<(String, Html)>) -> Html {
    described("facts", rows)
}

/// Terms and what is said of them.
fn described(class: &'static str, rows: Vec<(String, Html)>) -> Html {
    let mut parts = Vec::new();
    for (name, value) in rows {
        parts.push(tag("dt", fixed!(), None, vec![text(name)]));
        parts.push(tag("dd", fixed!(), None, vec![value]));
    }
    tag("dl", given(&["class"], vec![Some(class.into())]), None, parts)
}

/// The event that is looked at: what it changed, the state after it, and all that is stored of it.
fn event(event: &StoredEvent, link: &Link) -> Html {
    let version = event.version.0.to_string();
    let mut state = Vec::new();
    for (name, value) in event.state.values() {
        let changed = event.changed.iter().find(|changed| changed.name == *name);
        let mut content = vec![text(value.to_string())];
        if let Some(changed) = changed {
            let before =
                changed.from.as_ref().map_or_else(|| "new".to_owned(), |from| ["was ", &from.to_string()].concat());
            content.push(said("span", "st-changed", before.into()));
        }
        state.push((name.to_string(), list(content)));
    }
    let unchanged = event.changed.is_empty().then(|| words("said", "This event changed nothing of the state.".into()));
    let value = |value: String| text(value);
    let mut rows = vec![
        ("global position".to_owned(), value(event.position.to_string())),
        ("logged at".to_owned(), value(moment(event.at))),
        ("schema version".to_owned(), value(schema(event))),
    ];
    for (name, content) in &event.fields {
        rows.push(((*name).to_owned(), value(content.clone())));
    }
    if let Some(stored) = &event.stored_fields {
        rows.push(("stored fields".to_owned(), value(fields(stored))));
    }
    rows.push(("event id".to_owned(), value(event.id.to_string())));
    rows.push(("correlation id".to_owned(), value(event.correlation.to_string())));
    rows.push((
        "causation id".to_owned(),
        value(event.causation.map_or_else(
            || "none: it began here".into(),
            |id| {
                let words = event.cause.as_deref().unwrap_or_default();
                [&id.to_string(), " (", words, ")"].concat()
            },
        )),
    ));
    let go = deed("small", "Go to this moment", link, Some(ask(Ask::Go, &version)));
    list(vec![
        tag("h2", fixed!("aria-live" = "polite"), None, vec![text(["state after version ", &version].concat())]),
        facts(state),
        unchanged.unwrap_or_default(),
        tag("h2", fixed!(), None, vec![text(["event ", &version, ": ", &event.kind].concat())]),
        facts(rows),
        tag("div", fixed!("class" = "doings"), None, vec![go]),
    ])
}

fn schema(event: &StoredEvent) -> String {
    let (stored, read) = (event.stored_schema.0.to_string(), event.schema.0.to_string());
    let bytes = [event.bytes.to_string().as_str(), " bytes"].concat();
    match event.stored_schema < event.schema {
        true => ["stored as ", &stored, " (", &bytes, ", untouched), read upcast as ", &read].concat(),
        false => [&read, ", ", &bytes].concat(),
    }
}

/// A version that leads to itself.
fn version(at: StreamVersion, link: &Link) -> Html {
    deed("plain", ["version ", &at.0.to_string()].concat(), link, Some(ask(Ask::Version, at.0)))
}

/// Questions that only history answers, and the row that cannot.
fn audit(audit: &Audit, last: StreamVersion, link: &Link) -> Html {
    let wrong = match &audit.wrong_tracking {
        Some(found) => list(vec![
            text([&found.wrong.to_string(), " came in with "].concat()),
            version(found.entered, link),
            text(", and was corrected with "),
            version(found.corrected, link),
        ]),
        None => text("There was none that anybody noticed."),
    };
    let changed = match audit.changes {
        0 => "Never.".to_owned(),
        1 => "Once since it was created.".to_owned(),
        times => [&times.to_string(), " times since it was created."].concat(),
    };
    let failed = match (audit.payment_failed_first, audit.failure) {
        (true, Some(at)) => list(vec![text("Yes, told with "), version(at, link)]),
        (false, Some(at)) => {
            list(vec![text("A try failed, told with "), version(at, link), text("; it was not paid after that.")])
        }
        _ => text("No."),
    };
    let row = &audit.row;
    let name = row.status.name();
    let status = [&name[..1].to_uppercase(), &name[1..]].concat();
    let tracking = row.tracking.map_or_else(|| "none".into(), |tracking| tracking.to_string());
    let cells =
        [audit.order.to_string(), ["Order ", &status].concat(), row.user.to_string(), row.total.to_string(), tracking];
    let columns = ["order", "status", "customer", "total", "tracking"].map(str::to_owned).into();
    let plain = Table { columns, rows: vec![cells.into()], left_out: 0 };
    list(vec![
        tag(
            "h2",
            fixed!(),
            None,
            vec![text(["what only history answers (versions 0 to ", &last.0.to_string(), ")"].concat())],
        ),
        described(
            "st-asked",
            vec![
                ("Where did a wrong tracking number come in?".into(), wrong),
                ("How often was it changed?".into(), text(changed)),
                ("Did a payment fail first?".into(), failed),
            ],
        ),
        tag("h2", fixed!(), None, vec![text("a plain row, overwritten each time")]),
        table(&plain, "A plain row"),
        words(
            "said",
            "It says what is, and cannot say how it came to be: to none of the three questions is the answer in it."
                .into(),
        ),
    ])
}

/// A sign and words: whether two things are equal.
fn verdict(equal: bool, words: String) -> Html {
    let class = if equal { "st-verdict held" } else { "st-verdict broken" };
    let names = &["class", "role"];
    let content = vec![raw(if equal { HELD } else { BROKEN }), tag("span", fixed!(), None, vec![text(words)])];
    tag("p", given(names, vec![Some(class.into()), Some("status".into())]), None, content)
}

fn count(number: u64, what: &str) -> String {
    [grouped(number).as_str(), " ", what, if number == 1 { "" } else { "s" }].concat()
}

/// A snapshot and its tail against the whole history, and what the stream costs.
fn tail(tail: Option<Tail>, history: &HistoryView) -> Html {
    let cost = &history.cost;
    let costs = [
        "Keeping this stream costs ",
        &grouped(cost.without_snapshots()),
        " bytes: payloads ",
        &grouped(cost.payload_bytes),
        ", the rest ids, times and names.",
    ];
    let proof = tail.map(|tail| {
        let words = [
            "A snapshot of version ",
            &tail.snapshot.0.to_string(),
            " (",
            &count(tail.bytes, "byte"),
            ") and the ",
            &count(tail.tail, "event"),
            " since, against the whole history of ",
            &count(tail.whole, "event"),
            if tail.equal { ": the same state." } else { ": they differ." },
        ];
        verdict(tail.equal, words.concat())
    });
    let head = tag("h2", fixed!(), None, vec![text("snapshot and tail")]);
    list(vec![head, proof.unwrap_or_default(), words("said", costs.concat())])
}

// Tables

fn table(table: &Table, label: &'static str) -> Html {
    if table.rows.is_empty() {
        return words("said", "Nothing, as yet.".into());
    }
    let mut heads = Vec::new();
    for column in &table.columns {
        heads.push(tag("th", fixed!("scope" = "col"), None, vec![text(column.clone())]));
    }
    let mut rows = Vec::new();
    for row in &table.rows {
        let cells = row.iter().map(|cell| tag("td", fixed!(), None, vec![text(cell.clone())]));
        rows.push(tag("tr", fixed!(), None, cells.collect()));
    }
    let body =
        vec![tag("thead", fixed!(), None, vec![tag("tr", fixed!(), None, heads)]), tag("tbody", fixed!(), None, rows)];
    let names = &["class", "role", "tabindex", "aria-label"];
    let region = vec![Some("st-table".into()), Some("region".into()), Some("0".into()), Some(label.into())];
    let left = table.left_out as u64;
    let left = (left > 0).then(|| words("said", [&count(left, "earlier row"), left_out(left)].concat()));
    list(vec![
        left.unwrap_or_default(),
        tag("div", given(names, region), None, vec![tag("table", fixed!(), None, body)]),
    ])
}

fn left_out(rows: u64) -> &'static str {
    if rows == 1 { " is left out." } else { " are left out." }
}

/// How far something has come.
fn progress(done: Progress, label: &'static str) -> Html {
    let names = &["value", "max", "aria-label"];
    let values = vec![Some(done.done.to_string().into()), Some(done.of.max(1).to_string().into()), Some(label.into())];
    let bar = tag("progress", given(names, values), None, Vec::new());
    let words = [&grouped(done.done), " of ", &count(done.of, "event")].concat();
    tag("p", fixed!("class" = "st-progress"), None, vec![bar, tag("span", fixed!(), None, vec![text(words)])])
}

// Read models

fn model(view: &ModelView, events: u64, link: &Link) -> Html {
    let mut names = Vec::new();
    for (number, name) in ModelName::ALL.into_iter().enumerate() {
        names.push(option(number.to_string(), name == view.model, name.in_words()));
    }
    let mut filters = vec![select("Read model", names, link, |event| Some(ask(Ask::Model, value_of(&event))))];
    if view.model == ModelName::Journey {
        let typed = hears(ListenerKind::onchange, link, |event| Some(ask(Ask::User, value_of(&event))));
        let attributes = fixed!("inputmode" = "numeric", "class" = "st-number");
        filters.push(labelled("customer", field(attributes, Some(view.user.to_string()), typed, NodeRef::default())));
    }
    let running = view.rebuilt.is_some_and(|rebuilt| rebuilt.equal.is_none());
    filters.push(deed("small", "Rebuild from nothing", link, (!running).then(|| ask(Ask::Rebuild, ""))));
    let title = [view.model.in_words(), " ", &as_of(view)].concat();
    list(vec![
        tag("div", fixed!("class" = "filters"), None, filters),
        slider(view, events, link),
        view.rebuilt.map(rebuilt).unwrap_or_default(),
        tag("h2", fixed!(), None, vec![text(title)]),
        table(&view.table, "Read model"),
        come_by(view),
    ])
}

fn as_of(view: &ModelView) -> String {
    match view.now {
        true => ["now, after ", &count(view.as_of, "event")].concat(),
        false if view.as_of == 0 => "before the first event".into(),
        false => ["as of ", &moment(view.at), ", after ", &count(view.as_of, "event")].concat(),
    }
}

/// Where in the past the read model is seen.
fn slider(view: &ModelView, events: u64, link: &Link) -> Html {
    let slid = hears(ListenerKind::oninput, link, |event| Some(ask(Ask::AsOf, value_of(&event))));
    // The keys that move it are its own, and not those of the stage.
    let keys = hears(ListenerKind::onkeydown, link, |event| {
        event.stop_propagation();
        None
    });
    let names = &["type", "min", "max", "step", "aria-label", "aria-valuetext"];
    let last = events.to_string().into();
    let values = vec![
        Some("range".into()),
        Some("0".into()),
        Some(last),
        Some("1".into()),
        Some("As of how many events".into()),
        Some(as_of(view).into()),
    ];
    let on: Vec<Rc<dyn Listener>> = slid.into_iter().chain(keys).collect();
    let range = field_on(given(names, values), view.as_of.to_string(), on);
    let typed = hears(ListenerKind::onchange, link, |event| Some(ask(Ask::AsOfTime, value_of(&event))));
    let seconds = moment(view.at);
    let value = seconds.trim_end_matches(" s").to_owned();
    let time = field(fixed!("inputmode" = "decimal", "class" = "st-number"), Some(value), typed, NodeRef::default());
    let now = deed("small", "Now", link, (!view.now).then(|| ask(Ask::Now, "")));
    tag("div", fixed!("class" = "st-asof"), None, vec![labelled("as of (s)", time), range, now])
}

/// What came of building it anew.
fn rebuilt(rebuilt: Rebuilt) -> Html {
    let verdict = rebuilt.equal.map(|equal| {
        let same = if equal { "it is equal to the live one." } else { "it differs from the live one." };
        self::verdict(
            equal,
            ["Rebuilt from nothing out of ", &count(rebuilt.progress.done, "event"), ": ", same].concat(),
        )
    });
    list(vec![progress(rebuilt.progress, "Rebuilt"), verdict.unwrap_or_default()])
}

/// How a state of the past was come by.
fn come_by(view: &ModelView) -> Html {
    let (count_of, bytes) = view.snapshots;
    let kept = [
        count(count_of, "snapshot").as_str(),
        " of it ",
        if count_of == 1 { "is" } else { "are" },
        " kept, ",
        &count(bytes, "byte"),
        ".",
    ]
    .concat();
    let proof = view.seen.as_ref().map(|seen| {
        let base = match seen.snapshot {
            0 => "No snapshot is that old: ".to_owned(),
            snapshot => ["From a snapshot after ", &count(snapshot, "event"), " and "].concat(),
        };
        let tail = [
            count(seen.tail, "event"),
            if seen.snapshot == 0 { " folded from nothing; ".into() } else { " folded on top of it; ".into() },
        ]
        .concat();
        let same = if seen.equal {
            "the whole history replayed comes to the same."
        } else {
            "the whole history replayed differs."
        };
        verdict(seen.equal, [&base, &tail, same].concat())
    });
    list(vec![proof.unwrap_or_default(), words("said", kept)])
}

// New questions

fn question(view: &QuestionView, link: &Link) -> Html {
    let mut names = Vec::new();
    for (number, question) in Question::ALL.into_iter().enumerate() {
        names.push(option(number.to_string(), question == view.question, question.in_words()));
    }
    let mut filters =
        vec![select("A question nobody asked before", names, link, |event| Some(ask(Ask::Question, value_of(&event))))];
    if view.question.has_grain() {
        let mut grains = Vec::new();
        for (number, grain) in Grain::ALL.into_iter().enumerate() {
            grains.push(option(number.to_string(), grain == view.grain, grain.in_words()));
        }
        filters.push(select("How finely", grains, link, |event| Some(ask(Ask::Grain, value_of(&event)))));
    }
    filters.push(deed("small", "Build a new projection", link, Some(ask(Ask::Build, ""))));
    let built = view.built.as_ref().map(|(question, grain, done, table)| {
        let grain = if question.has_grain() { [", ", grain.in_words()].concat() } else { String::new() };
        let live = table.as_ref().map(|table| {
            let words = ["Built from history out of ", &count(done.done, "event"), ", and live from now on."].concat();
            list(vec![verdict(true, words), self::table(table, "New projection")])
        });
        list(vec![
            tag("h2", fixed!(), None, vec![text([question.in_words(), &grain].concat())]),
            if live.is_none() { progress(*done, "Built") } else { Html::default() },
            live.unwrap_or_default(),
        ])
    });
    let intro = "Nobody had this question when the events were stored. A projection that is written today folds them all, from the first, and then goes on with what comes.";
    list(vec![
        words("said", intro.into()),
        tag("div", fixed!("class" = "filters"), None, filters),
        built.unwrap_or_default(),
    ])
}

// A window of time

fn window(view: &WindowView, events: u64, link: &Link) -> Html {
    let number = fixed!("inputmode" = "decimal", "class" = "st-number");
    let from = hears(ListenerKind::oninput, link, |event| Some(ask(Ask::From, value_of(&event))));
    let until = hears(ListenerKind::oninput, link, |event| Some(ask(Ask::Until, value_of(&event))));
    let [begin, end] = &view.fields;
    let filters = vec![
        labelled("from (s)", field(number.clone(), Some(begin.clone()), from, NodeRef::default())),
        labelled("to (s)", field(number, Some(end.clone()), until, NodeRef::default())),
        deed("small", "Replay this window", link, Some(ask(Ask::Replay, ""))),
    ];
    let intro = "Why were so many carts abandoned just then? One window of time is replayed, and the stretch of the same length before it.";
    list(vec![
        words("said", intro.into()),
        tag("div", fixed!("class" = "filters"), None, filters),
        view.spike.as_ref().map(|spike| self::spike(spike, events)).unwrap_or_default(),
    ])
}

fn spike(spike: &Spike, events: u64) -> Html {
    let title = [&moment(spike.from), " to ", &moment(spike.until)].concat();
    let [abandoned, before] = spike.abandoned;
    let carts = [
        count(abandoned.into(), "cart").as_str(),
        " left in the window became no order, ",
        &grouped(before.into()),
        " in the stretch before it. ",
        &count(spike.filled[0].into(), "item"),
        " went into carts (before: ",
        &grouped(spike.filled[1].into()),
        "), and ",
        &count(spike.ordered[0].into(), "order"),
        if spike.ordered[0] == 1 { " was created (before: " } else { " were created (before: " },
        &grouped(spike.ordered[1].into()),
        ").",
    ]
    .concat();
    let open = (spike.open > 0).then(|| {
        words(
            "said",
            [
                "Of ",
                &count(spike.open.into(), "cart"),
                " of the window it is too early to say: they may still become orders.",
            ]
            .concat(),
        )
    });
    let replayed = ["Replayed: ", &grouped(spike.replayed), " of ", &count(events, "event"), "."].concat();
    list(vec![
        tag("h2", fixed!(), None, vec![text(title)]),
        tag("p", fixed!("class" = "st-answer", "role" = "status"), None, vec![text(carts)]),
        open.unwrap_or_default(),
        table(&spike.items, "By item"),
        tag("h2", fixed!(), None, vec![text("what happened, by type of event")]),
        table(&spike.kinds, "By type of event"),
        words("said", replayed),
    ])
}
