//! One seed, from its first fault to the final check.

use smol_str::{SmolStr, ToSmolStr};

use crate::base::{EventId, NodeId, Span, Time};
use crate::check::Invariant;
use crate::check::linearizable::{Budget, Linearizability, Stamp, Verdict};
use crate::consensus::raft::{Defects, Role};
use crate::lab::{Actor, ClientNote, Command, Event, Note};
use crate::scenario::link::{ENGINE, Given, Link, LinkError};
use crate::scenario::{Scenario, limits};
use crate::shop;
use crate::sim::{EventKind, Sink};
use crate::timeline::{Moment, Placed, Run};

use super::chaos::Chaos;
use super::exercised::{Exercised, Kind, Tally};
use super::nemesis::{Deed, Nemesis};
use super::settle;

/// How a seed is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// For how many election timeouts things go wrong.
    pub timeouts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options { timeouts: 100 }
    }
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An invariant did not hold.
    Invariant(Invariant),
    /// When faults had stopped the cluster did not come to rest, or did not serve.
    Liveness,
}

impl Fault {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Invariant(invariant) => invariant.name(),
            Fault::Liveness => "liveness",
        }
    }
}

/// What went wrong with a seed, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What.
    pub fault: Fault,
    /// When it was noticed.
    pub time: Time,
    /// The last trace event before.
    pub event: EventId,
    /// What was seen, in words.
    pub what: SmolStr,
}

/// What came of one seed.
#[derive(Clone, Debug)]
pub struct SeedReport {
    /// The seed.
    pub seed: u64,
    /// What went wrong, if anything.
    pub failure: Option<Failure>,
    /// What happened how often.
    pub exercised: Exercised,
    /// The fingerprint of the run's trace.
    pub trace_hash: u64,
    /// What it began with, and how long it took.
    pub scenario: Scenario,
    /// Everything that was done to it: with these it can be played again.
    pub orders: Vec<Placed>,
    /// Where it ended.
    pub end: Moment,
}

impl SeedReport {
    /// The text of a link to the end of the run.
    ///
    /// # Errors
    /// If so much was done that it does not fit into a link.
    pub fn link(&self) -> Result<String, LinkError> {
        let given =
            |placed: &Placed| Given { time: placed.at.time, within: placed.at.within, order: placed.order.clone() };
        let link = Link {
            engine: ENGINE.into(),
            scenario: self.scenario.clone(),
            orders: self.orders.iter().map(given).collect(),
            time: self.end.time,
            within: self.end.within,
            trace_hash: self.trace_hash,
        };
        link.encode()
    }
}

/// The longest that the cluster may take to come to rest, in longest election timeouts and in single hops.
const REST_TIMEOUTS: u64 = 60;
const REST_HOPS: u64 = 2_000;

/// Every so many seeds, the cluster carries a shop.
const SHOP_EVERY: u64 = 4;

/// How much longer a shop may take to come to rest: its retries and the sessions of its consumers have lengths of their
/// own.
const SHOP_REST: Span = Span::secs(600);

/// Plays one seed.
pub fn run_seed(seed: u64, defects: Defects, options: &Options) -> SeedReport {
    if seed % SHOP_EVERY == SHOP_EVERY - 1 {
        return run_shop_seed(seed, defects, shop::Defects::default(), options);
    }
    play_seed(seed, Chaos::draw(seed, defects, options.timeouts))
}

/// Plays one seed with a shop, whatever the seed.
pub fn run_shop_seed(seed: u64, defects: Defects, bugs: shop::Defects, options: &Options) -> SeedReport {
    play_seed(seed, Chaos::draw_shop(seed, defects, bugs, options.timeouts / 2))
}

fn play_seed(seed: u64, chaos: Chaos) -> SeedReport {
    let mut play = Play::new(&chaos);
    let failure = play.unrest(seed, &chaos).and_then(|()| play.settle(&chaos)).err();
    let (failure, undecided) = match failure {
        Some(failure) => (Some(failure), false),
        None => play.last_word(),
    };
    let (end, trace_hash) = (play.moment(), play.run.trace_hash());
    let exercised = play.onlooker.tally.finish(play.run.world(), undecided);
    let scenario = Scenario { duration: exercised.time.max(limits::MIN_PERIOD), ..chaos.scenario };
    SeedReport { seed, failure, exercised, trace_hash, scenario, orders: play.orders, end }
}

/// A run and all that is written down about it.
struct Play {
    run: Run,
    onlooker: Onlooker,
    orders: Vec<Placed>,
}

/// Sees every event.
struct Onlooker {
    tally: Tally,
    /// What clients asked and were answered, for the final check.
    history: Vec<(Stamp, ClientNote)>,
    /// A client was told that the cluster knows it no longer.
    forgotten: Option<NodeId>,
}

impl Sink<Actor> for Onlooker {
    fn event(&mut self, event: &Event<'_>) {
        self.tally.event(event);
        if let EventKind::Noted { node, note: Note::Client(note) } = &event.kind {
            if matches!(note, ClientNote::Expired { .. }) {
                self.forgotten = Some(*node);
            }
            let at = Stamp { time: event.time, event: event.id };
            self.history.push((at, note.clone()));
        }
    }
}

impl Play {
    fn new(chaos: &Chaos) -> Play {
        let run = Run::watched(&chaos.scenario.setup());
        let tally = Tally::new(run.world());
        Play { run, onlooker: Onlooker { tally, history: Vec::new(), forgotten: None }, orders: Vec::new() }
    }

    fn now(&self) -> Time {
        self.run.world().now()
    }

    /// Between the steps that were taken and those to come.
    fn moment(&self) -> Moment {
        let world = self.run.world();
        Moment { time: world.now(), within: world.within() }
    }

    /// Takes a step, and says whose it was, if one is due by `limit`.
    fn step(&mut self, limit: Time) -> Result<Option<NodeId>, Failure> {
        let stepped = self.run.step(limit, Some(&mut self.onlooker));
        self.held()?;
        Ok(stepped)
    }

    fn held(&self) -> Result<(), Failure> {
        match (self.run.violations().first(), self.onlooker.forgotten) {
            (None, None) => Ok(()),
            // So many clients that one had to be forgotten there never are here.
            (None, Some(client)) => Err(self.failure(smol_str::format_smolstr!(
                "{} was told that its session is gone, and there was room for it",
                crate::lab::words::Names::of(self.run.world()).get(client)
            ))),
            (Some(found), _) => Err(Failure {
                fault: Fault::Invariant(found.invariant),
                time: found.time,
                event: found.event,
                what: found.what.to_smolstr(),
            }),
        }
    }

    /// Gives a command, and writes it down.
    fn give(&mut self, command: Command) -> Result<bool, Failure> {
        let (world, at) = (self.run.world(), self.moment());
        let kinds = self.onlooker.tally.foresee(world, &command);
        let done = self.run.command(&command, Some(&mut self.onlooker)).is_ok();
        kinds.into_iter().filter(|_| done).for_each(|kind| self.onlooker.tally.count(kind));
        self.orders.push(Placed { at, order: command.into(), by_hand: true });
        self.held()?;
        Ok(done)
    }

    fn carry_out(&mut self, deeds: Vec<Deed>) -> Result<(), Failure> {
        for Deed { kind, commands } in deeds {
            let mut done = false;
            for command in commands {
                done |= self.give(command)?;
            }
            if let Some(kind) = kind.filter(|_| done) {
                self.onlooker.tally.count(kind);
            }
        }
        Ok(())
    }

    /// Things go wrong, and every invariant is checked after every event.
    fn unrest(&mut self, seed: u64, chaos: &Chaos) -> Result<(), Failure> {
        let mut nemesis = Nemesis::new(seed, chaos, self.run.world());
        let mut roles = Roles::default();
        let end = Time::ZERO + chaos.unrest;
        while self.now() < end {
            let deeds = match self.step(nemesis.wakes().min(end))? {
                Some(node) => {
                    roles.look(self, node);
                    nemesis.watch(self.run.world(), node)
                }
                None => nemesis.wake(self.run.world()),
            };
            self.carry_out(deeds)?;
        }
        Ok(())
    }

    /// Nothing goes wrong any more: the cluster comes to rest, serves, and comes to rest again.
    fn settle(&mut self, chaos: &Chaos) -> Result<(), Failure> {
        for command in settle::mend(self.run.world(), chaos.calm) {
            self.give(command)?;
        }
        self.come_to_rest(chaos, "come to rest")?;
        for command in settle::writes(self.run.world()) {
            self.give(command)?;
        }
        self.come_to_rest(chaos, "answered every write")?;
        for command in settle::reads(self.run.world()) {
            self.give(command)?;
        }
        self.come_to_rest(chaos, "answered every read")?;
        self.run.judge_end();
        self.held()
    }

    fn come_to_rest(&mut self, chaos: &Chaos, what: &str) -> Result<(), Failure> {
        let timeout = chaos.scenario.cluster.election_timeout;
        let shop = if chaos.scenario.shop.is_some() { SHOP_REST } else { Span::ZERO };
        let patience = Span(timeout.max.0 * REST_TIMEOUTS + chaos.hop.0 * REST_HOPS + shop.0);
        let end = self.now() + patience;
        let look = Span((timeout.min.0 / 4).max(1));
        let mut quiet_since = None;
        while self.now() < end {
            let next = (self.now() + look).min(end);
            while self.step(next)?.is_some() {}
            if !settle::at_rest(&self.run) {
                quiet_since = None;
                continue;
            }
            if self.run.checks().is_none_or(|checks| checks.all_ended(self.run.world())) {
                return Ok(());
            }
            // An order may wait for its deadline. If nothing comes of that either, nothing ever will.
            let since = *quiet_since.get_or_insert(self.now());
            if chaos.scenario.shop.as_ref().is_some_and(|shop| self.now().since(since) > settle::silence(shop)) {
                self.run.judge_end();
                self.held()?;
            }
        }
        let world = self.run.world();
        let state = settle::describe(world);
        let what =
            smol_str::format_smolstr!("when faults had stopped, the cluster had not {what} within {patience}: {state}");
        Err(self.failure(what))
    }

    /// What ought to have happened has not.
    fn failure(&self, what: smol_str::SmolStr) -> Failure {
        let world = self.run.world();
        Failure { fault: Fault::Liveness, time: world.now(), event: EventId(world.events()), what }
    }

    /// Is there one order of all operations that explains every answer, the final reads included? With all the time
    /// that a finished history allows. Says what was violated, and whether it stays undecided.
    fn last_word(&mut self) -> (Option<Failure>, bool) {
        if matches!(self.run.verdict(), Some(Verdict::Holds)) {
            return (None, false);
        }
        let mut checker = Linearizability::new(Budget::FINAL);
        for (at, note) in &self.onlooker.history {
            match note {
                ClientNote::Invoked { id, operation } => checker.invoked(*at, *id, operation),
                ClientNote::Answered { id, outcome } => checker.answered(*at, *id, outcome),
                ClientNote::Expired { id } => checker.abandoned(*id),
                ClientNote::Retried { .. } | ClientNote::HeldBack => {}
            }
        }
        match checker.verdict() {
            Verdict::Holds => (None, false),
            Verdict::Undecided { .. } => (None, true),
            Verdict::Violated(found) => {
                let failure = Failure {
                    fault: Fault::Invariant(Invariant::Linearizability),
                    time: found.answered().time,
                    event: found.answered().event,
                    what: found.to_smolstr(),
                };
                (Some(failure), false)
            }
        }
    }
}

/// Who led in which term and had committed what, to notice what no event tells.
#[derive(Default)]
struct Roles {
    seen: Vec<(bool, crate::base::LogIndex)>,
}

impl Roles {
    fn look(&mut self, play: &mut Play, node: NodeId) {
        let world = play.run.world();
        let Some(server) = world.process(node).server() else { return };
        let now = (server.role() == Role::Leader, server.commit());
        if self.seen.len() <= node.slot() {
            self.seen.resize(node.slot() + 1, Default::default());
        }
        let before = std::mem::replace(&mut self.seen[node.slot()], now);
        if now.0 && !before.0 {
            play.onlooker.tally.elected(world, node);
        }
        if now.0 && now.1 > before.1 {
            let older = server.log().term_at(before.1.next()).is_some_and(|term| term < server.term());
            if older {
                play.onlooker.tally.count(Kind::OldTermCommits);
            }
        }
    }
}
