//! What people do with a timeline, at random.

use proptest::prelude::*;
use tutti_core::base::{NodeId, Span, Time};
use tutti_core::lab::{Command, NodeOrder, Order, Target};
use tutti_core::timeline::Timeline;

/// What a person does, at random.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Play(u64),
    Step(u8),
    StepBack,
    Seek(u64),
    Order(Order),
    Switch(u8),
}

fn order() -> impl Strategy<Value = Order> {
    let to = |target, what| Order::To { target, what };
    let node = (0u16..5).prop_map(NodeId);
    prop_oneof![
        Just(to(Target::Leader, NodeOrder::Crash)),
        Just(to(Target::Leader, NodeOrder::Isolate)),
        Just(to(Target::Leader, NodeOrder::Pause)),
        node.clone().prop_map(|node| Order::Give(Command::Restart { node })),
        node.clone().prop_map(|node| Order::Give(Command::Resume { node })),
        node.clone().prop_map(|node| Order::To { target: Target::Node(node), what: NodeOrder::TimeoutNow }),
        node.prop_map(|node| Order::To {
            target: Target::Node(node),
            what: NodeOrder::Skew { rate_ppm: 90_000, offset_us: 7 }
        }),
        Just(Order::Give(Command::HealAll)),
        Just(Order::Give(Command::Partition {
            groups: vec![vec![NodeId(0), NodeId(1)], vec![NodeId(2), NodeId(3), NodeId(4)]]
        })),
    ]
}

/// Any deed.
pub(crate) fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0u64..400_000).prop_map(Deed::Play),
        2 => (1u8..40).prop_map(Deed::Step),
        1 => Just(Deed::StepBack),
        2 => (0u64..1_500_000).prop_map(Deed::Seek),
        3 => order().prop_map(Deed::Order),
        1 => any::<u8>().prop_map(Deed::Switch),
    ]
}

/// Does it.
pub(crate) fn act(timeline: &mut Timeline, deed: Deed) {
    match deed {
        Deed::Play(us) => timeline.advance(timeline.now() + Span(us)),
        Deed::Step(times) => (0..times).for_each(|_| timeline.step()),
        Deed::StepBack => timeline.step_back(),
        Deed::Seek(us) => timeline.seek(Time(us)),
        Deed::Order(order) => timeline.order(order, "deed".into()).expect("not full"),
        Deed::Switch(branch) => {
            let branch = u32::from(branch) % timeline.branches().len() as u32;
            timeline.switch(branch, timeline.now());
        }
    }
}
