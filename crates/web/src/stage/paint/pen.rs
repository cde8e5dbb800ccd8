//! Small shapes that are drawn in several places.

use std::f64::consts::{PI, TAU};

use web_sys::CanvasRenderingContext2d as Ctx;

use crate::stage::geom::{Point, Segment, pt};

pub(super) fn rimmed(ctx: &Ctx, words: &str, x: f64, y: f64) {
    let _ = ctx.stroke_text(words, x, y);
    let _ = ctx.fill_text(words, x, y);
}

/// A rest sign, hanging from `p`.
pub fn rest(ctx: &Ctx, p: Point, k: f64) {
    ctx.begin_path();
    ctx.move_to(p.x, p.y);
    ctx.quadratic_curve_to(p.x + 8.0 * k, p.y + 8.0 * k, p.x, p.y + 14.0 * k);
    ctx.quadratic_curve_to(p.x - 7.0 * k, p.y + 21.0 * k, p.x + 2.0 * k, p.y + 29.0 * k);
    ctx.stroke();
}

/// A fermata standing on `p`.
pub fn fermata(ctx: &Ctx, p: Point, r: f64) {
    ctx.set_line_width(2.2);
    ctx.begin_path();
    let _ = ctx.arc(p.x, p.y, r, PI, TAU);
    ctx.stroke();
    ctx.begin_path();
    let _ = ctx.arc(p.x, p.y - r * 0.25, r * 0.23, 0.0, TAU);
    ctx.fill();
}

pub(super) fn line(ctx: &Ctx, s: Segment) {
    ctx.move_to(s.a.x, s.a.y);
    ctx.line_to(s.b.x, s.b.y);
}

/// Adds a cross to the path.
pub fn cross(ctx: &Ctx, p: Point, k: f64) {
    line(ctx, Segment { a: p + pt(-k, -k), b: p + pt(k, k) });
    line(ctx, Segment { a: p + pt(k, -k), b: p + pt(-k, k) });
}

pub(super) fn circle(ctx: &Ctx, p: Point, r: f64) {
    ctx.begin_path();
    let _ = ctx.arc(p.x, p.y, r, 0.0, TAU);
    ctx.stroke();
}

pub(super) fn rounded(ctx: &Ctx, p: Point, rx: f64, ry: f64, radius: f64) {
    let _ = ctx.round_rect_with_f64(p.x - rx, p.y - ry, rx * 2.0, ry * 2.0, radius);
}

/// Appends a number, without the machinery of `format!`.
pub(super) fn push_number(words: &mut String, n: u32) {
    let mut digits = [0u8; 10];
    let mut at = digits.len();
    let mut rest = n;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    for &d in &digits[at..] {
        words.push(d as char);
    }
}
