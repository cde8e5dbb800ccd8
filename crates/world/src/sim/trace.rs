//! What happened, one event at a time.
//!
//! Every event has an id and the id of the event that caused it, so that anything can be traced back to a timer or to
//! somebody's hand. Events are handed to a [`Sink`] as they happen and are kept nowhere else.

use std::hash::{Hash, Hasher};

use super::command::{Command, Rejection};
use super::process::Process;
use crate::base::{EventId, MessageId, NodeId, StableHasher, Time};

/// One thing that happened.
#[derive(Debug)]
pub struct Event<'a, P: Process> {
    /// Its id.
    pub id: EventId,
    /// The event that caused it; [`EventId`] 0 if it came from outside.
    pub cause: EventId,
    /// When.
    pub time: Time,
    /// What.
    pub kind: EventKind<'a, P>,
}

/// What happened.
#[derive(Debug)]
pub enum EventKind<'a, P: Process> {
    /// A command was given.
    Commanded {
        /// Which.
        command: &'a Command<P::Request>,
        /// Why it was not carried out, if not.
        rejected: Option<Rejection>,
    },
    /// A node started, for the first time or again.
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
        /// When it will arrive.
        due: Time,
        /// What it says.
        body: &'a P::Message,
    },
    /// A message arrived.
    Delivered {
        /// Its id.
        message: MessageId,
        /// From whom.
        from: NodeId,
        /// At whom.
        to: NodeId,
        /// When it was sent.
        sent: Time,
        /// What it says.
        body: &'a P::Message,
    },
    /// A message will not arrive.
    Lost {
        /// Its id.
        message: MessageId,
        /// From whom.
        from: NodeId,
        /// To whom it was sent.
        to: NodeId,
        /// When it was sent.
        sent: Time,
        /// Why.
        why: Loss,
        /// What it says.
        body: &'a P::Message,
    },
    /// A message will arrive at another moment than it would have.
    Rescheduled {
        /// Its id.
        message: MessageId,
        /// When now; [`Time::NEVER`] if it is held.
        due: Time,
    },
    /// A timer ran out.
    TimedOut {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: P::Timer,
    },
    /// Writes are on disk now.
    Synced {
        /// Whose.
        node: NodeId,
        /// How many.
        writes: u32,
    },
    /// A process told something of itself.
    Noted {
        /// Which.
        node: NodeId,
        /// What.
        note: &'a P::Note,
    },
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// The network lost it.
    Chance,
    /// The link was cut.
    Cut,
    /// The receiver was dead.
    DeadReceiver,
    /// Somebody dropped it.
    Dropped,
}

impl<P: Process> Hash for Event<'_, P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.id, self.cause, self.time).hash(state);
        match &self.kind {
            EventKind::Commanded { command, rejected } => (0u8, command, rejected).hash(state),
            EventKind::Booted { node } => (1u8, node).hash(state),
            EventKind::Crashed { node, lost_writes } => (2u8, node, lost_writes).hash(state),
            EventKind::Sent { message, from, to, due, body } => (3u8, message, from, to, due, body).hash(state),
            // The body is in the hash since its sending.
            EventKind::Delivered { message, .. } => (4u8, message).hash(state),
            EventKind::Lost { message, why, .. } => (5u8, message, why).hash(state),
            EventKind::Rescheduled { message, due } => (6u8, message, due).hash(state),
            EventKind::TimedOut { node, timer } => (7u8, node, timer).hash(state),
            EventKind::Synced { node, writes } => (8u8, node, writes).hash(state),
            EventKind::Noted { node, note } => (9u8, node, note).hash(state),
        }
    }
}

/// Where events go.
pub trait Sink<P: Process> {
    /// Takes note of an event.
    fn event(&mut self, event: &Event<'_, P>);
}

/// Forgets every event, at no cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl<P: Process> Sink<P> for NoTrace {
    #[inline(always)]
    fn event(&mut self, _: &Event<'_, P>) {}
}

/// Remembers a fingerprint of all events so far: two runs with the same one went the same way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceHash(StableHasher);

impl TraceHash {
    /// The fingerprint.
    pub fn value(&self) -> u64 {
        self.0.finish()
    }
}

impl<P: Process> Sink<P> for TraceHash {
    #[inline]
    fn event(&mut self, event: &Event<'_, P>) {
        event.hash(&mut self.0);
    }
}

impl<P: Process, S: Sink<P>> Sink<P> for &mut S {
    #[inline]
    fn event(&mut self, event: &Event<'_, P>) {
        (**self).event(event);
    }
}

impl<P: Process, A: Sink<P>, B: Sink<P>> Sink<P> for (A, B) {
    #[inline]
    fn event(&mut self, event: &Event<'_, P>) {
        self.0.event(event);
        self.1.event(event);
    }
}

impl<P: Process, S: Sink<P>> Sink<P> for Option<S> {
    #[inline]
    fn event(&mut self, event: &Event<'_, P>) {
        if let Some(sink) = self {
            sink.event(event);
        }
    }
}
