//! A service of the chain: its queue, its workers, and the one way in.

use std::collections::VecDeque;
use std::sync::Arc;

use super::breaker::{Breaker, BreakerState};
use super::config::ChainConfig;
use super::message::{ChainAnswer, ChainRequest};
use super::note::ChainNote;
use super::port::{ChainInput, ChainPort, ChainTimer};
use crate::base::{NodeId, Span, digest};
use crate::service::{CallId, Commit, Ledger, MAX_WORKERS, ServiceWrite, ShopMessage};
use crate::shop::{Book, Change, Defect, Effect, OrderId, PlaceOrder, ProviderRequest, Service, ShopEvent};

/// How exactly time is taken for breakers that are open.
const BEAT: Span = Span::millis(10);

/// Somebody who waits for a worker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// Who.
    pub from: NodeId,
    /// In which call; `None`: a customer.
    pub call: Option<CallId>,
    /// For what.
    pub request: ChainRequest,
}

/// What a worker does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChainJob {
    /// For whom, and what.
    pub of: Waiting,
    /// How far it is.
    pub stage: ChainStage,
    /// What has come of it so far, here and behind: the answer.
    pub told: Vec<ShopEvent>,
    /// The event for which the provider is asked.
    pub(super) on: Option<ShopEvent>,
    /// Something has failed on the way: the customer is told so, whatever can be undone.
    pub(super) failed: bool,
}

/// How far a worker is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChainStage {
    /// It takes its time.
    Working,
    /// It waits for an answer, and is held by that.
    Calling {
        /// Of whom.
        whom: Service,
        /// In which call.
        call: CallId,
        /// What it wants.
        ask: Ask,
        /// How often it has tried.
        tries: u8,
    },
    /// It waits before it tries again, and is held by that too.
    BackingOff {
        /// Whom.
        whom: Service,
        /// What it wants.
        ask: Ask,
        /// How often it has tried.
        tries: u8,
    },
}

/// What is wanted of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Of another service.
    Service(ChainRequest),
    /// Of the provider.
    Provider(ProviderRequest),
}

/// A service of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChainService {
    pub(super) config: Arc<ChainConfig>,
    /// As it will be on disk, once all that was written is there. Its outbox is empty: there is none.
    pub(super) ledger: Ledger,
    queue: VecDeque<Waiting>,
    pub(super) workers: Vec<Option<ChainJob>>,
    pub(super) breakers: Vec<(Service, Breaker)>,
    pub(super) calls: u32,
    /// How many tries were made after the first of a call, in this life.
    pub(super) retries: u64,
}

impl ChainService {
    /// A service that never ran.
    pub fn new(config: Arc<ChainConfig>) -> ChainService {
        let ledger = ChainService::empty_ledger(&config);
        ChainService::in_life(config, ledger)
    }

    /// What is on its disk before the first write.
    pub fn empty_ledger(config: &ChainConfig) -> Ledger {
        Ledger::new(Book::new(config.role, &config.catalog, &config.rules), config.workers.min(MAX_WORKERS))
    }

    /// The service as it starts again: its books are all it knows, and nobody goes on with what was under way.
    #[must_use]
    pub fn restart(&self, disk: &Ledger) -> ChainService {
        ChainService::in_life(Arc::clone(&self.config), disk.clone())
    }

    fn in_life(config: Arc<ChainConfig>, ledger: Ledger) -> ChainService {
        let breakers = match config.breaker {
            Some(settings) => config.knows.iter().map(|(whom, _)| (whom, Breaker::new(settings))).collect(),
            None => Vec::new(),
        };
        let (queue, workers) = (VecDeque::new(), vec![None; usize::from(MAX_WORKERS)]);
        ChainService { config, ledger, queue, workers, breakers, calls: 0, retries: 0 }
    }

    /// How it is set up.
    pub fn config(&self) -> &ChainConfig {
        &self.config
    }

    /// What it knows.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What its workers do, of those who do something.
    pub fn jobs(&self) -> impl Iterator<Item = &ChainJob> {
        self.workers.iter().flatten()
    }

    /// Who waits for a worker.
    pub fn queue(&self) -> &VecDeque<Waiting> {
        &self.queue
    }

    /// How its breakers stand.
    pub fn breakers(&self) -> impl Iterator<Item = (Service, BreakerState)> + '_ {
        self.breakers.iter().map(|(whom, breaker)| (*whom, breaker.state()))
    }

    /// How many tries it made after the first of a call, in this life.
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// Whether nothing waits in it.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.jobs().next().is_none()
    }

    /// Takes one input to its end: the only way in.
    pub fn step(&mut self, input: ChainInput, port: &mut impl ChainPort) {
        match input {
            ChainInput::Boot => self.write(ServiceWrite::Life(self.ledger.life + 1), port),
            ChainInput::Message { from, message } => match message {
                ShopMessage::Place(wish) => self.visit(from, wish, port),
                ShopMessage::Request { call, request } => {
                    self.hear(Waiting { from, call: Some(call), request: *request }, port);
                }
                ShopMessage::Response { call, answer, .. } => self.answered(call, answer, port),
                ShopMessage::Return { call, answer } => self.provider_answered(call, answer, port),
                // Nobody here wants to know what customers look at.
                _ => {}
            },
            ChainInput::Timer(ChainTimer::Breakers) => self.beat(port),
            ChainInput::Timer(ChainTimer::Worker(worker)) => self.time_is_up(usize::from(worker), port),
            ChainInput::Scale { workers } => {
                let workers = workers.min(MAX_WORKERS);
                self.write(ServiceWrite::Workers(workers), port);
                port.note(ChainNote::Scaled { workers });
                self.take_up(port);
            }
        }
    }

    /// A customer places an order, for the first time or again.
    fn visit(&mut self, from: NodeId, wish: PlaceOrder, port: &mut impl ChainPort) {
        let Book::Order(book) = &self.ledger.book else { return };
        let order = wish.order;
        if let Some(row) = book.order(order).filter(|row| row.status.is_end()) {
            // They did not hear what became of it.
            return port.send(from, ShopMessage::Ended { order, status: row.status });
        }
        let same = |other: &Waiting| matches!(other.request, ChainRequest::Place(_)) && other.request.order() == order;
        if !self.queue.iter().any(same) && !self.jobs().any(|job| same(&job.of)) {
            self.hear(Waiting { from, call: None, request: ChainRequest::Place(wish) }, port);
        }
    }

    /// Somebody asks for something. A call that it has in hand is not taken twice, and one that finds the queue full is
    /// refused.
    fn hear(&mut self, waiting: Waiting, port: &mut impl ChainPort) {
        let same = |other: &Waiting| other.call.is_some() && (other.from, other.call) == (waiting.from, waiting.call);
        if self.queue.iter().any(same) || self.jobs().any(|job| same(&job.of)) {
            return;
        }
        let at_once = self.free_worker().is_some() && !self.is_in_hand(waiting.request.order());
        if !at_once && self.queue.len() as u64 >= u64::from(self.config.queue) {
            let order = waiting.request.order();
            port.note(ChainNote::TurnedAway { order });
            return match waiting.call {
                Some(call) => {
                    port.send(waiting.from, ShopMessage::Response { call, order, answer: ChainAnswer::Busy });
                }
                None => port.send(waiting.from, ShopMessage::Busy { order }),
            };
        }
        self.queue.push_back(waiting);
        self.take_up(port);
    }

    fn free_worker(&self) -> Option<usize> {
        self.workers.iter().take(usize::from(self.ledger.workers)).position(Option::is_none)
    }

    /// Workers who have nothing to do take up what waits. Of one order only one thing is done at a time: whoever asks
    /// again while somebody is at it is answered from what comes of that.
    pub(super) fn take_up(&mut self, port: &mut impl ChainPort) {
        while let Some(at) = self.free_worker() {
            let next = self.queue.iter().position(|waiting| !self.is_in_hand(waiting.request.order()));
            let Some(of) = next.and_then(|next| self.queue.remove(next)) else { return };
            let (worker, order, what) = (at as u8, of.request.order(), of.request.name());
            port.note(ChainNote::Began { worker, from: of.from, call: of.call, order, what });
            self.workers[at] =
                Some(ChainJob { of, stage: ChainStage::Working, told: Vec::new(), on: None, failed: false });
            let (low, high) = self.config.service_time;
            let takes = port.draw_between(low, high);
            port.set_timer(ChainTimer::Worker(worker), takes);
        }
    }

    /// Whether a worker is at something for an order, and others have to wait for that.
    fn is_in_hand(&self, order: OrderId) -> bool {
        let guarded = !self.config.defects.has(Defect::ConsumerWithoutDedup);
        guarded && self.jobs().any(|job| job.of.request.order() == order)
    }

    /// Changes what it knows, and its disk.
    pub(super) fn write(&mut self, write: ServiceWrite, port: &mut impl ChainPort) {
        self.ledger.apply(&write);
        port.write(write);
    }

    /// Writes down what comes of an event, and that it was had. What would be published is what comes back.
    pub(super) fn commit(
        &mut self,
        event: &ShopEvent,
        effect: Effect,
        order: OrderId,
        port: &mut impl ChainPort,
    ) -> Vec<ShopEvent> {
        let Effect { change, records, again, .. } = effect;
        if change != Change::None {
            let seen = (!again).then(|| event.id());
            let commit = Commit { seen, cause: None, change, facts: Vec::new(), records: Vec::new() };
            self.write(ServiceWrite::Effect(Box::new(commit)), port);
            port.note(ChainNote::Wrote { order });
        }
        records
    }

    /// Whether it has dealt with the event, and asks for that.
    pub(super) fn has_had(&self, event: &ShopEvent) -> bool {
        !self.config.defects.has(Defect::ConsumerWithoutDedup) && self.ledger.seen.has(event.id())
    }

    fn beat(&mut self, port: &mut impl ChainPort) {
        for (whom, breaker) in &mut self.breakers {
            let before = breaker.state();
            breaker.pass(BEAT);
            if breaker.state() != before {
                port.note(ChainNote::Switched { whom: *whom, to: breaker.state() });
            }
        }
        self.mind_breakers(port);
    }

    /// Has time go by while a breaker is open.
    pub(super) fn mind_breakers(&self, port: &mut impl ChainPort) {
        if self.breakers().any(|(_, state)| state == BreakerState::Open) {
            port.set_timer(ChainTimer::Breakers, BEAT);
        }
    }

    /// A digest of what a crash would take.
    pub fn fingerprint(&self) -> u64 {
        digest(self)
    }
}
