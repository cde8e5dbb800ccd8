//! The tools that the chores use: each looked for on PATH, then in the cache, and installed when it is in neither.

pub(crate) mod apt;
pub(crate) mod browser;
pub(crate) mod cargo_tool;
pub(crate) mod wasm_opt;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cmd;

/// The file that a bare program name stands for.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(program)).find(|path| path.is_file())
}

/// Whether `program --version` names exactly this version.
pub(crate) fn has_version(program: &Path, version: &str) -> bool {
    cmd::output(Command::new(program).arg("--version"))
        .is_ok_and(|text| text.split_whitespace().any(|word| word == version))
}
