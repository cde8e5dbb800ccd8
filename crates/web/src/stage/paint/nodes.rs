//! Nodes: clients, and what is around a node.

use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{ClientView, NodeKind, NodeView, Scene, Status};

use super::{Look, Painter};
use crate::stage::geom::{Point, pt};
use crate::stage::gesture::Target;
use crate::stage::layout::{Layout, Place};
use crate::stage::pen::Pen;
use crate::stage::theme::{Dash, Hue};

/// How long a ripple lasts, in milliseconds.
const RIPPLE: f64 = 1_100.0;

impl Painter {
    pub(super) fn nodes(&mut self, pen: Pen<'_>, layout: &Layout, scene: &Scene, look: Look<'_>) -> bool {
        self.ripples(pen, layout, scene, look);
        for (i, (node, place)) in scene.nodes.iter().zip(&layout.places).enumerate() {
            let hovered = look.hover == Some(Target::Node(i));
            // Who is no server in a shop is drawn later.
            let here = layout.shop.is_none() || i < layout.servers;
            if here && (hovered || look.selected == Some(node.id)) {
                pen.line(Hue::Ink, if hovered { 1.6 } else { 1.0 });
                pen.alpha(if hovered { 0.55 } else { 0.4 });
                if place.rx == place.ry {
                    pen.round(place.at, place.rx + 14.0);
                } else {
                    pen.rounded(place.at, pt(place.rx + 5.0, place.ry + 5.0), 11.0);
                }
                pen.stroke();
                pen.alpha(1.0);
            }
            match &node.kind {
                NodeKind::Server(server) => self.server(pen, layout.servers, place, scene, node, server),
                NodeKind::Client(client) => self.boxed(pen, place, node, &client_words(client, layout.narrow)),
                // The parts of a shop are drawn later.
                _ => {}
            }
        }
        !self.ripples.is_empty()
    }

    /// Who has just risen?
    fn ripples(&mut self, pen: Pen<'_>, layout: &Layout, scene: &Scene, look: Look<'_>) {
        let first = self.led.len() != scene.nodes.len();
        self.led.resize(scene.nodes.len(), false);
        for (i, (node, led)) in scene.nodes.iter().zip(&mut self.led).enumerate() {
            let leads =
                matches!(&node.kind, NodeKind::Server(s) if s.role == Role::Leader) && node.status == Status::Alive;
            if leads && !*led && !first && look.motion {
                self.ripples.push((i, look.now));
            }
            *led = leads;
        }
        self.ripples.retain(|&(_, since)| look.now - since < RIPPLE);
        for &(i, since) in &self.ripples {
            let place = layout.places[i];
            for late in [0.0, 0.22] {
                let t = (look.now - since) / RIPPLE - late;
                if t > 0.0 {
                    let left = (1.0 - t).max(0.0);
                    pen.alpha(0.55 * left * left);
                    pen.line(Hue::Leader, 1.5);
                    pen.circle(place.at, place.rx + 6.0 + t * 34.0);
                }
            }
        }
        pen.alpha(1.0);
    }

    /// A node that is no server: its name in a box, and a few words below.
    fn boxed(&self, pen: Pen<'_>, place: &Place, node: &NodeView, words: &[String]) {
        let (at, ry) = (place.at, place.ry);
        let dead = node.status == Status::Dead;
        pen.shape(Hue::Paper);
        pen.rounded(at, pt(place.rx, ry), 8.0);
        pen.fill();
        pen.line(if dead { Hue::Muted } else { Hue::Client }, 2.0);
        pen.rounded(at, pt(place.rx, ry), 8.0);
        pen.dash(if dead { Dash::Dashes } else { Dash::Solid });
        pen.stroke();
        pen.dash(Dash::Solid);
        pen.letters(&self.fonts.client, "center");
        pen.words(if dead { Hue::Muted } else { Hue::Ink }, &node.name, at + pt(0.0, 1.0));
        pen.letters(&self.fonts.mono, "center");
        let mut below = at + pt(0.0, ry + 12.0);
        for line in words {
            pen.words(Hue::Muted, line, below);
            below.y += 16.0;
        }
        signs_of_status(pen, at + pt(place.rx * 0.6, 0.0), ry + 6.0, node.status);
    }
}

/// Who has got no answer yet has none to be counted; that it waits says more.
fn client_words(client: &ClientView, narrow: bool) -> Vec<String> {
    let mut words = Vec::new();
    if client.answered > 0 {
        words.push([&client.answered.to_string(), " done"].concat());
    }
    if client.waiting > 0 && (words.is_empty() || !narrow) {
        words.push([&client.waiting.to_string(), " waiting"].concat());
    }
    words
}

/// A rest for the dead, a fermata for the paused.
#[inline(never)]
pub(super) fn signs_of_status(pen: Pen<'_>, at: Point, r: f64, status: Status) {
    match status {
        Status::Alive => {}
        Status::Dead => pen.rest(at + pt(r * 0.55, -r - 1.0), 2.4, 1.0),
        Status::Paused => pen.fermata(at + pt(r * 0.75, -r - 2.0), 10.0),
    }
}
