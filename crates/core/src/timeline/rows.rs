//! The list of events: what happened, and what caused what.

use crate::base::{Chunked, EventId, MessageId, NodeId, Time};
use crate::lab::scene::MessageKind;
use crate::lab::words::{self, Names};
use crate::lab::{Actor, Command, Event, LabTimer, Note, World};
use crate::sim::{EventKind, Loss, Rejection, Sink};

/// One event, as it is kept for the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: EventId,
    /// What caused it; 0: it came from outside.
    pub cause: EventId,
    /// When.
    pub time: Time,
    /// What.
    pub kind: RowKind,
}

/// What happened: [`EventKind`], without what is borrowed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A command was given.
    Commanded {
        /// Which.
        command: Command,
        /// Why it was not carried out, if not.
        rejected: Option<Rejection>,
    },
    /// A node started.
    Booted {
        /// Which.
        node: NodeId,
    },
    /// A node died.
    Crashed {
        /// Which.
        node: NodeId,
        /// How many writes were asked for and not yet on disk.
        lost_writes: usize,
    },
    /// A message was sent.
    Sent {
        /// Its id.
        message: MessageId,
        /// By whom.
        from: NodeId,
        /// To whom.
        to: NodeId,
        /// What sort of message it is.
        kind: MessageKind,
    },
    /// A message arrived.
    Delivered {
        /// Its id.
        message: MessageId,
        /// From whom.
        from: NodeId,
        /// At whom.
        to: NodeId,
        /// What sort of message it is.
        kind: MessageKind,
    },
    /// A message was lost.
    Lost {
        /// Its id.
        message: MessageId,
        /// From whom.
        from: NodeId,
        /// To whom it was sent.
        to: NodeId,
        /// What sort of message it is.
        kind: MessageKind,
        /// Why.
        why: Loss,
    },
    /// A message was moved by hand.
    Rescheduled {
        /// Which.
        message: MessageId,
        /// When it will arrive instead; never, if it is held.
        due: Time,
    },
    /// A timer ran out.
    TimedOut {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: LabTimer,
    },
    /// Writes are on disk.
    Synced {
        /// Whose.
        node: NodeId,
        /// How many.
        writes: u32,
    },
    /// A process told something.
    Noted {
        /// Whose process.
        node: NodeId,
        /// What it told.
        note: Note,
    },
}

impl Row {
    /// What happened, in words.
    pub fn words(&self, names: &Names) -> String {
        let name = |node: &NodeId| names.get(*node);
        match &self.kind {
            RowKind::Commanded { command, rejected } => {
                let deed = words::deed(command, names);
                rejected.map_or(deed.clone(), |why| format!("{deed}: nothing done, {why}"))
            }
            RowKind::Booted { node } => format!("{} starts", name(node)),
            RowKind::Crashed { node, lost_writes: 0 } => format!("{} dies", name(node)),
            RowKind::Crashed { node, lost_writes } => {
                format!("{} dies, {lost_writes} writes were not on disk yet", name(node))
            }
            RowKind::Sent { from, to, kind, .. } => format!("{} → {}: {}", name(from), name(to), words::kind(*kind)),
            RowKind::Delivered { from, to, kind, .. } => {
                format!("{} gets {} from {}", name(to), words::kind(*kind), name(from))
            }
            RowKind::Lost { from, to, kind, why, .. } => {
                format!("{} → {}: {}, {}", name(from), name(to), words::kind(*kind), words::loss(*why))
            }
            RowKind::Rescheduled { message, due: Time::NEVER } => format!("message {message} is held"),
            RowKind::Rescheduled { message, due } => format!("message {message} is to arrive at {due}"),
            RowKind::TimedOut { node, .. } => format!("a timer of {} runs out", name(node)),
            RowKind::Synced { node, writes } => format!("{writes} writes of {} are on disk", name(node)),
            RowKind::Noted { node, note } => words::note(*node, note, names),
        }
    }

    /// The nodes that it is about.
    pub fn nodes(&self) -> Vec<NodeId> {
        match &self.kind {
            RowKind::Sent { from, to, .. } | RowKind::Delivered { from, to, .. } | RowKind::Lost { from, to, .. } => {
                vec![*from, *to]
            }
            RowKind::Booted { node }
            | RowKind::Crashed { node, .. }
            | RowKind::TimedOut { node, .. }
            | RowKind::Synced { node, .. }
            | RowKind::Noted { node, .. } => vec![*node],
            RowKind::Commanded { .. } | RowKind::Rescheduled { .. } => Vec::new(),
        }
    }
}

impl RowKind {
    fn of(kind: &EventKind<'_, Actor>) -> RowKind {
        match *kind {
            EventKind::Commanded { command, rejected } => RowKind::Commanded { command: command.clone(), rejected },
            EventKind::Booted { node } => RowKind::Booted { node },
            EventKind::Crashed { node, lost_writes } => RowKind::Crashed { node, lost_writes },
            EventKind::Sent { message, from, to, body, .. } => RowKind::Sent { message, from, to, kind: body.kind() },
            EventKind::Delivered { message, from, to, body, .. } => {
                RowKind::Delivered { message, from, to, kind: body.kind() }
            }
            EventKind::Lost { message, from, to, why, body, .. } => {
                RowKind::Lost { message, from, to, kind: body.kind(), why }
            }
            EventKind::Rescheduled { message, due } => RowKind::Rescheduled { message, due },
            EventKind::TimedOut { node, timer } => RowKind::TimedOut { node, timer },
            EventKind::Synced { node, writes } => RowKind::Synced { node, writes },
            EventKind::Noted { node, note } => RowKind::Noted { node, note: note.clone() },
        }
    }
}

/// The events of a stretch of a branch, the latest of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    rows: Chunked<Row>,
    from: Option<Time>,
    most: usize,
}

impl Rows {
    /// Begins at the present of a world, and remembers the latest `most`.
    pub(super) fn begin(world: &World, most: usize) -> Rows {
        Rows { rows: Chunked::default(), from: Some(world.now()), most }
    }

    pub(super) fn cover(&self, from: Time) -> bool {
        self.from.is_some_and(|known| known <= from)
    }

    /// The latest `most` of the events between two moments.
    pub(super) fn select(&self, from: Time, to: Time, most: usize) -> Vec<Row> {
        self.between(from, to, most).cloned().collect()
    }

    /// The same, to be looked at.
    pub(super) fn between(&self, from: Time, to: Time, most: usize) -> impl Iterator<Item = &Row> {
        let (mut low, mut high) = (self.rows.first(), self.rows.end());
        while low < high {
            let middle = low.midpoint(high);
            if self.rows.get(middle).is_some_and(|row| row.time <= to) { low = middle + 1 } else { high = middle }
        }
        let start = low.saturating_sub(most as u64).max(self.rows.first());
        self.rows.iter_from(start).take((low - start) as usize).filter(move |row| row.time >= from)
    }

    /// Forgets the events after `last`.
    pub(super) fn cut(&mut self, last: EventId) {
        while self.rows.last().is_some_and(|row| row.id > last) {
            self.rows.truncate_from(self.rows.end() - 1);
        }
    }
}

impl Sink<Actor> for Rows {
    fn event(&mut self, event: &Event<'_>) {
        self.rows.push(Row { id: event.id, cause: event.cause, time: event.time, kind: RowKind::of(&event.kind) });
        if self.rows.len() > self.most {
            let keep = self.rows.first() + (self.most as u64 / 4).max(1);
            self.rows.drop_before(keep);
            self.from = self.rows.get(keep).map(|row| row.time + crate::base::Span(1));
        }
    }
}
