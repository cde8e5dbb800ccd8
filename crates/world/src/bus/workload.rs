//! The work by which the bus is measured.

use std::sync::Arc;

use smol_str::format_smolstr;

use super::{
    Action, Answer, Bus, BusCommand, Defects, Generation, GroupId, GroupSettings, Header, Limits, MemberId, Outgoing,
    ProducerId, ProducerSequence, Record, Reply, Retention, Stamp, TopicId, TopicSettings, Verdict,
};
use crate::base::{CorrelationId, DomainEventId, StateMachine, Time, digest};

const PARTITIONS: u16 = 8;
const MEMBERS: u32 = 2;
const KEYS: u32 = 1_024;

/// What a workload has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that were published, fetched and acknowledged.
    pub cycles: u64,
    /// The digest of the bus at the end; the same on every machine.
    pub checksum: u64,
}

/// Publishes records of 64 bytes, fetches and acknowledges them, until so many have gone round; `batch` records a
/// command, by a producer with a session, over eight partitions that are shared by two consumers.
///
/// # Panics
/// If the bus refuses anything.
pub fn cycles(batch: u32, cycles: u64) -> Counts {
    let mut bus = Bus::new(Limits::default(), Defects::default());
    let (topic, group, producer) = (TopicId(0), GroupId(0), ProducerId(7));
    let retention = Retention { records: Some(1_000), age: None };
    let settings = GroupSettings { topics: vec![topic], partition_in_flight: 1_024, ..GroupSettings::default() };
    let members = (0..MEMBERS).map(|member| Action::Join { group, member: MemberId(member) });
    let mut actions = vec![
        Action::CreateTopic(TopicSettings { name: "orders".into(), partitions: PARTITIONS, retention }),
        Action::CreateGroup(GroupSettings { member_in_flight: 1_024, ..settings }),
        Action::OpenProducer(producer),
    ];
    actions.extend(members);
    let mut epoch = None;
    for reply in bus.apply(&BusCommand { now: Time::ZERO, actions }) {
        if let Reply::ProducerOpened { epoch: opened, .. } = reply.expect("refused") {
            epoch = Some(opened);
        }
    }
    let epoch = epoch.expect("no session");
    let generation = Generation(u64::from(MEMBERS));

    // Made once: what is measured is the bus, not its clients.
    let record = |key: u32| Record {
        key: Some(format_smolstr!("order-{key}")),
        header: Header {
            kind: "OrderPlaced".into(),
            version: 1,
            event: DomainEventId(key.into()),
            correlation: CorrelationId(key.into()),
            causation: None,
        },
        payload: Arc::new([7; 16]),
    };
    let records: Vec<Arc<Record>> = (0..KEYS).map(|key| Arc::new(record(key))).collect();

    let mut apply = |micros: u64, action| {
        let response = bus.apply(&BusCommand::one(Time(micros), action));
        response.into_iter().next().expect("a reply").expect("refused")
    };
    let (mut published, mut done) = (0, 0);
    while done < cycles {
        let first = ProducerSequence(published + 1);
        let batch_of = (published..).take(batch as usize);
        let outgoing =
            batch_of.map(|n| Outgoing { topic, record: Arc::clone(&records[(n % u64::from(KEYS)) as usize]) });
        let stamp = Some(Stamp { producer, epoch, first });
        apply(published, Action::Publish { stamp, records: outgoing.collect() });
        published += u64::from(batch);
        for member in (0..MEMBERS).map(MemberId) {
            let fetch = Action::Fetch { group, member, generation, most: batch };
            let Reply::Fetched(fetched) = apply(published, fetch) else { continue };
            if fetched.deliveries.is_empty() {
                continue;
            }
            let deliveries = fetched.deliveries.iter();
            let answers: Vec<Answer> = deliveries.map(|d| Answer { at: d.at, verdict: Verdict::Ack }).collect();
            done += answers.len() as u64;
            apply(published, Action::Answer { group, member, generation, answers });
        }
    }
    assert_eq!(done, published, "some were lost");
    Counts { cycles: done, checksum: digest(&bus) }
}
