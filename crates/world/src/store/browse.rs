//! Looking around in a store, for who wants to see what there is.

use super::event::Event;
use super::filter::Matching;
use super::ids::{Category, StreamName, StreamVersion};
use super::machine::Store;
use super::moment::Moment;
use super::position::GlobalPosition;

impl Store {
    /// Every stream with the version of its last event, in the order in which they began.
    pub fn streams(&self) -> impl DoubleEndedIterator<Item = (&StreamName, StreamVersion)> + '_ {
        let len = self.streams.len();
        (0..len).filter_map(|number| {
            let stream = self.streams.get(number)?;
            Some((&stream.name, stream.version()?))
        })
    }

    /// The categories of streams, in the order in which they came.
    pub fn categories(&self) -> impl Iterator<Item = &Category> + '_ {
        self.categories.iter().map(|listing| &listing.name)
    }

    /// The event of a stream that has this version.
    pub fn event_of(&self, stream: &StreamName, version: StreamVersion) -> Option<Event<'_>> {
        let place = usize::try_from(version.0).ok()?;
        self.event(Matching::Stream(&self.find_stream(stream)?.events).number(place)?)
    }

    /// How many events there were at a moment.
    pub fn events_until(&self, moment: Moment) -> u64 {
        self.events_at(moment).into()
    }

    /// The position of the last of the first `events` events; `None`: there are none before.
    pub fn position_after(&self, events: u64) -> Option<GlobalPosition> {
        let last = u32::try_from(events.min(self.events())).ok()?.checked_sub(1)?;
        self.record(last).map(|record| record.position)
    }
}
