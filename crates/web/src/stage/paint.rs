//! Draws the stage: links, messages, nodes. Batched by style, since each change of style costs more than a shape.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use js_sys::Array;
use tutti_core::base::{MessageId, NodeId};
use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{MessageKind, NodeKind, NodeView, Scene, ServerView, Status};
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Ctx;

use super::geom::{Point, Segment, on_circle, pt};
use super::gesture::{LinkPart, Swipe, Target};
use super::layout::{LANE, Label, Layout};
use super::sign::{Inside, SIGNS, Shape, TABLE, sign_number};
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

/// A message where it is drawn.
#[derive(Clone, Copy)]
struct Spot {
    at: Point,
    way: Point,
    /// How much of a tail there is room for.
    tail: f64,
    count: u32,
    held: bool,
}

/// How long a ripple lasts, in milliseconds.
const RIPPLE: f64 = 1_100.0;
/// The length of a tail.
const TAIL: f64 = 26.0;

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
            dots: dash(&[2.0, 5.0]),
            dashes: dash(&[4.0, 4.0]),
            solid: dash(&[]),
            fine: dash(&[1.5, 4.0]),
        }
    }
}

impl Painter {
    /// Has to be called when the layout or the theme is another.
    pub fn prepare(&mut self, layout: &Layout, theme: &Theme) {
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

    /// Where a message is.
    pub fn message_at(&self, scene: &Scene, id: MessageId) -> Option<Point> {
        let m = scene.messages.iter().find(|m| m.id == id)?;
        self.place(scene, m).map(|s| s.at)
    }

    /// The message nearest to a point, if one is near.
    pub fn message_near(&self, scene: &Scene, p: Point, slack: f64) -> Option<MessageId> {
        let mut best: Option<(f64, MessageId)> = None;
        for m in &scene.messages {
            if let Some(spot) = self.place(scene, m) {
                let d = (spot.at - p).len();
                if d <= slack && best.is_none_or(|(b, _)| d < b) {
                    best = Some((d, m.id));
                }
            }
        }
        best.map(|(_, id)| id)
    }

    fn place(&self, scene: &Scene, m: &tutti_core::lab::scene::MessageView) -> Option<Spot> {
        let n = scene.nodes.len();
        let lane = *self.lanes.get(m.from.0 as usize * n + m.to.0 as usize)?;
        let way = lane.b - lane.a;
        let long = way.len();
        if long < 1.0 || m.from == m.to {
            return None;
        }
        let mut t = m.progress(scene.time);
        if m.held {
            // Those that are held on one link stand in a row.
            let before = scene.messages.iter().filter(|o| o.held && (o.from, o.to) == (m.from, m.to) && o.id < m.id);
            t -= (before.count() as f64 * 0.13).min(0.4);
        }
        let way = way * (1.0 / long);
        let count = if let MessageKind::Append { count, .. } = m.kind { count } else { 0 };
        Some(Spot { at: lane.a + way * (t * long), way, tail: (t * long).min(TAIL), count, held: m.held })
    }

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
        ctx.set_line_cap("round");
        ctx.set_line_join("round");
        if scene.nodes.len() != layout.places.len() {
            return false;
        }
        self.links(ctx, theme, layout, scene, look);
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

    fn links(&mut self, ctx: &Ctx, theme: &Theme, layout: &Layout, scene: &Scene, look: Look<'_>) {
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

    fn tails(&self, ctx: &Ctx, theme: &Theme) {
        for (i, spots) in self.spots.iter().enumerate() {
            if spots.is_empty() {
                continue;
            }
            ctx.set_stroke_style_str(theme.colour(TABLE[i].hue));
            // Three pieces, thinner and fainter: a fading tail without a gradient for each message.
            for (piece, (alpha, width)) in [(0.28, 4.0), (0.17, 3.0), (0.08, 2.0)].into_iter().enumerate() {
                ctx.set_global_alpha(alpha);
                ctx.set_line_width(width);
                ctx.begin_path();
                for s in spots.iter().filter(|s| !s.held) {
                    let near = s.at - s.way * (s.tail * piece as f64 / 3.0);
                    let far = s.at - s.way * (s.tail * (piece as f64 + 1.0) / 3.0);
                    ctx.move_to(near.x, near.y);
                    ctx.line_to(far.x, far.y);
                }
                ctx.stroke();
            }
        }
        ctx.set_global_alpha(1.0);
    }

    fn messages(&self, ctx: &Ctx, theme: &Theme, layout: &Layout) {
        let k = if layout.narrow { 0.82 } else { 1.0 };
        for (i, spots) in self.spots.iter().enumerate() {
            if spots.is_empty() {
                continue;
            }
            let sign = TABLE[i];
            let colour = theme.colour(sign.hue);
            let paper = theme.colour(Hue::Paper);
            ctx.begin_path();
            for s in spots {
                outline(ctx, sign.shape, s, k);
            }
            match sign.shape {
                Shape::Ring(inside) => {
                    ctx.set_fill_style_str(paper);
                    ctx.fill();
                    ctx.set_stroke_style_str(colour);
                    ctx.set_line_width(if inside == Inside::Nothing { 2.8 } else { 2.0 } * k);
                    ctx.stroke();
                    if inside != Inside::Nothing {
                        ctx.begin_path();
                        for s in spots {
                            let shape = if inside == Inside::Triangle { Shape::Triangle } else { Shape::Diamond };
                            outline(ctx, shape, s, k * 0.52);
                        }
                        if sign.hollow {
                            ctx.set_line_width(1.0);
                            ctx.stroke();
                        } else {
                            ctx.set_fill_style_str(colour);
                            ctx.fill();
                        }
                    }
                    if sign.barred {
                        ctx.set_stroke_style_str(theme.colour(Hue::No));
                        ctx.set_line_width(2.4);
                        ctx.begin_path();
                        for s in spots {
                            let d = pt(8.5, -8.5) * k;
                            line(ctx, Segment { a: s.at - d, b: s.at + d });
                        }
                        ctx.stroke();
                    }
                }
                _ if sign.hollow => {
                    ctx.set_fill_style_str(paper);
                    ctx.fill();
                    ctx.set_stroke_style_str(colour);
                    ctx.set_line_width(2.0 * k);
                    ctx.stroke();
                }
                _ => {
                    ctx.set_fill_style_str(colour);
                    ctx.fill();
                }
            }
            match sign.shape {
                Shape::Slip => {
                    ctx.set_fill_style_str(theme.colour(Hue::OnFill));
                    ctx.set_font(&self.fonts.slip);
                    ctx.set_text_align("center");
                    ctx.set_text_baseline("middle");
                    let mut words = String::with_capacity(6);
                    for s in spots {
                        words.clear();
                        words.push('+');
                        push_number(&mut words, s.count);
                        let _ = ctx.fill_text(&words, s.at.x, s.at.y + 0.5);
                    }
                }
                Shape::Block => {
                    ctx.set_stroke_style_str(theme.colour(Hue::OnFill));
                    ctx.set_line_width(1.4);
                    ctx.begin_path();
                    for s in spots {
                        for y in [-4.0, 0.0, 4.0] {
                            line(ctx, Segment { a: s.at + pt(-6.0, y) * k, b: s.at + pt(6.0, y) * k });
                        }
                    }
                    ctx.stroke();
                }
                _ => {}
            }
            // A hand on it: brackets.
            if spots.iter().any(|s| s.held) {
                ctx.set_stroke_style_str(theme.colour(Hue::Ink));
                ctx.set_line_width(1.6);
                ctx.begin_path();
                for s in spots.iter().filter(|s| s.held) {
                    for side in [-1.0, 1.0] {
                        let (x, y) = (s.at.x + side * 16.0, s.at.y);
                        ctx.move_to(x - side * 4.0, y - 11.0);
                        ctx.line_to(x, y - 11.0);
                        ctx.line_to(x, y + 11.0);
                        ctx.line_to(x - side * 4.0, y + 11.0);
                    }
                }
                ctx.stroke();
            }
        }
    }

    fn nodes(&mut self, ctx: &Ctx, theme: &Theme, layout: &Layout, scene: &Scene, look: Look<'_>) -> bool {
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

    #[allow(clippy::too_many_arguments)] // all of it belongs to one server in one frame
    fn server(
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
        let hue = match (dead, role) {
            (true, _) => Hue::Muted,
            (_, Role::Leader) => Hue::Leader,
            (_, Role::Candidate | Role::PreCandidate) => Hue::Candidate,
            _ => Hue::Follower,
        };
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
        // Its name and what it is.
        ctx.set_text_align("center");
        ctx.set_text_baseline("middle");
        ctx.set_font(&self.fonts.name);
        ctx.set_fill_style_str(theme.colour(match hue {
            Hue::Leader => Hue::OnFill,
            Hue::Muted => Hue::Muted,
            _ => Hue::Ink,
        }));
        let _ = ctx.fill_text(&node.name, at.x, at.y + 1.0);
        let word = match node.status {
            Status::Dead => "dead",
            Status::Paused => "paused",
            Status::Alive => role.name(),
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

    /// A rest for the dead, a fermata for the paused.
    fn signs_of_status(&self, ctx: &Ctx, theme: &Theme, at: Point, r: f64, status: Status) {
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

    /// The dotted pattern of what is silent, for the score.
    pub fn fine_dots(&self) -> &JsValue {
        &self.fine
    }

    /// No pattern.
    pub fn no_dash(&self) -> &JsValue {
        &self.solid
    }

    /// Whether a direction is cut.
    pub fn is_cut(&self, n: usize, from: usize, to: usize) -> bool {
        self.cut.get(from * n + to).copied().unwrap_or(false)
    }
}

fn rimmed(ctx: &Ctx, words: &str, x: f64, y: f64) {
    let _ = ctx.stroke_text(words, x, y);
    let _ = ctx.fill_text(words, x, y);
}

/// A rest sign, hanging from `p`.
pub fn rest(ctx: &Ctx, p: Point, k: f64) {
    ctx.begin_path();
    ctx.move_to(p.x, p.y);
    ctx.quadratic_curve_to(p.x + 8.0 * k, p.y + 8.0 * k, p.x, p.y + 14.0 * k);
    ctx.quadratic_curve_to(p.x - 7.0 * k, p.y + 21.0 * k, p.x + 2.0 * k, p.y + 29.0 * k);
    ctx.stroke();
}

/// A fermata standing on `p`.
pub fn fermata(ctx: &Ctx, p: Point, r: f64) {
    ctx.set_line_width(2.2);
    ctx.begin_path();
    let _ = ctx.arc(p.x, p.y, r, PI, TAU);
    ctx.stroke();
    ctx.begin_path();
    let _ = ctx.arc(p.x, p.y - r * 0.25, r * 0.23, 0.0, TAU);
    ctx.fill();
}

fn trail(ctx: &Ctx, theme: &Theme, way: &[Point]) {
    ctx.set_stroke_style_str(theme.colour(Hue::No));
    ctx.set_line_width(2.0);
    ctx.begin_path();
    for (i, p) in way.iter().enumerate() {
        if i == 0 { ctx.move_to(p.x, p.y) } else { ctx.line_to(p.x, p.y) }
    }
    ctx.stroke();
}

fn line(ctx: &Ctx, s: Segment) {
    ctx.move_to(s.a.x, s.a.y);
    ctx.line_to(s.b.x, s.b.y);
}

/// Adds a cross to the path.
pub fn cross(ctx: &Ctx, p: Point, k: f64) {
    line(ctx, Segment { a: p + pt(-k, -k), b: p + pt(k, k) });
    line(ctx, Segment { a: p + pt(k, -k), b: p + pt(-k, k) });
}

fn circle(ctx: &Ctx, p: Point, r: f64) {
    ctx.begin_path();
    let _ = ctx.arc(p.x, p.y, r, 0.0, TAU);
    ctx.stroke();
}

fn rounded(ctx: &Ctx, p: Point, rx: f64, ry: f64, radius: f64) {
    let _ = ctx.round_rect_with_f64(p.x - rx, p.y - ry, rx * 2.0, ry * 2.0, radius);
}

/// Adds the outline of a sign to the path.
fn outline(ctx: &Ctx, shape: Shape, s: &Spot, k: f64) {
    let Point { x, y } = s.at;
    match shape {
        Shape::Triangle => {
            let (u, v) = (s.way * k, s.way.right() * k);
            let (a, b, c) = (s.at + u * 9.0, s.at - u * 6.0 + v * 7.5, s.at - u * 6.0 - v * 7.5);
            ctx.move_to(a.x, a.y);
            ctx.line_to(b.x, b.y);
            ctx.line_to(c.x, c.y);
            ctx.close_path();
        }
        Shape::Slip => {
            let half = if s.count > 9 { 14.0 } else { 11.0 } * k;
            rounded(ctx, s.at, half, 8.0 * k, 3.0);
        }
        Shape::Beat => ctx.rect(x - 5.0 * k, y - 3.0 * k, 10.0 * k, 6.0 * k),
        Shape::Block => rounded(ctx, s.at, 11.0 * k, 11.0 * k, 2.0),
        Shape::Diamond => {
            let d = 7.5 * k;
            ctx.move_to(x, y - d);
            ctx.line_to(x + d, y);
            ctx.line_to(x, y + d);
            ctx.line_to(x - d, y);
            ctx.close_path();
        }
        Shape::Ring(_) => {
            ctx.move_to(x + 6.5 * k, y);
            let _ = ctx.arc(x, y, 6.5 * k, 0.0, TAU);
        }
    }
}

/// Appends a number, without the machinery of `format!`.
pub fn push_number(words: &mut String, n: u32) {
    let mut digits = [0u8; 10];
    let mut at = digits.len();
    let mut rest = n;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    for &d in &digits[at..] {
        words.push(d as char);
    }
}

/// How far beside the middle messages fly; a hit has to reach both lanes.
pub const REACH: f64 = LANE + 6.5;
