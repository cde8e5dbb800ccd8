//! Draws the score: a staff a node, a slanted stroke a message.

use std::f64::consts::TAU;

use smol_str::SmolStr;
use tutti_core::base::Time;
use tutti_core::timeline::score::{Fate, Mark, MarkKind, Score, StaffState};
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Ctx;

use super::axis::{Axis, decimals};
use super::crowd::{COLUMN, Crowd, end};
use super::geom::pt;
use super::paint::{cross, fermata, rest};
use super::sign::{TABLE, sign_number};
use super::theme::{Hue, Theme};

/// The room above the first staff.
pub const TOP: f64 = 30.0;
/// The room below the last, for the times.
pub const BOTTOM: f64 = 26.0;

/// What the score is drawn of.
pub struct Staff<'a> {
    /// Its height.
    pub height: f64,
    /// The nodes' names, servers first.
    pub names: &'a [SmolStr],
    /// How many are servers.
    pub servers: usize,
    /// What happened.
    pub score: &'a Score,
    /// Where it is too crowded for single strokes.
    pub crowd: &'a Crowd,
    /// The moment that the stage shows.
    pub now: Time,
    /// Where this branch began, if it left another.
    pub begun: Option<Time>,
    /// Dots, and no dots.
    pub dots: &'a JsValue,
    /// A whole line.
    pub solid: &'a JsValue,
}

impl Staff<'_> {
    /// Where a node's staff is.
    pub fn y(&self, node: usize) -> f64 {
        staff_y(self.height, self.names.len(), node)
    }

    fn end(&self, t: Time) -> f64 {
        (if t == Time::NEVER { self.score.explored } else { t }).0 as f64
    }

    /// Draws it.
    pub fn paint(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
        let whole = axis.left + axis.width;
        ctx.clear_rect(0.0, 0.0, whole + 40.0, self.height);
        ctx.set_line_cap("butt");
        ctx.set_line_join("round");
        self.grid(ctx, theme, axis);
        ctx.save();
        ctx.begin_path();
        ctx.rect(axis.left - 2.0, 0.0, axis.width + 4.0, self.height - BOTTOM + 12.0);
        ctx.clip();
        self.swells(ctx, theme, axis);
        self.strokes(ctx, theme, axis);
        self.spans(ctx, theme, axis);
        self.marks(ctx, theme, axis);
        ctx.restore();
        // Names.
        ctx.set_text_align("right");
        ctx.set_text_baseline("middle");
        let narrow = axis.left < 60.0;
        ctx.set_font(&theme.serif("", if narrow { 13 } else { 17 }));
        let small = theme.serif("", if narrow { 10 } else { 12 });
        for (i, name) in self.names.iter().enumerate() {
            if i == self.servers {
                ctx.set_font(&small);
            }
            ctx.set_fill_style_str(theme.colour(Hue::Ink));
            let _ = ctx.fill_text(name, axis.left - if narrow { 8.0 } else { 12.0 }, self.y(i) + 1.0);
        }
    }

    fn grid(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
        let step = axis.step(if axis.width < 500.0 { 80.0 } else { 110.0 });
        let fine = step / 5.0;
        let bottom = self.height - BOTTOM + 4.0;
        ctx.set_stroke_style_str(theme.colour(Hue::Line));
        ctx.set_line_width(1.0);
        for (each, alpha) in [(fine, 0.4), (step, 1.0)] {
            ctx.set_global_alpha(alpha);
            ctx.begin_path();
            let mut t = (axis.from / each).ceil() * each;
            while t <= axis.to() {
                let x = axis.x(t).round() + 0.5;
                ctx.move_to(x, 12.0);
                ctx.line_to(x, bottom);
                t += each;
            }
            ctx.stroke();
        }
        ctx.set_global_alpha(1.0);
        ctx.set_fill_style_str(theme.colour(Hue::Muted));
        ctx.set_font(&theme.mono(11));
        ctx.set_text_align("center");
        ctx.set_text_baseline("middle");
        let places = decimals(step);
        let mut t = (axis.from / step).ceil() * step;
        while t <= axis.to() {
            let words = [&seconds(t, places), " s"].concat();
            let x = axis.x(t).clamp(axis.left + 14.0, axis.left + axis.width - 16.0);
            let _ = ctx.fill_text(&words, x, self.height - BOTTOM + 16.0);
            t += step;
        }
    }

    /// Where strokes would run together: each staff swells with what arrives at it.
    fn swells(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
        let half = (self.y(1.min(self.names.len() - 1)) - self.y(0)).abs().max(14.0) * 0.42;
        ctx.set_fill_style_str(theme.colour(Hue::Entries));
        ctx.set_global_alpha(0.34);
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
                    ctx.line_to(x(column - 1) + COLUMN, y);
                    wave().rev().for_each(|(x, h)| ctx.line_to(x, y + h));
                    ctx.close_path();
                }
                column += 1;
            }
        }
        ctx.fill();
        ctx.set_global_alpha(1.0);
    }

    fn strokes(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
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

    fn spans(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
        let edges = |from: Time, to: Time| {
            let (a, b) = (axis.x(from.0 as f64), axis.x(self.end(to)));
            (a.max(axis.left - 20.0), b.min(axis.left + axis.width + 20.0))
        };
        for (state, hue, width) in [
            (StaffState::Quiet, Hue::Follower, 1.3),
            (StaffState::Paused, Hue::Muted, 1.5),
            (StaffState::Dead, Hue::Muted, 1.5),
            (StaffState::Election, Hue::Follower, 1.3),
            (StaffState::Leader, Hue::Leader, 5.0),
        ] {
            let silent = matches!(state, StaffState::Paused | StaffState::Dead);
            let _ = ctx.set_line_dash(if silent { self.dots } else { self.solid });
            ctx.set_stroke_style_str(theme.colour(hue));
            ctx.set_line_width(width);
            ctx.begin_path();
            for s in self.score.spans.iter().filter(|s| s.state == state) {
                let (a, b) = edges(s.from, s.to);
                let y = self.y(s.node.0 as usize);
                if b > a {
                    ctx.move_to(a, y);
                    ctx.line_to(b, y);
                }
            }
            ctx.stroke();
        }
        let _ = ctx.set_line_dash(self.solid);
        // Elections swell.
        ctx.set_fill_style_str(theme.colour(Hue::Candidate));
        ctx.begin_path();
        for s in self.score.spans.iter().filter(|s| s.state == StaffState::Election) {
            let (a, b) = (axis.x(s.from.0 as f64), axis.x(self.end(s.to)).min(axis.left + axis.width + 20.0));
            let y = self.y(s.node.0 as usize);
            ctx.move_to(a, y);
            ctx.line_to(b.max(a + 3.0), y - 7.0);
            ctx.line_to(b.max(a + 3.0), y + 7.0);
            ctx.close_path();
        }
        ctx.fill();
        // Deaths and fermatas.
        for s in &self.score.spans {
            let (x, y) = (axis.x(s.from.0 as f64), self.y(s.node.0 as usize));
            if x < axis.left - 10.0 {
                continue;
            }
            match s.state {
                StaffState::Dead => {
                    ctx.set_stroke_style_str(theme.colour(Hue::No));
                    ctx.set_line_width(2.2);
                    rest(ctx, pt(x - 2.0, y - 12.0), 0.85);
                }
                StaffState::Paused => {
                    ctx.set_stroke_style_str(theme.colour(Hue::Ink));
                    ctx.set_fill_style_str(theme.colour(Hue::Ink));
                    fermata(ctx, pt(x, y - 5.0), 7.0);
                }
                _ => {}
            }
        }
    }

    fn marks(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
        let mut free = f64::NEG_INFINITY;
        let italic = theme.serif("italic", 13);
        ctx.set_text_baseline("alphabetic");
        for m in &self.score.marks {
            let x = axis.x(m.time.0 as f64);
            if x < axis.left - 120.0 || x > axis.left + axis.width + 4.0 {
                continue;
            }
            match m.kind {
                MarkKind::Election | MarkKind::Leader => {
                    let y = m.node.map_or(TOP, |n| self.y(n.0 as usize));
                    // Where the page is crowded a word less is more.
                    if m.kind == MarkKind::Election && x > free && !m.text.is_empty() {
                        ctx.set_font(&italic);
                        ctx.set_text_align("left");
                        ctx.set_fill_style_str(theme.colour(Hue::CandidateText));
                        ctx.set_stroke_style_str(theme.colour(Hue::Paper));
                        ctx.set_line_width(4.0);
                        let _ = ctx.stroke_text(&m.text, x, y - 10.0);
                        let _ = ctx.fill_text(&m.text, x, y - 10.0);
                        free = x + 8.0 * m.text.len() as f64;
                    }
                    if m.kind == MarkKind::Leader {
                        ctx.set_stroke_style_str(theme.colour(Hue::Ink));
                        ctx.set_line_width(2.0);
                        ctx.begin_path();
                        ctx.move_to(x, y - 2.0);
                        ctx.line_to(x + 8.0, y - 11.0);
                        ctx.stroke();
                    }
                }
                MarkKind::Violation => {
                    ctx.set_stroke_style_str(theme.colour(Hue::No));
                    ctx.set_fill_style_str(theme.colour(Hue::No));
                    ctx.set_line_width(2.0);
                    ctx.begin_path();
                    ctx.move_to(x, 14.0);
                    ctx.line_to(x, self.height - BOTTOM);
                    ctx.stroke();
                    ctx.begin_path();
                    ctx.move_to(x, 4.0);
                    ctx.line_to(x + 6.0, 11.0);
                    ctx.line_to(x, 18.0);
                    ctx.line_to(x - 6.0, 11.0);
                    ctx.fill();
                }
                _ => self.command(ctx, theme, m, x),
            }
        }
        // Where this branch left the one it came from.
        if let Some(begun) = self.begun {
            let x = axis.x(begun.0 as f64);
            ctx.set_stroke_style_str(theme.colour(Hue::Muted));
            ctx.set_line_width(1.2);
            ctx.begin_path();
            ctx.move_to(x, self.y(self.names.len() - 1) + 8.0);
            ctx.line_to(x, 16.0);
            ctx.quadratic_curve_to(x + 34.0, 6.0, x + 70.0, 14.0);
            ctx.stroke();
        }
    }

    /// A command of a person: a tick above the staves, and on the node's staff.
    fn command(&self, ctx: &Ctx, theme: &Theme, m: &Mark, x: f64) {
        ctx.set_fill_style_str(theme.colour(Hue::Ink));
        ctx.begin_path();
        ctx.move_to(x - 4.0, 10.0);
        ctx.line_to(x + 4.0, 10.0);
        ctx.line_to(x, 17.0);
        ctx.fill();
        if let (Some(node), MarkKind::Restart | MarkKind::Resume) = (m.node, m.kind) {
            let y = self.y(node.0 as usize);
            ctx.set_stroke_style_str(theme.colour(Hue::Follower));
            ctx.set_line_width(2.0);
            ctx.begin_path();
            ctx.move_to(x, y - 6.0);
            ctx.line_to(x, y + 6.0);
            ctx.stroke();
        }
    }
}

/// How wide and how strong a stroke is that has ended.
pub fn quiet(hue: Hue) -> (f64, f64) {
    if hue == Hue::Vote { (1.4, 0.95) } else { (0.9, 0.55) }
}

/// Where a node's staff is on a score of this height.
pub fn staff_y(height: f64, nodes: usize, node: usize) -> f64 {
    let room = (height - TOP - BOTTOM).max(10.0);
    if nodes <= 1 { TOP + room / 2.0 } else { TOP + room * node as f64 / (nodes - 1) as f64 * 0.94 }
}

/// A moment in seconds with so many decimals.
pub fn seconds(micros: f64, decimals: usize) -> String {
    let unit = 10u64.pow(6 - decimals.min(6) as u32);
    let whole = (micros.max(0.0) / unit as f64).round() as u64;
    let scale = 10u64.pow(decimals.min(6) as u32);
    let mut words = (whole / scale).to_string();
    if decimals > 0 {
        let rest = (whole % scale).to_string();
        words.push('.');
        for _ in rest.len()..decimals {
            words.push('0');
        }
        words.push_str(&rest);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_the_decimals_that_are_asked_for() {
        assert_eq!(seconds(1_900_000.0, 1), "1.9");
        assert_eq!(seconds(1_900_400.0, 3), "1.900");
        assert_eq!(seconds(12_000_000.0, 0), "12");
        assert_eq!(seconds(1_050_000.0, 2), "1.05");
    }

    #[test]
    fn staves_fit_and_go_down() {
        for n in 1..9 {
            for i in 1..n {
                assert!(staff_y(200.0, n, i) > staff_y(200.0, n, i - 1));
            }
            assert!(staff_y(200.0, n, n - 1) < 200.0 - BOTTOM + 4.0);
        }
    }
}
