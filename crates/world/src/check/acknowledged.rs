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
    /// The acknowledged request that was committed at the highest index, and the chain up to there: whoever commits as
    /// much and has another chain has lost it, or one before it.
    highest: Option<(LogIndex, RequestId, u64)>,
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

    /// A client has told something; `committer` names a server that has committed up to an index.
    pub(super) fn noted(
        &mut self,
        note: &ClientNote,
        chains: &Chains,
        committer: impl Fn(LogIndex) -> Option<usize>,
    ) -> Result<(), Breach> {
        let ClientNote::Answered { id, outcome: Outcome::Done(_) } = note else { return Ok(()) };
        self.check(*id)?;
        let index = self.committed.get(&id.client).and_then(|requests| requests.get(id.sequence.0));
        if let Some(&index) = index
            && self.highest.is_none_or(|(highest, ..)| highest < index)
            && let Some(server) = committer(index)
            && let Some((_, chain)) = chains.at(server, index)
        {
            self.highest = Some((index, *id, chain));
        }
        Ok(())
    }

    /// Whether a server that has committed so far still has what was acknowledged.
    pub(super) fn kept(&self, change: &Change<'_>, chains: &Chains) -> Result<(), Breach> {
        if let Some((index, id, chain)) = self.highest
            && change.now.commit >= index
            && let Some((_, own)) = chains.at(change.node.slot(), index)
            && own != chain
        {
            return Err(Breach::Lost { id, index, server: change.node });
        }
        Ok(())
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
