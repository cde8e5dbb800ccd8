//! What a fold has come to, for the eye.

use crate::base::Time;

/// A small table. What is a number in it is so for people, never for a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// How many rows are left out, before the first.
    pub left_out: usize,
}

impl Table {
    /// With these columns, and no row yet.
    pub(super) fn of(columns: &[&str]) -> Table {
        Table { columns: columns.iter().map(|&name| name.to_owned()).collect(), rows: Vec::new(), left_out: 0 }
    }

    /// Also a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Only the last so many rows.
    #[must_use]
    pub(super) fn last(mut self, most: usize) -> Table {
        self.left_out = self.rows.len().saturating_sub(most);
        self.rows.drain(..self.left_out);
        self
    }
}

/// A moment, or a length of time, in seconds to the millisecond.
pub(super) fn seconds(time: Time) -> String {
    format!("{}.{:03} s", time.0 / 1_000_000, time.0 / 1_000 % 1_000)
}

/// A value, or nothing.
pub(super) fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".into(), |value| value.to_string())
}
