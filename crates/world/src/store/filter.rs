//! Which events a reader is interested in, and how they are found.

use serde::{Deserialize, Serialize};

use super::blocks::Blocks;
use super::event::Event;
use super::ids::{Category, EventType, StreamName};
use super::machine::Store;
use super::position::GlobalPosition;
use super::stream::Place;

/// Which events of a store. Each kind is found by a list of its own: what is left out costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Filter {
    /// All of them, `$all`.
    #[default]
    All,
    /// Those of one stream.
    Stream(StreamName),
    /// Those of all streams of a category.
    Category(Category),
    /// Those of one type.
    Type(EventType),
}

impl Filter {
    /// Whether it lets an event through.
    pub fn takes(&self, event: &Event<'_>) -> bool {
        match self {
            Filter::All => true,
            Filter::Stream(stream) => event.stream() == stream,
            Filter::Category(category) => event.stream().category() == *category,
            Filter::Type(kind) => event.event_type() == kind,
        }
    }
}

/// The events that a filter lets through, by their place among each other. None are there for a stream, a category or a
/// type that has not come yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Matching<'a> {
    None,
    All(u32),
    Stream(&'a Blocks<Place, 64>),
    Listed(&'a Blocks<u32, 256>),
}

impl Matching<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Matching::None => 0,
            Matching::All(len) => len as usize,
            Matching::Stream(places) => places.len(),
            Matching::Listed(numbers) => numbers.len(),
        }
    }

    /// The number in the log of the event at a place.
    #[inline]
    pub(super) fn number(self, place: usize) -> Option<u32> {
        match self {
            Matching::None => None,
            Matching::All(len) => u32::try_from(place).ok().filter(|number| *number < len),
            Matching::Stream(places) => places.get(place).map(|place| place.number),
            Matching::Listed(numbers) => numbers.get(place),
        }
    }

    /// How many of them are before an event of the log.
    pub(super) fn before(self, number: u32) -> usize {
        match self {
            Matching::None => 0,
            Matching::All(len) => number.min(len) as usize,
            Matching::Stream(places) => places.partition_point(|place| place.number < number),
            Matching::Listed(numbers) => numbers.partition_point(|other| other < number),
        }
    }
}

impl Store {
    pub(super) fn matching(&self, filter: &Filter) -> Matching<'_> {
        let found = match filter {
            Filter::All => Some(Matching::All(self.journal.len())),
            Filter::Stream(name) => self.find_stream(name).map(|stream| Matching::Stream(&stream.events)),
            Filter::Category(name) => {
                let listing = self.categories.find(name.as_str()).and_then(|number| self.categories.get(number));
                listing.map(|listing| Matching::Listed(&listing.events))
            }
            Filter::Type(name) => {
                let listing = self.types.find(name.as_str()).and_then(|number| self.types.get(number));
                listing.map(|listing| Matching::Listed(&listing.events))
            }
        };
        found.unwrap_or(Matching::None)
    }

    /// How many events a filter lets through.
    pub fn count(&self, filter: &Filter) -> u64 {
        self.matching(filter).len() as u64
    }

    /// How many events that a filter lets through are before a position.
    pub fn count_before(&self, filter: &Filter, position: GlobalPosition) -> u64 {
        self.matching(filter).before(self.number_at(position)) as u64
    }

    /// The events at or behind a position that a filter lets through, in order, read where they lie.
    pub fn read<'a>(&'a self, filter: &Filter, from: GlobalPosition) -> impl Iterator<Item = Event<'a>> + use<'a> {
        let matching = self.matching(filter);
        let first = matching.before(self.number_at(from));
        (first..matching.len()).filter_map(move |place| self.event(matching.number(place)?))
    }

    /// The number of the first event at or behind a position.
    pub(super) fn number_at(&self, position: GlobalPosition) -> u32 {
        // A reader that has come to the end asks for what comes next: no need to search.
        if position.command > self.commands {
            return self.journal.len();
        }
        self.first_number(|event| event.position >= position)
    }

    /// The number of the first event for which this holds; it must hold for all later ones.
    pub(super) fn first_number(&self, holds: impl Fn(&super::record::Record<'_>) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.journal.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.record(middle).is_some_and(|record| holds(&record)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The position of the first event at or behind this number; the end if there is none.
    pub(super) fn position_of(&self, number: u32) -> GlobalPosition {
        self.record(number).map_or_else(|| self.end(), |record| record.position)
    }
}
