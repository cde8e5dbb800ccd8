//! Messages: a slanted stroke each, or swelling staves where they are too many.

use tutti_core::base::Time;
use tutti_core::timeline::score::Fate;

use super::Staff;
use crate::stage::axis::Axis;
use crate::stage::crowd::{COLUMN, end};
use crate::stage::geom::pt;
use crate::stage::pen::Pen;
use crate::stage::sign::{TABLE, sign_number};
use crate::stage::theme::Hue;

/// How strong a swell is drawn.
pub const SWELL: f64 = 0.34;

impl Staff<'_> {
    /// How far a staff can swell to either side.
    pub fn widest(&self) -> f64 {
        self.distance().max(14.0) * 0.42
    }

    /// Where strokes would run together: each staff swells with what arrives at it.
    pub(super) fn swells(&self, pen: Pen<'_>, axis: &Axis) {
        let half = self.widest();
        pen.alpha(SWELL);
        pen.shape(Hue::Entries);
        for node in 0..self.names.len() {
            let (y, swell) = (self.y(node), self.crowd.swell(node));
            let mut column = 0;
            while column < swell.len() {
                let first = column;
                while column < swell.len() && swell[column] > 0.01 {
                    column += 1;
                }
                let x = |column: usize| axis.left + (column as f64 + 0.5) * COLUMN;
                let wave = || (first..column).map(|c| (x(c), swell[c] * half));
                if column > first {
                    // There above the staff, and back below it.
                    pen.ctx.move_to(x(first) - COLUMN, y);
                    wave().for_each(|(x, h)| pen.ctx.line_to(x, y - h));
                    wave().rev().for_each(|(x, h)| pen.ctx.line_to(x, y + h));
                }
                column += 1;
            }
        }
        pen.fill();
        pen.alpha(1.0);
    }

    pub(super) fn strokes(&self, pen: Pen<'_>, axis: &Axis) {
        let score = self.score;
        let (left, right) = (axis.from, axis.to());
        let n = self.names.len();
        // The latest are drawn once a frame, above all this.
        let at_end = self.now >= score.explored;
        let mut lines = Vec::new();
        for s in &score.strokes {
            let (a, b) = (s.from.0 as usize, s.to.0 as usize);
            let flying = s.fate == Fate::InFlight;
            if a >= n || b >= n || flying && at_end {
                continue;
            }
            let (sent, end) = (s.sent.0 as f64, end(s, score.explored).0 as f64);
            if end < left || sent > right {
                continue;
            }
            let due = if s.end == Time::NEVER { end } else { s.end.0 as f64 };
            let (x0, x1) = (axis.x(sent), axis.x(end));
            // Four steps from faint to whole.
            let seen = (self.crowd.seen((x0 + x1) / 2.0) * 4.0).round() as u8;
            if seen > 0 {
                let (ya, yb) = (self.y(a), self.y(b));
                let share = if due > sent { (end - sent) / (due - sent) } else { 1.0 };
                let hue = TABLE[sign_number(s.kind)].hue;
                lines.push((hue, seen, s.fate, pt(x0, ya), pt(x1, ya + (yb - ya) * share)));
            }
        }
        for step in 1..=4 {
            let seen = f64::from(step) / 4.0;
            let of = |hue| lines.iter().filter(move |l| l.0 == hue && l.1 == step);
            for hue in HUES {
                if of(hue).next().is_none() {
                    continue;
                }
                let (width, alpha) = quiet(hue);
                pen.alpha(alpha * seen);
                pen.line(hue, width);
                for &(.., from, to) in of(hue) {
                    pen.add(from, to);
                }
                pen.stroke();
                // A dot where it arrived.
                pen.alpha(0.9 * seen);
                pen.shape(hue);
                for &(.., to) in of(hue).filter(|l| l.2 == Fate::Delivered) {
                    pen.round(to, 2.0);
                }
                pen.fill();
            }
            // A cross where it was lost.
            pen.alpha(0.85 * seen);
            pen.line(Hue::No, 1.3);
            for &(.., at) in lines.iter().filter(|l| l.1 == step && l.2 == Fate::Lost) {
                pen.cross(at, 3.0);
            }
            pen.stroke();
        }
        pen.alpha(1.0);
    }
}

/// What messages are drawn in, one above the other.
pub const HUES: [Hue; 4] = [Hue::Answer, Hue::Entries, Hue::Client, Hue::Vote];

/// How wide and how strong a stroke is that has ended.
pub fn quiet(hue: Hue) -> (f32, f64) {
    if hue == Hue::Vote { (1.4, 0.95) } else { (0.9, 0.55) }
}
