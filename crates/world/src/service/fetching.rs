//! A worker as a member of its group: joining, fetching, answering, leaving.
//!
//! It fetches when it has nothing left, and its answers go with the fetch: one entry in the log for both. While a fetch
//! waits at the leader since there is nothing to bring, answers go alone.

use super::consumer::{Crew, Standing, Worker};
use super::port::ServicePort;
use super::process::{Errand, Service, TICK};
use crate::bus::{Action, BusError, Generation, Membership, Reply};

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
                    self.ask_bus(actions, Errand::Turn { worker: at, answer, fetch }, port);
                }
            }
            // Nobody takes the answers of who is no member.
            Standing::Out => worker.answers.clear(),
            Standing::Joining | Standing::Leaving => {}
        }
    }

    /// A tick has gone by: members of whom the bus has not heard for a third of the time after which it takes them for
    /// dead say that they live, all in one command. Whoever's fetch waits at the leader is heard of with its answer, and
    /// says so only if that is late.
    pub(super) fn keep_alive(&mut self, port: &mut impl ServicePort) {
        let third = (self.config.group.session_timeout.0 / (3 * TICK.0)).max(1) as u32;
        let mut crew = Crew::default();
        for (at, worker) in self.workers.iter_mut().enumerate() {
            worker.quiet = worker.quiet.saturating_add(1);
            let may_be_quiet = if worker.fetching { 2 * third } else { third };
            if worker.quiet >= may_be_quiet && matches!(worker.standing, Standing::In(_)) && !worker.asking {
                crew = crew.with(at);
            }
        }
        self.ask_memberships(crew, port);
    }

    fn ask_memberships(&mut self, crew: Crew, port: &mut impl ServicePort) {
        let Some(group) = self.ground.group else { return };
        if crew.is_empty() {
            return;
        }
        for at in crew.places() {
            if let Some(worker) = self.workers.get_mut(at) {
                worker.asking = true;
            }
        }
        let heartbeat = |at| Action::Heartbeat { group, member: self.config.member(at) };
        let actions = crew.places().map(heartbeat).collect();
        self.ask_bus(actions, Errand::Members(crew), port);
    }

    /// The bus says what some workers are members of.
    pub(super) fn learn_memberships(
        &mut self,
        crew: Crew,
        replies: Vec<Result<Reply, BusError>>,
        port: &mut impl ServicePort,
    ) {
        let mut replies = replies.into_iter();
        for at in crew.places() {
            self.learn_membership(at, replies.next(), port);
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
        worker.quiet = 0;
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
        worker.quiet = 0;
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
        } else if fenced && !worker.asking {
            self.ask_memberships(Crew::default().with(at), port);
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
