//! What a scenario claims about its run.

use smol_str::SmolStr;

use super::form::{Choice, choice, record};
use super::problem::Inspection;
use super::target::{Cast, Target};
use crate::base::Span;
use crate::check::Invariant;
use crate::shop::Status;

/// One claim, judged when the run has reached its end (or the last time that the claim names). Besides these, every
/// check must hold in every scenario, unless `violated` says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// At some time (the end, if none is said) a server that runs leads, in a term as high as any server's that runs:
    /// `{"leader": {}}`, `{"leader": {"node": "B", "at": "2s"}}`.
    Leader(LeaderAt),
    /// A leader has been elected by then: `{"leader_by": {"at": "1s"}}`.
    LeaderBy(Deadline),
    /// Between the two times, both included, no server becomes leader: `{"no_election_won": {"from": "1s", "until": "2s"}}`.
    NoElectionWon(Interval),
    /// All servers that run have the same commit index, and the same entries up to it: `{"agreed": {}}`.
    Agreed(When),
    /// The clients' history is linearizable, and the checker is not undecided. It has no fields:
    /// `"linearizable"`.
    #[default]
    Linearizable,
    /// The check of this name is violated: `{"violated": {"check": "election_safety"}}`.
    Violated(CheckName),
    /// The term of a server, or the highest of all: `{"term": {"at_least": 2, "at_most": 3}}`.
    Term(Measure),
    /// The commit index of a server, or the highest of all: `{"commit": {"node": "A", "at_least": 10, "at": "2s"}}`.
    Commit(Measure),
    /// How many elections are won: `{"elections": {"at_most": 1}}`, `{"elections": {"from": "1s", "at_least": 1}}`.
    Elections(Count),
    /// How many times a server starts to ask for votes, pre-votes not counted.
    Candidacies(Count),
    /// How many times a leader steps down.
    StepDowns(Count),
    /// How many snapshots servers take over from a leader: `{"snapshots_installed": {"node": "E", "at_least": 1}}`.
    SnapshotsInstalled(Count),
    /// How many times a server removes entries that conflict with the leader's.
    Truncations(Count),
    /// How many requests are answered (done, not redirected or turned away); `node` is a client.
    Answered(Count),
    /// How many times a client tries again; `node` is a client.
    Retries(Count),
    /// How many orders the shop's books have, of one status or of any that somebody placed:
    /// `{"orders": {"status": "shipped", "at": "8s", "at_least": 10}}`.
    Orders(OrdersAt),
    /// How many records a service has not dealt with: `{"lag": {"node": "payment", "at": "6s", "at_least": 5}}`.
    Lag(Measure),
}

/// How many orders there are at some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OrdersAt {
    /// Of which status: `"placed"`, `"confirmed"`, `"cancelling"`, `"shipped"`, `"rejected"` or `"cancelled"`; if not
    /// said, of any.
    pub status: Option<Status>,
    /// When; if not said, at the end.
    pub at: Option<Span>,
    /// The least that it may be.
    pub at_least: Option<u64>,
    /// The most that it may be.
    pub at_most: Option<u64>,
}

/// A leader, perhaps a certain one, at some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LeaderAt {
    /// Who; if not said, anyone.
    pub node: Option<Target>,
    /// When; if not said, at the end.
    pub at: Option<Span>,
}

/// The last moment at which something may come true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// Which.
    pub at: Span,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// From when.
    pub from: Span,
    /// Until when.
    pub until: Span,
}

/// A time, or the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct When {
    /// Which; if not said, the end.
    pub at: Option<Span>,
}

/// The name of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CheckName {
    /// As in reports: `election_safety`.
    pub check: SmolStr,
}

/// A number that the run has at some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Measure {
    /// Whose; if not said, the highest of all servers.
    pub node: Option<Target>,
    /// When; if not said, at the end.
    pub at: Option<Span>,
    /// The least that it may be.
    pub at_least: Option<u64>,
    /// The most that it may be.
    pub at_most: Option<u64>,
}

/// How often something happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Count {
    /// To whom; if not said, to all together.
    pub node: Option<Target>,
    /// From when on; if not said, from the start.
    pub from: Option<Span>,
    /// Until when; if not said, to the end.
    pub until: Option<Span>,
    /// The least that it may be.
    pub at_least: Option<u64>,
    /// The most that it may be.
    pub at_most: Option<u64>,
}

record!(LeaderAt { optional node, optional at });
record!(Deadline { needed at });
record!(Interval { needed from, needed until });
record!(When { optional at });
record!(CheckName { needed check });
record!(Measure { optional node, optional at, optional at_least, optional at_most });
record!(Count { optional node, optional from, optional until, optional at_least, optional at_most });

record!(OrdersAt { optional status, optional at, optional at_least, optional at_most });

choice!(Status {
    "unknown" Unknown,
    "placed" Placed,
    "confirmed" Confirmed,
    "cancelling" Cancelling,
    "shipped" Shipped,
    "rejected" Rejected,
    "cancelled" Cancelled,
});

choice!(Expectation {
    "leader" Leader(leader),
    "leader_by" LeaderBy(deadline),
    "no_election_won" NoElectionWon(interval),
    "agreed" Agreed(when),
    "linearizable" Linearizable,
    "violated" Violated(check),
    "term" Term(measure),
    "commit" Commit(measure),
    "elections" Elections(count),
    "candidacies" Candidacies(count),
    "step_downs" StepDowns(count),
    "snapshots_installed" SnapshotsInstalled(count),
    "truncations" Truncations(count),
    "answered" Answered(count),
    "retries" Retries(count),
    "orders" Orders(orders),
    "lag" Lag(measure),
});

impl Expectation {
    /// The name in JSON.
    pub fn name(&self) -> &'static str {
        self.names()[self.number()]
    }

    pub(super) fn inspect(&self, cast: Cast, duration: Span, inspection: &mut Inspection) {
        let variant = inspection.enter(self.name());
        let (mut node, mut from, mut until, mut bounds) = (None, None, None, None);
        match self {
            Expectation::Leader(leader) => (node, until) = (leader.node, leader.at.map(|at| ("at", at))),
            Expectation::LeaderBy(moment) => until = Some(("at", moment.at)),
            Expectation::NoElectionWon(stretch) => {
                (from, until) = (Some(stretch.from), Some(("until", stretch.until)));
            }
            Expectation::Agreed(when) => until = when.at.map(|at| ("at", at)),
            Expectation::Linearizable => {}
            Expectation::Violated(name) => {
                if !Invariant::every().any(|invariant| invariant.name() == name.check) {
                    let known: Vec<_> = Invariant::every().map(|invariant| invariant.name()).collect();
                    inspection.problem("check", format!("there is no such check; there are {}", known.join(", ")));
                }
            }
            Expectation::Orders(orders) => {
                until = orders.at.map(|at| ("at", at));
                bounds = Some((orders.at_least, orders.at_most));
            }
            Expectation::Term(measure) | Expectation::Commit(measure) | Expectation::Lag(measure) => {
                (node, until) = (measure.node, measure.at.map(|at| ("at", at)));
                bounds = Some((measure.at_least, measure.at_most));
            }
            Expectation::Elections(count)
            | Expectation::Candidacies(count)
            | Expectation::StepDowns(count)
            | Expectation::SnapshotsInstalled(count)
            | Expectation::Truncations(count)
            | Expectation::Answered(count)
            | Expectation::Retries(count) => {
                (node, from, until) = (count.node, count.from, count.until.map(|until| ("until", until)));
                bounds = Some((count.at_least, count.at_most));
            }
        }
        if let Some(node) = node {
            node.inspect(cast, "node", inspection);
        }
        for (field, time) in from.map(|from| ("from", from)).into_iter().chain(until) {
            if time > duration {
                inspection.problem(field, format!("{time} is after the end of the run ({duration})"));
            }
        }
        if let (Some(from), Some((_, until))) = (from, until)
            && from > until
        {
            inspection.here(format!("it ends ({until}) before it begins ({from})"));
        }
        match bounds {
            Some((None, None)) => inspection.here("nothing is claimed: say at_least or at_most".into()),
            Some((Some(least), Some(most))) if least > most => {
                inspection.here(format!("at_least ({least}) is more than at_most ({most})"));
            }
            _ => {}
        }
        inspection.leave(variant);
    }
}
