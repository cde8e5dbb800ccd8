//! What a fold over events is.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::event::Event;
use super::filter::Filter;
use super::ids::{SchemaVersion, ViewName};
use super::position::GlobalPosition;
use super::upcast::{Malformed, UpcastError};

/// A fold over events: a read model, the state of one stream, an answer to a question that nobody had when the events
/// were stored. It reads no clock and draws no chance, so that the same events come to the same state whenever they are
/// folded.
pub trait Projection {
    /// What the events come to.
    type State: Clone + Eq + Debug + Serialize + DeserializeOwned;
    /// What an event makes the projection do to the outside, such as sending a mail; `()` if nothing.
    type Effect: Clone + Eq + Debug;

    /// What snapshots of its states are kept under.
    fn view(&self) -> ViewName;

    /// The form of its states. Whoever changes the state's type, or what the fold does, raises it: snapshots in another
    /// form are passed over.
    fn format(&self) -> SchemaVersion;

    /// Which events it folds.
    fn filter(&self) -> Filter {
        Filter::All
    }

    /// The state before all events.
    fn initial(&self) -> Self::State;

    /// Folds one more event in.
    ///
    /// # Errors
    /// If the payload is not what it should be. What was done to the state is then thrown away.
    fn apply(&self, state: &mut Self::State, event: &Event<'_>) -> Result<(), Malformed>;

    /// What is to be done to the outside, once the event is folded in.
    fn effect(&self, _state: &Self::State, _event: &Event<'_>) -> Option<Self::Effect> {
        None
    }
}

/// Why a fold could not go on. Nothing was changed by the step that failed, and it can be tried again with newer code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ProjectionError {
    /// An event cannot be read.
    #[error("the event at {position}: {error}")]
    Upcast {
        /// Which event.
        position: GlobalPosition,
        /// Why not.
        error: UpcastError,
    },
    /// The projection cannot make sense of a payload.
    #[error("the event at {position}: {error}")]
    Malformed {
        /// Which event.
        position: GlobalPosition,
        /// Why not.
        error: Malformed,
    },
}
