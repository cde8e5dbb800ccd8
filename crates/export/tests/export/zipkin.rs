//! Read by zipkin-types, and held against what Zipkin publishes of its second version (`zipkin2-api.yaml`).

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tutti_export::{EPOCH, Format};
use zipkin_types::Span;

use super::TRACES;

#[test]
fn zipkin_types_read_every_span_and_write_it_as_it_was() {
    for trace in TRACES.iter() {
        let text = Format::Zipkin.write(trace);
        let spans: Vec<Span> = serde_json::from_str(&text).expect("zipkin-types read it");
        assert_eq!(spans.len(), trace.stories.iter().map(|story| story.spans.len()).sum::<usize>());
        let mut ours: Value = serde_json::from_str(&text).expect("JSON");
        // They leave a list of tags out that holds none.
        for span in ours.as_array_mut().expect("a list") {
            let span = span.as_object_mut().expect("a span");
            if span["tags"].as_object().is_some_and(serde_json::Map::is_empty) {
                span.remove("tags");
            }
        }
        assert_eq!(ours, serde_json::to_value(&spans).expect("JSON"));
        let begin = UNIX_EPOCH + Duration::from_secs(EPOCH);
        assert!(spans.iter().all(|span| span.timestamp().is_some_and(|time| time >= begin)));
        assert!(spans.iter().all(|span| span.duration().is_some_and(|long| long >= Duration::from_micros(1))));
    }
}

/// The published description says more than the reader asks for: ids of small hexadecimal digits and of these lengths.
#[test]
fn ids_and_kinds_are_as_they_are_published() {
    let hex = |value: &Value, length: usize| {
        value.as_str().is_some_and(|id| id.len() == length && id.bytes().all(|b| b"0123456789abcdef".contains(&b)))
    };
    for trace in TRACES.iter() {
        let spans: Value = serde_json::from_str(&Format::Zipkin.write(trace)).expect("JSON");
        for span in spans.as_array().expect("a list") {
            assert!(hex(&span["traceId"], 32) && hex(&span["id"], 16), "{span}");
            assert!(span["parentId"].is_null() || hex(&span["parentId"], 16), "{span}");
            let kinds = [Value::Null, "CLIENT".into(), "SERVER".into(), "PRODUCER".into(), "CONSUMER".into()];
            assert!(kinds.contains(&span["kind"]), "{span}");
            assert!(span["timestamp"].is_u64() && span["duration"].as_u64() >= Some(1), "{span}");
            assert!(span["tags"].as_object().is_some_and(|tags| tags.values().all(Value::is_string)), "{span}");
        }
    }
}
