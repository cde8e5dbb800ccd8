//! After the faults: everything is mended, and what has to come about then.

use std::fmt::Write;

use smol_str::format_smolstr;

use crate::base::{NodeId, RegisterCommand, RegisterQuery};
use crate::consensus::raft::Role;
use crate::lab::{Command, Request, World, server_name};
use crate::sim::{Quality, Status};

/// Everything that mends what is broken: links, nodes, clocks, and messages that are held.
pub(super) fn mend(world: &World, calm: Quality) -> Vec<Command> {
    let mut commands = Vec::new();
    let pairs = || world.ids().flat_map(|from| world.ids().map(move |to| (from, to))).filter(|(from, to)| from != to);
    if pairs().any(|(from, to)| world.link(from, to).cut) {
        commands.push(Command::HealAll);
    }
    for (from, to) in pairs() {
        if world.link(from, to).quality != calm {
            commands.push(Command::SetLink { from, to, quality: calm });
        }
    }
    for node in world.ids() {
        if world.clock(node).rate_ppm() != 0 {
            commands.push(Command::Skew { node, rate_ppm: 0, offset_us: 0 });
        }
        match world.status(node) {
            Status::Alive => {}
            Status::Paused => commands.push(Command::Resume { node }),
            Status::Dead => commands.push(Command::Restart { node }),
        }
    }
    let mut held: Vec<_> = world.flights().filter(|flight| flight.due == crate::base::Time::NEVER).collect();
    held.sort_unstable_by_key(|flight| flight.id);
    commands.extend(held.into_iter().map(|flight| Command::DeliverNow { message: flight.id }));
    commands
}

/// Whether there is one leader, all servers hold and have applied the same, and every client has its answers.
pub(super) fn at_rest(world: &World) -> bool {
    let servers = || world.ids().filter_map(|id| world.process(id).server());
    let Some(leader) = servers().find(|server| server.role() == Role::Leader) else { return false };
    let same = servers().all(|server| {
        let follows = server.leader() == Some(leader.id());
        let last = server.log().last();
        follows
            && server.term() == leader.term()
            && last == leader.log().last()
            && (server.commit(), server.applied()) == (last.index, last.index)
            && server.machine() == leader.machine()
    });
    let runs = world.ids().all(|id| world.status(id) == Status::Alive);
    same && runs && world.ids().filter_map(|id| world.process(id).client()).all(|client| client.open() == 0)
}

/// Why a cluster is not at rest, for people.
pub(super) fn describe(world: &World) -> String {
    let mut words = String::new();
    for id in world.ids() {
        let _ = match (world.process(id).server(), world.process(id).client()) {
            (Some(server), _) => write!(
                words,
                "{} is {} in term {}, commit {}, last {}; ",
                server_name(id.0),
                server.role().name(),
                server.term(),
                server.commit(),
                server.log().last().index
            ),
            (_, Some(client)) if client.open() > 0 => {
                write!(words, "client {} waits for {} answers; ", client.config().number + 1, client.open())
            }
            _ => Ok(()),
        };
    }
    words.truncate(words.trim_end_matches("; ").len());
    words
}

/// A write of every client, each through another server.
pub(super) fn writes(world: &World) -> Vec<Command> {
    requests(world, |number, server| {
        let value = format_smolstr!("after{number}");
        vec![Request::Put { server, command: RegisterCommand::Put { key: format_smolstr!("probe{number}"), value } }]
    })
}

/// A read of every key by every client, each through another server.
pub(super) fn reads(world: &World) -> Vec<Command> {
    let server = world.ids().find_map(|id| world.process(id).server());
    let keys: Vec<_> = server.iter().flat_map(|server| server.machine().machine().iter().map(|(key, _)| key)).collect();
    requests(world, |_, server| {
        let read = |key: &&str| Request::Get { server, query: RegisterQuery::Get { key: (*key).into() } };
        keys.iter().map(read).collect()
    })
}

fn requests(world: &World, make: impl Fn(u16, NodeId) -> Vec<Request>) -> Vec<Command> {
    let clients = world.ids().filter_map(|id| world.process(id).client().map(|client| (id, client.config())));
    let each = clients.flat_map(|(node, config)| {
        let server = NodeId(config.number % config.servers.max(1));
        make(config.number, server).into_iter().map(move |request| Command::Request { node, request })
    });
    each.collect()
}
