//! What happened how often: shows that a run exercised something.

use crate::consensus::raft::{self, Role};
use crate::lab::{ClientNote, Command, Note};
use crate::service::chain::ChainNote;
use crate::service::view::ViewNote;
use crate::service::{CustomerNote, ServiceNote};

/// Counts since the start of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Candidates that asked for votes.
    pub campaigns: u64,
    /// Leaders that were elected.
    pub elections: u64,
    /// Leaders that stepped down since they heard no majority.
    pub quorums_lost: u64,
    /// Conflicting entries that were removed, counted by occasions.
    pub truncations: u64,
    /// Snapshots that servers took.
    pub snapshots_taken: u64,
    /// Snapshots that followers got from a leader.
    pub snapshots_installed: u64,
    /// Requests that clients began.
    pub requests: u64,
    /// Requests that were answered.
    pub answers: u64,
    /// Attempts after a request's first.
    pub retries: u64,
    /// Questions that customers asked.
    pub questions: u64,
    /// Answers to them that were older than what who asked knew.
    pub stale_answers: u64,
    /// Nodes that died.
    pub crashes: u64,
    /// Commands that were carried out.
    pub commands: u64,
}

impl Counters {
    pub(super) fn note(&mut self, note: &Note) {
        match note {
            Note::Server(raft::Note::Became { role: Role::Candidate, .. }) => self.campaigns += 1,
            Note::Server(raft::Note::Became { role: Role::Leader, .. }) => self.elections += 1,
            Note::Server(raft::Note::SteppedDown { why: raft::StepDown::LostQuorum, .. }) => self.quorums_lost += 1,
            Note::Server(raft::Note::Truncated { .. }) => self.truncations += 1,
            Note::Server(raft::Note::SnapshotTaken { .. }) => self.snapshots_taken += 1,
            Note::Server(raft::Note::SnapshotInstalled { .. }) => self.snapshots_installed += 1,
            Note::Client(ClientNote::Invoked { .. }) => self.requests += 1,
            Note::Client(ClientNote::Answered { .. }) => self.answers += 1,
            Note::Client(ClientNote::Retried { .. }) => self.retries += 1,
            Note::Customers(CustomerNote::Placed { .. }) => self.requests += 1,
            Note::Customers(
                CustomerNote::Accepted { .. } | CustomerNote::Refused { .. } | CustomerNote::Failed { .. },
            ) => self.answers += 1,
            Note::Customers(CustomerNote::Asked { .. }) => self.questions += 1,
            Note::Customers(CustomerNote::Told { stale: true, .. }) => self.stale_answers += 1,
            Note::Customers(CustomerNote::Retried { .. })
            | Note::Service(ServiceNote::Retried { .. })
            | Note::View(ViewNote::Retried { .. }) => self.retries += 1,
            Note::Chain(ChainNote::Called { tries, .. }) if *tries > 1 => self.retries += 1,
            Note::Server(_)
            | Note::Client(_)
            | Note::Service(_)
            | Note::Chain(_)
            | Note::Customers(_)
            | Note::View(_) => {}
        }
    }

    pub(super) fn command(&mut self, _: &Command) {
        self.commands += 1;
    }
}
