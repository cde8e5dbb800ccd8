//! Commands as people and scenarios give them: to a node, or to whoever plays a part at that moment.

use super::scene::MessageKind;
use super::{Command, Request, World, leader};
use crate::base::{MessageId, NodeId, RegisterCommand, RegisterQuery, Span};
use crate::sim::{Quality, Status};

/// Whom an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// This node.
    Node(NodeId),
    /// Whoever leads when the order takes effect: the leader of the highest term among the servers that run.
    Leader,
    /// A server that runs and does not lead: the first by name, the second, and so on, from 0.
    Follower(u16),
    /// A server that does not run, dead or paused: the first by name, the second, and so on, from 0.
    Stopped(u16),
}

/// What is to be done. An order for somebody whom there is not at that moment does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Exactly this.
    Give(Command),
    /// Something to a node.
    To {
        /// Which.
        target: Target,
        /// What.
        what: NodeOrder,
    },
    /// Something to the link between two nodes.
    Link {
        /// From here.
        from: Target,
        /// To there.
        to: Target,
        /// What.
        what: LinkOrder,
    },
    /// The servers fall apart into groups: nothing passes between them any more. The servers that are in none make up
    /// one more. Clients keep their links, unless they are in a group.
    Split {
        /// The groups; who is in one already is not in a later one.
        groups: Vec<Vec<Target>>,
    },
    /// A client asks a server for something.
    Ask {
        /// Which client.
        client: NodeId,
        /// Which server.
        server: Target,
        /// For what.
        what: ClientOrder,
    },
    /// Something to one message in flight.
    Message {
        /// Which: the first sent that fits.
        which: MessageFilter,
        /// What.
        what: MessageOrder,
    },
}

/// What is to be done to a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum NodeOrder {
    /// It dies.
    #[default]
    Crash,
    /// It starts again.
    Restart,
    /// It stops.
    Pause,
    /// It goes on.
    Resume,
    /// Its election timeout runs out.
    TimeoutNow,
    /// Every link between it and another server is cut, both ways.
    Isolate,
    /// Every link between it and another server is healed, both ways.
    Rejoin,
    /// Every direction from it to another server is cut; it still hears them.
    Mute,
    /// Every direction from another server to it is cut; they still hear it.
    Deafen,
    /// Its clock runs at another rate, and is set.
    Skew {
        /// How much faster, in parts per million.
        rate_ppm: i32,
        /// By how much it is set forwards, in microseconds.
        offset_us: i64,
    },
    /// A part of the shop is asked for something.
    Shop(Request),
}

/// What is to be done to a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LinkOrder {
    /// Nothing passes from the one to the other.
    #[default]
    Cut,
    /// Messages pass again from the one to the other.
    Heal,
    /// Nothing passes either way.
    CutBoth,
    /// Messages pass again both ways.
    HealBoth,
    /// From the one to the other it is like this from now on.
    Set(Quality),
}

/// What a client is to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClientOrder {
    /// A change of a register.
    Write(RegisterCommand),
    /// What a register holds.
    Read(RegisterQuery),
}

/// Which message is meant: one that fits all that is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MessageFilter {
    /// Its sender.
    pub from: Option<Target>,
    /// Where it goes.
    pub to: Option<Target>,
    /// What it is.
    pub kind: Option<KindName>,
}

/// What a message is, without what it carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KindName {
    /// A pre-vote request or its answer.
    #[default]
    PreVote,
    /// A vote request.
    RequestVote,
    /// The answer to a vote request.
    VoteReply,
    /// AppendEntries without entries.
    Heartbeat,
    /// AppendEntries with entries.
    Append,
    /// The answer to AppendEntries.
    AppendReply,
    /// A snapshot.
    Snapshot,
    /// A client's request.
    Request,
    /// The answer to a client.
    Reply,
    /// Somebody of the shop asks somebody else of it.
    Call,
    /// The answer to that.
    Return,
}

/// What is to be done to a message in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MessageOrder {
    /// It is lost.
    #[default]
    Drop,
    /// It arrives later by this much.
    Delay(Span),
    /// A copy goes with it.
    Duplicate,
    /// It arrives now.
    DeliverNow,
    /// It stays where it is.
    Hold,
}

impl From<Command> for Order {
    fn from(command: Command) -> Order {
        Order::Give(command)
    }
}

impl From<MessageKind> for KindName {
    fn from(kind: MessageKind) -> KindName {
        match kind {
            MessageKind::PreVote | MessageKind::PreVoteReply { .. } => KindName::PreVote,
            MessageKind::RequestVote => KindName::RequestVote,
            MessageKind::VoteReply { .. } => KindName::VoteReply,
            MessageKind::Heartbeat => KindName::Heartbeat,
            MessageKind::Append { .. } => KindName::Append,
            MessageKind::AppendReply { .. } => KindName::AppendReply,
            MessageKind::Snapshot => KindName::Snapshot,
            MessageKind::Write | MessageKind::Read => KindName::Request,
            MessageKind::Reply { .. } => KindName::Reply,
            MessageKind::Call => KindName::Call,
            MessageKind::Return { .. } => KindName::Return,
        }
    }
}

impl Target {
    /// Who that is now, if anybody.
    pub fn resolve(self, world: &World) -> Option<NodeId> {
        match self {
            Target::Node(node) => Some(node),
            Target::Leader => leader(world),
            Target::Follower(nth) => {
                let leads = leader(world);
                let runs = |&id: &NodeId| {
                    world.status(id) == Status::Alive && world.process(id).server().is_some() && Some(id) != leads
                };
                world.ids().filter(runs).nth(usize::from(nth))
            }
            Target::Stopped(nth) => {
                let stopped = |&id: &NodeId| world.status(id) != Status::Alive && world.process(id).server().is_some();
                world.ids().filter(stopped).nth(usize::from(nth))
            }
        }
    }
}

impl Order {
    /// The commands that it comes to at this moment; none if there is nobody for whom it is.
    pub fn resolve(&self, world: &World) -> Vec<Command> {
        match self {
            Order::Give(command) => vec![command.clone()],
            Order::To { target, what } => match target.resolve(world) {
                Some(node) => what.to_node(world, node),
                None => Vec::new(),
            },
            Order::Link { from, to, what } => match (from.resolve(world), to.resolve(world)) {
                (Some(from), Some(to)) => what.to_link(from, to),
                _ => Vec::new(),
            },
            Order::Split { groups } => split(world, groups),
            Order::Ask { client, server, what } => match server.resolve(world) {
                Some(server) => vec![what.to_client(*client, server)],
                None => Vec::new(),
            },
            Order::Message { which, what } => {
                which.find(world).map(|message| what.to_message(message)).into_iter().collect()
            }
        }
    }
}

/// The partition that a split comes to.
fn split(world: &World, groups: &[Vec<Target>]) -> Vec<Command> {
    let mut placed: Vec<NodeId> = Vec::new();
    let mut made: Vec<Vec<NodeId>> = Vec::new();
    for group in groups {
        let mut members = Vec::new();
        for node in group.iter().filter_map(|target| target.resolve(world)) {
            if !placed.contains(&node) {
                placed.push(node);
                members.push(node);
            }
        }
        made.push(members);
    }
    made.push(world.ids().filter(|&id| world.process(id).server().is_some() && !placed.contains(&id)).collect());
    made.retain(|group| !group.is_empty());
    vec![Command::Partition { groups: made }]
}

impl ClientOrder {
    fn to_client(&self, node: NodeId, server: NodeId) -> Command {
        let request = match self.clone() {
            ClientOrder::Write(command) => Request::Put { server, command },
            ClientOrder::Read(query) => Request::Get { server, query },
        };
        Command::Request { node, request }
    }
}

impl LinkOrder {
    fn to_link(self, from: NodeId, to: NodeId) -> Vec<Command> {
        let (cut, heal) = (|from, to| Command::Cut { from, to }, |from, to| Command::Heal { from, to });
        match self {
            LinkOrder::Cut => vec![cut(from, to)],
            LinkOrder::Heal => vec![heal(from, to)],
            LinkOrder::CutBoth => vec![cut(from, to), cut(to, from)],
            LinkOrder::HealBoth => vec![heal(from, to), heal(to, from)],
            LinkOrder::Set(quality) => vec![Command::SetLink { from, to, quality }],
        }
    }
}

impl NodeOrder {
    fn to_node(&self, world: &World, node: NodeId) -> Vec<Command> {
        let others = || world.ids().filter(move |&id| id != node && world.process(id).server().is_some());
        let outward = |make: fn(NodeId, NodeId) -> Command| others().map(move |to| make(node, to));
        let inward = |make: fn(NodeId, NodeId) -> Command| others().map(move |from| make(from, node));
        let cut = |from, to| Command::Cut { from, to };
        let heal = |from, to| Command::Heal { from, to };
        match self.clone() {
            NodeOrder::Shop(request) => vec![Command::Request { node, request }],
            NodeOrder::Crash => vec![Command::Crash { node }],
            NodeOrder::Restart => vec![Command::Restart { node }],
            NodeOrder::Pause => vec![Command::Pause { node }],
            NodeOrder::Resume => vec![Command::Resume { node }],
            NodeOrder::TimeoutNow => vec![Command::Request { node, request: Request::TimeoutNow }],
            NodeOrder::Isolate => outward(cut).chain(inward(cut)).collect(),
            NodeOrder::Rejoin => outward(heal).chain(inward(heal)).collect(),
            NodeOrder::Mute => outward(cut).collect(),
            NodeOrder::Deafen => inward(cut).collect(),
            NodeOrder::Skew { rate_ppm, offset_us } => vec![Command::Skew { node, rate_ppm, offset_us }],
        }
    }
}

impl MessageFilter {
    fn find(&self, world: &World) -> Option<MessageId> {
        // A target whom there is not fits no message.
        let from = self.from.map(|target| target.resolve(world));
        let to = self.to.map(|target| target.resolve(world));
        let fits = |flight: &&crate::sim::Flight<super::Wire>| {
            from.is_none_or(|from| from == Some(flight.from))
                && to.is_none_or(|to| to == Some(flight.to))
                && self.kind.is_none_or(|kind| kind == flight.body.kind().into())
        };
        world.flights().filter(fits).map(|flight| flight.id).min()
    }
}

impl MessageOrder {
    /// The command for a certain message.
    pub fn to_message(self, message: MessageId) -> Command {
        match self {
            MessageOrder::Drop => Command::Drop { message },
            MessageOrder::Delay(by) => Command::Delay { message, by },
            MessageOrder::Duplicate => Command::Duplicate { message },
            MessageOrder::DeliverNow => Command::DeliverNow { message },
            MessageOrder::Hold => Command::Hold { message },
        }
    }
}
