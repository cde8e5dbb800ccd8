//! The whole bus in bytes.
//!
//! A number for the form, a checksum, and the state as postcard writes it. With the checksum, bytes that were damaged are
//! not taken for another state that could have been.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::base::{SnapshotError, digest};

/// The number of the form. A newer one cannot be read, and is refused.
const FORM: u8 = 1;
const HEAD: usize = 1 + 8;

pub(super) fn write<T: Serialize>(state: &T) -> Vec<u8> {
    // Writing to memory fails for no value that a bus can hold.
    let body = postcard::to_allocvec(state).unwrap_or_default();
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.push(FORM);
    bytes.extend_from_slice(&digest(&body[..]).to_le_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, SnapshotError> {
    let unreadable = |reason: &str| SnapshotError { machine: "bus", reason: reason.into() };
    let (form, rest) = bytes.split_first().ok_or_else(|| unreadable("empty"))?;
    if *form != FORM {
        return Err(unreadable("of another form"));
    }
    let (sum, body) = rest.split_first_chunk::<8>().ok_or_else(|| unreadable("too short"))?;
    if u64::from_le_bytes(*sum) != digest(body) {
        return Err(unreadable("damaged"));
    }
    postcard::from_bytes(body).map_err(|error| SnapshotError::decoding("bus", error))
}

/// How a [`Chunked`](crate::base::Chunked) is written: its first number and its items.
pub(super) mod chunked {
    use serde::{Deserializer, Serializer};

    use super::*;
    use crate::base::Chunked;

    pub(in super::super) fn serialize<T: Serialize, S: Serializer>(
        items: &Chunked<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (items.first(), items.iter().collect::<Vec<&T>>()).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, T: Deserialize<'de> + Clone, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Chunked<T>, D::Error> {
        let (first, items) = <(u64, Vec<T>)>::deserialize(deserializer)?;
        let mut chunked = Chunked::starting_at(first);
        chunked.extend_from_slice(&items);
        Ok(chunked)
    }
}
