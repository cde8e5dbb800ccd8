//! Each invariant turns red on a history that breaks it, and on no other account.
//!
//! The histories are forged: servers are made in states that no run of the protocol comes to, and put into a world
//! between two looks of the checks.

use std::sync::Arc;

use super::*;
use crate::base::{ClientId, Keyed, RegisterCommand, RegisterResponse, RequestId, Sequence, Span};
use crate::consensus::ClientReply;
use crate::consensus::raft::{
    self, AppendResult, Config, Durable, Entry, Input, LogPosition, Message, Payload, RaftMessage, RaftPort, Snapshot,
    Timer, Write,
};
use crate::lab::{Actor, ClientNote, Outcome, ReplicatedCommand, Setup};
use crate::sim::{Latency, NoTrace, Quality};

type Shared = Arc<Keyed<ReplicatedCommand>>;

/// A port that lets nothing out; it counts the writes, so that they can be called synced.
#[derive(Default)]
struct Shut(u32);

impl RaftPort<Machine> for Shut {
    fn local_time(&self) -> Time {
        Time::ZERO
    }
    fn draw_between(&mut self, low: Span, _: Span) -> Span {
        low
    }
    fn send(&mut self, _: NodeId, _: RaftMessage<Machine>) {}
    fn send_synced(&mut self, _: NodeId, _: RaftMessage<Machine>) {}
    fn reply(&mut self, _: NodeId, _: ClientReply<Machine>) {}
    fn set_timer(&mut self, _: Timer, _: Span) {}
    fn cancel_timer(&mut self, _: Timer) {}
    fn write(&mut self, _: Write<Shared>) {
        self.0 += 1;
    }
    fn note(&mut self, _: raft::Note) {}
}

/// A server under the forger's hand.
struct Forged {
    server: Raft<Machine>,
    port: Shut,
}

impl Forged {
    /// A server whose log has entries of these terms; `mark` makes its commands differ from another's.
    fn follower(node: u16, terms: &[u64], mark: &str) -> Forged {
        let mut disk = Durable::empty();
        disk.term = Term(terms.last().copied().unwrap_or(0));
        for (place, &term) in terms.iter().enumerate() {
            disk.log.append(entry(place as u64 + 1, term, mark));
        }
        Forged::from(node, &disk)
    }

    fn from(node: u16, disk: &Durable<Shared>) -> Forged {
        let config = Arc::new(Config::new(vec![NodeId(0), NodeId(1), NodeId(2)]));
        let server = Raft::new(NodeId(node), config, Machine::default()).restart(disk);
        let mut forged = Forged { server, port: Shut::default() };
        forged.take(Input::Boot);
        forged
    }

    fn take(&mut self, input: Input<Machine>) {
        self.server.step(input, &mut self.port);
        let writes = std::mem::take(&mut self.port.0);
        if writes > 0 {
            self.take(Input::Synced { writes });
        }
    }

    fn hear(&mut self, from: u16, message: RaftMessage<Machine>) {
        self.take(Input::Peer { from: NodeId(from), message });
    }

    /// It is elected in the term after its own: its no-op is its next entry.
    fn elected(mut self) -> Forged {
        let others: Vec<u16> = (0..3).filter(|&other| NodeId(other) != self.server.id()).collect();
        self.take(Input::TimeoutNow);
        let term = self.server.term();
        for other in others {
            self.hear(other, Message::VoteReply { term, refused: None });
        }
        assert_eq!(self.server.role(), Role::Leader);
        self
    }

    /// Everything in its log is acknowledged by all.
    fn acknowledged(mut self) -> Forged {
        let (term, last, round) = (self.server.term(), self.server.log().last().index, self.server.round());
        let me = self.server.id();
        for other in (0..3).filter(|&other| NodeId(other) != me) {
            self.hear(other, Message::AppendReply { term, result: AppendResult::Match(last), round });
        }
        assert_eq!(self.server.commit(), last);
        self
    }
}

fn entry(sequence: u64, term: u64, mark: &str) -> Entry<Shared> {
    let id = RequestId { client: ClientId(1), sequence: Sequence(sequence) };
    let command = ReplicatedCommand::Register(RegisterCommand::Put { key: "x".into(), value: mark.into() });
    Entry { term: Term(term), payload: Payload::Command(Arc::new(Keyed { id, answered_below: Sequence(1), command })) }
}

/// A world of three servers and the checks that look at it.
struct Court {
    world: World,
    checks: Checks,
}

impl Court {
    fn new() -> Court {
        let setup = Setup {
            seed: 1,
            raft: Config::new(vec![NodeId(0), NodeId(1), NodeId(2)]),
            disk_sync: Latency::Fixed(Span::ZERO),
            clients: Vec::new(),
            company: None,
            network: Quality::clean(Latency::Fixed(Span::millis(1))),
            links: Vec::new(),
        };
        let world = setup.build(&mut NoTrace);
        let checks = Checks::new(&world, None);
        Court { world, checks }
    }

    /// The server is seen like this.
    fn see(&mut self, forged: &Forged) -> &mut Court {
        let node = forged.server.id();
        self.world.replace(node, Actor::Server(Box::new(forged.server.clone())));
        self.checks.after(&self.world, node);
        self
    }

    /// The same, after a restart.
    fn see_restarted(&mut self, forged: &Forged) -> &mut Court {
        self.checks.restarted(forged.server.id());
        self.see(forged)
    }

    fn violated(&self) -> Vec<Invariant> {
        self.checks.violations().iter().map(|violation| violation.invariant).collect()
    }
}

#[test]
fn a_history_that_keeps_all_rules_stays_green() {
    let mut court = Court::new();
    let leader = Forged::follower(0, &[1, 1], "a").elected();
    court.see(&Forged::follower(1, &[1, 1], "a")).see(&leader);
    court.see(&leader.acknowledged());
    let mut disk = Durable::empty();
    disk.term = Term(2);
    disk.log.append(entry(1, 1, "a"));
    disk.log.append(entry(2, 1, "a"));
    disk.log.append(Entry { term: Term(2), payload: Payload::NoOp });
    court.see(&Forged::from(1, &disk).elected());
    assert_eq!(court.violated(), []);
    assert_eq!(court.checks.committed(), LogIndex(3));
}

#[test]
fn two_leaders_in_one_term_break_election_safety() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1], "a").elected());
    court.see(&Forged::follower(1, &[1], "a").elected());
    assert_eq!(court.violated(), [Invariant::ElectionSafety]);
    assert!(court.checks.violations()[0].what.to_string().contains("A and B were both elected in term 2"));
}

#[test]
fn leaders_of_different_terms_do_not() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1], "a").elected());
    court.see(&Forged::follower(1, &[1, 2], "a").elected());
    assert!(!court.violated().contains(&Invariant::ElectionSafety));
}

#[test]
fn a_leader_that_removes_an_entry_breaks_leader_append_only() {
    let mut court = Court::new();
    let leader = Forged::follower(0, &[1, 1], "a").elected();
    court.see(&leader);
    // The same leader of the same term, but it has cut off its log and grown another.
    let mut cut = Forged::follower(0, &[1], "a").elected();
    let term = cut.server.term();
    cut.server.tamper_log(|log| {
        log.truncate_from(LogIndex(2));
        log.append(entry(9, term.0, "b"));
        log.append(entry(10, term.0, "b"));
    });
    court.see(&cut);
    assert!(court.violated().contains(&Invariant::LeaderAppendOnly), "{:?}", court.violated());
}

#[test]
fn logs_that_agree_on_an_entry_but_not_before_it_break_log_matching() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1, 2], "a"));
    let mut disk = Durable::empty();
    disk.term = Term(2);
    disk.log.append(entry(1, 1, "b"));
    disk.log.append(entry(2, 2, "a"));
    court.see(&Forged::from(1, &disk));
    assert_eq!(court.violated(), [Invariant::LogMatching]);
}

#[test]
fn logs_that_differ_in_their_terms_do_not() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1, 2], "a")).see(&Forged::follower(1, &[1, 3], "b"));
    court.see(&Forged::follower(2, &[1, 3, 3], "b"));
    // Entry 1 differs although its term does not; entry 2 has its own term and shows nothing new.
    assert_eq!(court.violated(), [Invariant::LogMatching]);
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1, 2], "a")).see(&Forged::follower(1, &[3, 3], "b"));
    assert_eq!(court.violated(), []);
}

#[test]
fn a_leader_that_lacks_what_was_committed_breaks_leader_completeness() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1, 1], "a").elected().acknowledged());
    let mut disk = Durable::empty();
    disk.term = Term(2);
    disk.log.append(entry(1, 1, "a"));
    court.see(&Forged::from(1, &disk).elected());
    assert_eq!(court.violated(), [Invariant::LeaderCompleteness]);
}

#[test]
fn a_commit_in_an_older_term_than_a_standing_leaders_breaks_it_too() {
    let mut court = Court::new();
    let old = Forged::follower(0, &[1, 1], "a").elected();
    court.see(&old);
    let mut disk = Durable::empty();
    disk.term = Term(4);
    disk.log.append(entry(1, 1, "a"));
    court.see(&Forged::from(1, &disk).elected());
    assert_eq!(court.violated(), []);
    court.see(&old.acknowledged());
    assert_eq!(court.violated(), [Invariant::LeaderCompleteness]);
}

#[test]
fn different_entries_applied_at_one_index_break_state_machine_safety() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1], "a").elected().acknowledged());
    let mut disk = Durable::empty();
    disk.term = Term(3);
    disk.log.append(entry(1, 3, "b"));
    court.see(&Forged::from(1, &disk).elected().acknowledged());
    assert!(court.violated().contains(&Invariant::StateMachineSafety), "{:?}", court.violated());
}

#[test]
fn snapshots_of_one_index_that_differ_break_it_too() {
    let mut court = Court::new();
    for (node, mark) in [(0, "a"), (1, "b")] {
        let mut machine = Machine::default();
        let Payload::Command(command) = entry(1, 1, mark).payload else { unreachable!("a command") };
        crate::base::StateMachine::apply(&mut machine, &command);
        let mut disk = Durable::empty();
        disk.term = Term(1);
        let last = LogPosition { index: LogIndex(1), term: Term(1) };
        let state = crate::base::StateMachine::snapshot(&machine);
        disk.apply(Write::Install { snapshot: Arc::new(Snapshot { last, state }) });
        court.see_restarted(&Forged::from(node, &disk));
    }
    assert_eq!(court.violated(), [Invariant::StateMachineSafety], "{:?}", court.checks.violations());
}

#[test]
fn a_term_that_goes_back_is_seen_and_so_is_a_commit_index() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1, 5], "a"));
    court.see(&Forged::follower(0, &[1, 2], "a"));
    assert_eq!(court.violated(), [Invariant::Monotonic]);

    let mut court = Court::new();
    let leader = Forged::follower(0, &[1], "a").elected();
    let before = Forged { server: leader.server.clone(), port: Shut::default() };
    court.see(&leader.acknowledged());
    court.see(&before);
    assert_eq!(court.violated(), [Invariant::Monotonic]);
}

#[test]
fn a_restart_may_forget_the_commit_index() {
    let mut court = Court::new();
    let leader = Forged::follower(0, &[1], "a").elected();
    let mut before = Forged::follower(0, &[1, 2], "a");
    before.server.tamper_log(|log| {
        log.truncate_from(LogIndex(2));
        log.append(Entry { term: Term(2), payload: Payload::NoOp });
    });
    court.see(&leader.acknowledged());
    court.see_restarted(&before);
    assert_eq!(court.violated(), []);
}

#[test]
fn an_acknowledgement_of_what_nobody_has_committed_is_seen() {
    let mut court = Court::new();
    let leader = Forged::follower(0, &[1, 1], "a").elected();
    court.see(&leader);
    let acknowledge = |court: &mut Court, sequence| {
        let id = RequestId { client: ClientId(1), sequence: Sequence(sequence) };
        let note = ClientNote::Answered { id, outcome: Outcome::Done(RegisterResponse::Written) };
        court.checks.noted(&court.world, EventId(0), NodeId(3), &Note::Client(note));
    };
    court.see(&leader.acknowledged());
    acknowledge(&mut court, 2);
    assert_eq!(court.violated(), []);
    acknowledge(&mut court, 3);
    assert_eq!(court.violated(), [Invariant::AcknowledgedWrites]);
}

#[test]
fn an_acknowledged_write_that_is_replaced_later_is_seen() {
    let mut court = Court::new();
    court.see(&Forged::follower(0, &[1], "a").elected().acknowledged());
    let id = RequestId { client: ClientId(1), sequence: Sequence(1) };
    let note = ClientNote::Answered { id, outcome: Outcome::Done(RegisterResponse::Written) };
    court.checks.noted(&court.world, EventId(0), NodeId(3), &Note::Client(note));
    assert_eq!(court.violated(), []);
    court.see(&Forged::follower(2, &[3], "b").elected().acknowledged());
    let violations = court.checks.violations();
    let lost = violations.iter().find(|violation| violation.invariant == Invariant::AcknowledgedWrites);
    let words = lost.map(|violation| violation.what.to_string());
    assert_eq!(words.as_deref(), Some("request 1#1 was acknowledged as entry 1, but C has committed another log"));
}
