//! `tutti trace`: a run as tools for tracing read it.

use std::ffi::OsString;

use lexopt::prelude::*;
use tutti_export::{Format, Trace, Wanted};

use super::input::{self, Experiment};
use super::output::Output;
use super::{Bad, Ending, help, nearest};

/// How many stories are named to somebody who asked for one that there is not.
const NAMED: usize = 8;

pub(crate) fn start(mut args: lexopt::Parser, output: &mut Output) -> Result<Ending, Bad> {
    let (mut source, mut format, mut seed, mut until, mut out) = (None, None, None, None, None);
    let mut asked: Option<Asked> = None;
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return help::print(output, help::TRACE),
            Long("format") => format = Some(format_named(&args.value()?)?),
            Long("seed") => seed = Some(input::number("--seed", args.value()?, 0, u64::MAX)?),
            Long("until") => until = Some(input::time("--until", args.value()?)?),
            Long("story") => ask(&mut asked, Asked::Story(args.value()?.string()?))?,
            Long("order") => {
                ask(&mut asked, Asked::Order(input::number("--order", args.value()?, 0, u64::from(u32::MAX))?))?;
            }
            Long("out") => out = Some(args.value()?),
            Value(value) if source.is_none() => source = Some(value),
            Value(value) => {
                return Err(Bad::hint(
                    format_args!("one scenario at a time: {} is one too many", value.to_string_lossy()),
                    "`tutti trace --help` tells more",
                ));
            }
            other => return Err(Bad::hint(other.unexpected(), "`tutti trace --help` lists the options")),
        }
    }
    let such_as = "such as `tutti trace leader-crash --format perfetto --out trace.json`";
    let source = source
        .ok_or_else(|| Bad::hint("say which scenario: a preset, a file, a link, or - for standard input", such_as))?;
    let format = format.ok_or_else(|| Bad::hint(format_args!("say which format: {}", names().join(", ")), such_as))?;
    let mut experiment = input::experiment(&source)?;
    experiment.scenario.seed = seed.unwrap_or(experiment.scenario.seed);
    experiment.until = until.unwrap_or(experiment.until);

    if let Some(Asked::Order(_)) = asked
        && experiment.scenario.shop.is_none()
    {
        return Err(Bad::hint("--order: nobody orders anything in this scenario", "it has no `shop`"));
    }
    let wanted = asked.as_ref().map_or(Wanted::All, |asked| Wanted::Only(asked.key().into()));
    let trace = record(&experiment, wanted);
    if let Some(asked) = asked.filter(|_| trace.stories.is_empty()) {
        return Err(no_story(&asked, &record(&experiment, Wanted::All)));
    }
    if let Some(note) = trace.left_out.note() {
        eprintln!("tutti: {note}: --until ends the run earlier, --story tells one story");
    }
    let text = format.write(&trace);
    match out.filter(|path| path != "-") {
        None => output.text(&text),
        Some(path) => std::fs::write(&path, text)
            .map_err(|error| Bad(format!("cannot write the trace to {}: {error}", path.to_string_lossy())))?,
    }
    Ok(Ending::Held)
}

fn record(experiment: &Experiment, wanted: Wanted) -> Trace {
    tutti_export::record(&experiment.scenario, experiment.by_hand.clone(), experiment.until, wanted)
}

fn names() -> Vec<&'static str> {
    Format::ALL.map(Format::name).to_vec()
}

fn format_named(name: &OsString) -> Result<Format, Bad> {
    let name = name.to_string_lossy();
    Format::named(&name).ok_or_else(|| {
        let question = nearest::question(&name, names());
        Bad::hint(
            format_args!("--format {name}: there is no such format{question}"),
            format_args!("one of: {}", names().join(", ")),
        )
    })
}

/// Of what the one story that is asked for is.
enum Asked {
    /// Its key.
    Story(String),
    /// An order.
    Order(u64),
}

impl Asked {
    fn key(&self) -> String {
        match self {
            Asked::Story(key) => key.clone(),
            Asked::Order(order) => format!("{ORDER}{order}"),
        }
    }
}

/// What the key of an order's story begins with.
const ORDER: &str = "order-";

fn ask(asked: &mut Option<Asked>, what: Asked) -> Result<(), Bad> {
    if asked.replace(what).is_some() {
        return Err(Bad::hint("one story at a time", "say either --story or --order, once"));
    }
    Ok(())
}

fn no_story(asked: &Asked, trace: &Trace) -> Bad {
    let keys = || trace.stories.iter().map(|story| story.key.as_str());
    if let Asked::Order(order) = asked {
        let orders = || keys().filter_map(|key| key.strip_prefix(ORDER)?.parse::<u32>().ok());
        return match (orders().min(), orders().max()) {
            (Some(first), Some(last)) => Bad::hint(
                format_args!("--order {order}: there is no such order in this run"),
                format_args!("there are those from {first} to {last}; --until plays the run further"),
            ),
            _ => Bad::hint(
                format_args!("--order {order}: no order is placed in this run"),
                "--until plays the run further",
            ),
        };
    }
    let key = asked.key();
    let key = key.as_str();
    let mut some: Vec<&str> = keys().take(NAMED).collect();
    if keys().nth(NAMED).is_some() {
        some.push("and so on");
    }
    let question = nearest::question(key, keys());
    if some.is_empty() {
        return Bad(format!("--story {key}: nothing happens in this run of which there is a story"));
    }
    Bad::hint(
        format_args!("--story {key}: there is no such story in this run{question}"),
        format_args!("there are: {}", some.join(", ")),
    )
}
