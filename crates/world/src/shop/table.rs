//! A row for each dense number.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::Chunked;

/// The most rows of any table: more than there are orders.
const MAX_ROWS: u32 = 1 << 17;

/// Rows by number, as cheap to copy as [`Chunked`]: what did not change is shared. A number that was never written has
/// the default row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table<T>(Chunked<T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table(Chunked::default())
    }
}

impl<T> Table<T> {
    /// The row of this number, if it or a later one was ever written.
    #[inline]
    pub fn get(&self, number: u32) -> Option<&T> {
        self.0.get(number.into())
    }

    /// How many rows there are: one more than the highest number that was written.
    pub fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> + '_ {
        (0..).zip(self.0.iter())
    }
}

impl<T: Clone + Default> Table<T> {
    /// A copy of the row of this number.
    #[inline]
    pub fn row(&self, number: u32) -> T {
        self.get(number).cloned().unwrap_or_default()
    }

    /// Writes a row. A number that no table has room for is passed over: whoever lets numbers in has a lower limit.
    pub fn set(&mut self, number: u32, row: T) {
        if number >= MAX_ROWS {
            return;
        }
        while self.len() < number {
            self.0.push(T::default());
        }
        if self.len() == number {
            self.0.push(row);
        } else {
            self.0.set(number.into(), row);
        }
    }

    /// Changes a row.
    pub fn update(&mut self, number: u32, change: impl FnOnce(&mut T)) {
        let mut row = self.row(number);
        change(&mut row);
        self.set(number, row);
    }
}

impl<T: Clone> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut table = Table::default();
        for row in rows.into_iter().take(MAX_ROWS as usize) {
            table.0.push(row);
        }
        table
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.iter().collect::<Vec<&T>>().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de> + Clone> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_may_be_written_in_any_order_and_those_between_are_the_default() {
        let mut table = Table::default();
        table.set(70, 7);
        table.set(3, 3);
        table.update(3, |row| *row += 1);
        assert_eq!((table.len(), table.row(70), table.row(3), table.row(4), table.row(71)), (71, 7, 4, 0, 0));
        assert_eq!(table.get(71), None);
        let bytes = postcard::to_allocvec(&table).expect("memory");
        assert_eq!(postcard::from_bytes(&bytes), Ok(table));
    }

    #[test]
    fn a_number_beyond_all_rows_changes_nothing() {
        let mut table = Table::<u8>::default();
        table.set(u32::MAX, 1);
        assert!(table.is_empty());
    }
}
