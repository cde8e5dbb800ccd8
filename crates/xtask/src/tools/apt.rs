//! Debian's packages, where they can be installed without asking anybody.

use std::env::consts::OS;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Result;

use super::on_path;
use crate::{cmd, say};

/// How apt-get may be called here.
#[derive(Clone, Copy)]
enum Right {
    Root,
    Sudo,
}

fn right() -> Option<Right> {
    static RIGHT: OnceLock<Option<Right>> = OnceLock::new();
    *RIGHT.get_or_init(|| {
        if OS != "linux" || on_path("apt-get").is_none() {
            return None;
        }
        if cmd::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
            return Some(Right::Root);
        }
        on_path("sudo")?;
        cmd::output(Command::new("sudo").args(["-n", "true"])).is_ok().then_some(Right::Sudo)
    })
}

/// Whether packages can be installed here.
pub(crate) fn usable() -> bool {
    right().is_some()
}

/// Whether a package can be had; the lists are brought up to date first, once.
pub(crate) fn has(package: &str) -> bool {
    if !usable() {
        return false;
    }
    update();
    cmd::output(Command::new("apt-cache").args(["policy", package]))
        .is_ok_and(|text| text.lines().any(|line| line.contains("Candidate:") && !line.contains("(none)")))
}

/// Installs packages.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    update();
    say::step(format!("apt-get install {}", packages.join(" ")));
    // It has a line for every file that it touches; they are only of interest when it fails.
    cmd::output(apt_get().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages)).map(drop)
}

fn update() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        say::step("apt-get update");
        // A source that does not answer makes it fail though the others are up to date: the install will tell.
        if let Err(error) = cmd::run(apt_get().args(["update", "-qq"])) {
            say::note(format!("{error:#}"));
        }
    });
}

fn apt_get() -> Command {
    let mut command = match right() {
        Some(Right::Sudo) => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            sudo
        }
        _ => Command::new("apt-get"),
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command.args(["-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0"]);
    command
}
