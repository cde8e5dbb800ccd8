//! Commands that wait at the leader until there is something to do for them.
//!
//! A consumer that asks "are there records for me?" every few milliseconds would fill the log with its asking. So a
//! command for which the machine has [nothing to do yet](StateMachine::is_due) is not put into the log: it waits here,
//! and the leader looks at it again whenever it has applied something, and with each heartbeat. It is volatile, as
//! everything a leader has of its clients: with another leader, they ask again there.

use std::collections::VecDeque;

use super::note::Role;
use super::port::RaftPort;
use super::server::Raft;
use crate::base::{NodeId, RequestId, Span, StateMachine, Time};

/// No command waits less than this.
const PATIENCE: Span = Span::secs(1);

/// The most that wait. What waits takes no room in the log, so it is not counted among what is not committed.
const MAX_PARKED: usize = 1_024;

/// A command that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Parked<M: StateMachine> {
    pub(super) client: NodeId,
    pub(super) id: RequestId,
    pub(super) command: M::Command,
    /// How many heartbeats it has waited.
    pub(super) beats: u32,
}

/// Those that wait, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Parking<M: StateMachine>(VecDeque<Parked<M>>);

/// After this long a command is carried out all the same: whoever sent it learns that there is nothing, and the machine
/// that they are alive. Where messages are slow, and with them the election timeout is long, it is longer: else a log
/// that takes few entries a second would hold little but signs of life.
pub fn patience((_, longest): (Span, Span)) -> Span {
    longest.max(PATIENCE)
}

impl<M: StateMachine> Default for Parking<M> {
    fn default() -> Self {
        Parking(VecDeque::new())
    }
}

impl<M: StateMachine> Parking<M> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Parked<M>> {
        self.0.iter()
    }

    /// Lets a command wait. A retry takes the place of what it repeats, and has waited as long.
    pub(super) fn park(&mut self, parked: Parked<M>) {
        match self.0.iter_mut().find(|other| other.id == parked.id) {
            Some(same) => *same = Parked { beats: same.beats, ..parked },
            None => self.0.push_back(parked),
        }
    }
}

impl<M: StateMachine> Raft<M> {
    /// Whether there is nothing to do for a command yet, and room for it to wait.
    pub(super) fn may_wait(&self, command: &M::Command, now: Time) -> bool {
        self.office.parked.len() < MAX_PARKED && !self.machine.is_due(command, now)
    }

    /// Puts those into the log for which there is something to do now.
    #[inline]
    pub(super) fn look_at_parked<P: RaftPort<M>>(&mut self, port: &mut P) {
        if M::WAITS && self.role == Role::Leader && self.office.parked.len() > 0 {
            self.unpark(port);
        }
    }

    /// A heartbeat's time has gone by.
    pub(super) fn parked_for_a_beat<P: RaftPort<M>>(&mut self, port: &mut P) {
        if M::WAITS {
            self.office.parked.0.iter_mut().for_each(|parked| parked.beats += 1);
            self.look_at_parked(port);
        }
    }

    fn unpark<P: RaftPort<M>>(&mut self, port: &mut P) {
        let (now, beat) = (port.local_time(), self.config.heartbeat.0.max(1));
        let patience = u32::try_from(patience(self.config.election_timeout).0 / beat).unwrap_or(u32::MAX);
        let mut place = 0;
        while let Some(parked) = self.office.parked.0.get(place) {
            if parked.beats < patience && !self.machine.is_due(&parked.command, now) {
                place += 1;
            } else if let Some(Parked { client, id, command, .. }) = self.office.parked.0.remove(place) {
                self.propose(client, id, command, port);
            }
        }
    }
}
