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

/// The chore `size`.
pub(crate) fn run(json: bool, build: bool) -> Result<ExitCode> {
    if build {
        dist::build()?;
    }
    let budget = project::metadata("first-load-brotli-budget")?
        .as_u64()
        .context("Cargo.toml has no [workspace.metadata.tutti] first-load-brotli-budget")? as usize;
    let later = project::metadata("loaded-later")?;
    let later: Vec<_> = later.as_array().into_iter().flatten().filter_map(Value::as_str).collect();

    say::step("Weighing the first load");
    let weights = weigh(&project::dist(), &later)?;
    let sum = |part: fn(&Weight) -> usize| weights.iter().map(part).sum::<usize>();
    let total =
        Weight { file: "total".to_owned(), raw: sum(|w| w.raw), gzip: sum(|w| w.gzip), brotli: sum(|w| w.brotli) };
    let fits = total.brotli <= budget;

    if json {
        let files: Vec<_> = weights.iter().map(Weight::json).collect();
        let report = json!({
            "files": files,
            "total_raw_bytes": total.raw,
            "total_gzip_bytes": total.gzip,
            "total_brotli_bytes": total.brotli,
            "budget_brotli_bytes": budget,
            "fits": fits,
        });
        println!("{report:#}");
    } else {
        println!("{:>10} {:>10} {:>10}  file", "raw", "gzip", "brotli");
        for Weight { file, raw, gzip, brotli } in weights.iter().chain([&total]) {
            println!("{raw:>10} {gzip:>10} {brotli:>10}  {file}");
        }
        println!("The budget is {budget} bytes of brotli: {}.", if fits { "kept" } else { "broken" });
    }
    if !fits {
        eprintln!(
            "xtask: the first load weighs {} bytes, {} more than the budget",
            total.brotli,
            total.brotli - budget
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
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
