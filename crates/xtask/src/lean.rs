//! Rust's standard library, compiled for size together with the site.
//!
//! As it is shipped it is made for speed, and can say where and why a program fell over; a reader downloads both. Made
//! for size, and ending at once where it would panic, it saves some 25 KB of brotli. Cargo can do that only with options
//! that it does not call stable yet, hence `RUSTC_BOOTSTRAP`; where one of them or the sources of std are not to be had,
//! std is taken as it is shipped.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::tools::on_path;
use crate::{cmd, project, say};

/// Where cargo finds the flags with which it compiles for wasm.
pub(crate) const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
const TARGET: &str = "wasm32-unknown-unknown";
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(120);

/// What makes cargo compile std, too, when it builds the site.
const VARS: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (FLAGS, "-Zunstable-options -Cpanic=immediate-abort"),
];

/// The environment in which cargo compiles std for size, or none if that cannot be done here. `env` is how the compiler
/// is found.
pub(crate) fn ensure(env: &[(&'static str, OsString)]) -> Option<Vec<(&'static str, OsString)>> {
    let command = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(project::root()).envs(env.iter().cloned());
        command
    };
    if let Err(why) = prepare(&command) {
        say::note(format!("std: as it is shipped, some 25 KB more ({why})"));
        return None;
    }
    say::note("std: compiled for size, with the site");
    Some(VARS.into_iter().map(|(name, value)| (name, value.into())).collect())
}

fn prepare(command: &dyn Fn(&str) -> Command) -> Result<(), String> {
    let mut probe = command("rustc");
    probe.args(["--print", "cfg", "--target", TARGET, "-Zunstable-options", "-Cpanic=immediate-abort"]);
    cmd::output(probe.env("RUSTC_BOOTSTRAP", "1")).map_err(|_| "this compiler has no -Cpanic=immediate-abort")?;

    let there = || {
        let sysroot = cmd::output(command("rustc").args(["--print", "sysroot"])).unwrap_or_default();
        Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
    };
    if !there() && on_path("rustup").is_some() {
        say::step("rustup component add rust-src");
        let mut rustup = command("rustup");
        rustup.args(["component", "add", "rust-src"]).env("RUST_BACKTRACE", "0");
        let _ = cmd::run_within(DOWNLOAD_LIMIT, &mut rustup);
    }
    if !there() {
        return Err("its sources are missing; by hand: rustup component add rust-src".to_owned());
    }
    let mut fetch = command("cargo");
    fetch.args(["fetch", "--locked", "--quiet", "--target", TARGET]).envs(VARS);
    cmd::run(&mut fetch).map_err(|_| "the crates that it needs could not be fetched".to_owned())
}
