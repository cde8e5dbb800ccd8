//! Dead letters, delivered again: somebody has mended what made them fail, and tells the service so. It asks the bus which
//! letters its group has, and has them all delivered again.

use super::port::ServicePort;
use super::process::{Errand, Service};
use crate::broker::{BrokerAnswer, BrokerQuery};
use crate::bus::{Action, BusAnswer, BusQuery, Offset, PartitionId, Position, TopicId};

/// The most letters that are asked for at once. Whoever has more is told again.
const MOST: u32 = 64;

impl Service {
    /// It is told to try its dead letters again. One that has no group yet has none.
    pub(super) fn replay(&mut self, port: &mut impl ServicePort) {
        let Some(group) = self.ground.group else { return };
        let from = Position { topic: TopicId(0), partition: PartitionId(0), offset: Offset(0) };
        let query = BusQuery::DeadLetters { group, from, most: MOST };
        self.inquire(BrokerQuery::Bus(query), Errand::Letters, port);
    }

    /// The bus has said which there are.
    pub(super) fn has_letters(&mut self, answer: BrokerAnswer, port: &mut impl ServicePort) {
        let Some(group) = self.ground.group else { return };
        if let BrokerAnswer::Bus(Ok(BusAnswer::DeadLetters(letters))) = answer
            && !letters.is_empty()
        {
            let letters = letters.into_iter().map(|letter| letter.at).collect();
            self.ask_bus(vec![Action::Replay { group, letters }], Errand::Replayed, port);
        }
    }
}
