//! Which spans of a node are drawn on one line: those of which each either follows another or lies within it.

use std::collections::BTreeMap;

use super::ids::SpanId;
use super::model::{Span, Trace};
use tutti_core::base::{NodeId, Time};

/// The line of each span at its node, from 0.
pub(super) struct Lanes {
    of_span: BTreeMap<SpanId, usize>,
    of_node: BTreeMap<NodeId, usize>,
}

impl Lanes {
    pub(super) fn new(trace: &Trace) -> Lanes {
        let mut spans: Vec<&Span> = trace.stories.iter().flat_map(|story| &story.spans).collect();
        // The longer of two that begin together comes first, so that the shorter can lie within it.
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(shown_until(trace, span))));
        // For each line of a node: when those end that are open at the moment, the innermost last.
        let mut lines: BTreeMap<NodeId, Vec<Vec<Time>>> = BTreeMap::new();
        let mut of_span = BTreeMap::new();
        for span in spans {
            let (end, lines) = (shown_until(trace, span), lines.entry(span.node).or_default());
            let fits = |open: &mut Vec<Time>| {
                open.retain(|&other| other > span.start);
                open.last().is_none_or(|&innermost| innermost >= end)
            };
            let line = lines.iter_mut().position(fits).unwrap_or_else(|| {
                lines.push(Vec::new());
                lines.len() - 1
            });
            lines[line].push(end);
            of_span.insert(span.id, line);
        }
        Lanes { of_span, of_node: lines.into_iter().map(|(node, lines)| (node, lines.len())).collect() }
    }

    /// The line of a span.
    pub(super) fn of(&self, span: &Span) -> usize {
        self.of_span.get(&span.id).copied().unwrap_or_default()
    }

    /// How many lines a node has, one at least.
    pub(super) fn at(&self, node: NodeId) -> usize {
        self.of_node.get(&node).copied().unwrap_or(1)
    }
}

/// When a span ends as it is drawn: nothing is so short that it could not be seen.
pub(super) fn shown_until(trace: &Trace, span: &Span) -> Time {
    trace.end_of(span).max(span.start + tutti_core::base::Span(1))
}
