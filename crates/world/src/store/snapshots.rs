//! Snapshots of folded state, so that a fold need not begin at the beginning.
//!
//! A snapshot is a help and never the truth: the truth is the events. What cannot be read, was made by newer code, is
//! of other events, or was damaged is passed over, and the next older one is taken, or none. So a snapshot carries a
//! seal over its bytes and over what it is a snapshot of.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ids::{SchemaVersion, StreamVersion, ViewName};
use crate::base::{SortedMap, digest};

/// A state as bytes, with its seal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The form of the state.
    pub format: SchemaVersion,
    /// The seal, and the state.
    pub bytes: Arc<[u8]>,
}

/// How long the seal is.
const SEAL: usize = 8;

impl Snapshot {
    /// Seals a state: what a fold, in this form, had come to; of what (a stream, or whatever was read) and up to where.
    pub fn seal<S: Serialize>(view: &ViewName, of: &str, upto: u64, format: SchemaVersion, state: &S) -> Snapshot {
        // Writing to memory fails for no ordinary value; for one that cannot be written, no snapshot is readable.
        let state = postcard::to_allocvec(state).unwrap_or_default();
        let seal = digest(&(view.as_str(), of, upto, format.0, &state[..]));
        Snapshot { format, bytes: seal.to_le_bytes().into_iter().chain(state).collect() }
    }

    /// The state, if this is a snapshot of just that. `known` is the form that the reader writes; an older one may be
    /// another type altogether, so that only this one is read.
    pub fn open<S: DeserializeOwned>(&self, view: &ViewName, of: &str, upto: u64, known: SchemaVersion) -> Option<S> {
        let (seal, state) = self.bytes.split_at_checked(SEAL)?;
        let right = digest(&(view.as_str(), of, upto, self.format.0, state)).to_le_bytes();
        if self.format != known || seal != right {
            return None;
        }
        match postcard::take_from_bytes(state) {
            Ok((state, [])) => Some(state),
            _ => None,
        }
    }
}

/// The snapshots of one stream: of each view, by version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Shelf(SortedMap<ViewName, Vec<(StreamVersion, Snapshot)>>);

impl Shelf {
    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|(_, snapshots)| snapshots.len() as u64).sum()
    }

    /// What is kept of a view at just this version.
    pub(super) fn get(&self, view: &ViewName, version: StreamVersion) -> Option<&Snapshot> {
        self.before(view, version).next().filter(|(at, _)| *at == version).map(|(_, snapshot)| snapshot)
    }

    /// Keeps a snapshot, in place of the one of the same view and version.
    pub(super) fn keep(&mut self, view: ViewName, version: StreamVersion, snapshot: Snapshot) {
        let snapshots = self.0.get_or_insert_with(view, Vec::new);
        match snapshots.binary_search_by(|(at, _)| at.cmp(&version)) {
            Ok(place) => snapshots[place].1 = snapshot,
            Err(place) => snapshots.insert(place, (version, snapshot)),
        }
    }

    /// The snapshots of a view at or before a version, the newest first.
    pub(super) fn before(
        &self,
        view: &ViewName,
        version: StreamVersion,
    ) -> impl Iterator<Item = (StreamVersion, &Snapshot)> + use<'_> {
        let all = self.0.get(view).map_or(&[][..], |snapshots| snapshots);
        let known = all.partition_point(|(at, _)| *at <= version);
        all[..known].iter().rev().map(|(at, snapshot)| (*at, snapshot))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&ViewName, StreamVersion, &Snapshot)> {
        self.0.iter().flat_map(|(view, all)| all.iter().map(move |(at, snapshot)| (view, *at, snapshot)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_snapshot_of_just_that_is_opened() {
        let (view, other) = (ViewName::from("a"), ViewName::from("b"));
        let one = SchemaVersion(1);
        let snapshot = Snapshot::seal(&view, "order-1", 7, one, &(1_u32, true));
        let open = |s: &Snapshot, view, of, upto, known| s.open::<(u32, bool)>(view, of, upto, known);
        assert_eq!(open(&snapshot, &view, "order-1", 7, one), Some((1, true)));
        assert_eq!(open(&snapshot, &other, "order-1", 7, one), None);
        assert_eq!(open(&snapshot, &view, "order-2", 7, one), None);
        assert_eq!(open(&snapshot, &view, "order-1", 8, one), None);
        assert_eq!(open(&snapshot, &view, "order-1", 7, SchemaVersion(2)), None);
        for at in 0..snapshot.bytes.len() {
            let mut bytes = snapshot.bytes.to_vec();
            bytes[at] ^= 1;
            assert_eq!(open(&Snapshot { bytes: bytes.into(), ..snapshot.clone() }, &view, "order-1", 7, one), None);
            let short = snapshot.bytes[..at].into();
            assert_eq!(open(&Snapshot { bytes: short, ..snapshot.clone() }, &view, "order-1", 7, one), None);
        }
    }
}
