//! The elements that a stage is made of.

use wasm_bindgen::prelude::*;
use web_sys::{
    CanvasRenderingContext2d as Ctx, Element, HtmlCanvasElement, HtmlElement, HtmlInputElement,
    ImageBitmapRenderingContext, OffscreenCanvas,
};

use super::dom::{child, style, window};

const MARKUP: &str = r#"<section class="tt-stage" aria-label="Stage">
<div class="tt-say"><span class="tt-clock" role="timer" aria-label="Moment"></span><p class="tt-sentence"><span></span> <b></b></p></div>
<div class="tt-board"><canvas aria-hidden="true"></canvas>
<div class="tt-nodes tt-group" role="group" aria-label="Servers and clients"></div>
<div class="tt-links tt-group" role="group" aria-label="Links"></div>
<div class="tt-messages tt-group" role="group" aria-label="Messages in flight"></div>
<div class="tt-tip" aria-hidden="true" hidden></div>
<div class="tt-toast" role="status" hidden><span></span><button type="button">Undo</button></div></div>
<p class="tt-hint"><span></span> <button type="button" aria-label="Close this hint">×</button></p></section>
<section class="tt-bottom" aria-label="Score"><div class="tt-bar" role="group" aria-label="Playback">
<button type="button" class="tt-play" data-do="play"></button>
<button type="button" data-do="back" aria-label="One event back" title="One event back (,)"><svg viewBox="0 0 20 20"><path d="M15 4v12L6 10zM4 4h2v12H4z"/></svg></button>
<button type="button" data-do="step" aria-label="One event on" title="One event on (.)"><svg viewBox="0 0 20 20"><path d="M5 4v12l9-6zM14 4h2v12h-2z"/></svg></button>
<label class="tt-speed"><span></span><input type="range" min="0" step="1" aria-label="Speed"></label>
<button type="button" data-do="end" aria-label="To the end of what was played" title="To the end of what was played (End)"><svg viewBox="0 0 20 20"><path d="M3 4v12l7-6zM10 4v12l7-6z"/></svg></button>
<p class="tt-branch"></p>
<button type="button" data-do="out" aria-label="Show more time" title="Show more time (-)"><svg viewBox="0 0 20 20"><path d="M4 9h12v2H4z"/></svg></button>
<button type="button" data-do="in" aria-label="Show less time" title="Show less time (+)"><svg viewBox="0 0 20 20"><path d="M4 9h5V4h2v5h5v2h-5v5H9v-5H4z"/></svg></button>
<button type="button" data-do="fit" aria-label="Show all" title="Show all (0)"><svg viewBox="0 0 20 20"><path d="M2 4h2v12H2zM16 4h2v12h-2zM5 10l4-3.5v2.6h2V6.5l4 3.5-4 3.5v-2.6H9v2.6z"/></svg></button>
</div><div class="tt-score"><canvas aria-hidden="true"></canvas><canvas aria-hidden="true"></canvas><div class="tt-future"></div>
<div class="tt-playhead" role="slider" tabindex="0" aria-label="Moment" aria-orientation="horizontal"></div></div>
<div class="tt-systems" role="group" aria-label="Branches"></div></section>
<p class="tt-live unseen" aria-live="polite"></p>"#;

/// The icon of the button that plays.
pub const PLAY: &str = r#"<svg viewBox="0 0 20 20"><path d="M6 3.5v13l11-6.5z"/></svg>"#;
/// The icon of the button that pauses.
pub const PAUSE: &str = r#"<svg viewBox="0 0 20 20"><path d="M5 4h3.6v12H5zM11.4 4H15v12h-3.6z"/></svg>"#;

/// The elements, found once.
pub struct Parts {
    /// All of it.
    pub root: HtmlElement,
    /// The moment.
    pub clock: HtmlElement,
    /// What is happening.
    pub sentence: HtmlElement,
    /// What is broken.
    pub broken: HtmlElement,
    /// Where the nodes stand.
    pub board: HtmlElement,
    /// What it is drawn on.
    pub canvas: Sheet,
    /// A word about what the pointer is on.
    pub tip: HtmlElement,
    /// What was just done, and how to undo it.
    pub toast: HtmlElement,
    /// How to begin.
    pub hint: HtmlElement,
    /// The row of controls.
    pub bar: HtmlElement,
    /// The button that plays and pauses.
    pub play: HtmlElement,
    /// The speed, in words.
    pub speed_words: HtmlElement,
    /// The speed.
    pub speed: HtmlInputElement,
    /// Which branch is played.
    pub branch: HtmlElement,
    /// The score.
    pub score: HtmlElement,
    /// What it is drawn on.
    pub score_canvas: Sheet,
    /// What the latest of it is drawn on.
    pub live_canvas: Sheet,
    /// A veil over what is later than the moment.
    pub future: HtmlElement,
    /// The moment, to be dragged.
    pub playhead: HtmlElement,
    /// The branches.
    pub systems: HtmlElement,
    /// What a screen reader is told.
    pub live: HtmlElement,
}

impl Parts {
    /// Makes them in a host. `None` if the browser gives no canvas.
    pub fn new(host: &Element) -> Option<Parts> {
        let root = child(host, "div", "tt");
        root.set_inner_html(MARKUP);
        let find = |css: &str| root.query_selector(css).ok().flatten().map(|e| e.unchecked_into::<HtmlElement>());
        let parts = Parts {
            clock: find(".tt-clock")?,
            sentence: find(".tt-sentence span")?,
            broken: find(".tt-sentence b")?,
            board: find(".tt-board")?,
            canvas: Sheet::new(find(".tt-board canvas")?)?,
            tip: find(".tt-tip")?,
            toast: find(".tt-toast")?,
            hint: find(".tt-hint")?,
            bar: find(".tt-bar")?,
            play: find(".tt-play")?,
            speed_words: find(".tt-speed span")?,
            speed: find(".tt-speed input")?.unchecked_into(),
            branch: find(".tt-branch")?,
            score: find(".tt-score")?,
            score_canvas: Sheet::still(find(".tt-score canvas")?)?,
            live_canvas: Sheet::new(find(".tt-score canvas + canvas")?)?,
            future: find(".tt-future")?,
            playhead: find(".tt-playhead")?,
            systems: find(".tt-systems")?,
            live: find(".tt-live")?,
            root: root.clone(),
        };
        style(&parts.root, "position", "relative");
        Some(parts)
    }

    /// A group of the overlay.
    pub fn group(&self, css: &str) -> HtmlElement {
        self.root.query_selector(css).ok().flatten().unwrap_throw().unchecked_into()
    }
}

/// A canvas that is as sharp as the screen.
pub struct Sheet {
    /// What is drawn on. One that is not seen is of another type, which has the same properties.
    canvas: HtmlCanvasElement,
    /// Where it is shown, if it is not seen.
    shown: Option<ImageBitmapRenderingContext>,
    /// Draws in CSS pixels.
    pub ctx: Ctx,
    /// Its width in CSS pixels.
    pub width: f64,
    /// Its height in CSS pixels.
    pub height: f64,
    /// Device pixels to a CSS pixel.
    pub ratio: f64,
}

impl Sheet {
    pub(crate) fn new(element: HtmlElement) -> Option<Sheet> {
        Sheet::on(element.unchecked_into(), None)
    }

    /// One that is drawn less often than once a frame, and shown by `show`. What can be drawn on is copied by the browser
    /// whenever anything on the page has changed, and a picture is not.
    fn still(element: HtmlElement) -> Option<Sheet> {
        let Ok(unseen) = OffscreenCanvas::new(1, 1) else { return Sheet::new(element) };
        let seen: HtmlCanvasElement = element.unchecked_into();
        let shown = seen.get_context("bitmaprenderer").ok().flatten()?;
        Sheet::on(unseen.unchecked_into(), Some(shown.unchecked_into()))
    }

    fn on(canvas: HtmlCanvasElement, shown: Option<ImageBitmapRenderingContext>) -> Option<Sheet> {
        let ctx = canvas.get_context("2d").ok().flatten()?.unchecked_into();
        Some(Sheet { canvas, shown, ctx, width: 0.0, height: 0.0, ratio: 0.0 })
    }

    /// Takes on the size that it is shown in. Returns whether that is another.
    pub fn fit(&mut self, host: &Element) -> bool {
        let ratio = window().device_pixel_ratio().clamp(1.0, 3.0);
        let (w, h) = (f64::from(host.client_width()), f64::from(host.client_height()));
        if w == self.width && h == self.height && ratio == self.ratio {
            return false;
        }
        (self.width, self.height, self.ratio) = (w, h, ratio);
        self.canvas.set_width((w * ratio).round() as u32);
        self.canvas.set_height((h * ratio).round() as u32);
        let _ = self.ctx.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        true
    }

    /// Shows what was drawn, if it was drawn unseen.
    pub fn show(&self) {
        let unseen: &OffscreenCanvas = self.canvas.unchecked_ref();
        if let Some(shown) = &self.shown
            && let Ok(picture) = unseen.transfer_to_image_bitmap()
        {
            shown.transfer_from_image_bitmap(&picture);
        }
    }
}
