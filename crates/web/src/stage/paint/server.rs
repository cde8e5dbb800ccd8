//! A server: its role, its patience, its votes, its words.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{NodeKind, NodeView, Scene, ServerView, Status};

use super::Painter;
use super::nodes::signs_of_status;
use crate::stage::geom::{Point, on_circle, pt};
use crate::stage::layout::{Label, Layout, Place};
use crate::stage::pen::Pen;
use crate::stage::theme::{Dash, Hue};

impl Painter {
    pub(super) fn server(
        &self,
        pen: Pen<'_>,
        servers: usize,
        place: &Place,
        scene: &Scene,
        node: &NodeView,
        server: &ServerView,
    ) {
        let (at, r) = (place.at, place.rx);
        let dead = node.status == Status::Dead;
        let role = server.role;
        let hue = hue_of(node, server);
        // The body.
        pen.shape(if hue == Hue::Leader { Hue::Leader } else { Hue::Paper });
        pen.round(at, r);
        pen.fill();
        if hue == Hue::Candidate {
            pen.alpha(if role == Role::PreCandidate { 0.4 } else { 1.0 });
            pen.shape(Hue::CandidateFill);
            pen.arc(at, r, 0.0, PI);
            pen.fill();
            pen.alpha(1.0);
        }
        if hue == Hue::Leader {
            pen.alpha(0.35);
            pen.line(hue, 1.0);
            pen.circle(at, r + r * 0.26);
            pen.alpha(1.0);
            // The baton.
            pen.line(Hue::Ink, 2.5);
            pen.add(at + pt(0.65, -0.65) * r, at + pt(1.38, -1.38) * r);
            pen.stroke();
        } else {
            pen.line(hue, if dead { 1.5 } else { 2.0 });
            pen.dash(if dead || role == Role::PreCandidate { Dash::Dashes } else { Dash::Solid });
            pen.circle(at, r);
            pen.dash(Dash::Solid);
        }
        // The running timeout.
        if let (Some(ring), Hue::Follower) = (server.timeout, hue) {
            let whole = ring.due.since(ring.set_at).0 as f64;
            let left = if whole > 0.0 { ring.due.since(scene.time).0 as f64 / whole } else { 0.0 };
            if left > 0.0 {
                pen.alpha(0.55);
                pen.line(hue, 3.0);
                pen.arc(at, r + 6.0, -FRAC_PI_2, -FRAC_PI_2 + TAU * left.min(1.0));
                pen.stroke();
                pen.alpha(1.0);
            }
        }
        if hue == Hue::Candidate {
            votes(pen, servers, at, r, server);
        }
        signs_of_status(pen, at, r, node.status);
        // Its name.
        pen.letters(&self.fonts.name, "center");
        let name = match hue {
            Hue::Leader => Hue::OnFill,
            Hue::Muted => Hue::Muted,
            _ => Hue::Ink,
        };
        pen.words(name, &node.name, at + pt(0.0, 1.0));
    }

    /// What a server is, in words beside it. They lie under what flies.
    pub(super) fn label(&self, pen: Pen<'_>, layout: &Layout, scene: &Scene, node: &NodeView) {
        let NodeKind::Server(server) = &node.kind else { return };
        let place = layout.places[node.id.0 as usize];
        let (at, r) = (place.at, place.rx);
        let word = match node.status {
            Status::Dead => "dead",
            Status::Paused => "paused",
            Status::Alive => server.role.name(),
        };
        let hue = hue_of(node, server);
        let word_hue = match hue {
            Hue::Candidate => Hue::CandidateText,
            Hue::Leader => Hue::LeaderText,
            other => other,
        };
        let term = server.term.0.to_string();
        if layout.narrow {
            let y = if place.label == Label::Above { -r - 19.0 } else { r + 20.0 };
            pen.letters(&self.fonts.role, "center");
            pen.rimmed(word_hue, &[word, " · ", &term].concat(), at + pt(0.0, y));
            return;
        }
        let (side, align) = if place.label == Label::Left { (-1.0, "right") } else { (1.0, "left") };
        let beside = at + pt(side * (r + 19.0), if hue == Hue::Leader { 4.0 } else { -6.0 });
        pen.letters(&self.fonts.role, align);
        pen.rimmed(word_hue, word, beside);
        pen.letters(&self.fonts.mono, align);
        pen.rimmed(Hue::Muted, &["term ", &term].concat(), beside + pt(0.0, 17.0));
        if let Some(vote) = server.vote
            && vote != node.id
            && let Some(voted) = scene.nodes.get(vote.0 as usize)
        {
            pen.rimmed(Hue::Muted, &["voted ", &voted.name].concat(), beside + pt(0.0, 32.0));
        }
    }
}

/// A notch for each server, filled for each vote; the one that makes the majority is marked.
fn votes(pen: Pen<'_>, servers: usize, at: Point, r: f64, server: &ServerView) {
    let each = TAU / servers as f64;
    let gap = 0.09;
    pen.ctx.set_line_cap("butt");
    for n in 0..servers {
        pen.line(Hue::Candidate, if n < server.votes.len() { 5.0 } else { 1.5 });
        let from = -FRAC_PI_2 + each * n as f64 + gap;
        pen.arc(at, r + 7.0, from, from + each - 2.0 * gap);
        pen.stroke();
    }
    pen.ctx.set_line_cap("round");
    let u = on_circle(server.majority as f64 / servers as f64);
    pen.line(Hue::Ink, 2.0);
    pen.add(at + u * (r + 3.0), at + u * (r + 13.0));
    pen.stroke();
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
