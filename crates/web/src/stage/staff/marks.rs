//! Single things that happened: elections, commands, violations.

use tutti_core::timeline::score::{Mark, MarkKind};

use super::{BOTTOM, Staff, TOP};
use crate::stage::axis::Axis;
use crate::stage::geom::pt;
use crate::stage::pen::Pen;
use crate::stage::theme::Hue;

impl Staff<'_> {
    pub(super) fn marks(&self, pen: Pen<'_>, axis: &Axis) {
        let mut free = f64::NEG_INFINITY;
        let now = axis.at(self.now);
        pen.letters(&pen.theme.serif("italic", 13), "left");
        pen.ctx.set_text_baseline("alphabetic");
        for m in &self.score.marks {
            let x = axis.at(m.time);
            if x < axis.left - 120.0 || x > axis.left + axis.width + 4.0 {
                continue;
            }
            let y = m.node.map_or(TOP, |n| self.y(n.0 as usize));
            match m.kind {
                MarkKind::Election => {
                    // Where the page is crowded a word less is more, and the wedge says what it is.
                    let begin = if axis.width < 500.0 { "election, ".len() } else { 0 };
                    let words = m.text.get(begin..).unwrap_or_default();
                    let long = 6.5 * words.len() as f64;
                    // What would lie under the playhead stands before it.
                    let before = now - long - 8.0;
                    if x > free {
                        let place = if before < x && now > x - 6.0 { before } else { x };
                        pen.rimmed(Hue::CandidateText, words, pt(place, y - 10.0));
                        free = x + long + 12.0;
                    }
                }
                MarkKind::Leader => {
                    pen.line(Hue::Ink, 2.0);
                    pen.add(pt(x, y - 2.0), pt(x + 8.0, y - 11.0));
                    pen.stroke();
                }
                MarkKind::Violation(_) => {
                    pen.line(Hue::No, 2.0);
                    pen.add(pt(x, 14.0), pt(x, self.height - BOTTOM));
                    pen.stroke();
                    pen.shape(Hue::No);
                    pen.through(pt(x, 11.0), pt(1.0, 0.0), &[(0, -14), (12, 0), (0, 14), (-12, 0)]);
                    pen.fill();
                }
                _ => command(pen, m, x, y),
            }
        }
        // Where this branch left the one it came from.
        if let Some(begun) = self.begun {
            let x = axis.at(begun);
            pen.line(Hue::Muted, 1.2);
            pen.add(pt(x, self.bottom() + 8.0), pt(x, 16.0));
            pen.ctx.quadratic_curve_to(x + 34.0, 6.0, x + 70.0, 14.0);
            pen.stroke();
        }
    }
}

/// A command of a person: a tick above the staves, and on the node's staff.
fn command(pen: Pen<'_>, m: &Mark, x: f64, y: f64) {
    pen.shape(Hue::Ink);
    pen.through(pt(x, 10.0), pt(1.0, 0.0), &[(-8, 0), (8, 0), (0, 14)]);
    pen.fill();
    if m.node.is_some() && matches!(m.kind, MarkKind::Restart | MarkKind::Resume) {
        pen.line(Hue::Follower, 2.0);
        pen.add(pt(x, y - 6.0), pt(x, y + 6.0));
        pen.stroke();
    }
}
