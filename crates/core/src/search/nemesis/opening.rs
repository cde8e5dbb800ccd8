//! The moments at which a protocol is vulnerable, seen from what a server was and is.

use crate::base::{LogIndex, NodeId, Term};
use crate::consensus::raft::{ProgressState, Raft, Role};
use crate::lab::{Machine, World};
use crate::sim::Status;

/// A moment to strike at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) kind: OpeningKind,
    /// Whose moment it is.
    pub(super) node: NodeId,
    pub(super) term: Term,
}

/// What kind of moment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpeningKind {
    /// A candidate stands, and its own vote is not on disk yet.
    Stood,
    /// A vote was granted and is not on disk yet.
    Voted,
    /// A leader is elected and has committed nothing yet.
    Elected,
    /// A leader has sent out entries.
    Proposed,
    /// A follower has entries in memory that are not on its disk yet.
    Appended,
    /// A majority holds what the leader does not know to be committed: the commit is a message away.
    Replicated,
    /// A leader has committed, and nobody else knows.
    Committed,
    /// A snapshot is on its way.
    SnapshotSent,
    /// A snapshot is in memory and not on disk yet.
    SnapshotStored,
    /// A leader has stepped down.
    Deposed,
    /// A leader has committed, and an older one still believes in itself: this is the older one's moment.
    Outdated,
}

/// How many kinds of moments there are.
pub(super) const OPENINGS: usize = OpeningKind::Outdated as usize + 1;

/// A server as it was last seen.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    leads: bool,
    stands: bool,
    term: Term,
    vote: Option<NodeId>,
    last: LogIndex,
    commit: LogIndex,
    snapshot: LogIndex,
    sends_snapshots: usize,
}

impl Seen {
    fn of(server: &Raft<Machine>) -> Seen {
        let sends = |state| matches!(state, ProgressState::Snapshot { beats: 0, .. });
        Seen {
            leads: server.role() == Role::Leader,
            stands: server.role() == Role::Candidate,
            term: server.term(),
            vote: server.vote(),
            last: server.log().last().index,
            commit: server.commit(),
            snapshot: server.snapshot().map_or(LogIndex::ZERO, |snapshot| snapshot.last.index),
            sends_snapshots: server.followers().iter().filter(|follower| sends(follower.state())).count(),
        }
    }
}

/// What the nemesis has seen of all servers.
#[derive(Clone, Debug)]
pub(super) struct Eyes {
    seen: Vec<Seen>,
}

impl Eyes {
    pub(super) fn new(world: &World) -> Eyes {
        Eyes { seen: world.ids().filter_map(|id| world.process(id).server()).map(Seen::of).collect() }
    }

    /// Looks at a server after its step: the moment that this is, if it is one.
    pub(super) fn look(&mut self, world: &World, node: NodeId) -> Option<Opening> {
        let server = world.process(node).server()?;
        let seen = self.seen.get_mut(node.slot())?;
        let now = Seen::of(server);
        let was = std::mem::replace(seen, now);
        let opening = |kind, node| Some(Opening { kind, node, term: now.term });
        let syncing = world.is_syncing(node);
        if now.leads && !was.leads {
            opening(OpeningKind::Elected, node)
        } else if was.leads && !now.leads {
            opening(OpeningKind::Deposed, node)
        } else if now.stands && (!was.stands || was.term != now.term) {
            opening(OpeningKind::Stood, node)
        } else if now.vote != was.vote && now.vote.is_some_and(|vote| vote != node) && syncing {
            opening(OpeningKind::Voted, node)
        } else if now.snapshot != was.snapshot && syncing {
            opening(OpeningKind::SnapshotStored, node)
        } else if now.sends_snapshots > was.sends_snapshots {
            opening(OpeningKind::SnapshotSent, node)
        } else if now.leads && now.commit > was.commit {
            match outdated(world, node) {
                Some(older) => opening(OpeningKind::Outdated, older),
                None => opening(OpeningKind::Committed, node),
            }
        } else if now.last > was.last && now.leads {
            opening(OpeningKind::Proposed, node)
        } else if now.last > was.last {
            match about_to_commit(world, server) {
                Some(leader) => opening(OpeningKind::Replicated, leader),
                None => opening(OpeningKind::Appended, node),
            }
        } else {
            None
        }
    }
}

/// The leader whose last entry a majority holds, by what it is itself not aware of.
fn about_to_commit(world: &World, server: &Raft<Machine>) -> Option<NodeId> {
    let id = server.leader()?;
    let leader = world.process(id).server().filter(|leader| leader.role() == Role::Leader)?;
    let last = leader.log().last();
    let holds = |id: &NodeId| {
        world.process(*id).server().is_some_and(|other| other.log().term_at(last.index) == Some(last.term))
    };
    let members = &leader.config().members;
    let holders = members.iter().filter(|id| world.status(**id) != Status::Dead && holds(id)).count();
    (leader.commit() < last.index && holders >= leader.config().majority()).then_some(id)
}

/// A server that runs and takes itself for the leader, though this one is.
fn outdated(world: &World, leader: NodeId) -> Option<NodeId> {
    let term = |id: NodeId| world.process(id).server().filter(|s| s.role() == Role::Leader).map(Raft::term);
    let now = term(leader)?;
    world.ids().find(|&id| world.status(id) == Status::Alive && term(id).is_some_and(|older| older < now))
}
