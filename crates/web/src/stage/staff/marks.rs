//! Single things that happened: elections, commands, violations.

use tutti_core::timeline::score::{Mark, MarkKind};
use web_sys::CanvasRenderingContext2d as Ctx;

use super::{BOTTOM, Staff, TOP};
use crate::stage::axis::Axis;
use crate::stage::theme::{Hue, Theme};

impl Staff<'_> {
    pub(super) fn marks(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
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
