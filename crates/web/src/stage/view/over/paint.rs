//! Draws a cone, its thread, and brackets.

use tutti_core::base::Time;
use tutti_core::timeline::score::Fate;
use tutti_core::timeline::{Bracket, RowKind, Side, Thread};

use super::{Picked, View};
use crate::stage::crowd::end;
use crate::stage::dom::window;
use crate::stage::geom::{Point, pt};
use crate::stage::pen::Pen;
use crate::stage::sign::{TABLE, sign_number};
use crate::stage::staff::{BOTTOM, seconds};
use crate::stage::theme::{Dash, Hue};

/// How strongly what is not in the cone is covered.
const VEIL: f64 = 0.78;
/// How wide the band is that marks a line as being in the cone, and how strong.
const BAND: (f64, f64) = (6.0, 0.34);
/// By how much a thread hangs over its staff for each pixel that it is long, and the most and the least.
const SAG: (f64, f64, f64) = (0.22, 14.0, 24.0);

/// From when to when an order takes to be seen, in words.
pub(super) fn span_words(bracket: &Bracket) -> String {
    let at = |time: Time| seconds(time.0 as f64, 3);
    let written = ["written ", &at(bracket.written), " s, "].concat();
    match bracket.visible {
        Some(visible) => [&written, "visible ", &at(visible), " s"].concat(),
        None if bracket.sought => [&written, "not yet visible"].concat(),
        None => [&written, "nobody has looked for it yet"].concat(),
    }
}

impl View {
    /// A colour that only what is loaded later draws with.
    fn tint(&self, name: &str) -> String {
        let computed = window().get_computed_style(&self.parts.root).ok().flatten();
        let value = computed.and_then(|computed| computed.get_property_value(name).ok());
        value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).unwrap_or_else(|| "#777".into())
    }

    /// Begins to draw over the plot, and nowhere else.
    fn plot(&self) -> Pen<'_> {
        let pen = self.pen(&self.parts.score_canvas);
        pen.ctx.save();
        pen.ctx.begin_path();
        pen.ctx.rect(self.axis.left - 4.0, 0.0, self.axis.width + 8.0, self.parts.score_canvas.height - BOTTOM + 12.0);
        pen.ctx.clip();
        pen
    }

    pub(super) fn paint_cone(&self, picked: &Picked) {
        let pen = self.plot();
        let height = self.parts.score_canvas.height;
        pen.alpha(VEIL);
        pen.shape(Hue::Paper);
        pen.ctx.rect(self.axis.left, 0.0, self.axis.width + 8.0, height - BOTTOM + 2.0);
        pen.fill();
        pen.alpha(1.0);
        pen.ctx.set_line_cap("round");
        let cone = &picked.cone;
        let middle = self.axis.at(cone.event.time);
        let (left, right) = (self.axis.left - 4.0, self.axis.at(self.score.explored));
        for (side, colour, past) in
            [(&cone.past, self.tint("--past"), true), (&cone.future, self.tint("--future"), false)]
        {
            // The staves: a line is in the cone up to the last event that is, or from the first.
            for (wide, alpha) in [BAND, (2.0, 1.0)] {
                pen.alpha(alpha);
                self.tinted(pen, &colour, wide);
                for (node, time) in side.nodes.iter().enumerate().filter_map(|(node, time)| Some((node, (*time)?))) {
                    // On whole pixels, so that it is as sharp and as strong everywhere.
                    let (x, y) = (self.axis.at(time), self.staff().y(node).round());
                    let (a, b) = if past { (left, x) } else { (x, right) };
                    if b > a {
                        pen.add(pt(a, y), pt(b, y));
                    }
                }
                pen.stroke();
            }
            self.lit(pen, side, &colour);
        }
        pen.alpha(1.0);
        // The event itself.
        if let Some(y) = self.height_of(&cone.event.kind) {
            pen.line(Hue::Ink, 2.0);
            pen.circle(pt(middle, y), 6.5);
            pen.shape(Hue::Ink);
            pen.round(pt(middle, y), 2.6);
            pen.fill();
        }
        self.threads(pen, &picked.threads);
        pen.ctx.restore();
    }

    fn tinted(&self, pen: Pen<'_>, colour: &str, width: f64) {
        pen.ctx.set_stroke_style_str(colour);
        pen.ctx.set_line_width(width);
        pen.ctx.begin_path();
    }

    /// The messages of a side: each with a band, and over it as it always looks.
    fn lit(&self, pen: Pen<'_>, side: &Side, colour: &str) {
        let strokes = || self.score.strokes.iter().filter(|stroke| side.messages.contains(&stroke.id));
        let line = |stroke| self.ends_of(stroke);
        pen.alpha(BAND.1);
        self.tinted(pen, colour, BAND.0);
        strokes().map(line).for_each(|(a, b)| pen.add(a, b));
        pen.stroke();
        pen.alpha(1.0);
        for stroke in strokes() {
            let (a, b) = line(stroke);
            let hue = TABLE[sign_number(stroke.kind)].hue;
            pen.line(hue, 1.5);
            pen.add(a, b);
            pen.stroke();
            if stroke.fate == Fate::Lost {
                pen.line(Hue::No, 1.6);
                pen.cross(b, 3.5);
                pen.stroke();
            } else if stroke.fate == Fate::Delivered {
                pen.shape(hue);
                pen.round(b, 2.4);
                pen.fill();
            }
        }
    }

    /// Where a stroke begins and where it ends, as far as it has come.
    pub(super) fn ends_of(&self, stroke: &tutti_core::timeline::score::Stroke) -> (Point, Point) {
        let staff = self.staff();
        let (ya, yb) = (staff.y(stroke.from.slot()), staff.y(stroke.to.slot()));
        let (sent, until) = (stroke.sent.0 as f64, end(stroke, self.score.explored).0 as f64);
        let due = if stroke.end == Time::NEVER { until } else { stroke.end.0 as f64 };
        let share = if due > sent { (until - sent) / (due - sent) } else { 1.0 };
        (pt(self.axis.x(sent), ya), pt(self.axis.x(until), ya + (yb - ya) * share))
    }

    /// At which height an event stands; a deed stands over all staves.
    fn height_of(&self, kind: &RowKind) -> Option<f64> {
        let staff = self.staff();
        let (message, ended) = match kind {
            RowKind::Commanded { .. } => return Some(12.0),
            RowKind::Sent { from, .. } => return Some(staff.y(from.slot())),
            RowKind::Delivered { to, .. } => return Some(staff.y(to.slot())),
            RowKind::Booted { node }
            | RowKind::Crashed { node, .. }
            | RowKind::TimedOut { node, .. }
            | RowKind::Synced { node, .. }
            | RowKind::Noted { node, .. } => return Some(staff.y(node.slot())),
            RowKind::Lost { message, .. } => (message, true),
            RowKind::Rescheduled { message, .. } => (message, false),
        };
        let stroke = self.score.strokes.iter().find(|stroke| stroke.id == *message)?;
        let (a, b) = self.ends_of(stroke);
        Some(if ended { b.y } else { (a.y + b.y) / 2.0 })
    }

    /// From each fact to its record, over the staff of their service.
    fn threads(&self, pen: Pen<'_>, threads: &[Thread]) {
        for thread in threads {
            let y = self.staff().y(thread.node.slot());
            let (a, b) = (self.axis.at(thread.stored.1), self.axis.at(thread.published.1));
            let sag = ((b - a).abs() * SAG.0).clamp(SAG.1, SAG.2);
            pen.line(Hue::Ink, 1.0);
            pen.ctx.move_to(a, y);
            pen.ctx.bezier_curve_to(a, y - sag, b, y - sag, b, y);
            pen.stroke();
            // What is stored is square, what is published a ticket.
            pen.shape(Hue::Ink);
            pen.ctx.rect(a - 2.5, y - 2.5, 5.0, 5.0);
            pen.fill();
            pen.shape(Hue::Paper);
            pen.round(pt(b, y), 3.0);
            pen.fill();
            pen.line(Hue::Ink, 1.4);
            pen.circle(pt(b, y), 3.0);
        }
    }

    /// From written to visible, over the customers' staff; open where nobody has seen it yet.
    pub(super) fn paint_brackets(&self, brackets: &[Bracket]) {
        if brackets.is_empty() {
            return;
        }
        let pen = self.plot();
        pen.letters(&pen.theme.serif("italic", 12), "left");
        let mut free = f64::NEG_INFINITY;
        for bracket in brackets {
            let end = bracket.visible.unwrap_or(self.score.explored);
            let (a, b) = (self.axis.at(bracket.written), self.axis.at(end.max(bracket.written)));
            if b < self.axis.left || a > self.axis.left + self.axis.width {
                continue;
            }
            // Over the staff, as brackets over notes are.
            let (top, foot) = (self.staff().y(bracket.node.slot()) - 11.0, 5.0);
            pen.line(Hue::Client, 1.6);
            pen.add(pt(a, top + foot), pt(a, top));
            pen.stroke();
            pen.line(Hue::Client, 1.6);
            if bracket.visible.is_some() {
                pen.add(pt(b, top + foot), pt(b, top));
            } else {
                pen.dash(Dash::Dashes);
            }
            pen.add(pt(a, top), pt(b.max(a + 4.0), top));
            pen.stroke();
            pen.dash(Dash::Solid);
            let place = a.max(self.axis.left + 2.0);
            if place > free {
                let words = ["order ", &bracket.order.0.to_string()].concat();
                pen.rimmed(Hue::Muted, &words, pt(place, top - 8.0));
                free = place + 7.0 * words.len() as f64;
            }
        }
        pen.ctx.restore();
    }
}
