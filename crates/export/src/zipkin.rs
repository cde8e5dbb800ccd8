//! The second version of Zipkin's JSON: one list of all spans. Times are microseconds, and no span is shorter than one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids::unix_micros;
use super::json;
use super::model::{self, SpanKind, Status, Story, Trace};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span<'a> {
    trace_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    id: String,
    /// Nothing for what is within a node.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    name: &'a str,
    timestamp: u64,
    duration: u64,
    local_endpoint: Endpoint<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation<'a>>,
    tags: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    service_name: &'a str,
}

#[derive(Serialize)]
struct Annotation<'a> {
    timestamp: u64,
    value: &'a str,
}

pub(super) fn write(trace: &Trace) -> String {
    let spans = trace.stories.iter().flat_map(|story| story.spans.iter().map(move |span| of_span(trace, story, span)));
    json::text(&spans.collect::<Vec<_>>())
}

fn of_span<'a>(trace: &'a Trace, story: &Story, span: &'a model::Span) -> Span<'a> {
    let annotation = |(time, what): &'a (_, String)| Annotation { timestamp: unix_micros(*time), value: what };
    Span {
        trace_id: story.id.to_string(),
        parent_id: span.parent.map(|parent| parent.to_string()),
        id: span.id.to_string(),
        kind: match span.kind {
            SpanKind::Client => Some("CLIENT"),
            SpanKind::Server => Some("SERVER"),
            SpanKind::Producer => Some("PRODUCER"),
            SpanKind::Consumer => Some("CONSUMER"),
            SpanKind::Internal => None,
        },
        name: &span.name,
        timestamp: unix_micros(span.start),
        duration: trace.end_of(span).since(span.start).0.max(1),
        local_endpoint: Endpoint { service_name: trace.name(span.node) },
        annotations: span.events.iter().map(annotation).collect(),
        tags: tags(trace, span),
    }
}

fn tags(trace: &Trace, span: &model::Span) -> BTreeMap<&'static str, String> {
    let mut tags: BTreeMap<&'static str, String> = BTreeMap::new();
    for attribute in span.all_attributes() {
        let value = match attribute.value {
            model::Value::Text(text) => text,
            model::Value::Number(number) => number.to_string(),
            model::Value::Flag(flag) => flag.to_string(),
        };
        tags.insert(attribute.name, value);
    }
    if let Status::Error(why) = &span.status {
        tags.insert("error", why.clone());
    }
    if span.parent.is_none() {
        tags.insert("tutti.scenario", trace.title.to_string());
        tags.insert("tutti.seed", trace.seed.to_string());
        if let Some(note) = trace.left_out.note() {
            tags.insert("tutti.left_out", note);
        }
    }
    tags
}
