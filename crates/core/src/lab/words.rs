//! What is seen, in words: for the sentence over the stage, the list of events, and screen readers.
//!
//! Texts only; nothing here decides anything.

use std::fmt::Write;

use smol_str::SmolStr;

use super::scene::MessageKind;
use super::{
    ClientNote, Command, Note, Operation, Outcome, ReplicatedAnswer, ReplicatedCommand, ReplicatedQuery,
    ReplicatedResponse, Request, Wire, World, broker_words, node_name, shop_words,
};
use crate::base::{
    LogIndex, NodeId, RegisterAnswer, RegisterCommand, RegisterQuery, RegisterResponse, SessionResponse,
};
use crate::consensus;
use crate::consensus::raft::{self, AppendResult, Entry, Message, Payload, Refusal, Role, StepDown};
use crate::sim::Loss;

/// The names of a world's nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(Vec<SmolStr>);

impl Names {
    /// Of this world.
    pub fn of(world: &World) -> Names {
        Names(world.ids().map(|id| node_name(id, world.process(id))).collect())
    }

    /// The name of a node.
    pub fn get(&self, node: NodeId) -> &str {
        self.0.get(node.slot()).map_or("?", SmolStr::as_str)
    }

    /// The node of a name, whatever its case.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        let place = self.0.iter().position(|own| own.eq_ignore_ascii_case(name))?;
        Some(NodeId(place as u16))
    }

    /// `A`, `A and B`, `A, B and C`.
    pub fn list(&self, nodes: &[NodeId]) -> String {
        let mut text = String::new();
        for (place, &node) in nodes.iter().enumerate() {
            let comma = match place {
                0 => "",
                last if last + 1 == nodes.len() => " and ",
                _ => ", ",
            };
            text.push_str(comma);
            text.push_str(self.get(node));
        }
        text
    }
}

/// `entry 8`, `entries 8 and 9`, `entries 8 to 12`.
pub fn entries(first: LogIndex, last: LogIndex) -> String {
    match last.0.saturating_sub(first.0) {
        0 => format!("entry {first}"),
        1 => format!("entries {first} and {last}"),
        _ => format!("entries {first} to {last}"),
    }
}

/// What a kind of message is called.
pub fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::PreVote => "pre-vote request",
        MessageKind::PreVoteReply { granted: true } => "pre-vote granted",
        MessageKind::PreVoteReply { granted: false } => "pre-vote refused",
        MessageKind::RequestVote => "vote request",
        MessageKind::VoteReply { granted: true } => "vote granted",
        MessageKind::VoteReply { granted: false } => "vote refused",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Append { .. } => "entries",
        MessageKind::AppendReply { ok: true } => "acknowledgement",
        MessageKind::AppendReply { ok: false } => "entries refused",
        MessageKind::Snapshot => "snapshot",
        MessageKind::Write => "write request",
        MessageKind::Read => "read request",
        MessageKind::Reply { ok: true } => "answer",
        MessageKind::Reply { ok: false } => "not served",
        MessageKind::Call => "call",
        MessageKind::Return { ok: true } => "answer",
        MessageKind::Return { ok: false } => "refusal",
    }
}

/// `1 request`, `2 requests`.
pub fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// Why a vote was refused.
pub fn refusal(refusal: Refusal, names: &Names) -> String {
    match refusal {
        Refusal::OldTerm => "its term is old".into(),
        Refusal::AlreadyVoted(other) => format!("already voted for {}", names.get(other)),
        Refusal::LogBehind => "log behind".into(),
        Refusal::HearsLeader(leader) => format!("it hears a leader, {}", names.get(leader)),
    }
}

/// Why a message was lost.
pub fn loss(why: Loss) -> &'static str {
    match why {
        Loss::Chance => "lost by the network",
        Loss::Cut => "lost on the cut link",
        Loss::DeadReceiver => "lost: the receiver is dead",
        Loss::Dropped => "dropped by hand",
    }
}

/// What a command of the register does.
pub fn change(command: &RegisterCommand) -> String {
    match command {
        RegisterCommand::Put { key, value } => format!("{key} = {value}"),
        RegisterCommand::Cas { key, expected: Some(expected), value } => format!("{key}: {expected} → {value}"),
        RegisterCommand::Cas { key, expected: None, value } => format!("{key}: nothing → {value}"),
    }
}

/// What an entry holds.
pub fn entry(entry: &Entry<<super::Machine as crate::base::StateMachine>::Command>) -> String {
    match &entry.payload {
        Payload::NoOp => "no-op".into(),
        Payload::Command(keyed) => match &keyed.command {
            ReplicatedCommand::Register(command) => change(command),
            ReplicatedCommand::Broker(command) => broker_words::command(command),
        },
    }
}

/// What a client wants.
pub fn operation(operation: &Operation) -> String {
    match operation {
        Operation::Command(wanted) => format!("write {}", change(wanted)),
        Operation::Query(RegisterQuery::Get { key }) => format!("read {key}"),
    }
}

fn answer(answer: &RegisterAnswer) -> String {
    match answer {
        RegisterAnswer::Value(Some(value)) => format!("it is {value}"),
        RegisterAnswer::Value(None) => "it was never written".into(),
    }
}

fn response(response: &RegisterResponse) -> String {
    match response {
        RegisterResponse::Written => "written".into(),
        RegisterResponse::Mismatch(Some(actual)) => format!("not written: it is {actual}"),
        RegisterResponse::Mismatch(None) => "not written: it was never written".into(),
    }
}

/// What came of an operation.
pub fn outcome(outcome: &Outcome, names: &Names) -> String {
    match outcome {
        Outcome::Done(done) => response(done),
        Outcome::Answer(read) => answer(read),
        Outcome::NotLeader { leader } => not_leader(*leader, names),
        Outcome::Busy => "too much to do".into(),
    }
}

fn not_leader(leader: Option<NodeId>, names: &Names) -> String {
    match leader {
        Some(leader) => format!("I do not lead, ask {}", names.get(leader)),
        None => "I do not lead, and know nobody who does".into(),
    }
}

/// Everything that a message carries: names and values.
pub fn message(wire: &Wire, names: &Names) -> Vec<(&'static str, String)> {
    let mut rows = vec![("kind", kind(wire.kind()).to_string())];
    let mut row = |name, value: String| rows.push((name, value));
    match wire {
        Wire::Raft(message) => {
            row("term", message.term().to_string());
            match message {
                Message::PreVote { last, .. } => {
                    row("its log ends at", format!("{} of term {}", last.index, last.term))
                }
                Message::RequestVote { last, forced, .. } => {
                    row("its log ends at", format!("{} of term {}", last.index, last.term));
                    if *forced {
                        row("forced", "even who hears a leader may vote".into());
                    }
                }
                Message::PreVoteReply { refused, .. } | Message::VoteReply { refused, .. } => {
                    row("vote", refused.map_or_else(|| "granted".into(), |why| refusal(why, names)));
                }
                Message::Append { prev, entries, commit, round, .. } => {
                    row("after", format!("{} of term {}", prev.index, prev.term));
                    for (place, sent) in entries.iter().take(8).enumerate() {
                        let index = prev.index.0 + 1 + place as u64;
                        row("entry", format!("{index}: {} (term {})", entry(sent), sent.term));
                    }
                    if entries.len() > 8 {
                        row("entry", format!("and {} more", entries.len() - 8));
                    }
                    row("leader's commit", commit.to_string());
                    row("round", round.to_string());
                }
                Message::AppendReply { result, round, .. } => {
                    match result {
                        AppendResult::Match(index) => row("agrees up to", index.to_string()),
                        AppendResult::OldTerm => row("says", "the sender's term is old".into()),
                        AppendResult::Conflict { rejected, retry_from, .. } => {
                            row("does not have", rejected.to_string());
                            row("try from", retry_from.to_string());
                        }
                    }
                    row("round", round.to_string());
                }
                Message::InstallSnapshot { snapshot, .. } => {
                    row("up to", format!("{} of term {}", snapshot.last.index, snapshot.last.term));
                    row("size", format!("{} bytes", snapshot.state.len()));
                }
            }
        }
        Wire::Request(request) => {
            row("request", request.id.to_string());
            row(
                "wants",
                match &request.operation {
                    consensus::Operation::Command(keyed) => match &keyed.command {
                        ReplicatedCommand::Register(command) => format!("write {}", change(command)),
                        ReplicatedCommand::Broker(command) => broker_words::command(command),
                    },
                    consensus::Operation::Query(ReplicatedQuery::Register(RegisterQuery::Get { key })) => {
                        format!("read {key}")
                    }
                    consensus::Operation::Query(ReplicatedQuery::Broker(query)) => broker_words::query(query),
                },
            );
        }
        Wire::Reply(reply) => {
            row("request", reply.id.to_string());
            row(
                "says",
                match &reply.outcome {
                    consensus::Outcome::Done(SessionResponse::Done(done)) => match done {
                        ReplicatedResponse::Register(done) => response(done),
                        ReplicatedResponse::Broker(done) => broker_words::response(done),
                        ReplicatedResponse::Foreign => "refused: a command for another service".into(),
                    },
                    consensus::Outcome::Done(SessionResponse::Expired) => "the session is gone".into(),
                    consensus::Outcome::Answer(read) => match read {
                        ReplicatedAnswer::Register(read) => answer(read),
                        ReplicatedAnswer::Broker(read) => broker_words::answer(read),
                        ReplicatedAnswer::Foreign => "refused: a question to another service".into(),
                    },
                    consensus::Outcome::NotLeader { leader } => not_leader(*leader, names),
                    consensus::Outcome::Busy => "too much to do".into(),
                },
            );
        }
        Wire::Shop(message) => rows.extend(shop_words::message(message)),
    }
    rows
}

/// What somebody did.
pub fn deed(command: &Command, names: &Names) -> String {
    let name = |node: &NodeId| names.get(*node);
    match command {
        Command::Crash { node } => format!("{} killed", name(node)),
        Command::Restart { node } => format!("{} restarted", name(node)),
        Command::Pause { node } => format!("{} paused", name(node)),
        Command::Resume { node } => format!("{} resumed", name(node)),
        Command::Skew { node, .. } => format!("clock of {} skewed", name(node)),
        Command::Cut { from, to } => format!("{} to {} cut", name(from), name(to)),
        Command::Heal { from, to } => format!("{} to {} healed", name(from), name(to)),
        Command::Partition { groups } => {
            let mut text = String::from("partition:");
            for (place, group) in groups.iter().enumerate() {
                let _ = write!(text, "{} {}", if place > 0 { " |" } else { "" }, names.list(group));
            }
            text
        }
        Command::HealAll => "all links healed".into(),
        Command::SetLink { from, to, .. } => format!("{} to {} changed", name(from), name(to)),
        Command::Drop { message } => format!("message {message} dropped"),
        Command::Delay { message, by } => format!("message {message} delayed by {by}"),
        Command::Duplicate { message } => format!("message {message} duplicated"),
        Command::DeliverNow { message } => format!("message {message} delivered"),
        Command::Hold { message } => format!("message {message} held"),
        Command::Request { node, request } => match request {
            Request::TimeoutNow => format!("{} timed out by hand", name(node)),
            Request::Put { server, command: wanted } => {
                format!("{} asked to write {} at {}", name(node), change(wanted), name(server))
            }
            Request::Get { server, query: RegisterQuery::Get { key } } => {
                format!("{} asked to read {key} at {}", name(node), name(server))
            }
            request => shop_words::deed(name(node), request),
        },
    }
}

/// What a node tells of itself, as a sentence.
pub fn note(node: NodeId, note: &Note, names: &Names) -> String {
    let me = names.get(node);
    match note {
        Note::Server(note) => server_note(me, note, names),
        Note::Client(note) => match note {
            ClientNote::Invoked { id, operation: wanted } => format!("{me} wants to {} ({id})", operation(wanted)),
            ClientNote::Answered { id, outcome: what } => format!("{me} is answered {id}: {}", outcome(what, names)),
            ClientNote::Expired { id } => format!("{me} will never know what came of {id}: its session is gone"),
            ClientNote::Retried { id, server } => format!("{me} asks {} again for {id}", names.get(*server)),
            ClientNote::HeldBack => format!("{me} has too many requests open to make another"),
        },
        Note::Service(note) => shop_words::service(me, note, names),
        Note::Chain(note) => shop_words::chain(me, note, names),
        Note::Customers(note) => shop_words::customers(note),
        Note::View(note) => shop_words::view(me, note, names),
    }
}

fn server_note(me: &str, note: &raft::Note, names: &Names) -> String {
    use raft::Note;
    match note {
        Note::ElectionTimeout { forced: false } => format!("{me} has heard no leader for too long"),
        Note::ElectionTimeout { forced: true } => format!("{me} is told to campaign"),
        Note::Became { role: Role::Follower, term } => format!("{me} follows in term {term}"),
        Note::Became { role: Role::PreCandidate, term } => {
            format!("{me} asks whether it could win term {}", term.next())
        }
        Note::Became { role: Role::Candidate, term } => format!("{me} asks for votes in term {term}"),
        Note::Became { role: Role::Leader, term } => format!("{me} is elected: it leads term {term}"),
        Note::SteppedDown { from, why } => {
            let why = match why {
                StepDown::HigherTerm => "it saw a higher term",
                StepDown::LeaderFound => "it heard the leader of its term",
                StepDown::LostQuorum => "it hears no majority",
                StepDown::Refused => "a majority refused",
            };
            format!("{me} is {} no more: {why}", from.name())
        }
        Note::LeaderKnown { leader, term } => format!("{me} follows {} in term {term}", names.get(*leader)),
        Note::Voted { candidate, term, pre, refused } => {
            let (what, whom) = (if *pre { "pre-vote" } else { "vote" }, names.get(*candidate));
            match refused {
                None => format!("{me} gives {whom} its {what} for term {term}"),
                Some(Refusal::HearsLeader(leader)) if names.get(*leader) == me => {
                    format!("{me} refuses {whom} its {what}: it leads itself")
                }
                Some(why) => format!("{me} refuses {whom} its {what}: {}", refusal(*why, names)),
            }
        }
        Note::Proposed { index } => format!("{me} writes entry {index} into its log"),
        Note::Appended { from, to } => format!("{me} stores {}", entries(*from, *to)),
        Note::Truncated { from, to } => {
            format!("{me} removes {}, which conflict with the leader's", entries(*from, *to))
        }
        Note::AppendRefused { prev } => format!("{me} refuses entries: its log has no such entry {prev}"),
        Note::Committed { index } => format!("{me} knows all up to {index} committed"),
        Note::SnapshotTaken { index } => format!("{me} takes a snapshot up to {index}"),
        Note::SnapshotSent { to, index } => format!("{me} sends {} a snapshot up to {index}", names.get(*to)),
        Note::SnapshotInstalled { index } => format!("{me} takes over a snapshot up to {index}"),
        Note::Redirected { client } => format!("{me} does not lead and sends {} elsewhere", names.get(*client)),
        Note::TurnedAway { client } => format!("{me} has too much to do and turns {} away", names.get(*client)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Term;
    use crate::scenario::Scenario;
    use crate::timeline::Run;

    #[test]
    fn who_refuses_because_of_a_leader_says_whom_it_hears_or_that_it_leads_itself() {
        let run = Run::unwatched(&Scenario::default().setup());
        let names = Names::of(run.world());
        let (a, b, c) = (NodeId(0), NodeId(1), NodeId(2));
        let says = |node, pre, leader| {
            let refused = Some(Refusal::HearsLeader(leader));
            note(node, &Note::Server(raft::Note::Voted { candidate: b, term: Term(2), pre, refused }), &names)
        };
        assert_eq!(says(a, true, c), "A refuses B its pre-vote: it hears a leader, C");
        assert_eq!(says(c, true, c), "C refuses B its pre-vote: it leads itself");
        assert_eq!(says(c, false, c), "C refuses B its vote: it leads itself");
    }
}
