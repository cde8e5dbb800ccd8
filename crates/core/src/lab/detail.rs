//! One node, whole: names and values for the panel that shows the selected node.

use super::shop_detail;
use super::words::{self, Names};
use super::{Actor, LabTimer, Machine, World};
use crate::base::NodeId;
use crate::consensus::raft::{ProgressState, Raft, Role, Timer};
use crate::sim::Status;

/// Everything there is to say of a node: names and values, in groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Its name.
    pub name: String,
    /// Groups, each with a heading.
    pub groups: Vec<Group>,
}

/// Some values that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are about.
    pub heading: &'static str,
    /// Names and values.
    pub rows: Vec<(String, String)>,
}

impl Detail {
    /// Of a node.
    pub fn of(world: &World, node: NodeId) -> Detail {
        let names = Names::of(world);
        let mut groups = match world.process(node) {
            Actor::Server(server) => server_groups(world, node, server, &names),
            Actor::Service(_) | Actor::Provider(_) | Actor::Customers(_) | Actor::View(_) => {
                shop_detail::groups(world, node)
            }
            Actor::Client(client) => vec![Group {
                heading: "client",
                rows: vec![
                    ("asks".into(), names.get(client.server()).into()),
                    ("waits for".into(), words::count(client.open() as u64, "answer")),
                    ("answered".into(), client.answered().to_string()),
                    ("asked again".into(), client.retries().to_string()),
                ],
            }],
        };
        let status = match world.status(node) {
            Status::Alive => "alive",
            Status::Paused => "paused",
            Status::Dead => "dead: this is how it was when it died",
        };
        let clock = world.clock(node);
        let mut rows = vec![("status".to_string(), status.to_string())];
        rows.push(("its clock".into(), clock.local(world.now()).to_string()));
        if clock.rate_ppm() != 0 {
            rows.push(("its clock runs".into(), format!("{} ppm fast", clock.rate_ppm())));
        }
        if world.is_syncing(node) {
            rows.push(("disk".into(), "syncing".into()));
        }
        groups.insert(0, Group { heading: "node", rows });
        Detail { name: names.get(node).into(), groups }
    }
}

fn server_groups(world: &World, node: NodeId, server: &Raft<Machine>, names: &Names) -> Vec<Group> {
    let name = |node: Option<NodeId>| node.map_or("nobody", |node| names.get(node)).to_string();
    let log = server.log();
    let mut groups = Vec::new();
    let mut election = vec![
        ("role".into(), server.role().name().into()),
        ("term".into(), server.term().to_string()),
        ("voted for".into(), name(server.vote())),
        ("leader".into(), name(server.leader())),
    ];
    if matches!(server.role(), Role::Candidate | Role::PreCandidate) {
        let votes: Vec<NodeId> = server.votes().collect();
        let refusals: Vec<NodeId> = server.refusals().collect();
        election.push(("votes".into(), format!("{} of {} needed", names.list(&votes), server.config().majority())));
        if !refusals.is_empty() {
            election.push(("refused by".into(), names.list(&refusals)));
        }
    }
    if server.role() != Role::Leader
        && let Some((_, due)) = world.timer(node, LabTimer::server(Timer::Election))
    {
        election.push(("patience ends".into(), format!("in {} ms", due.since(world.now()).0.div_ceil(1_000))));
    }
    groups.push(Group { heading: "election", rows: election });
    let mut rows = vec![
        ("last entry".into(), format!("{} of term {}", log.last().index, log.last().term)),
        ("on disk up to".into(), server.durable().to_string()),
        ("committed up to".into(), server.commit().to_string()),
        ("applied up to".into(), server.applied().to_string()),
    ];
    if let Some(snapshot) = server.snapshot() {
        let text = format!("up to {}, {} bytes", snapshot.last.index, snapshot.state.len());
        rows.push(("snapshot".into(), text));
    }
    groups.push(Group { heading: "log", rows });
    if server.role() == Role::Leader {
        let followers = server.followers().iter().map(|progress| {
            let how = match progress.state() {
                ProgressState::Probe { .. } => "probing",
                ProgressState::Replicate => "replicating",
                ProgressState::Snapshot { .. } => "sent a snapshot",
            };
            let text = format!(
                "match {}, next {}, {how}, {} on the way",
                progress.matched(),
                progress.next(),
                progress.in_flight()
            );
            (names.get(progress.id()).to_string(), text)
        });
        groups.push(Group { heading: "followers", rows: followers.collect() });
        let waiting = server.waiting().len() + server.waiting_reads();
        groups.push(Group { heading: "clients", rows: vec![("waiting".into(), waiting.to_string())] });
    }
    let values = server.machine().machine().values().map(|(key, value)| (key.to_string(), value.to_string()));
    groups.push(Group { heading: "register", rows: values.collect() });
    groups
}

/// What a message carries: names and values.
pub fn message(world: &World, id: crate::base::MessageId) -> Option<Vec<(&'static str, String)>> {
    let flight = world.flights().find(|flight| flight.id == id)?;
    let names = Names::of(world);
    let mut rows = words::message(&flight.body, &names);
    rows.push(("from", names.get(flight.from).into()));
    rows.push(("to", names.get(flight.to).into()));
    rows.push(("sent", flight.sent.to_string()));
    let due = if flight.due == crate::base::Time::NEVER { "held".into() } else { flight.due.to_string() };
    rows.push(("arrives", due));
    Some(rows)
}
