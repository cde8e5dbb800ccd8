//! The parts of a shop, and how they are linked.

use tutti_core::base::Span;
use tutti_core::lab::scene::{CustomersView, NodeKind, NodeView, ProviderView, QueryView, Scene, ServiceView, Status};
use tutti_core::shop::Service as Role;

use super::nodes::signs_of_status;
use super::{Look, Painter};
use crate::stage::geom::{Point, Segment, pt};
use crate::stage::gesture::Target;
use crate::stage::layout::{Layout, Place};
use crate::stage::pen::Pen;
use crate::stage::staff::seconds;
use crate::stage::theme::{Dash, Hue};

/// How far the sheet behind another one looks out, for a service with several workers.
const STACK: f64 = 5.0;
/// How far apart the lines of a hatching are.
const HATCH: f64 = 6.0;

impl Painter {
    /// What lies under what flies: the links of services, and those of who is outside.
    pub(crate) fn shop_below(&self, pen: Pen<'_>, layout: &Layout, scene: &Scene) {
        let leader = self.leader();
        for (hue, dash, width) in
            [(Hue::Line, Dash::Solid, 1.0), (Hue::Muted, Dash::Dots, 1.1), (Hue::CandidateText, Dash::Solid, 1.8)]
        {
            pen.dash(dash);
            pen.line(hue, width);
            for (i, node) in scene.nodes.iter().enumerate().skip(layout.servers) {
                for (other, like) in links(scene, layout, node, leader) {
                    let link = layout.link(i, other);
                    let whole = !self.direction(i, other).cut && !self.direction(other, i).cut;
                    if like == hue && whole && !self.is_odd(i, other) {
                        pen.segment(&link);
                    }
                }
            }
            pen.stroke();
        }
        self.odd_links(pen, layout);
        if let Some(caption) = layout.shop {
            pen.letters(&pen.theme.serif("italic", if layout.narrow { 11 } else { 13 }), "center");
            pen.rimmed(Hue::Muted, "the bus, on Raft", caption);
        }
    }

    /// A link that is slow or lossy looks so wherever it is.
    fn is_odd(&self, a: usize, b: usize) -> bool {
        [self.direction(a, b), self.direction(b, a)].iter().any(|d| d.slow || d.lossy)
    }

    fn odd_links(&self, pen: Pen<'_>, layout: &Layout) {
        for a in 0..layout.places.len() {
            for b in a.max(layout.servers - 1) + 1..layout.places.len() {
                let (there, back) = (self.direction(a, b), self.direction(b, a));
                let worse = if there.slow || there.lossy { there } else { back };
                if (there.known || back.known) && self.is_odd(a, b) && !there.cut && !back.cut {
                    pen.dash(if worse.lossy { Dash::Gaps } else { Dash::Solid });
                    pen.line(Hue::Muted, 1.3);
                    worse.add(pen, &layout.link(a, b));
                    pen.stroke();
                }
            }
        }
        pen.dash(Dash::Solid);
    }

    /// Its parts, and a veil over all that is not about the order that is followed.
    pub(crate) fn shop_above(&self, pen: Pen<'_>, layout: &Layout, scene: &Scene, look: Look<'_>) {
        let dims = self.followed.is_some();
        if !dims {
            self.chips(pen, scene, look.motion, false);
        }
        for (i, (node, place)) in scene.nodes.iter().zip(&layout.places).enumerate().skip(layout.servers) {
            let hovered = look.hover == Some(Target::Node(i));
            if hovered || look.selected == Some(node.id) {
                pen.line(Hue::Ink, if hovered { 1.6 } else { 1.0 });
                pen.alpha(if hovered { 0.55 } else { 0.4 });
                pen.rounded(place.at, pt(place.rx + 5.0, place.ry + 5.0), 13.0);
                pen.stroke();
                pen.alpha(1.0);
            }
            self.part(pen, layout, place, node);
        }
        self.waiting(pen, layout, scene);
        if dims {
            self.chips(pen, scene, look.motion, false);
            pen.alpha(0.66);
            pen.shape(Hue::Paper);
            pen.ctx.fill_rect(0.0, 0.0, layout.width, layout.height);
            pen.alpha(1.0);
            for &i in &self.holders {
                if let (Some(node), Some(place)) = (scene.nodes.get(i), layout.places.get(i)) {
                    self.part(pen, layout, place, node);
                    pen.line(Hue::Ink, 2.0);
                    pen.rounded(place.at, pt(place.rx, place.ry), 10.0);
                    pen.stroke();
                }
            }
            self.chips(pen, scene, look.motion, true);
        }
    }

    /// A part of the shop: its name in a box, and a few words below.
    fn part(&self, pen: Pen<'_>, layout: &Layout, place: &Place, node: &NodeView) {
        let (at, half) = (place.at, pt(place.rx, place.ry));
        let dead = node.status == Status::Dead;
        let (workers, waiting) = match &node.kind {
            NodeKind::Service(service) => (service.workers, service.waiting),
            NodeKind::Server(_) => return,
            _ => (1, 0),
        };
        let absent = workers == 0;
        let outside = matches!(node.kind, NodeKind::Provider(_) | NodeKind::Customers(_));
        let hue = if dead || absent { Hue::Muted } else { Hue::Follower };
        // One more sheet for each further worker, as far as they can be told apart.
        for sheet in (0..workers.clamp(1, 3)).rev() {
            let aside = pt(STACK, -STACK) * f64::from(sheet);
            pen.shape(Hue::Paper);
            pen.rounded(at + aside, half, 10.0);
            pen.fill();
            pen.line(hue, if sheet > 0 { 1.2 } else { 1.8 });
            pen.rounded(at + aside, half, 10.0);
            pen.dash(if dead || absent { Dash::Dashes } else { Dash::Solid });
            pen.stroke();
            pen.dash(Dash::Solid);
        }
        if waiting > 0 && !dead {
            hatch(pen, place, f64::from(waiting) / f64::from(workers.max(1)));
        }
        let size: f64 = if layout.narrow { 11.0 } else { 15.0 };
        // A long name takes a smaller type.
        let fits = (2.0 * half.x - 8.0) / (node.name.len() as f64 * 0.52);
        pen.letters(&pen.theme.serif("", size.min(fits).max(9.0) as u32), "center");
        let name = if dead || absent { Hue::Muted } else { Hue::Ink };
        if waiting > 0 && !dead {
            pen.rimmed(name, &node.name, at + pt(0.0, 1.0));
        } else {
            pen.words(name, &node.name, at + pt(0.0, 1.0));
        }
        let (alarm, mut words) = words_below(node, outside, layout.narrow);
        if let Some(joined) = self.joined.get(node.id.0 as usize).copied().flatten()
            && words == "lag 0"
        {
            words = ["joined ", &seconds(joined.0 as f64, 1), " s"].concat();
        }
        pen.letters(&pen.theme.mono(if layout.narrow { 9 } else { 12 }), "center");
        pen.rimmed(if alarm { Hue::No } else { Hue::Muted }, &words, at + pt(0.0, half.y + 11.0));
        signs_of_status(pen, at + pt(half.x * 0.72, 0.0), half.y - 2.0, node.status);
    }

    /// Who waits for the provider: a taut line, and a clock that runs.
    fn waiting(&self, pen: Pen<'_>, layout: &Layout, scene: &Scene) {
        let waits = |node: &&NodeView| node.status == Status::Alive && waits(node) > Span::ZERO;
        let Some(provider) = scene.nodes.iter().position(|n| matches!(n.kind, NodeKind::Provider(_))) else { return };
        for node in scene.nodes.iter().filter(waits) {
            let Segment { a, b } = layout.link(node.id.0 as usize, provider);
            let words = [&seconds(self::waits(node).0 as f64, 2), " s"].concat();
            let across = (b - a).x.abs() > (b - a).y.abs();
            pen.letters(&pen.theme.mono(if layout.narrow { 9 } else { 11 }), if across { "center" } else { "right" });
            let beside = if across { pt(0.0, -11.0) } else { pt(-8.0, 5.0) };
            pen.rimmed(Hue::CandidateText, &words, a.toward(b, 0.5) + beside);
        }
    }
}

fn waits(node: &NodeView) -> Span {
    match &node.kind {
        NodeKind::Service(service) if service.waiting > 0 => service.waits,
        _ => Span::ZERO,
    }
}

/// Whom a part of the shop is linked with, and in which colour: services to whoever leads the bus, and dotted those to who is
/// outside; taut while somebody waits.
fn links(scene: &Scene, layout: &Layout, node: &NodeView, leader: Option<usize>) -> Vec<(usize, Hue)> {
    let find = |wanted: fn(&NodeKind) -> bool| scene.nodes.iter().position(|other| wanted(&other.kind));
    let mut links = Vec::new();
    match &node.kind {
        NodeKind::Service(service) => {
            // In a chain, whom it calls; taut while somebody waits there.
            for calls in &service.calls {
                let taut = node.status == Status::Alive && calls.waiting > 0;
                links.push((calls.node.0.into(), if taut { Hue::CandidateText } else { Hue::Line }));
            }
            if !service.calls.is_empty() {
                return links;
            }
            if service.workers > 0
                && let Some(leader) = leader.filter(|leader| *leader < layout.servers)
            {
                links.push((leader, Hue::Line));
            }
            if service.role == Role::Payment
                && let Some(provider) = find(|kind| matches!(kind, NodeKind::Provider(_)))
            {
                let taut = node.status == Status::Alive && waits(node) > Span::ZERO;
                links.push((provider, if taut { Hue::CandidateText } else { Hue::Muted }));
            }
        }
        NodeKind::Customers(_) => {
            let order = |kind: &NodeKind| matches!(kind, NodeKind::Service(service) if service.role == Role::Order);
            links.extend(find(order).map(|order| (order, Hue::Muted)));
        }
        NodeKind::View(_) => {
            links.extend(leader.filter(|leader| *leader < layout.servers).map(|leader| (leader, Hue::Line)));
            links.extend(find(|kind| matches!(kind, NodeKind::Customers(_))).map(|customers| (customers, Hue::Muted)));
        }
        NodeKind::Server(_) | NodeKind::Provider(_) | NodeKind::Client(_) | NodeKind::Other => {}
    }
    links
}

/// What is said below a part, and whether it is an alarm.
fn words_below(node: &NodeView, outside: bool, narrow: bool) -> (bool, String) {
    let status = match node.status {
        Status::Alive => "",
        Status::Paused => "paused",
        Status::Dead => "dead",
    };
    let words = match &node.kind {
        NodeKind::Service(service) => service_words(service, node.status, narrow),
        NodeKind::Provider(provider) => provider_words(provider, narrow),
        NodeKind::Customers(customers) => customers_words(customers, narrow),
        NodeKind::View(view) => view_words(view, narrow),
        NodeKind::Server(_) | NodeKind::Client(_) | NodeKind::Other => String::new(),
    };
    let alarm = node.status != Status::Alive;
    let comma = if status.is_empty() || words.is_empty() { "" } else { ", " };
    if alarm && outside { (true, status.to_owned()) } else { (alarm, [status, comma, &words].concat()) }
}

fn service_words(service: &ServiceView, status: Status, narrow: bool) -> String {
    if service.workers == 0 {
        return "not in service".into();
    }
    let mut words = service.lag.map(|lag| ["lag ", &lag.to_string()].concat()).unwrap_or_default();
    if status == Status::Alive && !narrow {
        if service.queue > 0 {
            words = [&words, ", queue ", &service.queue.to_string()].concat();
        }
        if service.workers > 1 {
            words = [&words, ", ", &service.workers.to_string(), " workers"].concat();
        }
    } else if service.workers > 1 && status == Status::Alive {
        words = [&words, " ×", &service.workers.to_string()].concat();
    }
    words
}

/// How far a query node is behind the store, or what it makes.
fn view_words(view: &QueryView, narrow: bool) -> String {
    let Some(build) = view.build else { return ["lag ", &view.lag.to_string()].concat() };
    let progress = [&build.progress.done.to_string(), "/", &build.progress.of.to_string()].concat();
    if narrow { progress } else { ["makes a model, ", &progress].concat() }
}

fn provider_words(provider: &ProviderView, narrow: bool) -> String {
    match provider.busy + provider.queue {
        0 => "outside".into(),
        work if narrow => [&work.to_string(), " to do"].concat(),
        work => ["outside, ", &work.to_string(), " to do"].concat(),
    }
}

fn customers_words(customers: &CustomersView, narrow: bool) -> String {
    let rate = match customers.gap {
        None => [&customers.placed.to_string(), " orders"].concat(),
        Some(gap) => {
            // Tenths of an order a second.
            let tenths = 10_000_000 / gap.0.max(1);
            let rest = if tenths % 10 > 0 { [".", &(tenths % 10).to_string()].concat() } else { String::new() };
            let unit = if narrow { "/s" } else { " orders/s" };
            [&(tenths / 10).to_string(), &rest, unit].concat()
        }
    };
    match customers.waiting {
        0 => rate,
        waiting if narrow => [&rate, ", ", &waiting.to_string(), " wait"].concat(),
        waiting => [&rate, ", ", &waiting.to_string(), " waiting"].concat(),
    }
}

/// Hatches so much of a box, from the right: so many of its workers wait.
fn hatch(pen: Pen<'_>, place: &Place, share: f64) {
    let (at, half) = (place.at, pt(place.rx, place.ry));
    let ctx = pen.ctx;
    ctx.save();
    ctx.begin_path();
    pen.rounded(at, half - pt(1.0, 1.0), 9.0);
    ctx.clip();
    let from = at.x + half.x - 2.0 * half.x * share;
    pen.alpha(0.5);
    pen.line(Hue::CandidateText, 1.2);
    let mut x = from;
    while x < at.x + half.x + 2.0 * half.y {
        let top: Point = pt(x, at.y - half.y);
        // Nothing to the left of where it begins.
        let long = (2.0 * half.y).min(x - from);
        pen.add(top, top + pt(-long, long));
        x += HATCH;
    }
    pen.stroke();
    pen.alpha(1.0);
    ctx.restore();
}
