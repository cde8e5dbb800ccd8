//! Serving clients (section 8): only the leader does, and it answers a command once it has carried it out.

use super::entry::{Entry, Payload};
use super::note::{Note, Role};
use super::parking::Parked;
use super::port::RaftPort;
use super::read::Read;
use super::server::Raft;
use crate::base::{LogIndex, NodeId, RequestId, StateMachine};
use crate::consensus::service::{ClientReply, ClientRequest, Operation, Outcome};

/// A client that waits for the outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// The entry that holds the command.
    pub index: LogIndex,
    /// Who waits.
    pub client: NodeId,
    /// For the outcome of which request.
    pub id: RequestId,
}

impl<M: StateMachine> Raft<M> {
    /// A request came.
    #[inline]
    pub(super) fn serve<P: RaftPort<M>>(&mut self, client: NodeId, request: ClientRequest<M>, port: &mut P) {
        let id = request.id;
        if self.role != Role::Leader {
            port.note(Note::Redirected { client });
            return port.reply(client, ClientReply { id, outcome: Outcome::NotLeader { leader: self.leader } });
        }
        let limit = u64::from(self.config.max_uncommitted);
        match request.operation {
            Operation::Command(command) if M::WAITS && self.may_wait(&command, port.local_time()) => {
                self.office.parked.park(Parked { client, id, command, beats: 0 });
            }
            Operation::Command(command) if self.uncommitted() < limit => self.propose(client, id, command, port),
            Operation::Query(query) if (self.office.reads.len() as u64) < limit => {
                self.take_read(Read { client, id, query }, port);
            }
            _ => {
                port.note(Note::TurnedAway { client });
                port.reply(client, ClientReply { id, outcome: Outcome::Busy });
            }
        }
    }

    /// How many entries wait for their commit.
    fn uncommitted(&self) -> u64 {
        self.log.last().index.0.saturating_sub(self.commit.0)
    }

    /// Puts a command into the log, with the time by this leader's clock.
    pub(super) fn propose<P: RaftPort<M>>(&mut self, client: NodeId, id: RequestId, command: M::Command, port: &mut P) {
        let command = self.machine.stamped(&command, port.local_time()).unwrap_or(command);
        let index = self.log.append(Entry { term: self.term, payload: Payload::Command(command) });
        self.office.waiting.push_back(Waiting { index, client, id });
        port.note(Note::Proposed { index });
        self.replicate(port);
    }

    /// A leader that steps down does not know what will become of its clients' requests: it says so, and whom to ask.
    pub(super) fn turn_all_away<P: RaftPort<M>>(&mut self, port: &mut P) {
        let commands = self.office.waiting.iter().map(|waiting| (waiting.client, waiting.id));
        let reads = self.office.reads.iter().map(|read| (read.client, read.id));
        for (client, id) in commands.chain(reads) {
            self.turn_away(client, id, port);
        }
        if M::WAITS {
            self.office.parked.iter().for_each(|parked| self.turn_away(parked.client, parked.id, port));
        }
    }

    fn turn_away<P: RaftPort<M>>(&self, client: NodeId, id: RequestId, port: &mut P) {
        port.note(Note::Redirected { client });
        port.reply(client, ClientReply { id, outcome: Outcome::NotLeader { leader: self.leader } });
    }
}
