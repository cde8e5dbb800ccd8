//! Everything that a build of the site needs, put together.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::cache::Cache;
use crate::split::{self, Split};
use crate::tools::browser::{self, Browser};
use crate::tools::{cargo_tool, wasm_opt};
use crate::wasm_target::{self, Rust};
use crate::{cmd, lean, project, say};

/// The tools that turn the workspace into a site.
pub(crate) struct Kit {
    /// In front of PATH.
    dirs: Vec<PathBuf>,
    toolchain: Option<PathBuf>,
    /// Whether Trunk has all it needs without a network.
    pub(crate) offline: bool,
    /// What makes cargo compile std for size, too, if it can.
    lean: Option<Vec<(&'static str, OsString)>>,
    /// What has the site built in two, if it is to be.
    split: Option<Split>,
}

impl Kit {
    /// What building the site takes, as it is shipped.
    pub(crate) fn for_site(cache: &Cache) -> Result<Self> {
        let mut kit = Self::for_debugging(cache)?;
        kit.lean = lean::ensure(&kit.env());
        Ok(kit)
    }

    /// What building the site takes as it is put into dist/: in two, one of them loaded later.
    pub(crate) fn for_dist(cache: &Cache) -> Result<Self> {
        let mut kit = Self::for_site(cache)?;
        kit.split = kit.dir_of("wasm-bindgen").and_then(|dir| split::ensure(cache, &dir));
        Ok(kit)
    }

    fn dir_of(&self, program: &str) -> Option<PathBuf> {
        let there = |dir: &&PathBuf| dir.join(program).with_extension(env::consts::EXE_EXTENSION).is_file();
        self.dirs.iter().find(there).cloned()
    }

    /// What building the site takes, with std as it is: where something falls over, it says what and where.
    pub(crate) fn for_debugging(cache: &Cache) -> Result<Self> {
        say::step("Looking for what building the site takes");
        let mut kit = Self::for_wasm(cache)?;
        kit.dirs.push(cargo_tool::trunk().ensure(cache)?);
        match wasm_opt::ensure(cache)? {
            Some(dir) => kit.dirs.push(dir),
            None => kit.offline = false,
        }
        cache.tidy()?;
        // Trunk tells cargo, too, to stay off the network.
        say::note("crates: cargo fetch");
        cmd::run(Command::new("cargo").args(["fetch", "--locked", "--quiet"]).current_dir(project::root()))?;
        Ok(kit)
    }

    /// What running tests in wasm takes, but for the browser.
    pub(crate) fn for_wasm_tests(cache: &Cache) -> Result<Self> {
        say::step("Looking for what testing in wasm takes");
        let mut kit = Self::for_wasm(cache)?;
        kit.dirs.push(cargo_tool::wasm_pack().ensure(cache)?);
        cache.tidy()?;
        Ok(kit)
    }

    fn for_wasm(cache: &Cache) -> Result<Self> {
        let toolchain = match wasm_target::ensure(cache)? {
            Rust::Present => None,
            Rust::Folder(folder) => Some(folder),
        };
        let mut dirs: Vec<_> = toolchain.iter().map(|folder| folder.join("bin")).collect();
        dirs.push(cargo_tool::wasm_bindgen()?.ensure(cache)?);
        Ok(Self { dirs, toolchain, offline: true, lean: None, split: None })
    }

    /// Whether the site is as light as it can be: std compiled for size, and in two.
    pub(crate) fn is_lean(&self) -> bool {
        self.lean.is_some() && self.split.is_some()
    }

    /// Where the part of the site is put that is loaded later, if it is built in two.
    pub(crate) fn aside(&self) -> Option<&Path> {
        self.split.as_ref().map(|split| split.aside.as_path())
    }

    /// A command that finds these tools, runs at the top of the checkout, and has the site built in two if that can be.
    pub(crate) fn command_for_dist(&self, program: &str) -> Command {
        let mut command = self.command(program);
        let Some(split) = &self.split else { return command };
        let path = command_var(&command, "PATH");
        let dirs = split.dirs.iter().cloned().chain(env::split_paths(&path));
        command.env("PATH", env::join_paths(dirs).unwrap_or(path.clone()));
        let mut flags = command_var(&command, lean::FLAGS);
        flags.push(" ");
        flags.push(split::FLAGS);
        command.env(lean::FLAGS, flags).envs(split.vars.iter().cloned());
        command
    }

    /// A command that finds these tools, and runs at the top of the checkout.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(project::root());
        command.envs(self.env());
        command
    }

    fn env(&self) -> Vec<(&'static str, OsString)> {
        let path = env::var_os("PATH").unwrap_or_default();
        let dirs = self.dirs.iter().cloned().chain(env::split_paths(&path));
        let mut vars = vec![("PATH", env::join_paths(dirs).unwrap_or(path.clone()))];
        if let Some(folder) = &self.toolchain {
            vars.push(("RUSTUP_TOOLCHAIN", folder.into()));
        }
        vars.extend(self.lean.iter().flatten().cloned());
        // Any value of it means yes, but Trunk understands no other than this.
        if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            vars.push(("NO_COLOR", "true".into()));
        }
        vars
    }
}

/// What a command is to have in its environment under this name.
fn command_var(command: &Command, name: &str) -> OsString {
    let value = command.get_envs().find(|(known, _)| *known == name).and_then(|(_, value)| value);
    value.map(OsString::from).unwrap_or_default()
}

/// The chore `setup`.
pub(crate) fn run() -> Result<ExitCode> {
    let cache = Cache::open()?;
    let site = Kit::for_dist(&cache)?;
    let tests = Kit::for_wasm_tests(&cache)?;
    let Browser { chrome, driver } = browser::ensure(&cache)?;
    let mut dirs = site.dirs.clone();
    dirs.extend(tests.dirs.into_iter().filter(|dir| !site.dirs.contains(dir)));
    let dirs: Vec<_> = dirs.iter().map(|dir| dir.display().to_string()).collect();
    println!("export PATH=\"{}:$PATH\"", dirs.join(":"));
    if let Some(folder) = &site.toolchain {
        println!("export RUSTUP_TOOLCHAIN=\"{}\"", folder.display());
    }
    println!("export TUTTI_CHROME=\"{}\" TUTTI_CHROMEDRIVER=\"{}\"", chrome.display(), driver.display());
    Ok(ExitCode::SUCCESS)
}
