//! A batch that comes again is answered as before.
//!
//! What a batch is, its event ids say: the payloads are not compared, since a writer that decides anew after a crash may
//! come to the same event with another clock reading in it. Ids count within their stream. A batch is the same if all its
//! ids are stored as one whole batch in this order; if only some are, or differently, it is neither a retry nor new.

use super::command::{Append, Appended};
use super::error::StoreError;
use super::ids::StreamVersion;
use super::machine::Store;
use super::record::Record;

impl Store {
    /// What a batch was answered when it was stored; `None` if it is new.
    pub(super) fn answered_before(&self, stream: u32, append: &Append) -> Result<Option<Appended>, StoreError> {
        let found = append.events.iter().find_map(|event| Some((event.id, self.find_event(stream, event.id)?)));
        let Some((id, number)) = found else { return Ok(None) };
        let Some(record) = self.record(number) else { return Ok(None) };
        match self.same_batch(&record, number, append) {
            Some(answer) => Ok(Some(answer)),
            None => {
                let stored = record.version;
                Err(StoreError::NotTheSameBatch { stream: append.stream.clone(), id, stored })
            }
        }
    }

    /// Events of one batch follow one another in the log, and their places say where it begins and ends.
    fn same_batch(&self, first: &Record<'_>, number: u32, append: &Append) -> Option<Appended> {
        let mut place = 0;
        for event in append.events.iter() {
            let record = self.record(number.saturating_add(place))?;
            if record.position.command != first.position.command
                || record.position.place != place
                || record.id != event.id
            {
                return None;
            }
            place += 1;
        }
        let behind = self.record(number.saturating_add(place));
        if behind.is_some_and(|record| record.position.command == first.position.command) {
            return None;
        }
        let mut position = first.position;
        position.place = place.saturating_sub(1);
        let last = StreamVersion(first.version.0 + u64::from(position.place));
        Some(Appended { first: first.version, last, position })
    }
}
