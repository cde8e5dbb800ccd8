//! The history of one key.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::config::{Block, Config, Move, NEVER, Tick};
use super::search::{Call, Claim, Search, TooMuch, Write};
use super::values::{NEVER_WRITTEN, Value, Values};
use super::verdict::{Asked, Done, Doubt, Returned, Verdict, Violation};
use super::{Budget, Stamp};
use crate::base::{RegisterCommand, RegisterQuery, sort_by};
use crate::consensus::Operation;

/// The most unanswered operations on one key: more than any client of this laboratory has.
const MAX_PENDING: usize = 2_048;

/// The most values that a report names as possible.
const MAX_POSSIBLE: usize = 8;

/// How much work a report may spend on each value that it names.
const REPORT_BUDGET: u32 = 1_000;

/// How many answered operations are kept for the report of a violation.
const RECENT: usize = 32;

/// The most blocks that a configuration keeps. More are there only if an operation waits for very long, since all but a
/// few are kept just for those.
const MAX_BLOCKS: usize = 512;

/// One key with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    name: SmolStr,
    state: State,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum State {
    /// Every answer so far is explained.
    Open(Box<Open>),
    /// It could not be found out, and never will be.
    Undecided(Doubt),
    /// No order explains the answers.
    Violated(Arc<Unexplained>),
}

/// An answer that no order explains, with all that is needed to say why.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unexplained {
    key: SmolStr,
    /// What explains all answers before it.
    open: Box<Open>,
    operation: Pending,
    done: Arc<Done>,
}

impl Unexplained {
    /// When it was answered.
    pub fn answered(&self) -> Stamp {
        self.done.at
    }

    /// What there is to tell of it. Finding it out is some work.
    pub fn report(&self) -> Violation {
        self.open.report(&self.key, &self.operation, &self.done)
    }
}

impl fmt::Display for Unexplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

/// An unanswered operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pending {
    /// When it was asked.
    asked: Tick,
    call: Call,
    /// It will never be answered.
    given_up: bool,
    invocation: Arc<Asked>,
    /// The last write that had been answered before it was asked.
    before: Option<Arc<Done>>,
}

/// A history that is explained so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Open {
    budget: Budget,
    /// What may still be spent of the budget.
    savings: u32,
    tick: Tick,
    values: Values,
    /// Unanswered operations in the order of their invocation.
    pending: Vec<Pending>,
    /// Unanswered writes that every configuration has used: they can only be answered as having written.
    taken: Vec<Pending>,
    /// Sorted, no two equal, never empty.
    configs: Vec<Config>,
    /// Of what operations asked before this tick may have joined, something is forgotten.
    forgotten: Tick,
    /// An answer may have had an explanation that was forgotten.
    uncertain: bool,
    recent: VecDeque<Arc<Done>>,
    last_write: Option<Arc<Done>>,
}

impl Key {
    pub(super) fn new(name: SmolStr, budget: Budget) -> Key {
        Key { name, state: State::Open(Box::new(Open::new(budget))) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// Whether there is anything left to find out.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    pub(super) fn verdict(&self) -> Verdict<'_> {
        match &self.state {
            State::Open(_) => Verdict::Holds,
            State::Undecided(why) => Verdict::Undecided { key: &self.name, why: *why },
            State::Violated(violation) => Verdict::Violated(violation),
        }
    }

    /// The name by which the operation is known here, unless nothing more can be found out.
    pub(super) fn invoked(&mut self, asked: Asked) -> Option<Tick> {
        let State::Open(open) = &mut self.state else { return None };
        let tick = open.invoked(asked);
        if tick.is_none() {
            self.state = State::Undecided(Doubt::TooManyPending);
        }
        tick
    }

    pub(super) fn answered(&mut self, at: Stamp, asked: Tick, returned: Returned) {
        let State::Open(open) = &mut self.state else { return };
        let answered = open.answered(at, asked, returned);
        if answered.is_ok() {
            return;
        }
        let before = std::mem::replace(&mut self.state, State::Undecided(Doubt::Budget));
        if let (Err(Failure::Inexplicable(operation, done)), State::Open(open)) = (answered, before) {
            self.state = match open.uncertain {
                true => State::Undecided(Doubt::Forgotten),
                false => State::Violated(Arc::new(Unexplained { key: self.name.clone(), open, operation, done })),
            };
        }
    }

    pub(super) fn abandoned(&mut self, asked: Tick) {
        if let State::Open(open) = &mut self.state {
            open.abandoned(asked);
        }
    }
}

/// Why an answer could not be taken in.
enum Failure {
    TooMuch,
    /// No configuration explains it; they are as they were before.
    Inexplicable(Pending, Arc<Done>),
}

impl From<TooMuch> for Failure {
    fn from(_: TooMuch) -> Self {
        Failure::TooMuch
    }
}

impl Open {
    fn new(budget: Budget) -> Open {
        Open {
            budget,
            savings: budget.savings,
            tick: 0,
            values: Values::default(),
            pending: Vec::new(),
            taken: Vec::new(),
            configs: vec![Config {
                blocks: vec![Block { value: NEVER_WRITTEN, answered: 0, limit: NEVER, earlier: Vec::new() }],
                used: Vec::new(),
            }],
            forgotten: 0,
            uncertain: false,
            recent: VecDeque::new(),
            last_write: None,
        }
    }

    pub(super) fn configurations(&self) -> usize {
        self.configs.len()
    }

    /// Nothing if there are too many unanswered operations.
    fn invoked(&mut self, asked: Asked) -> Option<Tick> {
        if self.pending.len() + self.taken.len() >= MAX_PENDING {
            return None;
        }
        self.tick += 1;
        if self.values.is_full() {
            self.sweep_values();
        }
        let call = match &asked.operation {
            Operation::Query(RegisterQuery::Get { .. }) => Call::Get,
            Operation::Command(RegisterCommand::Put { value, .. }) => Call::Put(self.values.number(Some(value))),
            Operation::Command(RegisterCommand::Cas { expected, value, .. }) => {
                Call::Cas { expected: self.values.number(expected.as_ref()), value: self.values.number(Some(value)) }
            }
        };
        self.pending.push(Pending {
            asked: self.tick,
            call,
            given_up: false,
            invocation: Arc::new(asked),
            before: self.last_write.clone(),
        });
        Some(self.tick)
    }

    fn answered(&mut self, at: Stamp, asked: Tick, returned: Returned) -> Result<(), Failure> {
        self.tick += 1;
        let (operation, was_taken) = match self.pending.binary_search_by_key(&asked, |p| p.asked) {
            Ok(place) => (self.pending.remove(place), false),
            Err(_) => match self.taken.iter().position(|p| p.asked == asked) {
                Some(place) => (self.taken.swap_remove(place), true),
                None => return Ok(()),
            },
        };
        let held = match &returned {
            Returned::Written => None,
            Returned::Mismatch(value) | Returned::Value(value) => Some(self.values.known(value.as_ref())),
        };
        let done = Arc::new(Done { asked: operation.invocation.clone(), at, returned });
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(done.clone());
        self.savings = self.savings.saturating_add(self.budget.per_answer).min(self.budget.savings);
        self.savings = self.savings.checked_sub(self.configs.len() as u32).ok_or(TooMuch)?;

        self.uncertain |= operation.call.reads() && operation.asked < self.forgotten;
        let explained = match held {
            None if was_taken => true,
            None => self.explain(&operation, Claim::Wrote)?,
            Some(_) if was_taken => false,
            // A value that nobody knows any longer was not held for a long time, or never.
            Some(None) => false,
            Some(Some(value)) => match operation.call {
                // It says that it found what it expected, and yet that it did not write.
                Call::Cas { expected, .. } if expected == value => false,
                _ => self.explain(&operation, Claim::Held(value))?,
            },
        };
        if !explained {
            return Err(Failure::Inexplicable(operation, done));
        }
        if done.wrote() {
            self.last_write = Some(done);
        }
        self.tidy();
        Ok(())
    }

    /// Extends the configurations; false, and all as before, if none can be.
    fn explain(&mut self, operation: &Pending, claim: Claim) -> Result<bool, TooMuch> {
        let writes = self.writes();
        let (asked, now) = (operation.asked, self.tick);
        let mut moves: Vec<(usize, Move)> = Vec::new();
        for (number, config) in self.configs.iter().enumerate() {
            let found = &mut |step| moves.push((number, step));
            let search = Search { writes: &writes, asked, config, found, budget: &mut self.savings, chain: Vec::new() };
            search.explain(operation.call, claim)?;
        }
        if moves.is_empty() {
            return Ok(false);
        }
        let mut old = std::mem::take(&mut self.configs);
        self.configs.reserve_exact(moves.len());
        let mut moves = moves.into_iter().peekable();
        while let Some((number, step)) = moves.next() {
            // The last move of a configuration need not leave it as it was.
            let is_last = moves.peek().is_none_or(|(next, _)| *next != number);
            let mut config = if is_last { std::mem::take(&mut old[number]) } else { old[number].clone() };
            config.carry_out(step, asked, now);
            self.configs.push(config);
        }
        Ok(true)
    }

    /// The unanswered writes.
    fn writes(&self) -> Vec<Write> {
        let writes = self.pending.iter().filter(|p| p.call != Call::Get);
        writes.map(|p| Write { asked: p.asked, call: p.call, given_up: p.given_up }).collect()
    }

    fn abandoned(&mut self, asked: Tick) {
        if let Ok(place) = self.pending.binary_search_by_key(&asked, |p| p.asked) {
            if self.pending[place].call == Call::Get {
                self.pending.remove(place);
            } else {
                self.pending[place].given_up = true;
            }
        } else {
            // A write that all have used needs no place any longer: nobody will ask about it again.
            self.taken.retain(|p| p.asked != asked);
        }
    }

    /// Forgets what can no longer matter, and with it the differences between configurations that do not matter.
    fn tidy(&mut self) {
        self.take_out_what_all_have_used();
        let reader = self.pending.iter().find(|p| !p.given_up && p.call.reads());
        let oldest = reader.map_or(self.tick, |p| p.asked);
        for config in &mut self.configs {
            config.forget(oldest);
            if config.blocks.len() > MAX_BLOCKS {
                let mut limits: Vec<Tick> = config.blocks.iter().map(|block| block.limit).collect();
                sort_by(&mut limits, |a, b| a < b);
                // Those that anybody may join stay, and of the others the later half.
                let middle = limits[MAX_BLOCKS / 2].min(NEVER - 1);
                config.forget(middle);
                self.forgotten = self.forgotten.max(middle);
            }
        }
        if self.configs.len() > 1 {
            let asked: Vec<Tick> = self.pending.iter().map(|p| p.asked).collect();
            let rounded = |tick: Tick| match tick {
                NEVER => NEVER,
                _ => asked[..asked.partition_point(|&a| a < tick)].last().map_or(0, |&a| a + 1),
            };
            self.configs.iter_mut().for_each(|config| config.normalize(rounded));
            sort_by(&mut self.configs, |a, b| a < b);
            self.configs.dedup();
            self.drop_covered();
        }
    }

    /// A write that is part of every configuration is no longer a choice.
    fn take_out_what_all_have_used(&mut self) {
        if self.configs.first().is_none_or(|config| config.used.is_empty()) {
            return;
        }
        let mut all = self.configs[0].used.clone();
        all.retain(|&used| self.configs.iter().all(|config| config.uses(used)));
        for used in all {
            self.configs.iter_mut().for_each(|config| config.settle(used));
            if let Ok(place) = self.pending.binary_search_by_key(&used, |p| p.asked) {
                let write = self.pending.remove(place);
                if !write.given_up {
                    self.taken.push(write);
                }
            }
        }
    }

    fn drop_covered(&mut self) {
        // Quadratic: where it would cost much, more configurations cost less.
        if self.configs.len() > 64 {
            return;
        }
        let given_up = |asked: Tick| {
            self.pending.binary_search_by_key(&asked, |p| p.asked).is_ok_and(|place| self.pending[place].given_up)
        };
        let mut kept = 0;
        while kept < self.configs.len() {
            let config = &self.configs[kept];
            let better = |(other, candidate): (usize, &Config)| other != kept && candidate.covers(config, given_up);
            if self.configs.iter().enumerate().any(better) {
                self.configs.remove(kept);
            } else {
                kept += 1;
            }
        }
    }

    /// The values in all blocks.
    fn held_values(&self) -> Vec<Value> {
        let of_block = |block: &Block| block.earlier.iter().map(|e| e.value).chain([block.value]).collect::<Vec<_>>();
        self.configs.iter().flat_map(|config| config.blocks.iter().flat_map(of_block)).collect()
    }

    fn sweep_values(&mut self) {
        let mut needed = self.held_values();
        for operation in &self.pending {
            match operation.call {
                Call::Get => {}
                Call::Put(value) => needed.push(value),
                Call::Cas { expected, value } => needed.extend([expected, value]),
            }
        }
        self.values.sweep(needed);
    }

    /// What to tell of an operation that could not be explained.
    fn report(&self, key: &SmolStr, operation: &Pending, done: &Done) -> Violation {
        let writes = self.writes();
        let mut known = self.held_values();
        known.extend(writes.iter().filter_map(|write| write.call.writes()));
        sort_by(&mut known, |a, b| a < b);
        known.dedup();
        let could_be_read = |&value: &Value| {
            let (mut could, mut budget) = (false, REPORT_BUDGET);
            for config in &self.configs {
                let found = &mut |_| could = true;
                let budget = &mut budget;
                let search =
                    Search { writes: &writes, asked: operation.asked, config, found, budget, chain: Vec::new() };
                let _ = search.explain(Call::Get, Claim::Held(value));
            }
            could
        };
        let possible = known.into_iter().filter(could_be_read).take(MAX_POSSIBLE + 1).map(|v| self.values.text(v));
        let mut violation = Violation::new(key.clone(), done, possible.collect(), MAX_POSSIBLE);
        let waiting = self.pending.iter().chain(&self.taken).map(|p| &p.invocation);
        violation.look_around(operation.before.as_ref(), self.recent.iter(), waiting);
        violation
    }
}
