//! An order through a chain of direct calls, as a story.

use tutti_core::base::Time;
use tutti_core::scenario::Scenario;
use tutti_export::{Span, Status, Story};

use super::told;

/// A chain in which shipping dies for a while.
pub(super) fn scenario() -> Scenario {
    let json = r#"{
      "name": "chain", "duration": "6s", "cluster": { "servers": 0 },
      "shop": { "style": "chain", "customers": { "rate": 5, "until": "4s" },
        "order": { "workers": 4 }, "payment": { "workers": 4, "timeout": "200ms", "tries": 2 },
        "inventory": { "workers": 4, "timeout": "80ms", "tries": 2 } },
      "commands": [
        { "at": "2s", "do": { "crash": { "node": "shipping" } } },
        { "at": "3s", "do": { "restart": { "node": "shipping" } } }
      ]
    }"#;
    Scenario::parse(json).expect("a scenario")
}

/// The names of a span and of all that it is part of, from the outermost.
fn path(story: &Story, span: &Span) -> Vec<String> {
    let mut names = vec![span.name.to_string()];
    let mut at = span;
    while let Some(parent) = story.spans.iter().find(|other| Some(other.id) == at.parent) {
        names.insert(0, parent.name.to_string());
        at = parent;
    }
    names
}

#[test]
fn every_call_is_a_part_of_the_call_in_which_it_was_made() {
    let trace = told(&scenario(), Time(6_000_000));
    let story = trace.stories.first().expect("an order");
    let paths: Vec<Vec<String>> = story.spans.iter().map(|span| path(story, span)).collect();
    let outer = ["order 0", "place the order"];
    let pay = [&outer[..], &["pay"]].concat();
    let stock = [&pay[..], &["update the stock"]].concat();
    let deepest = [&stock[..], &["ship"]].concat();
    let expected = [
        vec!["order 0"],
        outer.to_vec(),
        [&outer[..], &["check the stock"]].concat(),
        pay.clone(),
        [&pay[..], &["authorise"]].concat(),
        stock.clone(),
        deepest,
    ];
    assert_eq!(paths, expected);
    // Whoever calls is held until it is answered.
    for span in &story.spans {
        let parent = story.spans.iter().find(|other| Some(other.id) == span.parent);
        assert!(parent.is_none_or(|parent| span.end.is_some() && span.end <= parent.end), "{span:?}");
    }
    assert!(story.spans.iter().all(|span| span.status == Status::Ok));
}

#[test]
fn a_call_that_nobody_answers_is_told_with_every_try() {
    let trace = told(&scenario(), Time(6_000_000));
    let late = |span: &&Span| span.events.iter().any(|(_, text)| text == "no answer in time from shipping");
    let spans = || trace.stories.iter().flat_map(|story| &story.spans);
    assert!(spans().filter(late).count() > 3);
    assert!(spans().any(|span| span.status == Status::Error("it has failed".into()) && span.name == "pay"));
    let messages = trace.stories.iter().flat_map(|story| &story.messages);
    assert!(
        messages.filter(|message| message.answer).all(|message| message.receiver.is_some() || message.sender.is_some())
    );
}
