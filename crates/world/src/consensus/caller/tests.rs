//! When a caller asks again, and whom.

use super::*;
use crate::base::{Register, RegisterQuery};
use crate::consensus::RoundTrip;

const TIMEOUT: Span = Span::millis(300);
const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const LEADER: NodeId = NodeId(2);

/// Who was asked for what.
#[derive(Default)]
struct Asked(Vec<(NodeId, Sequence)>);

impl CallerPort<Register> for Asked {
    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<Register>>) {
        self.0.push((server, request.id.sequence));
    }

    fn set_retry(&mut self, _: Span) {}

    fn cancel_retry(&mut self) {}

    fn retried(&mut self, _: RequestId, _: NodeId) {}
}

struct Rig {
    caller: Caller<Register>,
    asked: Asked,
}

impl Rig {
    fn new() -> Rig {
        let pace = Pace::Measured(RoundTrip::default());
        Rig { caller: Caller::new(ClientId(7), 3, A, TIMEOUT, pace), asked: Asked::default() }
    }

    fn invoke(&mut self, parked: Span) -> RequestId {
        let question = Operation::Query(RegisterQuery::Get { key: "x".into() });
        self.caller.invoke_parked(question, parked, &mut self.asked)
    }

    fn hear(&mut self, from: NodeId, id: RequestId, outcome: Outcome<Sessions<Register>>) {
        self.caller.answer(from, ClientReply { id, outcome }, &mut self.asked);
    }

    /// Whom it asks at the next look at which it asks anybody, and which look that is.
    fn next(&mut self) -> (u32, NodeId) {
        let before = self.asked.0.len();
        for look in 1..10_000 {
            self.caller.look(&mut self.asked);
            if let Some(&(server, _)) = self.asked.0.get(before) {
                return (look, server);
            }
        }
        panic!("it asks nobody");
    }
}

fn value() -> Outcome<Sessions<Register>> {
    Outcome::Answer(crate::base::RegisterAnswer::Value(None))
}

#[test]
fn a_silent_server_is_left_for_another_after_the_timeout() {
    let mut rig = Rig::new();
    rig.invoke(Span::ZERO);
    assert_eq!(rig.next(), (6, B));
    assert_eq!(rig.next(), (6, LEADER));
}

/// Who leads is known: to ask others would only add to the work.
#[test]
fn a_busy_leader_is_asked_again_itself_and_ever_more_seldom() {
    let mut rig = Rig::new();
    let id = rig.invoke(Span::ZERO);
    let looks = [1, 2, 4, 8, 8].map(|_| {
        rig.hear(A, id, Outcome::Busy);
        let (look, server) = rig.next();
        assert_eq!(server, A);
        look
    });
    assert_eq!(looks, [1, 2, 4, 8, 8]);
}

#[test]
fn what_may_wait_at_the_leader_is_not_asked_again_before_the_leader_would_answer() {
    let mut rig = Rig::new();
    rig.invoke(Span::secs(1));
    assert_eq!(rig.next(), (20 + 6, B));
}

#[test]
fn what_waits_at_an_old_leader_goes_to_the_new_one_once_somebody_else_was_answered_there() {
    let mut rig = Rig::new();
    let waits = rig.invoke(Span::secs(1));
    let other = rig.invoke(Span::ZERO);
    rig.hear(A, other, Outcome::NotLeader { leader: Some(LEADER) });
    rig.hear(LEADER, other, value());
    assert_eq!(rig.next(), (1, LEADER));
    assert_eq!(rig.asked.0.last(), Some(&(LEADER, waits.sequence)));
    assert_eq!(rig.caller.server(), LEADER);
}

/// Karn's rule: the answer to what was asked twice may be to either.
#[test]
fn only_what_was_asked_once_tells_how_long_answers_take() {
    let mut rig = Rig::new();
    let id = rig.invoke(Span::ZERO);
    rig.next();
    rig.hear(B, id, value());
    assert_eq!(rig.caller.pace, Pace::Measured(RoundTrip::default()));
    let id = rig.invoke(Span::ZERO);
    (0..5).for_each(|_| rig.caller.look(&mut rig.asked));
    rig.hear(B, id, value());
    rig.invoke(Span::ZERO);
    assert!(rig.next().0 > 6);
}
