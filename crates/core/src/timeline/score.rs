//! The score as plain data: the space-time diagram of a stretch of a branch.
//!
//! A branch keeps marks and spans for all of its explored past, since they are few; the strokes of single messages are
//! made again by replay for the stretch that is looked at, and zoomed out they are only counted.

use smol_str::SmolStr;

use crate::base::{MessageId, NodeId, Term, Time};
use crate::check::Invariant;
use crate::lab::scene::MessageKind;

/// What to draw for one stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The stretch.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// How far this branch has been played.
    pub explored: Time,
    /// What each node was, overlapping the stretch; ordered by node, then time.
    pub spans: Vec<StaffSpan>,
    /// Single things that happened, in order, and at last what broke.
    pub marks: Vec<Mark>,
    /// Messages that were under way in the stretch; empty if they are too many to draw.
    pub strokes: Vec<Stroke>,
    /// If they are too many: how many messages each node got, in equal parts of the stretch. `density[node][part]`.
    pub density: Vec<Vec<u32>>,
}

/// What a node was for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSpan {
    /// Which node.
    pub node: NodeId,
    /// Since when.
    pub from: Time,
    /// Until when; [`Time::NEVER`] if it still is.
    pub to: Time,
    /// What.
    pub state: StaffState,
    /// In which term, for servers.
    pub term: Term,
}

/// What a staff shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StaffState {
    /// A thin line: a follower, a client.
    Quiet,
    /// A swelling wedge: an election, pre-vote or vote.
    Election,
    /// A thick stroke.
    Leader,
    /// Dots behind a fermata.
    Paused,
    /// Dots behind a rest sign.
    Dead,
}

/// A single thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub time: Time,
    /// To whom; `None`: to the network or to all.
    pub node: Option<NodeId>,
    /// What.
    pub kind: MarkKind,
    /// A few words for a label or tooltip; of what broke its kind says enough.
    pub text: SmolStr,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// A node died.
    Crash,
    /// A node started again.
    Restart,
    /// A node was paused.
    Pause,
    /// A node goes on.
    Resume,
    /// A candidate asks for votes.
    Election,
    /// A leader was elected.
    Leader,
    /// Somebody changed the network.
    Network,
    /// A service got another number of workers.
    Scaled(u8),
    /// Another command of a person or the scenario.
    Command,
    /// A check turned red.
    Violation(Invariant),
}

/// One message as a slanted line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// Which message.
    pub id: MessageId,
    /// Its sender.
    pub from: NodeId,
    /// Where it went.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Time,
    /// When it arrived or was lost, or would arrive.
    pub end: Time,
    /// How it ended.
    pub fate: Fate,
    /// What it was.
    pub kind: MessageKind,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It arrived.
    Delivered,
    /// It was lost: by chance, on a cut link, at a dead node, or by somebody's hand.
    Lost,
    /// It is still under way at the end of what was played.
    InFlight,
}

/// A branch as the score lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchView {
    /// Its number, from 0.
    pub id: u32,
    /// The branch that it left, and when.
    pub parent: Option<(u32, Time)>,
    /// The command that began it, in words: `A killed`.
    pub label: SmolStr,
    /// How far it has been played.
    pub explored: Time,
    /// How many commands a person gave on it.
    pub commands: usize,
}
