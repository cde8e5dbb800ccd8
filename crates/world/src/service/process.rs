//! A service: its parts, and the one way in.

use std::sync::Arc;

use super::config::{MAX_WORKERS, ServiceConfig};
use super::consumer::{Crew, Worker};
use super::desk::{Desk, Visit};
use super::ledger::{Ledger, ServiceWrite};
use super::message::ShopMessage;
use super::note::ServiceNote;
use super::opening::Ground;
use super::outbox::FactNumber;
use super::port::{Input, ServicePort, Timer};
use crate::base::{ClientId, NodeId, RequestId, Sequence, Sessions, SortedMap, Span, Time, digest};
use crate::broker::{Broker, BrokerCommand, BrokerQuery, BrokerResponse};
use crate::bus::{Action, BusCommand, ProducerSequence};
use crate::consensus::{Answered, Caller, CallerPort, ClientReply, ClientRequest, Operation, Pace, RoundTrip};
use crate::shop::Book;

/// How often it looks for what has waited too long.
pub(super) const TICK: Span = Span::millis(50);

/// What a request to the brokers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Errand {
    /// To find topics and its place as a producer.
    Opening,
    /// To find its group.
    Group,
    /// To join.
    Member(usize),
    /// To tell that workers live, and to learn of their memberships.
    Members(Crew),
    /// To leave.
    Left(usize),
    /// A worker's answers, its fetch, or both.
    Turn { worker: usize, answer: bool, fetch: bool },
    /// To store all facts before this.
    Store { before: FactNumber },
    /// To publish all records before this.
    Publish { before: ProducerSequence },
    /// To learn which dead letters its group has.
    Letters,
    /// To have them delivered again.
    Replayed,
}

/// A service of the shop, event-driven.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    pub(super) config: Arc<ServiceConfig>,
    /// As it will be on disk, once all that was written is there.
    pub(super) ledger: Ledger,
    pub(super) caller: Caller<Broker>,
    pub(super) errands: SortedMap<Sequence, Errand>,
    pub(super) ground: Ground,
    pub(super) workers: Vec<Worker>,
    pub(super) desk: Desk,
    pub(super) storing: bool,
    pub(super) publishing: bool,
    pub(super) calls: u32,
    pub(super) ticks: u32,
}

impl Service {
    /// A service that never ran.
    pub fn new(config: Arc<ServiceConfig>) -> Service {
        let ledger = Service::empty_ledger(&config);
        Service::in_life(config, ledger)
    }

    /// What is on its disk before the first write.
    pub fn empty_ledger(config: &ServiceConfig) -> Ledger {
        Ledger::new(Book::new(config.role, &config.catalog, &config.rules), config.workers.min(MAX_WORKERS))
    }

    /// The service as it starts again after a crash: what is on its disk is all it knows.
    #[must_use]
    pub fn restart(&self, disk: &Ledger) -> Service {
        Service::in_life(Arc::clone(&self.config), disk.clone())
    }

    fn in_life(config: Arc<ServiceConfig>, ledger: Ledger) -> Service {
        let server = NodeId(config.number % config.brokers.max(1));
        let pace = Pace::Measured(RoundTrip::default());
        let caller = Caller::new(id(&config, ledger.life), config.brokers, server, config.attempt_timeout, pace);
        Service {
            config,
            ledger,
            caller,
            errands: SortedMap::default(),
            ground: Ground::default(),
            workers: vec![Worker::default(); usize::from(MAX_WORKERS)],
            desk: Desk::default(),
            storing: false,
            publishing: false,
            calls: 0,
            ticks: 0,
        }
    }

    /// How it is set up.
    pub fn config(&self) -> &ServiceConfig {
        &self.config
    }

    /// What it knows, and has to tell.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Its workers, those of whom it has need and those who are leaving.
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    /// Its desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// How often it has asked a broker again.
    pub fn retries(&self) -> u64 {
        self.caller.retries()
    }

    /// Whether nothing waits in it: no event, no customer, and nothing to tell.
    pub fn is_idle(&self) -> bool {
        let visited = self.desk.serving.is_some() || !self.desk.queue.is_empty();
        !visited && self.ledger.outbox.is_empty() && self.workers.iter().all(Worker::is_idle)
    }

    /// Takes one input to its end: the only way in.
    pub fn step(&mut self, input: Input, port: &mut impl ServicePort) {
        match input {
            Input::Boot => self.boot(port),
            Input::Reply { from, reply } => self.hear_broker(from, reply, port),
            Input::Message { from, message } => match message {
                ShopMessage::Place(wish) => self.visit(Visit { from, wish }, port),
                ShopMessage::Browse { user, number, item, to_cart } => self.browse((user, number), item, to_cart, port),
                ShopMessage::Return { call, answer } => self.provider_answers(call, answer, port),
                _ => {}
            },
            Input::Timer(Timer::Retry) => self.caller.look(&mut Asking(port)),
            Input::Timer(Timer::Tick) => self.tick(port),
            Input::Timer(Timer::Desk) => self.served(port),
            Input::Timer(Timer::Worker(worker)) => self.time_is_taken(usize::from(worker), port),
            Input::Scale { workers } => self.scale(workers, port),
            Input::Replay => self.replay(port),
        }
    }

    fn boot(&mut self, port: &mut impl ServicePort) {
        self.write(ServiceWrite::Life(self.ledger.life + 1), port);
        self.caller.become_client(id(&self.config, self.ledger.life));
        self.mind_all();
        self.open(port);
        port.set_timer(Timer::Tick, TICK);
    }

    fn tick(&mut self, port: &mut impl ServicePort) {
        self.ticks += 1;
        self.keep_alive(port);
        for at in 0..self.workers.len() {
            self.wait_for_provider(at, port);
        }
        self.look_at_deadlines(port);
        port.set_timer(Timer::Tick, TICK);
    }

    fn scale(&mut self, workers: u8, port: &mut impl ServicePort) {
        let workers = workers.min(MAX_WORKERS);
        self.write(ServiceWrite::Workers(workers), port);
        port.note(ServiceNote::Scaled { workers });
        self.join_group(port);
        for at in 0..self.workers.len() {
            if at >= usize::from(workers)
                && let Some(worker) = self.workers.get_mut(at)
            {
                // What it has begun it ends; the rest goes to others.
                worker.queue.clear();
            }
            self.tend(at, port);
        }
    }

    /// Changes what it knows, and its disk.
    pub(super) fn write(&mut self, write: ServiceWrite, port: &mut impl ServicePort) {
        self.ledger.apply(&write);
        port.write(write);
    }

    pub(super) fn ask(&mut self, command: BrokerCommand, errand: Errand, port: &mut impl ServicePort) {
        let parked = match errand {
            Errand::Turn { answer: false, fetch: true, .. } => self.config.fetch_wait,
            _ => Span::ZERO,
        };
        let id = self.caller.invoke_parked(Operation::Command(command), parked, &mut Asking(port));
        self.errands.insert(id.sequence, errand);
    }

    /// Asks the bus. The time is written in by the leader.
    pub(super) fn ask_bus(&mut self, actions: Vec<Action>, errand: Errand, port: &mut impl ServicePort) {
        self.ask(BrokerCommand::Bus(BusCommand { now: Time::ZERO, actions }), errand, port);
    }

    /// Asks a question.
    pub(super) fn inquire(&mut self, query: BrokerQuery, errand: Errand, port: &mut impl ServicePort) {
        let id = self.caller.invoke(Operation::Query(query), &mut Asking(port));
        self.errands.insert(id.sequence, errand);
    }

    fn hear_broker(&mut self, from: NodeId, reply: ClientReply<Sessions<Broker>>, port: &mut impl ServicePort) {
        let Some((id, answered)) = self.caller.answer(from, reply, &mut Asking(port)) else { return };
        let Some(errand) = self.errands.remove(&id.sequence) else { return };
        let (bus, store) = match answered {
            Answered::Answer(answer) if errand == Errand::Letters => return self.has_letters(answer, port),
            Answered::Done(BrokerResponse::Bus(replies)) => (replies, None),
            Answered::Done(BrokerResponse::Store(responses)) => (Vec::new(), Some(responses)),
            // Nobody knows what came of it: whoever asked sees to it that asking twice does no harm.
            Answered::Done(BrokerResponse::TooMany { .. }) | Answered::Answer(_) | Answered::Expired => {
                (Vec::new(), None)
            }
        };
        match errand {
            Errand::Opening => self.opened(bus, port),
            Errand::Group => self.found_group(bus.into_iter().next(), port),
            Errand::Member(worker) => self.learn_membership(worker, bus.into_iter().next(), port),
            Errand::Members(crew) => self.learn_memberships(crew, bus, port),
            Errand::Left(worker) => self.has_left(worker, port),
            Errand::Turn { worker, answer, fetch } => self.turn_is_done(worker, (answer, fetch), bus, port),
            Errand::Store { before } => self.facts_are_stored(before, store, port),
            Errand::Publish { before } => self.letters_are_published(before, bus.into_iter().next(), port),
            Errand::Letters | Errand::Replayed => {}
        }
    }

    /// A digest of what a crash would take.
    pub fn fingerprint(&self) -> u64 {
        digest(self)
    }
}

/// Who a service is, to the brokers, in one of its lives.
fn id(config: &ServiceConfig, life: u16) -> ClientId {
    ClientId(u32::from(config.number) << 16 | u32::from(life))
}

/// The service's port as the part of it that asks brokers sees it.
struct Asking<'p, P>(&'p mut P);

impl<P: ServicePort> CallerPort<Broker> for Asking<'_, P> {
    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<Broker>>) {
        self.0.ask(server, request);
    }

    fn set_retry(&mut self, after: Span) {
        self.0.set_timer(Timer::Retry, after);
    }

    fn cancel_retry(&mut self) {
        self.0.cancel_timer(Timer::Retry);
    }

    fn retried(&mut self, id: RequestId, server: NodeId) {
        self.0.note(ServiceNote::Retried { id, server });
    }
}
