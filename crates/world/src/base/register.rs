//! The replicated machine of the first experiments: a register for each key, with real values.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::machine::{SnapshotError, StateMachine};
use super::sorted_map::SortedMap;

/// Keys and the values they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Register {
    values: SortedMap<SmolStr, SmolStr>,
}

impl Register {
    /// Every key that was ever written, with its value, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }
}

/// What changes a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RegisterCommand {
    /// Write, whatever is there.
    Put {
        /// Which register.
        key: SmolStr,
        /// What to write.
        value: SmolStr,
    },
    /// Compare and set: write only if the register holds the expected value.
    Cas {
        /// Which register.
        key: SmolStr,
        /// What it must hold; `None`: it was never written.
        expected: Option<SmolStr>,
        /// What to write then.
        value: SmolStr,
    },
}

impl Default for RegisterCommand {
    fn default() -> Self {
        RegisterCommand::Put { key: SmolStr::default(), value: SmolStr::default() }
    }
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterResponse {
    /// The value was written.
    Written,
    /// Compare and set found another value, and wrote nothing.
    Mismatch(
        /// The value that it found.
        Option<SmolStr>,
    ),
}

/// What reads a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RegisterQuery {
    /// Read one register.
    Get {
        /// Which one.
        key: SmolStr,
    },
}

impl Default for RegisterQuery {
    fn default() -> Self {
        RegisterQuery::Get { key: SmolStr::default() }
    }
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterAnswer {
    /// The value, if the register was ever written.
    Value(Option<SmolStr>),
}

impl StateMachine for Register {
    type Command = RegisterCommand;
    type Response = RegisterResponse;
    type Query = RegisterQuery;
    type Answer = RegisterAnswer;

    fn apply(&mut self, command: &RegisterCommand) -> RegisterResponse {
        match command {
            RegisterCommand::Put { key, value } => self.write(key, value),
            RegisterCommand::Cas { key, expected, value } => {
                let actual = self.values.get(key);
                if actual == expected.as_ref() {
                    self.write(key, value)
                } else {
                    RegisterResponse::Mismatch(actual.cloned())
                }
            }
        }
    }

    fn query(&self, query: &RegisterQuery) -> RegisterAnswer {
        match query {
            RegisterQuery::Get { key } => RegisterAnswer::Value(self.values.get(key).cloned()),
        }
    }

    fn snapshot(&self) -> Vec<u8> {
        // Writing to memory fails for no value that this type can hold.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        postcard::from_bytes(bytes).map_err(|error| SnapshotError::decoding("register", error))
    }

    fn command_bytes(command: &RegisterCommand) -> u32 {
        match command {
            RegisterCommand::Put { key, value } => 8 + (key.len() + value.len()) as u32,
            RegisterCommand::Cas { key, expected, value } => {
                9 + (key.len() + value.len() + expected.as_ref().map_or(0, |e| e.len())) as u32
            }
        }
    }
}

impl Register {
    fn write(&mut self, key: &SmolStr, value: &SmolStr) -> RegisterResponse {
        match self.values.get_mut(key) {
            Some(held) => *held = value.clone(),
            None => {
                self.values.insert(key.clone(), value.clone());
            }
        }
        RegisterResponse::Written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compare_and_set_writes_only_over_what_was_expected() {
        let mut register = Register::default();
        let cas = |expected: Option<&str>, value: &str| RegisterCommand::Cas {
            key: "x".into(),
            expected: expected.map(SmolStr::from),
            value: value.into(),
        };
        assert_eq!(register.apply(&cas(None, "1")), RegisterResponse::Written);
        assert_eq!(register.apply(&cas(None, "2")), RegisterResponse::Mismatch(Some("1".into())));
        assert_eq!(register.apply(&cas(Some("1"), "2")), RegisterResponse::Written);
        assert_eq!(register.query(&RegisterQuery::Get { key: "x".into() }), RegisterAnswer::Value(Some("2".into())));
    }
}
