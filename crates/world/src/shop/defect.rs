//! Known bugs of event-driven shops, to be switched on to see which check turns red.

use serde::{Deserialize, Serialize};

use crate::base::defect_set;

/// A famous bug.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Defect {
    /// A consumer does not ask whether it has had the event before: what is delivered twice is done twice.
    #[default]
    ConsumerWithoutDedup,
    /// A consumer commits its offset before it does the work: a crash between the two loses the event.
    OffsetBeforeWork,
    /// A service publishes at once instead of by an outbox that is synced with its state: a crash between the two
    /// tells of what never was, or keeps silent about what is.
    NoOutbox,
    /// Records go to any partition instead of their key's: events of one order are no longer in order.
    RandomPartition,
    /// A read model writes its state and its place in two commits: after a crash between the two it counts twice.
    ProjectionCountsTwice,
    /// The provider does not look at idempotency keys: a request that is sent again is carried out again.
    ProviderWithoutKeys,
}

impl Defect {
    /// Every defect, in the order of the list above.
    pub const ALL: [Defect; 6] = [
        Defect::ConsumerWithoutDedup,
        Defect::OffsetBeforeWork,
        Defect::NoOutbox,
        Defect::RandomPartition,
        Defect::ProjectionCountsTwice,
        Defect::ProviderWithoutKeys,
    ];

    /// The name in scenarios and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Defect::ConsumerWithoutDedup => "consumer-without-dedup",
            Defect::OffsetBeforeWork => "offset-before-work",
            Defect::NoOutbox => "no-outbox",
            Defect::RandomPartition => "random-partition",
            Defect::ProjectionCountsTwice => "projection-counts-twice",
            Defect::ProviderWithoutKeys => "provider-without-keys",
        }
    }
}

defect_set!();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_defects_is_a_list_and_back() {
        assert!(Defects::default().is_empty());
        for defect in Defect::ALL {
            let set = Defects::default().with(defect);
            assert_eq!(Vec::from(set), [defect]);
        }
        assert_eq!(
            Defects::from(Defect::ALL.to_vec()),
            Defect::ALL.into_iter().fold(Defects::default(), Defects::with)
        );
    }
}
