//! Optimistic concurrency: what a writer takes a stream to be.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::StreamVersion;

/// What a stream has to be for a batch to be appended. Of two writers that expect the same exact version, one wins and
/// the other is told the version that it did not know of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExpectedVersion {
    /// Nothing was appended to it yet.
    NoStream,
    /// Its last event has this version.
    Exact(StreamVersion),
    /// Whatever it is.
    #[default]
    Any,
    /// Something was appended to it, whatever it is.
    StreamExists,
}

impl ExpectedVersion {
    /// Whether a stream whose last event has this version (`None`: there is none) is as expected.
    #[inline]
    pub fn holds(self, actual: Option<StreamVersion>) -> bool {
        match self {
            ExpectedVersion::NoStream => actual.is_none(),
            ExpectedVersion::Exact(version) => actual == Some(version),
            ExpectedVersion::Any => true,
            ExpectedVersion::StreamExists => actual.is_some(),
        }
    }
}

impl fmt::Display for ExpectedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpectedVersion::NoStream => f.write_str("no stream"),
            ExpectedVersion::Exact(version) => write!(f, "version {version}"),
            ExpectedVersion::Any => f.write_str("anything"),
            ExpectedVersion::StreamExists => f.write_str("a stream"),
        }
    }
}
