//! Messages under way, each with its sign.

use tutti_core::base::MessageId;
use tutti_core::lab::scene::{MessageKind, Scene};

use super::Painter;
use crate::stage::geom::{Point, pt};
use crate::stage::pen::Pen;
use crate::stage::sign::{Inside, Shape, Sign, TABLE};
use crate::stage::theme::Hue;

/// A message where it is drawn.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) at: Point,
    pub(super) way: Point,
    /// How much of a tail there is room for.
    pub(super) tail: f64,
    pub(super) count: u32,
    pub(super) held: bool,
}

/// The length of a tail.
const TAIL: f64 = 26.0;

impl Spot {
    /// Of a sign that is drawn for itself, with so many entries.
    pub(super) fn alone(at: Point, count: u32) -> Spot {
        Spot { at, way: pt(1.0, 0.0), tail: 0.0, count, held: false }
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
        let lane = self.direction(m.from.0 as usize, m.to.0 as usize).lane;
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

    pub(super) fn tails(&self, pen: Pen<'_>) {
        pen.alpha(0.3);
        for (sign, spots) in TABLE.iter().zip(&self.spots) {
            // Wedges, one path for all of a kind: lines with round ends cost several times as much.
            pen.shape(sign.hue);
            for s in spots.iter().filter(|s| !s.held) {
                let (side, end) = (s.way.right() * 2.6, s.at - s.way * s.tail);
                pen.add(s.at - side, s.at + side);
                pen.ctx.line_to(end.x, end.y);
            }
            pen.fill();
        }
        pen.alpha(1.0);
    }

    pub(super) fn messages(&mut self, pen: Pen<'_>) {
        for (number, spots) in self.spots.iter().enumerate().filter(|(_, spots)| !spots.is_empty()) {
            pen.shape(TABLE[number].hue);
            for s in spots {
                self.stamps.press(pen, number, s, &self.fonts.slip);
            }
            // A hand on it: brackets.
            pen.line(Hue::Ink, 1.6);
            for s in spots.iter().filter(|s| s.held) {
                for side in [1.0, -1.0] {
                    pen.through(s.at, pt(side, 0.0), &[(24, -22), (32, -22), (32, 22), (24, 22)]);
                }
            }
            pen.stroke();
        }
    }
}

/// The corners of signs, and the lines on a pile.
const TRIANGLE: [(i8, i8); 3] = [(18, 0), (-12, 15), (-12, -15)];
const DIAMOND: [(i8, i8); 4] = [(0, -15), (15, 0), (0, 15), (-15, 0)];
const LINES: [[(i8, i8); 2]; 3] = [[(-12, -8), (12, -8)], [(-12, 0), (12, 0)], [(-12, 8), (12, 8)]];

/// Draws a sign; `font` is for the number of entries.
pub(super) fn draw(pen: Pen<'_>, sign: Sign, spot: &Spot, k: f64, font: &str) {
    let at = spot.at;
    let ring = matches!(sign.shape, Shape::Ring(_));
    // What is filled with paper is drawn with a line.
    let hollow = ring || sign.hollow;
    pen.shape(if hollow { Hue::Paper } else { sign.hue });
    match sign.shape {
        Shape::Triangle => pen.polygon(at, spot.way * k, &TRIANGLE),
        Shape::Diamond => pen.polygon(at, pt(k, 0.0), &DIAMOND),
        Shape::Slip => {
            let half = if spot.count > 9 { 14.0 } else { 11.0 };
            pen.rounded(at, pt(half, 8.0) * k, 3.0);
        }
        Shape::Block => pen.rounded(at, pt(11.0, 11.0) * k, 2.0),
        Shape::Beat => pen.ctx.rect(at.x - 5.0 * k, at.y - 3.0 * k, 10.0 * k, 6.0 * k),
        Shape::Ring(_) => pen.round(at, 6.5 * k),
    }
    pen.fill();
    if hollow {
        let width = if sign.shape == Shape::Ring(Inside::Nothing) { 2.8 } else { 2.0 };
        pen.ctx.set_stroke_style_str(pen.theme.colour(sign.hue));
        pen.ctx.set_line_width(width * k);
        pen.stroke();
    }
    match sign.shape {
        Shape::Ring(inside) if inside != Inside::Nothing => {
            pen.line(sign.hue, 1.0);
            let small = k * 0.52;
            if inside == Inside::Triangle {
                pen.polygon(at, spot.way * small, &TRIANGLE);
            } else {
                pen.polygon(at, pt(small, 0.0), &DIAMOND);
            }
            if sign.hollow {
                pen.stroke();
            } else {
                pen.ctx.set_fill_style_str(pen.theme.colour(sign.hue));
                pen.fill();
            }
        }
        Shape::Slip => {
            pen.letters(font, "center");
            pen.words(Hue::OnFill, &["+", &spot.count.to_string()].concat(), at + pt(0.0, 0.5));
        }
        Shape::Block => {
            pen.line(Hue::OnFill, 1.4);
            for line in &LINES {
                pen.through(at, pt(k, 0.0), line);
            }
            pen.stroke();
        }
        _ => {}
    }
    if sign.barred {
        pen.line(Hue::No, 2.4);
        let bar = pt(8.5, -8.5) * k;
        pen.add(at - bar, at + bar);
        pen.stroke();
    }
}
