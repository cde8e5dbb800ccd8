//! What can be done to a link.

use tutti_core::base::{NodeId, Span};
use tutti_core::lab::Command;
use tutti_core::lab::scene::{LinkView, Scene};
use tutti_core::scenario::limits::MAX_SPAN;
use tutti_core::sim::{Latency, Quality};

use super::{Deed, id, name};
use crate::stage::gesture::LinkPart;

/// What a link is like and was at first, there and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Qualities {
    /// Now.
    pub now: [Quality; 2],
    /// When the run began.
    pub first: [Quality; 2],
}

pub(super) fn link(scene: &Scene, from: NodeId, to: NodeId) -> Option<&LinkView> {
    scene.links.iter().find(|l| l.from == from && l.to == to)
}

pub(super) fn is_cut(scene: &Scene, from: NodeId, to: NodeId) -> bool {
    link(scene, from, to).is_some_and(|l| l.cut)
}

pub(super) fn link_click(scene: &Scene, part: LinkPart) -> Deed {
    let (a, b) = (id(part.from), id(part.to));
    let (there, back) = (is_cut(scene, a, b), is_cut(scene, b, a));
    let (na, nb) = (name(scene, a), name(scene, b));
    if part.both {
        // What is cut already stays so.
        let whole = there && back;
        let mut commands = Vec::new();
        for (from, to, cut) in [(a, b, there), (b, a, back)] {
            if whole {
                commands.push(Command::Heal { from, to });
            } else if !cut {
                commands.push(Command::Cut { from, to });
            }
        }
        let (act, said) = if whole { ("Heal", " healed") } else { ("Cut", " cut") };
        let label = [act, " the link between ", &na, " and ", &nb];
        Deed { toast: false, ..Deed::many(&label, commands, &[&na, " – ", &nb, said]) }
    } else if there {
        Deed::new(&["Heal ", &na, " → ", &nb], Command::Heal { from: a, to: b }, &[&na, " → ", &nb, " healed"])
    } else {
        Deed::new(&["Cut ", &na, " → ", &nb], Command::Cut { from: a, to: b }, &[&na, " → ", &nb, " cut"])
    }
}

/// Cuts all these links, both ways.
pub fn cut_all(scene: &Scene, links: &[(usize, usize)]) -> Deed {
    let mut commands = Vec::new();
    for &(a, b) in links {
        for (from, to) in [(id(a), id(b)), (id(b), id(a))] {
            if link(scene, from, to).is_some_and(|l| !l.cut) {
                commands.push(Command::Cut { from, to });
            }
        }
    }
    let count = links.len();
    let said = if count == 1 { " link cut" } else { " links cut" };
    Deed::many(&["Cut"], commands, &[&count.to_string(), said])
}

/// All that can be done with a link.
pub fn link_menu(scene: &Scene, part: LinkPart, qualities: Qualities) -> Vec<Deed> {
    let LinkPart { from, to, .. } = part;
    let mut deeds = vec![
        link_click(scene, LinkPart { from, to, both: true }),
        link_click(scene, LinkPart { from, to, both: false }),
        link_click(scene, LinkPart { from: to, to: from, both: false }),
    ];
    let (a, b) = (id(from), id(to));
    let set = |[there, back]: [Quality; 2]| {
        vec![Command::SetLink { from: a, to: b, quality: there }, Command::SetLink { from: b, to: a, quality: back }]
    };
    let Qualities { now, first } = qualities;
    let between = [&name(scene, a), " – ", &name(scene, b)].concat();
    let slow = now.map(|quality| Quality { latency: five_times(quality.latency), ..quality });
    deeds.push(Deed::many(&["Make it five times slower"], set(slow), &[&between, ": slow"]));
    let bad = now.map(|quality| Quality { loss_ppm: 300_000, ..quality });
    if bad != now {
        deeds.push(Deed::many(&["Lose 3 of 10 messages on it"], set(bad), &[&between, ": lossy"]));
    }
    if now != first {
        deeds.push(Deed::many(&["Make it as it was at first"], set(first), &[&between, ": as at first"]));
    }
    let asks = Deed { asks: true, ..Deed::many(&["Latency, loss and more …"], Vec::new(), &[&between]) };
    deeds.push(asks);
    deeds
}

fn five_times(latency: Latency) -> Latency {
    // Nothing may take longer than a scenario could say.
    let times = |span: Span| Span(span.0.saturating_mul(5)).min(MAX_SPAN);
    match latency {
        Latency::Fixed(span) => Latency::Fixed(times(span)),
        Latency::Uniform { min, max } => Latency::Uniform { min: times(min), max: times(max) },
        Latency::LongTail { min, mean_extra } => Latency::LongTail { min: times(min), mean_extra: times(mean_extra) },
    }
}
