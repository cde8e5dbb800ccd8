//! A query node: its parts, and the one way in.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::config::MAX_WORKERS;
use super::super::message::ShopMessage;
use super::super::port::Timer;
use super::answering::{Held, Question};
use super::building::{Build, Built};
use super::config::ViewConfig;
use super::disk::{Plan, ViewDisk, ViewWrite};
use super::note::ViewNote;
use super::port::{ViewInput, ViewPort};
use crate::base::{ClientId, NodeId, RequestId, Sequence, Sessions, SortedMap, Span, digest};
use crate::broker::{Broker, BrokerAnswer, BrokerQuery};
use crate::consensus::{Answered, Caller, CallerPort, ClientReply, ClientRequest, Operation, Pace, RoundTrip};
use crate::shop::views::Model;
use crate::store::{Filter, GlobalPosition, Page, StoreAnswer, StoreQuery};

/// What a page is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Errand {
    /// To follow the store.
    Follow,
    /// To make a model from nothing.
    Build,
}

/// A query node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct View {
    pub(super) config: Arc<ViewConfig>,
    life: u16,
    pub(super) workers: u8,
    /// The read models, all at one place.
    pub(super) models: Vec<Model>,
    /// What is to be made from nothing, the first of them now.
    pub(super) plans: Vec<Plan>,
    pub(super) build: Option<Build>,
    pub(super) built: VecDeque<Built>,
    /// How many events were read since the models were last written.
    pub(super) unsaved: u32,
    /// The place that is yet to be written, of a node that writes it apart.
    pub(super) unplaced: Option<GlobalPosition>,
    caller: Caller<Broker>,
    errands: SortedMap<Sequence, Errand>,
    pub(super) following: bool,
    pub(super) queue: VecDeque<Question>,
    pub(super) working: Vec<Option<Question>>,
    pub(super) held: Vec<Held>,
}

impl View {
    /// A query node that never ran.
    pub fn new(config: Arc<ViewConfig>) -> View {
        let disk = View::empty_disk(&config);
        View::in_life(config, &disk)
    }

    /// What is on its disk before the first write.
    pub fn empty_disk(config: &ViewConfig) -> ViewDisk {
        let models = config.views.iter().map(|view| Model::new(*view, &config.folds)).collect();
        ViewDisk { life: 0, workers: config.workers.min(MAX_WORKERS), models, plans: Vec::new() }
    }

    /// The node as it starts again after a crash: what is on its disk is all it knows.
    #[must_use]
    pub fn restart(&self, disk: &ViewDisk) -> View {
        View::in_life(Arc::clone(&self.config), disk)
    }

    fn in_life(config: Arc<ViewConfig>, disk: &ViewDisk) -> View {
        let server = NodeId(config.caller % config.brokers.max(1));
        let pace = Pace::Measured(RoundTrip::default());
        let caller = Caller::new(id(&config, disk.life), config.brokers, server, config.attempt_timeout, pace);
        View {
            config,
            life: disk.life,
            workers: disk.workers,
            models: disk.models.clone(),
            plans: disk.plans.clone(),
            build: None,
            built: VecDeque::new(),
            unsaved: 0,
            unplaced: None,
            caller,
            errands: SortedMap::default(),
            following: false,
            queue: VecDeque::new(),
            working: vec![None; usize::from(MAX_WORKERS)],
            held: Vec::new(),
        }
    }

    /// How it is set up.
    pub fn config(&self) -> &ViewConfig {
        &self.config
    }

    /// Its read models.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Where it reads on: everything before is in its models. The start, if it has none.
    pub fn next(&self) -> GlobalPosition {
        self.models.iter().map(Model::next).min().unwrap_or_default()
    }

    /// What it is to make from nothing, the first of them now.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// What it is making from nothing.
    pub fn build(&self) -> Option<&Build> {
        self.build.as_ref()
    }

    /// What it has made lately, the latest last.
    pub fn built(&self) -> impl DoubleEndedIterator<Item = &Built> {
        self.built.iter()
    }

    /// How often it was started.
    pub fn life(&self) -> u16 {
        self.life
    }

    /// How many questions it may answer at a time.
    pub fn workers(&self) -> u8 {
        self.workers
    }

    /// How many questions it is answering.
    pub fn busy(&self) -> usize {
        self.working.iter().flatten().count()
    }

    /// How many questions wait for their turn.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// How many questions wait until it has read what they are about.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// How often it has asked a broker again.
    pub fn retries(&self) -> u64 {
        self.caller.retries()
    }

    /// Whether no question waits in it, and nothing is to be made.
    pub fn is_idle(&self) -> bool {
        let asked = self.busy() > 0 || !self.queue.is_empty() || !self.held.is_empty();
        !asked && self.plans.is_empty()
    }

    /// Takes one input to its end: the only way in.
    pub fn step(&mut self, input: ViewInput, port: &mut impl ViewPort) {
        match input {
            ViewInput::Boot => self.boot(port),
            ViewInput::Reply { from, reply } => self.hear_broker(from, reply, port),
            ViewInput::Message { from, message: ShopMessage::Ask { call, order, after } } => {
                self.take_question(Question { from, call, order, after }, port);
            }
            ViewInput::Message { .. } => {}
            ViewInput::Timer(Timer::Retry) => self.caller.look(&mut Asking(port)),
            ViewInput::Timer(Timer::Tick) => self.tick(port),
            ViewInput::Timer(Timer::Desk) => self.lose_patience(port),
            ViewInput::Timer(Timer::Worker(worker)) => self.time_is_taken(usize::from(worker), port),
            ViewInput::Scale { workers } => {
                self.workers = workers.min(MAX_WORKERS);
                port.write(ViewWrite::Workers(self.workers));
                port.note(ViewNote::Scaled { workers: self.workers });
                self.take_up(port);
            }
            ViewInput::Make(request) => self.make(request, port),
        }
    }

    fn boot(&mut self, port: &mut impl ViewPort) {
        self.life += 1;
        port.write(ViewWrite::Life(self.life));
        self.caller.become_client(id(&self.config, self.life));
        self.tick(port);
    }

    fn tick(&mut self, port: &mut impl ViewPort) {
        if let Some(place) = self.unplaced.take() {
            port.write(ViewWrite::Place(place));
        }
        self.follow(port);
        self.begin_build(port);
        port.set_timer(Timer::Tick, self.config.poll);
    }

    /// Asks for a page from here on.
    pub(super) fn read(&mut self, from: GlobalPosition, errand: Errand, port: &mut impl ViewPort) {
        let query = StoreQuery::All { filter: Filter::All, from, limit: self.config.page.max(1) };
        let id = self.caller.invoke(Operation::Query(BrokerQuery::Store(query)), &mut Asking(port));
        self.errands.insert(id.sequence, errand);
    }

    fn hear_broker(&mut self, from: NodeId, reply: ClientReply<Sessions<Broker>>, port: &mut impl ViewPort) {
        let Some((id, answered)) = self.caller.answer(from, reply, &mut Asking(port)) else { return };
        let Some(errand) = self.errands.remove(&id.sequence) else { return };
        let page: Option<Page> = match answered {
            Answered::Answer(BrokerAnswer::Store(StoreAnswer::All(page))) => Some(page),
            // It is asked again at the next tick.
            _ => None,
        };
        match errand {
            Errand::Follow => self.followed(page, port),
            Errand::Build => self.has_read(page, port),
        }
    }

    /// A digest of what a crash would take.
    pub fn fingerprint(&self) -> u64 {
        digest(self)
    }
}

/// Who a query node is, to the brokers, in one of its lives.
fn id(config: &ViewConfig, life: u16) -> ClientId {
    ClientId(u32::from(config.caller) << 16 | u32::from(life))
}

/// The node's port as the part of it that asks brokers sees it.
struct Asking<'p, P>(&'p mut P);

impl<P: ViewPort> CallerPort<Broker> for Asking<'_, P> {
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
        self.0.note(ViewNote::Retried { id, server });
    }
}
