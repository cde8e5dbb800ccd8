//! Read by the types that OpenTelemetry makes of its own protocol.

use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::trace::v1::{Span, TracesData};
use serde_json::Value;
use tutti_export::{EPOCH, Format, Trace};

use super::{TRACES, is_within, nasty, told};
use tutti_core::base::Time;

fn read(text: &str) -> TracesData {
    serde_json::from_str(text).expect("OpenTelemetry reads it")
}

fn spans(data: &TracesData) -> impl Iterator<Item = &Span> {
    data.resource_spans.iter().flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans)
}

#[test]
fn opentelemetry_reads_every_span_and_overlooks_no_field() {
    for trace in TRACES.iter() {
        let text = Format::Otlp.write(trace);
        let data = read(&text);
        let told: usize = trace.stories.iter().map(|story| story.spans.len()).sum();
        assert_eq!(spans(&data).count(), told);
        // Unknown fields are skipped by such readers: what they write again shows that there was none.
        let ours: Value = serde_json::from_str(&text).expect("JSON");
        let theirs = serde_json::to_value(&data).expect("JSON");
        assert!(is_within(&ours, &theirs), "{text}");
    }
}

#[test]
fn ids_times_and_enums_are_as_the_protocol_wants_them() {
    for trace in TRACES.iter() {
        let data = read(&Format::Otlp.write(trace));
        for span in spans(&data) {
            assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
            assert!(span.parent_span_id.is_empty() || span.parent_span_id.len() == 8);
            assert!((1..=5).contains(&span.kind));
            assert!(span.start_time_unix_nano >= EPOCH * 1_000_000_000);
            assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
            assert!(span.status.as_ref().is_some_and(|status| (0..=2).contains(&status.code)));
        }
        for resource in &data.resource_spans {
            let attributes = &resource.resource.as_ref().expect("a resource").attributes;
            assert!(attributes.iter().any(|attribute| attribute.key == "service.name"));
        }
    }
}

#[test]
fn texts_come_back_as_they_were() {
    let trace: Trace = told(&nasty(), Time(3_000_000));
    let data = read(&Format::Otlp.write(&trace));
    let names: Vec<&str> = spans(&data).map(|span| span.name.as_str()).collect();
    assert!(names.iter().any(|name| name.contains("k;#%%{<b>\n\"\\") && name.contains("\u{0}\u{1b}")), "{names:?}");
    let titles = data.resource_spans.iter().flat_map(|resource| &resource.resource).flat_map(|one| &one.attributes);
    let mut titles = titles.filter(|attribute| attribute.key == "tutti.scenario");
    let title = titles.next().and_then(|attribute| attribute.value.as_ref()?.value.as_ref());
    assert_eq!(title, Some(&any_value::Value::StringValue(trace.title.to_string())));
}
