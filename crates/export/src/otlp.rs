//! OTLP as JSON: the message `TracesData` of opentelemetry-proto, in the JSON mapping that the protocol lays down (ids in
//! hexadecimal, 64-bit numbers as texts, enums as numbers). Collectors read it as a file or as the body of a request.

use serde::Serialize;

use super::ids::unix_nanos;
use super::json;
use super::model::{self, SpanKind, Story, Trace};
use tutti_core::base::NodeId;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TracesData {
    resource_spans: Vec<ResourceSpans>,
}

/// Everything that one node did.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans {
    resource: Resource,
    scope_spans: [ScopeSpans; 1],
}

#[derive(Serialize)]
struct Resource {
    attributes: Vec<KeyValue>,
}

#[derive(Serialize)]
struct ScopeSpans {
    scope: Scope,
    spans: Vec<Span>,
}

#[derive(Serialize)]
struct Scope {
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    name: String,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<KeyValue>,
    events: Vec<Event>,
    status: Status,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    time_unix_nano: String,
    name: String,
}

#[derive(Serialize)]
struct Status {
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    code: u8,
}

#[derive(Serialize)]
struct KeyValue {
    key: &'static str,
    value: AnyValue,
}

#[derive(Serialize)]
enum AnyValue {
    #[serde(rename = "stringValue")]
    Text(String),
    #[serde(rename = "intValue")]
    Number(String),
    #[serde(rename = "boolValue")]
    Flag(bool),
}

pub(super) fn write(trace: &Trace) -> String {
    let nodes = (0..trace.nodes.len() as u16).map(NodeId);
    let resource_spans = nodes.map(|node| of_node(trace, node)).filter(|one| !one.scope_spans[0].spans.is_empty());
    json::text(&TracesData { resource_spans: resource_spans.collect() })
}

fn of_node(trace: &Trace, node: NodeId) -> ResourceSpans {
    let text = |key, value: &str| KeyValue { key, value: AnyValue::Text(value.into()) };
    let mut attributes = vec![
        text("service.name", trace.name(node)),
        text("tutti.scenario", &trace.title),
        text("tutti.seed", &trace.seed.to_string()),
    ];
    attributes.extend(trace.left_out.note().map(|note| text("tutti.left_out", &note)));
    let all = trace.stories.iter().flat_map(|story| story.spans.iter().map(move |span| (story, span)));
    let own = all.filter(|(_, span)| span.node == node);
    let spans = own.map(|(story, span)| span_of(trace, story, span)).collect();
    let scope = Scope { name: "tutti" };
    ResourceSpans { resource: Resource { attributes }, scope_spans: [ScopeSpans { scope, spans }] }
}

fn span_of(trace: &Trace, story: &Story, span: &model::Span) -> Span {
    let nanos = |time| unix_nanos(time).to_string();
    let event = |(time, name): &(_, String)| Event { time_unix_nano: nanos(*time), name: name.clone() };
    let attribute = |attribute: model::Attribute| {
        let value = match attribute.value {
            model::Value::Text(text) => AnyValue::Text(text),
            model::Value::Number(number) => AnyValue::Number(number.to_string()),
            model::Value::Flag(flag) => AnyValue::Flag(flag),
        };
        KeyValue { key: attribute.name, value }
    };
    Span {
        trace_id: story.id.to_string(),
        span_id: span.id.to_string(),
        parent_span_id: span.parent.map(|parent| parent.to_string()),
        name: span.name.clone(),
        kind: match span.kind {
            SpanKind::Internal => 1,
            SpanKind::Server => 2,
            SpanKind::Client => 3,
            SpanKind::Producer => 4,
            SpanKind::Consumer => 5,
        },
        start_time_unix_nano: nanos(span.start),
        end_time_unix_nano: nanos(trace.end_of(span)),
        attributes: span.all_attributes().map(attribute).collect(),
        events: span.events.iter().map(event).collect(),
        status: match &span.status {
            model::Status::Unset => Status { message: String::new(), code: 0 },
            model::Status::Ok => Status { message: String::new(), code: 1 },
            model::Status::Error(why) => Status { message: why.clone(), code: 2 },
        },
    }
}
