//! What must always hold, checked after every event.
//!
//! One invariant a file, each with the section of the paper that states it. They look at what the servers are, not at
//! what they say of themselves, and only at what has changed: a `Change` compares a server with how it was last seen.

mod acknowledged;
mod breach;
mod chains;
mod election_safety;
mod key_order;
mod leader_append_only;
mod leader_completeness;
pub mod linearizable;
mod log_matching;
mod monotonic;
mod shop;
mod state_machine_safety;
mod views;

#[cfg(test)]
mod tests;

use crate::base::{EventId, LogIndex, NodeId, Term, Time};
use crate::consensus::raft::{Raft, Role};
use crate::lab::{Machine, Note, Watch, World};
use crate::sim::Status;

use acknowledged::Acknowledged;
pub use breach::Breach;
use chains::Chains;
use election_safety::ElectionSafety;
use leader_append_only::LeaderAppendOnly;
use leader_completeness::LeaderCompleteness;
use log_matching::LogMatching;
use monotonic::Monotonic;
pub use shop::ShopChecks;
use state_machine_safety::StateMachineSafety;

/// The invariants' names, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// At most one leader a term (5.2).
    ElectionSafety,
    /// A leader never overwrites or deletes entries of its log (5.3).
    LeaderAppendOnly,
    /// Logs that hold an entry of the same index and term agree on everything before it (5.3).
    LogMatching,
    /// What was committed in a term is in the log of every leader of a later one (5.4).
    LeaderCompleteness,
    /// No two servers apply different commands at the same index (5.4.3).
    StateMachineSafety,
    /// Terms never go back, and commit indexes not while a server lives.
    Monotonic,
    /// A write that was acknowledged is committed, and stays so.
    AcknowledgedWrites,
    /// Every client sees one register that changes at one moment a write.
    Linearizability,
    /// One of a shop's.
    Shop(crate::shop::Invariant),
}

impl Invariant {
    /// Every invariant of a cluster, and of the register that it carries.
    pub const ALL: [Invariant; 8] = [
        Invariant::ElectionSafety,
        Invariant::LeaderAppendOnly,
        Invariant::LogMatching,
        Invariant::LeaderCompleteness,
        Invariant::StateMachineSafety,
        Invariant::Monotonic,
        Invariant::AcknowledgedWrites,
        Invariant::Linearizability,
    ];

    /// Every one that there is, a shop's too.
    pub fn every() -> impl Iterator<Item = Invariant> {
        Invariant::ALL.into_iter().chain(crate::shop::Invariant::ALL.map(Invariant::Shop))
    }

    /// The name in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Invariant::ElectionSafety => "election_safety",
            Invariant::LeaderAppendOnly => "leader_append_only",
            Invariant::LogMatching => "log_matching",
            Invariant::LeaderCompleteness => "leader_completeness",
            Invariant::StateMachineSafety => "state_machine_safety",
            Invariant::Monotonic => "monotonic_terms_and_commits",
            Invariant::AcknowledgedWrites => "acknowledged_writes",
            Invariant::Linearizability => "linearizability",
            Invariant::Shop(invariant) => invariant.name(),
        }
    }

    /// What it says, for a reader of the page.
    pub fn in_words(self) -> &'static str {
        match self {
            Invariant::ElectionSafety => "one leader a term",
            Invariant::LeaderAppendOnly => "a leader only appends",
            Invariant::LogMatching => "logs match",
            Invariant::LeaderCompleteness => "leaders hold all that is committed",
            Invariant::StateMachineSafety => "all apply the same commands",
            Invariant::Monotonic => "terms and commits never go back",
            Invariant::AcknowledgedWrites => "nothing acknowledged is lost",
            Invariant::Linearizability => "reads are linearizable",
            Invariant::Shop(invariant) => invariant.in_words(),
        }
    }
}

/// An invariant did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When.
    pub time: Time,
    /// The last trace event before it was noticed.
    pub event: EventId,
    /// What was seen.
    pub what: Breach,
}

/// A server as it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    role: Role,
    term: Term,
    commit: LogIndex,
    applied: LogIndex,
    last: LogIndex,
    cuts: u64,
    snapshot: LogIndex,
}

impl Seen {
    #[inline]
    fn of(server: &Raft<Machine>) -> Seen {
        let log = server.log();
        Seen {
            role: server.role(),
            term: server.term(),
            commit: server.commit(),
            applied: server.applied(),
            last: log.last().index,
            cuts: log.cuts(),
            snapshot: server.snapshot().map_or(LogIndex::ZERO, |snapshot| snapshot.last.index),
        }
    }
}

/// A server before and after an event.
struct Change<'a> {
    node: NodeId,
    server: &'a Raft<Machine>,
    before: Seen,
    now: Seen,
    /// It started between the two: what was volatile may be less than before.
    restarted: bool,
    /// The first index at which its log may differ from before.
    first_changed: LogIndex,
    servers: &'a [NodeId],
    world: &'a World,
}

impl Change<'_> {
    /// It leads now and did not, or not in this term.
    fn became_leader(&self) -> bool {
        self.now.role == Role::Leader && (self.before.role != Role::Leader || self.before.term != self.now.term)
    }

    /// The other servers that run.
    fn others(&self) -> impl Iterator<Item = (NodeId, &Raft<Machine>)> {
        let others = self.servers.iter().filter(|&&id| id != self.node && self.world.status(id) != Status::Dead);
        others.filter_map(|&id| Some((id, self.world.process(id).server()?)))
    }
}

/// All invariants of the replicated log, with what they remember.
#[derive(Clone, Debug)]
pub struct Checks {
    servers: Vec<NodeId>,
    seen: Vec<Seen>,
    restarted: Vec<bool>,
    chains: Chains,
    election_safety: ElectionSafety,
    leader_append_only: LeaderAppendOnly,
    log_matching: LogMatching,
    leader_completeness: LeaderCompleteness,
    state_machine_safety: StateMachineSafety,
    monotonic: Monotonic,
    acknowledged: Acknowledged,
    /// Who looks at those who are neither servers nor clients.
    company: Option<Box<dyn Watch>>,
    violations: Vec<Violation>,
    checked: u64,
}

impl Checks {
    /// Begins to look at a world, whose servers are to be in their first state.
    pub fn new(world: &World, company: Option<Box<dyn Watch>>) -> Checks {
        let servers: Vec<NodeId> = world.ids().filter(|&id| world.process(id).server().is_some()).collect();
        let seen = servers.iter().filter_map(|&id| world.process(id).server()).map(Seen::of).collect();
        Checks {
            restarted: vec![false; world.ids().count()],
            chains: Chains::new(servers.len()),
            election_safety: ElectionSafety::default(),
            leader_append_only: LeaderAppendOnly,
            log_matching: LogMatching::default(),
            leader_completeness: LeaderCompleteness::default(),
            state_machine_safety: StateMachineSafety::default(),
            monotonic: Monotonic::new(servers.len()),
            acknowledged: Acknowledged::default(),
            company,
            violations: Vec::new(),
            checked: 0,
            seen,
            servers,
        }
    }

    /// The invariants that are looked at in this world. Those that can only be said [when all is quiet](Checks::at_end) are
    /// not among them.
    pub fn invariants(&self) -> impl Iterator<Item = Invariant> {
        let company = self.company.as_ref().map_or_else(Vec::new, |company| company.invariants());
        let alone = self.company.is_none();
        let own = move |invariant: &Invariant| alone || *invariant != Invariant::Linearizability;
        Invariant::ALL.into_iter().filter(own).chain(company)
    }

    /// The first violation of each invariant that was violated, in the order in which they were noticed.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How many times all invariants were checked.
    pub fn checked(&self) -> u64 {
        self.checked
    }

    /// The index up to which an onlooker has seen entries committed.
    pub fn committed(&self) -> LogIndex {
        self.leader_completeness.committed()
    }

    /// A node was started again: what it had not written down is gone.
    pub fn restarted(&mut self, node: NodeId) {
        if let Some(flag) = self.restarted.get_mut(node.slot()) {
            *flag = true;
        }
    }

    /// A client, a customer or a service has told something.
    pub fn noted(&mut self, world: &World, event: EventId, node: NodeId, note: &Note) {
        if let Some((invariant, what)) = self.company.as_mut().and_then(|shop| shop.noted(world, node, note)) {
            self.report(world, event, invariant, what);
        }
        let Note::Client(note) = note else { return };
        if let Err(what) = self
            .acknowledged
            .noted(note, &self.chains, |index| self.seen.iter().position(|server| server.commit >= index))
        {
            self.report(world, event, Invariant::AcknowledgedWrites, what);
        }
    }

    /// Checks every invariant after an event at `node`.
    #[inline]
    pub fn after(&mut self, world: &World, node: NodeId) {
        self.checked += 1;
        if self.company.is_some() {
            self.after_in_shop(world, node);
        }
        let Some(&before) = self.seen.get(node.slot()) else { return };
        let Some(server) = world.process(node).server() else { return };
        let now = Seen::of(server);
        if now != before || self.restarted[node.slot()] {
            self.changed(world, node, server, before, now);
        }
    }

    fn after_in_shop(&mut self, world: &World, node: NodeId) {
        if world.process(node).server().is_some() {
            return;
        }
        let restarted = self.restarted.get_mut(node.slot()).map(std::mem::take).unwrap_or_default();
        let found = self.company.as_mut().map(|shop| shop.after(world, node, restarted)).unwrap_or_default();
        for (invariant, what) in found {
            self.report(world, EventId(world.events()), invariant, what);
        }
    }

    /// Whether every order is at its end. True where there is no shop.
    pub fn all_ended(&self, world: &World) -> bool {
        self.company.as_ref().is_none_or(|shop| shop.all_ended(world))
    }

    /// Looks at what must hold when all is quiet: no fault goes on, and nothing more is to come.
    pub fn at_end(&mut self, world: &World) {
        let found = self.company.as_ref().map(|shop| shop.at_end(world)).unwrap_or_default();
        for (invariant, what) in found {
            self.report(world, EventId(world.events()), invariant, what);
        }
    }

    fn changed(&mut self, world: &World, node: NodeId, server: &Raft<Machine>, before: Seen, now: Seen) {
        let event = EventId(world.events());
        let restarted = std::mem::take(&mut self.restarted[node.slot()]);
        let log = server.log();
        let first_changed = if restarted || now.cuts.wrapping_sub(before.cuts) > 1 {
            LogIndex::ZERO
        } else if now.cuts != before.cuts {
            log.last_cut().min(before.last.next())
        } else {
            before.last.next()
        };
        let servers = std::mem::take(&mut self.servers);
        let change = Change { node, server, before, now, restarted, first_changed, servers: &servers, world };
        let mut found: Vec<(Invariant, Breach)> = Vec::new();
        let mut note = |invariant, result: Result<(), Breach>| {
            if let Err(what) = result {
                found.push((invariant, what));
            }
        };
        note(Invariant::LeaderAppendOnly, self.leader_append_only.check(&change));
        self.chains.update(&change);
        note(Invariant::LogMatching, self.log_matching.check(&change, &self.chains));
        note(Invariant::Monotonic, self.monotonic.check(&change));
        note(Invariant::ElectionSafety, self.election_safety.check(&change));
        let committed_before = self.leader_completeness.committed();
        note(Invariant::LeaderCompleteness, self.leader_completeness.check(&change, &self.chains));
        self.acknowledged.committed(&change, &self.chains, committed_before, self.leader_completeness.committed());
        note(Invariant::AcknowledgedWrites, self.acknowledged.kept(&change, &self.chains));
        note(Invariant::StateMachineSafety, self.state_machine_safety.check(&change, &self.chains));
        self.servers = servers;
        self.seen[node.slot()] = now;
        for (invariant, what) in found {
            self.report(world, event, invariant, what);
        }
    }

    /// Records a violation, if it is the first of its invariant.
    pub(crate) fn report(&mut self, world: &World, event: EventId, invariant: Invariant, what: Breach) {
        if self.violations.iter().all(|v| v.invariant != invariant) {
            self.violations.push(Violation { invariant, time: world.now(), event, what });
        }
    }
}
