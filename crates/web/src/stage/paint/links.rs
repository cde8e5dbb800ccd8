//! Links: whole, lossy, cut, about to be cut.

use tutti_core::lab::scene::Scene;
use web_sys::CanvasRenderingContext2d as Ctx;

use super::pen::{cross, line};
use super::{Look, Painter};
use crate::stage::geom::{Point, Segment};
use crate::stage::gesture::{LinkPart, Target};
use crate::stage::layout::Layout;
use crate::stage::theme::{Hue, Theme};

impl Painter {
    /// Whether a link between these two is drawn, and so can be touched: all between servers; of a client's, those
    /// that matter at the moment.
    pub fn link_shown(&self, layout: &Layout, a: usize, b: usize) -> bool {
        let n = layout.places.len();
        let (ab, ba) = (a * n + b, b * n + a);
        if ab >= self.known.len() || !(self.known[ab] || self.known[ba]) {
            return false;
        }
        (a < layout.servers && b < layout.servers) || self.busy[ab] || self.busy[ba] || self.cut[ab] || self.cut[ba]
    }

    pub(super) fn links(&mut self, ctx: &Ctx, theme: &Theme, layout: &Layout, scene: &Scene, look: Look<'_>) {
        let n = scene.nodes.len();
        let s = layout.servers;
        // Whole directions between servers.
        ctx.set_stroke_style_str(theme.colour(Hue::Line));
        ctx.set_line_width(1.0);
        for lossy in [false, true] {
            let _ = ctx.set_line_dash(if lossy { &self.dashes } else { &self.solid });
            ctx.begin_path();
            for from in 0..s {
                for to in (0..s).filter(|&to| to != from) {
                    let at = from * n + to;
                    if self.known[at] && !self.cut[at] && self.lossy[at] == lossy {
                        line(ctx, self.lanes[at]);
                    }
                }
            }
            ctx.stroke();
        }
        // Clients and whom they talk to.
        ctx.set_stroke_style_str(theme.colour(Hue::Client));
        let _ = ctx.set_line_dash(&self.dots);
        ctx.set_line_width(1.2);
        ctx.begin_path();
        for client in s..n {
            for server in 0..s {
                let (there, back) = (client * n + server, server * n + client);
                if (self.busy[there] || self.busy[back]) && !self.cut[there] && !self.cut[back] {
                    line(ctx, layout.link(client, server));
                }
            }
        }
        ctx.stroke();
        // Cut directions.
        ctx.set_stroke_style_str(theme.colour(Hue::No));
        ctx.set_line_width(1.4);
        let _ = ctx.set_line_dash(&self.dots);
        ctx.begin_path();
        for from in 0..n {
            for to in from + 1..n {
                match (self.cut[from * n + to], self.cut[to * n + from]) {
                    (true, true) => {
                        let l = layout.link(from, to);
                        line(ctx, Segment { a: l.a, b: l.a.toward(l.b, 0.46) });
                        line(ctx, Segment { a: l.b, b: l.b.toward(l.a, 0.46) });
                    }
                    (true, false) => line(ctx, self.lanes[from * n + to]),
                    (false, true) => line(ctx, self.lanes[to * n + from]),
                    _ => {}
                }
            }
        }
        ctx.stroke();
        let _ = ctx.set_line_dash(&self.solid);
        ctx.set_line_width(2.0);
        ctx.begin_path();
        for from in 0..n {
            for to in 0..n {
                if from != to && self.cut[from * n + to] {
                    let both = self.cut[to * n + from];
                    if both && from < to {
                        let l = layout.link(from, to);
                        cross(ctx, l.a.toward(l.b, 0.5), 5.0);
                    } else if !both {
                        let l = self.lanes[from * n + to];
                        cross(ctx, l.a.toward(l.b, 0.28), 4.5);
                    }
                }
            }
        }
        ctx.stroke();
        // What a click or the swipe would cut.
        if let Some(Target::Link(part)) = look.hover {
            self.hint(ctx, theme, layout, part);
        }
        if let Some(swipe) = look.swipe {
            ctx.set_stroke_style_str(theme.colour(Hue::No));
            ctx.set_line_width(2.5);
            ctx.begin_path();
            for &(a, b) in swipe.crossed {
                line(ctx, layout.link(a, b));
            }
            ctx.stroke();
        }
    }

    /// Shows which direction the pointer is on: the lane, thick, with an arrow head.
    fn hint(&self, ctx: &Ctx, theme: &Theme, layout: &Layout, part: LinkPart) {
        let n = layout.places.len();
        let there = part.from * n + part.to;
        let back = part.to * n + part.from;
        if there >= self.lanes.len() {
            return;
        }
        let whole = self.cut[there] && (!part.both || self.cut[back]);
        ctx.set_stroke_style_str(theme.colour(if whole { Hue::Answer } else { Hue::No }));
        ctx.set_line_width(2.2);
        ctx.set_global_alpha(0.8);
        ctx.begin_path();
        for (at, shown) in [(there, true), (back, part.both)] {
            if shown {
                let l = self.lanes[at];
                line(ctx, l);
                let u = (l.b - l.a).unit();
                let tip = l.b;
                let (p, q) = (tip - u * 9.0 + u.right() * 5.0, tip - u * 9.0 - u.right() * 5.0);
                ctx.move_to(p.x, p.y);
                ctx.line_to(tip.x, tip.y);
                ctx.line_to(q.x, q.y);
            }
        }
        ctx.stroke();
        ctx.set_global_alpha(1.0);
    }
}

pub(super) fn trail(ctx: &Ctx, theme: &Theme, way: &[Point]) {
    ctx.set_stroke_style_str(theme.colour(Hue::No));
    ctx.set_line_width(2.0);
    ctx.begin_path();
    for (i, p) in way.iter().enumerate() {
        if i == 0 { ctx.move_to(p.x, p.y) } else { ctx.line_to(p.x, p.y) }
    }
    ctx.stroke();
}
