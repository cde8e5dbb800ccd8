//! What is wrong with a scenario, and where.

use std::fmt::{self, Write};

use super::limits::{MAX_BYTES, MAX_COMPACT_BYTES, MAX_PROBLEMS};
use crate::base::Span;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// Where in the JSON: `network.links[2].latency`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.reason)
    }
}

/// Why something is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioError {
    /// It is longer than any scenario may be.
    TooLong {
        /// How many bytes it has.
        bytes: usize,
        /// How many it may have.
        most: usize,
    },
    /// It is written in a newer format.
    Newer {
        /// Which one.
        format: u32,
    },
    /// It is not JSON.
    NotJson(
        /// What is wrong, and in which line.
        String,
    ),
    /// The compact form is damaged.
    Damaged,
    /// Something is not of the kind that belongs there, or cannot be. Every mistake is listed, up to [`MAX_PROBLEMS`].
    Impossible(Vec<Problem>),
}

impl std::error::Error for ScenarioError {}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioError::TooLong { bytes, most } => {
                write!(f, "too long for a scenario: {bytes} bytes, where {most} are allowed")
            }
            ScenarioError::Newer { format } => write!(
                f,
                "format: this is format {format}, made for a newer version; this one reads format {}",
                super::FORMAT
            ),
            ScenarioError::NotJson(reason) => write!(f, "not JSON: {reason}"),
            ScenarioError::Damaged => f.write_str("the scenario is damaged"),
            ScenarioError::Impossible(problems) => {
                for (number, problem) in problems.iter().enumerate() {
                    if number > 0 {
                        f.write_char('\n')?;
                    }
                    problem.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

impl ScenarioError {
    /// Refuses JSON that is too long.
    pub(super) fn if_too_long(bytes: usize) -> Result<(), ScenarioError> {
        Self::beyond(bytes, MAX_BYTES)
    }

    /// Refuses a compact form that is too long.
    pub(super) fn if_compact_too_long(bytes: usize) -> Result<(), ScenarioError> {
        Self::beyond(bytes, MAX_COMPACT_BYTES)
    }

    fn beyond(bytes: usize, most: usize) -> Result<(), ScenarioError> {
        if bytes > most { Err(ScenarioError::TooLong { bytes, most }) } else { Ok(()) }
    }
}

/// Gathers mistakes while a scenario is walked through, and knows where the walk is.
#[derive(Debug, Default)]
pub(super) struct Inspection {
    path: String,
    problems: Vec<Problem>,
}

/// Where the walk was before it went into a part.
#[must_use]
pub(super) struct Mark(usize);

impl Inspection {
    /// Goes into a field; an empty name is the place itself.
    pub(super) fn enter(&mut self, field: &str) -> Mark {
        let mark = Mark(self.path.len());
        if !self.path.is_empty() && !field.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(field);
        mark
    }

    /// Goes into an item of a list.
    pub(super) fn enter_item(&mut self, number: usize) -> Mark {
        let mark = Mark(self.path.len());
        let _ = write!(self.path, "[{number}]");
        mark
    }

    /// Goes back.
    pub(super) fn leave(&mut self, mark: Mark) {
        self.path.truncate(mark.0);
    }

    /// Something is wrong here.
    pub(super) fn here(&mut self, reason: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { path: self.path.clone(), reason });
        }
    }

    /// Something is wrong with a field.
    pub(super) fn problem(&mut self, field: &str, reason: String) {
        let mark = self.enter(field);
        self.here(reason);
        self.leave(mark);
    }

    /// A field must lie between two numbers.
    pub(super) fn number(&mut self, field: &str, value: u64, least: u64, most: u64) {
        if value < least {
            self.problem(field, format!("{value} is too little: the least is {least}"));
        } else if value > most {
            self.problem(field, format!("{value} is too much: the most is {most}"));
        }
    }

    /// A field must lie between two lengths of time.
    pub(super) fn span(&mut self, field: &str, value: Span, least: Span, most: Span) {
        if value < least {
            self.problem(field, format!("{value} is too short: the shortest is {least}"));
        } else if value > most {
            self.problem(field, format!("{value} is too long: the longest is {most}"));
        }
    }

    /// A field must have no more than so many items or bytes.
    pub(super) fn length(&mut self, field: &str, length: usize, most: usize, what: &str) {
        if length > most {
            self.problem(field, format!("{length} {what} are too many: the most is {most}"));
        }
    }

    /// What was found.
    pub(super) fn end(self) -> Result<(), ScenarioError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ScenarioError::Impossible(self.problems)) }
    }
}
