//! wasm-opt, which shrinks and speeds up the wasm that is shipped.
//!
//! Debian's and the `wasm-opt` crate's are too old for what today's compiler emits. The npm package carries the
//! program itself; where there is no npm, Trunk fetches one if the network lets it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{apt, has_version, on_path};
use crate::cache::Cache;
use crate::{cmd, say};

/// The version of Binaryen; Trunk.toml names the same.
const VERSION: &str = "132";

/// Returns the folder that holds wasm-opt, or nothing when Trunk has to fetch it.
pub(crate) fn ensure(cache: &Cache) -> Result<Option<PathBuf>> {
    if let Some(path) = on_path("wasm-opt").filter(|path| has_version(path, VERSION)) {
        let dir = path.parent().map(PathBuf::from);
        say::note(format!("wasm-opt {VERSION}: {}", path.display()));
        return Ok(dir);
    }
    let entry = format!("binaryen-{VERSION}");
    if !cache.place(&entry).exists() && on_path("npm").is_none() {
        if !apt::has("npm") {
            say::note(format!("wasm-opt {VERSION}: no npm here to install it with; Trunk will download it"));
            return Ok(None);
        }
        apt::install(&["nodejs", "npm"])?;
    }
    let dir = cache
        .entry(&entry, |staging| {
            say::step(format!("Fetching wasm-opt {VERSION} (npm's binaryen)"));
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"]);
            cmd::run(npm.arg(staging).arg(format!("binaryen@{VERSION}")))
        })
        .with_context(|| format!("wasm-opt {VERSION} is missing; by hand: npm install --global binaryen@{VERSION}"))?
        .join("node_modules/.bin");
    say::note(format!("wasm-opt {VERSION}: {}", dir.display()));
    Ok(Some(dir))
}
