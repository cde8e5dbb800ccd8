//! Draws the stage: links, messages, nodes. Batched by style, since each change of style costs more than a shape.

mod links;
mod messages;
mod nodes;
mod pen;
mod server;
mod stamps;

use js_sys::Array;
use tutti_core::base::{MessageId, NodeId};
use tutti_core::lab::scene::{NodeKind, Scene};
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Ctx;

pub use self::pen::{cross, fermata, rest};

use self::links::trail;
use self::messages::Spot;
use self::pen::circle;
use self::stamps::Stamps;
use super::geom::Segment;
use super::gesture::{Swipe, Target};
use super::layout::{LANE, Layout};
use super::sign::{SIGNS, sign_number};
use super::theme::{Hue, Theme};

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
pub struct Painter {
    spots: [Vec<Spot>; SIGNS],
    lanes: Vec<Segment>,
    cut: Vec<bool>,
    lossy: Vec<bool>,
    known: Vec<bool>,
    busy: Vec<bool>,
    led: Vec<bool>,
    ripples: Vec<(usize, f64)>,
    fonts: Fonts,
    stamps: Stamps,
    dots: JsValue,
    dashes: JsValue,
    solid: JsValue,
    fine: JsValue,
}

#[derive(Default)]
struct Fonts {
    name: String,
    client: String,
    role: String,
    mono: String,
    slip: String,
}

fn dash(parts: &[f64]) -> JsValue {
    parts.iter().map(|&p| JsValue::from_f64(p)).collect::<Array>().into()
}

impl Default for Painter {
    fn default() -> Self {
        Painter {
            spots: std::array::from_fn(|_| Vec::new()),
            lanes: Vec::new(),
            cut: Vec::new(),
            lossy: Vec::new(),
            known: Vec::new(),
            busy: Vec::new(),
            led: Vec::new(),
            ripples: Vec::new(),
            fonts: Fonts::default(),
            stamps: Stamps::default(),
            dots: dash(&[2.0, 5.0]),
            dashes: dash(&[4.0, 4.0]),
            solid: dash(&[]),
            fine: dash(&[1.5, 4.0]),
        }
    }
}

impl Painter {
    /// Has to be called when the layout, the theme, or the number of device pixels to a CSS pixel is another.
    pub fn prepare(&mut self, layout: &Layout, theme: &Theme, ratio: f64) {
        self.stamps = Stamps::new(ratio);
        let n = layout.places.len();
        self.lanes.clear();
        for from in 0..n {
            for to in 0..n {
                self.lanes.push(layout.lane(from, to));
            }
        }
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

    /// Takes the scene in: what is cut, and where the messages are.
    pub fn take(&mut self, scene: &Scene) {
        let n = scene.nodes.len();
        for list in [&mut self.cut, &mut self.lossy, &mut self.known, &mut self.busy] {
            list.clear();
            list.resize(n * n, false);
        }
        for link in &scene.links {
            let at = link.from.0 as usize * n + link.to.0 as usize;
            if at < self.cut.len() {
                self.known[at] = true;
                self.cut[at] = link.cut;
                self.lossy[at] = link.loss_ppm >= 20_000;
            }
        }
        for node in &scene.nodes {
            if let NodeKind::Client(client) = &node.kind
                && let Some(target) = client.target
            {
                self.busy[node.id.0 as usize * n + target.0 as usize] = true;
            }
        }
        for spots in &mut self.spots {
            spots.clear();
        }
        for m in &scene.messages {
            let at = m.from.0 as usize * n + m.to.0 as usize;
            if let Some(busy) = self.busy.get_mut(at) {
                *busy = true;
            }
            if let Some(spot) = self.place(scene, m) {
                self.spots[sign_number(m.kind)].push(spot);
            }
        }
    }

    /// Draws it all. Returns whether something still moves by itself.
    pub fn paint(&mut self, ctx: &Ctx, theme: &Theme, layout: &Layout, scene: &Scene, look: Look<'_>) -> bool {
        ctx.clear_rect(0.0, 0.0, layout.width, layout.height);
        ctx.set_line_cap("butt");
        ctx.set_line_join("round");
        if scene.nodes.len() != layout.places.len() {
            return false;
        }
        self.links(ctx, theme, layout, scene, look);
        ctx.set_line_cap("round");
        for node in &scene.nodes {
            self.label(ctx, theme, layout, scene, node);
        }
        if look.motion {
            self.tails(ctx, theme);
        }
        self.messages(ctx, theme, layout);
        let moving = self.nodes(ctx, theme, layout, scene, look);
        if let Some(id) = look.message
            && let Some(at) = self.message_at(scene, id)
        {
            ctx.set_stroke_style_str(theme.colour(Hue::Ink));
            ctx.set_line_width(1.5);
            circle(ctx, at, 15.0);
        }
        if let Some(swipe) = look.swipe {
            trail(ctx, theme, swipe.way);
        }
        moving
    }

    /// The dotted pattern of what is silent, for the score.
    pub fn fine_dots(&self) -> &JsValue {
        &self.fine
    }

    /// No pattern.
    pub fn no_dash(&self) -> &JsValue {
        &self.solid
    }
}

/// How far beside the middle messages fly; a hit has to reach both lanes.
pub const REACH: f64 = LANE + 6.5;
