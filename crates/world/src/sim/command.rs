//! Everything that can be done to a world from outside.

use super::network::Quality;
use crate::base::{MessageId, NodeId, Span};

/// One intervention. `R` is what can be asked of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Command<R> {
    /// The node dies: its volatile state and its unsynced writes are gone.
    Crash {
        /// Which node.
        node: NodeId,
    },
    /// A dead node starts again from its disk.
    Restart {
        /// Which node.
        node: NodeId,
    },
    /// The node stops where it is; what arrives waits for it.
    Pause {
        /// Which node.
        node: NodeId,
    },
    /// A paused node goes on.
    Resume {
        /// Which node.
        node: NodeId,
    },
    /// The node's clock runs at another rate, and is set.
    Skew {
        /// Which node.
        node: NodeId,
        /// How much faster than real time, in parts per million; at most [`super::Clock::MAX_RATE_PPM`] either way.
        rate_ppm: i32,
        /// By how much it is set forwards, in microseconds.
        offset_us: i64,
    },
    /// Nothing passes in this direction any more; what is under way is lost.
    Cut {
        /// From here.
        from: NodeId,
        /// To there.
        to: NodeId,
    },
    /// Messages pass again in this direction.
    Heal {
        /// From here.
        from: NodeId,
        /// To there.
        to: NodeId,
    },
    /// Both directions of every link between nodes of different groups are cut, within a group healed. Nodes in no
    /// group keep their links.
    Partition {
        /// The groups.
        groups: Vec<Vec<NodeId>>,
    },
    /// Every cut is healed.
    #[default]
    HealAll,
    /// The direction gets another latency, loss and so on.
    SetLink {
        /// From here.
        from: NodeId,
        /// To there.
        to: NodeId,
        /// What it is like from now on.
        quality: Quality,
    },
    /// One message in flight is lost.
    Drop {
        /// Which.
        message: MessageId,
    },
    /// One message in flight arrives later.
    Delay {
        /// Which.
        message: MessageId,
        /// By how much.
        by: Span,
    },
    /// A copy of one message in flight is sent along with it.
    Duplicate {
        /// Which.
        message: MessageId,
    },
    /// One message in flight arrives now.
    DeliverNow {
        /// Which.
        message: MessageId,
    },
    /// One message in flight stays where it is until it is delivered, delayed or dropped by hand.
    Hold {
        /// Which.
        message: MessageId,
    },
    /// Something is asked of a process.
    Request {
        /// Which process.
        node: NodeId,
        /// What.
        request: R,
    },
}

/// Why a command could not be carried out. It stays in the history and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// The world has no such node.
    #[error("there is no such node")]
    NoSuchNode,
    /// The message has arrived or was lost, or never was.
    #[error("the message is no longer in flight")]
    NotInFlight,
    /// Only a dead node can be restarted.
    #[error("the node is not dead")]
    NotDead,
    /// The node is dead already, or was asked something while dead.
    #[error("the node is dead")]
    Dead,
    /// Only a paused node can be resumed.
    #[error("the node is not paused")]
    NotPaused,
    /// The node is paused already, or was asked something while paused.
    #[error("the node is paused")]
    Paused,
    /// A node has no link to itself.
    #[error("a node has no link to itself")]
    NoSuchLink,
}
