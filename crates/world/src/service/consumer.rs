//! A worker, which is a consumer of its own in the service's group.

use std::collections::VecDeque;

use super::config::MAX_WORKERS;
use super::message::CallId;
use crate::bus::{Answer, Delivery, Generation, Position, Verdict};
use crate::shop::{ProviderRequest, ShopEvent};

/// Where a worker stands with its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is no member.
    #[default]
    Out,
    /// It has asked to join.
    Joining,
    /// It is a member, and knows this generation.
    In(Generation),
    /// It has said that it leaves.
    Leaving,
}

/// Some of a service's workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Crew(u8);

impl Crew {
    pub(super) fn with(self, worker: usize) -> Crew {
        Crew(self.0 | 1 << worker)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their places, in order.
    pub(super) fn places(self) -> impl Iterator<Item = usize> {
        (0..usize::from(MAX_WORKERS)).filter(move |worker| self.0 >> worker & 1 == 1)
    }
}

const _: () = assert!(MAX_WORKERS as u32 <= u8::BITS);

/// What a worker is doing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Job {
    /// What it was given.
    pub delivery: Delivery,
    /// What that says.
    pub event: ShopEvent,
    /// How far it is.
    pub stage: Stage,
}

/// How far a worker is with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It takes its time.
    Working,
    /// It waits for the provider.
    Asking {
        /// Which call.
        call: CallId,
        /// For what.
        request: ProviderRequest,
        /// How often it was sent.
        tries: u32,
        /// For how many ticks it waits since the last of them.
        waited: u32,
    },
}

/// A worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Worker {
    /// Where it stands with its group.
    pub standing: Standing,
    /// A fetch is under way, or waits at the leader.
    pub(super) fetching: bool,
    /// Answers are under way.
    pub(super) answering: bool,
    /// It has asked for its membership.
    pub(super) asking: bool,
    /// For how many ticks it is not known that the bus has heard of it.
    pub(super) quiet: u32,
    /// What it was given and has not begun.
    pub queue: VecDeque<Delivery>,
    /// What it does.
    pub job: Option<Job>,
    /// What it is to tell the bus.
    pub(super) answers: Vec<Answer>,
}

impl Worker {
    /// Whether it has nothing to do and nothing to say.
    pub(super) fn is_idle(&self) -> bool {
        self.job.is_none() && self.queue.is_empty() && self.answers.is_empty() && !self.answering
    }

    pub(super) fn ack(&mut self, at: Position) {
        self.answers.push(Answer { at, verdict: Verdict::Ack });
    }

    pub(super) fn nack(&mut self, at: Position) {
        self.answers.push(Answer { at, verdict: Verdict::Nack });
    }
}
