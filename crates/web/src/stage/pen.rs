//! What the stage and the score are drawn with. Each stroke of the pen is a function of its own, which sets whatever it
//! needs and is never inlined: spelt out wherever something is drawn, colours, widths and paths weighed 1.6 KB of brotli
//! more.

use std::f64::consts::TAU;

use web_sys::CanvasRenderingContext2d as Ctx;

use super::geom::{Point, Segment, pt};
use super::theme::{Dash, Hue, Theme};

/// A canvas, and the colours to draw on it with.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    /// The canvas, for what is drawn in one place only.
    pub ctx: &'a Ctx,
    /// The colours, types and patterns.
    pub theme: &'a Theme,
}

/// Corners of a polygon or points of a line, in halves of a pixel, as seen by something that goes to the right.
pub type Shape = [(i8, i8)];

/// A rest sign's two curves: where each is bent, and where it ends.
const REST: [[i8; 4]; 2] = [[8, 8, 0, 14], [-7, 21, 2, 29]];

impl Pen<'_> {
    /// Begins a path that is going to be stroked.
    #[inline(never)]
    pub fn line(&self, hue: Hue, width: f32) {
        self.ctx.set_stroke_style_str(self.theme.colour(hue));
        self.ctx.set_line_width(width.into());
        self.ctx.begin_path();
    }

    /// Begins a path that is going to be filled.
    #[inline(never)]
    pub fn shape(&self, hue: Hue) {
        self.ctx.set_fill_style_str(self.theme.colour(hue));
        self.ctx.begin_path();
    }

    /// Strokes the path.
    pub fn stroke(&self) {
        self.ctx.stroke();
    }

    /// Fills the path.
    pub fn fill(&self) {
        self.ctx.fill();
    }

    /// How strongly it is drawn from here on.
    #[inline(never)]
    pub fn alpha(&self, alpha: f64) {
        self.ctx.set_global_alpha(alpha);
    }

    /// The pattern of lines from here on.
    #[inline(never)]
    pub fn dash(&self, dash: Dash) {
        let _ = self.ctx.set_line_dash(self.theme.dash(dash));
    }

    /// Adds a piece of a line to the path.
    #[inline(never)]
    pub fn add(&self, a: Point, b: Point) {
        self.ctx.move_to(a.x, a.y);
        self.ctx.line_to(b.x, b.y);
    }

    /// Adds a segment to the path.
    #[inline(never)]
    pub fn segment(&self, s: &Segment) {
        self.add(s.a, s.b);
    }

    /// Adds a wave along a segment to the path.
    #[inline(never)]
    pub fn wave(&self, s: &Segment) {
        let way = s.b - s.a;
        let bows = (way.len() / 9.0).round();
        let (step, mut aside) = (way * (1.0 / bows), way.unit().right() * 3.4);
        let mut at = s.a;
        self.ctx.move_to(at.x, at.y);
        for _ in 0..bows as u32 {
            let bend = at + step * 0.5 + aside;
            at = at + step;
            self.ctx.quadratic_curve_to(bend.x, bend.y, at.x, at.y);
            aside = aside * -1.0;
        }
    }

    /// Adds a line through points around `at`; `way` is one pixel in the direction that it goes to.
    #[inline(never)]
    pub fn through(&self, at: Point, way: Point, shape: &Shape) {
        for (i, &(x, y)) in shape.iter().enumerate() {
            let p = at + way * (f64::from(x) / 2.0) + way.right() * (f64::from(y) / 2.0);
            if i == 0 { self.ctx.move_to(p.x, p.y) } else { self.ctx.line_to(p.x, p.y) }
        }
    }

    /// Adds such a line that ends where it began.
    #[inline(never)]
    pub fn polygon(&self, at: Point, way: Point, shape: &Shape) {
        self.through(at, way, shape);
        self.ctx.close_path();
    }

    /// Adds a part of a circle to the path.
    #[inline(never)]
    pub fn arc(&self, at: Point, r: f64, from: f64, to: f64) {
        let _ = self.ctx.arc(at.x, at.y, r, from, to);
    }

    /// Adds a circle to the path.
    #[inline(never)]
    pub fn round(&self, at: Point, r: f64) {
        self.ctx.move_to(at.x + r, at.y);
        self.arc(at, r, 0.0, TAU);
    }

    /// Strokes a circle.
    #[inline(never)]
    pub fn circle(&self, at: Point, r: f64) {
        self.ctx.begin_path();
        self.round(at, r);
        self.ctx.stroke();
    }

    /// Adds a rectangle with rounded corners to the path.
    #[inline(never)]
    pub fn rounded(&self, at: Point, half: Point, radius: f64) {
        let from = at - half;
        let _ = self.ctx.round_rect_with_f64(from.x, from.y, half.x * 2.0, half.y * 2.0, radius);
    }

    /// Adds a cross to the path.
    #[inline(never)]
    pub fn cross(&self, at: Point, k: f64) {
        for way in [pt(k, k), pt(k, -k)] {
            self.add(at - way, at + way);
        }
    }

    /// Draws a rest sign, hanging from `at`.
    #[inline(never)]
    pub fn rest(&self, at: Point, width: f32, k: f64) {
        self.line(Hue::No, width);
        self.ctx.move_to(at.x, at.y);
        for [a, b, c, d] in REST {
            let [bend, end] = [pt(a.into(), b.into()), pt(c.into(), d.into())].map(|p| at + p * k);
            self.ctx.quadratic_curve_to(bend.x, bend.y, end.x, end.y);
        }
        self.stroke();
    }

    /// Draws a fermata standing on `at`.
    #[inline(never)]
    pub fn fermata(&self, at: Point, r: f64) {
        self.line(Hue::Ink, 2.2);
        self.arc(at, r, TAU / 2.0, TAU);
        self.stroke();
        self.shape(Hue::Ink);
        self.round(at - pt(0.0, r * 0.25), r * 0.23);
        self.fill();
    }

    /// In what type words are written from here on, and where of them their place is.
    #[inline(never)]
    pub fn letters(&self, font: &str, align: &str) {
        self.ctx.set_font(font);
        self.ctx.set_text_align(align);
        self.ctx.set_text_baseline("middle");
    }

    /// Writes words.
    #[inline(never)]
    pub fn words(&self, hue: Hue, words: &str, at: Point) {
        self.ctx.set_fill_style_str(self.theme.colour(hue));
        let _ = self.ctx.fill_text(words, at.x, at.y);
    }

    /// Writes words with a rim of paper, so that what is behind them does not strike them through.
    #[inline(never)]
    pub fn rimmed(&self, hue: Hue, words: &str, at: Point) {
        self.line(Hue::Paper, 4.0);
        let _ = self.ctx.stroke_text(words, at.x, at.y);
        self.words(hue, words, at);
    }
}
