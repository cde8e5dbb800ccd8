//! What a sweep has met: how often each kind of thing happened.

mod shop;

use crate::base::{NodeId, RegisterResponse, Span, Term, Time};
use crate::consensus::raft::{self, Message, Refusal, Role};
use crate::lab::{Actor, ClientNote, Command, Durable, Event, Note, Outcome, Wire, World};
use crate::sim::{EventKind, Loss, Sink, Status};

macro_rules! kinds {
    ($($name:ident $key:literal $words:literal,)*) => {
        /// One kind of thing that is to happen in a sweep.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $words] $name,)*
        }

        impl Kind {
            /// Every kind, in the order in which they are listed.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// The name in JSON.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$name => $key),* }
            }

            /// What is counted, in words.
            pub fn in_words(self) -> &'static str {
                match self { $(Kind::$name => $words),* }
            }
        }
    };
}

kinds! {
    Crash "crashes" "servers crashed",
    Restart "restarts" "nodes restarted",
    Pause "pauses" "servers paused",
    Resume "resumes" "paused servers gone on",
    Skew "skews" "clocks skewed",
    ClientKill "client_kills" "clients killed",
    Halves "partitions_in_two" "partitions in two",
    MinorityWithLeader "leaders_in_minority" "leaders cut off with a minority",
    Isolation "isolations" "servers isolated",
    Bridge "bridges" "partitions in two with a bridge",
    Ring "rings" "partitions into a ring",
    OneWayCut "one_way_cuts" "one-way cuts",
    RandomCuts "random_cuts" "directions cut at random",
    ClientCut "client_cuts" "clients cut off from servers",
    LinkChange "link_changes" "links made worse",
    DropMessage "dropped" "messages dropped by hand",
    DelayMessage "delayed" "messages delayed by hand",
    DuplicateMessage "duplicated" "messages duplicated by hand",
    DeliverMessage "delivered_now" "messages delivered at once by hand",
    HoldMessage "held" "messages held by hand",
    ForcedElection "forced_elections" "elections forced",
    LostByChance "lost_by_chance" "messages lost by chance",
    LostOnCut "lost_on_cut" "messages lost on cut links",
    LostAtDead "lost_at_dead" "messages lost at dead nodes",
    DuplicatedByChance "duplicated_by_chance" "messages duplicated by chance",
    Overtaken "overtaken" "messages overtaken by later ones",
    WritesLost "unsynced_writes_lost" "writes lost before their sync",
    VotesLost "unsynced_votes_lost" "votes lost before their sync",
    MajorityUnsynced "majorities_killed_unsynced" "majorities killed before their sync",
    LeaderKilledUncommitted "leaders_killed_before_commit" "leaders killed before a commit",
    LeaderKilledNew "leaders_killed_before_no_op" "leaders killed before their no-op was committed",
    KilledInSnapshot "killed_in_snapshot" "servers killed before a snapshot was on disk",
    Campaigns "campaigns" "candidates that asked for votes",
    Elections "elections" "elections won",
    ElectionsWithoutWinner "elections_lost" "candidacies that came to nothing",
    PreVotesRefused "pre_votes_refused" "pre-votes refused",
    LogBehind "votes_refused_log_behind" "votes refused for a log that is behind",
    VotedBeforeRestart "votes_refused_after_restart" "votes refused since another was given before a restart",
    QuorumsLost "quorums_lost" "leaders that stepped down without a majority",
    TwoLeaders "deposed_leaders" "elections while an older leader still believed in itself",
    Truncations "truncations" "logs truncated",
    OldTermCommits "old_term_commits" "entries committed in a later term than their own",
    SnapshotsTaken "snapshots_taken" "snapshots taken",
    SnapshotsInstalled "snapshots_installed" "snapshots installed",
    SnapshotsLost "snapshots_lost" "snapshots lost on their way",
    Requests "requests" "requests of clients",
    AcknowledgedWrites "acknowledged_writes" "writes acknowledged",
    AcknowledgedReads "acknowledged_reads" "reads acknowledged",
    Mismatches "mismatches" "compare-and-sets that found another value",
    Retries "retries" "client retries",
    Redirects "redirects" "requests sent elsewhere",
    TurnedAway "turned_away" "requests turned away by a busy leader",
    Unanswered "unanswered" "requests never answered",
    ServiceCrash "service_crashes" "services of the shop crashed",
    ServiceKilledAtWork "services_killed_at_work" "services crashed with an event in hand",
    ServiceKilledUnsynced "services_killed_unsynced" "services crashed before what they wrote was on disk",
    ServiceKilledUntold "services_killed_before_publish" "services crashed between an effect and its publication",
    ProviderCrash "provider_crashes" "payment providers crashed",
    CustomersCrash "customers_crashes" "crowds of customers gone and come back",
    LeaderKilledAtPayment "leaders_killed_at_payment" "leading brokers crashed with a payment under way",
    Scaled "scaled" "services given more or fewer workers",
    OrdersPlaced "orders_placed" "orders placed",
    OrdersPlacedAgain "orders_placed_again" "orders placed again since nobody answered",
    TurnedAwayAtDesk "turned_away_at_desk" "orders turned away at a full desk",
    OrdersShipped "orders_shipped" "orders shipped",
    OrdersRejected "orders_rejected" "orders rejected since they were not paid",
    OrdersCancelled "orders_cancelled" "orders cancelled, and nothing was kept",
    DeadlinesPassed "deadlines_passed" "orders that waited for too long",
    PaymentsDeclined "payments_declined" "payments declined",
    PaymentsFailed "payments_failed" "payments that failed and were tried again",
    PaymentsRefunded "payments_refunded" "payments refunded",
    LateAnswers "late_answers" "answers of the provider that nobody waited for any more",
    OutOfStock "out_of_stock" "orders of what was not there",
    TrackingCorrected "tracking_corrected" "tracking numbers corrected",
    FraudSuspected "fraud_suspected" "orders that looked like fraud",
    Redelivered "redelivered" "records delivered again",
    BegunAgain "begun_again" "events taken up again",
    PutOff "put_off" "events put off",
    KnownAlready "known_already" "events known already, and not done twice",
    Rebalances "rebalances" "rebalances of consumer groups",
    WorkersLost "workers_lost" "workers that were told that they are out of their group",
    Fenced "fenced" "fetches fenced since the group had moved on",
    AnswersFenced "answers_fenced" "answers fenced since the record had another owner",
    ServiceRetries "service_retries" "requests that services sent again",
}

const KINDS: usize = Kind::ALL.len();

/// How often each kind of thing happened, in one seed or in many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercised {
    /// How many seeds.
    pub seeds: u64,
    /// How many of them could not be decided on linearizability.
    pub undecided: u64,
    /// The virtual time that passed.
    pub time: Span,
    /// Trace events.
    pub events: u64,
    /// Messages that arrived.
    pub messages: u64,
    counts: [u64; KINDS],
}

impl Default for Exercised {
    fn default() -> Self {
        Exercised { seeds: 0, undecided: 0, time: Span::ZERO, events: 0, messages: 0, counts: [0; KINDS] }
    }
}

impl Exercised {
    /// How often a kind of thing happened.
    pub fn count(&self, kind: Kind) -> u64 {
        self.counts[kind as usize]
    }

    /// Every kind with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, u64)> + '_ {
        Kind::ALL.iter().map(|&kind| (kind, self.count(kind)))
    }

    /// What never happened, and so was not tested.
    pub fn missing(&self) -> impl Iterator<Item = Kind> + '_ {
        self.iter().filter(|&(_, count)| count == 0).map(|(kind, _)| kind)
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Exercised) {
        self.seeds += other.seeds;
        self.undecided += other.undecided;
        self.time = self.time + other.time;
        self.events += other.events;
        self.messages += other.messages;
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }

    fn bump(&mut self, kind: Kind) {
        self.counts[kind as usize] += 1;
    }
}

/// Counts while a seed is played.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    exercised: Exercised,
    /// The term that each server had on disk when it last came back.
    term_at_restart: Vec<Option<Term>>,
    /// When the latest message was sent that has arrived, for each direction of a link.
    latest: Vec<Time>,
    /// Of the present instant: how many servers died with writes that were not synced.
    unsynced: (Time, usize),
}

impl Tally {
    pub(super) fn new(world: &World) -> Tally {
        let nodes = world.len();
        Tally {
            exercised: Exercised { seeds: 1, ..Exercised::default() },
            term_at_restart: vec![None; nodes],
            latest: vec![Time::ZERO; nodes * nodes],
            unsynced: (Time::ZERO, 0),
        }
    }

    /// It happened once more.
    pub(super) fn count(&mut self, kind: Kind) {
        self.exercised.bump(kind);
    }

    /// What a command will do that is about to be carried out: it is seen only now.
    pub(super) fn foresee(&mut self, world: &World, command: &Command) -> Vec<Kind> {
        let is_server = |node: NodeId| world.process(node).server().is_some();
        let kind = match command {
            Command::Crash { node } if is_server(*node) => return self.crash(world, *node),
            Command::Crash { node } => return shop::crash(world, *node),
            Command::Restart { node } => {
                if let Durable::Server(durable) = world.durable(*node) {
                    self.term_at_restart[node.slot()] = Some(durable.term);
                }
                Kind::Restart
            }
            Command::Pause { .. } => Kind::Pause,
            Command::Resume { .. } => Kind::Resume,
            Command::Skew { .. } => Kind::Skew,
            Command::Drop { .. } => Kind::DropMessage,
            Command::Delay { .. } => Kind::DelayMessage,
            Command::Duplicate { .. } => Kind::DuplicateMessage,
            Command::DeliverNow { .. } => Kind::DeliverMessage,
            Command::Hold { .. } => Kind::HoldMessage,
            Command::Request { node, .. } if is_server(*node) => Kind::ForcedElection,
            // A cut is a part of something with a name of its own.
            Command::Cut { .. }
            | Command::Heal { .. }
            | Command::HealAll
            | Command::Partition { .. }
            | Command::SetLink { .. }
            | Command::Request { .. } => return Vec::new(),
        };
        vec![kind]
    }

    fn crash(&mut self, world: &World, node: NodeId) -> Vec<Kind> {
        let mut kinds = vec![Kind::Crash];
        let (Some(server), Durable::Server(durable)) = (world.process(node).server(), world.durable(node)) else {
            return kinds;
        };
        if server.vote().is_some() && (durable.term, durable.vote) != (server.term(), server.vote()) {
            kinds.push(Kind::VotesLost);
        }
        if server.role() == Role::Leader && server.commit() < server.log().last().index {
            kinds.push(Kind::LeaderKilledUncommitted);
            if server.log().term_at(server.commit()) != Some(server.term()) {
                kinds.push(Kind::LeaderKilledNew);
            }
        }
        kinds.extend(shop::breaks_in_on_payment(world, node).then_some(Kind::LeaderKilledAtPayment));
        if server.snapshot().map(|snapshot| snapshot.last) != durable.snapshot.as_ref().map(|snapshot| snapshot.last) {
            kinds.push(Kind::KilledInSnapshot);
        }
        if server.durable() < server.log().last().index {
            let (time, others) = self.unsynced;
            let dead = if time == world.now() { others + 1 } else { 1 };
            self.unsynced = (world.now(), dead);
            if dead == server.config().majority() {
                kinds.push(Kind::MajorityUnsynced);
            }
        }
        kinds
    }

    /// A server has taken a step: what it is now.
    pub(super) fn elected(&mut self, world: &World, leader: NodeId) {
        let leads = |id: NodeId| world.process(id).server().is_some_and(|server| server.role() == Role::Leader);
        if world.ids().any(|id| id != leader && world.status(id) != Status::Dead && leads(id)) {
            self.exercised.bump(Kind::TwoLeaders);
        }
    }

    /// The run is over.
    pub(super) fn finish(mut self, world: &World, undecided: bool) -> Exercised {
        let stats = world.stats();
        let exercised = &mut self.exercised;
        exercised.time = Span(world.now().0);
        exercised.events = world.events();
        exercised.messages = stats.delivered;
        exercised.undecided = u64::from(undecided);
        for (kind, count) in [
            (Kind::LostByChance, stats.lost_by_chance),
            (Kind::LostOnCut, stats.lost_on_cut),
            (Kind::LostAtDead, stats.lost_at_dead),
            (Kind::DuplicatedByChance, stats.duplicated),
            (Kind::WritesLost, stats.writes_lost),
        ] {
            exercised.counts[kind as usize] = count;
        }
        let of = |exercised: &Exercised, kind| exercised.count(kind);
        let answered = of(exercised, Kind::AcknowledgedWrites)
            + of(exercised, Kind::AcknowledgedReads)
            + of(exercised, Kind::Mismatches);
        shop::count_at_end(world, exercised);
        exercised.counts[Kind::Unanswered as usize] = of(exercised, Kind::Requests).saturating_sub(answered);
        self.exercised
    }

    fn server(&mut self, node: NodeId, note: &raft::Note) {
        use raft::Note as N;
        let kind = match note {
            N::Became { role: Role::Candidate, .. } => Kind::Campaigns,
            N::Became { role: Role::Leader, .. } => Kind::Elections,
            N::SteppedDown { from: Role::Candidate, .. } => Kind::ElectionsWithoutWinner,
            N::SteppedDown { why: raft::StepDown::LostQuorum, .. } => Kind::QuorumsLost,
            N::Voted { pre: true, refused: Some(_), .. } => Kind::PreVotesRefused,
            N::Voted { refused: Some(Refusal::LogBehind), .. } => Kind::LogBehind,
            N::Voted { refused: Some(Refusal::AlreadyVoted(_)), term, .. }
                if self.term_at_restart[node.slot()] == Some(*term) =>
            {
                Kind::VotedBeforeRestart
            }
            N::Truncated { .. } => Kind::Truncations,
            N::SnapshotTaken { .. } => Kind::SnapshotsTaken,
            N::SnapshotInstalled { .. } => Kind::SnapshotsInstalled,
            N::Redirected { .. } => Kind::Redirects,
            N::TurnedAway { .. } => Kind::TurnedAway,
            _ => return,
        };
        self.exercised.bump(kind);
    }

    fn client(&mut self, note: &ClientNote) {
        let kind = match note {
            ClientNote::Invoked { .. } => Kind::Requests,
            ClientNote::Answered { outcome: Outcome::Done(RegisterResponse::Written), .. } => Kind::AcknowledgedWrites,
            ClientNote::Answered { outcome: Outcome::Done(RegisterResponse::Mismatch(_)), .. } => Kind::Mismatches,
            ClientNote::Answered { .. } => Kind::AcknowledgedReads,
            ClientNote::Retried { .. } => Kind::Retries,
            ClientNote::Expired { .. } | ClientNote::HeldBack => return,
        };
        self.exercised.bump(kind);
    }
}

impl Sink<Actor> for Tally {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::Noted { node, note: Note::Server(note) } => self.server(*node, note),
            EventKind::Noted { note: Note::Client(note), .. } => self.client(note),
            EventKind::Noted { note: Note::Service(note), .. } => self.service(note),
            EventKind::Noted { note: Note::Customers(note), .. } => self.customers(note),
            EventKind::Delivered { from, to, sent, body, .. } => {
                if let Wire::Reply(reply) = body {
                    self.broker_says(reply);
                }
                let nodes = self.term_at_restart.len();
                let latest = &mut self.latest[from.slot() * nodes + to.slot()];
                if *sent < *latest {
                    self.exercised.bump(Kind::Overtaken);
                }
                *latest = (*latest).max(*sent);
            }
            EventKind::Lost { why, body: Wire::Raft(Message::InstallSnapshot { .. }), .. } if *why != Loss::Dropped => {
                self.exercised.bump(Kind::SnapshotsLost);
            }
            _ => {}
        }
    }
}
