//! What is happening now, in one sentence, and what is broken.

use super::Run;

use crate::base::{NodeId, Span, Time};
use crate::lab::words::{self, Names};
use crate::lab::{self, Note};

/// For how long something that was told is what is happening now.
const FRESH: Span = Span::millis(12);

/// What is happening in a run now: what was told just now if that is worth a sentence, otherwise how things stand.
pub fn sentence(run: &Run, names: &Names) -> String {
    if run.world().ids().any(|id| run.world().process(id).customers().is_some()) {
        // What customers are told is why they came.
        let told = |(_, _, note): &&(Time, NodeId, Note)| {
            use crate::service::CustomerNote::{Asked, Refused, Told, TurnedAway};
            matches!(note, Note::Customers(Asked { .. } | Told { .. } | Refused { .. } | TurnedAway { .. }))
        };
        let fresh = |(time, ..): &&(Time, NodeId, Note)| run.world().now().since(*time) < FRESH;
        let newest = run.recent().and_then(|recent| recent.iter().take_while(fresh).find(told));
        return match newest {
            Some((_, node, note)) => words::note(*node, note, names),
            None => lab::shop_sentence(run.world(), names),
        };
    }
    let newest = run.recent().and_then(|recent| recent.iter().next());
    match newest {
        Some((time, node, note)) if run.world().now().since(*time) < FRESH => words::note(*node, note, names),
        _ => lab::sentence(run.world(), names),
    }
}

/// Which check is broken in a run now, and how many besides.
pub fn broken(run: &Run) -> Option<String> {
    let (first, others) = run.violations().split_first()?;
    let more = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
    Some(["Broken: ", first.invariant.in_words(), &more].concat())
}
