//! `test`.
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Result, bail};

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) full: bool,
    pub(crate) only: Vec<Step>,
}
pub(crate) struct Step;
impl FromStr for Step {
    type Err = anyhow::Error;
    fn from_str(_s: &str) -> Result<Self> {
        bail!("not yet")
    }
}

pub(crate) fn run(_options: &Options) -> Result<ExitCode> {
    bail!("not yet")
}
