//! The grid of time, and its labels.

use web_sys::CanvasRenderingContext2d as Ctx;

use super::{BOTTOM, Staff, seconds};
use crate::stage::axis::{Axis, decimals};
use crate::stage::theme::{Hue, Theme};

impl Staff<'_> {
    pub(super) fn grid(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
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
}
