//! Prints the figures of the built page in a headless browser as one flat JSON object; `cargo xtask bench` calls it.

use anyhow::{Context, Result};
use tutti_tests::{Site, measure};

fn main() -> Result<()> {
    let site = Site::from_env().context("there is no page to measure")?;
    let mut figures = measure::figures(&site)?;
    let frames = measure::frames(&site, "?bench=frames")?;
    let all = figures.as_object_mut().context("#bench-result holds no object")?;
    all.extend(frames.as_object().cloned().unwrap_or_default());
    println!("{figures:#}");
    Ok(())
}
