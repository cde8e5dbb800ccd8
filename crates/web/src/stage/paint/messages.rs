//! Messages under way, each with its sign.

use std::f64::consts::TAU;

use tutti_core::base::MessageId;
use tutti_core::lab::scene::{MessageKind, Scene};
use web_sys::CanvasRenderingContext2d as Ctx;

use super::Painter;
use super::pen::{line, push_number, rounded};
use crate::stage::geom::{Point, Segment, pt};
use crate::stage::layout::Layout;
use crate::stage::sign::{Inside, Shape, Sign, TABLE};
use crate::stage::theme::{Hue, Theme};

/// A message where it is drawn.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) at: Point,
    way: Point,
    /// How much of a tail there is room for.
    tail: f64,
    count: u32,
    held: bool,
}

/// The length of a tail.
const TAIL: f64 = 26.0;

impl Spot {
    /// Of a sign that is drawn for itself.
    pub(super) fn alone(at: Point) -> Spot {
        Spot { at, way: pt(1.0, 0.0), tail: 0.0, count: 0, held: false }
    }
}

impl Painter {
    /// Where a message is.
    pub fn message_at(&self, scene: &Scene, id: MessageId) -> Option<Point> {
        let m = scene.messages.iter().find(|m| m.id == id)?;
        self.place(scene, m).map(|s| s.at)
    }

    /// The message nearest to a point, if one is near.
    pub fn message_near(&self, scene: &Scene, p: Point, slack: f64) -> Option<MessageId> {
        let mut best: Option<(f64, MessageId)> = None;
        for m in &scene.messages {
            if let Some(spot) = self.place(scene, m) {
                let d = (spot.at - p).len();
                if d <= slack && best.is_none_or(|(b, _)| d < b) {
                    best = Some((d, m.id));
                }
            }
        }
        best.map(|(_, id)| id)
    }

    pub(super) fn place(&self, scene: &Scene, m: &tutti_core::lab::scene::MessageView) -> Option<Spot> {
        let n = scene.nodes.len();
        let lane = *self.lanes.get(m.from.0 as usize * n + m.to.0 as usize)?;
        let way = lane.b - lane.a;
        let long = way.len();
        if long < 1.0 || m.from == m.to {
            return None;
        }
        let mut t = m.progress(scene.time);
        if m.held {
            // Those that are held on one link stand in a row.
            let before = scene.messages.iter().filter(|o| o.held && (o.from, o.to) == (m.from, m.to) && o.id < m.id);
            t -= (before.count() as f64 * 0.13).min(0.4);
        }
        let way = way * (1.0 / long);
        let count = if let MessageKind::Append { count, .. } = m.kind { count } else { 0 };
        Some(Spot { at: lane.a + way * (t * long), way, tail: (t * long).min(TAIL), count, held: m.held })
    }

    pub(super) fn tails(&self, ctx: &Ctx, theme: &Theme) {
        for (i, spots) in self.spots.iter().enumerate() {
            if spots.is_empty() {
                continue;
            }
            // Wedges, one path for all of a kind: lines with round ends cost several times as much.
            ctx.set_fill_style_str(theme.colour(TABLE[i].hue));
            ctx.set_global_alpha(0.3);
            ctx.begin_path();
            for s in spots.iter().filter(|s| !s.held) {
                let (side, end) = (s.way.right() * 2.6, s.at - s.way * s.tail);
                let (left, right) = (s.at - side, s.at + side);
                ctx.move_to(left.x, left.y);
                ctx.line_to(right.x, right.y);
                ctx.line_to(end.x, end.y);
            }
            ctx.fill();
        }
        ctx.set_global_alpha(1.0);
    }

    pub(super) fn messages(&mut self, ctx: &Ctx, theme: &Theme, layout: &Layout) {
        let k = if layout.narrow { 0.82 } else { 1.0 };
        let Painter { spots, stamps, fonts, .. } = self;
        for (i, spots) in spots.iter().enumerate().filter(|(_, spots)| !spots.is_empty()) {
            if !stamps.press(ctx, theme, i, spots, k) {
                signs(ctx, theme, TABLE[i], spots, k);
            }
            further(ctx, theme, &fonts.slip, TABLE[i].shape, spots);
        }
    }
}

/// What some of a kind have beside their sign: the number of entries, the hand that holds it.
fn further(ctx: &Ctx, theme: &Theme, font: &str, shape: Shape, spots: &[Spot]) {
    if shape == Shape::Slip {
        ctx.set_fill_style_str(theme.colour(Hue::OnFill));
        ctx.set_font(font);
        ctx.set_text_align("center");
        ctx.set_text_baseline("middle");
        let mut words = String::with_capacity(6);
        for s in spots {
            words.clear();
            words.push('+');
            push_number(&mut words, s.count);
            let _ = ctx.fill_text(&words, s.at.x, s.at.y + 0.5);
        }
    }
    // A hand on it: brackets.
    if spots.iter().any(|s| s.held) {
        ctx.set_stroke_style_str(theme.colour(Hue::Ink));
        ctx.set_line_width(1.6);
        ctx.begin_path();
        for s in spots.iter().filter(|s| s.held) {
            for side in [-1.0, 1.0] {
                let (x, y) = (s.at.x + side * 16.0, s.at.y);
                ctx.move_to(x - side * 4.0, y - 11.0);
                ctx.line_to(x, y - 11.0);
                ctx.line_to(x, y + 11.0);
                ctx.line_to(x - side * 4.0, y + 11.0);
            }
        }
        ctx.stroke();
    }
}

/// Draws a sign at each of these places.
pub(super) fn signs(ctx: &Ctx, theme: &Theme, sign: Sign, spots: &[Spot], k: f64) {
    let colour = theme.colour(sign.hue);
    let paper = theme.colour(Hue::Paper);
    ctx.begin_path();
    for s in spots {
        outline(ctx, sign.shape, s, k);
    }
    match sign.shape {
        Shape::Ring(inside) => {
            ctx.set_fill_style_str(paper);
            ctx.fill();
            ctx.set_stroke_style_str(colour);
            ctx.set_line_width(if inside == Inside::Nothing { 2.8 } else { 2.0 } * k);
            ctx.stroke();
            if inside != Inside::Nothing {
                ctx.begin_path();
                for s in spots {
                    let shape = if inside == Inside::Triangle { Shape::Triangle } else { Shape::Diamond };
                    outline(ctx, shape, s, k * 0.52);
                }
                if sign.hollow {
                    ctx.set_line_width(1.0);
                    ctx.stroke();
                } else {
                    ctx.set_fill_style_str(colour);
                    ctx.fill();
                }
            }
            if sign.barred {
                ctx.set_stroke_style_str(theme.colour(Hue::No));
                ctx.set_line_width(2.4);
                ctx.begin_path();
                for s in spots {
                    let d = pt(8.5, -8.5) * k;
                    line(ctx, Segment { a: s.at - d, b: s.at + d });
                }
                ctx.stroke();
            }
        }
        _ if sign.hollow => {
            ctx.set_fill_style_str(paper);
            ctx.fill();
            ctx.set_stroke_style_str(colour);
            ctx.set_line_width(2.0 * k);
            ctx.stroke();
        }
        _ => {
            ctx.set_fill_style_str(colour);
            ctx.fill();
        }
    }
    if sign.shape == Shape::Block {
        ctx.set_stroke_style_str(theme.colour(Hue::OnFill));
        ctx.set_line_width(1.4);
        ctx.begin_path();
        for s in spots {
            for y in [-4.0, 0.0, 4.0] {
                line(ctx, Segment { a: s.at + pt(-6.0, y) * k, b: s.at + pt(6.0, y) * k });
            }
        }
        ctx.stroke();
    }
}

/// Adds the outline of a sign to the path.
fn outline(ctx: &Ctx, shape: Shape, s: &Spot, k: f64) {
    let Point { x, y } = s.at;
    match shape {
        Shape::Triangle => {
            let (u, v) = (s.way * k, s.way.right() * k);
            let (a, b, c) = (s.at + u * 9.0, s.at - u * 6.0 + v * 7.5, s.at - u * 6.0 - v * 7.5);
            ctx.move_to(a.x, a.y);
            ctx.line_to(b.x, b.y);
            ctx.line_to(c.x, c.y);
            ctx.close_path();
        }
        Shape::Slip => {
            let half = if s.count > 9 { 14.0 } else { 11.0 } * k;
            rounded(ctx, s.at, half, 8.0 * k, 3.0);
        }
        Shape::Beat => ctx.rect(x - 5.0 * k, y - 3.0 * k, 10.0 * k, 6.0 * k),
        Shape::Block => rounded(ctx, s.at, 11.0 * k, 11.0 * k, 2.0),
        Shape::Diamond => {
            let d = 7.5 * k;
            ctx.move_to(x, y - d);
            ctx.line_to(x + d, y);
            ctx.line_to(x, y + d);
            ctx.line_to(x - d, y);
            ctx.close_path();
        }
        Shape::Ring(_) => {
            ctx.move_to(x + 6.5 * k, y);
            let _ = ctx.arc(x, y, 6.5 * k, 0.0, TAU);
        }
    }
}
