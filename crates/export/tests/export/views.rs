//! The query side in the story of an order: when it became visible, and who answered what became of it.

use tutti_core::base::{NodeId, Time};
use tutti_core::scenario::Scenario;
use tutti_export::{Status, Story, Trace};

use super::told;

const VIEW: NodeId = NodeId(11);

/// A shop whose customers ask at once, with a query node that looks only now and then.
fn shop(own_writes: bool) -> Trace {
    let json = r#"{
        "cluster": { "servers": 3 }, "duration": "6s", "network": { "latency": "2ms..4ms" },
        "shop": {
            "customers": { "rate": 5, "until": "4s", "asks": 0, "asks_after": "0s", "own_writes": OWN },
            "views": { "poll": "200ms" }
        }
    }"#;
    let scenario = Scenario::parse(&json.replace("OWN", &own_writes.to_string())).expect("a scenario");
    told(&scenario, Time(6_000_000))
}

fn of_orders(trace: &Trace) -> impl Iterator<Item = &Story> {
    trace.stories.iter().filter(|story| story.key.starts_with("order-"))
}

// S7
#[test]
fn an_order_tells_for_how_long_it_was_written_and_not_visible() {
    let trace = shop(false);
    let spans = of_orders(&trace).map(|story| {
        let hidden: Vec<_> = story.spans.iter().filter(|span| span.name == "written, and not visible yet").collect();
        let [span] = hidden[..] else { panic!("{}: {} of them", story.key, hidden.len()) };
        assert_eq!(span.status, Status::Ok, "{}", story.key);
        span.end.map(|end| end.since(span.start).0).unwrap_or_default()
    });
    let spans: Vec<u64> = spans.collect();
    assert!(spans.len() > 5 && spans.iter().any(|span| *span > 100_000), "{spans:?}");
    assert!(spans.iter().all(|span| (1_000..400_000).contains(span)), "{spans:?}");
}

#[test]
fn a_question_is_answered_at_a_query_node_and_who_wants_their_own_writes_waits_there() {
    let longest = |trace: &Trace| {
        let answers = of_orders(trace).map(|story| {
            let answers: Vec<_> = story.spans.iter().filter(|span| span.name == "answer").collect();
            let [answer] = answers[..] else { panic!("{}: {} answers", story.key, answers.len()) };
            assert_eq!((answer.node, &answer.status), (VIEW, &Status::Ok));
            let to_and_fro = story.messages.iter().filter(|message| message.from == VIEW || message.to == VIEW);
            assert_eq!(to_and_fro.map(|message| message.answer).collect::<Vec<_>>(), [false, true]);
            answer.end.map(|end| end.since(answer.start).0).unwrap_or_default()
        });
        answers.max().unwrap_or_default()
    };
    let (old, own) = (longest(&shop(false)), longest(&shop(true)));
    assert!(old < 10_000 && own > 50_000, "{old} {own}");
}
