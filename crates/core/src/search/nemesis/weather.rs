//! Troubles that come with time, whatever the cluster is doing.

use super::super::chaos::{percent, pick, worse};
use super::partition::{self, SHAPES};
use super::{Later, Nemesis};
use crate::base::{NodeId, RegisterCommand, Span};
use crate::lab::{Command, Request, World, leader};
use crate::search::Kind;
use crate::service::view::ViewRequest;
use crate::shop::views::ViewKind;
use crate::sim::{Clock, Status};
use smol_str::format_smolstr;

/// How many kinds of trouble there are.
pub(super) const TROUBLES: usize = SHAPES.len() + OTHERS.len();

/// The troubles that are no partition.
const OTHERS: [Trouble; 11] = [
    Trouble::Crash,
    Trouble::CrashMany,
    Trouble::Pause,
    Trouble::Skew,
    Trouble::ClientKill,
    Trouble::ClientCut,
    Trouble::LinkChange,
    Trouble::Messages,
    Trouble::ForcedElection,
    Trouble::CompareAndSet,
    Trouble::CompareAndSet,
];

/// Longer delays do not fit into a link.
const LONGEST_DELAY: Span = crate::scenario::limits::MAX_SPAN;

#[derive(Clone, Copy, Debug)]
enum Trouble {
    Crash,
    CrashMany,
    Pause,
    Skew,
    ClientKill,
    ClientCut,
    LinkChange,
    Messages,
    ForcedElection,
    CompareAndSet,
}

impl Nemesis {
    /// Something goes wrong somewhere.
    pub(super) fn trouble(&mut self, world: &World) {
        let mut drawn = self.chance.below(self.temper.troubles.iter().sum());
        let chosen = self.temper.troubles.iter().position(|&liking| {
            let here = drawn < liking;
            drawn = drawn.saturating_sub(liking);
            here
        });
        let Some(number) = chosen else { return };
        match SHAPES.get(number) {
            Some(&kind) => {
                let cuts = partition::shape(kind, &mut self.chance, &self.servers, leader(world));
                self.cut(world, kind, cuts);
            }
            None => self.other_trouble(world, OTHERS[number - SHAPES.len()]),
        }
    }

    fn other_trouble(&mut self, world: &World, trouble: Trouble) {
        match trouble {
            Trouble::Crash => {
                let at_once = percent(&mut self.chance, 30);
                if let Some(node) = self.victim(world) {
                    self.crash(world, node, at_once);
                }
            }
            Trouble::CrashMany => {
                let at_once = percent(&mut self.chance, 50);
                for _ in 0..self.servers.len().div_ceil(2) {
                    if let Some(node) = self.victim(world)
                        && !self.deeds.iter().any(|deed| deed.commands.contains(&Command::Crash { node }))
                    {
                        self.crash(world, node, at_once);
                    }
                }
            }
            Trouble::Pause => {
                if let Some(node) = self.somebody(world) {
                    self.pause(world, node);
                }
            }
            Trouble::Skew => {
                let node = pick(&mut self.chance, &self.servers);
                let most = pick(&mut self.chance, &[50_000, 200_000, Clock::MAX_RATE_PPM as u32]);
                let rate_ppm = self.chance.below(2 * most) as i32 - most as i32;
                let offset_us = i64::from(self.chance.below(2_000_000)) - 1_000_000;
                self.deeds.push(Command::Skew { node, rate_ppm, offset_us }.into());
                let until = world.now() + self.a_while();
                self.later(until, Later::Unskew(node));
            }
            Trouble::ClientKill => {
                // Early on, since it begins its load anew, which is to end before the faults do.
                let node = self.client_to_kill(world);
                let actor = world.process(node);
                let loads = actor.client().is_some() || actor.customers().is_some();
                if !loads || world.now() < self.client_kills_end {
                    self.crash(world, node, false);
                }
            }
            Trouble::ClientCut => {
                let client = pick(&mut self.chance, &self.clients);
                let share = pick(&mut self.chance, &[30, 60]);
                let both = if self.shop {
                    let others: Vec<NodeId> = world.ids().filter(|&id| id != client).collect();
                    partition::between(&[client], &others)
                } else {
                    partition::between(&[client], &self.servers)
                };
                let cuts = both.into_iter().filter(|_| percent(&mut self.chance, share)).collect();
                self.cut(world, Kind::ClientCut, cuts);
            }
            Trouble::LinkChange => self.change_links(world),
            Trouble::Messages => self.meddle(world),
            Trouble::ForcedElection => {
                if let Some(node) = self.somebody(world) {
                    self.deeds.push(Command::Request { node, request: Request::TimeoutNow }.into());
                }
            }
            Trouble::CompareAndSet if self.shop => self.scale(world),
            Trouble::CompareAndSet => self.compare_and_set(world),
        }
    }

    /// One of those around the servers; query nodes, if there are any, as often as all others: they start no load.
    fn client_to_kill(&mut self, world: &World) -> NodeId {
        let views: Vec<NodeId> =
            self.clients.iter().copied().filter(|&id| world.process(id).view().is_some()).collect();
        if !views.is_empty() && percent(&mut self.chance, 50) {
            return pick(&mut self.chance, &views);
        }
        pick(&mut self.chance, &self.clients)
    }

    /// Somebody to kill, unless too many are dead already.
    fn victim(&mut self, world: &World) -> Option<NodeId> {
        let dead = self.servers.iter().filter(|&&id| world.status(id) == Status::Dead).count();
        let enough = !self.temper.ruthless && dead >= self.servers.len() / 2;
        if enough { None } else { self.somebody(world) }
    }

    fn change_links(&mut self, world: &World) {
        let quality = worse(&mut self.chance, self.calm);
        let share = pick(&mut self.chance, &[10, 30, 100]);
        let all: Vec<_> = self.servers.iter().flat_map(|&from| partition::out_of(from, &self.servers)).collect();
        let changed: Vec<_> = all.into_iter().filter(|_| percent(&mut self.chance, share)).collect();
        let until = world.now() + self.a_while();
        let mut commands = Vec::new();
        for (from, to) in changed {
            commands.push(Command::SetLink { from, to, quality });
            self.later(until, Later::Mend(from, to));
        }
        if !commands.is_empty() {
            self.deeds.push(super::Deed { kind: Some(Kind::LinkChange), commands });
        }
    }

    /// Does something to single messages in flight.
    fn meddle(&mut self, world: &World) {
        for _ in 0..1 + self.chance.below(3) {
            let flights = world.flights().count() as u32;
            let chosen = self.chance.below(flights) as usize;
            let Some(message) = world.flights().nth(chosen).map(|flight| flight.id) else { return };
            self.meddle_with(world, message);
        }
    }

    /// Does something to one message.
    pub(super) fn meddle_with(&mut self, world: &World, message: crate::base::MessageId) {
        match self.chance.below(5) {
            0 => self.deeds.push(Command::Drop { message }.into()),
            1 => {
                let by = self.chance.exponential(self.unit).clamp(Span(1), LONGEST_DELAY);
                self.deeds.push(Command::Delay { message, by }.into());
            }
            2 => self.deeds.push(Command::Duplicate { message }.into()),
            3 => self.deeds.push(Command::DeliverNow { message }.into()),
            _ => self.hold(world, message),
        }
    }

    /// A service gets more workers, or fewer.
    fn scale(&mut self, world: &World) {
        let node = pick(&mut self.chance, &self.clients);
        let workers = 1 + self.chance.below(3) as u8;
        if world.status(node) == Status::Alive && world.process(node).service().is_some() {
            self.deeds.push(Command::Request { node, request: Request::Scale { workers } }.into());
        }
        self.remake(world, node);
    }

    /// A query node makes one of its read models again, or one that it does not have.
    fn remake(&mut self, world: &World, node: NodeId) {
        let Some(view) = world.process(node).view().filter(|_| world.status(node) == Status::Alive) else { return };
        let kind = pick(&mut self.chance, &[ViewKind::Stock, ViewKind::Revenue, ViewKind::Carts]);
        let request = match view.models().iter().any(|model| model.kind() == kind) {
            true => ViewRequest::Rebuild { view: kind },
            false => ViewRequest::Add { view: kind },
        };
        self.deeds.push(Command::Request { node, request: Request::View(request) }.into());
    }

    /// A client wants to change a value from what it may be now.
    fn compare_and_set(&mut self, world: &World) {
        let client = pick(&mut self.chance, &self.clients);
        let (server, knows) = (pick(&mut self.chance, &self.servers), pick(&mut self.chance, &self.servers));
        if world.status(client) != Status::Alive {
            return;
        }
        let Some(known) = world.process(knows).server() else { return };
        let values: Vec<(&str, &str)> = known.machine().machine().values().collect();
        let (key, expected) = if values.is_empty() {
            ("x", None)
        } else {
            let (key, value) = pick(&mut self.chance, &values);
            (key, Some(value.into()))
        };
        self.values += 1;
        let value = format_smolstr!("n{}", self.values);
        let command = RegisterCommand::Cas { key: key.into(), expected, value };
        self.deeds.push(Command::Request { node: client, request: Request::Put { server, command } }.into());
    }
}
