//! Linearizability (Herlihy and Wing, 1990) of what the clients saw: is there one order of all operations that
//! explains every answer, and in which nothing that was answered comes after something that was asked later?
//!
//! The checker is fed while the run goes on: [`Linearizability::invoked`] when a client first asks, then
//! [`Linearizability::answered`] when it has its answer. An operation without an answer is *unknown*, never failed: it
//! may take effect at any later time, once, or not at all. Each key is a register of its own and is checked on its own
//! (the property is compositional).
//!
//! # How it works
//! A put, the compare-and-sets on it one after the other, and whatever has read their values stand next to each other in
//! every order that explains the answers, with no other write between them: they are a *block*. (Gibbons and Korach,
//! "Testing shared memories", 1997, for histories in which it is known which write every read has read from.)
//!
//! Say that a block's first answer came at `answered`, and that the last of its operations was asked at `asked`. If the
//! one block's `answered` is before the other's `asked`, the one must come before the other. There is an order of all
//! blocks if and only if this never goes both ways for any two of them: from a longer circle a pair can always be picked
//! that does. So it is enough to keep, for each block, a *limit*: what was asked later cannot join it any more, since it
//! would have to come both before and after another block. The limit is the first answer of that other block, and both
//! never change again. Within a block the chain gives the order, and what has replaced a value limits who can have read
//! it in the same way.
//!
//! A block that nobody can join any more is forgotten, so that what is kept is about as much as there are operations
//! under way. An unanswered write that nobody has read is in no block and costs nothing, however many there are.
//!
//! If every value is written once, there is never a choice. If not, it may be open which write a read has read from:
//! then every choice is followed, each a *configuration* of its own, as far as a budget allows.

mod config;
pub mod generate;
mod key;
mod search;
mod values;
mod verdict;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use std::sync::Arc;

use smol_str::SmolStr;

use crate::base::{
    EventId, Register, RegisterAnswer, RegisterCommand, RegisterQuery, RegisterResponse, RequestId, SortedMap, Time,
};
use crate::consensus::{Operation, Outcome};

use config::Tick;
pub use key::Unexplained;
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
}

impl Budget {
    /// For a check beside a live run: an answer costs a fraction of a millisecond at worst, a hard one some more.
    pub const LIVE: Budget = Budget { per_answer: 500, savings: 20_000 };
    /// For a check of a history that is complete.
    pub const FINAL: Budget = Budget { per_answer: 20_000, savings: 2_000_000 };
}

/// The linearizability of a run so far. Copies share what they have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Linearizability {
    budget: Budget,
    keys: Vec<Arc<Key>>,
    names: SortedMap<SmolStr, u32>,
    /// The key of each request that was not answered yet, and its name there.
    waiting: SortedMap<RequestId, (u32, Tick)>,
}

impl Default for Linearizability {
    fn default() -> Self {
        Linearizability::new(Budget::LIVE)
    }
}

impl Linearizability {
    /// A checker of a run in which every register starts out never written.
    pub fn new(budget: Budget) -> Self {
        Linearizability { budget, keys: Vec::new(), names: SortedMap::default(), waiting: SortedMap::default() }
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

    /// How many configurations are held for the key that has most of them: 1 unless values were written twice.
    pub fn configurations(&self) -> usize {
        self.keys
            .iter()
            .map(|key| if let State::Open(open) = key.state() { open.configurations() } else { 0 })
            .max()
            .unwrap_or(0)
    }
}
