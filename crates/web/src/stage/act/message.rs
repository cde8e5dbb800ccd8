//! What can be done to a message in flight.

use tutti_core::base::{MessageId, Span};
use tutti_core::lab::Command;
use tutti_core::lab::scene::Scene;

use super::{Deed, name};

/// All that can be done with a message in flight.
pub fn message_menu(scene: &Scene, message: MessageId) -> Vec<Deed> {
    let Some(m) = scene.messages.iter().find(|m| m.id == message) else { return Vec::new() };
    let (from, to) = (name(scene, m.from), name(scene, m.to));
    let all = [
        ("Hold it", Command::Hold { message }, " held"),
        ("Deliver it now", Command::DeliverNow { message }, " delivered at once"),
        ("Drop it", Command::Drop { message }, " dropped"),
        ("Delay it by 50 ms", Command::Delay { message, by: Span::millis(50) }, " delayed"),
        ("Duplicate it", Command::Duplicate { message }, " doubled"),
    ];
    let deed = |(label, command, what)| Deed::new(&[label], command, &["a message from ", &from, " to ", &to, what]);
    // What is held already is not held again.
    all.into_iter().skip(usize::from(m.held)).map(deed).collect()
}
