//! Links and the messages on them.

use crate::base::{EventId, MessageId, NodeId, Span, Stream, Time};

/// How long a message takes, apart from its bandwidth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Latency {
    /// Always the same.
    Fixed(Span),
    /// Anything between two, both included, each as likely.
    Uniform {
        /// The shortest.
        min: Span,
        /// The longest.
        max: Span,
    },
    /// A shortest time and an exponential tail on it: mostly quick, now and then very slow.
    LongTail {
        /// The shortest.
        min: Span,
        /// How much longer it takes on average.
        mean_extra: Span,
    },
}

impl Default for Latency {
    fn default() -> Self {
        Latency::Fixed(Span::ZERO)
    }
}

impl Latency {
    #[inline]
    pub(super) fn draw(self, chance: &mut Stream) -> Span {
        match self {
            Latency::Fixed(span) => span,
            Latency::Uniform { min, max } => chance.between(min, max),
            Latency::LongTail { min, mean_extra } => min + chance.exponential(mean_extra),
        }
    }

    /// About the latency that half of the messages do not exceed.
    pub fn typical(self) -> Span {
        match self {
            Latency::Fixed(span) => span,
            Latency::Uniform { min, max } => Span(min.0.midpoint(max.0.max(min.0))),
            // The median of an exponential is ln 2 of its mean.
            Latency::LongTail { min, mean_extra } => Span(min.0 + mean_extra.0 * 693 / 1_000),
        }
    }
}

/// What one direction of a link is like. Probabilities are in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quality {
    /// How long a message takes.
    pub latency: Latency,
    /// Bytes a second; messages queue for it. `None`: it does not matter.
    pub bandwidth: Option<u64>,
    /// How likely a message is lost.
    pub loss_ppm: u32,
    /// How likely a message arrives twice.
    pub duplicate_ppm: u32,
    /// How likely a message does not keep its place: it may be overtaken, and may overtake. All others keep theirs.
    pub reorder_ppm: u32,
}

impl Default for Quality {
    fn default() -> Self {
        Quality::clean(Latency::default())
    }
}

impl Quality {
    /// Nothing lost, doubled or reordered, and this latency.
    pub fn clean(latency: Latency) -> Quality {
        Quality { latency, bandwidth: None, loss_ppm: 0, duplicate_ppm: 0, reorder_ppm: 0 }
    }
}

/// One direction of a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// What it is like.
    pub quality: Quality,
    /// Nothing passes.
    pub cut: bool,
    pub(super) chance: Stream,
    /// Until when earlier messages use the bandwidth.
    busy_until: Time,
    /// When the last message that kept its place arrives.
    last_due: Time,
}

/// What the link makes of a message.
pub(super) struct Course {
    pub(super) due: Time,
    pub(super) lost: bool,
    pub(super) twin_due: Option<Time>,
}

impl Link {
    pub(super) fn new(quality: Quality, chance: Stream) -> Link {
        Link { quality, cut: false, chance, busy_until: Time::ZERO, last_due: Time::ZERO }
    }

    /// Takes on a message of so many bytes.
    #[inline]
    pub(super) fn carry(&mut self, now: Time, bytes: impl FnOnce() -> u32) -> Course {
        let mut departs = now;
        if let Some(bandwidth) = self.quality.bandwidth {
            let micros = u64::from(bytes()).saturating_mul(1_000_000) / bandwidth.max(1);
            departs = self.busy_until.max(now) + Span(micros);
            self.busy_until = departs;
        }
        let due = self.arrival(departs);
        let lost = self.cut | self.chance.chance(self.quality.loss_ppm);
        let twin_due = self.chance.chance(self.quality.duplicate_ppm).then(|| self.arrival(departs));
        Course { due, lost, twin_due }
    }

    #[inline]
    fn arrival(&mut self, departs: Time) -> Time {
        let due = departs + self.quality.latency.draw(&mut self.chance);
        if self.chance.chance(self.quality.reorder_ppm) {
            // Out of the row: it may come before what was sent earlier, or after what is sent later.
            return due + self.quality.latency.draw(&mut self.chance);
        }
        self.last_due = due.max(self.last_due);
        self.last_due
    }
}

/// A message under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flight<M> {
    /// Its id.
    pub id: MessageId,
    /// Its sender.
    pub from: NodeId,
    /// Where it goes.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives; [`Time::NEVER`] if it is held.
    pub due: Time,
    /// When its hour of arrival was last changed, and how far it had come then, in parts per million of its way. For
    /// drawing only: it goes on from there.
    pub changed: (Time, u32),
    /// What it says.
    pub body: M,
    /// The network will lose it half-way.
    pub(super) lost: bool,
    /// The event of its sending.
    pub(super) cause: EventId,
    /// Its entry in the queue: an older one does not count.
    pub(super) order: u64,
}

impl<M> Flight<M> {
    /// From now on it arrives at `due`.
    pub(super) fn change(&mut self, now: Time, due: Time) {
        let (since, share) = self.changed;
        let whole = self.due.since(since).0;
        let gone = if self.due == Time::NEVER || whole == 0 { 0 } else { now.since(since).0.min(whole) };
        let left = 1_000_000 - u64::from(share);
        // A message is under way for hours at most: this stays far below 2^64.
        let further = left.saturating_mul(gone) / whole.max(1);
        self.changed = (now, share + further as u32);
        self.due = due;
    }
}

/// The messages under way, in slots that are used again.
#[derive(Clone, Debug)]
pub(super) struct Flights<M> {
    slots: Vec<Option<Flight<M>>>,
    free: Vec<u32>,
}

impl<M> Default for Flights<M> {
    fn default() -> Self {
        Flights { slots: Vec::new(), free: Vec::new() }
    }
}

impl<M> Flights<M> {
    /// The slot that the next message will have.
    #[inline]
    pub(super) fn next_slot(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.slots.len() as u32)
    }

    #[inline]
    pub(super) fn insert(&mut self, flight: Flight<M>) {
        match self.free.pop() {
            Some(slot) => self.slots[slot as usize] = Some(flight),
            None => self.slots.push(Some(flight)),
        }
    }

    #[inline]
    pub(super) fn get(&self, slot: u32) -> Option<&Flight<M>> {
        self.slots.get(slot as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Flight<M>> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    #[inline]
    pub(super) fn take(&mut self, slot: u32) -> Option<Flight<M>> {
        let flight = self.slots.get_mut(slot as usize)?.take();
        if flight.is_some() {
            self.free.push(slot);
        }
        flight
    }

    pub(super) fn find(&mut self, id: MessageId) -> Option<(u32, &mut Flight<M>)> {
        let slots = self.slots.iter_mut().enumerate();
        slots.filter_map(|(slot, f)| Some((slot as u32, f.as_mut()?))).find(|(_, f)| f.id == id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Flight<M>> {
        self.slots.iter().flatten()
    }

    /// The slots of all messages for which this holds, in the order in which they were sent.
    pub(super) fn slots_where(&self, mut holds: impl FnMut(&Flight<M>) -> bool) -> Vec<u32> {
        let mut found: Vec<(MessageId, u32)> = Vec::new();
        for (slot, flight) in self.slots.iter().enumerate() {
            if let Some(flight) = flight
                && holds(flight)
            {
                found.push((flight.id, slot as u32));
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, slot)| slot).collect()
    }
}
