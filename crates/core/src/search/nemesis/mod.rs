//! The one who breaks things: by time, by aim, and by plot.
//!
//! It looks at the world between two steps, never changes it, and answers with ordinary commands; so whatever it did
//! can be replayed without it. Three things make it act:
//!
//! - **time**: now and then something goes wrong somewhere (`weather`);
//! - **aim**: it knows roles, and the moments at which a protocol is vulnerable: a vote granted and not yet synced, a
//!   leader that has not committed its first entry, entries sent and not committed (`opening`, `strike`), and in a shop
//!   work in hand and payments under way (`ambush`);
//! - **plot**: a few schedules are so long that chance would hardly find them (`plot`).
//!
//! Each seed draws its own temper: some nemeses only cut links, some only kill leaders. All that is broken is mended
//! after a while, since a cluster that does nothing shows nothing.

mod ambush;
mod opening;
mod partition;
mod plot;
mod strike;
mod weather;

use crate::base::{MessageId, NodeId, Span, Stream, Time};
use crate::lab::{Command, World};
use crate::sim::{Quality, Status};

use super::chaos::{Chaos, percent, pick};
use super::exercised::Kind;
use ambush::Ambush;
use opening::Eyes;
use plot::Plot;

/// Something that is done at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What it is called, where a single command does not tell.
    pub kind: Option<Kind>,
    /// What it comes to.
    pub commands: Vec<Command>,
}

impl From<Command> for Deed {
    fn from(command: Command) -> Deed {
        Deed { kind: None, commands: vec![command] }
    }
}

impl From<Vec<Command>> for Deed {
    fn from(commands: Vec<Command>) -> Deed {
        Deed { kind: None, commands }
    }
}

/// What is to be done later.
#[derive(Clone, Debug)]
enum Later {
    /// The next trouble.
    Trouble,
    /// A dead node comes back.
    Restart(NodeId),
    /// A paused node goes on.
    Resume(NodeId),
    /// Cuts are healed.
    Heal(Vec<(NodeId, NodeId)>),
    /// A clock runs right again.
    Unskew(NodeId),
    /// A link is as it was.
    Mend(NodeId, NodeId),
    /// A held message arrives.
    Release(MessageId),
    /// A client reads everything from one server.
    Ask(NodeId),
    /// The plot goes on.
    Plot,
}

/// What one seed's nemesis is like.
#[derive(Clone, Debug)]
struct Temper {
    /// The mean time between two troubles.
    gap: Span,
    /// The mean time for which a trouble lasts.
    lasts: Span,
    /// How much it likes each kind of trouble.
    troubles: [u32; weather::TROUBLES],
    /// In how many of a hundred cases it strikes at each kind of opening.
    aims: [u32; opening::OPENINGS],
    /// How long it rests after a strike, on average.
    rest: Span,
    /// In how many of a hundred cases it begins a plot where it could.
    plots: u32,
    /// It may kill a majority for good measure.
    ruthless: bool,
}

impl Temper {
    fn draw(chance: &mut Stream, unit: Span) -> Temper {
        let times = |chance: &mut Stream, list: &[u64]| Span(unit.0 * pick(chance, list) / 4);
        let mut troubles = [0; weather::TROUBLES];
        for liking in &mut troubles {
            *liking = pick(chance, &[0, 0, 1, 1, 3]);
        }
        let mut aims = [0; opening::OPENINGS];
        for aim in &mut aims {
            *aim = pick(chance, &[0, 0, 5, 20, 60]);
        }
        // It is rare, and what a client is told then is worth knowing.
        aims[opening::OpeningKind::Outdated as usize] = pick(chance, &[0, 50, 100]);
        Temper {
            gap: times(chance, &[3, 6, 12, 24]),
            lasts: times(chance, &[2, 4, 12]),
            troubles,
            aims,
            rest: times(chance, &[1, 4, 12]),
            plots: pick(chance, &[0, 0, 10, 50]),
            ruthless: percent(chance, 30),
        }
    }
}

/// The nemesis of one seed.
#[derive(Clone, Debug)]
pub struct Nemesis {
    chance: Stream,
    temper: Temper,
    servers: Vec<NodeId>,
    clients: Vec<NodeId>,
    calm: Quality,
    network: Quality,
    /// The shortest election timeout.
    unit: Span,
    /// The longest that a message and a sync commonly take.
    hop: Span,
    /// By time, and at one time by the order in which it was put down.
    agenda: Vec<(Time, u64, Later)>,
    noted: u64,
    eyes: Eyes,
    rests_until: Time,
    plot: Option<Plot>,
    deeds: Vec<Deed>,
    values: u32,
    /// Clients are killed only before this.
    client_kills_end: Time,
    /// The clients are a shop.
    shop: bool,
    ambush: Ambush,
    /// How much more it may do, measured by what it takes in a link.
    strength: u32,
}

/// How much a nemesis may do: all of it is to fit into a link.
const STRENGTH: u32 = 1_200;

impl Nemesis {
    /// The nemesis of a seed.
    pub fn new(seed: u64, chaos: &Chaos, world: &World) -> Nemesis {
        let mut chance = Stream::new(seed, "nemesis");
        let unit = chaos.scenario.cluster.election_timeout.min;
        let temper = Temper::draw(&mut chance, unit);
        let (servers, clients) = world.ids().partition(|&id| world.process(id).server().is_some());
        let mut nemesis = Nemesis {
            chance,
            temper,
            servers,
            clients,
            calm: chaos.calm,
            network: chaos.scenario.network.common(),
            unit,
            hop: chaos.hop,
            agenda: Vec::new(),
            noted: 0,
            eyes: Eyes::new(world),
            rests_until: Time::ZERO,
            plot: None,
            deeds: Vec::new(),
            values: 0,
            client_kills_end: Time(chaos.unrest.0 / 5),
            shop: chaos.scenario.shop.is_some(),
            ambush: Ambush::draw(seed),
            strength: STRENGTH,
        };
        let first = nemesis.chance.exponential(nemesis.temper.gap);
        nemesis.later(Time::ZERO + first, Later::Trouble);
        nemesis
    }

    /// When it will act by itself.
    pub fn wakes(&self) -> Time {
        self.agenda.iter().map(|&(time, ..)| time).min().unwrap_or(Time::NEVER)
    }

    /// A node has taken a step: what it does about it.
    pub fn watch(&mut self, world: &World, node: NodeId) -> Vec<Deed> {
        if let Some(opening) = self.eyes.look(world, node).filter(|_| self.strength > 0) {
            if self.plot.is_none() {
                self.begin_plot(world, opening);
            }
            if self.plot.is_none() && world.now() >= self.rests_until {
                self.consider(world, opening);
            }
        }
        if self.shop && self.strength > 0 && self.plot.is_none() && world.now() >= self.rests_until {
            self.lie_in_wait(world, node);
        }
        if self.plot.is_some() {
            self.pursue_plot(world);
        }
        self.done()
    }

    /// The time has come to which it wanted to wake.
    pub fn wake(&mut self, world: &World) -> Vec<Deed> {
        let now = world.now();
        while let Some(place) = self.next_due(now) {
            let (_, _, later) = self.agenda.swap_remove(place);
            match later {
                Later::Trouble => {
                    // While a plot is on, nothing else is to come between.
                    if self.plot.is_none() && self.strength > 0 {
                        self.trouble(world);
                    }
                    let gap = self.chance.exponential(self.temper.gap).max(Span(1));
                    self.later(now + gap, Later::Trouble);
                }
                Later::Restart(node) if world.status(node) == Status::Dead => {
                    self.deeds.push(Command::Restart { node }.into());
                }
                Later::Resume(node) if world.status(node) == Status::Paused => {
                    self.deeds.push(Command::Resume { node }.into());
                }
                Later::Restart(_) | Later::Resume(_) => {}
                Later::Heal(cuts) => {
                    let cut = |&(from, to): &(NodeId, NodeId)| world.link(from, to).cut;
                    let heal = |(from, to)| Command::Heal { from, to };
                    self.deeds.push(cuts.into_iter().filter(cut).map(heal).collect::<Vec<_>>().into());
                }
                Later::Unskew(node) => {
                    self.deeds.push(Command::Skew { node, rate_ppm: 0, offset_us: 0 }.into());
                }
                Later::Mend(from, to) => {
                    self.deeds.push(Command::SetLink { from, to, quality: self.network }.into());
                }
                Later::Release(message) => {
                    if world.flights().any(|flight| flight.id == message) {
                        self.deeds.push(Command::DeliverNow { message }.into());
                    }
                }
                Later::Ask(server) => self.ask(world, server),
                Later::Plot => self.pursue_plot(world),
            }
        }
        self.done()
    }

    /// What it does now, with what it costs. When nothing is left it still mends, but breaks no more.
    fn done(&mut self) -> Vec<Deed> {
        let weight = |command: &Command| match command {
            Command::SetLink { .. } | Command::Request { .. } => 4,
            _ => 2,
        };
        let spent = self.deeds.iter().flat_map(|deed| &deed.commands).map(weight).sum();
        self.strength = self.strength.saturating_sub(spent);
        std::mem::take(&mut self.deeds)
    }

    /// The place on the agenda of what is due first.
    fn next_due(&self, now: Time) -> Option<usize> {
        let due = self.agenda.iter().enumerate().filter(|(_, (time, ..))| *time <= now);
        due.min_by_key(|(_, (time, order, _))| (*time, *order)).map(|(place, _)| place)
    }

    fn later(&mut self, time: Time, what: Later) {
        self.noted += 1;
        self.agenda.push((time, self.noted, what));
    }

    /// How long a trouble is to last.
    fn a_while(&mut self) -> Span {
        self.chance.exponential(self.temper.lasts).max(Span(1))
    }

    // What it can do, each with its end in time.

    /// Kills a node and has it come back: at once, so that what was not synced matters, or later.
    fn crash(&mut self, world: &World, node: NodeId, at_once: bool) {
        if world.status(node) == Status::Dead {
            return;
        }
        if at_once {
            self.deeds.push(vec![Command::Crash { node }, Command::Restart { node }].into());
        } else {
            let back = world.now() + self.a_while();
            self.deeds.push(Command::Crash { node }.into());
            self.later(back, Later::Restart(node));
        }
    }

    fn pause(&mut self, world: &World, node: NodeId) {
        if world.status(node) == Status::Alive {
            let back = world.now() + self.a_while();
            self.deeds.push(Command::Pause { node }.into());
            self.later(back, Later::Resume(node));
        }
    }

    fn cut(&mut self, world: &World, kind: Kind, cuts: Vec<(NodeId, NodeId)>) {
        let until = world.now() + self.a_while();
        self.cut_until(until, kind, cuts);
    }

    fn cut_until(&mut self, until: Time, kind: Kind, cuts: Vec<(NodeId, NodeId)>) {
        if !cuts.is_empty() {
            let commands = cuts.iter().map(|&(from, to)| Command::Cut { from, to }).collect();
            self.deeds.push(Deed { kind: Some(kind), commands });
            self.later(until, Later::Heal(cuts));
        }
    }

    fn hold(&mut self, world: &World, message: MessageId) {
        let until = world.now() + self.a_while();
        self.deeds.push(Command::Hold { message }.into());
        self.later(until, Later::Release(message));
    }

    /// One of the servers that run.
    fn somebody(&mut self, world: &World) -> Option<NodeId> {
        let alive: Vec<NodeId> = self.servers.iter().copied().filter(|&id| world.status(id) == Status::Alive).collect();
        (!alive.is_empty()).then(|| pick(&mut self.chance, &alive))
    }
}
