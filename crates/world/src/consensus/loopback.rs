//! Raft with nothing around it: some servers in one loop, to see how fast the protocol itself is.
//!
//! Messages go through one first-in first-out queue and take no time, and so does the word of a disk that a write is
//! done; one client keeps a fixed number of commands under way. There is no clock here: whoever calls this looks at one.

use std::collections::VecDeque;
use std::sync::Arc;

use super::raft::{Config, Input, Note, Raft, RaftMessage, RaftPort, Role, Timer, Write};
use super::service::{ClientReply, ClientRequest, Operation, Outcome};
use crate::base::{ClientId, NodeId, RequestId, Sequence, SnapshotError, Span, StateMachine, Time, digest};

/// What a loop has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Commands that were committed, applied by every server, and answered.
    pub commands: u64,
    /// Messages between servers that were delivered.
    pub messages: u64,
    /// Writes that were synced.
    pub writes: u64,
    /// What every server's machine held at the end; the same on every machine.
    pub checksum: u64,
}

/// A command of 64 bytes.
type Block = [u64; 8];

/// A machine that costs next to nothing, but whose state depends on every command and on their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Tally {
    commands: u64,
    sum: u64,
}

impl StateMachine for Tally {
    type Command = Block;
    type Response = u64;
    type Query = ();
    type Answer = u64;

    fn apply(&mut self, block: &Block) -> u64 {
        self.commands += 1;
        self.sum = block.iter().fold(self.sum.rotate_left(1), |sum, word| sum ^ word);
        self.sum
    }

    fn query(&self, (): &()) -> u64 {
        self.sum
    }

    fn snapshot(&self) -> Vec<u8> {
        [self.commands.to_le_bytes(), self.sum.to_le_bytes()].concat()
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let word = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        match (word(0), word(8)) {
            (Some(commands), Some(sum)) => Ok(Tally { commands, sum }),
            _ => Err(SnapshotError { machine: "tally", reason: "too short".into() }),
        }
    }

    fn command_bytes(_: &Block) -> u32 {
        64
    }
}

/// What is on its way.
enum Letter {
    /// A message between servers.
    Message { from: NodeId, to: NodeId, message: RaftMessage<Tally> },
    /// The word of a server's disk that a write is done.
    Synced { to: NodeId },
}

/// The outside of the server that is stepping.
struct Port {
    id: NodeId,
    queue: VecDeque<Letter>,
    /// Commands answered since the client last looked.
    answered: u64,
}

impl RaftPort<Tally> for Port {
    fn local_time(&self) -> Time {
        Time::ZERO
    }
    fn draw_between(&mut self, low: Span, _: Span) -> Span {
        low
    }
    #[inline]
    fn send(&mut self, to: NodeId, message: RaftMessage<Tally>) {
        self.queue.push_back(Letter::Message { from: self.id, to, message });
    }
    #[inline]
    fn send_synced(&mut self, to: NodeId, message: RaftMessage<Tally>) {
        // It goes behind the word of the disk that all earlier writes are done: nobody gets it before that.
        self.send(to, message);
    }
    #[inline]
    fn reply(&mut self, _: NodeId, reply: ClientReply<Tally>) {
        assert!(matches!(reply.outcome, Outcome::Done(_)), "a command was not carried out: {reply:?}");
        self.answered += 1;
    }
    fn set_timer(&mut self, _: Timer, _: Span) {}
    fn cancel_timer(&mut self, _: Timer) {}
    #[inline]
    fn write(&mut self, _: Write<Block>) {
        self.queue.push_back(Letter::Synced { to: self.id });
    }
    #[inline]
    fn note(&mut self, _: Note) {}
}

struct Loop {
    servers: Vec<Raft<Tally>>,
    port: Port,
    counts: Counts,
}

impl Loop {
    #[inline]
    fn step(&mut self, to: NodeId, input: Input<Tally>) {
        self.port.id = to;
        self.servers[to.slot()].step(input, &mut self.port);
    }

    fn deliver(&mut self) -> bool {
        match self.port.queue.pop_front() {
            Some(Letter::Message { from, to, message }) => {
                self.counts.messages += 1;
                self.step(to, Input::Peer { from, message });
            }
            Some(Letter::Synced { to }) => {
                self.counts.writes += 1;
                self.step(to, Input::Synced { writes: 1 });
            }
            None => return false,
        }
        true
    }
}

/// Has a cluster of `nodes` servers carry out `commands` commands of 64 bytes, `window` of them under way at a time.
///
/// # Panics
/// If the servers do not all end with all commands carried out.
pub fn loopback(nodes: u16, window: u32, commands: u64) -> Counts {
    let mut config = Config::new((0..nodes).map(NodeId).collect());
    config.snapshot_every = 10_000;
    config.snapshot_trailing = 1_000;
    let config = Arc::new(config);
    let servers = config.members.iter().map(|&id| Raft::new(id, Arc::clone(&config), Tally::default())).collect();
    let port = Port { id: NodeId(0), queue: VecDeque::new(), answered: 0 };
    let mut run = Loop { servers, port, counts: Counts::default() };

    let leader = NodeId(0);
    run.step(leader, Input::TimeoutNow);
    while run.deliver() {}
    assert_eq!(run.servers[0].role(), Role::Leader);

    let client = NodeId(nodes);
    let (mut asked, mut answered) = (0, 0);
    while answered < commands {
        while asked < commands && asked - answered < u64::from(window) {
            asked += 1;
            let id = RequestId { client: ClientId(0), sequence: Sequence(asked) };
            let operation = Operation::Command([asked; 8]);
            run.step(leader, Input::Client { from: client, request: ClientRequest { id, operation } });
        }
        run.deliver();
        answered += std::mem::take(&mut run.port.answered);
    }
    // The followers hear of the last commits with the next heartbeats.
    while run.deliver() {}
    run.step(leader, Input::Timer(Timer::Heartbeat));
    while run.deliver() {}
    for server in &run.servers {
        assert_eq!(server.machine().commands, commands, "server {} did not carry out everything", server.id());
        assert_eq!(server.machine(), run.servers[0].machine());
    }
    Counts { commands, checksum: digest(run.servers[0].machine()), ..run.counts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_carries_out_every_command_with_few_messages() {
        let counts = loopback(3, 64, 10_000);
        assert_eq!(counts.commands, 10_000);
        assert!(counts.messages < 10_000, "batches are too small: {counts:?}");
        assert_eq!(counts.checksum, loopback(5, 16, 10_000).checksum);
    }
}
