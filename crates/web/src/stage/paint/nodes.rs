//! Nodes: clients, and what is around a node.

use std::f64::consts::TAU;

use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{NodeKind, Scene, Status};
use web_sys::CanvasRenderingContext2d as Ctx;

use super::pen::{circle, fermata, push_number, rest, rounded};
use super::{Look, Painter};
use crate::stage::geom::{Point, pt};
use crate::stage::gesture::Target;
use crate::stage::layout::Layout;
use crate::stage::theme::{Hue, Theme};

/// How long a ripple lasts, in milliseconds.
const RIPPLE: f64 = 1_100.0;

impl Painter {
    pub(super) fn nodes(&mut self, ctx: &Ctx, theme: &Theme, layout: &Layout, scene: &Scene, look: Look<'_>) -> bool {
        // Who has just risen?
        let first = self.led.len() != scene.nodes.len();
        self.led.resize(scene.nodes.len(), false);
        for (i, node) in scene.nodes.iter().enumerate() {
            let leads =
                matches!(&node.kind, NodeKind::Server(s) if s.role == Role::Leader) && node.status == Status::Alive;
            if leads && !self.led[i] && !first && look.motion {
                self.ripples.push((i, look.now));
            }
            self.led[i] = leads;
        }
        self.ripples.retain(|&(_, since)| look.now - since < RIPPLE);
        ctx.set_line_width(1.5);
        ctx.set_stroke_style_str(theme.colour(Hue::Leader));
        for &(i, since) in &self.ripples {
            let place = layout.places[i];
            for late in [0.0, 0.22] {
                let t = (look.now - since) / RIPPLE - late;
                if t > 0.0 {
                    ctx.set_global_alpha(0.55 * (1.0 - t).max(0.0).powi(2));
                    circle(ctx, place.at, place.rx + 6.0 + t * 34.0);
                }
            }
        }
        ctx.set_global_alpha(1.0);

        for (i, node) in scene.nodes.iter().enumerate() {
            let place = layout.places[i];
            let hovered = look.hover == Some(Target::Node(i));
            if hovered || look.selected == Some(node.id) {
                ctx.set_stroke_style_str(theme.colour(Hue::Ink));
                ctx.set_line_width(if hovered { 1.6 } else { 1.0 });
                ctx.set_global_alpha(if hovered { 0.55 } else { 0.4 });
                ctx.begin_path();
                if place.rx == place.ry {
                    let _ = ctx.arc(place.at.x, place.at.y, place.rx + 14.0, 0.0, TAU);
                } else {
                    rounded(ctx, place.at, place.rx + 5.0, place.ry + 5.0, 11.0);
                }
                ctx.stroke();
                ctx.set_global_alpha(1.0);
            }
            match &node.kind {
                NodeKind::Server(server) => self.server(ctx, theme, layout, scene, i, node, server),
                NodeKind::Client(client) => {
                    let dead = node.status == Status::Dead;
                    ctx.begin_path();
                    rounded(ctx, place.at, place.rx, place.ry, 8.0);
                    ctx.set_fill_style_str(theme.colour(Hue::Paper));
                    ctx.fill();
                    ctx.set_stroke_style_str(theme.colour(if dead { Hue::Muted } else { Hue::Client }));
                    ctx.set_line_width(2.0);
                    if dead {
                        let _ = ctx.set_line_dash(&self.dashes);
                    }
                    ctx.stroke();
                    let _ = ctx.set_line_dash(&self.solid);
                    ctx.set_fill_style_str(theme.colour(if dead { Hue::Muted } else { Hue::Ink }));
                    ctx.set_font(&self.fonts.client);
                    ctx.set_text_align("center");
                    ctx.set_text_baseline("middle");
                    let _ = ctx.fill_text(&node.name, place.at.x, place.at.y + 1.0);
                    ctx.set_font(&self.fonts.mono);
                    ctx.set_fill_style_str(theme.colour(Hue::Muted));
                    let mut words = String::with_capacity(24);
                    if client.waiting > 0 && !layout.narrow {
                        push_number(&mut words, client.waiting as u32);
                        words.push_str(" waiting");
                        let _ = ctx.fill_text(&words, place.at.x, place.at.y + place.ry + 28.0);
                        words.clear();
                    }
                    push_number(&mut words, client.answered.min(u64::from(u32::MAX)) as u32);
                    words.push_str(" done");
                    let _ = ctx.fill_text(&words, place.at.x, place.at.y + place.ry + 12.0);
                    self.signs_of_status(ctx, theme, place.at + pt(place.rx * 0.6, 0.0), place.ry + 6.0, node.status);
                }
            }
        }
        !self.ripples.is_empty()
    }

    /// A rest for the dead, a fermata for the paused.
    pub(super) fn signs_of_status(&self, ctx: &Ctx, theme: &Theme, at: Point, r: f64, status: Status) {
        match status {
            Status::Alive => {}
            Status::Dead => {
                ctx.set_stroke_style_str(theme.colour(Hue::No));
                ctx.set_line_width(2.4);
                rest(ctx, at + pt(r * 0.55, -r - 1.0), 1.0);
            }
            Status::Paused => {
                ctx.set_stroke_style_str(theme.colour(Hue::Ink));
                ctx.set_fill_style_str(theme.colour(Hue::Ink));
                fermata(ctx, at + pt(r * 0.75, -r - 2.0), 10.0);
            }
        }
    }
}
