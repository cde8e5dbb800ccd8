//! Prints the figures of the built page in a headless browser as one flat JSON object; `cargo xtask bench` calls it.

use anyhow::{Context, Result};
use tutti_tests::{Site, measure};

fn main() -> Result<()> {
    let site = Site::from_env().context("there is no page to measure")?;
    let mut figures = measure::figures(&site)?;
    let frames = measure::frames(&site, "?bench=frames")?;
    let protocols = Site::from_var("TUTTI_PROTOCOLS").context("there is no page that measures the protocols")?;
    let protocols = measure::figures(&protocols)?;
    let all = figures.as_object_mut().context("#bench-result holds no object")?;
    all.extend(protocols.as_object().cloned().unwrap_or_default());
    all.extend(frames.as_object().cloned().unwrap_or_default());
    println!("{figures:#}");
    Ok(())
}
