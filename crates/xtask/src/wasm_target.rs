//! A compiler that has the standard library for wasm.
//!
//! The ordinary case is `rustup target add`. Where rustup cannot download, Debian's newer Rust serves: its packages
//! bring the sources of std, and std for wasm is compiled from them, once, into a toolchain folder in the cache. That
//! folder links to Debian's compiler and adds to it; neither Debian's files nor rustup's are changed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cache::Cache;
use crate::tools::{apt, on_path};
use crate::{cmd, say};

const TARGET: &str = "wasm32-unknown-unknown";
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(180);

/// Debian's names: the compiler that its browsers are built with is newer than the plain `rustc`.
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "libstd-rust-web-dev", "lld-22"];
const DEBIAN_PREFIX: &str = "/usr";
/// The first minor version of Rust that compiles the workspace.
const MINOR_WANTED: u32 = 95;

/// Which compiler the wasm is made with.
pub(crate) enum Rust {
    /// The one that is in force here anyway.
    Present,
    /// The toolchain in this folder.
    Folder(PathBuf),
}

/// Finds or makes a compiler for wasm.
pub(crate) fn ensure(cache: &Cache) -> Result<Rust> {
    if has_target(Path::new("rustc")) {
        say::note(format!("Rust for wasm: {TARGET} is installed"));
        return Ok(Rust::Present);
    }
    if let Some(folder) = debian_compiler().and_then(|compiler| usable(&compiler.place(cache))) {
        say::note(format!("Rust for wasm: {}", folder.display()));
        return Ok(Rust::Folder(folder));
    }
    if on_path("rustup").is_some() {
        say::step(format!("rustup target add {TARGET}"));
        let mut rustup = Command::new("rustup");
        // Without a network it fails, and its innards would tell the reader nothing.
        rustup.args(["target", "add", TARGET]).env("RUST_BACKTRACE", "0");
        match cmd::run_within(DOWNLOAD_LIMIT, &mut rustup) {
            Ok(()) if has_target(Path::new("rustc")) => return Ok(Rust::Present),
            Ok(()) => say::note("rustup was content, yet rustc does not have it"),
            Err(error) => say::note(format!("{error:#}")),
        }
    }
    if debian_compiler().is_none() && apt::has(DEBIAN_PACKAGES[0]) {
        say::note("taking Debian's Rust for the wasm instead");
        apt::install(&DEBIAN_PACKAGES)?;
    }
    let Some(compiler) = debian_compiler() else {
        bail!(
            "rustc has no standard library for wasm, and it could not be installed; by hand: rustup target add \
             {TARGET}, or, on Debian without a way to rustup's server: apt-get install {}",
            DEBIAN_PACKAGES.join(" ")
        );
    };
    let place = compiler.place(cache);
    cache.entry(&compiler.entry, |staging| compiler.build(cache, staging, &place)).context("building std for wasm")?;
    usable(&place).map(Rust::Folder).with_context(|| format!("the toolchain in {} does not work", place.display()))
}

/// Whether this compiler has a standard library for wasm.
fn has_target(rustc: &Path) -> bool {
    cmd::output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))
        .ok()
        .and_then(|dir| fs::read_dir(dir.trim()).ok())
        .is_some_and(|mut entries| entries.next().is_some())
}

fn usable(toolchain: &Path) -> Option<PathBuf> {
    has_target(&toolchain.join("bin/rustc")).then(|| toolchain.to_path_buf())
}

/// Debian's compiler.
struct Compiler {
    rustc: PathBuf,
    cargo: PathBuf,
    linker: PathBuf,
    host: String,
    /// The name in the cache of what is built with it: another build of the compiler wants another std.
    entry: String,
}

fn debian_compiler() -> Option<Compiler> {
    let bin = Path::new(DEBIAN_PREFIX).join("bin");
    let (rustc, cargo) = (bin.join("rustc"), bin.join("cargo"));
    let sources = Path::new(DEBIAN_PREFIX).join("lib/rustlib/src/rust/library/std");
    let linker = bin.join("lld-22");
    if !(cargo.is_file() && linker.exists() && sources.is_dir()) {
        return None;
    }
    let told = cmd::output(Command::new(&rustc).arg("-vV")).ok()?;
    let field = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let release = field("release")?;
    let minor: u32 = release.split('.').nth(1)?.parse().ok()?;
    let commit = field("commit-hash")?;
    let entry = format!("rust-{release}-{}-wasm", commit.get(..9).unwrap_or(commit));
    let host = field("host")?.to_owned();
    (minor >= MINOR_WANTED).then_some(Compiler { rustc, cargo, linker, host, entry })
}

impl Compiler {
    fn place(&self, cache: &Cache) -> PathBuf {
        cache.place(&self.entry)
    }

    /// Makes a toolchain in `staging` that will work from `place`.
    fn build(&self, cache: &Cache, staging: &Path, place: &Path) -> Result<()> {
        let begun = Instant::now();
        say::step("Building Rust's standard library for wasm (once; about a minute)");
        let libraries = self.build_std(&cache.scratch().join("std"))?;

        let rustlib = staging.join("lib/rustlib");
        let host = rustlib.join(&self.host);
        let wasm = rustlib.join(TARGET).join("lib");
        let bin = staging.join("bin");
        for dir in [&bin, &host.join("bin"), &wasm] {
            fs::create_dir_all(dir)?;
        }
        for library in libraries {
            fs::copy(&library, wasm.join(library.file_name().context("a library without a name")?))?;
        }
        link(&Path::new(DEBIAN_PREFIX).join("lib/rustlib").join(&self.host).join("lib"), &host.join("lib"))?;
        link(&self.linker, &host.join("bin/rust-lld"))?;
        link(&self.cargo, &bin.join("cargo"))?;
        for program in ["rustc", "rustdoc"] {
            let real = self.rustc.with_file_name(program);
            let script = format!("#!/bin/sh\nexec '{}' --sysroot '{}' \"$@\"\n", real.display(), place.display());
            write_program(&bin.join(program), &script)?;
        }
        say::note(format!("done in {}", say::duration(begun.elapsed())));
        Ok(())
    }

    /// Compiles std from an empty crate and returns its libraries.
    fn build_std(&self, dir: &Path) -> Result<Vec<PathBuf>> {
        const EMPTY: &str = "tutti_empty";
        fs::create_dir_all(dir.join("src"))?;
        fs::write(dir.join("src/lib.rs"), "")?;
        let manifest = format!("[package]\nname = \"{EMPTY}\"\nedition = \"2024\"\n[workspace]\n");
        fs::write(dir.join("Cargo.toml"), manifest)?;

        let mut cargo = Command::new(&self.cargo);
        cargo.args(["build", "--release", "--target", TARGET]).current_dir(dir);
        // Without `test`, the headless tests do not link.
        cargo.arg("-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro");
        // What rustup, the cargo above this process and the reader set is meant for another compiler.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            let meant =
                ["CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_ENCODED_", "RUST", "LD_LIBRARY_PATH"];
            if meant.iter().any(|beginning| text.starts_with(beginning)) {
                cargo.env_remove(name);
            }
        }
        cargo.env("RUSTC", &self.rustc).env("CARGO_TARGET_DIR", dir.join("target"));
        cargo.env("RUSTC_BOOTSTRAP", "1");
        // Without bitcode, a build with link-time optimisation finds no section `.llvmbc`.
        cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes");
        cmd::run(&mut cargo)?;

        let mut libraries = Vec::new();
        for entry in fs::read_dir(dir.join("target").join(TARGET).join("release/deps"))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(".rlib") && !name.contains(EMPTY) {
                libraries.push(path);
            }
        }
        Ok(libraries)
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<()> {
    std::os::unix::fs::symlink(to, at).with_context(|| format!("linking {} to {}", at.display(), to.display()))
}

#[cfg(unix)]
fn write_program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

// Debian's Rust is met only on Debian; elsewhere these only have to compile.
#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("only on Debian")
}

#[cfg(not(unix))]
fn write_program(_: &Path, _: &str) -> Result<()> {
    bail!("only on Debian")
}
