//! The JSON of Jaeger's query service: what its page shows, saves and opens again ("JSON File"). Times are microseconds.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids::unix_micros;
use super::json;
use super::model::{self, SpanKind, Story, Trace};

#[derive(Serialize)]
struct Response<'a> {
    data: Vec<JaegerTrace<'a>>,
    total: usize,
    limit: usize,
    offset: usize,
    /// Always nothing.
    errors: Option<()>,
}

#[derive(Serialize)]
struct JaegerTrace<'a> {
    #[serde(rename = "traceID")]
    trace_id: String,
    spans: Vec<Span<'a>>,
    processes: BTreeMap<String, Process<'a>>,
    warnings: Option<Vec<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span<'a> {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    /// 1: the span is sampled, as all are here.
    flags: u8,
    operation_name: &'a str,
    references: Vec<Reference>,
    start_time: u64,
    duration: u64,
    tags: Vec<KeyValue>,
    logs: Vec<Log>,
    #[serde(rename = "processID")]
    process_id: String,
    /// Always nothing.
    warnings: Option<()>,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "refType")]
    kind: &'static str,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Serialize)]
struct Log {
    timestamp: u64,
    fields: [KeyValue; 1],
}

#[derive(Serialize)]
struct KeyValue {
    key: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    value: Value,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(u64),
    Flag(bool),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Process<'a> {
    service_name: &'a str,
    tags: Vec<KeyValue>,
}

pub(super) fn write(trace: &Trace) -> String {
    let data: Vec<JaegerTrace<'_>> = trace.stories.iter().map(|story| of_story(trace, story)).collect();
    json::text(&Response { total: data.len(), data, limit: 0, offset: 0, errors: None })
}

fn of_story<'a>(trace: &'a Trace, story: &'a Story) -> JaegerTrace<'a> {
    let process = |span: &model::Span| {
        let tags = vec![text("tutti.scenario", trace.title.as_str()), number("tutti.seed", trace.seed)];
        (process_id(span), Process { service_name: trace.name(span.node), tags })
    };
    JaegerTrace {
        trace_id: story.id.to_string(),
        spans: story.spans.iter().map(|span| of_span(trace, story, span)).collect(),
        processes: story.spans.iter().map(process).collect(),
        warnings: trace.left_out.note().map(|note| vec![note]),
    }
}

fn process_id(span: &model::Span) -> String {
    format!("p{}", span.node.0 + 1)
}

fn of_span<'a>(trace: &Trace, story: &Story, span: &'a model::Span) -> Span<'a> {
    let reference = |parent: super::SpanId| Reference {
        kind: "CHILD_OF",
        trace_id: story.id.to_string(),
        span_id: parent.to_string(),
    };
    let log =
        |(time, what): &(_, String)| Log { timestamp: unix_micros(*time), fields: [text("event", what.as_str())] };
    Span {
        trace_id: story.id.to_string(),
        span_id: span.id.to_string(),
        flags: 1,
        operation_name: &span.name,
        references: span.parent.map(reference).into_iter().collect(),
        start_time: unix_micros(span.start),
        duration: trace.end_of(span).since(span.start).0,
        tags: tags(span),
        logs: span.events.iter().map(log).collect(),
        process_id: process_id(span),
        warnings: None,
    }
}

fn tags(span: &model::Span) -> Vec<KeyValue> {
    let kind = match span.kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    };
    let mut tags = vec![text("span.kind", kind)];
    match &span.status {
        model::Status::Unset => {}
        model::Status::Ok => tags.push(text("otel.status_code", "OK")),
        model::Status::Error(why) => tags.extend([
            flag("error", true),
            text("otel.status_code", "ERROR"),
            text("otel.status_description", why.as_str()),
        ]),
    }
    tags.extend(span.all_attributes().map(|attribute| match attribute.value {
        model::Value::Text(value) => text(attribute.name, value),
        model::Value::Number(value) => number(attribute.name, value),
        model::Value::Flag(value) => flag(attribute.name, value),
    }));
    tags
}

fn text(key: &'static str, value: impl Into<String>) -> KeyValue {
    KeyValue { key, kind: "string", value: Value::Text(value.into()) }
}

fn number(key: &'static str, value: u64) -> KeyValue {
    // What is no whole number of 64 bits with a sign would be read as another.
    match i64::try_from(value) {
        Ok(_) => KeyValue { key, kind: "int64", value: Value::Number(value) },
        Err(_) => text(key, value.to_string()),
    }
}

fn flag(key: &'static str, value: bool) -> KeyValue {
    KeyValue { key, kind: "bool", value: Value::Flag(value) }
}
