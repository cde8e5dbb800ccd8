//! A run as other tools read it: stories of spans and messages, in the formats of the tools for tracing.
//!
//! A [`Trace`] is independent of any format. A [`Collector`] makes it from the events of a run, and each format is a file
//! that turns it into a text: [`Format::write`]. Everything is pure, so that a terminal and a page write the same bytes.
//!
//! | file | what |
//! |---|---|
//! | `model.rs` | what a trace is |
//! | `collect.rs` | the collector: what is the same for every kind of story, and the limits |
//! | `book.rs` | the stories while they are being told: tasks that begin and end, messages that carry them |
//! | `register.rs` | which note and which message belong to which story: the one file to extend for another service |
//! | `shop.rs` | the same for a shop: an order is a story |
//! | `otlp.rs`, `jaeger.rs`, `zipkin.rs`, `perfetto.rs`, `mermaid.rs` | the formats |

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod book;
mod chain;
mod collect;
mod ids;
mod jaeger;
mod json;
mod lanes;
mod mermaid;
mod model;
mod otlp;
mod perfetto;
mod register;
mod shop;
mod zipkin;

pub use collect::{Collector, MAX_MESSAGES, MAX_SPANS, MAX_STORIES, Wanted};
pub use ids::{EPOCH, SpanId, TraceId};
pub use mermaid::MAX_LINES;
pub use model::{
    Attribute, Fate, LeftOut, Message, Occurrence, OccurrenceKind, Span, SpanKind, Status, Story, Trace, Value,
};

use tutti_core::base::Time;
use tutti_core::scenario::Scenario;
use tutti_core::timeline::{Placed, judge_with};

/// A format that other tools read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// OTLP, the protocol of OpenTelemetry, as JSON.
    Otlp,
    /// What the page of Jaeger saves and opens.
    Jaeger,
    /// The second version of Zipkin's list of spans.
    Zipkin,
    /// Chrome's trace events, which Perfetto opens.
    Perfetto,
    /// A sequence diagram of Mermaid.
    Mermaid,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 5] = [Format::Otlp, Format::Jaeger, Format::Zipkin, Format::Perfetto, Format::Mermaid];

    /// The name that a person types.
    pub fn name(self) -> &'static str {
        match self {
            Format::Otlp => "otlp",
            Format::Jaeger => "jaeger",
            Format::Zipkin => "zipkin",
            Format::Perfetto => "perfetto",
            Format::Mermaid => "mermaid",
        }
    }

    /// The format of a name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// How the name of a file of this format ends, without the dot.
    pub fn extension(self) -> &'static str {
        if self == Format::Mermaid { "mmd" } else { "json" }
    }

    /// The media type of a file of this format.
    pub fn media_type(self) -> &'static str {
        if self == Format::Mermaid { "text/plain" } else { "application/json" }
    }

    /// The text of a file of this format.
    pub fn write(self, trace: &Trace) -> String {
        match self {
            Format::Otlp => otlp::write(trace),
            Format::Jaeger => jaeger::write(trace),
            Format::Zipkin => zipkin::write(trace),
            Format::Perfetto => perfetto::write(trace),
            Format::Mermaid => mermaid::write(trace),
        }
    }
}

/// Plays a scenario, and what was ordered besides, up to `until`, and tells what happened as stories.
pub fn record(scenario: &Scenario, by_hand: Vec<Placed>, until: Time, wanted: Wanted) -> Trace {
    let mut collector = Collector::new(scenario, wanted);
    judge_with(scenario, by_hand, until, Some(&mut collector));
    collector.finish(until)
}
