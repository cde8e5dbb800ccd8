//! Chrome's trace events as JSON, which Perfetto and `chrome://tracing` open. A node is a process there, and has as many
//! threads as it takes to draw what it does at the same time; a message is a flow from span to span. Times are
//! microseconds of the run itself.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids::SpanId;
use super::json;
use super::lanes::{Lanes, shown_until};
use super::model::{self, Fate, Message, OccurrenceKind, Span, Status, Story, Trace};
use tutti_core::base::{NodeId, Time};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    trace_events: Vec<Event>,
    display_time_unit: &'static str,
    other_data: BTreeMap<&'static str, String>,
}

/// One event, of any phase; each has its own fields.
#[derive(Default, Serialize)]
struct Event {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cat: Option<&'static str>,
    /// The phase: what sort of event it is.
    ph: &'static str,
    ts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<u64>,
    pid: u32,
    tid: u32,
    /// Which flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    /// To what a flow's end is bound: `e`, the span around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    bp: Option<&'static str>,
    /// How far an instant reaches: `t` its thread, `p` its process, `g` everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    args: BTreeMap<&'static str, Argument>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Argument {
    Text(String),
    Number(u64),
    Flag(bool),
}

pub(super) fn write(trace: &Trace) -> String {
    let lanes = Lanes::new(trace);
    let mut events = Vec::new();
    for node in (0..trace.nodes.len() as u16).map(NodeId) {
        name_node(trace, node, lanes.at(node), &mut events);
    }
    let mut flows = 0;
    for story in &trace.stories {
        events.extend(story.spans.iter().map(|span| of_span(trace, story, span, &lanes)));
        let spans: BTreeMap<SpanId, &Span> = story.spans.iter().map(|span| (span.id, span)).collect();
        for message in &story.messages {
            of_message(trace, message, &spans, &lanes, &mut flows, &mut events);
        }
    }
    events.extend(trace.occurrences.iter().map(of_occurrence));
    let mut other_data = BTreeMap::from([("scenario", trace.title.to_string()), ("seed", trace.seed.to_string())]);
    other_data.extend(trace.left_out.note().map(|note| ("left_out", note)));
    json::text(&File { trace_events: events, display_time_unit: "ms", other_data })
}

/// Processes and threads are numbered from 1: 0 is the idle one.
fn process(node: NodeId) -> u32 {
    u32::from(node.0) + 1
}

fn thread(lane: usize) -> u32 {
    lane as u32 + 1
}

fn name_node(trace: &Trace, node: NodeId, lanes: usize, events: &mut Vec<Event>) {
    let mut told = |name: &str, tid, key, value| {
        let args = BTreeMap::from([(key, value)]);
        events.push(Event { name: name.into(), ph: "M", pid: process(node), tid, args, ..Event::default() });
    };
    let name = trace.name(node);
    told("process_name", 0, "name", Argument::Text(name.into()));
    told("process_sort_index", 0, "sort_index", Argument::Number(u64::from(node.0)));
    for lane in 0..lanes {
        let text = if lane == 0 { name.to_owned() } else { format!("{name}, line {}", lane + 1) };
        told("thread_name", thread(lane), "name", Argument::Text(text));
    }
}

fn of_span(trace: &Trace, story: &Story, span: &Span, lanes: &Lanes) -> Event {
    let mut args = BTreeMap::from([("story", Argument::Text(story.key.to_string()))]);
    for attribute in span.all_attributes() {
        let value = match attribute.value {
            model::Value::Text(text) => Argument::Text(text),
            model::Value::Number(number) => Argument::Number(number),
            model::Value::Flag(flag) => Argument::Flag(flag),
        };
        args.insert(attribute.name, value);
    }
    if let Status::Error(why) = &span.status {
        args.insert("error", Argument::Text(why.clone()));
    }
    Event {
        name: span.name.clone(),
        cat: Some("span"),
        ph: "X",
        ts: span.start.0,
        dur: Some(shown_until(trace, span).since(span.start).0),
        pid: process(span.node),
        tid: thread(lanes.of(span)),
        args,
        ..Event::default()
    }
}

fn of_message(
    trace: &Trace,
    message: &Message,
    spans: &BTreeMap<SpanId, &Span>,
    lanes: &Lanes,
    flows: &mut u64,
    events: &mut Vec<Event>,
) {
    let around = |id: Option<SpanId>, node, time: Time| {
        let span = *spans.get(&id?)?;
        let within = span.node == node && span.start <= time && time <= shown_until(trace, span);
        within.then(|| thread(lanes.of(span)))
    };
    let Some(sender) = around(message.sender, message.from, message.sent) else { return };
    let at = |ph, node, tid, ts: Time| Event {
        name: message.kind.into(),
        cat: Some("message"),
        ph,
        ts: ts.0,
        pid: process(node),
        tid,
        ..Event::default()
    };
    match message.fate {
        Fate::Arrived(time) => {
            // An end that no span is around, since what the message answers was over, is drawn by no tool.
            let Some(receiver) = around(message.receiver, message.to, time) else { return };
            *flows += 1;
            events.push(Event { id: Some(*flows), ..at("s", message.from, sender, message.sent) });
            events.push(Event { id: Some(*flows), bp: Some("e"), ..at("f", message.to, receiver, time) });
        }
        Fate::Lost(time, why) => {
            let name = format!("{} to {}: {why}", message.kind, trace.name(message.to));
            events.push(Event { name, s: Some("t"), ..at("i", message.from, sender, time) });
        }
        Fate::UnderWay => {}
    }
}

fn of_occurrence(occurrence: &model::Occurrence) -> Event {
    let (pid, tid, reach) = match occurrence.node {
        Some(node) => (process(node), thread(0), "p"),
        None => (process(NodeId(0)), thread(0), "g"),
    };
    Event {
        name: occurrence.text.clone(),
        cat: Some(match occurrence.kind {
            OccurrenceKind::Elected => "election",
            other => other.name(),
        }),
        ph: "i",
        ts: occurrence.time.0,
        pid,
        tid,
        s: Some(reach),
        ..Event::default()
    }
}
