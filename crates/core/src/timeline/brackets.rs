//! From written to visible (S7): for each order, when its customer was told that it is taken, and when they first saw it.

use std::collections::BTreeMap;

use super::rows::RowKind;
use super::tree::Timeline;
use crate::base::{NodeId, Time};
use crate::lab::Note;
use crate::service::CustomerNote;
use crate::service::view::ViewNote;
use crate::shop::{OrderId, Status};

/// The most orders that are kept: those with the highest numbers.
pub const MAX_BRACKETS: usize = 1_024;

/// An order between being written and being visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Which order.
    pub order: OrderId,
    /// The customers that placed it.
    pub node: NodeId,
    /// When they were told that it is taken.
    pub written: Time,
    /// When they were first shown it; `None`: not yet.
    pub visible: Option<Time>,
    /// Somebody has looked for it. Of an order for which nobody looks it is not known whether it could be seen.
    pub sought: bool,
}

/// The brackets of a stretch of a run. Whoever knows of an order that it was written, or can be seen, says so here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brackets(BTreeMap<OrderId, Bracket>);

impl Brackets {
    /// An order was written. Told again, the first time counts.
    pub fn written(&mut self, order: OrderId, node: NodeId, at: Time) {
        self.0.entry(order).or_insert(Bracket { order, node, written: at, visible: None, sought: false });
        if self.0.len() > MAX_BRACKETS {
            self.0.pop_first();
        }
    }

    /// Somebody looks for an order.
    pub fn sought(&mut self, order: OrderId) {
        if let Some(bracket) = self.0.get_mut(&order) {
            bracket.sought = true;
        }
    }

    /// An order is visible to whoever asks. Told again, the first time counts.
    pub fn shown(&mut self, order: OrderId, at: Time) {
        if let Some(bracket) = self.0.get_mut(&order) {
            bracket.visible.get_or_insert(at.max(bracket.written));
        }
    }

    /// Somebody has seen an order.
    pub fn visible(&mut self, order: OrderId, at: Time) {
        self.sought(order);
        self.shown(order, at);
    }

    /// Takes up what somebody tells.
    pub fn note(&mut self, time: Time, node: NodeId, note: &Note) {
        match *note {
            Note::Customers(CustomerNote::Accepted { order }) => self.written(order, node, time),
            Note::Customers(CustomerNote::Asked { order }) => self.sought(order),
            Note::Customers(CustomerNote::Told { order, status, .. }) if status != Status::Unknown => {
                self.visible(order, time);
            }
            Note::View(ViewNote::Visible { order }) => self.shown(order, time),
            _ => {}
        }
    }

    /// The bracket of an order, if it was written.
    pub fn get(&self, order: OrderId) -> Option<Bracket> {
        self.0.get(&order).copied()
    }

    /// The latest orders that can be seen, or for which somebody has looked, at most so many, the latest last.
    pub fn latest(&self, most: usize) -> Vec<Bracket> {
        let sought = self.0.values().rev().filter(|bracket| bracket.sought || bracket.visible.is_some());
        let mut latest: Vec<Bracket> = sought.take(most).copied().collect();
        latest.reverse();
        latest
    }
}

impl Timeline {
    /// The brackets of the orders that were written in a stretch of the present branch, as they stand at its end.
    pub fn brackets(&self, from: Time, to: Time) -> Brackets {
        let mut brackets = Brackets::default();
        self.look(from, to.min(self.explored()), &mut |row| {
            if let RowKind::Noted { node, note } = &row.kind {
                brackets.note(row.time, *node, note);
            }
        });
        brackets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_spans_from_the_first_word_that_it_is_written_to_the_first_sight_of_it() {
        let (mut brackets, node) = (Brackets::default(), NodeId(7));
        let mut tell = |at, note| brackets.note(Time(at), node, &Note::Customers(note));
        let order = OrderId(3);
        tell(5, CustomerNote::Told { order, status: Status::Placed, stale: false });
        tell(10, CustomerNote::Accepted { order });
        tell(12, CustomerNote::Accepted { order });
        tell(20, CustomerNote::Asked { order });
        tell(25, CustomerNote::Told { order, status: Status::Unknown, stale: false });
        tell(40, CustomerNote::Told { order, status: Status::Placed, stale: false });
        tell(50, CustomerNote::Told { order, status: Status::Confirmed, stale: false });
        tell(60, CustomerNote::Accepted { order: OrderId(4) });
        let bracket = Bracket { order, node, written: Time(10), visible: Some(Time(40)), sought: true };
        assert_eq!(brackets.get(order), Some(bracket));
        assert_eq!(brackets.latest(9), [bracket], "nobody has looked for the other");
        brackets.visible(OrderId(4), Time(55));
        assert_eq!(brackets.get(OrderId(4)).and_then(|b| b.visible), Some(Time(60)), "not before it was written");
        assert_eq!(brackets.latest(1).iter().map(|b| b.order.0).collect::<Vec<_>>(), [4]);
        assert_eq!(brackets.get(OrderId(5)), None);
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let mut brackets = Brackets::default();
        (0..3_000).for_each(|order| brackets.written(OrderId(order), NodeId(0), Time(u64::from(order))));
        assert_eq!((brackets.get(OrderId(0)), brackets.0.len()), (None, MAX_BRACKETS));
        assert!(brackets.get(OrderId(2_999)).is_some());
    }
}
