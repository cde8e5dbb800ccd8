//! What is going on, and why nothing is: read off the world as an onlooker sees it.

use super::scene::MessageKind;
use super::words::{Names, entries};
use super::{World, leader};
use crate::base::{LogIndex, NodeId};
use crate::consensus::raft::Role;
use crate::sim::Status;

/// Why no leader can be elected as things are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Too few servers run.
    TooFewRun {
        /// How many run.
        run: usize,
        /// How many there are.
        of: usize,
    },
    /// Enough run, but no server can exchange messages with a majority.
    NoMajorityConnected,
}

fn servers(world: &World) -> impl Iterator<Item = NodeId> {
    world.ids().filter(|&id| world.process(id).server().is_some())
}

/// Whether messages pass between two servers, both ways.
fn hear_each_other(world: &World, one: NodeId, other: NodeId) -> bool {
    one == other || (!world.link(one, other).cut && !world.link(other, one).cut)
}

/// How many servers can exchange messages with one, itself included.
fn reached(world: &World, from: NodeId) -> usize {
    let runs = |id: &NodeId| world.status(*id) == Status::Alive;
    servers(world).filter(runs).filter(|&to| hear_each_other(world, from, to)).count()
}

/// Why no majority can hear each other, if so.
pub fn blocked(world: &World) -> Option<Blocked> {
    let of = servers(world).count();
    let running: Vec<NodeId> = servers(world).filter(|&id| world.status(id) == Status::Alive).collect();
    let majority = of / 2 + 1;
    if running.len() < majority {
        return Some(Blocked::TooFewRun { run: running.len(), of });
    }
    let hears = |&one: &NodeId| running.iter().filter(|&&other| hear_each_other(world, one, other)).count();
    if running.iter().map(hears).max().unwrap_or(0) < majority {
        return Some(Blocked::NoMajorityConnected);
    }
    None
}

/// What is happening, in one sentence.
pub fn sentence(world: &World, names: &Names) -> String {
    if let Some(blocked) = blocked(world) {
        return match blocked {
            Blocked::TooFewRun { run: 0, .. } => "No server runs. Nothing can happen.".into(),
            Blocked::TooFewRun { run, of } => {
                format!(
                    "Only {run} of {of} servers run{}: no majority, so nothing can be agreed on",
                    if run == 1 { "s" } else { "" }
                )
            }
            Blocked::NoMajorityConnected => {
                "No majority can hear each other: no leader can be elected, nothing can be committed".into()
            }
        };
    }
    let candidate = servers(world).filter(|&id| world.status(id) == Status::Alive).filter_map(|id| {
        let server = world.process(id).server()?;
        matches!(server.role(), Role::Candidate).then(|| (server.term(), id, server))
    });
    let leads = leader(world).and_then(|id| Some((id, world.process(id).server()?)));
    if let Some((term, id, server)) = candidate.max_by_key(|(term, id, _)| (*term, *id))
        && leads.is_none_or(|(_, leads)| leads.term() < term)
    {
        let (votes, majority) = (server.votes().count(), server.config().majority());
        return format!("{} asks for votes in term {term}: {votes} of the {majority} that it needs", names.get(id));
    }
    if let Some((id, server)) = leads {
        let name = names.get(id);
        if world.status(id) == Status::Paused {
            return format!("{name} leads term {} but is paused", server.term());
        }
        // What it sends into a void is no sign of strength.
        let (of, reached) = (servers(world).count(), reached(world, id));
        if reached < of / 2 + 1 {
            let term = server.term();
            return match reached {
                1 => format!("{name} leads term {term}, but nobody hears it: it can commit nothing"),
                n => format!("{name} leads term {term}, but reaches only {n} of {of}: it can commit nothing"),
            };
        }
        if let Some((to, first, last)) = entries_under_way(world, id) {
            return format!("{name} asks {} to store {}", names.list(&to), entries(first, last));
        }
        let snapshot = world.flights().find(|f| f.from == id && f.body.kind() == MessageKind::Snapshot);
        if let Some(flight) = snapshot {
            return format!(
                "{name} sends {} a snapshot: the entries it lacks are compacted away",
                names.get(flight.to)
            );
        }
        let waiting = server.log().last().index.0 - server.commit().0;
        if waiting > 0 {
            let what = entries(server.commit().next(), server.log().last().index);
            return format!("{name} waits for a majority to have {what}");
        }
        let deposed = servers(world)
            .filter(|&other| other != id && world.status(other) == Status::Alive)
            .find(|&other| world.process(other).server().is_some_and(|other| other.role() == Role::Leader));
        let term = server.term();
        return match deposed {
            Some(other) => {
                format!(
                    "{name} leads term {term}; {} has not heard of it, and takes itself for the leader",
                    names.get(other)
                )
            }
            None => format!("{name} leads term {term} and makes itself heard"),
        };
    }
    let asks = servers(world).filter(|&id| world.status(id) == Status::Alive).find_map(|id| {
        let server = world.process(id).server()?;
        (server.role() == Role::PreCandidate).then_some((id, server))
    });
    match asks {
        Some((id, server)) => format!("{} asks whether it could win term {}", names.get(id), server.term().next()),
        None => "Nobody leads. The first whose patience runs out will ask for votes".into(),
    }
}

/// The entries that a leader's messages carry at this moment, and to whom.
fn entries_under_way(world: &World, from: NodeId) -> Option<(Vec<NodeId>, LogIndex, LogIndex)> {
    let mut found: Option<(Vec<NodeId>, LogIndex, LogIndex)> = None;
    for flight in world.flights().filter(|flight| flight.from == from) {
        let Some((first, last)) = flight.body.entries() else { continue };
        let (to, low, high) = found.get_or_insert((Vec::new(), first, last));
        if !to.contains(&flight.to) {
            to.push(flight.to);
        }
        (*low, *high) = ((*low).min(first), (*high).max(last));
    }
    if let Some((to, _, _)) = &mut found {
        to.sort_unstable();
    }
    found
}
