//! Tools that are crates: Trunk, wasm-bindgen, wasm-split and wasm-pack.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use super::{has_version, on_path};
use crate::cache::Cache;
use crate::{cmd, project, say};

/// A tool that comes as a crate.
pub(crate) struct CargoTool {
    package: &'static str,
    /// The programs it must bring; the first answers `--version`.
    programs: &'static [&'static str],
    version: String,
    /// Further arguments of `cargo install`.
    args: &'static [&'static str],
}

/// Trunk, which puts the site together. 0.22 wants a newer compiler than the workspace does.
pub(crate) fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        programs: &["trunk"],
        version: "0.21.14".to_owned(),
        args: &["--locked", "--no-default-features", "--features", "rustls"],
    }
}

/// wasm-bindgen, which must be of the very version that the page is compiled with.
pub(crate) fn wasm_bindgen() -> Result<CargoTool> {
    Ok(CargoTool {
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        version: project::locked_version("wasm-bindgen")?,
        // Not --locked: what its lock file names is not to be had from every mirror of the registry.
        args: &[],
    })
}

/// wasm-pack, which runs the wasm tests in a browser.
pub(crate) fn wasm_pack() -> CargoTool {
    CargoTool { package: "wasm-pack", programs: &["wasm-pack"], version: "0.15.1".to_owned(), args: &["--locked"] }
}

/// wasm-split, which takes the site apart.
pub(crate) fn wasm_split() -> CargoTool {
    CargoTool {
        package: "wasm_split_cli_support",
        programs: &["wasm-split-cli"],
        version: "0.2.4".to_owned(),
        args: &["--locked", "--features", "build-binary"],
    }
}

impl CargoTool {
    /// Returns the folder that holds the tool's programs.
    pub(crate) fn ensure(&self, cache: &Cache) -> Result<PathBuf> {
        if let Some(dir) = self.found_on_path() {
            say::note(format!("{} {}: {}", self.package, self.version, dir.display()));
            return Ok(dir);
        }
        let entry = format!("{}-{}", self.package, self.version);
        let dir = cache
            .entry(&entry, |staging| self.install(cache, staging))
            .with_context(|| {
                format!(
                    "{} {} is missing and could not be installed; by hand: cargo install {} --version {} {}",
                    self.package,
                    self.version,
                    self.package,
                    self.version,
                    self.args.join(" ")
                )
            })?
            .join("bin");
        say::note(format!("{} {}: {}", self.package, self.version, dir.display()));
        Ok(dir)
    }

    fn found_on_path(&self) -> Option<PathBuf> {
        let first = on_path(self.programs[0])?;
        let dir = first.parent()?;
        let whole = self.programs.iter().all(|program| dir.join(program).is_file());
        (whole && has_version(&first, &self.version)).then(|| dir.to_path_buf())
    }

    fn install(&self, cache: &Cache, staging: &Path) -> Result<()> {
        let begun = Instant::now();
        if on_path("cargo-binstall").is_some() {
            say::step(format!("Fetching {} {} (cargo binstall)", self.package, self.version));
            let mut binstall = Command::new("cargo");
            binstall.args(["binstall", "--no-confirm", "--disable-telemetry", "--root"]).arg(staging);
            binstall.arg(format!("{}@{}", self.package, self.version));
            match cmd::run(&mut binstall) {
                Ok(()) if self.programs.iter().all(|program| staging.join("bin").join(program).is_file()) => {
                    return Ok(());
                }
                Ok(()) => say::note("it brought not every program; compiling instead"),
                Err(error) => say::note(format!("{error:#}; compiling instead")),
            }
        }
        say::step(format!("Compiling {} {} (once; a minute to a few)", self.package, self.version));
        let mut cargo = Command::new("cargo");
        cargo.args(["install", self.package, "--version", &self.version]).args(self.args);
        cargo.arg("--root").arg(staging).arg("--target-dir").arg(cache.scratch());
        // The tools work for seconds and compile for minutes: optimised, Trunk alone takes nine.
        cargo.envs([
            ("CARGO_PROFILE_RELEASE_LTO", "false"),
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
        ]);
        cmd::run(&mut cargo)?;
        say::note(format!("done in {}", say::duration(begun.elapsed())));
        Ok(())
    }
}
