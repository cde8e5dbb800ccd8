//! Messages: a slanted stroke each, or swelling staves where they are too many.

use std::f64::consts::TAU;

use tutti_core::base::Time;
use tutti_core::timeline::score::Fate;
use web_sys::CanvasRenderingContext2d as Ctx;

use super::Staff;
use crate::stage::axis::Axis;
use crate::stage::crowd::{COLUMN, end};
use crate::stage::geom::pt;
use crate::stage::paint::cross;
use crate::stage::sign::{TABLE, sign_number};
use crate::stage::theme::{Hue, Theme};

/// How strong a swell is drawn.
pub const SWELL: f64 = 0.34;

impl Staff<'_> {
    /// How far a staff can swell to either side.
    pub fn widest(&self) -> f64 {
        (self.y(1.min(self.names.len() - 1)) - self.y(0)).abs().max(14.0) * 0.42
    }

    /// Where strokes would run together: each staff swells with what arrives at it.
    pub(super) fn swells(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
        let half = self.widest();
        ctx.set_fill_style_str(theme.colour(Hue::Entries));
        ctx.set_global_alpha(SWELL);
        ctx.begin_path();
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
                    ctx.move_to(x(first) - COLUMN, y);
                    wave().for_each(|(x, h)| ctx.line_to(x, y - h));
                    wave().rev().for_each(|(x, h)| ctx.line_to(x, y + h));
                    ctx.close_path();
                }
                column += 1;
            }
        }
        ctx.fill();
        ctx.set_global_alpha(1.0);
    }

    pub(super) fn strokes(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
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
        for hue in [Hue::Answer, Hue::Entries, Hue::Client, Hue::Vote] {
            ctx.set_stroke_style_str(theme.colour(hue));
            ctx.set_fill_style_str(theme.colour(hue));
            let (width, alpha) = quiet(hue);
            ctx.set_line_width(width);
            for step in 1..=4 {
                let of = || lines.iter().filter(|l| l.0 == hue && l.1 == step);
                if of().next().is_none() {
                    continue;
                }
                let seen = f64::from(step) / 4.0;
                ctx.set_global_alpha(alpha * seen);
                ctx.begin_path();
                for (.., from, to) in of() {
                    ctx.move_to(from.x, from.y);
                    ctx.line_to(to.x, to.y);
                }
                ctx.stroke();
                // A dot where it arrived.
                ctx.set_global_alpha(0.9 * seen);
                ctx.begin_path();
                for (.., to) in of().filter(|l| l.2 == Fate::Delivered) {
                    ctx.move_to(to.x + 2.0, to.y);
                    let _ = ctx.arc(to.x, to.y, 2.0, 0.0, TAU);
                }
                ctx.fill();
            }
        }
        // A cross where it was lost.
        ctx.set_stroke_style_str(theme.colour(Hue::No));
        ctx.set_line_width(1.3);
        for step in 1..=4 {
            ctx.set_global_alpha(0.85 * f64::from(step) / 4.0);
            ctx.begin_path();
            for (.., at) in lines.iter().filter(|l| l.1 == step && l.2 == Fate::Lost) {
                cross(ctx, *at, 3.0);
            }
            ctx.stroke();
        }
        ctx.set_global_alpha(1.0);
    }
}

/// How wide and how strong a stroke is that has ended.
pub fn quiet(hue: Hue) -> (f64, f64) {
    if hue == Hue::Vote { (1.4, 0.95) } else { (0.9, 0.55) }
}
