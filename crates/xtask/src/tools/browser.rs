//! A browser and the driver that goes with it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{apt, on_path};
use crate::cache::Cache;
use crate::{cmd, say};

/// A Chromium, or a Chrome, with its driver.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

const ON_PATH: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Finds a browser and its driver, or installs the two.
pub(crate) fn ensure(cache: &Cache) -> Result<Browser> {
    let browser = find(cache)?;
    say::note(format!("browser: {}, driven by {}", browser.chrome.display(), browser.driver.display()));
    Ok(browser)
}

fn find(cache: &Cache) -> Result<Browser> {
    if let Some(browser) = installed() {
        return Ok(browser);
    }
    // Ubuntu's packages of these names only lead to snaps, and it has no chromium-driver.
    if apt::has("chromium-driver") {
        apt::install(&["chromium", "chromium-driver"])?;
        if let Some(browser) = installed() {
            return Ok(browser);
        }
    }
    for_testing(cache).context(
        "no Chromium (or Chrome) with a chromedriver of its version was found, and none could be installed; \
         by hand: put `chromium` and `chromedriver` on PATH (Debian: apt-get install chromium chromium-driver), \
         or set TUTTI_CHROME and TUTTI_CHROMEDRIVER",
    )
}

fn installed() -> Option<Browser> {
    let named = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_file());
    let driver = named("TUTTI_CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
    let version = major(&driver)?;
    named("TUTTI_CHROME")
        .into_iter()
        .chain(ON_PATH.iter().filter_map(|name| on_path(name)))
        .chain(ELSEWHERE.iter().map(PathBuf::from))
        .filter(|chrome| chrome.is_file())
        .find(|chrome| major(chrome) == Some(version))
        .map(|chrome| Browser { chrome, driver })
}

/// Chrome for Testing and its driver, in the cache.
fn for_testing(cache: &Cache) -> Result<Browser> {
    let dir = cache.entry("chrome-for-testing", |staging| {
        ensure!(on_path("npx").is_some(), "there is no npx to fetch a browser with (it comes with Node.js)");
        for what in ["chrome@stable", "chromedriver@stable"] {
            say::step(format!("Fetching {what}"));
            let mut npx = Command::new("npx");
            npx.args(["--yes", "@puppeteer/browsers@2", "install", what, "--path"]);
            cmd::run(npx.arg(staging))?;
        }
        Ok(())
    })?;
    let program = |names: &[&str]| {
        below(&dir, names).with_context(|| format!("no {} under {}", names.join(" or "), dir.display()))
    };
    Ok(Browser { chrome: program(&["chrome", "Google Chrome for Testing"])?, driver: program(&["chromedriver"])? })
}

/// The first file of one of these names in or below a folder.
fn below(dir: &Path, names: &[&str]) -> Option<PathBuf> {
    let mut dirs = vec![dir.to_path_buf()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                dirs.push(path);
            } else if names.iter().any(|name| entry.file_name() == *name) {
                return Some(path);
            }
        }
    }
    None
}

/// The first number of the version that a program tells.
fn major(program: &Path) -> Option<u32> {
    let text = cmd::output(Command::new(program).arg("--version")).ok()?;
    text.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}
