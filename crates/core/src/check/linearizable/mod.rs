//! Linearizability (Herlihy and Wing, 1990) of what the clients saw: is there one order of all operations that
//! explains every answer, and in which nothing that was answered comes after something that was asked later?
//!
//! The checker is fed while the run goes on: [`Linearizability::invoked`] when a client first asks, then
//! [`Linearizability::answered`] when it has its answer. An operation without an answer is *unknown*, never failed: it
//! may take effect at any later time, once, or not at all. Each key is a register of its own and is checked on its own
//! (the property is compositional).
//!
//! # How it works
//! Just-in-time linearization (Lowe, "Testing for linearizability", 2017), made lazy for registers. The checker holds
//! a set of *configurations*: the orders that explain all answers so far, each cut down to what can still matter.
//! Nothing happens until an answer comes. Then each configuration is extended in every way that explains the answer:
//!
//! - A read is explained if the register held the value at some time since the read was asked. The configuration stays
//!   as it is: moving a read about changes nothing for anybody else.
//! - If not, some write that is still unanswered must have supplied the value: it is put in, and if that is a
//!   compare-and-set, what it expected needs a supplier too, and so on: a *chain* of writes.
//! - A put goes to the end of the order, or unseen right before an earlier put, which overwrites it at once.
//!
//! So an unanswered write that nobody has read costs nothing, however many there are. A configuration remembers how
//! long each value was held only as far back as an operation that may still be answered reaches.
//!
//! Why adding one chain for each answer is enough: take any full order that explains everything, and of it only the
//! answered operations, the writes that supplied what they read or expected, the suppliers of these, and so on. That
//! part is itself in order, it grows with each answer by exactly one such chain, and nothing is ever put between a
//! compare-and-set and its supplier.

mod config;
pub mod generate;
mod key;
mod search;
mod values;
mod verdict;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::base::{
    EventId, Register, RegisterAnswer, RegisterCommand, RegisterQuery, RegisterResponse, RequestId, Time,
};
use crate::consensus::{Operation, Outcome};

use config::Tick;
use key::{Key, State};
use verdict::Asked;
pub use verdict::{Doubt, Neighbour, Relation, Returned, Verdict, Violation};

/// When something happened in the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The moment.
    pub time: Time,
    /// The trace event.
    pub event: EventId,
}

/// How hard the checker may think, in units of work (about one configuration made or one step of a search). It is a
/// count and not a time, so that the verdict is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    /// What each answer adds to a key's savings.
    pub per_answer: u32,
    /// The most that a key can save up, and so spend on one answer.
    pub savings: u32,
    /// For how many events of its key an unanswered read or compare-and-set makes every configuration remember what
    /// the register held since. For those that wait longer it is remembered once, as far as all configurations agree.
    pub patience: u64,
}

impl Budget {
    /// For a check beside a live run: an answer costs a fraction of a millisecond at worst, a hard one some more.
    pub const LIVE: Budget = Budget { per_answer: 500, savings: 20_000, patience: 48 };
    /// For a check of a history that is complete.
    pub const FINAL: Budget = Budget { per_answer: 20_000, savings: 2_000_000, patience: 1_024 };
}

/// The linearizability of a run so far. Copies share what they have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Linearizability {
    budget: Budget,
    keys: Vec<Arc<Key>>,
    names: BTreeMap<SmolStr, u32>,
    /// The key of each request that was not answered yet, and its name there.
    waiting: BTreeMap<RequestId, (u32, Tick)>,
}

impl Default for Linearizability {
    fn default() -> Self {
        Linearizability::new(Budget::LIVE)
    }
}

impl Linearizability {
    /// A checker of a run in which every register starts out never written.
    pub fn new(budget: Budget) -> Self {
        Linearizability { budget, keys: Vec::new(), names: BTreeMap::new(), waiting: BTreeMap::new() }
    }

    /// A client asks for the first time; a retry of the same request changes nothing.
    pub fn invoked(&mut self, at: Stamp, id: RequestId, operation: &Operation<Register>) {
        if self.waiting.contains_key(&id) {
            return;
        }
        let name = match operation {
            Operation::Command(RegisterCommand::Put { key, .. } | RegisterCommand::Cas { key, .. })
            | Operation::Query(RegisterQuery::Get { key }) => key,
        };
        let number = match self.names.get(name) {
            Some(&number) => number,
            None => {
                let number = self.keys.len() as u32;
                self.names.insert(name.clone(), number);
                self.keys.push(Arc::new(Key::new(name.clone(), self.budget)));
                number
            }
        };
        if let Some(key) = self.keys.get_mut(number as usize)
            && key.is_open()
            && let Some(tick) = Arc::make_mut(key).invoked(Asked { id, at, operation: operation.clone() })
        {
            self.waiting.insert(id, (number, tick));
        }
    }

    /// The client has its answer. An answer that leaves it open whether the operation took effect (the server does not
    /// lead, or is busy) is none.
    pub fn answered(&mut self, at: Stamp, id: RequestId, outcome: &Outcome<Register>) {
        let returned = match outcome {
            Outcome::Done(RegisterResponse::Written) => Returned::Written,
            Outcome::Done(RegisterResponse::Mismatch(actual)) => Returned::Mismatch(actual.clone()),
            Outcome::Answer(RegisterAnswer::Value(value)) => Returned::Value(value.clone()),
            Outcome::NotLeader { .. } | Outcome::Busy => return,
        };
        if let Some((number, asked)) = self.waiting.remove(&id)
            && let Some(key) = self.keys.get_mut(number as usize)
            && key.is_open()
        {
            Arc::make_mut(key).answered(at, asked, returned);
        }
    }

    /// The client will never take an answer to this request. Saying so is not needed, but it lets the checker forget
    /// more; a write that was given up may still take effect at any time.
    pub fn abandoned(&mut self, id: RequestId) {
        if let Some((number, asked)) = self.waiting.remove(&id)
            && let Some(key) = self.keys.get_mut(number as usize)
            && key.is_open()
        {
            Arc::make_mut(key).abandoned(asked);
        }
    }

    /// The verdict on all keys together: the first violation, else the first doubt, else that it holds.
    pub fn verdict(&self) -> Verdict<'_> {
        let mut verdict = Verdict::Holds;
        for key in &self.keys {
            match key.verdict() {
                Verdict::Violated(violation) => return Verdict::Violated(violation),
                doubt @ Verdict::Undecided { .. } if verdict == Verdict::Holds => verdict = doubt,
                _ => {}
            }
        }
        verdict
    }

    /// The verdict on each key, in the order in which they were first used.
    pub fn keys(&self) -> impl Iterator<Item = (&str, Verdict<'_>)> {
        self.keys.iter().map(|key| (key.name(), key.verdict()))
    }

    /// How many configurations are held for the key that has most of them: a measure of how ambiguous the run is.
    pub fn configurations(&self) -> usize {
        self.keys
            .iter()
            .map(|key| if let State::Open(open) = key.state() { open.configurations() } else { 0 })
            .max()
            .unwrap_or(0)
    }
}
