//! In what surroundings a page is looked at.

use serde_json::{Value, json};

/// The window, the device and the reader's wishes.
#[derive(Clone, Debug)]
pub struct Setting {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixel_ratio: f64,
    pub(crate) phone: bool,
    pub(crate) color_scheme: &'static str,
    pub(crate) reduced_motion: bool,
}

impl Setting {
    /// A laptop's window, light.
    #[must_use]
    pub fn wide() -> Self {
        Self { width: 1280, height: 800, pixel_ratio: 1.0, phone: false, color_scheme: "light", reduced_motion: false }
    }

    /// A small phone held upright: touch, no mouse, two pixels to a point.
    #[must_use]
    pub fn phone() -> Self {
        Self { width: 360, height: 740, pixel_ratio: 2.0, phone: true, ..Self::wide() }
    }

    /// Another size, in CSS pixels.
    #[must_use]
    pub fn size(self, width: u32, height: u32) -> Self {
        Self { width, height, ..self }
    }

    /// Another number of device pixels to a CSS pixel.
    #[must_use]
    pub fn pixel_ratio(self, pixel_ratio: f64) -> Self {
        Self { pixel_ratio, ..self }
    }

    /// The reader prefers dark.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { color_scheme: "dark", ..self }
    }

    /// The reader prefers little motion.
    #[must_use]
    pub fn reduced_motion(self) -> Self {
        Self { reduced_motion: true, ..self }
    }

    pub(crate) fn media(&self) -> Value {
        let motion = if self.reduced_motion { "reduce" } else { "no-preference" };
        json!({ "features": [
            { "name": "prefers-color-scheme", "value": self.color_scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]})
    }

    pub(crate) fn metrics(&self) -> Value {
        json!({
            "width": self.width,
            "height": self.height,
            "deviceScaleFactor": self.pixel_ratio,
            "mobile": self.phone,
        })
    }
}
