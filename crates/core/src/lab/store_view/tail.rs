//! A snapshot and the events since, against the whole history.

use super::Basis;
use super::state::StreamFold;
use crate::base::StateMachine;
use crate::shop::upcasters;
use crate::store::{
    Action, AsOf, KeepSnapshot, Projection, ProjectionError, Snapshot, Store, StoreCommand, StreamName, StreamVersion,
};

/// What came of folding a stream in two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The version that the snapshot is of.
    pub snapshot: StreamVersion,
    /// What it takes, in bytes.
    pub bytes: u64,
    /// How many events are folded on top of it.
    pub tail: u64,
    /// How many events the whole history has.
    pub whole: u64,
    /// Both come to the same.
    pub equal: bool,
}

/// Takes a snapshot in the middle of a stream's history, on a copy of the store, and folds what came since on top of
/// it. `None`: there is nothing before the version to take a snapshot of.
///
/// # Errors
/// If an event cannot be read.
pub fn tail(
    store: &Store,
    stream: &StreamName,
    upto: StreamVersion,
    basis: &Basis,
) -> Result<Option<Tail>, ProjectionError> {
    let Some(last) = store.version(stream) else { return Ok(None) };
    let upto = upto.min(last);
    if upto.0 == 0 {
        return Ok(None);
    }
    let at = StreamVersion((upto.0 - 1) / 2);
    let (fold, upcasters) = (StreamFold { stream: stream.clone(), basis: basis.clone() }, upcasters());
    let as_of = |store: &Store, version| store.stream_state(fold.clone(), &upcasters, stream, AsOf::Version(version));
    let snapshot = Snapshot::seal(&fold.view(), stream.as_str(), at.0, fold.format(), &as_of(store, at)?);
    let bytes = snapshot.bytes.len() as u64;
    let keep = KeepSnapshot { stream: stream.clone(), view: fold.view(), version: at, snapshot };
    // A copy shares all events with the store, which stays as it is.
    let mut copy = store.clone();
    copy.apply(&StoreCommand { at: copy.now(), action: Action::KeepSnapshot(keep) });
    let kept = copy.stream_cost(stream).snapshots > store.stream_cost(stream).snapshots;
    let equal = kept && as_of(&copy, upto)? == as_of(store, upto)?;
    Ok(Some(Tail { snapshot: at, bytes, tail: upto.0 - at.0, whole: upto.0 + 1, equal }))
}
