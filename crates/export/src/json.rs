//! JSON, as all formats but one are written in.

use serde::Serialize;

/// The text of a value.
pub(super) fn text(value: &impl Serialize) -> String {
    // Writing to memory fails for no value whose keys are texts.
    serde_json::to_string(value).unwrap_or_default()
}
