//! Where the page meets the core: the player, and what the page asks of it, in the page's own terms.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use smol_str::SmolStr;
use tutti_core::base::{MessageId, NodeId, Time};
use tutti_core::lab::scene::Scene;
use tutti_core::lab::words::Names;
use tutti_core::lab::{Command, World, detail, shop_orders};
use tutti_core::scenario::link::ENGINE;
use tutti_core::scenario::{NodeName, Scenario, presets};
use tutti_core::shop::OrderId;
use tutti_core::sim::Quality;
use tutti_core::timeline;
use tutti_core::timeline::score::{BranchView, Score};
use tutti_core::timeline::{Arrival, Faith, Moment, Opened, Player, Row, Run, Speed, Timeline};
use tutti_core::timeline::{Onlooker, OrderStory};

/// This engine, as links name it.
pub const THIS_ENGINE: &str = ENGINE;
/// How long before the first leader rises the first run begins, in microseconds.
const BEFORE_THE_RISE: u64 = 22_000;

/// One run on the page.
pub struct Desk {
    player: Player,
    names: Names,
    scenario: Scenario,
    /// It lacks what its file says besides.
    short: bool,
    arrival: Option<Arrival>,
    other: Option<SmolStr>,
    /// The order that is followed.
    followed: Option<OrderId>,
    /// Its story, of this branch.
    story: Option<(u32, Rc<RefCell<OrderStory>>)>,
}

impl Desk {
    /// A desk with this piece on it.
    pub fn new(player: Player, scenario: Scenario) -> Desk {
        let names = Names::of(player.timeline().run().world());
        Desk { player, names, scenario, short: false, arrival: None, other: None, followed: None, story: None }
    }

    /// The names of its nodes.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What the piece is called.
    pub fn title(&self) -> &str {
        &self.scenario.title
    }

    /// What it is about, in a line.
    pub fn summary(&self) -> &str {
        &self.scenario.summary
    }

    /// What is played.
    pub fn scenario(&self) -> Cow<'_, Scenario> {
        let whole = self.short.then(|| presets::get(&self.scenario.name)).flatten();
        whole.map_or(Cow::Borrowed(&self.scenario), Cow::Owned)
    }

    /// The run at the present moment.
    pub fn run(&self) -> &Run {
        self.player.timeline().run()
    }

    /// The world at the present moment.
    pub fn world(&self) -> &World {
        self.run().world()
    }

    /// Whether a shop is played.
    pub fn has_shop(&self) -> bool {
        self.scenario.shop.is_some()
    }

    /// The player itself.
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Whether time goes by.
    pub fn playing(&self) -> bool {
        self.player.playing()
    }

    /// Lets time go by, or not.
    pub fn set_playing(&mut self, playing: bool) {
        self.player.set_playing(playing);
    }

    /// How fast, against real time.
    pub fn ratio(&self) -> f64 {
        f64::from(self.player.speed().0) / 1e6
    }

    /// Sets how fast: a fraction of real time.
    pub fn set_ratio(&mut self, numerator: u32, denominator: u32) {
        self.player.set_speed(Speed((u64::from(numerator) * 1_000_000 / u64::from(denominator.max(1))) as u32));
    }

    /// Real time has gone by, in microseconds.
    pub fn advance(&mut self, real_us: u64) {
        if self.arrival.is_none() {
            self.player.advance(real_us);
        }
    }

    /// What stands on the stage.
    pub fn scene(&self) -> Scene {
        Scene::of(self.world())
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.player.timeline().now()
    }

    /// How far this branch was played.
    pub fn explored(&self) -> Time {
        self.player.timeline().explored()
    }

    /// Whether the present is as far as this branch was played.
    pub fn at_end(&self) -> bool {
        self.now() >= self.explored()
    }

    /// The history, for who goes about in it: whoever does so before it has arrived wants to be elsewhere.
    fn timeline(&mut self) -> &mut Timeline {
        self.arrival = None;
        self.player.timeline_mut()
    }

    /// One event on.
    pub fn step(&mut self) {
        self.timeline().step();
    }

    /// One event back.
    pub fn step_back(&mut self) {
        self.timeline().step_back();
    }

    /// Goes to a moment.
    pub fn seek(&mut self, time: Time) {
        self.timeline().seek(time);
    }

    /// Gives a command. Returns what is in the way, if something is.
    pub fn give(&mut self, command: &Command, label: &str) -> Result<(), SmolStr> {
        self.arrival = None;
        self.player.order(command.clone(), label).map_err(|full| smol_str::format_smolstr!("{full}"))
    }

    /// Every branch.
    pub fn branches(&self) -> Vec<BranchView> {
        self.player.timeline().branches()
    }

    /// The branch that is played.
    pub fn branch(&self) -> u32 {
        self.player.timeline().branch()
    }

    /// Goes to a branch: to the present moment, or to its end if that is earlier. If that takes a replay, it has to
    /// [`arrive`](Desk::arrive) there.
    pub fn switch(&mut self, branch: u32) {
        let view = self.branches().into_iter().find(|b| b.id == branch);
        if let Some(view) = view {
            let time = self.now().min(view.explored);
            let known = self.player.timeline().known(branch);
            self.timeline().switch(branch, time.min(known));
            self.arrival = (known < time).then(|| Arrival::at(Moment::settled(time)));
        }
    }

    /// The score of a stretch of this branch.
    pub fn score(&mut self, from: Time, to: Time, parts: usize, most: usize) -> Score {
        self.player.timeline_mut().score(from, to, parts, most)
    }

    /// What one direction of a link is like now.
    pub fn quality(&self, from: NodeId, to: NodeId) -> Quality {
        self.world().link(from, to).quality
    }

    /// What a link is like that is as most are.
    pub fn common_quality(&self) -> Quality {
        self.scenario.network.common()
    }

    /// What it was like when the run began.
    pub fn first_quality(&self, from: NodeId, to: NodeId) -> Quality {
        let name = |id| NodeName::of(id, self.scenario.cluster.servers);
        self.scenario.network.quality(name(from), name(to))
    }

    /// How many commands were given on this branch.
    pub fn given(&self) -> usize {
        self.player.timeline().by_hand().count()
    }

    /// What is happening, or why nothing is.
    pub fn sentence(&self) -> String {
        timeline::sentence(self.run(), &self.names)
    }

    /// What a message in flight carries: names and values.
    pub fn message(&self, id: MessageId) -> Option<Vec<(&'static str, String)>> {
        detail::message(self.world(), id)
    }

    /// What happened in a stretch of this branch, the last `most` events of it.
    pub fn rows(&self, from: Time, to: Time, most: usize) -> Vec<Row> {
        self.player.timeline().rows(from, to, most)
    }
}

/// How long before it was stored an order may have been placed.
const BEFORE_IT_WAS_STORED: u64 = 3_000_000;

impl Desk {
    /// The order that is followed.
    pub fn followed(&self) -> Option<OrderId> {
        self.followed
    }

    /// The story of the order that is followed.
    pub fn story(&self) -> Option<&Rc<RefCell<OrderStory>>> {
        self.story.as_ref().map(|(_, story)| story)
    }

    /// Follows an order, or none.
    pub fn follow(&mut self, order: Option<OrderId>) {
        self.followed = order;
        self.story = None;
        if order.is_none() {
            self.player.timeline_mut().attend(Time::ZERO, None);
        }
        self.keep_following();
    }

    /// On another branch the order has another story.
    pub fn keep_following(&mut self) {
        let branch = self.branch();
        let Some(order) = self.followed else { return };
        if self.story.as_ref().is_some_and(|(of, _)| *of == branch) {
            return;
        }
        let stored = shop_orders::stream(self.world(), order).and_then(|stream| Some(stream.facts.first()?.at));
        let from = Time(stored.unwrap_or_default().0.saturating_sub(BEFORE_IT_WAS_STORED));
        // What it was long before that is looked at only if that was not enough.
        for from in [from, Time::ZERO] {
            let story = Rc::new(RefCell::new(OrderStory::new(order)));
            let onlooker: Onlooker = story.clone();
            self.player.timeline_mut().attend(from, Some(onlooker));
            let whole = story.borrow().placed.is_some();
            self.story = Some((branch, story));
            if whole {
                break;
            }
        }
    }
}

/// Every scenario that is there for the taking, the first for who comes without a link.
pub fn presets() -> Vec<Scenario> {
    presets::names().filter_map(presets::get).collect()
}

impl Desk {
    /// A scenario, before it has begun.
    pub fn open(scenario: Scenario) -> Desk {
        Desk::new(Player::new(scenario.setup(), scenario.plan()), scenario)
    }

    /// The run for who comes without a link.
    pub fn first() -> Desk {
        let open = || {
            let scenario = presets::first();
            Desk { short: true, ..Desk::new(Player::new(scenario.setup(), Vec::new()), scenario) }
        };
        // It begins a moment before its first leader rises: nobody should have to wait for the first thing to happen.
        let mut trial = open();
        while trial.run().leader().is_none() && trial.now() < Time(3_000_000) {
            trial.step();
        }
        let mut desk = open();
        desk.seek(Time(trial.now().0.saturating_sub(BEFORE_THE_RISE)));
        desk
    }

    /// The run that a link holds, at its beginning: it has to [`arrive`](Desk::arrive) at the moment of the link.
    pub fn of_link(link: &str) -> Result<Desk, String> {
        timeline::open(link).map(Desk::on_its_way).map_err(|error| error.to_string())
    }

    /// The run that was [kept](Desk::kept), at the beginning of the branch that was played.
    pub fn of_kept(text: &str) -> Option<Desk> {
        timeline::restore(text).map(Desk::on_its_way).ok()
    }

    fn on_its_way(opened: Opened) -> Desk {
        Desk { arrival: Some(opened.arrival), ..Desk::new(opened.player, opened.scenario) }
    }

    /// The run with all its branches, as far as they were played, unless it is too much to be kept.
    pub fn kept(&self) -> Option<String> {
        timeline::keep(self.player.timeline(), &self.scenario(), self.arrival.as_ref()).ok()
    }

    /// The run as a link, unless it is too long for one.
    pub fn link(&self) -> Option<String> {
        if self.arrival.is_some() {
            return None;
        }
        timeline::link(self.player.timeline(), &self.scenario()).ok()
    }

    /// Whether it is still on its way to the moment of its link.
    pub fn arriving(&self) -> bool {
        self.arrival.is_some()
    }

    /// Whether anything is to be played that was played already: on the way, or of what is later.
    pub fn behind(&self) -> bool {
        self.arriving() || self.player.timeline().is_behind()
    }

    /// Goes on towards the moment of its link for some steps, and then to where the branch was played already, which
    /// the present does not follow. Says when it is at the moment.
    pub fn arrive(&mut self, steps: u64) -> bool {
        let Some(arrival) = &self.arrival else {
            self.player.timeline_mut().catch_up(steps);
            return false;
        };
        let Some(faith) = arrival.approach(&mut self.player, steps) else { return false };
        self.arrival = None;
        if let Faith::Otherwise { engine } = faith {
            self.other = Some(engine);
        }
        true
    }

    /// The engine that its link was made with, if that played it otherwise. It is said once.
    pub fn other_engine(&mut self) -> Option<SmolStr> {
        self.other.take()
    }
}
