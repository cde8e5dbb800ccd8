//! After the faults: everything is mended, and what has to come about then.

use std::fmt::Write;

use smol_str::format_smolstr;

use crate::base::{NodeId, RegisterCommand, RegisterQuery, Span, StateMachine};
use crate::broker::Broker;
use crate::bus::{BusAnswer, BusQuery};
use crate::consensus::raft::Role;
use crate::lab::{Actor, Command, Request, World, server_name};
use crate::scenario::Shop;
use crate::service::Service;
use crate::service::chain::ChainService;
use crate::service::view::View;
use crate::sim::{Quality, Status};
use crate::store::Filter;
use crate::timeline::Run;

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
pub(super) fn at_rest(run: &Run) -> bool {
    let world = run.world();
    let servers = || world.ids().filter_map(|id| world.process(id).server());
    let Some(leader) = servers().find(|server| server.role() == Role::Leader) else { return false };
    let shop = leader.machine().machine().broker().is_some();
    let same = servers().all(|server| {
        let follows = server.leader() == Some(leader.id());
        let last = server.log().last();
        let all = last == leader.log().last()
            && (server.commit(), server.applied()) == (last.index, last.index)
            && server.machine() == leader.machine();
        // The consumers of a shop never keep silent for long: there is always something that is not committed yet.
        follows && server.term() == leader.term() && (all || shop)
    });
    let runs = world.ids().all(|id| world.status(id) == Status::Alive);
    let services = || world.ids().filter_map(|id| world.process(id).service());
    let broker = leader.machine().machine().broker();
    let caught_up = broker.is_none_or(|broker| services().all(|service| lag(broker, service) == 0));
    let views = || world.ids().filter_map(|id| world.process(id).view());
    let live = broker.is_none_or(|broker| views().all(|view| follows(broker, view)));
    same && runs && caught_up && live && world.ids().all(|id| has_nothing_to_do(world.process(id)))
}

/// How long a shop has to be quiet before what has not ended never will: all that it waits for is shorter.
pub(super) fn silence(shop: &Shop) -> Span {
    let longest = Span(shop.ack_wait.0 * 4).max(Span(shop.retry.0 * 16)).max(shop.rules.shipping_deadline);
    Span(longest.0 * 2 + Span::secs(5).0)
}

/// Whether nobody waits for anything there.
fn has_nothing_to_do(actor: &Actor) -> bool {
    actor.client().is_none_or(|client| client.open() == 0)
        && actor.service().is_none_or(Service::is_idle)
        && actor.chain().is_none_or(ChainService::is_idle)
        && actor.provider().is_none_or(|provider| provider.waiting().is_empty() && provider.working().count() == 0)
        && actor.customers().is_none_or(|customers| customers.open() == 0 && customers.questions() == 0)
        && actor.view().is_none_or(View::is_idle)
}

/// Whether a query node has read all that there is. One without read models follows nothing.
fn follows(broker: &Broker, view: &View) -> bool {
    view.models().is_empty() || broker.store().count_before(&Filter::All, view.next()) == broker.store().events()
}

/// How many records the group of a service has not dealt with: all, while it has no group. Whoever has no workers waits
/// for nothing.
fn lag(broker: &Broker, service: &Service) -> u64 {
    if service.ledger().workers == 0 {
        return 0;
    }
    let Ok(BusAnswer::Overview(overview)) = broker.bus().query(&BusQuery::Overview) else { return u64::MAX };
    let group = overview.groups.iter().find(|(_, name)| *name == service.config().role.name());
    match group.map(|(group, _)| broker.bus().query(&BusQuery::Group(*group))) {
        Some(Ok(BusAnswer::Group(view))) => view.lag,
        _ => u64::MAX,
    }
}

/// Why a cluster is not at rest, for people.
pub(super) fn describe(world: &World) -> String {
    let brokers = world.ids().filter_map(|id| world.process(id).server()?.machine().machine().broker());
    let furthest = brokers.max_by_key(|broker| broker.store().commands());
    let mut words = String::new();
    let is_behind = |actor: &Actor| actor.view().zip(furthest).is_some_and(|(view, broker)| !follows(broker, view));
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
            _ if is_behind(world.process(id)) => {
                let name = crate::lab::node_name(id, world.process(id));
                write!(words, "{name} has not read all that is stored; ")
            }
            _ if !has_nothing_to_do(world.process(id)) => {
                let name = crate::lab::node_name(id, world.process(id));
                match world.process(id).service() {
                    Some(service) => write!(words, "{name} has work to do, and {}; ", service.ledger().outbox),
                    None => write!(words, "{name} has work to do; "),
                }
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
    let keys: Vec<_> =
        server.iter().flat_map(|server| server.machine().machine().values().map(|(key, _)| key)).collect();
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
