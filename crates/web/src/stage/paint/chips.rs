//! Records as they travel: tickets with the number of their order, in the colour of what happened to it.

use tutti_core::lab::scene::Scene;
use tutti_core::lab::shop_cargo::Cargo;
use tutti_core::shop::Kind;

use super::Painter;
use super::messages::Spot;
use crate::stage::geom::{Point, pt};
use crate::stage::pen::Pen;
use crate::stage::theme::Hue;

/// The colour of an event: what it says of an order's way through the shop.
pub(crate) fn hue_of(kind: Option<Kind>) -> Hue {
    match step(kind) {
        1 => Hue::Placed,
        2 => Hue::Paid,
        3 => Hue::Stocked,
        4 => Hue::Shipped,
        _ => Hue::Other,
    }
}

/// How far an order is that this happened to, in quarters; 0: it is another story. A ticket has a bar of so many quarters of
/// its width, so that its colour is not all that tells it.
pub(crate) fn step(kind: Option<Kind>) -> u8 {
    match kind {
        Some(Kind::OrderCreated | Kind::OrderPlaced) => 1,
        Some(Kind::OrderConfirmed | Kind::PaymentProcessed) => 2,
        Some(Kind::StockUpdated | Kind::ItemReserved | Kind::ItemSent) => 3,
        Some(Kind::OrderShipped | Kind::TrackingCorrected) => 4,
        _ => 0,
    }
}

/// A ticket that lies on something, whole.
pub(crate) fn ticket(pen: Pen<'_>, kind: Option<Kind>, at: Point, half: Point, words: &str) {
    pen.shape(hue_of(kind));
    pen.rounded(at, half, 3.0);
    pen.fill();
    bar(pen, Hue::OnFill, kind, at, half);
    pen.words(Hue::OnFill, words, at + pt(0.0, -0.5));
}

/// The bar that says how far the order is.
pub(crate) fn bar(pen: Pen<'_>, hue: Hue, kind: Option<Kind>, at: Point, half: Point) {
    let long = (2.0 * half.x - 6.0) * f64::from(step(kind)) / 4.0;
    if long > 0.0 {
        pen.alpha(0.7);
        pen.shape(hue);
        pen.ctx.fill_rect(at.x - half.x + 3.0, at.y + half.y - 3.2, long, 1.4);
        pen.alpha(1.0);
    }
}

impl Painter {
    /// Tickets under way: all that carry records, or those of the order that is followed, with whatever else is about it.
    pub(super) fn chips(&self, pen: Pen<'_>, scene: &Scene, motion: bool, wanted: bool) {
        let k = if self.small { 0.85 } else { 1.0 };
        pen.letters(&pen.theme.mono_bold(if self.small { 9 } else { 11 }), "center");
        for cargo in &self.cargo {
            if wanted != cargo.wanted || (!wanted && cargo.kind.is_none()) {
                continue;
            }
            let found = scene.messages.binary_search_by_key(&cargo.message, |m| m.id);
            let Some(spot) = found.ok().and_then(|at| self.place(scene, &scene.messages[at])) else { continue };
            if motion && !spot.held {
                tail(pen, cargo, &spot);
            }
            let words = words(cargo);
            let half = pt(4.0 + 3.4 * words.chars().count() as f64, 8.0) * k;
            ticket(pen, cargo.kind, spot.at, half, &words);
            if spot.held {
                let out = half.x + 4.0;
                pen.line(Hue::Ink, 1.6);
                for side in [-1.0, 1.0] {
                    let (at, edge) = (spot.at + pt(side * out, 0.0), side * -4.0);
                    pen.ctx.move_to(at.x + edge, at.y - 11.0);
                    pen.ctx.line_to(at.x, at.y - 11.0);
                    pen.ctx.line_to(at.x, at.y + 11.0);
                    pen.ctx.line_to(at.x + edge, at.y + 11.0);
                }
                pen.stroke();
            }
        }
    }
}

/// `#42`, and how many more.
fn words(cargo: &Cargo) -> String {
    let number = ["#", &cargo.order.0.to_string()].concat();
    if cargo.more == 0 { number } else { [&number, " +", &cargo.more.to_string()].concat() }
}

fn tail(pen: Pen<'_>, cargo: &Cargo, spot: &Spot) {
    pen.alpha(0.3);
    pen.shape(hue_of(cargo.kind));
    let (side, end) = (spot.way.right() * 3.2, spot.at - spot.way * (spot.tail * 1.5));
    pen.add(spot.at - side, spot.at + side);
    pen.ctx.line_to(end.x, end.y);
    pen.fill();
    pen.alpha(1.0);
}
