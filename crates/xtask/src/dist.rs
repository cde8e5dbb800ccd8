//! `dist`: the static site.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::cache::Cache;
use crate::setup::Kit;
use crate::{cmd, project, say, slim, split};

/// The chore `dist`.
pub(crate) fn run() -> Result<ExitCode> {
    build()?;
    println!("{}", project::dist().display());
    Ok(ExitCode::SUCCESS)
}

/// Builds the site into dist/. Every address in it is relative, so it works under any path. Says with what it was built.
pub(crate) fn build() -> Result<Kit> {
    let kit = Kit::for_dist(&Cache::open()?)?;
    let begun = Instant::now();
    say::step("Building the site into dist/ (release)");
    let mut trunk = kit.command_for_dist("trunk");
    trunk.args(["build", "--release", "--locked", "--public-url", "./", "--dist", "dist"]);
    if kit.offline {
        trunk.arg("--offline");
    }
    cmd::run(&mut trunk)?;
    let index = project::dist().join("index.html");
    ensure!(index.is_file(), "Trunk made no {}", index.display());
    if let Some(aside) = kit.aside() {
        split::join(&kit, aside, &project::dist())?;
    }
    slim::site(&project::dist())?;
    say::note(format!("done in {}", say::duration(begun.elapsed())));
    Ok(kit)
}
