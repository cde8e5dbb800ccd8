//! A view as of any moment. // S13

use super::super::*;
use super::common::*;
use crate::base::Time;

#[test]
fn a_view_as_of_any_position_or_moment_equals_the_replay_up_to_there() {
    let store = sample();
    for filter in [Filter::All, Filter::Category("order".into()), Filter::Type("Other".into())] {
        for every in [1, 7, 1_000] {
            let mut history = History::new(chain(filter.clone()), Upcasters::as_stored(), every);
            // What it has not come to yet is found all the same.
            for folds in [0, 10, u32::MAX] {
                if folds > 0 {
                    history.advance(&store, folds).expect("readable");
                }
                for number in 0..=store.commands().0 + 1 {
                    for place in 0..3 {
                        let expected = store.read(&filter, GlobalPosition::START);
                        let expected = Links::of(expected.filter(|e| e.position <= at(number, place)));
                        let position = Moment::Position(at(number, place));
                        assert_eq!(history.as_of(&store, position), Ok(expected));
                    }
                }
                for time in (0..store.now().0 + 20).step_by(5) {
                    let expected = store.read(&filter, GlobalPosition::START);
                    let expected = Links::of(expected.filter(|event| event.at <= Time(time)));
                    assert_eq!(history.as_of(&store, Moment::Time(Time(time))), Ok(expected));
                }
            }
            let folded = store.count(&filter);
            assert_eq!(history.as_of(&store, Moment::Now).as_ref(), Ok(history.live().state()));
            assert_eq!(history.snapshots().0, folded / u64::from(every));
        }
    }
}

#[test]
fn every_state_of_a_stream_can_be_stepped_through() {
    let store = sample();
    let stream = StreamName::from("order-2");
    let events: Vec<_> = store.read(&Filter::Stream(stream.clone()), GlobalPosition::START).collect();
    for (version, event) in events.iter().enumerate() {
        let as_of = AsOf::Version(event.version);
        let state = store.stream_state(chain(Filter::All), &Upcasters::as_stored(), &stream, as_of);
        assert_eq!(state, Ok(Links::of(events[..=version].iter().cloned())));
    }
    let none =
        store.stream_state(chain(Filter::All), &Upcasters::as_stored(), &"none".into(), AsOf::Moment(Moment::Now));
    assert_eq!(none, Ok(Links::default()));
}
