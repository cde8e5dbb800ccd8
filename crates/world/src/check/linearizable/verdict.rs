//! What the checker has to say, and what it keeps in order to say it well.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::Stamp;
use super::key::Unexplained;
use crate::base::{Register, RegisterCommand, RegisterQuery, RequestId, sort_by};
use crate::consensus::Operation;

/// The most operations that a report lists besides the one that it is about.
const MAX_AROUND: usize = 24;

/// What is known of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// There is an order that explains every answer so far.
    Holds,
    /// It could not be found out, and never will be for this run.
    Undecided {
        /// The key.
        key: &'a SmolStr,
        /// Why not.
        why: Doubt,
    },
    /// There is no such order.
    Violated(&'a Arc<Unexplained>),
}

/// Why a history could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// There are too many possible orders to try them all.
    Budget,
    /// There are too many unanswered operations.
    TooManyPending,
    /// An operation was answered so late that what could explain it is no longer remembered.
    Forgotten,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Doubt::Budget => "too many orders are possible to try them all",
            Doubt::TooManyPending => "too many operations are without an answer",
            Doubt::Forgotten => "an operation was answered too late to remember what could explain it",
        })
    }
}

/// What an operation returned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Returned {
    /// It wrote.
    Written,
    /// A compare-and-set found this instead of what it expected.
    Mismatch(
        /// The value, if the register was ever written.
        Option<SmolStr>,
    ),
    /// A read found this.
    Value(
        /// The value, if the register was ever written.
        Option<SmolStr>,
    ),
}

/// An operation as it was asked.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    pub(super) id: RequestId,
    pub(super) at: Stamp,
    pub(super) operation: Operation<Register>,
}

/// An operation as it was answered.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Done {
    pub(super) asked: Arc<Asked>,
    pub(super) at: Stamp,
    pub(super) returned: Returned,
}

/// An answer that no order explains.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The key.
    pub key: SmolStr,
    /// The operation whose answer cannot be explained.
    pub id: RequestId,
    /// What was asked.
    pub operation: Operation<Register>,
    /// When it was asked.
    pub invoked: Stamp,
    /// When it was answered.
    pub answered: Stamp,
    /// The answer.
    pub returned: Returned,
    /// What the register could have held between the two, in some order that explains all earlier answers.
    pub possible: Vec<Option<SmolStr>>,
    /// There are more such values than are listed.
    pub more_possible: bool,
    /// The operations that matter to it, by the time at which they were asked; if there are many, the latest.
    pub around: Vec<Neighbour>,
}

/// An operation beside the one that cannot be explained.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Neighbour {
    /// What it has to do with it.
    pub relation: Relation,
    /// Which operation.
    pub id: RequestId,
    /// What was asked.
    pub operation: Operation<Register>,
    /// When it was asked.
    pub invoked: Stamp,
    /// When it was answered, and what; nothing if it was not.
    pub answered: Option<(Stamp, Returned)>,
}

/// What an operation has to do with one that cannot be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The last write that had been answered before the other was asked.
    LastWrite,
    /// It writes the value that the other returned, but cannot come right before it.
    Source,
    /// It was under way at the same time.
    Concurrent,
}

impl Violation {
    pub(super) fn new(key: SmolStr, done: &Done, mut possible: Vec<Option<SmolStr>>, most: usize) -> Violation {
        let more_possible = possible.len() > most;
        possible.truncate(most);
        Violation {
            key,
            id: done.asked.id,
            operation: done.asked.operation.clone(),
            invoked: done.asked.at,
            answered: done.at,
            returned: done.returned.clone(),
            possible,
            more_possible,
            around: Vec::new(),
        }
    }

    /// Adds the operations that matter: those answered, in the order of their answers, the last write before it (which
    /// may be long past), and those without an answer.
    pub(super) fn look_around<'a>(
        &mut self,
        before: Option<&'a Arc<Done>>,
        answered: impl Iterator<Item = &'a Arc<Done>>,
        waiting: impl Iterator<Item = &'a Arc<Asked>>,
    ) {
        let mut around = Vec::new();
        for done in before.into_iter().chain(answered) {
            let relation = if before.is_some_and(|b| b.asked.id == done.asked.id) {
                Some(Relation::LastWrite)
            } else if self.is_source(&done.asked.operation) && done.returned == Returned::Written {
                Some(Relation::Source)
            } else {
                (done.at > self.invoked).then_some(Relation::Concurrent)
            };
            around.extend(relation.map(|r| Neighbour::new(r, &done.asked, Some((done.at, done.returned.clone())))));
        }
        for asked in waiting {
            let source = self.is_source(&asked.operation);
            around.push(Neighbour::new(if source { Relation::Source } else { Relation::Concurrent }, asked, None));
        }
        around.retain(|neighbour| neighbour.id != self.id);
        // Of one operation the first relation counts, and of many the latest are kept.
        sort_by(&mut around, |a: &Neighbour, b| (a.relation, b.invoked, a.id) < (b.relation, a.invoked, b.id));
        around.dedup_by_key(|n| n.id);
        around.truncate(MAX_AROUND);
        sort_by(&mut around, |a, b| (a.invoked, a.id) < (b.invoked, b.id));
        self.around = around;
    }

    /// Whether the operation writes the value that was returned.
    fn is_source(&self, operation: &Operation<Register>) -> bool {
        let value = match operation {
            Operation::Command(RegisterCommand::Put { value, .. } | RegisterCommand::Cas { value, .. }) => value,
            Operation::Query(_) => return false,
        };
        match &self.returned {
            Returned::Value(returned) | Returned::Mismatch(returned) => returned.as_ref() == Some(value),
            Returned::Written => false,
        }
    }
}

impl Neighbour {
    fn new(relation: Relation, asked: &Asked, answered: Option<(Stamp, Returned)>) -> Neighbour {
        Neighbour { relation, id: asked.id, operation: asked.operation.clone(), invoked: asked.at, answered }
    }
}

impl Done {
    /// Whether it is known to have written.
    pub(super) fn wrote(&self) -> bool {
        self.returned == Returned::Written
    }
}

/// A value in words.
struct Shown<'a>(Option<&'a SmolStr>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => write!(f, "\"{value}\""),
            None => f.write_str("nothing"),
        }
    }
}

fn describe(f: &mut fmt::Formatter<'_>, operation: &Operation<Register>) -> fmt::Result {
    match operation {
        Operation::Query(RegisterQuery::Get { key }) => write!(f, "read of {key}"),
        Operation::Command(RegisterCommand::Put { key, value }) => write!(f, "write of {key} = \"{value}\""),
        Operation::Command(RegisterCommand::Cas { key, expected, value }) => {
            write!(f, "change of {key} from {} to \"{value}\"", Shown(expected.as_ref()))
        }
    }
}

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Returned::Written => f.write_str("written"),
            Returned::Mismatch(actual) => write!(f, "not written, found {}", Shown(actual.as_ref())),
            Returned::Value(value) => write!(f, "{}", Shown(value.as_ref())),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ")?;
        describe(f, &self.operation)?;
        write!(
            f,
            " (request {}, asked at {}, answered at {}) was answered: {}; but in that time the register can only have held ",
            self.id, self.invoked.time, self.answered.time, self.returned
        )?;
        for (number, value) in self.possible.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { " or " })?;
            write!(f, "{}", Shown(value.as_ref()))?;
        }
        f.write_str(if self.more_possible { " or some more" } else { "" })
    }
}

impl fmt::Display for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(f, &self.operation)?;
        write!(f, " (request {}, asked at {}, ", self.id, self.invoked.time)?;
        match &self.answered {
            Some((at, returned)) => write!(f, "answered at {}): {returned}", at.time),
            None => f.write_str("not answered)"),
        }
    }
}
