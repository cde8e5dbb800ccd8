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
        let between = [" between ", &na, " and ", &nb].concat();
        if there && back {
            let heal = vec![Command::Heal { from: a, to: b }, Command::Heal { from: b, to: a }];
            let said = [&na, " – ", &nb, " healed"].concat();
            Deed { label: ["Heal the link", &between].concat(), commands: heal, said, toast: false, asks: false }
        } else {
            let mut cut = Vec::new();
            if !there {
                cut.push(Command::Cut { from: a, to: b });
            }
            if !back {
                cut.push(Command::Cut { from: b, to: a });
            }
            let said = [&na, " – ", &nb, " cut"].concat();
            Deed { label: ["Cut the link", &between].concat(), commands: cut, said, toast: false, asks: false }
        }
    } else {
        let way = [&*na, " → ", &nb].concat();
        if there {
            Deed::new(["Heal ", &way].concat(), Command::Heal { from: a, to: b }, [&way, " healed"].concat())
        } else {
            Deed::new(["Cut ", &way].concat(), Command::Cut { from: a, to: b }, [&way, " cut"].concat())
        }
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
    let said = if count == 1 { "1 link cut".to_owned() } else { [&count.to_string(), " links cut"].concat() };
    Deed::many("Cut", commands, said)
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
    deeds.push(Deed::many("Make it five times slower", set(slow), [&between, ": slow"].concat()));
    let bad = now.map(|quality| Quality { loss_ppm: 300_000, ..quality });
    if bad != now {
        deeds.push(Deed::many("Lose 3 of 10 messages on it", set(bad), [&between, ": lossy"].concat()));
    }
    if now != first {
        deeds.push(Deed::many("Make it as it was at first", set(first), [&between, ": as at first"].concat()));
    }
    let asks = Deed { asks: true, ..Deed::many("Latency, loss and more …", Vec::new(), between) };
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
