//! No crate reads the JSON of Jaeger's page. This is its published model (`model/json/model.go` of Jaeger, and what its
//! page asks of a file), and it refuses everything else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tutti_export::Format;

use super::TRACES;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    data: Vec<Trace>,
    total: u64,
    limit: u64,
    offset: u64,
    errors: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Trace {
    #[serde(rename = "traceID")]
    trace_id: String,
    spans: Vec<Span>,
    processes: BTreeMap<String, Process>,
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Span {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    flags: u32,
    operation_name: String,
    references: Vec<Reference>,
    start_time: u64,
    duration: u64,
    tags: Vec<KeyValue>,
    logs: Vec<Log>,
    #[serde(rename = "processID")]
    process_id: String,
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    #[serde(rename = "refType")]
    kind: ReferenceType,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ReferenceType {
    ChildOf,
    FollowsFrom,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    timestamp: u64,
    fields: Vec<KeyValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyValue {
    key: String,
    #[serde(rename = "type")]
    kind: ValueType,
    value: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ValueType {
    String,
    Bool,
    Int64,
    Float64,
    Binary,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Process {
    service_name: String,
    tags: Vec<KeyValue>,
}

impl KeyValue {
    fn is_of_its_type(&self) -> bool {
        !self.key.is_empty()
            && match self.kind {
                ValueType::String | ValueType::Binary => self.value.is_string(),
                ValueType::Bool => self.value.is_boolean(),
                ValueType::Int64 => self.value.is_i64(),
                ValueType::Float64 => self.value.is_number(),
            }
    }
}

#[test]
fn the_published_model_reads_every_span() {
    for trace in TRACES.iter() {
        let text = Format::Jaeger.write(trace);
        let response: Response = serde_json::from_str(&text).expect("the model reads it");
        assert_eq!((response.total, response.limit, response.offset), (response.data.len() as u64, 0, 0));
        assert!(response.errors.is_none());
        assert_eq!(response.data.len(), trace.stories.len());
        for (told, story) in response.data.iter().zip(&trace.stories) {
            assert_eq!(told.spans.len(), story.spans.len());
            assert_eq!(told.trace_id.len(), 32);
            assert!(told.warnings.is_none());
            assert!(told.processes.values().all(|process| !process.service_name.is_empty()));
            assert!(told.processes.values().flat_map(|process| &process.tags).all(KeyValue::is_of_its_type));
            told.spans.iter().for_each(|span| is_sound(span, told));
        }
    }
}

fn is_sound(span: &Span, told: &Trace) {
    assert_eq!((span.trace_id.as_str(), span.span_id.len(), span.flags), (told.trace_id.as_str(), 16, 1));
    assert!(!span.operation_name.is_empty() && span.warnings.is_none());
    assert!(told.processes.contains_key(&span.process_id));
    assert!(span.tags.iter().all(KeyValue::is_of_its_type));
    let end = span.start_time + span.duration;
    assert!(span.logs.iter().all(|log| (span.start_time..=end).contains(&log.timestamp)));
    assert!(span.logs.iter().flat_map(|log| &log.fields).all(KeyValue::is_of_its_type));
    for reference in &span.references {
        assert!(reference.kind == ReferenceType::ChildOf && reference.trace_id == told.trace_id);
        assert!(told.spans.iter().any(|other| other.span_id == reference.span_id));
    }
}
