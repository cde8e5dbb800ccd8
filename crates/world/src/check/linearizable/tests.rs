//! The checker against one that tries every order, and against the known anomalies.

use std::collections::BTreeMap;

use proptest::prelude::*;
use smol_str::SmolStr;

use super::generate::{HistoryEvent, Shape, feed, history};
use super::*;
use crate::base::{ClientId, Sequence, StateMachine};

const EXACT: Budget = Budget { per_answer: 100_000, savings: 10_000_000 };

fn id(number: usize) -> RequestId {
    RequestId { client: ClientId(number as u32), sequence: Sequence(1) }
}

fn stamp(number: usize) -> Stamp {
    Stamp { time: Time(number as u64 * 1_000), event: EventId(number as u64) }
}

fn text(value: u8) -> Option<SmolStr> {
    (value > 0).then(|| SmolStr::from(value.to_string()))
}

fn get() -> Operation<Register> {
    Operation::Query(RegisterQuery::Get { key: "x".into() })
}

fn put(value: u8) -> Operation<Register> {
    Operation::Command(RegisterCommand::Put { key: "x".into(), value: text(value).unwrap_or_default() })
}

fn cas(expected: u8, value: u8) -> Operation<Register> {
    let value = text(value).unwrap_or_default();
    Operation::Command(RegisterCommand::Cas { key: "x".into(), expected: text(expected), value })
}

fn read(value: u8) -> Outcome<Register> {
    Outcome::Answer(RegisterAnswer::Value(text(value)))
}

fn written() -> Outcome<Register> {
    Outcome::Done(RegisterResponse::Written)
}

fn mismatch(value: u8) -> Outcome<Register> {
    Outcome::Done(RegisterResponse::Mismatch(text(value)))
}

/// One event of a history on one key; operations are known by the order of their invocation.
#[derive(Clone, Debug)]
enum Event {
    Invoke(Operation<Register>),
    Answer(usize, Outcome<Register>),
    GiveUp(usize),
}

fn check(budget: Budget, events: &[Event]) -> Linearizability {
    let mut checker = Linearizability::new(budget);
    let mut invoked = 0;
    for (number, event) in events.iter().enumerate() {
        match event {
            Event::Invoke(operation) => {
                checker.invoked(stamp(number), id(invoked), operation);
                invoked += 1;
            }
            Event::Answer(operation, outcome) => checker.answered(stamp(number), id(*operation), outcome),
            Event::GiveUp(operation) => checker.abandoned(id(*operation)),
        }
    }
    checker
}

fn holds(events: &[Event]) -> bool {
    match check(EXACT, events).verdict() {
        Verdict::Holds => true,
        Verdict::Violated(_) => false,
        Verdict::Undecided { why, .. } => panic!("undecided: {why}"),
    }
}

/// Whether an order explains the answers, by trying them all.
fn an_order_exists(events: &[Event]) -> bool {
    struct Op {
        operation: Operation<Register>,
        invoked: usize,
        answer: Option<(usize, Outcome<Register>)>,
    }
    fn go(operations: &[Op], done: u32, register: &Register) -> bool {
        let open = |n: &usize| done & (1 << n) == 0;
        if (0..operations.len()).filter(open).all(|n| operations[n].answer.is_none()) {
            return true;
        }
        let first_answer = (0..operations.len())
            .filter(open)
            .filter_map(|n| operations[n].answer.as_ref().map(|a| a.0))
            .min()
            .unwrap_or(usize::MAX);
        (0..operations.len()).filter(open).any(|n| {
            let Op { operation, invoked, answer } = &operations[n];
            if *invoked > first_answer {
                return false;
            }
            let mut register = register.clone();
            let outcome = match operation {
                Operation::Command(command) => Outcome::Done(register.apply(command)),
                Operation::Query(query) => Outcome::Answer(register.query(query)),
            };
            answer.as_ref().is_none_or(|(_, expected)| *expected == outcome) && go(operations, done | 1 << n, &register)
        })
    }
    let mut operations: Vec<Op> = Vec::new();
    for (number, event) in events.iter().enumerate() {
        match event {
            Event::Invoke(operation) => {
                operations.push(Op { operation: operation.clone(), invoked: number, answer: None })
            }
            Event::Answer(which, outcome) => operations[*which].answer = Some((number, outcome.clone())),
            Event::GiveUp(_) => {}
        }
    }
    go(&operations, 0, &Register::default())
}

/// Bytes that [`Script`] reads as a history.
fn script() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 8..64)
}

/// Makes histories that may or may not be linearizable: few values, much overlap, any answers, lost ones too.
struct Script<'a>(std::slice::Iter<'a, u8>);

impl Script<'_> {
    fn below(&mut self, n: u8) -> Option<u8> {
        self.0.next().map(|byte| byte % n)
    }

    fn history(mut self, most: usize, values: u8) -> Vec<Event> {
        let mut events = Vec::new();
        let mut waiting: Vec<(usize, Operation<Register>)> = Vec::new();
        let mut invoked = 0;
        while self.step(&mut events, &mut waiting, &mut invoked, most, values).is_some() {}
        events
    }

    fn step(
        &mut self,
        events: &mut Vec<Event>,
        waiting: &mut Vec<(usize, Operation<Register>)>,
        invoked: &mut usize,
        most: usize,
        values: u8,
    ) -> Option<()> {
        let dice = self.below(16)?;
        if waiting.is_empty() || dice < 7 {
            if *invoked == most {
                return if waiting.is_empty() { None } else { Some(()) };
            }
            let operation = match self.below(5)? {
                0 | 1 => get(),
                2 | 3 => put(1 + self.below(values)?),
                _ => cas(self.below(values + 1)?, 1 + self.below(values)?),
            };
            events.push(Event::Invoke(operation.clone()));
            waiting.push((*invoked, operation));
            *invoked += 1;
            return Some(());
        }
        let place = usize::from(self.below(waiting.len() as u8)?);
        if dice == 15 {
            events.push(Event::GiveUp(waiting.swap_remove(place).0));
            return Some(());
        }
        let (which, operation) = waiting.swap_remove(place);
        let outcome = match operation {
            Operation::Query(_) => read(self.below(values + 1)?),
            Operation::Command(RegisterCommand::Put { .. }) => written(),
            Operation::Command(RegisterCommand::Cas { .. }) => match self.below(2)? {
                0 => written(),
                _ => mismatch(self.below(values + 1)?),
            },
        };
        events.push(Event::Answer(which, outcome));
        Some(())
    }
}

/// After each event, the checker has violated exactly what no order explains. Returns how many events held.
fn compare(budget: Budget, events: &[Event]) -> Result<usize, TestCaseError> {
    for end in 1..=events.len() {
        if !matches!(events[end - 1], Event::Answer(..)) {
            continue;
        }
        let events = &events[..end];
        let checker = check(budget, events);
        let exists = an_order_exists(events);
        match checker.verdict() {
            Verdict::Holds => prop_assert!(exists, "accepted: {events:?}"),
            Verdict::Violated(_) => prop_assert!(!exists, "refused: {events:?}"),
            Verdict::Undecided { .. } => prop_assert!(budget != EXACT, "undecided: {events:?}"),
        }
        if !exists {
            return Ok(end);
        }
    }
    Ok(events.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn agrees_with_trying_every_order(script in script(), values in 1u8..4) {
        compare(EXACT, &Script(script.iter()).history(8, values))?;
    }

    /// With next to no budget it may say that it does not know, but never anything wrong.
    #[test]
    fn a_small_budget_never_makes_it_wrong(script in script(), values in 1u8..4, savings in 0u32..40) {
        compare(Budget { per_answer: 2, savings }, &Script(script.iter()).history(8, values))?;
    }

    /// A real history, and the same with one answer changed.
    #[test]
    fn agrees_on_real_histories_and_on_slightly_wrong_ones(
        seed in any::<u64>(),
        clients in 1u32..5,
        values in 0u32..4,
        say_so in any::<bool>(),
        wrong in any::<prop::sample::Index>(),
        value in 0u8..5,
    ) {
        let shape = Shape { operations: 9, clients, one_unknown_in: 5, say_so, cas_percent: 25, values, ..Shape::BUSY };
        let mut numbers = BTreeMap::new();
        let mut events: Vec<Event> = history(seed, shape)
            .into_iter()
            .map(|(_, request, event)| {
                let next = numbers.len();
                let number = *numbers.entry(request).or_insert(next);
                match event {
                    HistoryEvent::Invoked(operation) => Event::Invoke(operation),
                    HistoryEvent::Answered(outcome) => Event::Answer(number, outcome),
                    HistoryEvent::Abandoned => Event::GiveUp(number),
                }
            })
            .collect();
        prop_assert!(holds(&events));
        compare(EXACT, &events)?;
        let answers: Vec<usize> =
            events.iter().enumerate().filter(|(_, e)| matches!(e, Event::Answer(..))).map(|(n, _)| n).collect();
        if !answers.is_empty()
            && let Event::Answer(_, outcome) = &mut events[answers[wrong.index(answers.len())]]
        {
            let value = (value > 0).then(|| SmolStr::from(format!("v{value}")));
            *outcome = match outcome {
                Outcome::Answer(_) => Outcome::Answer(RegisterAnswer::Value(value)),
                _ => Outcome::Done(RegisterResponse::Mismatch(value)),
            };
        }
        compare(EXACT, &events)?;
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn real_histories_hold_however_long_and_whatever_is_lost(
        seed in any::<u64>(),
        clients in 1u32..9,
        one_unknown_in in 0u32..20,
        say_so in any::<bool>(),
        values in 0u32..6,
    ) {
        let shape = Shape { operations: 300, clients, keys: 2, one_unknown_in, say_so, values, ..Shape::BUSY };
        let mut checker = Linearizability::default();
        feed(&mut checker, &history(seed, shape));
        let verdict = checker.verdict();
        prop_assert!(!matches!(verdict, Verdict::Violated(_)), "{verdict:?}");
        prop_assert!(values > 0 || verdict == Verdict::Holds, "{verdict:?}");
    }
}

use Event::{Answer, Invoke};

#[test]
fn a_read_of_an_older_value_after_a_newer_one_was_written_is_stale() {
    let events =
        [Invoke(put(1)), Answer(0, written()), Invoke(put(2)), Answer(1, written()), Invoke(get()), Answer(2, read(1))];
    assert!(!holds(&events));
}

#[test]
fn a_read_that_overlaps_a_write_may_see_either_value() {
    for value in [1, 2] {
        let events = [
            Invoke(put(1)),
            Answer(0, written()),
            Invoke(put(2)),
            Invoke(get()),
            Answer(2, read(value)),
            Answer(1, written()),
        ];
        assert!(holds(&events));
    }
}

#[test]
fn an_acknowledged_write_that_is_gone_is_lost() {
    let events = [Invoke(put(1)), Answer(0, written()), Invoke(get()), Answer(1, read(0))];
    assert!(!holds(&events));
}

#[test]
fn a_write_without_an_answer_may_be_seen_late_or_never() {
    let never = [Invoke(put(1)), Invoke(get()), Answer(1, read(0)), Invoke(get()), Answer(2, read(0))];
    let late = [Invoke(put(1)), Invoke(get()), Answer(1, read(0)), Invoke(get()), Answer(2, read(1))];
    assert!(holds(&never) && holds(&late));
}

#[test]
fn once_it_is_seen_nobody_sees_the_value_before_it_again() {
    let events = [Invoke(put(1)), Invoke(get()), Answer(1, read(1)), Invoke(get()), Answer(2, read(0))];
    assert!(!holds(&events));
}

#[test]
fn a_write_that_was_given_up_takes_effect_once_at_most() {
    let mut events = vec![Invoke(put(1)), Event::GiveUp(0), Invoke(get()), Answer(1, read(1))];
    events.extend([Invoke(put(2)), Answer(2, written()), Invoke(get()), Answer(3, read(2))]);
    assert!(holds(&events));
    events.extend([Invoke(get()), Answer(4, read(1))]);
    assert!(!holds(&events));
}

#[test]
fn of_two_that_race_to_change_the_same_value_one_wins() {
    let race =
        |second| holds(&[Invoke(cas(0, 1)), Invoke(cas(0, 2)), Answer(0, written()), Answer(1, second), Invoke(get())]);
    assert!(!race(written()));
    assert!(race(mismatch(1)));
    assert!(!race(mismatch(2)));
    assert!(!race(mismatch(0)));
}

#[test]
fn a_change_that_saw_an_unanswered_change_proves_that_it_happened() {
    let events = [
        Invoke(cas(0, 1)),
        Invoke(cas(1, 2)),
        Invoke(cas(2, 3)),
        Answer(2, written()),
        Answer(1, written()),
        Answer(0, mismatch(3)),
    ];
    assert!(!holds(&events));
    assert!(holds(&events[..5]));
}

#[test]
fn keys_are_judged_apart() {
    let mut checker = Linearizability::new(EXACT);
    let put = |key: &str| Operation::Command(RegisterCommand::Put { key: key.into(), value: "1".into() });
    let get = |key: &str| Operation::Query(RegisterQuery::Get { key: key.into() });
    for (number, key) in ["good", "bad"].into_iter().enumerate() {
        checker.invoked(stamp(1), id(number), &put(key));
        checker.answered(stamp(2), id(number), &written());
    }
    checker.invoked(stamp(3), id(2), &get("good"));
    checker.answered(stamp(4), id(2), &read(1));
    checker.invoked(stamp(5), id(3), &get("bad"));
    checker.answered(stamp(6), id(3), &read(0));
    let verdicts: Vec<_> = checker.keys().map(|(key, verdict)| (key, verdict == Verdict::Holds)).collect();
    assert_eq!(verdicts, [("good", true), ("bad", false)]);
    let Verdict::Violated(found) = checker.verdict() else { panic!("lost write not found") };
    let violation = found.report();
    assert_eq!(violation.key, "bad");
}

#[test]
fn a_violation_says_what_was_possible_and_what_went_on() {
    let events = [
        Invoke(put(1)),
        Answer(0, written()),
        Invoke(put(2)),
        Answer(1, written()),
        Invoke(put(3)),
        Invoke(get()),
        Answer(3, read(1)),
    ];
    let checker = check(EXACT, &events);
    let Verdict::Violated(found) = checker.verdict() else { panic!("stale read not found") };
    let violation = found.report();
    assert_eq!(violation.id, id(3));
    assert_eq!(violation.possible, [text(2), text(3)]);
    let around: Vec<_> = violation.around.iter().map(|n| (n.relation, n.id)).collect();
    assert_eq!(around, [(Relation::Source, id(0)), (Relation::LastWrite, id(1)), (Relation::Concurrent, id(2))]);
    insta::assert_snapshot!(
        std::iter::once(violation.to_string())
            .chain(violation.around.iter().map(|n| n.to_string()))
            .collect::<Vec<_>>()
            .join("\n"),
        @r#"
    the read of x (request 3#1, asked at 0.005000 s, answered at 0.006000 s) was answered: "1"; but in that time the register can only have held "2" or "3"
    write of x = "1" (request 0#1, asked at 0.000000 s, answered at 0.001000 s): written
    write of x = "2" (request 1#1, asked at 0.002000 s, answered at 0.003000 s): written
    write of x = "3" (request 2#1, asked at 0.004000 s, not answered)
    "#
    );
}

#[test]
fn too_hard_a_history_is_undecided_and_stays_so() {
    // Each change could come after any other: the orders cannot be told apart and are far too many.
    let mut events = Vec::new();
    for number in 0..40 {
        events.push(Invoke(cas(number % 4, 1 + (number + 1) % 4)));
    }
    events.extend([Invoke(put(9)), Answer(40, written()), Invoke(get()), Answer(41, read(9))]);
    for number in 0..20 {
        events.push(Invoke(get()));
        events.push(Answer(42 + number, read(1 + number as u8 % 4)));
    }
    let checker = check(Budget::LIVE, &events);
    assert!(matches!(checker.verdict(), Verdict::Undecided { why: Doubt::Budget, .. }), "{:?}", checker.verdict());
}

#[test]
fn ten_thousand_operations_of_ten_clients_are_decided_and_settled_history_is_forgotten() {
    for say_so in [false, true] {
        let mut checker = Linearizability::default();
        let mut most = 0;
        for event in &history(1, Shape { say_so, ..Shape::BUSY }) {
            feed(&mut checker, std::slice::from_ref(event));
            most = most.max(checker.configurations());
        }
        assert_eq!(checker.verdict(), Verdict::Holds);
        assert_eq!(most, 1, "every value is written once, and so there is never a choice");
        let size = format!("{checker:?}").len();
        assert!(size < 200_000, "{size}");
    }
}
