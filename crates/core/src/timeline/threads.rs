//! The thread between a fact and the record that tells others of it: when the store had the one, and the bus the other.

use super::cone::REACH;
use super::rows::{Row, RowKind};
use super::tree::Timeline;
use crate::base::{DomainEventId, EventId, NodeId, Time};
use crate::lab::Note;
use crate::service::{CustomerNote, ServiceNote};
use crate::shop::{Identity, OrderId, Subject, record_of};

/// The most threads of one record: one for each line of an order.
const MOST: usize = 16;

/// A fact and the record that it caused, as the service learnt that they had arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Whose fact it is.
    pub node: NodeId,
    /// The fact.
    pub fact: DomainEventId,
    /// When it was stored.
    pub stored: (EventId, Time),
    /// The record.
    pub record: DomainEventId,
    /// When it was published.
    pub published: (EventId, Time),
}

/// What a service tells of an event of the domain.
fn about(row: &Row) -> Option<(NodeId, ServiceNote, DomainEventId)> {
    let RowKind::Noted { node, note: Note::Service(note) } = &row.kind else { return None };
    match *note {
        ServiceNote::Began { event, .. }
        | ServiceNote::Waits { event, .. }
        | ServiceNote::Finished { event, .. }
        | ServiceNote::PutOff { event, .. }
        | ServiceNote::KnewAlready { event }
        | ServiceNote::Stored { event }
        | ServiceNote::Published { event } => Some((*node, *note, event)),
        _ => None,
    }
}

impl Row {
    /// The order of a shop that the event is about, if somebody told it about one.
    pub fn order(&self) -> Option<OrderId> {
        let RowKind::Noted { note, .. } = &self.kind else { return None };
        match note {
            Note::Customers(note) => match *note {
                CustomerNote::Placed { order }
                | CustomerNote::Retried { order }
                | CustomerNote::Accepted { order }
                | CustomerNote::TurnedAway { order }
                | CustomerNote::Refused { order }
                | CustomerNote::Asked { order }
                | CustomerNote::Ended { order, .. }
                | CustomerNote::Failed { order }
                | CustomerNote::GaveUp { order }
                | CustomerNote::AskedInVain { order, .. }
                | CustomerNote::Told { order, .. } => Some(order),
                CustomerNote::HeldBack => None,
            },
            Note::Service(
                ServiceNote::DeskBegan { order }
                | ServiceNote::DeskFinished { order }
                | ServiceNote::TurnedAway { order },
            ) => Some(*order),
            _ => match Identity::of(about(self)?.2)?.subject {
                Subject::Order(order) => Some(order),
                Subject::Browsing(..) => None,
            },
        }
    }
}

impl Timeline {
    /// The threads of the fact or the record that an event of the trace is about, as far around it as a cone reaches.
    pub fn threads(&self, of: &Row) -> Vec<Thread> {
        let Some((_, _, event)) = about(of) else { return Vec::new() };
        let record = record_of(event);
        let (mut stored, mut published) = (Vec::new(), Vec::new());
        let from = Time(of.time.0.saturating_sub(REACH.0));
        self.look(from, (of.time + REACH).min(self.explored()), &mut |row| match about(row) {
            Some((node, ServiceNote::Stored { .. }, fact)) if record_of(fact) == record => {
                stored.push((node, fact, (row.id, row.time)));
            }
            Some((node, ServiceNote::Published { .. }, told)) if told == record => {
                published.push((node, (row.id, row.time)));
            }
            _ => {}
        });
        let mut threads = Vec::new();
        for (node, at) in published {
            // Others store what they were told as a fact of their own, which caused nothing.
            let own = stored.iter().filter(|(whose, ..)| *whose == node);
            threads.extend(own.map(|&(node, fact, stored)| Thread { node, fact, stored, record, published: at }));
        }
        threads.truncate(MOST);
        threads
    }
}
