//! Old events, newer code. // S16

use std::borrow::Cow;

use super::super::*;
use super::common::*;

fn append_b(data: &[u8]) -> Result<Vec<u8>, Malformed> {
    Ok([data, b">2"].concat())
}

fn append_c(data: &[u8]) -> Result<Vec<u8>, Malformed> {
    if data.starts_with(b"bad") { Err(Malformed::because("bad")) } else { Ok([data, b">3"].concat()) }
}

fn read(event: NewEvent, upcasters: &Upcasters) -> Result<(Vec<u8>, u16, u16), UpcastError> {
    let mut store = Store::default();
    put_event(&mut store, "s", event);
    let before = store.clone();
    let event = store.read(&Filter::All, GlobalPosition::START).next().expect("an event");
    let upcast = upcasters.upcast(event).map(|e| (e.data.to_vec(), e.schema.0, e.stored_schema.0));
    assert_eq!(store, before, "the stored bytes changed");
    upcast
}

#[test]
fn upcasters_run_in_order_and_each_only_where_the_version_is_older() {
    let upcasters = Upcasters::strict().knowing("T", &[append_b, append_c]);
    for (schema, expected) in [(1, &b"x>2>3"[..]), (2, b"x>3"), (3, b"x")] {
        assert_eq!(read(typed(1, "T", schema, b"x"), &upcasters), Ok((expected.to_vec(), 3, schema)));
    }
}

#[test]
fn an_unknown_type_or_a_version_newer_than_known_is_an_error() {
    let upcasters = Upcasters::strict().knowing("T", &[append_b]);
    assert_eq!(read(typed(1, "U", 1, b"x"), &upcasters), Err(UpcastError::UnknownType { event_type: "U".into() }));
    for upcasters in [upcasters, Upcasters::as_stored().knowing("T", &[append_b])] {
        let (stored, known) = (SchemaVersion(3), SchemaVersion(2));
        let newer = UpcastError::NewerThanKnown { event_type: "T".into(), stored, known };
        assert_eq!(read(typed(1, "T", 3, b"x"), &upcasters), Err(newer));
    }
    let lenient = Upcasters::as_stored().knowing("T", &[append_b]);
    assert_eq!(read(typed(1, "U", 9, b"x"), &lenient), Ok((b"x".to_vec(), 9, 9)));
    assert_eq!(read(typed(1, "T", 1, b"x"), &lenient), Ok((b"x>2".to_vec(), 2, 1)));
}

#[test]
fn an_upcaster_that_fails_says_where() {
    let upcasters = Upcasters::strict().knowing("T", &[append_b, append_c]);
    let failed = |from| UpcastError::Failed {
        event_type: "T".into(),
        from: SchemaVersion(from),
        reason: Malformed::because("bad"),
    };
    assert_eq!(read(typed(1, "T", 1, b"bad"), &upcasters), Err(failed(2)));
}

#[test]
fn an_event_of_the_newest_version_is_read_where_it_lies() {
    let mut store = Store::default();
    put_event(&mut store, "s", typed(1, "T", 2, b"x"));
    let event = store.read(&Filter::All, GlobalPosition::START).next().expect("an event");
    let upcast = Upcasters::strict().knowing("T", &[append_b]).upcast(event).expect("known");
    assert!(matches!(upcast.data, Cow::Borrowed(_)));
}

#[test]
fn a_projection_stops_at_what_it_cannot_read_and_goes_on_with_newer_code() {
    let mut store = Store::default();
    put_event(&mut store, "s", typed(1, "T", 1, b"x"));
    put_event(&mut store, "s", typed(2, "T", 2, b"y"));
    let mut old = Projector::new(chain(Filter::All), Upcasters::strict().knowing("T", &[]));
    let before = old.projected().clone();
    let error = old.step(&store, 10).expect_err("newer than known");
    assert!(matches!(error, ProjectionError::Upcast { position, .. } if position == at(2, 0)));
    assert_eq!(old.projected(), &before);
    // One at a time, it comes as far as it can.
    assert_eq!(old.step(&store, 1).map(|step| (step.folded, step.at_end)), Ok((1, false)));
    let upcasters = Upcasters::strict().knowing("T", &[append_b]);
    let mut new = Projector::resume(chain(Filter::All), upcasters, old.projected().clone());
    assert_eq!(new.step(&store, 9).map(|step| (step.folded, step.at_end)), Ok((1, true)));
}
