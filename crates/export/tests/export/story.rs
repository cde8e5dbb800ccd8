//! What a trace promises, whatever format it is written in.

use std::collections::BTreeSet;

use tutti_core::base::Time;
use tutti_export::{Fate, OccurrenceKind, SpanKind, Status, Story, Trace, Wanted, record};

use super::{TRACES, preset, told};

#[test]
fn every_id_is_there_once_and_is_not_zero() {
    for trace in TRACES.iter() {
        let stories: BTreeSet<String> = trace.stories.iter().map(|story| story.id.to_string()).collect();
        let keys: BTreeSet<&str> = trace.stories.iter().map(|story| story.key.as_str()).collect();
        let spans = || trace.stories.iter().flat_map(|story| &story.spans);
        let ids: BTreeSet<String> = spans().map(|span| span.id.to_string()).collect();
        assert_eq!((stories.len(), keys.len()), (trace.stories.len(), trace.stories.len()));
        assert_eq!(ids.len(), spans().count());
        let zero = |id: &String| id.bytes().all(|digit| digit == b'0');
        assert!(!stories.iter().any(zero) && !ids.iter().any(zero));
        assert!(stories.iter().all(|id| id.len() == 32) && ids.iter().all(|id| id.len() == 16));
    }
}

#[test]
fn every_span_is_within_the_run_and_begins_no_earlier_than_what_it_is_part_of() {
    for trace in TRACES.iter() {
        for story in &trace.stories {
            let root = story.root().expect("a story has a root");
            for (place, span) in story.spans.iter().enumerate() {
                let end = trace.end_of(span);
                assert!(root.start <= span.start && span.start <= end && end <= trace.end, "{span:?}");
                assert!(span.events.is_sorted_by_key(|(time, _)| *time));
                assert!(span.events.iter().all(|(time, _)| span.start <= *time && *time <= end), "{span:?}");
                assert!(span.end.is_some() || span.status == Status::Unset);
                let parent = span.parent.map(|id| story.spans[..place].iter().find(|other| other.id == id));
                assert_eq!(parent.is_none(), place == 0);
                assert!(parent.is_none_or(|parent| parent.is_some_and(|parent| parent.start <= span.start)));
            }
        }
    }
}

#[test]
fn every_message_goes_from_span_to_span_and_forwards_in_time() {
    for trace in TRACES.iter() {
        for story in &trace.stories {
            let root = story.root().expect("a root");
            for message in &story.messages {
                assert!(root.start <= message.sent && message.from != message.to);
                if let Fate::Arrived(time) | Fate::Lost(time, _) = message.fate {
                    assert!(message.sent <= time && time <= trace.end, "{message:?}");
                }
                for id in [message.sender, message.receiver].into_iter().flatten() {
                    assert!(story.spans.iter().any(|span| span.id == id), "{message:?}");
                }
                let node = |id| story.spans.iter().find(|span| Some(span.id) == id).map(|span| span.node);
                assert!(node(message.sender).is_none_or(|node| node == message.from), "{message:?}");
                assert!(node(message.receiver).is_none_or(|node| node == message.to), "{message:?}");
            }
            let ids: BTreeSet<_> = story.messages.iter().map(|message| message.id).collect();
            assert_eq!(ids.len(), story.messages.len());
        }
        assert!(trace.occurrences.is_sorted_by_key(|occurrence| occurrence.time));
        assert_eq!(trace.left_out.note(), None);
    }
}

/// The story of a request that was served at once, with the part of every server in it.
#[test]
fn a_write_is_told_from_the_wish_to_the_answer() {
    let trace = told(&preset("leader-crash"), Time(1_100_000));
    let whole = |story: &&Story| {
        story.spans.first().is_some_and(|root| root.name.starts_with("write") && root.status == Status::Ok)
            && story.spans.len() == 7
    };
    let story = trace.stories.iter().find(whole).expect("one that needed no second attempt");
    let [operation, attempt, replication, stored @ ..] = &story.spans[..] else { unreachable!() };
    assert_eq!((operation.kind, trace.name(operation.node)), (SpanKind::Client, "client"));
    assert_eq!((attempt.kind, attempt.parent), (SpanKind::Server, Some(operation.id)));
    assert_eq!((replication.kind, replication.parent), (SpanKind::Internal, Some(attempt.id)));
    assert_eq!(attempt.node, replication.node);
    assert!(stored.iter().all(|span| span.parent == Some(replication.id) && span.node != attempt.node));
    // Two of the four others make a majority with the leader.
    let before = stored.iter().filter(|span| span.end < replication.end).count();
    assert!((2..=4).contains(&before), "{before}");
    // The request and its answer, the entry to four servers and four acknowledgements.
    assert_eq!(story.messages.len(), 10);
    assert!(story.messages.iter().all(|message| matches!(message.fate, Fate::Arrived(_))));
}

#[test]
fn a_campaign_is_told_with_every_vote() {
    let trace = told(&preset("quiet-election"), Time(1_000_000));
    let story = trace.stories.iter().find(|story| story.key == "election-1").expect("the first election");
    let [campaign, asking, ..] = &story.spans[..] else { panic!("{story:?}") };
    assert!(campaign.name.ends_with("campaigns") && asking.parent == Some(campaign.id));
    let rounds: Vec<_> = story.spans.iter().filter(|span| span.parent == Some(campaign.id)).collect();
    assert_eq!(rounds.len(), 2, "it asks whether it could win, and then for votes");
    let votes = story.spans.iter().filter(|span| span.kind == SpanKind::Server).count();
    assert_eq!(votes, 8);
    assert_eq!(campaign.status, Status::Ok);
    assert!(
        trace
            .occurrences
            .iter()
            .any(|what| what.kind == OccurrenceKind::Elected && what.time == campaign.end.expect("over"))
    );
}

#[test]
fn who_dies_leaves_its_work_undone() {
    let scenario = preset("leader-crash");
    let trace = told(&scenario, Time::from(scenario.duration));
    let crash = trace.occurrences.iter().find(|what| what.kind == OccurrenceKind::Crash).expect("the preset's crash");
    let spans = trace.stories.iter().flat_map(|story| &story.spans);
    let mut cut_short = spans.filter(|span| Some(span.node) == crash.node && span.start < crash.time);
    assert!(cut_short.all(|span| span.end.is_some_and(|end| end <= crash.time)));
    assert!(trace.occurrences.iter().any(|what| what.kind == OccurrenceKind::Restart));
}

#[test]
fn one_story_alone_is_the_same_as_among_the_others() {
    let (scenario, until) = (preset("leader-crash"), Time(2_000_000));
    let all = told(&scenario, until);
    for key in ["1#4", "election-1"] {
        let one = record(&scenario, Vec::new(), until, Wanted::Only(key.into()));
        let among: Vec<&Story> = all.stories.iter().filter(|story| story.key == key).collect();
        assert_eq!(one.stories.iter().collect::<Vec<_>>(), among);
        assert_eq!(among.len(), 1);
    }
    let none = record(&scenario, Vec::new(), until, Wanted::Only("1#99999".into()));
    assert!(none.stories.is_empty() && none.occurrences.is_empty());
}

#[test]
fn another_seed_and_another_scenario_have_other_ids() {
    let first = |trace: &Trace| trace.stories[0].id;
    let scenario = preset("quiet-election");
    let mut other = scenario.clone();
    other.seed += 1;
    let until = Time(1_000_000);
    let ids = [first(&told(&scenario, until)), first(&told(&other, until)), first(&told(&preset("split-vote"), until))];
    assert_eq!(BTreeSet::from(ids).len(), 3);
    assert_eq!(ids[0], first(&told(&scenario, until)));
}
