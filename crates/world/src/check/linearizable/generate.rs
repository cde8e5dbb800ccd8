//! Histories of a real register under concurrent clients: to test the checker, and to measure it.

use std::collections::BTreeMap;

use smol_str::format_smolstr;

use super::{Linearizability, Stamp};
use crate::base::{
    ClientId, EventId, Register, RegisterAnswer, RegisterCommand, RegisterQuery, RequestId, Sequence, Span,
    StateMachine, Stream, Time,
};
use crate::consensus::{Operation, Outcome};

/// What kind of history to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Operations in all.
    pub operations: u32,
    /// Clients; each has one operation under way at a time.
    pub clients: u32,
    /// Keys, used alike.
    pub keys: u32,
    /// One operation in so many has no answer; half of these take effect, at any later time. 0: all are answered.
    pub one_unknown_in: u32,
    /// Clients say that they gave such an operation up.
    pub say_so: bool,
    /// Of a hundred operations so many read, and the same number of others compare and set; the rest are puts.
    pub reads_percent: u32,
    /// See `reads_percent`.
    pub cas_percent: u32,
    /// How many different values are written; 0: each write has its own.
    pub values: u32,
}

impl Shape {
    /// Ten clients on one key, one operation in a hundred without an answer.
    pub const BUSY: Shape = Shape {
        operations: 10_000,
        clients: 10,
        keys: 1,
        one_unknown_in: 100,
        say_so: false,
        reads_percent: 50,
        cas_percent: 10,
        values: 0,
    };
}

/// One event of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryEvent {
    /// A client asks.
    Invoked(Operation<Register>),
    /// It has its answer.
    Answered(Outcome<Register>),
    /// It gives up.
    Abandoned,
}

/// What happens next in the making of a history.
enum Step {
    Invoke,
    TakeEffect,
    Answer(Outcome<Register>),
    GiveUp,
}

/// A linearizable history, the same for the same seed.
pub fn history(seed: u64, shape: Shape) -> Vec<(Stamp, RequestId, HistoryEvent)> {
    let mut stream = Stream::new(seed, "history");
    let mut register = Register::default();
    let mut history = Vec::new();
    let mut steps: BTreeMap<(Time, u64), (RequestId, Step)> = BTreeMap::new();
    let mut asked: BTreeMap<RequestId, (Operation<Register>, bool)> = BTreeMap::new();
    let (mut number, mut made) = (0, 0);
    let mut plan = |steps: &mut BTreeMap<_, _>, at: Time, id: RequestId, step: Step| {
        number += 1;
        steps.insert((at, number), (id, step));
    };
    for client in 0..shape.clients {
        let id = RequestId { client: ClientId(client), sequence: Sequence(1) };
        plan(&mut steps, Time(u64::from(stream.below(1_000))), id, Step::Invoke);
    }
    while let Some(((now, _), (id, step))) = steps.pop_first() {
        let stamp = Stamp { time: now, event: EventId(history.len() as u64 + 1) };
        let soon = |stream: &mut Stream| now + stream.between(Span(1), Span(2_000));
        let next = RequestId { client: id.client, sequence: Sequence(id.sequence.0 + 1) };
        match step {
            Step::Invoke if made == shape.operations => {}
            Step::Invoke => {
                made += 1;
                let key = format_smolstr!("k{}", stream.below(shape.keys));
                let value = match shape.values {
                    0 => format_smolstr!("v{made}"),
                    n => format_smolstr!("v{}", stream.below(n)),
                };
                let dice = stream.below(100);
                let operation = if dice < shape.reads_percent {
                    Operation::Query(RegisterQuery::Get { key })
                } else if dice < shape.reads_percent + shape.cas_percent {
                    let RegisterAnswer::Value(expected) = register.query(&RegisterQuery::Get { key: key.clone() });
                    Operation::Command(RegisterCommand::Cas { key, expected, value })
                } else {
                    Operation::Command(RegisterCommand::Put { key, value })
                };
                history.push((stamp, id, HistoryEvent::Invoked(operation.clone())));
                let lost = shape.one_unknown_in > 0 && stream.below(shape.one_unknown_in) == 0;
                asked.insert(id, (operation, !lost));
                if !lost {
                    plan(&mut steps, soon(&mut stream), id, Step::TakeEffect);
                } else {
                    if stream.below(2) == 0 {
                        let late = now + stream.exponential(Span(10_000));
                        plan(&mut steps, late, id, Step::TakeEffect);
                    }
                    plan(&mut steps, soon(&mut stream), id, Step::GiveUp);
                }
            }
            Step::TakeEffect => {
                let Some((operation, answer)) = asked.remove(&id) else { continue };
                let outcome = match &operation {
                    Operation::Command(command) => Outcome::Done(register.apply(command)),
                    Operation::Query(query) => Outcome::Answer(register.query(query)),
                };
                if answer {
                    plan(&mut steps, soon(&mut stream), id, Step::Answer(outcome));
                }
            }
            Step::Answer(outcome) => {
                history.push((stamp, id, HistoryEvent::Answered(outcome)));
                plan(&mut steps, soon(&mut stream), next, Step::Invoke);
            }
            Step::GiveUp => {
                if shape.say_so {
                    history.push((stamp, id, HistoryEvent::Abandoned));
                }
                plan(&mut steps, soon(&mut stream), next, Step::Invoke);
            }
        }
    }
    history
}

/// Feeds a history to a checker.
pub fn feed(checker: &mut Linearizability, history: &[(Stamp, RequestId, HistoryEvent)]) {
    for (at, id, event) in history {
        match event {
            HistoryEvent::Invoked(operation) => checker.invoked(*at, *id, operation),
            HistoryEvent::Answered(outcome) => checker.answered(*at, *id, outcome),
            HistoryEvent::Abandoned => checker.abandoned(*id),
        }
    }
}
