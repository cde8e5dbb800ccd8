//! What each command's `--help` says.

use lexopt::prelude::*;

use super::output::Output;
use super::{Bad, Ending, nearest};

pub(crate) const ALL: &str = "\
Tutti without a browser: run, sweep and measure scenarios.

Usage: tutti <COMMAND> [OPTIONS]

Commands:
  run      Play a scenario, with every check after every event
  trace    Play a scenario, and write what happened for tools for tracing
  sweep    Play many seeds of chaos, and look for one that breaks a rule
  presets  List the scenarios that come with Tutti
  bench    Measure how fast it is
  help     Say more about a command

Options:
  -h, --help     This text, or a command's
  -V, --version  The version

Exit code: 0 if all held, 1 if a check or a claim did not, 2 if the input was bad.
";

pub(crate) const RUN: &str = "\
Play a scenario, with every check after every event.

Usage: tutti run <SCENARIO> [OPTIONS]

SCENARIO is the name of a preset (`tutti presets` lists them), a file of JSON, the text of a share link, or - for
standard input.

Options:
      --seed N      Another seed than the scenario's
      --until TIME  Play up to this time, such as 30s or 1500ms (default: the scenario's duration)
      --trace FILE  Write every trace event as a line of JSON; - is standard output
      --json        Print one JSON object
  -h, --help        This text

Exit code: 0 if every check and claim held, 1 if one did not, 2 if the input was bad.
";

pub(crate) const TRACE: &str = "\
Play a scenario, and write what happened as stories of spans and messages, for tools for tracing.

Usage: tutti trace <SCENARIO> --format <FORMAT> [OPTIONS]

SCENARIO is the name of a preset (`tutti presets` lists them), a file of JSON, the text of a share link, or - for
standard input. A story is a client's request, with all that servers did for it, a server's campaign for office, or,
in a shop, an order, with all that services did for it.

Formats:
  otlp      OpenTelemetry's OTLP as JSON, for collectors and what reads their files
  jaeger    JSON that Jaeger's page opens
  zipkin    JSON of Zipkin, version 2
  perfetto  Trace events, which ui.perfetto.dev and chrome://tracing open
  mermaid   A sequence diagram in Mermaid's language

Options:
      --format NAME  Which format
      --story ID     Only this story: a request by its id, such as 1#3, a campaign, such as election-2, or an order of a
                     shop, such as order-7
      --order ID     The same as --story order-ID
      --seed N       Another seed than the scenario's
      --until TIME   Play up to this time, such as 30s or 1500ms (default: the scenario's duration)
      --out FILE     Write into a file; - is standard output (default)
  -h, --help         This text

A run has no date: where a format wants one, it begins with the year 2020. The same run gives the same bytes.

Exit code: 0 if it was written, whatever the checks say (`tutti run` tells), 2 if the input was bad.
";

pub(crate) const SWEEP: &str = "\
Play many seeds of chaos. Each seed draws a cluster, a network, a load, and what goes wrong in it and when; every check
is made after every event. Then faults stop: the cluster has to come to rest, to serve, and to still hold all that it
acknowledged. At the end it says what was exercised; something that never happened is a failure too, if there were
seeds enough to expect it.

Usage: tutti sweep [OPTIONS]

Options:
      --seeds N      How many seeds (default: 500)
      --from M       The first of them (default: 0)
      --jobs J       How many at a time (default: one for each processor)
      --defect NAME  Put in a bug, to see it found; may be given again
                     (vote-forgotten-on-restart, old-term-committed-by-counting, vote-without-log-check,
                     append-cuts-everything-after, answer-before-sync)
      --json         Print one JSON object
  -h, --help         This text

Exit code: 0 if nothing was found, 1 if a seed failed or something was never exercised, 2 if the input was bad.
";

pub(crate) const PRESETS: &str = "\
List the scenarios that come with Tutti, a name a line.

Usage: tutti presets [OPTIONS]

Options:
      --long       With a sentence about each
      --show NAME  The JSON of one: a good start for one's own
  -h, --help       This text
";

pub(crate) const BENCH: &str = "\
Measure how fast Tutti is: several repetitions of each, of which the median counts. Build it with --release.

Usage: tutti bench [OPTIONS]

Options:
      --json  Print one JSON object
  -h, --help  This text
";

/// Prints a text.
pub(crate) fn print(output: &mut Output, text: &str) -> Result<Ending, Bad> {
    output.text(text);
    Ok(Ending::Held)
}

/// The command `help`.
pub(crate) fn start(mut args: lexopt::Parser, output: &mut Output) -> Result<Ending, Bad> {
    let text = match args.next()? {
        None | Some(Short('h') | Long("help")) => ALL,
        Some(Value(command)) => match command.to_string_lossy().as_ref() {
            "run" => RUN,
            "trace" => TRACE,
            "sweep" => SWEEP,
            "presets" => PRESETS,
            "bench" => BENCH,
            "help" => ALL,
            other => {
                let question = nearest::question(other, ["run", "trace", "sweep", "presets", "bench"]);
                return Err(Bad(format!("there is no command `{other}`{question}")));
            }
        },
        Some(other) => return Err(other.unexpected().into()),
    };
    print(output, text)
}
