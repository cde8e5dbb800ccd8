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
    if of == 0 {
        return None;
    }
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
    if let Some(sentence) = super::shop_situation::sentence(world, names) {
        return sentence;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::lab::Command;
    use crate::scenario::Scenario;
    use crate::timeline::Run;

    /// A cluster of five in which somebody leads, and who.
    fn led(check_quorum: bool) -> (Run, NodeId) {
        let mut scenario = Scenario::default();
        scenario.cluster.check_quorum = check_quorum;
        let mut run = Run::watched(&scenario.setup());
        run.run_until(crate::base::Time(1_000_000));
        let leader = run.leader().expect("somebody leads");
        (run, leader)
    }

    fn cut(run: &mut Run, from: NodeId, others: &[NodeId]) {
        for &to in others {
            for (from, to) in [(from, to), (to, from)] {
                run.command(&Command::Cut { from, to }, None).expect("it was open");
            }
        }
    }

    fn others(leader: NodeId) -> Vec<NodeId> {
        (0..5).map(NodeId).filter(|&id| id != leader).collect()
    }

    fn said(run: &Run) -> String {
        sentence(run.world(), &Names::of(run.world()))
    }

    #[test]
    fn a_leader_that_reaches_no_majority_is_said_to_commit_nothing() {
        let (mut run, leader) = led(true);
        let name = crate::lab::server_name(leader.0);
        assert!(said(&run).starts_with(&format!("{name} leads term 1")), "{}", said(&run));
        assert!(!said(&run).contains("nothing"), "{}", said(&run));
        let others = others(leader);
        cut(&mut run, leader, &others[..3]);
        assert_eq!(said(&run), format!("{name} leads term 1, but reaches only 2 of 5: it can commit nothing"));
        cut(&mut run, leader, &others[3..]);
        assert_eq!(said(&run), format!("{name} leads term 1, but nobody hears it: it can commit nothing"));
    }

    #[test]
    fn a_leader_that_has_not_heard_of_the_next_is_named() {
        let (mut run, old) = led(false);
        cut(&mut run, old, &others(old));
        let until = run.world().now() + Span::secs(3);
        run.run_until(until);
        let next = run.leader().expect("another leads");
        assert_ne!(next, old);
        let (next, old) = (crate::lab::server_name(next.0), crate::lab::server_name(old.0));
        let words = said(&run);
        let begins = format!("{next} leads term ");
        let ends = format!("; {old} has not heard of it, and takes itself for the leader");
        assert!(words.starts_with(&begins) && words.ends_with(&ends), "{words}");
    }

    #[test]
    fn why_nothing_can_be_agreed_on_is_said() {
        let (mut run, leader) = led(true);
        for &node in &others(leader)[..3] {
            run.command(&Command::Crash { node }, None).expect("it ran");
        }
        assert_eq!(said(&run), "Only 2 of 5 servers run: no majority, so nothing can be agreed on");
        let (mut run, _) = led(true);
        for node in (0..5).map(NodeId) {
            let later: Vec<_> = (node.0 + 1..5).map(NodeId).collect();
            cut(&mut run, node, &later);
        }
        assert!(said(&run).starts_with("No majority can hear each other"), "{}", said(&run));
    }
}
