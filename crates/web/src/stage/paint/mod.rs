//! Draws the stage: links, messages, nodes. Batched by style, since each change of style costs more than a shape.

pub(crate) mod chips;
mod links;
mod messages;
mod nodes;
mod server;
mod shop;
mod stamps;

use tutti_core::base::{MessageId, NodeId, Time};
use tutti_core::lab::scene::{NodeKind, Scene};
use tutti_core::lab::shop_cargo::Cargo;
use tutti_core::shop::OrderId;
use tutti_core::sim::Quality;

use self::links::{Direction, trail};
use self::messages::Spot;
use self::stamps::Stamps;
use super::gesture::{Swipe, Target};
use super::layout::{LANE, Layout};
use super::pen::Pen;
use super::sign::{SIGNS, sign_number};
use super::theme::{Hue, Theme};
use crate::later;

/// What is special in one frame.
#[derive(Clone, Copy, Default)]
pub struct Look<'a> {
    /// What the pointer or the focus is on.
    pub hover: Option<Target>,
    /// The selected node.
    pub selected: Option<NodeId>,
    /// The selected message.
    pub message: Option<MessageId>,
    /// A swipe, and what it crossed.
    pub swipe: Option<Swipe<'a>>,
    /// Tails and ripples are wanted.
    pub motion: bool,
    /// The real time in milliseconds, for ripples.
    pub now: f64,
}

/// What is kept from frame to frame.
#[derive(Default)]
pub struct Painter {
    spots: [Vec<Spot>; SIGNS],
    nodes: usize,
    /// From each node to each.
    directions: Vec<Direction>,
    led: Vec<bool>,
    ripples: Vec<(usize, f64)>,
    fonts: Fonts,
    stamps: Stamps,
    small: bool,
    /// In a shop: what messages carry of orders.
    pub(crate) cargo: Vec<Cargo>,
    /// The order that is followed.
    pub(crate) followed: Option<OrderId>,
    /// When each node joined, if it did while the shop ran.
    pub(crate) joined: Vec<Option<Time>>,
    /// The nodes that have it in hand.
    pub(crate) holders: Vec<usize>,
}

#[derive(Default)]
struct Fonts {
    name: String,
    client: String,
    role: String,
    mono: String,
    slip: String,
}

impl Painter {
    /// Has to be called when the layout, the theme, or the number of device pixels to a CSS pixel is another.
    pub fn prepare(&mut self, layout: &Layout, theme: &Theme, ratio: f64) {
        self.stamps = Stamps::new(ratio, if layout.narrow { 0.82 } else { 1.0 });
        self.small = layout.narrow;
        self.nodes = layout.places.len();
        let directions = 0..self.nodes * self.nodes;
        self.directions = directions
            .map(|at| Direction { lane: layout.lane(at / self.nodes, at % self.nodes), ..Direction::default() })
            .collect();
        let r = layout.places.first().map_or(30.0, |p| p.rx);
        self.fonts = Fonts {
            name: theme.serif("", (r * 0.72).round() as u32),
            client: theme.serif("", if layout.narrow { 12 } else { 14 }),
            role: theme.sans("600", if layout.narrow { 11 } else { 13 }),
            mono: theme.mono(if layout.narrow { 10 } else { 12 }),
            slip: theme.mono(if layout.narrow { 9 } else { 11 }),
        };
    }

    /// Forgets who led, so that a jump to another moment is no rise.
    pub fn forget(&mut self) {
        self.led.clear();
        self.ripples.clear();
    }

    /// Who leads, as it was drawn last.
    pub fn leader(&self) -> Option<usize> {
        self.led.iter().position(|&led| led)
    }

    /// Takes the scene in: what is cut or not like the other links, and where the messages are.
    pub fn take(&mut self, scene: &Scene, common: Quality) {
        for direction in &mut self.directions {
            *direction = Direction { lane: direction.lane, ..Direction::default() };
        }
        for link in &scene.links {
            if let Some(direction) = self.direction_mut(link.from, link.to) {
                direction.known = true;
                direction.cut = link.cut;
                direction.like(link.quality, common);
            }
        }
        for node in &scene.nodes {
            if let NodeKind::Client(client) = &node.kind
                && let Some(target) = client.target
                && let Some(direction) = self.direction_mut(node.id, target)
            {
                direction.busy = true;
            }
        }
        for spots in &mut self.spots {
            spots.clear();
        }
        for m in &scene.messages {
            if let Some(direction) = self.direction_mut(m.from, m.to) {
                direction.busy = true;
            }
            // What carries a record is a ticket, and no sign.
            let ticket = self.cargo.binary_search_by_key(&m.id, |cargo| cargo.message);
            if ticket.is_ok_and(|at| self.cargo[at].kind.is_some()) {
                continue;
            }
            if let Some(spot) = self.place(scene, m) {
                self.spots[sign_number(m.kind)].push(spot);
            }
        }
    }

    /// Draws it all. Returns whether something still moves by itself.
    pub fn paint(&mut self, pen: Pen<'_>, layout: &Layout, scene: &Scene, look: Look<'_>) -> bool {
        pen.ctx.clear_rect(0.0, 0.0, layout.width, layout.height);
        pen.ctx.set_line_cap("butt");
        pen.ctx.set_line_join("round");
        if scene.nodes.len() != layout.places.len() {
            return false;
        }
        self.links(pen, layout, look);
        let shop = later::here().filter(|_| layout.shop.is_some());
        if let Some(later) = shop {
            later.shop_below(self, pen, layout, scene);
        }
        pen.ctx.set_line_cap("round");
        for node in scene.nodes.iter().filter(|_| layout.shop.is_none()) {
            self.label(pen, layout, scene, node);
        }
        if look.motion {
            self.tails(pen);
        }
        self.messages(pen);
        let moving = self.nodes(pen, layout, scene, look);
        if let Some(later) = shop {
            later.shop_above(self, pen, layout, scene, look);
        }
        if let Some(id) = look.message
            && let Some(at) = self.message_at(scene, id)
        {
            pen.line(Hue::Ink, 1.5);
            pen.circle(at, 15.0);
        }
        if let Some(swipe) = look.swipe {
            trail(pen, swipe.way);
        }
        moving
    }
}

/// How far beside the middle messages fly; a hit has to reach both lanes.
pub const REACH: f64 = LANE + 6.5;
