//! The stage as plain data: what there is to draw at one moment. A projection of the world; it decides nothing.

use smol_str::SmolStr;

use super::shop_scene as shop;
use super::{Actor, Client, LabTimer, Machine, World, node_name};
use crate::base::{LogIndex, MessageId, NodeId, Span, Term, Time};
use crate::consensus::raft::{Raft, Role, Stage, Timer};
use crate::service::Asking;
pub use crate::service::chain::BreakerState;
use crate::service::view::Plan;
use crate::shop::views::ViewKind;
use crate::sim::Quality;
pub use crate::sim::Status;
use crate::store::Progress;
pub use tutti_world::lab::MessageKind;

/// Everything on the stage at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The moment.
    pub time: Time,
    /// Servers first, then clients, each in the order of its id; `nodes[i].id` is `NodeId(i)`.
    pub nodes: Vec<NodeView>,
    /// Every direction between two nodes that talk to each other.
    pub links: Vec<LinkView>,
    /// The messages in flight, in the order in which they were sent.
    pub messages: Vec<MessageView>,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// Its id.
    pub id: NodeId,
    /// Its name: `A`, `B`, ... for servers, `client` or `client 2` for clients.
    pub name: SmolStr,
    /// Alive, paused or dead.
    pub status: Status,
    /// What it is, and what only such a node has.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A server of the cluster.
    Server(ServerView),
    /// A client.
    Client(ClientView),
    /// A service of the shop.
    Service(ServiceView),
    /// The payment provider.
    Provider(ProviderView),
    /// The customers.
    Customers(CustomersView),
    /// A query node.
    View(QueryView),
    /// Somebody of whom no more is seen than that they are there.
    Other,
}

/// What is seen of a query node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryView {
    /// Its read models.
    pub models: Vec<ViewKind>,
    /// How many events it is behind the store, as far as the brokers know.
    pub lag: u64,
    /// How many questions it may answer at a time.
    pub workers: u8,
    /// How many it is answering.
    pub busy: usize,
    /// How many wait for their turn.
    pub queue: usize,
    /// How many wait until it has read what they are about.
    pub held: usize,
    /// What it makes from nothing.
    pub build: Option<BuildView>,
    /// Of the read model that it has made again last: which, and whether it came to the same as the one that was there.
    pub rebuilt: Option<(ViewKind, bool)>,
}

/// A read model that is being made from nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildView {
    /// Which, and what for.
    pub plan: Plan,
    /// How many events it has read, and how many there are to read.
    pub progress: Progress,
}

/// What is seen of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    /// What it does.
    pub role: crate::shop::Service,
    /// How many workers it has; with none it is there, but not in service.
    pub workers: u8,
    /// How many of them are at work.
    pub busy: u8,
    /// How many of these wait for an answer: of the provider, or, in a chain, of anybody whom they call.
    pub waiting: u8,
    /// In a chain, whom it calls.
    pub calls: Vec<CallsView>,
    /// For how long the one does that waits longest, to a tick of the service.
    pub waits: Span,
    /// How many records and customers wait in it.
    pub queue: usize,
    /// How many facts and records wait in its outbox.
    pub outbox: usize,
    /// How many records its group has not dealt with, as far as the brokers know; `None`: it has no group.
    pub lag: Option<u64>,
    /// How many records its group has given up.
    pub dead_letters: u32,
}

/// What is seen of the calls that a service of a chain makes to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallsView {
    /// To whom.
    pub whom: crate::shop::Service,
    /// Where that one is.
    pub node: NodeId,
    /// How many workers wait for its answer.
    pub waiting: u8,
    /// How many wait before they try again.
    pub backing_off: u8,
    /// How its breaker stands, if it has one.
    pub breaker: Option<BreakerState>,
}

/// What is seen of the payment provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderView {
    /// How many requests it works on.
    pub busy: usize,
    /// How many wait.
    pub queue: usize,
}

/// What is seen of the customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomersView {
    /// How many orders they have placed.
    pub placed: u32,
    /// How many wait to be accepted.
    pub waiting: usize,
    /// What came of their questions.
    pub asking: Asking,
    /// The mean time between two orders; `None`: they order nothing by themselves, or have ceased to.
    pub gap: Option<Span>,
    /// There is somebody who can tell them what became of an order.
    pub answered: bool,
}

/// What is seen of a server. Of a dead one: what was last known of it, its term and vote from its disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerView {
    /// Its part.
    pub role: Role,
    /// Its term.
    pub term: Term,
    /// Whom it voted for in this term.
    pub vote: Option<NodeId>,
    /// Whom it takes for the leader of this term.
    pub leader: Option<NodeId>,
    /// If it campaigns: who has granted a vote, itself included.
    pub votes: Vec<NodeId>,
    /// How many votes or copies make a majority.
    pub majority: usize,
    /// The running election timeout of a server that does not lead.
    pub timeout: Option<Ring>,
    /// Its commit index.
    pub commit: LogIndex,
    /// The last entry that its machine has applied.
    pub applied: LogIndex,
    /// The last entry of its log.
    pub last: LogIndex,
    /// The last entry that is compacted away.
    pub compacted: LogIndex,
}

/// A timer that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    /// When it was set.
    pub set_at: Time,
    /// When it runs out.
    pub due: Time,
}

/// What is seen of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientView {
    /// Requests that wait for an answer.
    pub waiting: usize,
    /// Requests that were answered.
    pub answered: u64,
    /// Attempts after the first, over all requests.
    pub retries: u64,
    /// The server it talks to.
    pub target: Option<NodeId>,
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// From this node.
    pub from: NodeId,
    /// To this node.
    pub to: NodeId,
    /// Nothing passes.
    pub cut: bool,
    /// What it is like.
    pub quality: Quality,
}

/// One message in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Its sender.
    pub from: NodeId,
    /// Where it goes.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Time,
    /// When it will arrive; not known of a message that is held.
    pub due: Time,
    /// When its hour of arrival was last changed, and how far it had come then, in parts per million of its way.
    pub changed: (Time, u32),
    /// Somebody holds it.
    pub held: bool,
    /// What it is.
    pub kind: MessageKind,
}

impl MessageView {
    /// How far it has come at `now`, from 0 to 1. For drawing only.
    pub fn progress(&self, now: Time) -> f64 {
        let (since, share) = self.changed;
        let (share, whole) = (f64::from(share) / 1e6, self.due.since(since).0);
        if self.held {
            return share;
        }
        if whole == 0 {
            return 0.5;
        }
        (share + (1.0 - share) * (now.since(since).0 as f64 / whole as f64)).clamp(0.0, 1.0)
    }
}

impl Scene {
    /// The stage as it is now.
    pub fn of(world: &World) -> Scene {
        let nodes: Vec<NodeView> = world.ids().map(|id| node(world, id)).collect();
        let mut links = Vec::new();
        for from in world.ids() {
            for to in world.ids().filter(|&to| to != from && talk(world.process(from), world.process(to))) {
                let link = world.link(from, to);
                links.push(LinkView { from, to, cut: link.cut, quality: link.quality });
            }
        }
        let mut messages: Vec<MessageView> = world.flights().map(message).collect();
        messages.sort_unstable_by_key(|message| message.id);
        Scene { time: world.now(), nodes, links, messages }
    }
}

/// Whether two nodes talk to each other at all.
fn talk(one: &Actor, other: &Actor) -> bool {
    match (one, other) {
        (Actor::Server(_), Actor::Server(_) | Actor::Client(_)) | (Actor::Client(_), Actor::Server(_)) => true,
        (Actor::Server(_), Actor::Part(_)) => shop::asks_brokers(other),
        (Actor::Part(_), Actor::Server(_)) => shop::asks_brokers(one),
        (Actor::Part(_), Actor::Part(_)) => shop::talk(one, other) || shop::talk(other, one),
        _ => false,
    }
}

fn message(flight: &crate::sim::Flight<super::Wire>) -> MessageView {
    let (id, from, to, sent, due) = (flight.id, flight.from, flight.to, flight.sent, flight.due);
    MessageView { id, from, to, sent, due, changed: flight.changed, held: due == Time::NEVER, kind: flight.body.kind() }
}

fn node(world: &World, id: NodeId) -> NodeView {
    let actor = world.process(id);
    let kind = match actor {
        Actor::Server(raft) => NodeKind::Server(server(world, id, raft)),
        Actor::Client(client) => NodeKind::Client(client_view(client)),
        Actor::Part(part) => shop::kind(world, &**part),
    };
    NodeView { id, name: node_name(id, actor), status: world.status(id), kind }
}

fn server(world: &World, id: NodeId, raft: &Raft<Machine>) -> ServerView {
    let campaigns = matches!(raft.role(), Role::Candidate | Role::PreCandidate);
    let log = raft.log();
    ServerView {
        role: raft.role(),
        term: raft.term(),
        vote: raft.vote(),
        leader: raft.leader(),
        votes: if campaigns { raft.votes().collect() } else { Vec::new() },
        majority: raft.config().majority(),
        timeout: (raft.role() != Role::Leader).then(|| election_ring(world, id, raft)).flatten(),
        commit: raft.commit(),
        applied: raft.applied(),
        last: log.last().index,
        compacted: log.before().index,
    }
}

/// The whole wait for a leader, which is run on one timer in two stages.
fn election_ring(world: &World, id: NodeId, raft: &Raft<Machine>) -> Option<Ring> {
    let (set_at, due) = world.timer(id, LabTimer::server(Timer::Election))?;
    let wait = raft.election_wait();
    let clock = world.clock(id);
    Some(match wait.stage {
        Stage::Patient => Ring { set_at, due: due + clock.real(wait.remainder) },
        Stage::Restless => {
            let patient = clock.real(raft.config().election_timeout.0);
            Ring { set_at: Time(set_at.0.saturating_sub(patient.0)), due }
        }
    })
}

fn client_view(client: &Client) -> ClientView {
    ClientView {
        waiting: client.open(),
        answered: client.answered(),
        retries: client.retries(),
        target: Some(client.server()),
    }
}
