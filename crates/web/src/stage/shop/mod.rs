//! What a stage has besides if a shop is on it: the tape of a topic below, the order that is followed, and where the staves
//! of its nodes are. All of it is reached through [`Later`](crate::later::Later) only.

pub(crate) mod layout;
mod tape;
mod tape_draw;
mod tape_hear;

use tutti_core::lab::scene::{NodeKind, Scene};
use tutti_core::lab::shop_cargo;
use tutti_core::shop::{OrderId, Service as Role};
use tutti_core::timeline::OrderStroke;

use self::tape::Tapes;
use super::Told;
use super::geom::pt;
use super::paint::chips::hue_of;
use super::pen::Pen;
use super::theme::Hue;
use super::view::View;

/// How to begin.
const HINT: &str = "Click payment to kill it, and watch its lag. Click a ticket to follow its order.";

/// What a stage keeps of a shop.
pub(crate) struct ShopStage {
    tapes: Tapes,
    /// For each node, which staff is its own.
    pub(crate) staves: Vec<usize>,
}

/// Whether a shop is on the stage.
pub(crate) fn is_shop(scene: &Scene) -> bool {
    scene.nodes.iter().any(|node| matches!(node.kind, NodeKind::Customers(_)))
}

/// The staves as an order goes through the shop: customers, the order service, the bus, payment, and so on.
fn staves(scene: &Scene) -> Vec<usize> {
    let place = |kind: &NodeKind| match kind {
        NodeKind::Customers(_) => 0,
        NodeKind::Service(service) if service.role == Role::Order => 1,
        NodeKind::Server(_) => 2,
        NodeKind::Service(service) if service.role == Role::Payment => 3,
        NodeKind::Provider(_) => 4,
        _ => 5,
    };
    let mut nodes: Vec<usize> = (0..scene.nodes.len()).collect();
    nodes.sort_by_key(|&node| (place(&scene.nodes[node].kind), node));
    let mut staves = vec![0; nodes.len()];
    for (staff, &node) in nodes.iter().enumerate() {
        staves[node] = staff;
    }
    staves
}

impl View {
    /// A shop is on the stage from now on.
    pub(crate) fn open_shop(&mut self) {
        let staves = staves(&self.scene);
        let Some(tapes) = self.handle.clone().and_then(|handle| Tapes::new(&self.parts.root, &handle)) else { return };
        self.shop = Some(Box::new(ShopStage { tapes, staves }));
        self.read_theme();
        if let Some(words) = self.parts.hint.first_element_child() {
            words.set_text_content(Some(HINT));
        }
        // A run that is loaded again, or a link, may follow an order.
        self.painter.followed = self.desk.borrow().followed();
    }

    /// Takes in what the messages of this moment carry.
    pub(crate) fn lade(&mut self) {
        let desk = self.desk.borrow();
        self.painter.cargo = shop_cargo::cargo(desk.world(), self.painter.followed);
        self.painter.holders = match self.painter.followed {
            Some(order) => shop_cargo::holders(desk.world(), order).iter().map(|node| node.0.into()).collect(),
            None => Vec::new(),
        };
    }

    /// The order of a message that carries a record.
    pub(crate) fn order_of(&self, message: tutti_core::base::MessageId) -> Option<OrderId> {
        let at = self.painter.cargo.binary_search_by_key(&message, |cargo| cargo.message).ok()?;
        let cargo = self.painter.cargo[at];
        (cargo.kind.is_some() || cargo.wanted).then_some(cargo.order)
    }

    /// Follows an order, or none: all else dims.
    pub(crate) fn follow(&mut self, order: Option<OrderId>) {
        if self.painter.followed == order {
            return;
        }
        self.desk.borrow_mut().follow(order);
        self.painter.followed = order;
        self.show_story();
        self.tell(Told::Followed(order));
        self.refresh();
    }

    /// Shows the whole story of the order on the score, if its strokes would run together or are elsewhere.
    fn show_story(&mut self) {
        let desk = self.desk.borrow();
        // While time goes by the score goes with it.
        let Some(story) = desk.story().filter(|_| !desk.playing()) else { return };
        let story = story.borrow();
        let (Some(first), Some(last)) = (story.strokes.first(), story.strokes.last()) else { return };
        let (from, to) = (first.stroke.sent.0 as f64, last.stroke.sent.0 as f64);
        let span = ((to - from) * 1.6).max(400_000.0);
        let seen = from >= self.axis.from && to <= self.axis.to();
        if !seen || span < self.axis.span / 3.0 {
            self.axis.span = span;
            self.axis.from = (from - span * 0.15).max(0.0);
            self.axis.whole = false;
        }
    }

    /// Veils the score and draws the strokes of the order that is followed.
    pub(crate) fn follow_on_score(&self) {
        if self.painter.followed.is_none() {
            return;
        }
        self.desk.borrow_mut().keep_following();
        let desk = self.desk.borrow();
        let Some(story) = desk.story() else { return };
        let story = story.borrow();
        let (pen, axis, staff) = (self.pen(&self.parts.score_canvas), &self.axis, self.staff());
        let (left, right) = (axis.left - 2.0, axis.left + axis.width + 2.0);
        let ctx = pen.ctx;
        ctx.save();
        ctx.begin_path();
        ctx.rect(left, 0.0, right - left, staff.height - 24.0);
        ctx.clip();
        pen.alpha(0.72);
        pen.shape(Hue::Paper);
        ctx.fill_rect(left, 0.0, right - left, staff.height - 24.0);
        pen.alpha(1.0);
        for OrderStroke { stroke, kind } in &story.strokes {
            let end = super::crowd::end(stroke, staff.score.explored);
            let (a, b) = (axis.at(stroke.sent), axis.at(end));
            if b < left || a > right {
                continue;
            }
            let (ya, yb) = (staff.y(stroke.from.0.into()), staff.y(stroke.to.0.into()));
            let whole = (stroke.end.0.saturating_sub(stroke.sent.0)).max(1) as f64;
            let share = (end.0.saturating_sub(stroke.sent.0) as f64 / whole).min(1.0);
            stroke_of(pen, hue_of(*kind), kind.is_some(), (a, ya), (b, ya + (yb - ya) * share));
        }
        ctx.restore();
    }
}

fn stroke_of(pen: Pen<'_>, hue: Hue, record: bool, from: (f64, f64), to: (f64, f64)) {
    let (from, to) = (pt(from.0, from.1), pt(to.0, to.1));
    pen.line(hue, if record { 2.2 } else { 1.4 });
    pen.add(from, to);
    pen.stroke();
    pen.shape(hue);
    pen.round(to, 2.6);
    pen.fill();
}
