//! Distinct types for what must not be mixed.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::base::number;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub SmolStr);

        impl $name {
            /// The name as text.
            #[inline]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(SmolStr::new(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of a stream, such as `order-17`: everything that happened to one thing.
    StreamName
);
name!(
    /// What kind of thing a stream is about: its name up to the first `-`, all of it if there is none. `order-17` is of
    /// the category `order`.
    Category
);
name!(
    /// What kind of fact an event is, such as `OrderPlaced`.
    EventType
);
name!(
    /// The name of a fold over events: snapshots of its states are kept under it.
    ViewName
);
number!(
    /// The place of an event in its stream. The first event has version 0; a stream is as old as its last event.
    StreamVersion(u64)
);
number!(
    /// The number of a command among all that a store was given, from 1; 0 is "before the first". Refused ones count.
    CommandNumber(u64)
);
number!(
    /// The form that some stored bytes have: of the events of one type, or of the states of one fold. The first is 1.
    SchemaVersion(u16)
);
impl StreamName {
    /// The category that the name says.
    pub fn category(&self) -> Category {
        match self.0.split_once('-') {
            Some((category, _)) => Category::from(category),
            None => Category(self.0.clone()),
        }
    }
}

impl StreamVersion {
    /// The version after this one.
    #[inline]
    #[must_use]
    pub fn next(self) -> StreamVersion {
        StreamVersion(self.0.saturating_add(1))
    }
}

impl SchemaVersion {
    /// The first form.
    pub const FIRST: SchemaVersion = SchemaVersion(1);
}
