//! `size`: what the first load weighs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{dist, project, say};

/// One file of the first load, in bytes.
struct Weight {
    file: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// What the first load weighs, and may weigh.
struct Report {
    weights: Vec<Weight>,
    total: Weight,
    budget: usize,
}

/// The chore `size`.
pub(crate) fn run(json: bool, build: bool) -> Result<ExitCode> {
    if build {
        dist::build()?;
    }
    let report = Report::make()?;
    if json {
        println!("{:#}", report.json());
    } else {
        report.print();
    }
    report.judge()?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what the site in dist/ weighs, and fails if it is too much.
pub(crate) fn within_budget() -> Result<()> {
    let report = Report::make()?;
    report.print();
    report.judge()
}

impl Report {
    fn make() -> Result<Self> {
        let budget = project::metadata("first-load-brotli-budget")?;
        let budget = budget.as_u64().context("Cargo.toml lacks [workspace.metadata.tutti] first-load-brotli-budget")?;
        let later = project::metadata("loaded-later")?;
        let later: Vec<_> = later.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        say::step("Weighing the first load");
        let weights = weigh(&project::dist(), &later)?;
        let sum = |part: fn(&Weight) -> usize| weights.iter().map(part).sum();
        let total =
            Weight { file: "total".to_owned(), raw: sum(|w| w.raw), gzip: sum(|w| w.gzip), brotli: sum(|w| w.brotli) };
        Ok(Self { weights, total, budget: usize::try_from(budget)? })
    }

    fn json(&self) -> Value {
        json!({
            "files": self.weights.iter().map(Weight::json).collect::<Vec<_>>(),
            "total_raw_bytes": self.total.raw,
            "total_gzip_bytes": self.total.gzip,
            "total_brotli_bytes": self.total.brotli,
            "budget_brotli_bytes": self.budget,
        })
    }

    fn print(&self) {
        println!("{:>10} {:>10} {:>10}  file", "raw", "gzip", "brotli");
        for Weight { file, raw, gzip, brotli } in self.weights.iter().chain([&self.total]) {
            println!("{raw:>10} {gzip:>10} {brotli:>10}  {file}");
        }
    }

    fn judge(&self) -> Result<()> {
        let (brotli, budget) = (self.total.brotli, self.budget);
        ensure!(brotli <= budget, "the first load weighs {brotli} bytes of brotli, and its budget is {budget}");
        say::note(format!("{brotli} bytes of brotli; the budget of {budget} is kept"));
        Ok(())
    }
}

/// Weighs every file of the site but those under a path of `later`.
fn weigh(dist: &Path, later: &[&str]) -> Result<Vec<Weight>> {
    let mut files = Vec::new();
    walk(dist, &mut files).with_context(|| format!("reading {} (cargo xtask dist makes it)", dist.display()))?;
    files.sort();
    let mut weights = Vec::new();
    for path in files {
        let file = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
        if later.iter().any(|prefix| file.starts_with(prefix)) {
            continue;
        }
        let bytes = fs::read(&path)?;
        weights.push(Weight { file, raw: bytes.len(), gzip: gzip(&bytes)?, brotli: brotli(&bytes)? });
    }
    ensure!(!weights.is_empty(), "{} is empty", dist.display());
    Ok(weights)
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    // The highest quality and the largest ordinary window, as a static host would store it.
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed.len())
}

impl Weight {
    fn json(&self) -> Value {
        json!({
            "file": self.file,
            "raw_bytes": self.raw,
            "gzip_bytes": self.gzip,
            "brotli_bytes": self.brotli,
        })
    }
}
