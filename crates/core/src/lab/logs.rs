//! The servers' logs side by side, as plain data.

use smol_str::{SmolStr, ToSmolStr};

use super::{World, leader, words};
use crate::base::{LogIndex, NodeId, Term};
use crate::consensus::raft::{Entry, Raft, Role};
use crate::sim::Status;

/// A stretch of every server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// The first index that is shown.
    pub from: LogIndex,
    /// The last index of the longest log.
    pub to: LogIndex,
    /// What an onlooker sees to be committed: the highest commit index of any server.
    pub committed: LogIndex,
    /// A log for each server.
    pub logs: Vec<LogColumn>,
}

/// One server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogColumn {
    /// Whose.
    pub node: NodeId,
    /// Whether it runs.
    pub status: Status,
    /// Its part.
    pub role: Role,
    /// Its commit index.
    pub commit: LogIndex,
    /// The last index that is compacted away.
    pub compacted: LogIndex,
    /// The last index that is on its disk.
    pub durable: LogIndex,
    /// Up to where the leader knows this log to agree with its own; only while somebody leads.
    pub matched: Option<LogIndex>,
    /// Its entries in the stretch, from the first that it keeps.
    pub slips: Vec<Slip>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Its index.
    pub index: LogIndex,
    /// Its term.
    pub term: Term,
    /// What it does.
    pub text: SmolStr,
}

impl Logs {
    /// So many indexes of the logs, from `first` on; without it, the last.
    pub fn of(world: &World, first: Option<LogIndex>, most: u64) -> Logs {
        let servers = || world.ids().filter_map(|id| Some((id, world.process(id).server()?)));
        let to = servers().map(|(_, server)| server.log().last().index).max().unwrap_or_default();
        let from = first.unwrap_or(LogIndex((to.0 + 1).saturating_sub(most))).max(LogIndex(1));
        let end = LogIndex(from.0.saturating_add(most));
        let committed = servers().map(|(_, server)| server.commit()).max().unwrap_or_default();
        let leads = leader(world).and_then(|id| world.process(id).server());
        let column = |(node, server): (NodeId, &Raft<super::Machine>)| {
            let first = from.max(server.log().first_index());
            let slip = |(index, entry): (u64, &Entry<_>)| Slip {
                index: LogIndex(index),
                term: entry.term,
                text: words::entry(entry).to_smolstr(),
            };
            let matched = leads.and_then(|leads| {
                if leads.id() == node {
                    return Some(leads.log().last().index);
                }
                Some(leads.followers().iter().find(|progress| progress.id() == node)?.matched())
            });
            LogColumn {
                node,
                status: world.status(node),
                role: server.role(),
                commit: server.commit(),
                compacted: server.log().before().index,
                durable: server.durable(),
                matched,
                slips: (first.0..end.0).zip(server.log().iter_from(first)).map(slip).collect(),
            }
        };
        Logs { from, to, committed, logs: servers().map(column).collect() }
    }
}
