//! Signs that are drawn once and then stamped: a circle costs the browser much more than a few hundred pixels do.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d as Ctx, ImageBitmap, OffscreenCanvas};

use super::messages::{Spot, signs};
use crate::stage::geom::pt;
use crate::stage::sign::{Inside, SIGNS, Shape, TABLE};
use crate::stage::theme::Theme;

/// The side of a stamp in CSS pixels: room for the largest sign and its bar.
const SIDE: f64 = 28.0;

/// The stamps that were cut so far, by the number of their sign.
#[derive(Default)]
pub(super) struct Stamps {
    stamps: [Option<ImageBitmap>; SIGNS],
    /// Device pixels to a CSS pixel.
    ratio: f64,
}

impl Stamps {
    /// For a canvas of so many device pixels to a CSS pixel; what was cut for another, or in other colours, is gone.
    pub(super) fn new(ratio: f64) -> Stamps {
        Stamps { stamps: Default::default(), ratio }
    }

    /// Stamps a sign at these places, on whole pixels, so that it is sharp. False if it is one that looks different
    /// from place to place, or the browser cuts no stamps.
    pub(super) fn press(&mut self, ctx: &Ctx, theme: &Theme, sign: usize, spots: &[Spot], k: f64) -> bool {
        if matches!(TABLE[sign].shape, Shape::Triangle | Shape::Slip | Shape::Ring(Inside::Triangle)) {
            return false;
        }
        if self.stamps[sign].is_none() {
            self.stamps[sign] = cut(theme, sign, k, self.ratio);
        }
        let Some(stamp) = &self.stamps[sign] else { return false };
        let whole = |x: f64| ((x - SIDE / 2.0) * self.ratio).round() / self.ratio;
        for s in spots {
            let (x, y) = (whole(s.at.x), whole(s.at.y));
            let _ = ctx.draw_image_with_image_bitmap_and_dw_and_dh(stamp, x, y, SIDE, SIDE);
        }
        true
    }
}

fn cut(theme: &Theme, sign: usize, k: f64, ratio: f64) -> Option<ImageBitmap> {
    let pixels = (SIDE * ratio).round();
    let canvas = OffscreenCanvas::new(pixels as u32, pixels as u32).ok()?;
    // A context of another type, which draws by the same methods.
    let ctx: Ctx = canvas.get_context("2d").ok().flatten()?.unchecked_into();
    let scale = pixels / SIDE;
    let _ = ctx.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
    ctx.set_line_cap("round");
    ctx.set_line_join("round");
    signs(&ctx, theme, TABLE[sign], &[Spot::alone(pt(SIDE / 2.0, SIDE / 2.0))], k);
    canvas.transfer_to_image_bitmap().ok()
}
