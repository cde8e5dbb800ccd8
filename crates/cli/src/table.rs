//! Columns that stand under each other.

use tutti_core::base::Time;

/// Rows of cells; numbers are set to the right.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these heads.
    pub(crate) fn new(heads: &[&str]) -> Table {
        Table { rows: vec![heads.iter().map(|&head| head.to_owned()).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines of the table.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: usize, column: usize| self.rows[row].get(column).map_or("", String::as_str);
        let width = |column| (0..self.rows.len()).map(|row| cell(row, column).chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let number = |column| (1..self.rows.len()).all(|row| is_number(cell(row, column)));
        let numbers: Vec<bool> = (0..columns).map(number).collect();
        (0..self.rows.len()).map(move |row| {
            let mut line = String::new();
            for column in 0..columns {
                let (text, width) = (cell(row, column), widths[column]);
                let padded = if numbers[column] { format!("{text:>width$}") } else { format!("{text:width$}") };
                line.push_str(if column == 0 { "" } else { "  " });
                line.push_str(&padded);
            }
            line.truncate(line.trim_end().len());
            line
        })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '.')
}

/// A number with its thousands apart: `5 312 000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A number and what it counts: `1 seed`, `5 312 messages`.
pub(crate) fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A length of time in the unit that fits it: `350 ms`, `5 312 s`.
pub(crate) fn lasting(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{} s", grouped(micros / 1_000_000)),
    }
}

/// A moment in seconds, without noughts at its end: `0.153178 s`, `8 s`.
pub(crate) fn in_seconds(time: Time) -> String {
    let fraction = format!("{:06}", time.0 % 1_000_000);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction} s", time.0 / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_words_to_the_left() {
        let mut table = Table::new(&["name", "count"]);
        table.row(vec!["a".into(), grouped(5)]);
        table.row(vec!["longer".into(), grouped(1_234_567)]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines, ["name        count", "a               5", "longer  1 234 567"]);
    }

    #[test]
    fn one_is_no_plural_and_less_than_a_second_is_not_nothing() {
        assert_eq!([0, 1, 1_234].map(|n| counted(n, "seed")), ["0 seeds", "1 seed", "1 234 seeds"]);
        let lengths = [999, 350_700, 999_999, 1_000_000, 5_312_900_000];
        assert_eq!(lengths.map(lasting), ["999 µs", "350 ms", "999 ms", "1 s", "5 312 s"]);
    }

    #[test]
    fn moments_have_no_needless_noughts() {
        assert_eq!(
            [0, 8_000_000, 153_178, 1_500_000].map(|us| in_seconds(Time(us))),
            ["0 s", "8 s", "0.153178 s", "1.5 s"]
        );
    }
}
