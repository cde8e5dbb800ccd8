//! What a replicated service is: a deterministic state machine.

use std::fmt::Debug;
use std::hash::Hash;

use super::time::Time;

/// A service as a pure value: the same commands in the same order give the same state and the same responses,
/// wherever it runs. It reads no clock and draws no chance.
///
/// A single server, Raft and Multi-Paxos each carry any of these, with no line of it changed.
pub trait StateMachine: Clone + Eq + Hash + Debug {
    /// What changes the state. It is logged.
    type Command: Clone + Eq + Hash + Debug;
    /// What a command answers.
    type Response: Clone + Eq + Hash + Debug;
    /// What reads the state. It is not logged.
    type Query: Clone + Eq + Hash + Debug;
    /// What a query answers.
    type Answer: Clone + Eq + Hash + Debug;

    /// Carries out a command. A command that does not fit the state is answered so; it never panics.
    fn apply(&mut self, command: &Self::Command) -> Self::Response;

    /// Answers a question about the state as it is.
    fn query(&self, query: &Self::Query) -> Self::Answer;

    /// The whole state in bytes, from which [`restore`](Self::restore) makes it again.
    fn snapshot(&self) -> Vec<u8>;

    /// The state that a snapshot holds. What kind of machine took it, this one knows by being of the same kind; nothing
    /// else of it matters.
    ///
    /// # Errors
    /// If the bytes are not a snapshot of such a machine.
    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError>;

    /// About how many bytes the command takes on the wire and on disk.
    fn command_bytes(command: &Self::Command) -> u32;

    /// The command with the time written into it, if it has a use for the time. Whoever puts commands into the log, the
    /// leader or the one server, does this by its own clock: the only clock that a machine ever sees. A new leader's may
    /// be behind, so a machine takes an earlier time than it has seen for that.
    fn stamped(&self, _command: &Self::Command, _now: Time) -> Option<Self::Command> {
        None
    }

    /// Whether some commands may wait: see [`is_due`](Self::is_due).
    const WAITS: bool = false;

    /// Whether there is something to do for the command at this moment. One that asks for what may come can wait, where it
    /// came in, until there is: that costs neither an entry nor a message. Whoever lets it wait looks again whenever the
    /// state has changed, and after a while carries it out all the same.
    fn is_due(&self, _command: &Self::Command, _now: Time) -> bool {
        true
    }
}

/// Bytes that are not a snapshot of the machine that was to be restored from them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a snapshot of {machine}: {reason}")]
pub struct SnapshotError {
    /// The machine's name.
    pub machine: &'static str,
    /// What is wrong with the bytes.
    pub reason: String,
}

impl SnapshotError {
    /// The error for bytes that could not be decoded.
    pub(crate) fn decoding(machine: &'static str, error: postcard::Error) -> Self {
        SnapshotError { machine, reason: error.to_string() }
    }
}
