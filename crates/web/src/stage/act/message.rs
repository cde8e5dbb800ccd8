//! What can be done to a message in flight.

use tutti_core::base::{MessageId, Span};
use tutti_core::lab::Command;
use tutti_core::lab::scene::Scene;

use super::{Deed, name};

/// All that can be done with a message in flight.
pub fn message_menu(scene: &Scene, message: MessageId) -> Vec<Deed> {
    let held = scene.messages.iter().any(|m| m.id == message && m.held);
    let mut deeds = Vec::new();
    let of = scene.messages.iter().find(|m| m.id == message);
    let said = |what: &str| {
        of.map_or_else(String::new, |m| {
            let (from, to) = (name(scene, m.from), name(scene, m.to));
            ["a message from ", &from, " to ", &to, what].concat()
        })
    };
    if !held {
        deeds.push(Deed::new("Hold it", Command::Hold { message }, said(" held")));
    }
    deeds.push(Deed::new("Deliver it now", Command::DeliverNow { message }, said(" delivered at once")));
    deeds.push(Deed::new("Drop it", Command::Drop { message }, said(" dropped")));
    let delay = Command::Delay { message, by: Span::millis(50) };
    deeds.push(Deed::new("Delay it by 50 ms", delay, said(" delayed")));
    deeds.push(Deed::new("Duplicate it", Command::Duplicate { message }, said(" doubled")));
    deeds
}
