//! `bench`: the figures natively, and from the very wasm that dist ships, side by side.
//!
//! Natively they come from `tutti bench --json`; from wasm, by the page's own hand, in a headless browser, and for the
//! protocols alone by a page that is built for it. What the pages have to do for it is said in `tests/src/measure.rs`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::cache::Cache;
use crate::setup::Kit;
use crate::tools::browser::{self, Browser};
use crate::{cmd, dist, project, say};

/// The chore `bench`.
pub(crate) fn run(json: bool, build: bool) -> Result<ExitCode> {
    let kit = if build { dist::build()? } else { Kit::for_site(&Cache::open()?)? };
    let protocols = protocols(&kit)?;
    let Browser { chrome, driver } = browser::ensure(&Cache::open()?)?;

    say::step("Natively: tutti bench --json");
    let mut native = cargo(&["run", "--quiet", "--release", "--package", "tutti", "--", "bench", "--json"]);
    let native = figures(&mut native)?;

    say::step("In wasm: the page of dist/ in a headless browser");
    let mut wasm = cargo(&["run", "--quiet", "--package", "tutti-tests", "--bin", "page-bench"]);
    wasm.env("TUTTI_PAGE", project::dist()).env("TUTTI_PROTOCOLS", protocols);
    wasm.env("TUTTI_CHROME", chrome).env("TUTTI_CHROMEDRIVER", driver);
    let wasm = figures(&mut wasm)?;

    if json {
        println!("{:#}", json!({ "native": native, "wasm": wasm }));
    } else {
        print(&native, &wasm);
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the page that measures the protocols with nothing around them, and says where it is. It is not in the site.
fn protocols(kit: &Kit) -> Result<PathBuf> {
    say::step("Building the page that measures the protocols");
    let (target, name) = (project::target()?, "tutti-protocols");
    let mut cargo = kit.command("cargo");
    cargo.args(["build", "--locked", "--release", "--target", "wasm32-unknown-unknown"]);
    cmd::run(cargo.args(["--package", "tutti-web", "--bin", name]))?;
    let folder = target.join(name);
    let mut bindgen = kit.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", name, "--out-dir"]).arg(&folder);
    bindgen.arg(target.join("wasm32-unknown-unknown/release").join(name).with_extension("wasm"));
    cmd::run(&mut bindgen)?;
    // As Trunk does with the site's.
    let wasm = folder.join(format!("{name}_bg.wasm"));
    let mut optimise = kit.command("wasm-opt");
    cmd::run(
        optimise
            .args([
                "-O3",
                "--enable-bulk-memory",
                "--enable-nontrapping-float-to-int",
                "--enable-sign-ext",
                "--enable-mutable-globals",
                "--enable-reference-types",
                "--enable-multivalue",
            ])
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
    )?;
    let page = format!(
        "<!doctype html><link rel='icon' href='data:,'><script type='module'>\nimport start from './{name}.js'; start();\n</script>"
    );
    fs::write(folder.join("index.html"), page)?;
    Ok(folder)
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(project::root());
    command
}

/// The flat JSON object that a program prints.
fn figures(command: &mut Command) -> Result<Map<String, Value>> {
    let text = cmd::output_only(command)?;
    serde_json::from_str(&text).with_context(|| format!("`{}` printed no JSON object", cmd::shown(command)))
}

fn print(native: &Map<String, Value>, wasm: &Map<String, Value>) {
    let further = wasm.keys().filter(|key| !native.contains_key(*key));
    let names: Vec<_> = native.keys().chain(further).collect();
    let width = names.iter().map(|name| name.len()).max().unwrap_or_default();
    println!("{:width$}  {:>14}  {:>14}  {:>11}", "", "native", "wasm", "wasm/native");
    for name in names {
        let (native, wasm) = (number(native, name), number(wasm, name));
        let ratio = native.zip(wasm).filter(|(native, _)| *native != 0.0).map(|(native, wasm)| wasm / native);
        let ratio = ratio.map_or(String::new(), |ratio| format!("{:.0} %", ratio * 100.0));
        println!("{name:width$}  {:>14}  {:>14}  {ratio:>11}", shown(native), shown(wasm));
    }
}

fn number(figures: &Map<String, Value>, name: &str) -> Option<f64> {
    figures.get(name).and_then(Value::as_f64)
}

/// A figure with as many digits as it deserves: `5 312 000`, `12.34`.
fn shown(figure: Option<f64>) -> String {
    let Some(figure) = figure else { return "-".to_owned() };
    if figure.abs() < 1000.0 {
        return format!("{figure:.2}");
    }
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digit.is_ascii_digit() && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn figures_are_readable() {
        assert_eq!(shown(Some(5_312_000.4)), "5 312 000");
        assert_eq!(shown(Some(1000.0)), "1 000");
        assert_eq!(shown(Some(12.344)), "12.34");
        assert_eq!(shown(None), "-");
    }
}
