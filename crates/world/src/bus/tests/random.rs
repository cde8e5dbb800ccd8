//! Everything at once, in an order that nobody thought of.

use proptest::prelude::*;

use super::super::*;
use super::onlooker::{Onlooker, consistent, group_view, records};
use super::rig::{ORDERS, group, record};
use crate::base::{DomainEventId, Span, StateMachine, Time};

const GROUPS: [GroupId; 2] = [GroupId(0), GroupId(1)];
const MEMBERS: u32 = 3;
const PRODUCER: ProducerId = ProducerId(9);

#[derive(Clone, Debug)]
enum Step {
    /// Records of a key.
    Publish {
        key: u8,
        count: u8,
    },
    /// Records with numbers, the first few of which may have been sent before.
    PublishAgain {
        back: u8,
        count: u8,
    },
    Join {
        group: u8,
        member: u8,
    },
    Leave {
        group: u8,
        member: u8,
    },
    Heartbeat {
        group: u8,
        member: u8,
    },
    Fetch {
        group: u8,
        member: u8,
        most: u8,
        /// It asks first what it owns, and joins if it has to.
        knows: bool,
    },
    /// Some of what it holds, from one on, in steps.
    Answer {
        group: u8,
        member: u8,
        from: u8,
        step: u8,
        ack: bool,
    },
    /// What it held before it last joined, by the generation that it knew then: an answer that was long on its way.
    AnswerLate {
        group: u8,
        member: u8,
        ack: bool,
    },
    Replay {
        group: u8,
    },
    Wait {
        millis: u16,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (group, member) = (0u8..2, 0..MEMBERS as u8);
    let who = (group.clone(), member);
    prop_oneof![
        3 => (0u8..6, 1u8..8).prop_map(|(key, count)| Step::Publish { key, count }),
        2 => (0u8..6, 1u8..8).prop_map(|(back, count)| Step::PublishAgain { back, count }),
        2 => who.clone().prop_map(|(group, member)| Step::Join { group, member }),
        1 => who.clone().prop_map(|(group, member)| Step::Leave { group, member }),
        2 => who.clone().prop_map(|(group, member)| Step::Heartbeat { group, member }),
        8 => (who.clone(), 1u8..20, prop::bool::weighted(0.7)).prop_map(|((group, member), most, knows)| {
            Step::Fetch { group, member, most, knows }
        }),
        2 => (who.clone(), any::<bool>()).prop_map(|((group, member), ack)| Step::AnswerLate { group, member, ack }),
        8 => (who, 0u8..6, 1u8..3, prop::bool::weighted(0.7)).prop_map(|((group, member), from, step, ack)| {
            Step::Answer { group, member, from, step, ack }
        }),
        1 => group.prop_map(|group| Step::Replay { group }),
        3 => prop_oneof![0u16..300, 900u16..4_500].prop_map(|millis| Step::Wait { millis }),
    ]
}

/// A consumer: what it knows, which may be old.
#[derive(Clone, Default)]
struct Consumer {
    generation: Generation,
    held: Vec<Position>,
    /// Its generation and what it held before it last joined.
    before: (Generation, Vec<Position>),
}

struct Play {
    bus: Bus,
    now: Time,
    onlooker: Onlooker,
    consumers: Vec<Consumer>,
    epoch: ProducerEpoch,
    sent: Vec<Position>,
    events: u64,
}

impl Play {
    fn new(retention: Retention, settings: &GroupSettings) -> Play {
        let mut play = Play {
            bus: Bus::new(Limits { dead_letters: 6, dedup_window: 64, ..Limits::default() }, Defects::default()),
            now: Time::ZERO,
            onlooker: Onlooker::default(),
            consumers: vec![Consumer::default(); GROUPS.len() * MEMBERS as usize],
            epoch: ProducerEpoch(1),
            sent: Vec::new(),
            events: 0,
        };
        play.act(Action::CreateTopic(TopicSettings { name: "orders".into(), partitions: 3, retention })).expect("room");
        for name in ["one", "two"] {
            play.act(Action::CreateGroup(GroupSettings { name: name.into(), ..settings.clone() })).expect("room");
        }
        play.act(Action::OpenProducer(PRODUCER)).expect("room");
        play
    }

    /// Every action is carried out by a bus that was restored just before.
    fn act(&mut self, action: Action) -> Result<Reply, BusError> {
        let restored = Bus::default().restore(&self.bus.snapshot()).expect("its own snapshot");
        assert_eq!(restored, self.bus);
        let command = BusCommand::one(self.now, action);
        let response = self.bus.apply(&command);
        let mut other = restored;
        assert_eq!(other.apply(&command), response);
        self.bus = other;
        response.into_iter().next().expect("a reply")
    }

    fn consumer(&mut self, group: u8, member: u8) -> &mut Consumer {
        &mut self.consumers[usize::from(group) * MEMBERS as usize + usize::from(member)]
    }

    fn new_events(&mut self, count: usize) -> Vec<DomainEventId> {
        self.events += count as u64;
        (self.events - count as u64..self.events).map(|event| DomainEventId(event.into())).collect()
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Publish { key, count } => {
                let events = self.new_events(count.into());
                let key = format!("order {key}");
                let publish = Action::publish(ORDERS, None, events.iter().map(|event| record(&key, event.0 as u64)));
                let Ok(Reply::Published { positions, repeated: 0 }) = self.act(publish) else { panic!("refused") };
                self.onlooker.published(&positions, &events);
            }
            Step::PublishAgain { back, count } => {
                // It sends the records as they were: an event is its number.
                let back = usize::from(back).min(self.sent.len());
                let first = self.sent.len() - back;
                let events: Vec<_> =
                    (first..first + usize::from(count)).map(|n| DomainEventId(1 << 40 | n as u128)).collect();
                let made = events.iter().map(|event| record(&format!("order {}", event.0 % 5), event.0 as u64));
                let first_sequence = ProducerSequence(first as u64 + 1);
                let stamp = Stamp { producer: PRODUCER, epoch: self.epoch, first: first_sequence };
                let reply = self.act(Action::publish(ORDERS, Some(stamp), made));
                let Ok(Reply::Published { positions, repeated }) = reply else { panic!("{reply:?}") };
                assert_eq!(repeated as usize, back.min(usize::from(count)));
                assert_eq!(positions[..repeated as usize], self.sent[first..first + repeated as usize]);
                self.sent.extend(&positions[repeated as usize..]);
                self.onlooker.published(&positions, &events);
            }
            Step::Join { group, member } => {
                let (id, who) = (GROUPS[usize::from(group)], MemberId(member.into()));
                let Ok(Reply::Membership(membership)) = self.act(Action::Join { group: id, member: who }) else {
                    panic!("refused")
                };
                let consumer = self.consumer(group, member);
                consumer.before = (consumer.generation, std::mem::take(&mut consumer.held));
                consumer.generation = membership.generation;
            }
            Step::Leave { group, member } => {
                let _ = self.act(Action::Leave { group: GROUPS[usize::from(group)], member: MemberId(member.into()) });
            }
            Step::Heartbeat { group, member } => {
                let (id, who) = (GROUPS[usize::from(group)], MemberId(member.into()));
                if let Ok(Reply::Membership(membership)) = self.act(Action::Heartbeat { group: id, member: who }) {
                    self.consumer(group, member).generation = membership.generation;
                }
            }
            Step::Fetch { group, member, most, knows } => {
                let (id, who) = (GROUPS[usize::from(group)], MemberId(member.into()));
                if knows {
                    self.step(Step::Heartbeat { group, member });
                    if !group_view(&self.bus, id).members.iter().any(|(there, ..)| *there == who) {
                        self.step(Step::Join { group, member });
                    }
                }
                let generation = self.consumer(group, member).generation;
                let fetch = Action::Fetch { group: id, member: who, generation, most: most.into() };
                if let Ok(Reply::Fetched(fetched)) = self.act(fetch) {
                    assert!(fetched.deliveries.len() <= usize::from(most));
                    // A command may make members time out: the onlooker has to see that before.
                    self.onlooker.look_at_owners(&self.bus, &GROUPS);
                    self.onlooker.delivered(&self.bus, id, who, &fetched.deliveries);
                    let held = fetched.deliveries.iter().map(|delivery| delivery.at);
                    self.consumer(group, member).held.extend(held);
                }
            }
            Step::Answer { group, member, from, step, ack } => {
                let consumer = self.consumer(group, member);
                let chosen = consumer.held.iter().skip(from.into()).step_by(step.into());
                let places: Vec<Position> = chosen.copied().collect();
                consumer.held.retain(|place| !places.contains(place));
                let generation = consumer.generation;
                self.answer(group, member, generation, places, ack);
            }
            Step::AnswerLate { group, member, ack } => {
                let (generation, places) = self.consumer(group, member).before.clone();
                self.answer(group, member, generation, places, ack);
            }
            Step::Replay { group } => {
                let id = GROUPS[usize::from(group)];
                let query = BusQuery::DeadLetters { group: id, from: Position::default(), most: 2 };
                let Ok(BusAnswer::DeadLetters(letters)) = self.bus.query(&query) else { panic!("no answer") };
                let letters: Vec<Position> = letters.iter().map(|letter| letter.at).collect();
                self.act(Action::Replay { group: id, letters: letters.clone() }).expect("the group");
                for at in letters {
                    self.onlooker.replayed(id, at);
                }
            }
            Step::Wait { millis } => self.now += Span::millis(millis.into()),
        }
        self.onlooker.look(&self.bus, &GROUPS);
    }

    fn answer(&mut self, group: u8, member: u8, generation: Generation, places: Vec<Position>, ack: bool) {
        let (id, who) = (GROUPS[usize::from(group)], MemberId(member.into()));
        let verdict = if ack { Verdict::Ack } else { Verdict::Nack };
        let answers = places.iter().map(|&at| Answer { at, verdict }).collect();
        // Time passes first, for it may take partitions from their owners.
        self.bus.apply(&BusCommand { now: self.now, actions: Vec::new() });
        self.onlooker.look(&self.bus, &GROUPS);
        if let Ok(Reply::Taken { refused }) = self.act(Action::Answer { group: id, member: who, generation, answers }) {
            let taken = |at: &Position| !refused.iter().any(|refusal| refusal.at == *at);
            let taken: Vec<Position> = places.into_iter().filter(taken).collect();
            self.onlooker.answered(id, who, generation, verdict, &taken);
        }
    }

    /// Whoever is there goes, and one for each group does all that is left.
    fn come_to_rest(&mut self) {
        self.step(Step::Wait { millis: 60_000 });
        for group in 0..GROUPS.len() as u8 {
            self.step(Step::Join { group, member: 0 });
            let open = |play: &Play| {
                let view = group_view(&play.bus, GROUPS[usize::from(group)]);
                view.lag > 0 || view.partitions.iter().any(|(_, _, p)| p.in_flight + p.resting > 0)
            };
            for _ in 0..1_000 {
                if !open(self) {
                    break;
                }
                self.step(Step::Fetch { group, member: 0, most: 100, knows: true });
                self.step(Step::Answer { group, member: 0, from: 0, step: 1, ack: true });
                self.step(Step::Wait { millis: 500 });
            }
            assert!(!open(self), "it never comes to rest");
        }
        self.onlooker.nothing_is_lost(&self.bus, &GROUPS);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 5_000, ..ProptestConfig::default() })]

    /// At most one owner, dense offsets, first deliveries in order, counts that are right, nothing committed that nobody
    /// is done with, nothing lost across rebalances; and a bus restored from a snapshot at any moment goes on as if
    /// nothing had been.
    #[test]
    fn whatever_happens_nothing_is_lost_and_all_stay_within_their_rights(
        steps in prop::collection::vec(step(), 1..150),
        records in prop::option::of(1u32..20),
        age in prop::option::of(2u64..9),
        partition_in_flight in 1u32..12,
        max_tries in 1u32..4,
    ) {
        let retention = Retention { records, age: age.map(Span::secs) };
        let mut play = Play::new(retention, &GroupSettings { partition_in_flight, max_tries, ..group() });
        for step in steps {
            play.step(step);
        }
        play.come_to_rest();
    }

    /// And whatever it is told: what does not fit is refused.
    #[test]
    fn no_command_makes_it_panic(commands in prop::collection::vec(command(), 1..60)) {
        let limits = Limits { dead_letters: 3, dedup_window: 4, records: 30, ..Limits::default() };
        let mut bus = Bus::new(limits, Defects::default());
        for command in commands {
            Bus::command_bytes(&command);
            let response = bus.apply(&command);
            prop_assert_eq!(response.len(), command.actions.len());
            for refused in response.iter().filter_map(|reply| reply.as_ref().err()) {
                prop_assert!(!refused.to_string().is_empty());
            }
            consistent(&bus);
            if bus.topics.first().is_some_and(|topic| topic.partitions.len() > 1) {
                records(&bus, 1);
            }
        }
        prop_assert_eq!(&Bus::default().restore(&bus.snapshot()).expect("its own snapshot"), &bus);
    }

    #[test]
    fn no_bytes_make_restoring_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Bus::default().restore(&bytes).is_err());
    }
}

/// Mostly small numbers, so that they meet; and the largest there is.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![10 => 0u64..4, 1 => Just(u64::MAX), 1 => any::<u64>()]
}

fn position() -> impl Strategy<Value = Position> {
    (number(), number(), number()).prop_map(|(topic, partition, offset)| Position {
        topic: TopicId(topic as u16 & 1),
        partition: PartitionId(partition as u16),
        offset: Offset(offset),
    })
}

fn command() -> impl Strategy<Value = BusCommand> {
    let now = prop_oneof![20 => (0u64..20_000_000).boxed(), 1 => number().boxed()].prop_map(Time);
    (now, prop::collection::vec(action(), 0..12)).prop_map(|(now, actions)| BusCommand { now, actions })
}

fn action() -> impl Strategy<Value = Action> {
    let id = || (0u32..3).prop_map(GroupId);
    let member = || number().prop_map(|n| MemberId(n as u32));
    let generation = || prop_oneof![(0u64..9).boxed(), number().boxed()].prop_map(Generation);
    let positions = || prop::collection::vec(position(), 0..6);
    let stamp = (number(), number(), number()).prop_map(|(producer, epoch, first)| Stamp {
        producer: ProducerId(producer as u32),
        epoch: ProducerEpoch(epoch as u32),
        first: ProducerSequence(first),
    });
    let retention = (prop::option::of(number()), prop::option::of(number()))
        .prop_map(|(records, age)| Retention { records: records.map(|n| n as u32), age: age.map(Span) });
    let topic = (number(), number(), retention).prop_map(|(name, partitions, retention)| {
        Action::CreateTopic(TopicSettings { name: format!("{name}").into(), partitions: partitions as u16, retention })
    });
    let waits =
        || (number(), number()).prop_map(|(first, longest)| Waits { first: Span(first), longest: Span(longest) });
    let settings = (number(), prop::collection::vec(0u16..3, 0..3), waits(), waits(), number(), number(), number());
    let settings = settings.prop_map(|(name, topics, ack_wait, retry, tries, in_flight, timeout)| GroupSettings {
        name: format!("{name}").into(),
        topics: topics.into_iter().map(TopicId).collect(),
        start: if name & 1 == 0 { Start::Earliest } else { Start::Latest },
        session_timeout: Span(timeout.saturating_mul(1_000_000)),
        ack_wait,
        retry,
        max_tries: tries as u32,
        partition_in_flight: in_flight as u32,
        member_in_flight: in_flight as u32,
    });
    let publish = (prop::option::of(stamp), prop::collection::vec((0u16..2, prop::option::of(0u8..9)), 0..20));
    let publish = publish.prop_map(|(stamp, records)| Action::Publish {
        stamp,
        records: records
            .into_iter()
            .map(|(topic, key)| Outgoing {
                topic: TopicId(topic),
                record: Record { key: key.map(|key| format!("{key}").into()), ..record("", 0) }.into(),
            })
            .collect(),
    });
    let answers = prop::collection::vec((position(), any::<bool>()), 0..9).prop_map(|answers| {
        let verdict = |ack| if ack { Verdict::Ack } else { Verdict::Nack };
        answers.into_iter().map(|(at, ack)| Answer { at, verdict: verdict(ack) }).collect::<Vec<_>>()
    });
    prop_oneof![
        3 => topic,
        3 => settings.prop_map(Action::CreateGroup),
        1 => Just(Action::CreateGroup(GroupSettings { name: "good".into(), max_tries: 1, ..group() })),
        1 => id().prop_map(Action::DeleteGroup),
        2 => number().prop_map(|n| Action::OpenProducer(ProducerId(n as u32))),
        1 => number().prop_map(|n| Action::CloseProducer(ProducerId(n as u32))),
        6 => publish,
        4 => (id(), member()).prop_map(|(group, member)| Action::Join { group, member }),
        1 => (id(), member()).prop_map(|(group, member)| Action::Leave { group, member }),
        2 => (id(), member()).prop_map(|(group, member)| Action::Heartbeat { group, member }),
        9 => (id(), member(), generation(), number()).prop_map(|(group, member, generation, most)| {
            Action::Fetch { group, member, generation, most: most as u32 }
        }),
        9 => (id(), member(), generation(), answers).prop_map(|(group, member, generation, answers)| {
            Action::Answer { group, member, generation, answers }
        }),
        2 => (id(), positions()).prop_map(|(group, letters)| Action::Replay { group, letters }),
        1 => (id(), positions()).prop_map(|(group, letters)| Action::Discard { group, letters }),
    ]
}
