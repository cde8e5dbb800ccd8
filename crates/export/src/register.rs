//! Which note and which message of the register world belong to which story, and what they begin and end.
//!
//! A client's operation is a story:
//!
//! ```text
//! operation        at the client       from the moment it wants it to the answer
//!   attempt        at a server         from the request's arrival to the reply
//!     replication  at the leader       from its entry's proposal to its commit
//!       storing    at a follower       from the entry's arrival to the acknowledgement, which waits for the disk
//! ```
//!
//! and so is a campaign of a server for office:
//!
//! ```text
//! campaign         at the candidate    from its timeout until it leads or gives up
//!   round          at the candidate    asking whether it could win, then asking for votes
//!     vote         at another server   from the question's arrival to the answer
//! ```
//!
//! For another service: a [`Thread`] for its correlation, a [`Task`] for each thing that it does for a time, and an arm in
//! each of the three functions below.

use smol_str::{SmolStr, format_smolstr};

use super::book::{Book, Doing, Now, Sending, SpanPlace, StoryNumber};
use super::model::{SpanKind, Status, Value};
use super::shop::{self, Shop};
use tutti_core::base::{DomainEventId, EventId, LogIndex, MessageId, NodeId, RequestId};
use tutti_core::consensus::Operation;
use tutti_core::consensus::raft::{self, AppendResult, Payload, RaftMessage, Role};
use tutti_core::lab::words::{self, Names};
use tutti_core::lab::{ClientNote, Machine, MessageKind, Note, Wire, World};
use tutti_core::service::CallId;
use tutti_core::shop::OrderId;

/// What runs through a story and holds it together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thread {
    /// A client's request, the same on every retry.
    Request(RequestId),
    /// A campaign, by its number in the run.
    Campaign(u64),
    /// An order of a shop.
    Order(OrderId),
}

impl Thread {
    /// What a person calls the story by.
    pub(super) fn key(self) -> SmolStr {
        match self {
            Thread::Request(id) => format_smolstr!("{id}"),
            Thread::Campaign(number) => format_smolstr!("election-{number}"),
            Thread::Order(order) => format_smolstr!("order-{order}"),
        }
    }
}

/// What is done for a time. The order matters: all entries that a server replicates are one after the other, and so are
/// all that it stores for a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// A client waits for its answer.
    Operation(RequestId),
    /// A server deals with a request.
    Attempt(NodeId, RequestId),
    /// A leader brings an entry to a majority.
    Replicate(NodeId, LogIndex),
    /// A follower stores an entry that its leader sent: first the follower, then the leader.
    Store(NodeId, NodeId, LogIndex),
    /// A server runs for office.
    Campaign(NodeId),
    /// It asks for votes, or whether it would get them.
    Round(NodeId),
    /// A server answers a candidate: first the server, then the candidate.
    Vote(NodeId, NodeId),
    /// An order is on its way to its end.
    Order(OrderId),
    /// The order desk takes an order.
    Take(NodeId, OrderId),
    /// A worker of a service works on an event.
    Work(NodeId, u8),
    /// The provider deals with a service's call.
    Call(NodeId, CallId),
    /// A service of a chain deals with a call: first the caller, then which of its calls.
    Step(NodeId, CallId),
    /// A service brings an event to the bus.
    Publish(NodeId, DomainEventId),
    /// A service brings an event to the store.
    Keep(NodeId, DomainEventId),
    /// An order that is written is not visible to who asks for it yet.
    Show(OrderId),
    /// A query node deals with a question: whose, and in which call.
    Answer(NodeId, CallId),
}

/// No log is so long.
const LAST: LogIndex = LogIndex(u64::MAX);

/// What has to be remembered of the run to know where things belong.
#[derive(Default)]
pub(super) struct Register {
    campaigns: u64,
    /// The last request that arrived: the event of its arrival, and the attempts that began with it, one for each story.
    arrived: Option<(EventId, Vec<SpanPlace>)>,
    shop: Shop,
}

impl Register {
    /// Of a world, of which nothing was seen yet.
    pub(super) fn of(world: &World) -> Register {
        Register { shop: Shop::of(world), ..Register::default() }
    }

    /// A message is sent.
    pub(super) fn sent(&mut self, book: &mut Book, names: &Names, sending: Sending, body: &Wire, now: Now) {
        self.shop.sent(book, sending, body, now);
        let (from, to) = (sending.from, sending.to);
        match body {
            Wire::Request(request) => {
                let Some(story) = book.find(Thread::Request(request.id)) else { return };
                let operation = book.root(story);
                book.send(story, &sending, Some(operation), None, now);
            }
            Wire::Reply(reply) => {
                let done = matches!(body.kind(), MessageKind::Reply { ok: true });
                let says = words::message(body, names).into_iter().find(|(name, _)| *name == "says");
                let says = says.map(|(_, text)| text).unwrap_or_default();
                let status = if done { Status::Ok } else { Status::Error(says) };
                let task = Task::Attempt(from, reply.id);
                for attempt in book.end_all(task, task, |_| true, &status, now) {
                    let asked = book.parent(attempt);
                    book.send(attempt.story(), &answer(sending), Some(attempt), Some(asked), now);
                }
                // One that nobody waits for any more has no attempt.
                let Some(story) = book.find(Thread::Request(reply.id)) else { return };
                let operation = book.root(story);
                book.send(story, &answer(sending), None, Some(operation), now);
            }
            Wire::Raft(raft::Message::Append { .. }) => {
                for (story, index) in entries(book, body) {
                    let replication = book.doing_for(story, Task::Replicate(from, index));
                    book.send(story, &sending, replication, None, now);
                }
            }
            Wire::Raft(raft::Message::AppendReply { result, .. }) => {
                let (low, high, status) = match *result {
                    AppendResult::Match(index) => (LogIndex::ZERO, index, Status::Ok),
                    AppendResult::Conflict { rejected, .. } => {
                        (rejected.next(), LAST, Status::Error("its log does not hold the entry before".into()))
                    }
                    AppendResult::OldTerm => (LogIndex::ZERO, LAST, Status::Error("the leader's term is old".into())),
                };
                let (low, high) = (Task::Store(from, to, low), Task::Store(from, to, high));
                let stored = book.end_all(low, high, |_| true, &status, now);
                let sending = answer(sending);
                for place in stored {
                    let replication = book.parent(place);
                    book.send(place.story(), &sending, Some(place), Some(replication), now);
                }
            }
            Wire::Raft(raft::Message::PreVote { .. } | raft::Message::RequestVote { .. }) => {
                let Some(round) = book.doing(Task::Round(from)) else { return };
                book.send(round.story(), &sending, Some(round), None, now);
            }
            Wire::Raft(raft::Message::PreVoteReply { refused, .. } | raft::Message::VoteReply { refused, .. }) => {
                let vote = book.end(Task::Vote(from, to), Status::Ok, now);
                let Some(vote) = vote else { return };
                let says = refused.map_or_else(|| "granted".into(), |why| words::refusal(why, names));
                book.say(vote, "tutti.vote", Value::Text(says));
                let round = book.parent(vote);
                book.send(vote.story(), &answer(sending), Some(vote), Some(round), now);
            }
            Wire::Raft(raft::Message::InstallSnapshot { .. }) | Wire::Shop(_) => {}
        }
    }

    /// A message arrives: which, from whom, at whom.
    pub(super) fn delivered(
        &mut self,
        book: &mut Book,
        (message, from, to): (MessageId, NodeId, NodeId),
        body: &Wire,
        now: Now,
    ) {
        self.shop.delivered(book, (message, from, to), body, now);
        let kind = words::kind(body.kind());
        match body {
            Wire::Request(request) => {
                let task = Task::Attempt(to, request.id);
                let mut attempts = Vec::new();
                if let Some(story) = book.find(Thread::Request(request.id)) {
                    attempts.extend(book.start(story, None, task, Doing::new(to, SpanKind::Server, kind), now));
                }
                if let Operation::Command(keyed) = &request.operation {
                    for part in shop::parts(book, &keyed.command) {
                        let asked = book.doing_for(part.story, part.asked(from));
                        let what = Doing::new(to, SpanKind::Server, part.what);
                        attempts.extend(book.start(part.story, asked, task, what, now));
                    }
                }
                attempts.iter().for_each(|attempt| book.receive(message, *attempt));
                self.arrived = Some((now.event, attempts));
            }
            Wire::Raft(raft::Message::Append { .. }) => {
                for (story, index) in entries(book, body) {
                    let task = Task::Store(to, from, index);
                    if book.doing_for(story, task).is_some() {
                        continue; // sent again, and not yet acknowledged
                    }
                    let parent = book.doing_for(story, Task::Replicate(from, index));
                    let what = Doing::new(to, SpanKind::Server, format!("store entry {index}"));
                    let Some(place) = book.start(story, parent, task, what, now) else { continue };
                    book.say(place, "tutti.index", Value::Number(index.0));
                    book.receive(message, place);
                }
            }
            Wire::Raft(raft::Message::PreVote { .. } | raft::Message::RequestVote { .. }) => {
                let Some(round) = book.doing(Task::Round(from)) else { return };
                let what = Doing::new(to, SpanKind::Server, kind);
                let Some(vote) = book.start(round.story(), Some(round), Task::Vote(to, from), what, now) else {
                    return;
                };
                book.receive(message, vote);
            }
            Wire::Reply(_) | Wire::Raft(_) | Wire::Shop(_) => {}
        }
    }

    /// A node tells of itself.
    pub(super) fn noted(
        &mut self,
        book: &mut Book,
        names: &Names,
        node: NodeId,
        note: &Note,
        cause: EventId,
        now: Now,
    ) {
        match note {
            Note::Client(note) => client_noted(book, names, node, note, now),
            Note::Server(note) => self.server_noted(book, names, node, note, cause, now),
            Note::Service(note) => self.shop.noted(book, node, note, now),
            Note::Chain(note) => self.shop.chain_noted(book, node, note, now),
            Note::Customers(note) => shop::customers_noted(book, node, note, now),
            Note::View(note) => shop::view_noted(book, node, note, now),
        }
    }

    fn server_noted(
        &mut self,
        book: &mut Book,
        names: &Names,
        node: NodeId,
        note: &raft::Note,
        cause: EventId,
        now: Now,
    ) {
        use raft::Note;
        let all = (Task::Replicate(node, LogIndex::ZERO), Task::Replicate(node, LAST));
        match *note {
            Note::Proposed { index } => {
                // A leader's own first entry has another cause.
                let Some((_, attempts)) = self.arrived.as_ref().filter(|(event, _)| *event == cause) else { return };
                for &attempt in attempts {
                    let what = Doing::new(node, SpanKind::Internal, format!("replicate entry {index}"));
                    let task = Task::Replicate(node, index);
                    let Some(place) = book.start(attempt.story(), Some(attempt), task, what, now) else { continue };
                    book.say(place, "tutti.index", Value::Number(index.0));
                }
            }
            Note::Committed { index } => {
                book.end_all(all.0, Task::Replicate(node, index), |_| true, &Status::Ok, now);
            }
            Note::ElectionTimeout { forced } => {
                give_up(book, node, "no majority in time", now);
                self.campaigns += 1;
                let thread = Thread::Campaign(self.campaigns);
                let name = format!("{} campaigns", names.get(node));
                let what = Doing::new(node, SpanKind::Internal, name);
                let Some(campaign) = book.begin(thread, Task::Campaign(node), what, now) else { return };
                book.say(campaign, "tutti.forced", Value::Flag(forced));
            }
            Note::Became { role: role @ (Role::PreCandidate | Role::Candidate), term } => {
                let Some(campaign) = book.doing(Task::Campaign(node)) else { return };
                book.end(Task::Round(node), Status::Ok, now);
                let (name, kind, term) = match role {
                    Role::Candidate => ("ask for votes", SpanKind::Client, term),
                    _ => ("ask whether it could win", SpanKind::Client, term.next()),
                };
                let what = Doing::new(node, kind, name);
                book.say(campaign, "tutti.term", Value::Number(term.0));
                book.start(campaign.story(), Some(campaign), Task::Round(node), what, now);
            }
            Note::Became { role: Role::Leader, .. } => {
                book.end(Task::Round(node), Status::Ok, now);
                book.end(Task::Campaign(node), Status::Ok, now);
            }
            Note::SteppedDown { from, .. } => {
                let words = words::note(node, &tutti_core::lab::Note::Server(note.clone()), names);
                if from == Role::Leader {
                    book.end_all(all.0, all.1, |_| true, &Status::Error(words), now);
                } else {
                    give_up(book, node, &words, now);
                }
            }
            _ => {}
        }
    }
}

fn client_noted(book: &mut Book, names: &Names, node: NodeId, note: &ClientNote, now: Now) {
    match note {
        ClientNote::Invoked { id, operation } => {
            let what = Doing::new(node, SpanKind::Client, words::operation(operation));
            let Some(place) = book.begin(Thread::Request(*id), Task::Operation(*id), what, now) else { return };
            book.say(place, "tutti.request", Value::Text(id.to_string()));
        }
        ClientNote::Answered { id, outcome } => {
            let Some(place) = book.end(Task::Operation(*id), Status::Ok, now) else { return };
            book.say(place, "tutti.outcome", Value::Text(words::outcome(outcome, names)));
        }
        ClientNote::Expired { id } => {
            book.end(Task::Operation(*id), Status::Error("its session is gone".into()), now);
        }
        ClientNote::Retried { id, server } => {
            let Some(place) = book.doing(Task::Operation(*id)) else { return };
            book.happens(place, format!("asks {} again", names.get(*server)), now);
        }
        ClientNote::HeldBack => {}
    }
}

fn give_up(book: &mut Book, node: NodeId, why: &str, now: Now) {
    for task in [Task::Round(node), Task::Campaign(node)] {
        book.end(task, Status::Error(why.to_owned()), now);
    }
}

fn answer(sending: Sending) -> Sending {
    Sending { answer: true, ..sending }
}

/// The entries that an AppendEntries brings and that belong to a story that is told.
fn entries(book: &Book, body: &Wire) -> Vec<(StoryNumber, LogIndex)> {
    let Wire::Raft(message) = body else { return Vec::new() };
    let message: &RaftMessage<Machine> = message;
    let raft::Message::Append { prev, entries, .. } = message else { return Vec::new() };
    let carried = entries.iter().enumerate().flat_map(|(place, entry)| {
        let index = LogIndex(prev.index.0 + 1 + place as u64);
        let stories: Vec<StoryNumber> = match &entry.payload {
            Payload::Command(keyed) => {
                let orders = shop::parts(book, &keyed.command).into_iter().map(|part| part.story);
                book.find(Thread::Request(keyed.id)).into_iter().chain(orders).collect()
            }
            _ => Vec::new(),
        };
        stories.into_iter().map(move |story| (story, index))
    });
    carried.collect()
}
