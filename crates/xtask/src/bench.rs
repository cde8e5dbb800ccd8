//! `bench`: the figures natively and in wasm, side by side.
use std::process::ExitCode;

use anyhow::{Result, bail};

pub(crate) fn run(_json: bool, _build: bool) -> Result<ExitCode> {
    bail!("not yet")
}
