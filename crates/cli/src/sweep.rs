//! `tutti sweep`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use lexopt::prelude::*;
use serde_json::{Map, Value, json};
use tutti_core::consensus::raft::{Defect, Defects};
use tutti_core::search::{Exercised, Kind, Options, SeedReport, run_seed};
use tutti_core::timeline::written;

use super::output::Output;
use super::progress::Progress;
use super::table::{Table, counted, grouped, in_seconds, lasting};
use super::{Bad, Ending, help, input, nearest};

/// With fewer seeds than this it is no wonder if something never happens.
const ENOUGH: u64 = 150;

/// Of more failing seeds only the number is told.
const TOLD: usize = 10;

struct Wanted {
    from: u64,
    seeds: u64,
    jobs: usize,
    defects: Vec<Defect>,
    json: bool,
}

thread_local! {
    /// The seed that this thread plays.
    static SEED: Cell<Option<u64>> = const { Cell::new(None) };
}

pub(crate) fn start(mut args: lexopt::Parser, output: &mut Output) -> Result<Ending, Bad> {
    let jobs = thread::available_parallelism().map_or(1, NonZero::get);
    let mut wanted = Wanted { from: 0, seeds: 500, jobs, defects: Vec::new(), json: false };
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return help::print(output, help::SWEEP),
            Long("seeds") => wanted.seeds = input::number("--seeds", args.value()?, 1, u64::MAX)?,
            Long("from") => wanted.from = input::number("--from", args.value()?, 0, u64::MAX)?,
            Long("jobs") => wanted.jobs = input::number("--jobs", args.value()?, 1, 1_024)? as usize,
            Long("defect") => wanted.defects.push(defect(&args.value()?.to_string_lossy())?),
            Long("json") => wanted.json = true,
            other => return Err(Bad::hint(other.unexpected(), "`tutti sweep --help` lists the options")),
        }
    }
    if wanted.from.checked_add(wanted.seeds).is_none() {
        return Err(Bad(format!("--from {} and --seeds {}: there are not so many seeds", wanted.from, wanted.seeds)));
    }
    Ok(sweep(&wanted, output))
}

fn defect(name: &str) -> Result<Defect, Bad> {
    let names = || Defect::ALL.iter().map(|defect| defect.name());
    Defect::ALL.into_iter().find(|defect| defect.name() == name).ok_or_else(|| {
        let known: Vec<_> = names().collect();
        let question = nearest::question(name, names());
        Bad::hint(format_args!("--defect {name}: there is no such defect{question}"), known.join(", "))
    })
}

/// What is gathered on the way.
#[derive(Default)]
struct Found {
    exercised: Exercised,
    /// The seeds that failed, of each kind of fault.
    faults: BTreeMap<&'static str, Vec<u64>>,
    told: Vec<Value>,
    failed: u64,
    /// A fingerprint of all runs, in the order of their seeds.
    hash: u64,
}

fn sweep(wanted: &Wanted, output: &mut Output) -> Ending {
    name_the_seed_of_a_panic();
    let began = Instant::now();
    let defects = wanted.defects.iter().fold(Defects::default(), |all, &defect| all.with(defect));
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let mut found = Found::default();
    let mut progress = Progress::new(wanted.seeds);
    thread::scope(|scope| {
        // Few reports wait for those of earlier seeds.
        let (send, receive) = mpsc::sync_channel::<SeedReport>(wanted.jobs * 4);
        for _ in 0..wanted.jobs {
            let (send, next, stop) = (send.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= wanted.seeds {
                        break;
                    }
                    SEED.set(Some(wanted.from + number));
                    let report = run_seed(wanted.from + number, defects, &Options::default());
                    if send.send(report).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut due = wanted.from;
        for report in receive {
            early.insert(report.seed, report);
            while let Some(report) = early.remove(&due) {
                due += 1;
                take(wanted, &report, &mut found, &mut progress, output);
            }
            progress.show(due - wanted.from, found.failed);
            if output.is_closed() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    progress.hide();
    conclude(wanted, &found, began, output)
}

/// A seed is done, and all before it are.
fn take(wanted: &Wanted, report: &SeedReport, found: &mut Found, progress: &mut Progress, output: &mut Output) {
    found.exercised.add(&report.exercised);
    found.hash = tutti_core::base::digest(&(found.hash, report.seed, report.trace_hash));
    let Some(failure) = &report.failure else { return };
    found.failed += 1;
    found.faults.entry(failure.fault.name()).or_default().push(report.seed);
    if found.told.len() >= TOLD {
        return;
    }
    let link = report.link();
    let defects: String = wanted.defects.iter().map(|defect| format!(" --defect {}", defect.name())).collect();
    let replay = format!("tutti sweep --from {} --seeds 1{defects}", report.seed);
    if !wanted.json {
        progress.hide();
        let (seed, fault, time, event) = (report.seed, failure.fault.name(), in_seconds(failure.time), failure.event);
        output.line(format_args!("seed {seed}: {fault} at {time}, event {event}: {}", failure.what));
        output.line(format_args!("  again: {replay}"));
        match &link {
            Ok(link) => output.line(format_args!("  or:    tutti run {link}")),
            Err(error) => output.line(format_args!("  no link: {error}")),
        }
        output.flush();
    }
    found.told.push(json!({
        "seed": report.seed,
        "fault": failure.fault.name(),
        "time_us": failure.time.0,
        "event": failure.event.0,
        "what": failure.what.as_str(),
        "link": link.ok(),
        "replay": replay,
    }));
}

fn conclude(wanted: &Wanted, found: &Found, began: Instant, output: &mut Output) -> Ending {
    let exercised = &found.exercised;
    let missing: Vec<Kind> = exercised.missing().collect();
    // A defect may make that something never happens any more.
    let untested = wanted.seeds >= ENOUGH && wanted.defects.is_empty() && !missing.is_empty();
    if wanted.json {
        let counts: Map<String, Value> =
            exercised.iter().map(|(kind, count)| (kind.name().to_owned(), count.into())).collect();
        let never: Vec<&str> = missing.iter().map(|kind| kind.name()).collect();
        output.line(format_args!(
            "{:#}",
            json!({
                "from": wanted.from,
                "seeds": exercised.seeds,
                "defects": wanted.defects.iter().map(|defect| defect.name()).collect::<Vec<_>>(),
                "failed": found.failed,
                "faults": found.faults,
                "failures": found.told,
                "undecided": exercised.undecided,
                "virtual_time_us": exercised.time.0,
                "events": exercised.events,
                "messages_delivered": exercised.messages,
                "exercised": counts,
                "never_exercised": never,
                "hash": written(found.hash).as_str(),
            })
        ));
    } else {
        in_words(wanted, found, began, output);
        if untested {
            let never: Vec<&str> = missing.iter().map(|kind| kind.in_words()).collect();
            output.line(format_args!("Never happened, and so was not tested: {}.", never.join(", ")));
        } else if !missing.is_empty() && wanted.defects.is_empty() {
            let (never, seeds) = (missing.len(), wanted.seeds);
            output.line(format_args!("{never} of these never happened: too few seeds ({seeds}) to expect them all."));
        }
    }
    if found.failed > 0 || untested { Ending::Failed } else { Ending::Held }
}

fn in_words(wanted: &Wanted, found: &Found, began: Instant, output: &mut Output) {
    let exercised = &found.exercised;
    if found.failed as usize > found.told.len() {
        output.line(format_args!("… and {} more that failed.", found.failed as usize - found.told.len()));
    }
    if found.failed > 0 {
        output.line(format_args!(""));
    }
    let mut table = Table::default();
    for (kind, count) in exercised.iter() {
        table.row(vec![grouped(count), kind.in_words().to_owned()]);
    }
    table.lines().for_each(|line| output.line(format_args!("{line}")));
    output.line(format_args!(""));
    output.line(format_args!(
        "{} from {} in {:.1} s: {} of virtual time, {}, {} delivered",
        counted(exercised.seeds, "seed"),
        wanted.from,
        began.elapsed().as_secs_f64(),
        lasting(exercised.time.0),
        counted(exercised.events, "event"),
        counted(exercised.messages, "message")
    ));
    if exercised.undecided > 0 {
        output.line(format_args!("Linearizability stayed undecided: {}.", counted(exercised.undecided, "seed")));
    }
    if found.failed == 0 {
        output.line(format_args!("No seed failed."));
    } else {
        let faults = found.faults.iter().map(|(fault, seeds)| format!("{} by {fault}", grouped(seeds.len() as u64)));
        output.line(format_args!(
            "{} failed: {}.",
            counted(found.failed, "seed"),
            faults.collect::<Vec<_>>().join(", ")
        ));
    }
}

/// A panic in the core is a finding too: it says which seed makes it.
fn name_the_seed_of_a_panic() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if let Some(seed) = SEED.get() {
            eprintln!("tutti: seed {seed} made the program panic; again: tutti sweep --from {seed} --seeds 1");
        }
        default(info);
    }));
}
