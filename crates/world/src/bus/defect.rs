//! Known bugs of the bus, to be switched on to see which check turns red.

use serde::{Deserialize, Serialize};

use crate::base::defect_set;

/// A famous bug.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Defect {
    /// A record goes to any partition instead of its key's: events of one key are no longer in order.
    #[default]
    RandomPartition,
}

impl Defect {
    /// Every defect, in the order of the list above.
    pub const ALL: [Defect; 1] = [Defect::RandomPartition];

    /// The name in scenarios and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Defect::RandomPartition => "random-partition",
        }
    }
}

defect_set!();
