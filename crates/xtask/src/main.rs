//! `cargo xtask`: Tutti's own chores.
//!
//! Each chore finds or installs what it needs, and says what it does while it does it. Progress goes to standard
//! error; standard output holds only what was asked for.

mod bench;
mod cache;
mod cmd;
mod dist;
mod lean;
mod project;
mod say;
mod serve;
mod setup;
mod size;
mod slim;
mod split;
mod test;
mod tools;
mod wasm_target;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const HELP: &str = "\
Tutti's own chores. Each finds or installs what it needs.

Usage: cargo xtask <CHORE> [OPTIONS]

Chores:
  serve   Build the site and serve it on 127.0.0.1, again after every change
            --port N     the port (default: 8080, or the next that is free)
            --debug      build faster, run slower
            --open       open the browser on it
  test    Formatting, clippy, native tests, wasm tests and the page in a real Chromium
            --full       the long tests too, which are ignored otherwise
            --only STEP  only this step (repeatable): fmt, clippy, native, wasm, page
            --no-build   the page as it is in dist/
            NAME         only native and page tests whose name holds this
  dist    Put the static site into dist/; it works under any path
  size    Weigh every file of the first load; fail above the budget in Cargo.toml
            --json       one JSON object
            --no-build   weigh dist/ as it is
  bench   The figures natively and from the very wasm that dist ships, side by side
            --json       one JSON object
            --no-build   measure dist/ as it is
  setup   Only find or install the tools; print the shell lines that put them on PATH

Environment:
  TUTTI_CACHE   where the tools go (default: tutti in $XDG_CACHE_HOME or ~/.cache)
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    if split::stands_in() {
        return split::stand_in().map(|()| ExitCode::SUCCESS);
    }
    let mut args = lexopt::Parser::from_env();
    let chore = match args.next()? {
        None | Some(Short('h') | Long("help")) => {
            print!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(Value(chore)) => chore.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match chore.as_str() {
        "help" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        "serve" => {
            let mut options = serve::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("port") => options.port = Some(args.value()?.parse()?),
                    Long("debug") => options.debug = true,
                    Long("release") => options.debug = false,
                    Long("open") => options.open = true,
                    other => return unexpected(other),
                }
            }
            serve::run(&options)
        }
        "test" => {
            let mut options = test::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("full") => options.full = true,
                    Long("only") => options.only.push(args.value()?.string()?.parse()?),
                    Long("no-build") => options.no_build = true,
                    Value(name) => options.filter = Some(name.string()?),
                    other => return unexpected(other),
                }
            }
            test::run(&options)
        }
        "dist" => match args.next()? {
            Some(arg) => unexpected(arg),
            None => dist::run(),
        },
        "size" => {
            let (mut json, mut build) = (false, true);
            while let Some(arg) = args.next()? {
                match arg {
                    Long("json") => json = true,
                    Long("no-build") => build = false,
                    other => return unexpected(other),
                }
            }
            size::run(json, build)
        }
        "bench" => {
            let (mut json, mut build) = (false, true);
            while let Some(arg) = args.next()? {
                match arg {
                    Long("json") => json = true,
                    Long("no-build") => build = false,
                    other => return unexpected(other),
                }
            }
            bench::run(json, build)
        }
        "setup" => match args.next()? {
            Some(arg) => unexpected(arg),
            None => setup::run(),
        },
        other => bail!("there is no chore `{other}`; `cargo xtask --help` lists them"),
    }
}

fn unexpected(arg: lexopt::Arg<'_>) -> Result<ExitCode> {
    if let Long("help") | Short('h') = arg {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    Err(arg.unexpected().into())
}
