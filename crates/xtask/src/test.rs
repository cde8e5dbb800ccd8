//! `test`: everything that tells whether the workspace is whole.

use std::fs;
use std::process::{Command, ExitCode};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cache::Cache;
use crate::setup::Kit;
use crate::tools::browser::{self, Browser};
use crate::{cmd, dist, project, say, size};

/// What can be asked of `test`.
#[derive(Default)]
pub(crate) struct Options {
    /// The tests, too, that are ignored because they take long.
    pub(crate) full: bool,
    /// Only these steps; all of them if empty.
    pub(crate) only: Vec<Step>,
    /// The page as it is in dist/.
    pub(crate) no_build: bool,
    /// Only the native tests and page tests whose name holds this.
    pub(crate) filter: Option<String>,
}

impl Options {
    /// What `cargo test` hands on to the tests' runner.
    fn for_runner(&self) -> Vec<&str> {
        let filter = self.filter.iter().map(String::as_str);
        let full = self.full.then_some(["--", "--include-ignored"]);
        filter.chain(full.into_iter().flatten()).collect()
    }
}

/// What is tested, in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Fmt,
    Clippy,
    Native,
    Wasm,
    Page,
}

impl Step {
    const ALL: [Self; 5] = [Self::Fmt, Self::Clippy, Self::Native, Self::Wasm, Self::Page];

    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Page => "page",
        }
    }

    fn means(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Clippy => "clippy, warnings denied",
            Self::Native => "native tests",
            Self::Wasm => "world, core and page compiled to wasm, in a headless browser",
            Self::Page => "the built site: its weight, and a person in front of it in a real browser",
        }
    }
}

impl FromStr for Step {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        let step = Self::ALL.into_iter().find(|step| step.name() == name);
        step.with_context(|| format!("there is no step `{name}` (fmt, clippy, native, wasm, page)"))
    }
}

/// How many tests passed and failed; a check that is no test counts as one.
#[derive(Clone, Copy, Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn check(&mut self, result: Result<()>) -> Result<()> {
        match result {
            Ok(()) => self.passed += 1,
            Err(_) => self.failed += 1,
        }
        result
    }

    /// Runs tests, and adds up what their runners say.
    fn tests(&mut self, command: &mut Command) -> Result<()> {
        let before = self.failed;
        let result = cmd::run_reading(command, |line| {
            if let Some(told) = Self::told(line) {
                self.passed += told.passed;
                self.failed += told.failed;
            }
        });
        if result.is_err() && self.failed == before {
            // It did not compile, or its runner fell over.
            self.failed += 1;
        }
        result
    }

    /// What a line like `test result: ok. 3 passed; 0 failed; …` tells.
    fn told(line: &str) -> Option<Self> {
        let (_, counts) = line.split_once("test result: ")?;
        let count = |what: &str| {
            let (before, _) = counts.split_once(what)?;
            before.split_whitespace().last()?.parse().ok()
        };
        Some(Self { passed: count(" passed")?, failed: count(" failed")? })
    }
}

/// The chore `test`. Every step runs, also after one that failed.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let begun = Instant::now();
    let steps = Step::ALL.into_iter().filter(|step| options.only.is_empty() || options.only.contains(step));
    let mut rows = Vec::new();
    for step in steps {
        println!("\n### {}: {}", step.name(), step.means());
        let begun = Instant::now();
        let mut tally = Tally::default();
        let result = take(step, options, &mut tally);
        if let Err(error) = &result {
            println!("xtask: {error:#}");
            // Nothing that could be counted, so what failed is the set-up.
            tally.failed = tally.failed.max(1);
        }
        rows.push((step, tally, begun.elapsed()));
    }

    let total = rows.iter().fold(Tally::default(), |sum, (_, tally, _)| Tally {
        passed: sum.passed + tally.passed,
        failed: sum.failed + tally.failed,
    });
    println!();
    for (step, tally, time) in &rows {
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        let (name, means, time) = (step.name(), step.means(), say::duration(*time));
        println!("{name:<7} {verdict:<7} {:>5} passed {:>3} failed  {time:>12}  {means}", tally.passed, tally.failed);
    }
    let names: Vec<_> = rows.iter().map(|(step, ..)| step.name()).collect();
    println!("Ran {} in {}.", names.join(", "), say::duration(begun.elapsed()));
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn take(step: Step, options: &Options, tally: &mut Tally) -> Result<()> {
    match step {
        Step::Fmt => {
            component("fmt", "rustfmt")?;
            tally.check(cmd::run(cargo().args(["fmt", "--all", "--check"])))
        }
        Step::Clippy => {
            component("clippy", "clippy")?;
            let mut clippy = cargo();
            clippy.args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
            tally.check(cmd::run(&mut clippy))
        }
        Step::Native => {
            let mut test = cargo();
            test.args(["test", "--locked", "--workspace", "--exclude", "tutti-tests", "--no-fail-fast"]);
            test.args(options.for_runner());
            tally.tests(&mut test)
        }
        Step::Wasm => wasm(tally),
        Step::Page => page(options, tally),
    }
}

fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(project::root());
    command
}

/// Makes sure of a cargo command that rustup brings.
fn component(subcommand: &str, name: &str) -> Result<()> {
    let there = || cmd::output(cargo().args([subcommand, "--version"])).is_ok();
    if there() {
        return Ok(());
    }
    say::step(format!("rustup component add {name}"));
    let limit = Duration::from_secs(180);
    let added = cmd::run_within(limit, Command::new("rustup").args(["component", "add", name]));
    if added.is_err() || !there() {
        bail!("`cargo {subcommand}` is missing and could not be installed; by hand: rustup component add {name}");
    }
    Ok(())
}

fn wasm(tally: &mut Tally) -> Result<()> {
    let cache = Cache::open()?;
    let kit = Kit::for_wasm_tests(&cache)?;
    let Browser { chrome, driver } = browser::ensure(&cache)?;

    // The runner adds what it needs to be headless.
    let args = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-sync"];
    let capabilities = json!({ "goog:chromeOptions": { "binary": chrome, "args": args } });
    let file = cache.place("webdriver.json");
    fs::write(&file, capabilities.to_string()).with_context(|| format!("writing {}", file.display()))?;

    let mut results = Vec::new();
    for krate in ["core", "web"] {
        say::step(format!("wasm-pack test --headless --chrome crates/{krate}"));
        let mut test = kit.command("wasm-pack");
        test.args(["test", "--headless", "--chrome", "--chromedriver"]).arg(&driver);
        // What follows goes to `cargo build --tests` and to `cargo test`. Documentation is tested natively.
        test.arg(format!("crates/{krate}")).args(["--locked", "--lib", "--test", "*"]);
        test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &file);
        // Seconds; it gives up after 20 otherwise, and whole scenarios are played here.
        test.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        results.push(tally.tests(&mut test));
    }
    results.into_iter().collect()
}

fn page(options: &Options, tally: &mut Tally) -> Result<()> {
    let lean = options.no_build || dist::build()?.is_lean();
    let weight = if lean {
        tally.check(size::within_budget())
    } else {
        say::note("the weight is not judged, since the site could not be made as light as it can be here");
        Ok(())
    };
    let Browser { chrome, driver } = browser::ensure(&Cache::open()?)?;
    let mut test = cargo();
    test.args(["test", "--locked", "--package", "tutti-tests", "--no-fail-fast"]);
    test.args(options.for_runner());
    test.env("TUTTI_PAGE", project::dist()).env("TUTTI_CHROME", chrome).env("TUTTI_CHROMEDRIVER", driver);
    let tests = tally.tests(&mut test);
    weight.and(tests)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_runners_lines_are_understood() {
        let told = |line| Tally::told(line).map(|tally| (tally.passed, tally.failed));
        assert_eq!(told("test result: ok. 12 passed; 0 failed; 1 ignored; finished in 0.01s"), Some((12, 0)));
        assert_eq!(told("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out"), Some((3, 2)));
        assert_eq!(told("test the_test result: whatever"), None);
        assert_eq!(told("running 3 tests"), None);
    }
}
