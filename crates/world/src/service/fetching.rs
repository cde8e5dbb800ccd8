//! A worker as a member of its group: joining, fetching, answering, leaving.
//!
//! It fetches when it has nothing left, and its answers go with the fetch: one entry in the log for both. While a fetch
//! waits at the leader since there is nothing to bring, answers go alone.

use super::consumer::{Standing, Worker};
use super::port::ServicePort;
use super::process::{Errand, Service};
use crate::bus::{Action, BusError, Generation, Membership, Reply};

/// For so many ticks a member may be silent. It is far from the time after which the bus takes it for dead.
const QUIET_TICKS: u32 = 20;

impl Service {
    /// Has a worker do what it can do now, and ask for what it needs.
    pub(super) fn tend(&mut self, at: usize, port: &mut impl ServicePort) {
        self.take_up(at, port);
        let Some(group) = self.ground.group else { return };
        let (member, wanted) = (self.config.member(at), at < usize::from(self.ledger.workers));
        let prefetch = self.config.prefetch.max(1);
        let Some(worker) = self.workers.get_mut(at) else { return };
        match worker.standing {
            Standing::Out if wanted => {
                worker.standing = Standing::Joining;
                self.ask_bus(vec![Action::Join { group, member }], Errand::Member(at), port);
            }
            Standing::In(_) if !wanted && worker.is_idle() => {
                worker.standing = Standing::Leaving;
                self.ask_bus(vec![Action::Leave { group, member }], Errand::Left(at), port);
            }
            Standing::In(generation) => {
                let mut actions = Vec::new();
                let fetch = wanted && !worker.fetching && !worker.asking && worker.queue.is_empty();
                let answer = !worker.answers.is_empty() && !worker.answering && (worker.queue.is_empty() || !wanted);
                if answer {
                    let answers = std::mem::take(&mut worker.answers);
                    actions.push(Action::Answer { group, member, generation, answers });
                    worker.answering = true;
                }
                if fetch {
                    actions.push(Action::Fetch { group, member, generation, most: prefetch });
                    worker.fetching = true;
                }
                if !actions.is_empty() {
                    worker.quiet = 0;
                    self.ask_bus(actions, Errand::Turn { worker: at, answer, fetch }, port);
                }
            }
            // Nobody takes the answers of who is no member.
            Standing::Out => worker.answers.clear(),
            Standing::Joining | Standing::Leaving => {}
        }
    }

    /// A tick has gone by: a member that was silent says that it lives.
    pub(super) fn keep_alive(&mut self, at: usize, port: &mut impl ServicePort) {
        let Some(worker) = self.workers.get_mut(at) else { return };
        worker.quiet += 1;
        if worker.quiet >= QUIET_TICKS && matches!(worker.standing, Standing::In(_)) {
            self.ask_membership(at, port);
        }
    }

    fn ask_membership(&mut self, at: usize, port: &mut impl ServicePort) {
        let (Some(group), Some(worker)) = (self.ground.group, self.workers.get_mut(at)) else { return };
        if !std::mem::replace(&mut worker.asking, true) {
            worker.quiet = 0;
            let member = self.config.member(at);
            self.ask_bus(vec![Action::Heartbeat { group, member }], Errand::Member(at), port);
        }
    }

    /// The bus says what the worker is a member of.
    pub(super) fn learn_membership(
        &mut self,
        at: usize,
        reply: Option<Result<Reply, BusError>>,
        port: &mut impl ServicePort,
    ) {
        let Some(worker) = self.workers.get_mut(at) else { return };
        worker.asking = false;
        match reply {
            Some(Ok(Reply::Membership(Membership { generation, owned }))) => {
                worker.standing = Standing::In(generation);
                // What has another owner now is that one's to do.
                worker.queue.retain(|delivery| owned.contains(&(delivery.at.topic, delivery.at.partition)));
            }
            _ => worker.is_out(),
        }
        self.tend(at, port);
    }

    /// The bus has taken that the worker leaves, or had lost it anyway.
    pub(super) fn has_left(&mut self, at: usize, port: &mut impl ServicePort) {
        if let Some(worker) = self.workers.get_mut(at) {
            worker.is_out();
        }
        self.tend(at, port);
    }

    /// What came of a worker's answers and of its fetch.
    pub(super) fn turn_is_done(
        &mut self,
        at: usize,
        (answer, fetch): (bool, bool),
        replies: Vec<Result<Reply, BusError>>,
        port: &mut impl ServicePort,
    ) {
        let Some(worker) = self.workers.get_mut(at) else { return };
        // Answers that were not taken are of records that others have now, or that come again.
        worker.answering &= !answer;
        worker.fetching &= !fetch;
        let fenced = replies.iter().any(|reply| matches!(reply, Err(BusError::Fenced { .. })));
        let lost = replies.iter().any(|reply| matches!(reply, Err(BusError::NoSuchMember { .. })));
        for reply in replies {
            // What was given to a membership that has ended since comes again.
            if let Ok(Reply::Fetched(fetched)) = reply
                && matches!(worker.standing, Standing::In(_))
            {
                worker.queue.extend(fetched.deliveries);
            }
        }
        if lost {
            worker.is_out();
        } else if fenced {
            self.ask_membership(at, port);
        }
        self.tend(at, port);
    }
}

impl Worker {
    /// The generation that it knows.
    pub fn generation(&self) -> Option<Generation> {
        match self.standing {
            Standing::In(generation) => Some(generation),
            Standing::Out | Standing::Joining | Standing::Leaving => None,
        }
    }

    /// It is no member any more: what it was given comes again, to it or to others.
    fn is_out(&mut self) {
        self.standing = Standing::Out;
        self.queue.clear();
        self.answers.clear();
    }
}
