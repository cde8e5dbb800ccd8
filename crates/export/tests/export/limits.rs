//! However long a run is, its file has an end, and says what is missing.

use tutti_core::base::Time;
use tutti_core::scenario::Scenario;
use tutti_export::{Format, MAX_LINES, MAX_MESSAGES, MAX_SPANS, MAX_STORIES};

use super::told;

#[test]
fn what_there_is_no_room_for_is_counted_and_said() {
    let scenario = r#"{ "duration": "6s", "load": { "clients": 4, "rate": 3000 } }"#;
    let scenario = Scenario::parse(scenario).expect("a scenario");
    let trace = told(&scenario, Time::from(scenario.duration));
    assert_eq!(trace.stories.len(), MAX_STORIES);
    assert!(trace.stories.iter().map(|story| story.spans.len()).sum::<usize>() <= MAX_SPANS + MAX_STORIES);
    assert!(trace.stories.iter().map(|story| story.messages.len()).sum::<usize>() <= MAX_MESSAGES);
    assert!(trace.left_out.stories > 1_000);
    let note = trace.left_out.note().expect("there was no room");
    assert!(note.contains("no room") && note.contains("stories"), "{note}");
    for format in Format::ALL {
        let text = format.write(&trace);
        assert!(text.contains(&note), "{format:?}");
        if format == Format::Mermaid {
            assert!(text.lines().count() < MAX_LINES + 20 && text.contains("choose one story"));
        }
    }
}
