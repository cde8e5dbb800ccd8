//! Read by merman-core, which takes Mermaid's own grammar over and is tested against Mermaid.

use std::collections::BTreeSet;

use merman_core::{Engine, ParseOptions};
use serde_json::Value;
use tutti_core::base::Time;
use tutti_export::{Format, MAX_LINES, Trace};

use super::{TRACES, nasty, preset, told};

fn read(text: &str) -> Value {
    let parsed = Engine::new().parse_diagram_sync(text, ParseOptions::strict());
    let diagram = parsed.unwrap_or_else(|error| panic!("{error}\n{text}")).expect("a diagram");
    assert_eq!(diagram.meta.diagram_type, "sequence");
    diagram.model
}

/// The lines of a diagram that are arrows, and those that are notes, as Mermaid counts them.
fn counted(model: &Value) -> (usize, usize) {
    const NOTE: u64 = 2;
    let messages = model["messages"].as_array().expect("a list");
    let notes = messages.iter().filter(|message| message["type"] == NOTE).count();
    (messages.len() - notes, notes)
}

fn messages(trace: &Trace) -> usize {
    let messages = trace.stories.iter().flat_map(|story| &story.messages);
    messages.map(|message| message.id).collect::<BTreeSet<_>>().len()
}

#[test]
fn mermaid_reads_every_line() {
    for trace in TRACES.iter() {
        let text = Format::Mermaid.write(trace);
        let (arrows, notes) = counted(&read(&text));
        let all = messages(trace) + trace.occurrences.len();
        let more = usize::from(all > MAX_LINES);
        assert_eq!(arrows + notes, all.min(MAX_LINES) + more, "{text}");
    }
}

#[test]
fn the_reader_refuses_what_mermaid_does() {
    for wrong in ["sequenceDiagram\n    a->>\n", "sequenceDiagram\n    a->>b: x;y\n    note\n"] {
        assert!(Engine::new().parse_diagram_sync(wrong, ParseOptions::strict()).is_err(), "{wrong}");
    }
}

#[test]
fn arrows_say_what_became_of_a_message() {
    let text = Format::Mermaid.write(&told(&preset("lossy-network"), Time(1_500_000)));
    for part in ["->>", "-->>", "-x", "lost by the network", "Note over"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let early = Format::Mermaid.write(&told(&preset("quiet-election"), Time(200_000)));
    assert!(early.contains("-)") && early.contains("still under way"), "{early}");
    let crash = Format::Mermaid.write(&told(&preset("leader-crash"), Time(2_100_000)));
    assert!(crash.contains(" dies"), "{crash}");
}

/// What has a meaning in Mermaid's language, or in that of the page around it, is nowhere in what is told.
#[test]
fn bad_texts_are_written_as_codes() {
    let mut trace = told(&nasty(), Time(3_000_000));
    trace.nodes[0] = "end; <b> %% #".into();
    for occurrence in &mut trace.occurrences {
        occurrence.text = format!("{}; a->>b: x \n end <script> %% {{}}", occurrence.text);
    }
    let text = Format::Mermaid.write(&trace);
    let (arrows, notes) = counted(&read(&text));
    assert_eq!(arrows + notes, messages(&trace) + trace.occurrences.len());
    assert!(!text.contains(['<', '%', '{', '"', '\\']), "{text}");
    assert!(text.contains("as end#59; #60;b#62;"), "{text}");
}
