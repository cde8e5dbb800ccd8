//! Values as small numbers, so that configurations are cheap to compare.

use smol_str::SmolStr;

use crate::base::{SortedMap, sort_by};

/// A value of a register, by number. Only the values that still matter have one.
pub(super) type Value = u32;

/// The value of a register that was never written.
pub(super) const NEVER_WRITTEN: Value = 0;

/// Which number stands for which value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Values {
    /// `texts[v - 1]` is the text of value `v`; empty and listed in `free` if the number is not in use.
    texts: Vec<SmolStr>,
    numbers: SortedMap<SmolStr, Value>,
    free: Vec<Value>,
    /// When there are this many values it is time to look which are still needed.
    sweep_at: usize,
}

/// Below this many values looking for unneeded ones is not worth it.
const SMALL: usize = 64;

impl Values {
    /// The number of a value, a new one if it has none.
    pub(super) fn number(&mut self, text: Option<&SmolStr>) -> Value {
        let Some(text) = text else { return NEVER_WRITTEN };
        if let Some(&value) = self.numbers.get(text) {
            return value;
        }
        let value = match self.free.pop() {
            Some(value) => {
                self.texts[value as usize - 1] = text.clone();
                value
            }
            None => {
                self.texts.push(text.clone());
                self.texts.len() as Value
            }
        };
        self.numbers.insert(text.clone(), value);
        value
    }

    /// The number of a value, if it has one: if not, nothing that still matters has to do with it.
    pub(super) fn known(&self, text: Option<&SmolStr>) -> Option<Value> {
        text.map_or(Some(NEVER_WRITTEN), |text| self.numbers.get(text).copied())
    }

    /// The value of a number.
    pub(super) fn text(&self, value: Value) -> Option<SmolStr> {
        self.texts.get((value as usize).checked_sub(1)?).cloned()
    }

    /// Whether so many values have come that [`sweep`](Self::sweep) is due.
    pub(super) fn is_full(&self) -> bool {
        self.numbers.len() > self.sweep_at.max(SMALL)
    }

    /// Forgets the values that are not in the list.
    pub(super) fn sweep(&mut self, mut needed: Vec<Value>) {
        sort_by(&mut needed, |a, b| a < b);
        self.numbers.retain(|_, value| {
            let keep = needed.binary_search(value).is_ok();
            if !keep {
                self.texts[*value as usize - 1] = SmolStr::default();
                self.free.push(*value);
            }
            keep
        });
        self.sweep_at = 2 * self.numbers.len();
    }
}
