//! Questions: a bounded queue, a few workers, and those that wait until the node has read what they are about.

use super::super::message::{CallId, NoAnswer, ShopMessage};
use super::super::port::Timer;
use super::note::ViewNote;
use super::port::ViewPort;
use super::process::View;
use crate::base::{NodeId, Span};
use crate::shop::OrderId;
use crate::shop::views::{Model, StatusRow};
use crate::store::StreamVersion;

/// In so many parts of its patience the node looks whom it has kept waiting.
const LOOKS: u64 = 4;

/// A customer's question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Who asks.
    pub from: NodeId,
    /// In which call.
    pub call: CallId,
    /// About which order.
    pub order: OrderId,
    /// What they know to be written: the answer must not be older.
    pub after: Option<StreamVersion>,
}

/// A question that waits until the node has read what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Held {
    question: Question,
    looks: u64,
}

impl View {
    /// Where an order is, as far as it is known here; `None`: the node does not keep that model.
    pub fn status(&self, order: OrderId) -> Option<StatusRow> {
        self.models.iter().find_map(|model| model.status(order))
    }

    /// A customer asks.
    pub(super) fn take_question(&mut self, question: Question, port: &mut impl ViewPort) {
        let same = |other: &Question| (other.from, other.call) == (question.from, question.call);
        let known = self.queue.iter().any(same)
            || self.working.iter().flatten().any(same)
            || self.held.iter().any(|held| same(&held.question));
        if known {
            // They will be answered.
        } else if (self.queue.len() + self.held.len()) as u64 >= u64::from(self.config.queue) {
            port.note(ViewNote::TurnedAway { order: question.order });
            refuse(question, NoAnswer::Busy, port);
        } else {
            self.queue.push_back(question);
            self.take_up(port);
        }
    }

    pub(super) fn take_up(&mut self, port: &mut impl ViewPort) {
        let workers = usize::from(self.workers);
        while let Some(free) = self.working.iter().take(workers).position(Option::is_none)
            && let Some(question) = self.queue.pop_front()
        {
            self.working[free] = Some(question);
            let (low, high) = self.config.service_time;
            let takes = port.draw_between(low, high);
            port.set_timer(Timer::Worker(free as u8), takes);
        }
    }

    /// A worker has taken its time.
    pub(super) fn time_is_taken(&mut self, worker: usize, port: &mut impl ViewPort) {
        let Some(question) = self.working.get_mut(worker).and_then(Option::take) else { return };
        if !self.answer(question, port) {
            port.note(ViewNote::Holds { order: question.order });
            if self.held.is_empty() {
                port.set_timer(Timer::Desk, self.look_after());
            }
            self.held.push(Held { question, looks: 0 });
        }
        self.take_up(port);
    }

    /// Answers, unless the node has not come as far as the customer knows things to be.
    fn answer(&self, question: Question, port: &mut impl ViewPort) -> bool {
        let Question { from, call, order, after } = question;
        let Some(row) = self.status(order) else {
            refuse(question, NoAnswer::NotKept, port);
            return true;
        };
        if row.version < after {
            return false;
        }
        let as_of = self.models.iter().find(|model| model.status(order).is_some()).map_or(self.next(), Model::next);
        port.send(from, ShopMessage::Status { call, order, status: row.status, version: row.version, as_of });
        true
    }

    /// More was folded in: who waited for it is answered.
    pub(super) fn answer_held(&mut self, port: &mut impl ViewPort) {
        for held in std::mem::take(&mut self.held) {
            if !self.answer(held.question, port) {
                self.held.push(held);
            }
        }
        if self.held.is_empty() {
            port.cancel_timer(Timer::Desk);
        }
    }

    fn look_after(&self) -> Span {
        Span((self.config.patience.0 / LOOKS).max(1))
    }

    /// Who has waited for long enough is refused.
    pub(super) fn lose_patience(&mut self, port: &mut impl ViewPort) {
        for mut held in std::mem::take(&mut self.held) {
            held.looks += 1;
            if held.looks > LOOKS {
                port.note(ViewNote::GaveUp { order: held.question.order });
                refuse(held.question, NoAnswer::NotYet, port);
            } else {
                self.held.push(held);
            }
        }
        if !self.held.is_empty() {
            port.set_timer(Timer::Desk, self.look_after());
        }
    }
}

fn refuse(question: Question, why: NoAnswer, port: &mut impl ViewPort) {
    let Question { from, call, order, .. } = question;
    port.send(from, ShopMessage::NoAnswer { call, order, why });
}
