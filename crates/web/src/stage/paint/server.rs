//! A server: its role, its patience, its votes, its words.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{NodeKind, NodeView, Scene, ServerView, Status};
use web_sys::CanvasRenderingContext2d as Ctx;

use super::Painter;
use super::pen::{circle, line, push_number, rimmed};
use crate::stage::geom::{Point, Segment, on_circle, pt};
use crate::stage::layout::{Label, Layout};
use crate::stage::theme::{Hue, Theme};

impl Painter {
    #[allow(clippy::too_many_arguments)] // all of it belongs to one server in one frame
    pub(super) fn server(
        &self,
        ctx: &Ctx,
        theme: &Theme,
        layout: &Layout,
        scene: &Scene,
        i: usize,
        node: &NodeView,
        server: &ServerView,
    ) {
        let place = layout.places[i];
        let (at, r) = (place.at, place.rx);
        let dead = node.status == Status::Dead;
        let role = server.role;
        let hue = hue_of(node, server);
        // The body.
        ctx.begin_path();
        let _ = ctx.arc(at.x, at.y, r, 0.0, TAU);
        ctx.set_fill_style_str(theme.colour(if hue == Hue::Leader { Hue::Leader } else { Hue::Paper }));
        ctx.fill();
        if hue == Hue::Candidate {
            if role == Role::PreCandidate {
                ctx.set_global_alpha(0.4);
            }
            ctx.begin_path();
            let _ = ctx.arc(at.x, at.y, r, 0.0, PI);
            ctx.set_fill_style_str(theme.colour(Hue::CandidateFill));
            ctx.fill();
            ctx.set_global_alpha(1.0);
        }
        if hue != Hue::Leader {
            ctx.set_stroke_style_str(theme.colour(hue));
            ctx.set_line_width(if dead { 1.5 } else { 2.0 });
            let dashed = dead || role == Role::PreCandidate;
            if dashed {
                let _ = ctx.set_line_dash(&self.dashes);
            }
            circle(ctx, at, r);
            if dashed {
                let _ = ctx.set_line_dash(&self.solid);
            }
        } else {
            ctx.set_stroke_style_str(theme.colour(Hue::Leader));
            ctx.set_global_alpha(0.35);
            ctx.set_line_width(1.0);
            circle(ctx, at, r + r * 0.26);
            ctx.set_global_alpha(1.0);
            // The baton.
            let (from, to) = (at + pt(0.65, -0.65) * r, at + pt(1.38, -1.38) * r);
            ctx.set_stroke_style_str(theme.colour(Hue::Ink));
            ctx.set_line_width(2.5);
            ctx.begin_path();
            line(ctx, Segment { a: from, b: to });
            ctx.stroke();
        }
        // The running timeout.
        if let (Some(ring), false) = (server.timeout, dead) {
            let whole = ring.due.since(ring.set_at).0 as f64;
            let left = if whole > 0.0 { ring.due.since(scene.time).0 as f64 / whole } else { 0.0 };
            if left > 0.0 && hue == Hue::Follower {
                ctx.set_stroke_style_str(theme.colour(Hue::Follower));
                ctx.set_global_alpha(0.55);
                ctx.set_line_width(3.0);
                ctx.begin_path();
                let _ = ctx.arc(at.x, at.y, r + 6.0, -FRAC_PI_2, -FRAC_PI_2 + TAU * left.min(1.0));
                ctx.stroke();
                ctx.set_global_alpha(1.0);
            }
        }
        if hue == Hue::Candidate {
            self.votes(ctx, theme, layout.servers, at, r, server);
        }
        self.signs_of_status(ctx, theme, at, r, node.status);
        // Its name.
        ctx.set_text_align("center");
        ctx.set_text_baseline("middle");
        ctx.set_font(&self.fonts.name);
        ctx.set_fill_style_str(theme.colour(match hue {
            Hue::Leader => Hue::OnFill,
            Hue::Muted => Hue::Muted,
            _ => Hue::Ink,
        }));
        let _ = ctx.fill_text(&node.name, at.x, at.y + 1.0);
    }

    /// What a server is, in words beside it. They lie under what flies.
    pub(super) fn label(&self, ctx: &Ctx, theme: &Theme, layout: &Layout, scene: &Scene, node: &NodeView) {
        let NodeKind::Server(server) = &node.kind else { return };
        let place = layout.places[node.id.0 as usize];
        let (at, r) = (place.at, place.rx);
        let hue = hue_of(node, server);
        ctx.set_text_align("center");
        ctx.set_text_baseline("middle");
        let word = match node.status {
            Status::Dead => "dead",
            Status::Paused => "paused",
            Status::Alive => server.role.name(),
        };
        let word_hue = match hue {
            Hue::Candidate => Hue::CandidateText,
            Hue::Leader => Hue::LeaderText,
            other => other,
        };
        let mut term = String::with_capacity(20);
        if layout.narrow {
            term.push_str(word);
            term.push_str(" · ");
            push_number(&mut term, server.term.0.min(u64::from(u32::MAX)) as u32);
            let y = if place.label == Label::Above { at.y - r - 19.0 } else { at.y + r + 20.0 };
            ctx.set_font(&self.fonts.role);
            ctx.set_stroke_style_str(theme.colour(Hue::Paper));
            ctx.set_line_width(4.0);
            ctx.set_fill_style_str(theme.colour(word_hue));
            rimmed(ctx, &term, at.x, y);
            return;
        }
        term.push_str("term ");
        push_number(&mut term, server.term.0.min(u64::from(u32::MAX)) as u32);
        let side = if place.label == Label::Left { -1.0 } else { 1.0 };
        ctx.set_text_align(if side < 0.0 { "right" } else { "left" });
        // A rim of paper, so that a link behind them does not strike them through.
        ctx.set_stroke_style_str(theme.colour(Hue::Paper));
        ctx.set_line_width(4.0);
        let x = at.x + side * (r + 19.0);
        let y = if hue == Hue::Leader { at.y + 4.0 } else { at.y - 6.0 };
        ctx.set_font(&self.fonts.role);
        ctx.set_fill_style_str(theme.colour(word_hue));
        rimmed(ctx, word, x, y);
        ctx.set_font(&self.fonts.mono);
        ctx.set_fill_style_str(theme.colour(Hue::Muted));
        rimmed(ctx, &term, x, y + 17.0);
        if let Some(vote) = server.vote
            && vote != node.id
            && let Some(voted) = scene.nodes.get(vote.0 as usize)
        {
            term.clear();
            term.push_str("voted ");
            term.push_str(&voted.name);
            rimmed(ctx, &term, x, y + 32.0);
        }
    }

    /// A notch for each server, filled for each vote; the one that makes the majority is marked.
    fn votes(&self, ctx: &Ctx, theme: &Theme, servers: usize, at: Point, r: f64, server: &ServerView) {
        if servers == 0 {
            return;
        }
        let each = TAU / servers as f64;
        let gap = 0.09;
        ctx.set_stroke_style_str(theme.colour(Hue::Candidate));
        ctx.set_line_cap("butt");
        for filled in [false, true] {
            ctx.set_line_width(if filled { 5.0 } else { 1.5 });
            ctx.begin_path();
            for n in (0..servers).filter(|&n| (n < server.votes.len()) == filled) {
                let from = -FRAC_PI_2 + each * n as f64 + gap;
                let begin = at + on_circle((from + FRAC_PI_2) / TAU) * (r + 7.0);
                ctx.move_to(begin.x, begin.y);
                let _ = ctx.arc(at.x, at.y, r + 7.0, from, from + each - 2.0 * gap);
            }
            ctx.stroke();
        }
        ctx.set_line_cap("round");
        let u = on_circle(server.majority as f64 / servers as f64);
        ctx.set_stroke_style_str(theme.colour(Hue::Ink));
        ctx.set_line_width(2.0);
        ctx.begin_path();
        line(ctx, Segment { a: at + u * (r + 3.0), b: at + u * (r + 13.0) });
        ctx.stroke();
    }
}

/// The colour of what a server is.
fn hue_of(node: &NodeView, server: &ServerView) -> Hue {
    match (node.status, server.role) {
        (Status::Dead, _) => Hue::Muted,
        (_, Role::Leader) => Hue::Leader,
        (_, Role::Candidate | Role::PreCandidate) => Hue::Candidate,
        _ => Hue::Follower,
    }
}
