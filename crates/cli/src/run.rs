//! `tutti run`.

use std::fs::File;
use std::io::{BufWriter, Write};

use lexopt::prelude::*;
use serde_json::{Value, json};
use tutti_core::consensus::raft::Raft;
use tutti_core::lab::words::Names;
use tutti_core::lab::{Machine, World};
use tutti_core::scenario::link::{ENGINE, Given, Link};
use tutti_core::sim::{Sink, Status};
use tutti_core::timeline::{Counters, Report, Standing, judge_with, written};

use super::input::{self, Experiment};
use super::output::Output;
use super::table::{Table, counted, in_seconds};
use super::trace::Trace;
use super::{Bad, Ending, help};

pub(crate) fn start(mut args: lexopt::Parser, output: &mut Output) -> Result<Ending, Bad> {
    let (mut source, mut seed, mut until, mut trace, mut json) = (None, None, None, None, false);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return help::print(output, help::RUN),
            Long("seed") => seed = Some(input::number("--seed", args.value()?, 0, u64::MAX)?),
            Long("until") => until = Some(input::time("--until", args.value()?)?),
            Long("trace") => trace = Some(args.value()?),
            Long("json") => json = true,
            Value(value) if source.is_none() => source = Some(value),
            Value(value) => {
                return Err(Bad::hint(
                    format_args!("one scenario at a time: {} is one too many", value.to_string_lossy()),
                    "`tutti run --help` tells more",
                ));
            }
            other => return Err(Bad::hint(other.unexpected(), "`tutti run --help` lists the options")),
        }
    }
    let source = source.ok_or_else(|| {
        Bad::hint(
            "say which scenario: a preset, a file, a link, or - for standard input",
            "such as `tutti run leader-crash`",
        )
    })?;
    let to_stdout = trace.as_ref().is_some_and(|path| path == "-");
    if to_stdout && json {
        return Err(Bad::hint("--trace - and --json both want standard output", "write the trace into a file"));
    }
    let mut experiment = input::experiment(&source)?;
    experiment.scenario.seed = seed.unwrap_or(experiment.scenario.seed);
    experiment.until = until.unwrap_or(experiment.until);

    let report = match trace {
        None => play(&experiment, None),
        Some(_) if to_stdout => traced(&experiment, &mut |line| output.text(line)),
        Some(path) => {
            let shown = path.to_string_lossy().into_owned();
            let cannot = |error| Bad(format!("cannot write the trace to {shown}: {error}"));
            let mut file = BufWriter::new(File::create(&path).map_err(cannot)?);
            let mut failed = None;
            let report = traced(&experiment, &mut |line| {
                if failed.is_none() {
                    failed = file.write_all(line.as_bytes()).err();
                }
            });
            failed.map_or_else(|| file.flush(), Err).map_err(cannot)?;
            report
        }
    };
    if json {
        output.line(format_args!("{:#}", as_json(&experiment, &report)));
    } else if to_stdout {
        // The trace has standard output for itself.
        in_words(&experiment, &report, &mut |line| eprintln!("{line}"));
    } else {
        in_words(&experiment, &report, &mut |line| output.line(format_args!("{line}")));
    }
    Ok(if report.held() { Ending::Held } else { Ending::Failed })
}

fn play(experiment: &Experiment, trace: Option<&mut dyn Sink<tutti_core::lab::Actor>>) -> Report {
    judge_with(&experiment.scenario, experiment.by_hand.clone(), experiment.until, trace)
}

fn traced(experiment: &Experiment, write: &mut dyn FnMut(&str)) -> Report {
    let names = Names::of(&experiment.scenario.setup().build(&mut tutti_core::sim::NoTrace));
    play(experiment, Some(&mut Trace { names, write }))
}

/// The servers, each with its state.
fn servers(world: &World) -> impl Iterator<Item = (Status, &Raft<Machine>)> {
    world.ids().filter_map(|id| Some((world.status(id), world.process(id).server()?)))
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Alive => "alive",
        Status::Paused => "paused",
        Status::Dead => "dead",
    }
}

/// What a server does; a dead one does nothing.
fn role(status: Status, server: &Raft<Machine>) -> &'static str {
    if status == Status::Dead { "dead" } else { server.role().name() }
}

fn standing_name(standing: &Standing) -> &'static str {
    match standing {
        Standing::Held => "held",
        Standing::Violated(_) => "violated",
        Standing::Undecided => "undecided",
    }
}

/// The text of a link to the end of the run, if it fits into one.
fn link(experiment: &Experiment, report: &Report) -> Option<String> {
    let orders = experiment.by_hand.iter().map(|placed| Given {
        time: placed.at.time,
        within: placed.at.within,
        order: placed.order.clone(),
    });
    let link = Link {
        engine: ENGINE.into(),
        scenario: experiment.scenario.clone(),
        orders: orders.collect(),
        time: experiment.until,
        within: tutti_core::timeline::Moment::SETTLED,
        trace_hash: report.run.trace_hash(),
    };
    link.encode().ok()
}

fn counters(counters: &Counters) -> [(&'static str, u64); 11] {
    [
        ("campaigns", counters.campaigns),
        ("elections", counters.elections),
        ("quorums_lost", counters.quorums_lost),
        ("truncations", counters.truncations),
        ("snapshots_taken", counters.snapshots_taken),
        ("snapshots_installed", counters.snapshots_installed),
        ("requests", counters.requests),
        ("answers", counters.answers),
        ("retries", counters.retries),
        ("crashes", counters.crashes),
        ("commands", counters.commands),
    ]
}

fn as_json(experiment: &Experiment, report: &Report) -> Value {
    let (run, world) = (&report.run, report.run.world());
    let names = Names::of(world);
    let nodes: Vec<Value> = servers(world)
        .map(|(status, server)| {
            json!({
                "id": server.id().0,
                "name": names.get(server.id()),
                "alive": status != Status::Dead,
                "status": status_name(status),
                "role": role(status, server),
                "term": server.term().0,
                "commit_index": server.commit().0,
                "applied_index": server.applied().0,
                "log_length": server.log().last().index.0,
                "log_kept": server.log().len(),
            })
        })
        .collect();
    let invariants =
        report.standing().into_iter().map(|(check, now)| (check.name().to_owned(), standing_name(&now).into()));
    let expectations =
        report.expectations.iter().map(|claim| json!({ "what": claim.what, "held": claim.held, "why": claim.found }));
    let violations = run.violations().iter().map(|violation| {
        json!({
            "invariant": violation.invariant.name(),
            "time_us": violation.time.0,
            "event": violation.event.0,
            "what": violation.what.to_string(),
        })
    });
    json!({
        "scenario": experiment.scenario.name.as_str(),
        "seed": experiment.scenario.seed,
        "held": report.held(),
        "time_us": world.now().0,
        "trace_hash": written(run.trace_hash()).as_str(),
        "events": world.events(),
        "messages_sent": world.stats().sent,
        "messages_delivered": world.stats().delivered,
        "invariants": invariants.collect::<serde_json::Map<_, _>>(),
        "violations": violations.collect::<Vec<_>>(),
        "expectations": expectations.collect::<Vec<_>>(),
        "nodes": nodes,
        "counters": counters(&run.counters()).into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect::<serde_json::Map<_, _>>(),
        "link": link(experiment, report),
    })
}

fn in_words(experiment: &Experiment, report: &Report, line: &mut dyn FnMut(&str)) {
    let (run, world, scenario) = (&report.run, report.run.world(), &experiment.scenario);
    let names = Names::of(world);
    let title = if scenario.title.is_empty() { "A scenario without a title" } else { &scenario.title };
    line(title);
    line(&format!(
        "seed {}, {}, {} delivered, trace {}",
        scenario.seed,
        in_seconds(world.now()),
        counted(world.stats().delivered, "message"),
        written(run.trace_hash())
    ));
    line("");
    let mut nodes = Table::new(&["server", "role", "term", "commit", "log"]);
    for (status, server) in servers(world) {
        let paused = if status == Status::Paused { ", paused" } else { "" };
        nodes.row(vec![
            names.get(server.id()).to_owned(),
            format!("{}{paused}", role(status, server)),
            server.term().to_string(),
            server.commit().to_string(),
            server.log().last().index.to_string(),
        ]);
    }
    nodes.lines().for_each(|row| line(&row));
    line("");
    let mut checks = Table::new(&["check", "", ""]);
    for (check, standing) in report.standing() {
        let (told, why) = match &standing {
            Standing::Violated(violation) if report.meant.contains(&check) => {
                ("violated, as expected", format!("at {}: {}", in_seconds(violation.time), violation.what))
            }
            Standing::Violated(violation) => (
                "VIOLATED",
                format!("at {}, event {}: {}", in_seconds(violation.time), violation.event, violation.what),
            ),
            other => (standing_name(other), String::new()),
        };
        checks.row(vec![check.in_words().to_owned(), told.to_owned(), why]);
    }
    checks.lines().for_each(|row| line(&row));
    if !report.expectations.is_empty() {
        line("");
        let mut claims = Table::new(&["claim", "", ""]);
        for claim in &report.expectations {
            let held = match claim.held {
                Some(true) => "held",
                Some(false) => "DID NOT HOLD",
                None => "not reached",
            };
            claims.row(vec![claim.what.replace('_', " "), held.to_owned(), claim.found.clone()]);
        }
        claims.lines().for_each(|row| line(&row));
    }
    line("");
    line(if report.held() { "All held." } else { "Not all held." });
}
