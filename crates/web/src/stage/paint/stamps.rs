//! Signs that are drawn once and then stamped: a circle costs the browser much more than a few hundred pixels do.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d as Ctx, ImageBitmap, OffscreenCanvas};

use super::messages::{Spot, draw};
use crate::stage::geom::pt;
use crate::stage::pen::Pen;
use crate::stage::sign::{Inside, SIGNS, Shape, TABLE};

/// The side of a stamp in CSS pixels: room for the largest sign and its bar.
const SIDE: f64 = 28.0;

/// Slips with up to so many entries have a stamp each.
const SLIPS: usize = 64;

/// The stamps that were cut so far.
#[derive(Default)]
pub(super) struct Stamps {
    /// By the number of their sign; and then the slips, by the number on them.
    stamps: Vec<Option<ImageBitmap>>,
    /// Device pixels to a CSS pixel.
    ratio: f64,
    /// How large signs are.
    k: f64,
}

impl Stamps {
    /// For a canvas of so many device pixels to a CSS pixel; what was cut for another, or in other colours, is gone.
    pub(super) fn new(ratio: f64, k: f64) -> Stamps {
        Stamps { stamps: vec![None; SIGNS + SLIPS], ratio, k }
    }

    /// Stamps a sign on whole pixels, so that it is sharp; or draws it, if it is one that looks different from place to
    /// place, or the browser cuts no stamps. The colour to fill with has to be the sign's.
    pub(super) fn press(&mut self, pen: Pen<'_>, number: usize, spot: &Spot, font: &str) {
        let (sign, k) = (TABLE[number], self.k);
        let whole = |x: f64| ((x - SIDE / 2.0) * self.ratio).round() / self.ratio;
        let corner = pt(whole(spot.at.x), whole(spot.at.y));
        let stamp = match sign.shape {
            Shape::Triangle | Shape::Ring(Inside::Triangle) => None,
            // Sooner filled than stamped.
            Shape::Beat => {
                let middle = corner + pt(SIDE, SIDE) * 0.5;
                return pen.ctx.fill_rect(middle.x - 5.0 * k, middle.y - 3.0 * k, 10.0 * k, 6.0 * k);
            }
            Shape::Slip => self.stamps.get_mut(SIGNS + spot.count as usize),
            _ => self.stamps.get_mut(number),
        };
        let stamp = stamp.and_then(|stamp| {
            if stamp.is_none() {
                *stamp = cut(pen, self.ratio, |pen| {
                    draw(pen, sign, &Spot::alone(pt(SIDE, SIDE) * 0.5, spot.count), k, font);
                });
            }
            stamp.as_ref()
        });
        match stamp {
            Some(stamp) => {
                let _ = pen.ctx.draw_image_with_image_bitmap_and_dw_and_dh(stamp, corner.x, corner.y, SIDE, SIDE);
            }
            None => draw(pen, sign, spot, k, font),
        }
    }
}

fn cut(pen: Pen<'_>, ratio: f64, draw: impl FnOnce(Pen<'_>)) -> Option<ImageBitmap> {
    let pixels = (SIDE * ratio).round();
    let canvas = OffscreenCanvas::new(pixels as u32, pixels as u32).ok()?;
    // A context of another type, which draws by the same methods.
    let ctx: Ctx = canvas.get_context("2d").ok().flatten()?.unchecked_into();
    let scale = pixels / SIDE;
    let _ = ctx.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
    ctx.set_line_cap("round");
    ctx.set_line_join("round");
    draw(Pen { ctx: &ctx, ..pen });
    canvas.transfer_to_image_bitmap().ok()
}
