//! What was acknowledged to a client is committed: the command stands in the log at or before the index up to which
//! anybody has seen entries committed. That it stays there is leader completeness; together, nothing acknowledged is
//! ever lost.

use super::chains::Chains;
use super::{Breach, Change};
use crate::base::{Chunked, ClientId, LogIndex, NodeId, RequestId, SortedMap};
use crate::consensus::raft::{Payload, Raft};
use crate::lab::{ClientNote, Machine, Outcome};

#[derive(Clone, Debug, Default)]
pub(super) struct Acknowledged {
    /// For each client, by sequence: the index at which the request was first committed, or 0.
    committed: SortedMap<ClientId, Chunked<LogIndex>>,
    /// A committed entry was gone from every log before it could be looked at: then nothing can be said.
    unseen: bool,
}

impl Acknowledged {
    /// Entries from after `from` up to `to` were seen committed for the first time, in this server's log.
    pub(super) fn committed(&mut self, change: &Change<'_>, chains: &Chains, from: LogIndex, to: LogIndex) {
        for index in from.0 + 1..=to.0 {
            let index = LogIndex(index);
            // Committed and compacted away in one step: somebody else still has the same entry.
            let chain = chains.at(change.node.slot(), index);
            let same = |(id, server)| (chains.at(NodeId::slot(id), index) == chain).then_some(server);
            let elsewhere =
                || change.others().filter_map(same).find_map(|other: &Raft<Machine>| other.log().entry(index));
            let Some(entry) = change.server.log().entry(index).or_else(elsewhere) else {
                self.unseen = true;
                continue;
            };
            let Payload::Command(command) = &entry.payload else { continue };
            let requests = self.committed.get_or_insert_with(command.id.client, || Chunked::starting_at(1));
            let sequence = command.id.sequence.0;
            while requests.end() <= sequence {
                requests.push(LogIndex::ZERO);
            }
            if requests.get(sequence) == Some(&LogIndex::ZERO) {
                requests.set(sequence, index);
            }
        }
    }

    pub(super) fn noted(&mut self, note: &ClientNote) -> Result<(), Breach> {
        match note {
            ClientNote::Answered { id, outcome: Outcome::Done(_) } => self.check(*id),
            _ => Ok(()),
        }
    }

    fn check(&self, id: RequestId) -> Result<(), Breach> {
        let index = self.committed.get(&id.client).and_then(|requests| requests.get(id.sequence.0));
        match index {
            Some(&index) if index > LogIndex::ZERO => Ok(()),
            _ if self.unseen => Ok(()),
            _ => Err(Breach::NotCommitted { id }),
        }
    }
}
