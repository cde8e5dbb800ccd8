//! `tutti bench`.

use std::time::Instant;

use lexopt::prelude::*;
use serde_json::{Map, Number, Value};
use tutti_core::search::bench::{Instruments, OF_PROTOCOLS, OF_RUNS};

use super::output::Output;
use super::table::{Table, grouped};
use super::{Bad, Ending, help};

/// A clock, and what the system says of this process's memory.
struct Native {
    began: Instant,
}

impl Instruments for Native {
    fn seconds(&mut self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    fn bytes(&mut self) -> f64 {
        resident_bytes().unwrap_or(f64::NAN)
    }
}

/// The memory that the process really has: what is asked of the allocator, and what it costs to give it.
fn resident_bytes() -> Option<f64> {
    let kilobytes = match std::fs::read_to_string("/proc/self/status") {
        Ok(status) => status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()),
        // Elsewhere than on Linux.
        Err(_) => {
            let pid = std::process::id().to_string();
            let told = std::process::Command::new("ps").args(["-o", "rss=", "-p", &pid]).output().ok()?;
            String::from_utf8_lossy(&told.stdout).trim().parse::<f64>().ok()
        }
    };
    kilobytes.map(|kilobytes| kilobytes * 1024.0)
}

pub(crate) fn start(mut args: lexopt::Parser, output: &mut Output) -> Result<Ending, Bad> {
    let mut json = false;
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return help::print(output, help::BENCH),
            Long("json") => json = true,
            other => return Err(Bad::hint(other.unexpected(), "`tutti bench --help` lists the options")),
        }
    }
    if cfg!(debug_assertions) {
        eprintln!("tutti: this build is not optimised; `cargo run --release -p tutti -- bench` is what counts");
    }
    let mut instruments = Native { began: Instant::now() };
    let mut figures = Map::new();
    let mut table = Table::default();
    for figure in OF_RUNS.into_iter().chain(OF_PROTOCOLS) {
        if output.is_closed() {
            break;
        }
        let measured = figure.measure(&mut instruments);
        let number = Number::from_f64((measured * 1_000.0).round() / 1_000.0).map_or(Value::Null, Value::Number);
        figures.insert(figure.key.to_owned(), number);
        let shown = if measured < 1_000.0 { format!("{measured:.2}") } else { grouped(measured as u64) };
        table.row(vec![figure.key.to_owned(), shown, figure.in_words.to_owned()]);
    }
    if json {
        output.line(format_args!("{:#}", Value::Object(figures)));
    } else {
        table.lines().for_each(|line| output.line(format_args!("{line}")));
    }
    Ok(Ending::Held)
}
