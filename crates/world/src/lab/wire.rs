//! What travels between the actors.

use super::replicated::Replicated;
use crate::base::{LogIndex, Register, Sessions};
use crate::consensus::raft::{AppendResult, Message, RaftMessage};
use crate::consensus::{self, ClientReply, ClientRequest};
use crate::service::ShopMessage;
use crate::service::chain::ChainAnswer;
use crate::shop::ProviderAnswer;

/// The machine that the cluster replicates, behind client sessions.
pub type Machine = Sessions<Replicated>;
/// What a client of the register wants done.
pub type Operation = consensus::Operation<Register>;
/// What comes of it.
pub type Outcome = consensus::Outcome<Register>;

/// Any message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Wire {
    /// Between servers.
    Raft(RaftMessage<Machine>),
    /// From a client.
    Request(ClientRequest<Machine>),
    /// To a client.
    Reply(ClientReply<Machine>),
    /// Of the shop.
    Shop(ShopMessage),
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
    /// Somebody of the shop asks somebody else of it.
    Call,
    /// The answer to that.
    Return {
        /// Yes, not turned away or refused.
        ok: bool,
    },
}

impl Wire {
    /// What kind of message it is, for the eye.
    pub fn kind(&self) -> MessageKind {
        match self {
            Wire::Raft(message) => match message {
                Message::PreVote { .. } => MessageKind::PreVote,
                Message::PreVoteReply { refused, .. } => MessageKind::PreVoteReply { granted: refused.is_none() },
                Message::RequestVote { .. } => MessageKind::RequestVote,
                Message::VoteReply { refused, .. } => MessageKind::VoteReply { granted: refused.is_none() },
                Message::Append { prev, entries, .. } => match entries.len() {
                    0 => MessageKind::Heartbeat,
                    count => MessageKind::Append { first: prev.index.next(), count: count as u32 },
                },
                Message::AppendReply { result, .. } => {
                    MessageKind::AppendReply { ok: matches!(result, AppendResult::Match(_)) }
                }
                Message::InstallSnapshot { .. } => MessageKind::Snapshot,
            },
            Wire::Request(request) => match request.operation {
                consensus::Operation::Command(_) => MessageKind::Write,
                consensus::Operation::Query(_) => MessageKind::Read,
            },
            Wire::Reply(reply) => {
                let done = matches!(reply.outcome, consensus::Outcome::Done(_) | consensus::Outcome::Answer(_));
                MessageKind::Reply { ok: done }
            }
            Wire::Shop(message) => match message {
                ShopMessage::Place(_)
                | ShopMessage::Browse { .. }
                | ShopMessage::Ask { .. }
                | ShopMessage::Call { .. }
                | ShopMessage::Request { .. } => MessageKind::Call,
                ShopMessage::Accepted { .. } | ShopMessage::Status { .. } | ShopMessage::Ended { .. } => {
                    MessageKind::Return { ok: true }
                }
                ShopMessage::Busy { .. }
                | ShopMessage::Refused { .. }
                | ShopMessage::Failed { .. }
                | ShopMessage::NoAnswer { .. } => MessageKind::Return { ok: false },
                ShopMessage::Response { answer, .. } => {
                    MessageKind::Return { ok: matches!(answer, ChainAnswer::Done(_)) }
                }
                ShopMessage::Return { answer, .. } => {
                    let ok = matches!(answer, ProviderAnswer::Captured(_) | ProviderAnswer::Refunded);
                    MessageKind::Return { ok }
                }
            },
        }
    }

    /// The indexes of the entries that the message carries, if it carries any.
    pub fn entries(&self) -> Option<(LogIndex, LogIndex)> {
        match self.kind() {
            MessageKind::Append { first, count } => Some((first, LogIndex(first.0 + u64::from(count) - 1))),
            _ => None,
        }
    }
}
