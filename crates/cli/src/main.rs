//! `tutti`: everything that the page does, without a browser.
//!
//! Standard output holds what was asked for, standard error what is said about it. The exit code is 0 if all held, 1 if
//! a check or a claim did not, 2 if the input was bad.

mod bench;
mod export;
mod help;
mod input;
mod nearest;
mod output;
mod presets;
mod progress;
mod run;
mod sweep;
mod table;
mod trace;

use std::process::ExitCode;

use lexopt::prelude::*;

use output::Output;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All held.
    Held,
    /// A check or a claim did not hold.
    Failed,
}

/// The input was bad: what is wrong, where, and how to mend it.
#[derive(Debug)]
struct Bad(String);

impl From<lexopt::Error> for Bad {
    fn from(error: lexopt::Error) -> Self {
        Bad(error.to_string())
    }
}

impl Bad {
    /// With a line that says how to mend it.
    fn hint(what: impl std::fmt::Display, hint: impl std::fmt::Display) -> Bad {
        Bad(format!("{what}\n  {hint}"))
    }
}

fn main() -> ExitCode {
    let mut output = Output::stdout();
    let ending = start(&mut output);
    let lost = output.finish();
    match (ending, lost) {
        (Err(Bad(what)), _) => {
            eprintln!("tutti: {what}");
            ExitCode::from(2)
        }
        (_, Err(error)) => {
            eprintln!("tutti: cannot write to standard output: {error}");
            ExitCode::from(2)
        }
        (Ok(Ending::Held), Ok(())) => ExitCode::SUCCESS,
        (Ok(Ending::Failed), Ok(())) => ExitCode::from(1),
    }
}

fn start(output: &mut Output) -> Result<Ending, Bad> {
    let mut args = lexopt::Parser::from_env();
    let command = match args.next()? {
        None => {
            return Err(Bad::hint(
                "say what to do",
                "one of: run, trace, sweep, presets, bench; `tutti --help` tells more",
            ));
        }
        Some(Short('h') | Long("help")) => return help::print(output, help::ALL),
        Some(Short('V') | Long("version")) => {
            output.line(format_args!("tutti {}", env!("CARGO_PKG_VERSION")));
            return Ok(Ending::Held);
        }
        Some(Value(command)) => command,
        Some(other) => return Err(Bad::hint(other.unexpected(), "`tutti --help` lists the commands")),
    };
    match command.to_string_lossy().as_ref() {
        "run" => run::start(args, output),
        "trace" => export::start(args, output),
        "sweep" => sweep::start(args, output),
        "presets" => presets::start(args, output),
        "bench" => bench::start(args, output),
        "help" => help::start(args, output),
        other => {
            let known = ["run", "trace", "sweep", "presets", "bench", "help"];
            Err(Bad::hint(
                format_args!("there is no command `{other}`{}", nearest::question(other, known)),
                "`tutti --help` lists the commands",
            ))
        }
    }
}
