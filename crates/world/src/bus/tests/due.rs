//! What wakes a fetch that waits for records.

use super::rig::*;
use crate::base::{Span, StateMachine, Time};
use crate::bus::*;

/// Whether there is something to do for a member's fetch that is looked at then.
fn wakes(rig: &Rig, group: GroupId, member: MemberId, generation: Generation, when: Time) -> bool {
    rig.bus.is_due(&BusCommand::one(Time::ZERO, Action::Fetch { group, member, generation, most: 9 }), when)
}

/// Were every fetch woken by every deadline on the bus, a log that takes few entries would hold nothing else.
#[test]
fn time_wakes_the_fetch_of_whom_it_concerns_and_no_other() {
    let mut rig = Rig::with(topic(2), group());
    let other = GroupSettings { name: "payment".into(), ..group() };
    assert_eq!(rig.act(Action::CreateGroup(other)), Ok(Reply::Group(GroupId(1))));
    rig.join(ANN);
    let now = rig.join(BOB).generation;
    rig.publish("k", 0..1);
    let owner = if rig.fetch(ANN).is_empty() { BOB } else { ANN };
    let neighbour = if owner == ANN { BOB } else { ANN };
    if owner == BOB {
        rig.fetch(BOB);
    }
    assert!(matches!(rig.act(Action::Join { group: GroupId(1), member: CAT }), Ok(Reply::Membership(_))));
    let generation = Generation(1);
    let fetch = Action::Fetch { group: GroupId(1), member: CAT, generation, most: 9 };
    assert!(matches!(rig.act(fetch), Ok(Reply::Fetched(_))));
    let places = [at(0, 0), at(1, 0)];
    let answers = places.map(|at| Answer { at, verdict: Verdict::Ack }).to_vec();
    rig.act(Action::Answer { group: GroupId(1), member: CAT, generation, answers }).expect("a member");

    let waits = |when| {
        let ours = [owner, neighbour].map(|member| wakes(&rig, GROUP, member, now, when));
        (ours, wakes(&rig, GroupId(1), CAT, generation, when))
    };
    let before = rig.now + Span::micros(999_999);
    assert_eq!(waits(before), ([false, false], false));
    let ack_wait_ends = rig.now + Span::secs(1);
    assert_eq!(waits(ack_wait_ends), ([true, false], false), "the owner's record is to come again");
    let session_ends = rig.now + Span::secs(10);
    assert_eq!(waits(session_ends), ([true, true], true), "somebody is out, and others have what they had");
}
