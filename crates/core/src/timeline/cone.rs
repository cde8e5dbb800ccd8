//! The cone of an event: all that happened before it and could have been a cause, and all that happened after it and
//! could have been an effect. What is in neither was concurrent: no message has joined them.

use std::collections::BTreeSet;

use super::lines::{Lines, Place};
use super::rows::{Row, Rows};
use super::tree::Timeline;
use super::{RowKind, Run};
use crate::base::{EventId, MessageId, NodeId, Span, Time};

/// How far a cone reaches to either side of its event.
pub const REACH: Span = Span::secs(4);

/// The most events that are looked at on either side.
pub const MOST: usize = 8_192;

/// The cone of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cone {
    /// The event that it is of.
    pub event: Row,
    /// What happened before it.
    pub past: Side,
    /// What happened after it.
    pub future: Side,
}

/// One side of a cone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The events, in the order in which they happened.
    pub events: Vec<EventId>,
    /// For each node, the moment of the event nearest to the middle, if there is one: all of the node's line beyond it
    /// is on this side too.
    pub nodes: Vec<Option<Time>>,
    /// The messages that join them, and the middle with them.
    pub messages: BTreeSet<MessageId>,
    /// There may be more, beyond what was looked at.
    pub is_cut: bool,
}

impl Side {
    /// Whether an event is on this side.
    pub fn holds(&self, event: EventId) -> bool {
        self.events.binary_search(&event).is_ok()
    }

    /// Takes up an event, those nearest to the middle last.
    fn take(&mut self, row: &Row) {
        self.events.push(row.id);
        if let Some(place) = node_of(row).and_then(|node| self.nodes.get_mut(node.slot())) {
            *place = Some(row.time);
        }
    }
}

/// On whose line an event is. A message is lost on nobody's.
fn node_of(row: &Row) -> Option<NodeId> {
    match Place::of_row(row) {
        Place::Step(node) | Place::Sent(_, node) | Place::Delivered(_, node) => Some(node),
        Place::Deed(_) | Place::Lost(..) | Place::Moved(_) => None,
    }
}

impl Cone {
    /// The cone of an event within `rows`, which have no gap and are in the order of their ids. `None` if it is not
    /// among them. Whether there was anything before or after them is not known here: nothing is taken to be cut.
    pub fn of(rows: &[Row], event: EventId, nodes: usize) -> Option<Cone> {
        let middle = rows.binary_search_by_key(&event, |row| row.id).ok()?;
        let mut lines = Lines::default();
        let before: Vec<Vec<usize>> = (rows.iter().enumerate())
            .map(|(i, row)| {
                let mut known = Vec::new();
                lines.take(row.id, row.cause, Place::of_row(row), |before| {
                    known.extend_from_slice(before);
                    i
                });
                known
            })
            .collect();
        let side = || Side { nodes: vec![None; nodes], ..Side::default() };
        let (mut past, mut future) = (side(), side());
        // Back from the middle: whoever is before something that is in the past is in it too.
        let mut inside = vec![false; rows.len()];
        inside[middle] = true;
        for i in (0..=middle).rev() {
            if inside[i] {
                before[i].iter().for_each(|&earlier| inside[earlier] = true);
                past.messages.extend(ends(&rows[i]));
            }
        }
        (0..middle).filter(|&i| inside[i]).for_each(|i| past.take(&rows[i]));
        // On from the middle.
        let mut inside = vec![false; rows.len()];
        inside[middle] = true;
        for i in middle..rows.len() {
            inside[i] = inside[i] || before[i].iter().any(|&earlier| inside[earlier]);
            if inside[i] {
                future.messages.extend(begins(&rows[i]));
            }
        }
        (middle + 1..rows.len()).rev().filter(|&i| inside[i]).for_each(|i| future.take(&rows[i]));
        future.events.reverse();
        Some(Cone { event: rows[middle].clone(), past, future })
    }
}

/// The message that begins, or goes on, with an event.
fn begins(row: &Row) -> Option<MessageId> {
    match row.kind {
        RowKind::Sent { message, .. } | RowKind::Rescheduled { message, .. } => Some(message),
        _ => None,
    }
}

/// The message that ends, or was on its way, at an event.
fn ends(row: &Row) -> Option<MessageId> {
    match row.kind {
        RowKind::Delivered { message, .. } | RowKind::Lost { message, .. } | RowKind::Rescheduled { message, .. } => {
            Some(message)
        }
        _ => None,
    }
}

impl Timeline {
    /// The cone of an event of the present branch, which happened at `time`: as far as [`REACH`] and [`MOST`] let it be
    /// looked for, and as far as the branch was played. `None` if there is no such event.
    pub fn cone(&self, event: EventId, time: Time) -> Option<Cone> {
        let explored = self.explored();
        let from = Time(time.0.saturating_sub(REACH.0));
        let to = (time + REACH).min(explored);
        let mut rows = self.rows(from, to, usize::MAX);
        let begins = from == Time::ZERO;
        if begins {
            // How it all begins is in no notebook: it happened before there was a history.
            let mut first = Rows::begin(self.run().world(), usize::MAX);
            let run = Run::watched_by(self.setup(), &mut first);
            let last = EventId(run.world().events());
            let known = rows.first().map_or(EventId(last.0 + 1), |row| row.id);
            let mut all = first.select(Time::ZERO, Time::ZERO, usize::MAX);
            all.retain(|row| row.id < known);
            all.append(&mut rows);
            rows = all;
        }
        let middle = rows.binary_search_by_key(&event, |row| row.id).ok()?;
        let (first, end) = (middle.saturating_sub(MOST), rows.len().min(middle + 1 + MOST));
        let whole = (begins && first == 0, to == explored && end == rows.len());
        let mut cone = Cone::of(&rows[first..end], event, self.run().world().len())?;
        (cone.past.is_cut, cone.future.is_cut) = (!whole.0, !whole.1);
        Some(cone)
    }
}
