//! Which event it is that somebody points at on the score.

use super::cone::REACH;
use super::rows::{Row, RowKind};
use super::score::{Mark, MarkKind, Stroke};
use super::tree::Timeline;
use crate::base::{EventId, Time};
use crate::consensus::raft::{self, Role};
use crate::lab::Note;

impl Timeline {
    /// The event at an end of a message's stroke: that it was sent, or what became of it, if that is known.
    pub fn event_of_stroke(&self, stroke: &Stroke, arrived: bool) -> Option<(EventId, Time)> {
        let time = if arrived { stroke.end } else { stroke.sent };
        self.first(time, |row| match row.kind {
            RowKind::Sent { message, .. } => !arrived && message == stroke.id,
            RowKind::Delivered { message, .. } | RowKind::Lost { message, .. } => arrived && message == stroke.id,
            _ => false,
        })
    }

    /// The event that a mark stands for. Of a check that broke it is the last one of that moment.
    pub fn event_of_mark(&self, mark: &Mark) -> Option<(EventId, Time)> {
        let became = |row: &Row, wanted: Role| {
            matches!(&row.kind, RowKind::Noted { node, note: Note::Server(raft::Note::Became { role, .. }) }
                if Some(*node) == mark.node && *role == wanted)
        };
        match mark.kind {
            MarkKind::Violation(_) => self.rows(mark.time, mark.time, 1).pop().map(|row| (row.id, row.time)),
            MarkKind::Crash => self
                .first(mark.time, |row| matches!(row.kind, RowKind::Crashed { node, .. } if Some(node) == mark.node)),
            MarkKind::Restart => {
                self.first(mark.time, |row| matches!(row.kind, RowKind::Booted { node } if Some(node) == mark.node))
            }
            MarkKind::Election => self.first(mark.time, |row| became(row, Role::Candidate)),
            MarkKind::Leader => self.first(mark.time, |row| became(row, Role::Leader)),
            MarkKind::Pause | MarkKind::Resume | MarkKind::Network | MarkKind::Scaled(_) | MarkKind::Command => {
                self.first(mark.time, |row| matches!(row.kind, RowKind::Commanded { rejected: None, .. }))
            }
        }
    }

    /// The event that happened last before the present moment.
    pub fn latest_event(&self) -> Option<(EventId, Time)> {
        let (now, last) = (self.now(), EventId(self.run().world().events()));
        let rows = self.rows(Time(now.0.saturating_sub(REACH.0)), now, usize::MAX);
        let at = rows.binary_search_by_key(&last, |row| row.id).ok()?;
        Some((rows[at].id, rows[at].time))
    }

    /// The first event of a moment for which this holds.
    fn first(&self, time: Time, holds: impl Fn(&Row) -> bool) -> Option<(EventId, Time)> {
        self.rows(time, time, usize::MAX).iter().find(|row| holds(row)).map(|row| (row.id, row.time))
    }
}
