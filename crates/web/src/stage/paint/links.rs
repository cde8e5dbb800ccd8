//! Links: whole, slow, lossy, cut, about to be cut.

use tutti_core::base::NodeId;
use tutti_core::sim::Quality;

use super::{Look, Painter};
use crate::stage::geom::{Point, Segment};
use crate::stage::gesture::{LinkPart, Target};
use crate::stage::layout::Layout;
use crate::stage::pen::Pen;
use crate::stage::theme::{Dash, Hue};

/// The way from one node to another.
#[derive(Clone, Copy, Default)]
pub(super) struct Direction {
    /// Where it runs.
    pub(super) lane: Segment,
    /// There is such a link.
    pub(super) known: bool,
    pub(super) cut: bool,
    /// It is not like the rest of the network.
    pub(super) changed: bool,
    /// Messages take longer than in the rest of the network.
    pub(super) slow: bool,
    pub(super) lossy: bool,
    /// Something is on the way, or a client waits for an answer.
    pub(super) busy: bool,
}

/// So much loss is seen, though all links may have it, in parts per million.
const LOSSY: u32 = 20_000;

impl Direction {
    /// Takes on the look of a quality, beside what links are like in common.
    pub(super) fn like(&mut self, quality: Quality, common: Quality) {
        self.changed = quality != common;
        self.slow = quality.latency.typical() > common.latency.typical();
        self.lossy = quality.loss_ppm > common.loss_ppm || quality.loss_ppm >= LOSSY;
    }

    /// Adds it to the path, on this line: slow ones go a longer way, and two ticks are on what is neither slow nor lossy
    /// and yet not as the others are.
    pub(super) fn add(self, pen: Pen<'_>, line: &Segment) {
        if self.slow {
            return pen.wave(line);
        }
        pen.segment(line);
        if self.changed && !self.lossy {
            for tick in [[(-3, -8), (-3, 8)], [(3, -8), (3, 8)]] {
                pen.through(line.a.toward(line.b, 0.28), (line.b - line.a).unit(), &tick);
            }
        }
    }
}

impl Painter {
    #[inline(never)]
    pub(super) fn direction(&self, from: usize, to: usize) -> Direction {
        self.directions.get(from * self.nodes + to).copied().unwrap_or_default()
    }

    #[inline(never)]
    pub(super) fn direction_mut(&mut self, from: NodeId, to: NodeId) -> Option<&mut Direction> {
        self.directions.get_mut(from.0 as usize * self.nodes + to.0 as usize)
    }

    /// Whether a link between these two is drawn, and so can be touched: all between servers; of a client's, those
    /// that matter at the moment.
    pub fn link_shown(&self, layout: &Layout, a: usize, b: usize) -> bool {
        let (there, back) = (self.direction(a, b), self.direction(b, a));
        let matters = |d: Direction| d.busy || d.cut;
        let servers = a < layout.servers && b < layout.servers;
        (there.known || back.known) && (servers || matters(there) || matters(back))
    }

    pub(super) fn links(&self, pen: Pen<'_>, layout: &Layout, look: Look<'_>) {
        let n = self.nodes;
        let s = layout.servers;
        // Whole directions between servers.
        for (lossy, dash, clients) in [(false, Dash::Solid, Dash::Dots), (true, Dash::Gaps, Dash::Gaps)] {
            pen.dash(dash);
            for (changed, hue, width) in [(false, Hue::Line, 1.0), (true, Hue::Muted, 1.3)] {
                pen.line(hue, width);
                for at in 0..s * s {
                    let d = self.direction(at / s, at % s);
                    if d.known && !d.cut && d.lossy == lossy && d.changed == changed {
                        d.add(pen, &d.lane);
                    }
                }
                pen.stroke();
            }
            if layout.shop.is_some() {
                continue;
            }
            // Clients and whom they talk to: both directions are one.
            pen.dash(clients);
            pen.line(Hue::Client, 1.2);
            for client in s..n {
                for server in 0..s {
                    let (there, back) = (self.direction(client, server), self.direction(server, client));
                    let worse = if there.changed { there } else { back };
                    if (there.busy || back.busy) && !there.cut && !back.cut && worse.lossy == lossy {
                        worse.add(pen, &layout.link(client, server));
                    }
                }
            }
            pen.stroke();
        }
        // Cut directions: dots, and then the crosses on them.
        pen.line(Hue::No, 1.4);
        self.cut(pen, layout, false);
        pen.stroke();
        pen.dash(Dash::Solid);
        pen.line(Hue::No, 2.0);
        self.cut(pen, layout, true);
        pen.stroke();
        // What a click or the swipe would cut.
        if let Some(Target::Link(part)) = look.hover {
            self.hint(pen, part);
        }
        if let Some(swipe) = look.swipe {
            pen.line(Hue::No, 2.5);
            for &(a, b) in swipe.crossed {
                pen.segment(&layout.link(a, b));
            }
            pen.stroke();
        }
    }

    /// Adds what is cut to the path: both directions as one with a gap in the middle, or the lane of the one; or a cross
    /// on each.
    fn cut(&self, pen: Pen<'_>, layout: &Layout, crosses: bool) {
        for at in 0..self.nodes * self.nodes {
            let (from, to) = (at / self.nodes, at % self.nodes);
            let there = self.direction(from, to);
            if from == to || !there.cut {
                continue;
            }
            if self.direction(to, from).cut {
                // This half; the other comes with the other direction.
                let l = layout.link(from, to);
                if !crosses {
                    pen.add(l.a, l.a.toward(l.b, 0.46));
                } else if from < to {
                    pen.cross(l.a.toward(l.b, 0.5), 5.0);
                }
            } else if crosses {
                pen.cross(there.lane.a.toward(there.lane.b, 0.28), 4.5);
            } else {
                pen.segment(&there.lane);
            }
        }
    }

    /// Shows which direction the pointer is on: the lane, thick, with an arrow head.
    fn hint(&self, pen: Pen<'_>, part: LinkPart) {
        let (there, back) = (self.direction(part.from, part.to), self.direction(part.to, part.from));
        if !there.known {
            return;
        }
        let whole = there.cut && (!part.both || back.cut);
        pen.line(if whole { Hue::Answer } else { Hue::No }, 2.2);
        pen.alpha(0.8);
        for Direction { lane, .. } in [there, back].into_iter().take(1 + usize::from(part.both)) {
            pen.segment(&lane);
            pen.through(lane.b, (lane.b - lane.a).unit(), &[(-18, 10), (0, 0), (-18, -10)]);
        }
        pen.stroke();
        pen.alpha(1.0);
    }
}

pub(super) fn trail(pen: Pen<'_>, way: &[Point]) {
    pen.line(Hue::No, 2.0);
    for pair in way.windows(2) {
        pen.add(pair[0], pair[1]);
    }
    pen.stroke();
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::Span;
    use tutti_core::sim::Latency;

    #[test]
    fn what_a_link_is_like_beside_the_others_is_seen() {
        let common = Quality { loss_ppm: 5_000, ..Quality::clean(Latency::Fixed(Span::millis(10))) };
        let look = |quality| {
            let mut direction = Direction::default();
            direction.like(quality, common);
            (direction.changed, direction.slow, direction.lossy)
        };
        assert_eq!(look(common), (false, false, false));
        assert_eq!(look(Quality { latency: Latency::Fixed(Span::millis(50)), ..common }), (true, true, false));
        assert_eq!(look(Quality { loss_ppm: 10_000, ..common }), (true, false, true));
        assert_eq!(look(Quality { duplicate_ppm: 300_000, ..common }), (true, false, false));
        assert_eq!(look(Quality { latency: Latency::Fixed(Span::millis(1)), ..common }), (true, false, false));
        let bad = Quality { loss_ppm: 50_000, ..common };
        let mut everywhere = Direction::default();
        everywhere.like(bad, bad);
        assert!(everywhere.lossy && !everywhere.changed, "what all of them lose is seen too");
    }
}
