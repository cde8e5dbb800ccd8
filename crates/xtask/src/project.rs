//! What the chores know of the checkout: where it is, and what its manifests say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cmd;

/// The top of the checkout.
pub(crate) fn root() -> PathBuf {
    // Compiled in, and right as long as the checkout is not moved; `cargo run` sets it anew.
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(2).map(Path::to_path_buf).unwrap_or(here)
}

/// Where the static site goes.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The version of a package in Cargo.lock: the tools that must equal it are chosen by it.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut lines = lock.lines();
    lines
        .by_ref()
        .find(|line| *line == format!("name = \"{package}\""))
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock has no package {package}"))
}

/// The value of a key of `[workspace.metadata.tutti]`.
pub(crate) fn metadata(key: &str) -> Result<Value> {
    Ok(told_by_cargo()?["metadata"]["tutti"][key].clone())
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> Result<PathBuf> {
    let all = told_by_cargo()?;
    all["target_directory"].as_str().map(PathBuf::from).context("cargo metadata names no target_directory")
}

fn told_by_cargo() -> Result<Value> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root());
    Ok(serde_json::from_str(&cmd::output(&mut cargo)?)?)
}
