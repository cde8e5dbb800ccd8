//! The stage as plain data: what there is to draw at one moment. A projection of the world; it decides nothing.

use smol_str::SmolStr;

use crate::base::{LogIndex, MessageId, NodeId, Span, Term, Time};
use crate::consensus::raft::Role;

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

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It runs.
    Alive,
    /// It is stopped, and will go on where it was.
    Paused,
    /// It has crashed: what was not on disk is gone.
    Dead,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A server of the cluster.
    Server(ServerView),
    /// A client.
    Client(ClientView),
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
    /// The latency that half of its messages do not exceed.
    pub typical_latency: Span,
    /// Messages lost, in parts per million.
    pub loss_ppm: u32,
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
    /// Somebody holds it.
    pub held: bool,
    /// What it is.
    pub kind: MessageKind,
}

/// What a message is: decides its shape and colour. One meaning each on stage, score, logs and lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// A pre-vote request.
    PreVote,
    /// The answer to one.
    PreVoteReply {
        /// Yes or no.
        granted: bool,
    },
    /// A vote request.
    RequestVote,
    /// The answer to one.
    VoteReply {
        /// Yes or no.
        granted: bool,
    },
    /// AppendEntries without entries.
    Heartbeat,
    /// AppendEntries.
    Append {
        /// Index of the first entry.
        first: LogIndex,
        /// How many entries.
        count: u32,
    },
    /// The answer to AppendEntries or a snapshot.
    AppendReply {
        /// The log agrees now.
        ok: bool,
    },
    /// A snapshot.
    Snapshot,
    /// A client's request that writes.
    Write,
    /// A client's request that reads.
    Read,
    /// The answer to a client.
    Reply {
        /// It was done, not redirected or turned away.
        ok: bool,
    },
}

impl MessageView {
    /// How far it has come at `now`, from 0 to 1. For drawing only.
    pub fn progress(&self, now: Time) -> f64 {
        let whole = self.due.since(self.sent).0;
        if whole == 0 || self.due == Time::NEVER {
            return 0.5;
        }
        (now.since(self.sent).0 as f64 / whole as f64).clamp(0.0, 1.0)
    }
}
