//! Against a model that is too simple to be wrong, with commands that nobody would send.

use proptest::prelude::*;

use super::super::*;
use super::common::*;
use crate::base::{CausationId, CorrelationId, DomainEventId, StateMachine, Time, digest};

/// A store as one would write it on a slate.
#[derive(Clone, Debug, Default)]
struct Slate {
    commands: u64,
    now: u64,
    events: Vec<(String, NewEvent, GlobalPosition, u64)>,
}

impl Slate {
    fn apply(&mut self, command: &StoreCommand) -> Option<StoreResponse> {
        self.commands += 1;
        self.now = self.now.max(command.at.0);
        let Action::Append(append) = &command.action else { return None };
        let refuse = |error| Some(StoreResponse::Refused(error));
        let stream: Vec<_> = self.events.iter().filter(|(name, ..)| name == append.stream.as_str()).collect();
        if append.events.is_empty() {
            return refuse(StoreError::EmptyBatch);
        }
        let ids: Vec<DomainEventId> = append.events.iter().map(|event| event.id).collect();
        if let Some(id) = (1..ids.len()).find(|&n| ids[..n].contains(&ids[n])).map(|n| ids[n]) {
            return refuse(StoreError::IdTwice { id });
        }
        let known = ids.iter().find_map(|id| Some((*id, stream.iter().position(|(_, e, ..)| e.id == *id)?)));
        if let Some((id, version)) = known {
            let command = stream[version].2.command;
            let batch: Vec<_> = stream.iter().filter(|(_, _, position, _)| position.command == command).collect();
            let first = stream.iter().position(|(_, _, position, _)| position.command == command).expect("its batch");
            if !batch.iter().map(|(_, event, ..)| event.id).eq(ids.iter().copied()) {
                let stored = StreamVersion(version as u64);
                return refuse(StoreError::NotTheSameBatch { stream: append.stream.clone(), id, stored });
            }
            return Some(StoreResponse::Appended(Appended {
                first: StreamVersion(first as u64),
                last: StreamVersion((first + ids.len() - 1) as u64),
                position: batch.last().expect("an event").2,
            }));
        }
        let actual = stream.len().checked_sub(1).map(|last| StreamVersion(last as u64));
        let expected = append.expected;
        let holds = match expected {
            ExpectedVersion::Any => true,
            ExpectedVersion::NoStream => stream.is_empty(),
            ExpectedVersion::StreamExists => !stream.is_empty(),
            ExpectedVersion::Exact(version) => version.0 + 1 == stream.len() as u64,
        };
        if !holds {
            return refuse(StoreError::WrongExpectedVersion { stream: append.stream.clone(), expected, actual });
        }
        let first = stream.len() as u64;
        let mut position = GlobalPosition { command: CommandNumber(self.commands), place: 0 };
        for (place, event) in append.events.iter().enumerate() {
            position.place = place as u32;
            self.events.push((append.stream.to_string(), event.clone(), position, self.now));
        }
        let last = first + append.events.len() as u64 - 1;
        Some(StoreResponse::Appended(Appended { first: StreamVersion(first), last: StreamVersion(last), position }))
    }
}

fn commands() -> impl Strategy<Value = Vec<StoreCommand>> {
    let expected = prop_oneof![
        4 => Just(ExpectedVersion::Any),
        1 => Just(ExpectedVersion::NoStream),
        1 => Just(ExpectedVersion::StreamExists),
        3 => (0..6_u64).prop_map(|version| ExpectedVersion::Exact(StreamVersion(version))),
    ];
    let stream = prop::sample::select(vec!["a-1", "a-2", "b-1"]);
    // Often a batch that was there before: runs of neighbouring ids, rarely others.
    let ids = prop_oneof![
        6 => (0..12_u128, 1..4_u128).prop_map(|(first, len)| (first * 3..first * 3 + len).collect::<Vec<_>>()),
        1 => prop::collection::vec(0..40_u128, 0..5),
    ];
    let kind = prop::sample::select(vec!["Counted", "Other", "Third"]);
    let append = (0..400_u64, stream.clone(), expected, ids, kind).prop_map(|(at, stream, expected, ids, kind)| {
        let events =
            ids.iter().map(|&id| typed(id, kind, 1 + id as u16 % 3, &[id as u8; 3][..id as usize % 4])).collect();
        command(at, stream, expected, events)
    });
    let snapshot = (stream, 0..6_u64, 0..3_u16, prop::collection::vec(any::<u8>(), 0..20)).prop_map(
        |(stream, version, format, bytes)| StoreCommand {
            at: Time(0),
            action: Action::KeepSnapshot(KeepSnapshot {
                stream: stream.into(),
                view: "chain".into(),
                version: StreamVersion(version),
                snapshot: Snapshot { format: SchemaVersion(format), bytes: bytes.into() },
            }),
        },
    );
    prop::collection::vec(prop_oneof![5 => append, 1 => snapshot], 0..80)
}

/// Commands from a stranger: any text, any number.
fn wild() -> impl Strategy<Value = StoreCommand> {
    let text = || prop_oneof!["[a-c]{0,2}(-[0-9])?", ".{0,12}"].prop_map(|text: String| text);
    let number = || prop_oneof![0..4_u64, any::<u64>()];
    let event = (any::<u8>(), text(), any::<u16>(), any::<u128>(), any::<Option<u128>>(), 0..20_usize).prop_map(
        |(id, kind, schema, correlation, causation, len)| NewEvent {
            id: DomainEventId(id.into()),
            event_type: kind.as_str().into(),
            schema: SchemaVersion(schema),
            correlation: CorrelationId(correlation),
            causation: causation.map(CausationId),
            data: vec![id; len].into(),
        },
    );
    let expected = prop_oneof![
        Just(ExpectedVersion::Any),
        Just(ExpectedVersion::StreamExists),
        number().prop_map(|version| ExpectedVersion::Exact(StreamVersion(version))),
    ];
    let append = (number(), text(), expected, prop::collection::vec(event, 0..6))
        .prop_map(|(at, stream, expected, events)| command(at, &stream, expected, events));
    let keep = (number(), text(), text(), number(), any::<u16>(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(
        |(at, stream, view, version, format, bytes)| StoreCommand {
            at: Time(at),
            action: Action::KeepSnapshot(KeepSnapshot {
                stream: stream.as_str().into(),
                view: view.as_str().into(),
                version: StreamVersion(version),
                snapshot: Snapshot { format: SchemaVersion(format), bytes: bytes.into() },
            }),
        },
    );
    prop_oneof![3 => append, 1 => keep]
}

fn questions(stream: &str, a: u64, b: u32, limit: u32) -> Vec<StoreQuery> {
    let name = StreamName::from(stream);
    let position = GlobalPosition { command: CommandNumber(a), place: b };
    let mut questions = vec![
        StoreQuery::Version { stream: name.clone() },
        StoreQuery::Head,
        StoreQuery::Cost,
        StoreQuery::StreamCost { stream: name.clone() },
    ];
    for direction in [Direction::Forwards, Direction::Backwards] {
        questions.push(StoreQuery::Stream { stream: name.clone(), from: StreamVersion(a), direction, limit });
    }
    let filters =
        [Filter::All, Filter::Stream(name.clone()), Filter::Category(name.category()), Filter::Type(stream.into())];
    questions.extend(filters.map(|filter| StoreQuery::All { filter, from: position, limit }));
    let moments = [Moment::Now, Moment::Position(position), Moment::Time(Time(a))];
    for as_of in moments.map(AsOf::Moment).into_iter().chain([AsOf::Version(StreamVersion(a))]) {
        let (view, below) = (stream.into(), Some(StreamVersion(b.into())).filter(|_| b.is_multiple_of(2)));
        questions.push(StoreQuery::StateAsOf { stream: name.clone(), view, as_of, below, limit });
    }
    questions
}

proptest! {
    #[test]
    fn the_store_answers_and_keeps_what_the_slate_does(commands in commands()) {
        let (mut store, mut slate) = (Store::default(), Slate::default());
        for command in &commands {
            let response = store.apply(command);
            if let Some(expected) = slate.apply(command) {
                prop_assert_eq!(response, expected);
            }
        }
        let kept: Vec<_> = store.read(&Filter::All, GlobalPosition::START).map(|e| e.to_recorded()).collect();
        prop_assert_eq!(kept.len(), slate.events.len());
        for (kept, (stream, event, position, at)) in kept.iter().zip(&slate.events) {
            prop_assert_eq!((kept.stream.as_str(), kept.position, kept.at), (stream.as_str(), *position, Time(*at)));
            prop_assert_eq!((kept.id, &kept.event_type, kept.schema), (event.id, &event.event_type, event.schema));
            prop_assert_eq!((kept.correlation, kept.causation), (event.correlation, event.causation));
            prop_assert_eq!(&kept.data, &event.data);
        }
    }

    #[test]
    fn restored_at_any_prefix_it_goes_on_as_if_nothing_had_been(commands in commands(), prefix in 0..80_usize) {
        let prefix = prefix.min(commands.len());
        let mut whole = Store::default();
        commands[..prefix].iter().for_each(|command| { whole.apply(command); });
        let copy = whole.clone();
        let mut restored = Store::default().restore(&whole.snapshot()).expect("its own snapshot");
        prop_assert_eq!(&restored, &whole);
        for command in &commands[prefix..] {
            prop_assert_eq!(restored.apply(command), whole.apply(command));
        }
        prop_assert_eq!(&restored, &whole);
        prop_assert_eq!(digest(&restored), digest(&whole));
        prop_assert_eq!(restored.snapshot(), whole.snapshot());
        // And a copy that was taken there is as it was.
        let mut again = Store::default();
        commands[..prefix].iter().for_each(|command| { again.apply(command); });
        prop_assert_eq!(&copy, &again);
        prop_assert_eq!(copy == whole, prefix == commands.len());
    }

    #[test]
    fn no_command_and_no_question_makes_it_panic(
        commands in prop::collection::vec(wild(), 0..40),
        (stream, a, b, limit) in (".{0,8}", any::<u64>(), any::<u32>(), any::<u32>()),
        small in any::<bool>(),
    ) {
        let limits = Limits { events: 20, streams: 4, types: 3, name_bytes: 9, page_bytes: 9, ..Limits::default() };
        let mut store = if small { Store::with_limits(limits) } else { Store::default() };
        for command in &commands {
            let before = store.clone();
            let response = store.apply(command);
            if let StoreResponse::Refused(error) = response {
                prop_assert!(!error.to_string().is_empty());
                prop_assert_eq!(&store.journal, &before.journal);
                prop_assert_eq!(store.cost(), before.cost());
            }
            prop_assert!(Store::command_bytes(command) > 0);
        }
        let known = store.read(&Filter::All, GlobalPosition::START).next().map(|event| event.stream().to_string());
        for stream in known.into_iter().chain([stream]) {
            for (a, b, limit) in [(a, b, limit), (a % 9, b % 4, 1 + limit % 9)] {
                for question in questions(&stream, a, b, limit) {
                    store.query(&question);
                }
            }
        }
        prop_assert_eq!(Store::default().restore(&store.snapshot()), Ok(store));
    }

    #[test]
    fn no_bytes_make_restore_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Store::default().restore(&bytes);
    }

    #[test]
    fn of_racers_on_one_version_just_one_wins(streams in prop::collection::vec(0..3_usize, 2..30)) {
        let mut store = Store::default();
        let names = ["x", "y", "z"];
        let mut wins = [0_u64; 3];
        // All have read an empty store.
        for (racer, &stream) in streams.iter().enumerate() {
            let won = append(&mut store, names[stream], ExpectedVersion::NoStream, &[racer as u128]);
            wins[stream] += u64::from(matches!(won, StoreResponse::Appended(_)));
        }
        for (stream, &won) in wins.iter().enumerate() {
            prop_assert_eq!(won, u64::from(streams.contains(&stream)));
        }
    }
}
