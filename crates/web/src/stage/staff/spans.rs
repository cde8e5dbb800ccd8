//! What each node was: staves, elections, leaders, rests and fermatas.

use tutti_core::base::Time;
use tutti_core::timeline::score::StaffState;
use web_sys::CanvasRenderingContext2d as Ctx;

use super::Staff;
use crate::stage::axis::Axis;
use crate::stage::geom::pt;
use crate::stage::paint::{fermata, rest};
use crate::stage::theme::{Hue, Theme};

impl Staff<'_> {
    pub(super) fn end(&self, t: Time) -> f64 {
        (if t == Time::NEVER { self.score.explored } else { t }).0 as f64
    }

    pub(super) fn spans(&self, ctx: &Ctx, theme: &Theme, axis: &Axis) {
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
}
