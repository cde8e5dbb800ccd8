//! The grid of time, and its labels.

use super::{BOTTOM, Staff, seconds};
use crate::stage::axis::{Axis, decimals};
use crate::stage::geom::pt;
use crate::stage::pen::Pen;
use crate::stage::theme::Hue;

impl Staff<'_> {
    pub(super) fn grid(&self, pen: Pen<'_>, axis: &Axis) {
        let step = axis.step(if axis.width < 500.0 { 80.0 } else { 110.0 });
        let bottom = self.height - BOTTOM + 4.0;
        for (each, alpha) in [(step / 5.0, 0.4), (step, 1.0)] {
            pen.alpha(alpha);
            pen.line(Hue::Line, 1.0);
            moments(axis, each, |t| {
                let x = axis.x(t).round() + 0.5;
                pen.add(pt(x, 12.0), pt(x, bottom));
            });
            pen.stroke();
        }
        pen.letters(&pen.theme.mono(11), "center");
        let places = decimals(step);
        moments(axis, step, |t| {
            let words = [&seconds(t, places), " s"].concat();
            let x = axis.x(t).clamp(axis.left + 14.0, axis.left + axis.width - 16.0);
            pen.words(Hue::Muted, &words, pt(x, bottom + 12.0));
        });
    }
}

/// Does something at each moment of the page that is a multiple of this.
fn moments(axis: &Axis, each: f64, mut f: impl FnMut(f64)) {
    let mut t = (axis.from / each).ceil() * each;
    while t <= axis.to() {
        f(t);
        t += each;
    }
}
