use super::rig::*;
use crate::base::{Keyed, RequestId, SessionResponse, Sessions, Span, StateMachine, digest};
use crate::bus::*;

fn busy() -> Rig {
    let settings = TopicSettings { retention: Retention { records: Some(40), age: None }, ..topic(2) };
    let mut rig = Rig::with(settings, GroupSettings { max_tries: 1, ..group() });
    rig.act(Action::OpenProducer(ProducerId(3))).expect("room");
    let join = rig.join(ANN);
    let keyless = |event| Record { key: None, ..record("", event) };
    for _ in 0..4 {
        rig.act(Action::publish(ORDERS, None, (0..30).map(keyless))).expect("room");
        let fetched = rig.try_fetch(ANN, join.generation).expect("the owner").deliveries;
        for (n, delivery) in fetched.iter().enumerate() {
            let verdict = if n % 5 == 0 { Verdict::Nack } else { Verdict::Ack };
            if n != 6 {
                rig.answer(ANN, join.generation, verdict, &[delivery.at]).expect("the owner");
            }
        }
    }
    let first = rig.dead()[0].at;
    rig.act(Action::Replay { group: GROUP, letters: vec![first] }).expect("the group");
    rig
}

#[test]
fn a_snapshot_restores_to_the_same_bus() {
    let rig = busy();
    let bytes = rig.bus.snapshot();
    let restored = Bus::default().restore(&bytes).expect("its own snapshot");
    assert_eq!(restored, rig.bus);
    assert_eq!(digest(&restored), digest(&rig.bus));
    assert_eq!(restored.snapshot(), bytes);
}

#[test]
fn bytes_that_are_not_a_snapshot_are_an_error() {
    let bytes = busy().bus.snapshot();
    for cut in 0..bytes.len() {
        assert!(Bus::default().restore(&bytes[..cut]).is_err());
    }
    for place in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        assert!(Bus::default().restore(&damaged).is_err(), "byte {place}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(Bus::default().restore(&longer).is_err());
}

#[test]
fn a_session_carries_the_bus_and_a_retried_fetch_brings_the_same_records() {
    let rig = busy();
    let mut sessions = Sessions::new(rig.bus);
    let ask = |sequence, action| {
        let id = RequestId { sequence: crate::base::Sequence(sequence), ..RequestId::default() };
        let command = BusCommand::one(rig.now, action);
        std::sync::Arc::new(Keyed { id, answered_below: crate::base::Sequence(1), command })
    };
    sessions.apply(&ask(1, Action::publish(ORDERS, None, (0..30).map(|event| record("k", event)))));
    sessions.apply(&ask(2, Action::Join { group: GROUP, member: ANN }));
    let fetch = ask(3, Action::Fetch { group: GROUP, member: ANN, generation: Generation(2), most: 5 });
    let first = sessions.apply(&fetch);
    assert!(matches!(&first, SessionResponse::Done(response)
        if matches!(&response[0], Ok(Reply::Fetched(fetched)) if fetched.deliveries.len() == 5)));
    let mut restored = Sessions::<Bus>::default().restore(&sessions.snapshot()).expect("its own snapshot");
    assert_eq!(restored.apply(&fetch), first);
}

#[test]
fn time_alone_changes_nothing_before_it_is_due() {
    let mut rig = busy();
    let before = rig.bus.clone();
    let due = rig.bus.next_due();
    rig.bus.apply(&BusCommand { now: crate::base::Time(due.0 - 1), actions: vec![] });
    rig.bus.now = before.now;
    assert_eq!(rig.bus, before);
    rig.wait(Span::secs(10));
    assert_eq!(rig.group().members, []);
}
