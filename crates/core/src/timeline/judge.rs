//! A scenario, played to its end and judged by what it claims.

use smol_str::SmolStr;

use super::branch::{Checkpoint, Moment, Placed, put_by_hand};
use super::tree::{Goal, Recorder, replay};
use super::{Run, Standing};
use crate::base::{NodeId, Span, Time};
use crate::check::Invariant;
use crate::check::linearizable::Verdict;
use crate::consensus::raft::{self, Role};
use crate::lab::shop_scene;
use crate::lab::words::{self, Names};
use crate::lab::{Actor, ClientNote, Event, Note, World};
use crate::scenario::{Count, Expectation, Measure, Scenario, Target};
use crate::shop::{Book, OrderRow, Status as OrderStatus, Table};
use crate::sim::{EventKind, Sink, Status};

/// What became of one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its name in the scenario's format.
    pub what: &'static str,
    /// Whether it is true; nothing if the run ended before that could be known.
    pub held: Option<bool>,
    /// What was found.
    pub found: String,
}

/// A scenario's run at its end, and what became of its claims.
#[derive(Clone, Debug)]
pub struct Report {
    /// The run.
    pub run: Run,
    /// The claims, in the order in which the scenario makes them.
    pub expectations: Vec<Judged>,
    /// Checks that the scenario says will be violated.
    pub meant: Vec<Invariant>,
}

impl Report {
    /// How every check stands.
    pub fn standing(&self) -> Vec<(Invariant, Standing)> {
        self.run.standing()
    }

    /// No claim is false, and no check was violated but those that the scenario says will be.
    pub fn held(&self) -> bool {
        self.expectations.iter().all(|judged| judged.held != Some(false))
            && self.run.violations().iter().all(|violation| self.meant.contains(&violation.invariant))
    }
}

/// Things that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Elected,
    Campaigned,
    SteppedDown,
    Installed,
    Truncated,
    Answered,
    Retried,
}

impl Thing {
    fn of(note: &Note) -> Option<Thing> {
        match note {
            Note::Server(raft::Note::Became { role: Role::Leader, .. }) => Some(Thing::Elected),
            Note::Server(raft::Note::Became { role: Role::Candidate, .. }) => Some(Thing::Campaigned),
            Note::Server(raft::Note::SteppedDown { from: Role::Leader, .. }) => Some(Thing::SteppedDown),
            Note::Server(raft::Note::SnapshotInstalled { .. }) => Some(Thing::Installed),
            Note::Server(raft::Note::Truncated { .. }) => Some(Thing::Truncated),
            Note::Client(ClientNote::Answered { .. }) => Some(Thing::Answered),
            Note::Client(ClientNote::Retried { .. }) => Some(Thing::Retried),
            _ => None,
        }
    }
}

/// Writes down what is counted, and hands everything on to another.
struct Ledger<'a> {
    things: Vec<(Time, NodeId, Thing)>,
    other: Option<&'a mut dyn Sink<Actor>>,
}

impl Sink<Actor> for Ledger<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if let EventKind::Noted { node, note } = &event.kind
            && let Some(thing) = Thing::of(note)
        {
            self.things.push((event.time, *node, thing));
        }
        if let Some(other) = &mut self.other {
            other.event(event);
        }
    }
}

impl Recorder for Ledger<'_> {
    fn wants_step(&self, _: u64) -> bool {
        true
    }
    fn wants_order(&self, _: usize) -> bool {
        true
    }
}

/// Plays a scenario up to `until` with every check on, and judges it. `other` sees the trace.
pub fn judge(scenario: &Scenario, until: Time, other: Option<&mut dyn Sink<Actor>>) -> Report {
    judge_with(scenario, Vec::new(), until, other)
}

/// The same, with what a person, or a search, has ordered besides.
pub fn judge_with(
    scenario: &Scenario,
    by_hand: Vec<Placed>,
    until: Time,
    other: Option<&mut dyn Sink<Actor>>,
) -> Report {
    let plan = scenario.plan().into_iter();
    let mut orders: Vec<Placed> =
        plan.map(|(time, order)| Placed { at: Moment::settled(time), order, by_hand: false }).collect();
    put_by_hand(&mut orders, by_hand);
    let mut ledger = Ledger { things: Vec::new(), other };
    let mut at = Checkpoint { run: Run::watched_by(&scenario.setup(), &mut ledger), orders: 0 };
    let mut judged: Vec<Option<Judged>> = vec![None; scenario.expect.len()];
    // Every claim is judged at its own time, on the way; what is about the whole run, when all of it was played.
    let end = until.max(Time::from(scenario.duration));
    let due = |claim: &Expectation| when(claim).map_or(end, Time::from);
    let mut times: Vec<Time> = scenario.expect.iter().map(due).collect();
    times.push(until);
    times.retain(|&time| time <= until);
    times.sort_unstable();
    times.dedup();
    for time in times {
        replay(&mut at, &orders, Goal::Settled(time), Some(&mut ledger), u64::MAX);
        for (claim, slot) in scenario.expect.iter().zip(&mut judged) {
            if due(claim) == time {
                *slot = Some(look(claim, scenario, &at.run, &ledger.things));
            }
        }
    }
    let meant = scenario.expect.iter().filter_map(|claim| match claim {
        Expectation::Violated(name) => invariant(&name.check),
        _ => None,
    });
    let not_reached = |claim: &Expectation| Judged {
        what: claim.name(),
        held: None,
        found: format!("the run ended at {until}, before {}", due(claim)),
    };
    let expectations = scenario.expect.iter().zip(judged);
    let expectations = expectations.map(|(claim, judged)| judged.unwrap_or_else(|| not_reached(claim)));
    Report { expectations: expectations.collect(), run: at.run, meant: meant.collect() }
}

/// When a claim is judged; at the end, if it does not say.
fn when(claim: &Expectation) -> Option<Span> {
    match claim {
        Expectation::Leader(leader) => leader.at,
        Expectation::LeaderBy(moment) => Some(moment.at),
        Expectation::NoElectionWon(stretch) => Some(stretch.until),
        Expectation::Agreed(when) => when.at,
        Expectation::Linearizable | Expectation::Violated(_) => None,
        Expectation::Term(measure) | Expectation::Commit(measure) | Expectation::Lag(measure) => measure.at,
        Expectation::Orders(orders) => orders.at,
        Expectation::Elections(count)
        | Expectation::Candidacies(count)
        | Expectation::StepDowns(count)
        | Expectation::SnapshotsInstalled(count)
        | Expectation::Truncations(count)
        | Expectation::Answered(count)
        | Expectation::Retries(count) => count.until,
    }
}

/// The check of a name, with `-` or `_` between its words.
fn invariant(name: &str) -> Option<Invariant> {
    let same = |one: u8, other: u8| one == other || (one == b'-' && other == b'_');
    Invariant::every().find(|known| {
        known.name().len() == name.len() && name.bytes().zip(known.name().bytes()).all(|(one, other)| same(one, other))
    })
}

fn look(claim: &Expectation, scenario: &Scenario, run: &Run, things: &[(Time, NodeId, Thing)]) -> Judged {
    let world = run.world();
    let names = Names::of(world);
    let whom = |target: Target| target.in_cluster(scenario.cluster.servers).resolve(world);
    let (held, found) = match claim {
        Expectation::Leader(leader) => {
            let (leads, wanted) = (foremost_leader(world), leader.node.map(whom));
            let held = leads.is_some() && wanted.is_none_or(|wanted| wanted == leads);
            (held, leads.map_or_else(|| "nobody leads".into(), |node| format!("{} leads", names.get(node))))
        }
        Expectation::LeaderBy(_) => {
            let first = things.iter().find(|(_, _, thing)| *thing == Thing::Elected);
            let found = first.map(|(time, node, _)| format!("{} was elected at {time}", names.get(*node)));
            (found.is_some(), found.unwrap_or_else(|| "nobody was elected".into()))
        }
        Expectation::NoElectionWon(stretch) => {
            let range = Time::from(stretch.from)..=Time::from(stretch.until);
            let won = things.iter().find(|(time, _, thing)| *thing == Thing::Elected && range.contains(time));
            let found = won.map(|(time, node, _)| format!("{} was elected at {time}", names.get(*node)));
            (found.is_none(), found.unwrap_or_else(|| "nobody was elected".into()))
        }
        Expectation::Agreed(_) => agreed(world, &names),
        Expectation::Linearizable => match run.verdict() {
            Some(Verdict::Holds) => (true, "it is".into()),
            Some(Verdict::Violated(violation)) => (false, violation.to_string()),
            _ => (false, "undecided".into()),
        },
        Expectation::Violated(name) => match invariant(&name.check) {
            None => (false, format!("there is no check {}", name.check)),
            Some(check) => match run.violations().iter().find(|violation| violation.invariant == check) {
                Some(violation) => (true, format!("at {}: {}", violation.time, violation.what)),
                None => (false, "it held".into()),
            },
        },
        Expectation::Term(measure) => measured(measure, world, &whom, |server| server.term().0),
        Expectation::Commit(measure) => measured(measure, world, &whom, |server| server.commit().0),
        Expectation::Orders(wanted) => match orders(world) {
            Some(book) => {
                let fits = |status: OrderStatus| wanted.status.is_none_or(|wanted| wanted == status);
                let known = book.iter().filter(|(_, row)| row.status != OrderStatus::Unknown && fits(row.status));
                let number = known.count() as u64;
                (within(number, wanted.at_least, wanted.at_most), words::count(number, "order"))
            }
            None => (false, "there is no shop".into()),
        },
        Expectation::Lag(measure) => {
            let lag = match measure.node.map(whom) {
                Some(node) => node.and_then(|node| shop_scene::lag_of(world, node)),
                None => world.ids().filter_map(|node| shop_scene::lag_of(world, node)).max(),
            };
            match lag {
                Some(lag) => (within(lag, measure.at_least, measure.at_most), words::count(lag, "record")),
                None => (false, "there is nobody who could lag".into()),
            }
        }
        Expectation::Elections(count) => counted(count, things, Thing::Elected, &whom),
        Expectation::Candidacies(count) => counted(count, things, Thing::Campaigned, &whom),
        Expectation::StepDowns(count) => counted(count, things, Thing::SteppedDown, &whom),
        Expectation::SnapshotsInstalled(count) => counted(count, things, Thing::Installed, &whom),
        Expectation::Truncations(count) => counted(count, things, Thing::Truncated, &whom),
        Expectation::Answered(count) => counted(count, things, Thing::Answered, &whom),
        Expectation::Retries(count) => counted(count, things, Thing::Retried, &whom),
    };
    Judged { what: claim.name(), held: Some(held), found }
}

/// The orders as they are in the books on disk, if there is a shop.
fn orders(world: &World) -> Option<&Table<OrderRow>> {
    world.ids().find_map(|id| match &world.durable(id).ledger()?.book {
        Book::Order(book) => Some(book.orders()),
        _ => None,
    })
}

/// A server that runs and leads in a term as high as any server's that runs.
fn foremost_leader(world: &World) -> Option<NodeId> {
    let runs = world.ids().filter(|&id| world.status(id) != Status::Dead);
    let highest = runs.filter_map(|id| Some(world.process(id).server()?.term())).max();
    crate::lab::leader(world).filter(|&id| world.process(id).server().map(raft::Raft::term) == highest)
}

fn agreed(world: &World, names: &Names) -> (bool, String) {
    let running = world.ids().filter(|&id| world.status(id) != Status::Dead);
    let servers: Vec<_> = running.filter_map(|id| Some((id, world.process(id).server()?))).collect();
    let Some((_, first)) = servers.first() else { return (false, "no server runs".into()) };
    for (id, server) in &servers {
        let same = server.commit() == first.commit()
            && server.log().term_at(server.commit()) == first.log().term_at(first.commit())
            && (server.applied() != first.applied() || server.machine() == first.machine());
        if !same {
            let (name, commit) = (names.get(*id), server.commit());
            return (false, format!("{name} has committed up to {commit}, another up to {}", first.commit()));
        }
    }
    (true, format!("all that run have committed up to {}", first.commit()))
}

type Server = raft::Raft<crate::lab::Machine>;

fn measured(
    measure: &Measure,
    world: &World,
    whom: &dyn Fn(Target) -> Option<NodeId>,
    of: impl Fn(&Server) -> u64,
) -> (bool, String) {
    let value = match measure.node {
        Some(target) => whom(target).and_then(|node| world.process(node).server()).map(&of),
        None => world.ids().filter_map(|id| world.process(id).server()).map(&of).max(),
    };
    match value {
        Some(value) => (within(value, measure.at_least, measure.at_most), format!("it is {value}")),
        None => (false, "there is nobody to ask".into()),
    }
}

fn counted(
    count: &Count,
    things: &[(Time, NodeId, Thing)],
    thing: Thing,
    whom: &dyn Fn(Target) -> Option<NodeId>,
) -> (bool, String) {
    let node = count.node.map(whom);
    let from = count.from.map_or(Time::ZERO, Time::from);
    let until = count.until.map_or(Time::NEVER, Time::from);
    let fits = |(time, who, what): &&(Time, NodeId, Thing)| {
        *what == thing && (from..=until).contains(time) && node.is_none_or(|node| node == Some(*who))
    };
    let number = things.iter().filter(fits).count() as u64;
    (within(number, count.at_least, count.at_most), words::count(number, "time"))
}

fn within(value: u64, at_least: Option<u64>, at_most: Option<u64>) -> bool {
    at_least.is_none_or(|least| value >= least) && at_most.is_none_or(|most| value <= most)
}

/// The fingerprint of a run as people write it: sixteen hexadecimal digits.
pub fn written(hash: u64) -> SmolStr {
    smol_str::format_smolstr!("{hash:016x}")
}
