//! A sequence diagram of Mermaid: who said what to whom, in the order in which it was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::model::{Fate, Message, Trace};
use tutti_core::base::{MessageId, NodeId, Time};

/// The most arrows and notes of one diagram: more than that nobody reads, and no page draws in time.
pub const MAX_LINES: usize = 400;

/// One line of the diagram.
enum Line<'a> {
    Message(&'a Message),
    Note(Option<NodeId>, &'a str),
}

pub(super) fn write(trace: &Trace) -> String {
    // A message that carries several stories is drawn once.
    let messages: BTreeMap<MessageId, &Message> =
        trace.stories.iter().flat_map(|story| &story.messages).map(|message| (message.id, message)).collect();
    let mut lines: Vec<(Time, Line<'_>)> =
        messages.into_values().map(|message| (message.sent, Line::Message(message))).collect();
    lines.extend(trace.occurrences.iter().map(|other| (other.time, Line::Note(other.node, other.text.as_str()))));
    lines.sort_by_key(|(time, _)| *time);
    let more = lines.len().saturating_sub(MAX_LINES);
    lines.truncate(MAX_LINES);

    let mut text = String::from("sequenceDiagram\n");
    let cast = cast(trace, &lines);
    for &node in &cast {
        line(&mut text, format_args!("participant n{} as {}", node.0, escaped(trace.name(node))));
    }
    for (time, what) in &lines {
        match what {
            Line::Message(message) => arrow(&mut text, message),
            Line::Note(node, what) => note(&mut text, &cast, *node, &format!("{what} ({time})")),
        }
    }
    if more > 0 {
        note(&mut text, &cast, None, &format!("and {more} more: choose one story to see all of it"));
    }
    if let Some(left_out) = trace.left_out.note() {
        note(&mut text, &cast, None, &left_out);
    }
    text
}

/// Who has a part in it, in the order of the ids. A diagram without anybody is none, so then all have.
fn cast(trace: &Trace, lines: &[(Time, Line<'_>)]) -> BTreeSet<NodeId> {
    let part = |(_, line): &(Time, Line<'_>)| match line {
        Line::Message(message) => vec![message.from, message.to],
        Line::Note(node, _) => node.iter().copied().collect(),
    };
    let cast: BTreeSet<NodeId> = lines.iter().flat_map(part).collect();
    if cast.is_empty() { (0..trace.nodes.len() as u16).map(NodeId).collect() } else { cast }
}

fn arrow(text: &mut String, message: &Message) {
    let dashes = if message.answer { "--" } else { "-" };
    let (head, what) = match message.fate {
        Fate::Arrived(_) => (">>", String::new()),
        Fate::Lost(_, why) => ("x", format!(", {why}")),
        Fate::UnderWay => (")", ", still under way".into()),
    };
    let Message { from, to, kind, sent, .. } = message;
    let says = escaped(&format!("{kind}{what} ({sent})"));
    line(text, format_args!("n{}{dashes}{head}n{}: {says}", from.0, to.0));
}

fn note(text: &mut String, cast: &BTreeSet<NodeId>, node: Option<NodeId>, what: &str) {
    let over = match (node, cast.first(), cast.last()) {
        (Some(node), _, _) => format!("n{}", node.0),
        (None, Some(first), Some(last)) if first != last => format!("n{},n{}", first.0, last.0),
        (None, Some(only), _) => format!("n{}", only.0),
        (None, None, _) => return,
    };
    line(text, format_args!("Note over {over}: {}", escaped(what)));
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = writeln!(text, "    {what}");
}

/// A text as it can stand in a diagram: what would end a line, begin a comment or be taken for HTML is written as
/// Mermaid's own codes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '#' | ';' | '%' | '<' | '>' | '&' | '{' | '}' | '"' | '\\' => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
