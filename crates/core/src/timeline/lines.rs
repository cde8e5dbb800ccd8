//! What happens before what: the order of a node's own steps, and that a message is sent before it arrives (Lamport 1978).
//!
//! Whoever does something to the world from outside is a process too, of which nothing is known but its deeds: a deed
//! comes before what it makes happen, and nothing comes before it. A message that is moved by hand comes after that hand.
//! A crash takes what a node had in memory, and not its place in time: what it does later comes after all that it did.

use std::collections::BTreeMap;

use super::rows::{Row, RowKind};
use crate::base::{EventId, MessageId, NodeId};
use crate::lab::{Actor, Command, Event};
use crate::sim::EventKind;

/// What of an event its place in the order depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A deed from outside.
    Deed(Deed),
    /// A step of a node.
    Step(NodeId),
    /// A message sets out.
    Sent(MessageId, NodeId),
    /// A message arrives.
    Delivered(MessageId, NodeId),
    /// A message is gone, that was sent to this node.
    Lost(MessageId, NodeId),
    /// A message is moved.
    Moved(MessageId),
}

/// What a deed is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// A node: it comes before whatever that does next.
    Node(NodeId),
    /// A message, of which there is a copy from now on.
    Copies(MessageId),
    /// Something else, or nothing came of it: what it makes happen names it as its cause.
    Other,
}

impl Deed {
    fn of(command: &Command, carried_out: bool) -> Deed {
        match command {
            Command::Crash { node }
            | Command::Restart { node }
            | Command::Pause { node }
            | Command::Resume { node }
            | Command::Skew { node, .. }
            | Command::Request { node, .. }
                if carried_out =>
            {
                Deed::Node(*node)
            }
            Command::Duplicate { message } if carried_out => Deed::Copies(*message),
            _ => Deed::Other,
        }
    }
}

impl Place {
    pub(super) fn of_row(row: &Row) -> Place {
        match &row.kind {
            RowKind::Commanded { command, rejected } => Place::Deed(Deed::of(command, rejected.is_none())),
            RowKind::Sent { message, from, .. } => Place::Sent(*message, *from),
            RowKind::Delivered { message, to, .. } => Place::Delivered(*message, *to),
            RowKind::Lost { message, to, .. } => Place::Lost(*message, *to),
            RowKind::Rescheduled { message, .. } => Place::Moved(*message),
            RowKind::Booted { node }
            | RowKind::Crashed { node, .. }
            | RowKind::TimedOut { node, .. }
            | RowKind::Synced { node, .. }
            | RowKind::Noted { node, .. } => Place::Step(*node),
        }
    }

    pub(super) fn of_kind(kind: &EventKind<'_, Actor>) -> Place {
        match *kind {
            EventKind::Commanded { command, rejected } => Place::Deed(Deed::of(command, rejected.is_none())),
            EventKind::Sent { message, from, .. } => Place::Sent(message, from),
            EventKind::Delivered { message, to, .. } => Place::Delivered(message, to),
            EventKind::Lost { message, to, .. } => Place::Lost(message, to),
            EventKind::Rescheduled { message, .. } => Place::Moved(message),
            EventKind::Booted { node }
            | EventKind::Crashed { node, .. }
            | EventKind::TimedOut { node, .. }
            | EventKind::Synced { node, .. }
            | EventKind::Noted { node, .. } => Place::Step(node),
        }
    }
}

/// How far each line has come: of each node, and of each message that is under way. Events are taken in the order of
/// their ids. `T` is what is remembered of the last event of a line.
#[derive(Clone, Debug)]
pub(super) struct Lines<T> {
    nodes: BTreeMap<NodeId, (EventId, T)>,
    messages: BTreeMap<MessageId, T>,
    /// What was done to a node since its last step.
    done: BTreeMap<NodeId, Vec<T>>,
    /// The last deed: what it makes happen at once follows it at once.
    deed: Option<(EventId, Deed, T)>,
}

impl<T> Default for Lines<T> {
    fn default() -> Self {
        Lines { nodes: BTreeMap::new(), messages: BTreeMap::new(), done: BTreeMap::new(), deed: None }
    }
}

impl<T: Copy> Lines<T> {
    /// Takes the event of an id. `make` is told of the events right before it, and says what is to be remembered of it.
    pub(super) fn take(&mut self, id: EventId, cause: EventId, place: Place, make: impl FnOnce(&[T]) -> T) -> T {
        let deed = self.deed.filter(|(deed, ..)| *deed == cause);
        let mut before: Vec<T> = deed.iter().map(|&(.., of)| of).collect();
        // A copy that was made by hand is nothing that its sender did.
        let copied = match (place, deed) {
            (Place::Sent(..), Some((_, Deed::Copies(original), _))) => Some(original),
            _ => None,
        };
        let node = match place {
            Place::Step(node) | Place::Delivered(_, node) => Some(node),
            Place::Sent(_, node) if copied.is_none() => Some(node),
            _ => None,
        };
        if let Some(node) = node {
            before.extend(self.nodes.get(&node).map(|&(_, last)| last));
            before.extend(self.done.remove(&node).into_iter().flatten());
        }
        match place {
            Place::Delivered(message, _) => before.extend(self.messages.remove(&message)),
            Place::Lost(message, to) => {
                before.extend(self.messages.remove(&message));
                // It was lost since that node died.
                before.extend(self.nodes.get(&to).filter(|&&(last, _)| last == cause).map(|&(_, last)| last));
            }
            Place::Moved(message) => before.extend(self.messages.get(&message)),
            Place::Sent(..) => before.extend(copied.and_then(|original| self.messages.get(&original))),
            Place::Step(_) | Place::Deed(_) => {}
        }
        let made = make(&before);
        if let Some(node) = node {
            self.nodes.insert(node, (id, made));
        }
        match place {
            Place::Sent(message, _) | Place::Moved(message) => {
                self.messages.insert(message, made);
            }
            Place::Deed(deed) => {
                self.deed = Some((id, deed, made));
                if let Deed::Node(node) = deed {
                    self.done.entry(node).or_default().push(made);
                }
            }
            _ => {}
        }
        made
    }

    /// Takes an event of a run.
    pub(super) fn take_event(&mut self, event: &Event<'_>, make: impl FnOnce(&[T]) -> T) -> T {
        self.take(event.id, event.cause, Place::of_kind(&event.kind), make)
    }
}
