//! Schedules that are so long that chance would hardly find them.
//!
//! A plot watches for each of its stages to come about, helps a little, and is given up if one does not come in time.
//! In a cluster without defects every one of them comes to nothing.

use super::super::chaos::{percent, pick};
use super::opening::{Opening, OpeningKind};
use super::{Later, Nemesis, partition};
use crate::base::{NodeId, Span, Term, Time};
use crate::consensus::raft::{LogPosition, Raft, Role};
use crate::lab::{Command, Machine, Request, World};
use crate::search::Kind;
use crate::sim::Status;

/// A plot at one of its stages.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    stage: Stage,
    /// When it is given up.
    ends: Time,
    /// When it last helped a stage along.
    helped: Time,
}

/// The stages of all plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Two elections in one term: once the first candidate has won, its voters die, come back, and are asked by the
    /// second (5.2: one vote a term, also across a restart).
    Revote { first: NodeId, term: Term, second: NodeId },
    /// Figure 8, (a): the leader has an entry that nobody else has. It dies once that is on its disk.
    Lonely { leader: NodeId, entry: LogPosition },
    /// Figure 8, (b): another is elected without the entry, and dies with one of its own on disk.
    Usurper { leader: NodeId, entry: LogPosition, usurper: NodeId },
    /// The usurper's own entry is to reach its disk.
    UsurperWrites { leader: NodeId, entry: LogPosition, usurper: NodeId },
    /// Figure 8, (c): the first leader is back, and spreads the old entry to a majority.
    Return { leader: NodeId, entry: LogPosition, usurper: NodeId },
    /// Figure 8, (d): all who have anything newer are gone, and the usurper is elected.
    Overwrite { usurper: NodeId },
}

/// For how many election timeouts a plot may go on.
const PATIENCE: u64 = 16;

impl Nemesis {
    /// Begins a plot, if this is a moment for one.
    pub(super) fn begin_plot(&mut self, world: &World, opening: Opening) {
        if self.servers.len() < 3 || world.now() < self.rests_until || !percent(&mut self.chance, self.temper.plots) {
            return;
        }
        let Opening { node, term, .. } = opening;
        match opening.kind {
            OpeningKind::Stood => {
                let behind = |&id: &NodeId| {
                    id != node && self.follows(world, id) && server(world, id).is_some_and(|s| s.term().next() == term)
                };
                let rivals: Vec<NodeId> = self.servers.iter().copied().filter(behind).collect();
                if !rivals.is_empty() {
                    let second = pick(&mut self.chance, &rivals);
                    // The second is not to hear of the first.
                    self.cut_for_plot(world, vec![(node, second)]);
                    self.enter(world, Stage::Revote { first: node, term, second });
                }
            }
            OpeningKind::Proposed => {
                let Some(leader) = server(world, node) else { return };
                let entry = leader.log().last();
                if entry.term == term && leader.commit() < entry.index {
                    let others = self.servers.clone();
                    self.cut_for_plot(world, partition::between(&[node], &others));
                    self.enter(world, Stage::Lonely { leader: node, entry });
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, world: &World, stage: Stage) {
        let ends = self.plot.as_ref().map_or(world.now() + Span(self.unit.0 * PATIENCE), |plot| plot.ends);
        self.plot = Some(Plot { stage, ends, helped: Time::ZERO });
        let soon = world.now() + Span(self.hop.0 * 3);
        self.later(soon, Later::Plot);
    }

    /// Cuts that stay until the plot is over.
    fn cut_for_plot(&mut self, world: &World, cuts: Vec<(NodeId, NodeId)>) {
        let until = world.now() + Span(self.unit.0 * PATIENCE);
        self.cut_until(until, Kind::RandomCuts, cuts);
    }

    /// Looks whether the plot can go on.
    pub(super) fn pursue_plot(&mut self, world: &World) {
        let Some(plot) = self.plot.clone() else { return };
        if world.now() >= plot.ends {
            return self.give_up(world);
        }
        let leads = |id: NodeId| {
            world.status(id) == Status::Alive && server(world, id).is_some_and(|s| s.role() == Role::Leader)
        };
        match plot.stage {
            Stage::Revote { first, term, second } => {
                let Some(candidate) = server(world, first) else { return };
                if leads(first) && candidate.term() == term {
                    self.ask_again(world, first, term, second);
                    self.give_up(world);
                } else if candidate.term() > term || candidate.role() != Role::Candidate {
                    self.give_up(world);
                }
            }
            Stage::Lonely { leader, entry } => {
                let Some(alone) = server(world, leader).filter(|_| leads(leader)) else { return self.give_up(world) };
                if alone.durable() >= entry.index && alone.durable() >= alone.log().last().index {
                    self.deeds.push(Command::Crash { node: leader }.into());
                    let others = self.servers.iter().copied().filter(|&id| id != leader && self.follows(world, id));
                    let others: Vec<NodeId> = others.collect();
                    if others.is_empty() {
                        return self.give_up(world);
                    }
                    let usurper = pick(&mut self.chance, &others);
                    self.enter(world, Stage::Usurper { leader, entry, usurper });
                }
            }
            Stage::Usurper { leader, entry, usurper } => {
                if leads(usurper) {
                    let others = self.servers.clone();
                    self.cut_for_plot(world, partition::between(&[usurper], &others));
                    self.enter(world, Stage::UsurperWrites { leader, entry, usurper });
                } else {
                    self.help(world, usurper);
                }
            }
            Stage::UsurperWrites { leader, entry, usurper } => {
                let Some(alone) = server(world, usurper) else { return };
                if !leads(usurper) {
                    self.give_up(world);
                } else if alone.durable() == alone.log().last().index {
                    self.deeds.push(Command::Crash { node: usurper }.into());
                    let others = self.servers.clone();
                    self.heal(world, partition::between(&[leader], &others));
                    self.deeds.push(Command::Restart { node: leader }.into());
                    self.enter(world, Stage::Return { leader, entry, usurper });
                }
            }
            Stage::Return { leader, entry, usurper } => {
                if !leads(leader) {
                    return self.help(world, leader);
                }
                let Some(back) = server(world, leader) else { return };
                // A leader's last entry is of its own term, and the first of those is its no-op.
                let no_op = back.log().first_of_term_at(back.log().last().index);
                let holds_no_op =
                    |&id: &NodeId| server(world, id).is_some_and(|s| s.log().term_at(no_op) == Some(back.term()));
                let newer: Vec<NodeId> = self.servers.iter().copied().filter(holds_no_op).collect();
                let known = back.followers().iter().filter(|follower| follower.matched() >= entry.index).count();
                if newer.len() >= back.config().majority() {
                    // It has got through: from here on the entry is safe.
                    self.give_up(world);
                } else if known + 1 >= back.config().majority() {
                    let others = self.servers.clone();
                    for node in newer {
                        self.cut_for_plot(world, partition::between(&[node], &others));
                    }
                    self.heal(world, partition::between(&[usurper], &others));
                    self.deeds.push(Command::Restart { node: usurper }.into());
                    self.enter(world, Stage::Overwrite { usurper });
                }
            }
            Stage::Overwrite { usurper } => {
                if leads(usurper) {
                    self.give_up(world);
                } else {
                    self.help(world, usurper);
                }
            }
        }
    }

    /// Everything that the first candidate's voters keep only in memory is taken from them, and the second asks them.
    fn ask_again(&mut self, world: &World, first: NodeId, term: Term, second: NodeId) {
        let others = self.servers.clone();
        self.cut_for_plot(world, partition::out_of(first, &others));
        let voted = |&id: &NodeId| {
            id != first && server(world, id).is_some_and(|s| s.term() == term && s.vote() == Some(first))
        };
        for node in others.iter().copied().filter(voted) {
            self.crash(world, node, true);
        }
        self.deeds.push(Command::Request { node: second, request: Request::TimeoutNow }.into());
    }

    /// Has a server campaign, now and then, until it leads.
    fn help(&mut self, world: &World, node: NodeId) {
        let Some(plot) = &mut self.plot else { return };
        let next = plot.helped + Span(self.hop.0 * 4);
        if world.now() >= next && world.status(node) == Status::Alive {
            plot.helped = world.now();
            self.deeds.push(Command::Request { node, request: Request::TimeoutNow }.into());
            let soon = world.now() + Span(self.hop.0 * 4);
            self.later(soon, Later::Plot);
        }
    }

    fn heal(&mut self, world: &World, cuts: Vec<(NodeId, NodeId)>) {
        let cut = |&(from, to): &(NodeId, NodeId)| world.link(from, to).cut;
        let heals = cuts.into_iter().filter(cut).map(|(from, to)| Command::Heal { from, to });
        self.deeds.push(heals.collect::<Vec<_>>().into());
    }

    /// The plot is over: what it broke is mended soon.
    fn give_up(&mut self, world: &World) {
        self.plot = None;
        let soon = world.now() + self.unit + self.a_while();
        for node in self.servers.clone() {
            self.later(soon, Later::Restart(node));
        }
        let all = self.servers.iter().flat_map(|&from| partition::out_of(from, &self.servers)).collect();
        self.later(soon, Later::Heal(all));
        self.rests_until = soon + self.chance.exponential(self.temper.rest);
    }

    /// Whether a server runs and does not lead.
    fn follows(&self, world: &World, id: NodeId) -> bool {
        world.status(id) == Status::Alive && server(world, id).is_some_and(|server| server.role() != Role::Leader)
    }
}

fn server(world: &World, id: NodeId) -> Option<&Raft<Machine>> {
    world.process(id).server()
}
