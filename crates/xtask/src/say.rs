//! What a reader sees while a chore is at work.

use std::fmt::Display;
use std::time::Duration;

/// Announces what begins now.
pub(crate) fn step(what: impl Display) {
    eprintln!("==> {what}");
}

/// Adds a detail to the step at hand.
pub(crate) fn note(what: impl Display) {
    eprintln!("    {what}");
}

/// A duration as a person says it: `42 s`, `3 min 5 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    match seconds {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
