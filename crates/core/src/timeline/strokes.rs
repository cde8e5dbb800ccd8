//! Messages as lines of the score.

use super::score::{Fate, Stroke};
use crate::base::{Chunked, MessageId, Time};
use crate::lab::{Actor, Event, World};
use crate::sim::{EventKind, Sink};

/// The messages of a stretch of a branch, in the order of their sending. Ids are dense, so that a message is found by
/// its id.
#[derive(Clone, Debug, Default)]
pub(super) struct Strokes {
    /// Numbered by message id.
    strokes: Chunked<Stroke>,
    /// Messages that were under way when the stretch began.
    before: Vec<Stroke>,
    /// From here on, every message is known; `None`: nothing is.
    from: Option<Time>,
    to: Time,
    most: usize,
}

impl Strokes {
    /// Begins with what is under way in a world, and remembers the latest `most`.
    pub(super) fn begin(world: &World, most: usize) -> Strokes {
        let mut before: Vec<Stroke> = world.flights().map(in_flight).collect();
        before.sort_unstable_by_key(|stroke| stroke.id);
        let strokes = Chunked::starting_at(world.messages() + 1);
        Strokes { strokes, before, from: Some(world.now()), to: world.now(), most }
    }

    /// It was played up to here.
    pub(super) fn end(&mut self, to: Time) {
        self.to = to;
    }

    pub(super) fn ends(&self) -> Time {
        self.to
    }

    /// Whether everything from this moment on is known.
    pub(super) fn cover(&self, from: Time) -> bool {
        self.from.is_some_and(|known| known <= from)
    }

    /// The messages that were under way between two moments.
    pub(super) fn select(&self, from: Time, to: Time) -> Vec<Stroke> {
        let all = self.before.iter().chain(self.strokes.iter());
        all.take_while(|stroke| stroke.sent <= to).filter(|stroke| stroke.end >= from).cloned().collect()
    }

    /// Forgets what comes after the present of `world`.
    pub(super) fn cut(&mut self, world: &World) {
        self.strokes.truncate_from(world.messages() + 1);
        for flight in world.flights() {
            self.change(flight.id, |stroke| *stroke = in_flight(flight));
        }
    }

    fn change(&mut self, id: MessageId, how: impl FnOnce(&mut Stroke)) {
        if let Some(stroke) = self.strokes.get(id.0) {
            let mut changed = stroke.clone();
            how(&mut changed);
            self.strokes.set(id.0, changed);
        } else if let Ok(place) = self.before.binary_search_by_key(&id, |stroke| stroke.id) {
            how(&mut self.before[place]);
        }
    }
}

fn in_flight(flight: &crate::sim::Flight<crate::lab::Wire>) -> Stroke {
    Stroke {
        id: flight.id,
        from: flight.from,
        to: flight.to,
        sent: flight.sent,
        end: flight.due,
        fate: Fate::InFlight,
        kind: flight.body.kind(),
    }
}

impl Sink<Actor> for Strokes {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::Sent { message, from, to, due, body } => {
                if self.strokes.is_empty() {
                    self.strokes = Chunked::starting_at(message.0);
                }
                self.strokes.push(Stroke {
                    id: *message,
                    from: *from,
                    to: *to,
                    sent: event.time,
                    end: *due,
                    fate: Fate::InFlight,
                    kind: body.kind(),
                });
                if self.strokes.len() > self.most {
                    let keep = self.strokes.first() + self.most as u64 / 4;
                    self.strokes.drop_before(keep);
                    self.before.clear();
                    // A message may have been long under way: known is what came after all that are forgotten.
                    self.from = self.strokes.get(keep).map(|stroke| stroke.sent + crate::base::Span::millis(500));
                }
            }
            EventKind::Delivered { message, .. } => {
                self.change(*message, |stroke| {
                    stroke.end = event.time;
                    stroke.fate = Fate::Delivered;
                });
            }
            EventKind::Lost { message, .. } => {
                self.change(*message, |stroke| {
                    stroke.end = event.time;
                    stroke.fate = Fate::Lost;
                });
            }
            EventKind::Rescheduled { message, due } => self.change(*message, |stroke| stroke.end = *due),
            _ => {}
        }
    }
}
