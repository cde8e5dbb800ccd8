//! What the tests share: short ways to say a command, and a fold.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::*;
use crate::base::{CorrelationId, DomainEventId, StateMachine, Time};

pub(super) fn event(id: u128) -> NewEvent {
    NewEvent {
        id: DomainEventId(id),
        event_type: "Counted".into(),
        schema: SchemaVersion::FIRST,
        correlation: CorrelationId(7),
        causation: None,
        data: Arc::new([id as u8]),
    }
}

pub(super) fn typed(id: u128, event_type: &str, schema: u16, data: &[u8]) -> NewEvent {
    NewEvent { event_type: event_type.into(), schema: SchemaVersion(schema), data: data.into(), ..event(id) }
}

pub(super) fn command(at: u64, stream: &str, expected: ExpectedVersion, events: Vec<NewEvent>) -> StoreCommand {
    let append = Append { stream: stream.into(), expected, events: events.into() };
    StoreCommand { at: Time(at), action: Action::Append(append) }
}

pub(super) fn append(store: &mut Store, stream: &str, expected: ExpectedVersion, ids: &[u128]) -> StoreResponse {
    let at = store.now().0 + 10;
    store.apply(&command(at, stream, expected, ids.iter().copied().map(event).collect()))
}

/// Appends whatever is there; it must work.
pub(super) fn put(store: &mut Store, stream: &str, ids: &[u128]) -> Appended {
    match append(store, stream, ExpectedVersion::Any, ids) {
        StoreResponse::Appended(appended) => appended,
        other => panic!("{stream} {ids:?}: {other:?}"),
    }
}

pub(super) fn put_event(store: &mut Store, stream: &str, event: NewEvent) -> Appended {
    let at = store.now().0 + 10;
    match store.apply(&command(at, stream, ExpectedVersion::Any, vec![event])) {
        StoreResponse::Appended(appended) => appended,
        other => panic!("{stream}: {other:?}"),
    }
}

pub(super) fn keep(store: &mut Store, keep: KeepSnapshot) -> StoreResponse {
    store.apply(&StoreCommand { at: store.now(), action: Action::KeepSnapshot(keep) })
}

pub(super) fn exactly(version: u64) -> ExpectedVersion {
    ExpectedVersion::Exact(StreamVersion(version))
}

pub(super) fn at(command: u64, place: u32) -> GlobalPosition {
    GlobalPosition { command: CommandNumber(command), place }
}

/// A store with a few streams, batches, refusals and two types.
pub(super) fn sample() -> Store {
    let mut store = Store::default();
    for n in 0..60_u128 {
        let stream = ["order-1", "order-2", "cart-1", "lonely"][n as usize * 7 % 4];
        let ids: Vec<u128> = (0..=n % 3).map(|k| n * 10 + k).collect();
        put(&mut store, stream, &ids);
        if n % 5 == 0 {
            put_event(&mut store, stream, typed(n * 10 + 9, "Other", 1, b"other"));
            assert!(matches!(append(&mut store, stream, exactly(999), &[n + 5_000]), StoreResponse::Refused(_)));
        }
    }
    store
}

/// A fold whose state depends on each event and on their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub(super) filter: Filter,
    pub(super) format: u16,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Links {
    pub(super) events: u64,
    pub(super) chain: u64,
}

impl Links {
    pub(super) fn of<'a>(events: impl Iterator<Item = Event<'a>>) -> Links {
        let mut links = Links::default();
        events.for_each(|event| links.add(&event));
        links
    }

    fn add(&mut self, event: &Event<'_>) {
        self.events += 1;
        self.chain = crate::base::digest(&(self.chain, event.position, event.version, event.stream(), &*event.data));
    }
}

pub(super) fn chain(filter: Filter) -> Chain {
    Chain { filter, format: 1 }
}

impl Projection for Chain {
    type State = Links;
    type Effect = DomainEventId;

    fn view(&self) -> ViewName {
        "chain".into()
    }
    fn format(&self) -> SchemaVersion {
        SchemaVersion(self.format)
    }
    fn filter(&self) -> Filter {
        self.filter.clone()
    }
    fn initial(&self) -> Links {
        Links::default()
    }
    fn apply(&self, links: &mut Links, event: &Event<'_>) -> Result<(), Malformed> {
        links.add(event);
        if &*event.data == b"poison" { Err(Malformed::because("poison")) } else { Ok(()) }
    }
    fn effect(&self, _: &Links, event: &Event<'_>) -> Option<DomainEventId> {
        Some(event.id)
    }
}
