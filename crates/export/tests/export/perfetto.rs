//! No crate on a stable compiler reads trace events. This is a model of the phases that are written, with the fields that
//! "Trace Event Format" publishes for each, and it refuses everything else; and the rules by which they are drawn.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tutti_export::{Fate, Format};

use super::TRACES;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    trace_events: Vec<Event>,
    display_time_unit: String,
    other_data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "ph")]
enum Event {
    #[serde(rename = "M")]
    Metadata { name: String, ts: u64, pid: u32, tid: u32, args: BTreeMap<String, Value> },
    #[serde(rename = "X")]
    Complete { name: String, cat: String, ts: u64, dur: u64, pid: u32, tid: u32, args: BTreeMap<String, Value> },
    #[serde(rename = "s")]
    FlowStart { name: String, cat: String, id: u64, ts: u64, pid: u32, tid: u32 },
    #[serde(rename = "f")]
    FlowEnd { name: String, cat: String, id: u64, ts: u64, pid: u32, tid: u32, bp: String },
    #[serde(rename = "i")]
    Instant { name: String, cat: String, ts: u64, pid: u32, tid: u32, s: String },
}

/// What is drawn on each thread: from when to when.
type Slices = BTreeMap<(u32, u32), Vec<(u64, u64)>>;

fn slices(events: &[Event]) -> Slices {
    let mut slices = Slices::new();
    for event in events {
        if let Event::Complete { ts, dur, pid, tid, .. } = event {
            slices.entry((*pid, *tid)).or_default().push((*ts, ts + dur));
        }
    }
    slices
}

#[test]
fn the_published_fields_are_there_and_no_others() {
    for trace in TRACES.iter() {
        let file: File = serde_json::from_str(&Format::Perfetto.write(trace)).expect("the model reads it");
        assert_eq!(file.display_time_unit, "ms");
        assert_eq!(file.other_data["scenario"], trace.title.as_str());
        let mut named = Vec::new();
        for event in &file.trace_events {
            match event {
                Event::Metadata { name, ts, pid, tid, args } => {
                    let key = if name == "process_sort_index" { "sort_index" } else { "name" };
                    assert!(["process_name", "process_sort_index", "thread_name"].contains(&name.as_str()));
                    assert!(*ts == 0 && args.len() == 1 && args.contains_key(key));
                    if name == "thread_name" {
                        named.push((*pid, *tid));
                    }
                }
                Event::Complete { name, cat, dur, pid, tid, args, .. } => {
                    assert!(!name.is_empty() && cat == "span" && *dur > 0 && args["story"].is_string());
                    assert!(named.contains(&(*pid, *tid)));
                }
                Event::Instant { name, cat, pid, tid, s, ts } => {
                    assert!(!name.is_empty() && !cat.is_empty() && ["t", "p", "g"].contains(&s.as_str()));
                    assert!(named.contains(&(*pid, *tid)) && *ts <= trace.end.0);
                }
                Event::FlowStart { .. } | Event::FlowEnd { .. } => {}
            }
        }
        let told: usize = trace.stories.iter().map(|story| story.spans.len()).sum();
        assert_eq!(slices(&file.trace_events).values().map(Vec::len).sum::<usize>(), told);
    }
}

/// Two on one thread that overlap, and neither of which lies within the other, would be drawn as something else.
#[test]
fn what_is_on_one_thread_is_one_after_the_other_or_one_within_the_other() {
    for trace in TRACES.iter() {
        let file: File = serde_json::from_str(&Format::Perfetto.write(trace)).expect("the model reads it");
        for mut slices in slices(&file.trace_events).into_values() {
            slices.sort_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
            let mut open: Vec<u64> = Vec::new();
            for (start, end) in slices {
                open.retain(|&other| other > start);
                assert!(open.last().is_none_or(|&around| end <= around));
                open.push(end);
            }
        }
    }
}

#[test]
fn every_flow_has_two_ends_each_within_a_span() {
    let mut drawn = 0;
    for trace in TRACES.iter() {
        let file: File = serde_json::from_str(&Format::Perfetto.write(trace)).expect("the model reads it");
        let slices = slices(&file.trace_events);
        let around = |pid: u32, tid: u32, ts: u64| {
            slices.get(&(pid, tid)).is_some_and(|all| all.iter().any(|&(from, to)| (from..=to).contains(&ts)))
        };
        let mut starts = BTreeMap::new();
        let mut ends = 0;
        for event in &file.trace_events {
            match event {
                Event::FlowStart { name, cat, id, ts, pid, tid } => {
                    assert!(around(*pid, *tid, *ts));
                    assert!(starts.insert(*id, (name, cat, *ts)).is_none());
                }
                Event::FlowEnd { name, cat, id, ts, pid, tid, bp } => {
                    assert!(around(*pid, *tid, *ts) && bp == "e");
                    assert!(starts.get(id).is_some_and(|(was, of, from)| (*was, *of) == (name, cat) && from <= ts));
                    ends += 1;
                }
                _ => {}
            }
        }
        assert_eq!(starts.len(), ends);
        drawn += ends;
    }
    let messages = TRACES.iter().flat_map(|trace| &trace.stories).flat_map(|story| &story.messages);
    let arrived = messages.filter(|message| matches!(message.fate, Fate::Arrived(_))).count();
    assert!(drawn * 10 > arrived * 7, "of {arrived} messages only {drawn} are drawn");
}
