//! S7 and S12 on the score: from written to visible, and from a fact to the record that it caused.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};

use tutti_core::base::{CausationId, DomainEventId, NodeId, Time};
use tutti_core::broker::BrokerCommand;
use tutti_core::bus;
use tutti_core::consensus::Operation;
use tutti_core::lab::{Actor, Event, Note, ReplicatedCommand, Wire};
use tutti_core::scenario::Scenario;
use tutti_core::service::view::ViewNote;
use tutti_core::service::{CustomerNote, ServiceNote};
use tutti_core::shop::{Identity, Kind, OrderId, Status, Subject, record_of};
use tutti_core::sim::{EventKind, Sink};
use tutti_core::store;
use tutti_core::timeline::{Player, RowKind, judge_with};

/// A shop in which payments are refused, items run out and parcels are mixed up.
fn scenario() -> Scenario {
    let text = r#"{ "duration": "12s", "cluster": { "servers": 3 },
        "shop": { "stock": 6, "customers": { "rate": 8, "until": "6s", "asks_after": "0ms" },
                  "rules": { "declined": "10%", "wrong_tracking_every": 3 } } }"#;
    Scenario::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// What services sent to the brokers: who, of which cause and about what.
type Effect = (NodeId, Option<CausationId>, Option<Subject>);

#[derive(Default)]
struct Sent {
    facts: BTreeMap<DomainEventId, BTreeSet<Effect>>,
    records: BTreeMap<DomainEventId, BTreeSet<Effect>>,
}

impl Sink<Actor> for Sent {
    fn event(&mut self, event: &Event<'_>) {
        let EventKind::Sent { from, body: Wire::Request(request), .. } = &event.kind else { return };
        let Operation::Command(keyed) = &request.operation else { return };
        let about = |id| Identity::of(id).map(|identity| identity.subject);
        match &keyed.command {
            ReplicatedCommand::Broker(BrokerCommand::Store { actions, .. }) => {
                for action in actions {
                    let store::Action::Append(append) = action else { continue };
                    for fact in append.events.iter() {
                        self.facts.entry(fact.id).or_default().insert((*from, fact.causation, about(fact.id)));
                    }
                }
            }
            ReplicatedCommand::Broker(BrokerCommand::Bus(command)) => {
                for action in &command.actions {
                    let bus::Action::Publish { records, .. } = action else { continue };
                    for outgoing in records {
                        let header = &outgoing.record.header;
                        let effect = (*from, header.causation, about(header.event));
                        self.records.entry(header.event).or_default().insert(effect);
                    }
                }
            }
            ReplicatedCommand::Register(_) => {}
        }
    }
}

#[test]
fn the_record_of_a_fact_is_the_one_that_came_of_the_same_work() {
    let (scenario, mut sent) = (scenario(), Sent::default());
    judge_with(&scenario, Vec::new(), Time::ZERO + scenario.duration, Some(&mut sent));
    let mut kinds = BTreeSet::new();
    for (&fact, effects) in &sent.facts {
        for effect in effects.iter().filter(|(_, cause, _)| cause.is_some()) {
            // All that one service published of one cause about one order: the brokers were told so.
            let told: Vec<_> =
                sent.records.iter().filter(|(_, from)| from.contains(effect)).map(|(&id, _)| id).collect();
            assert!(told.len() <= 1, "{fact}: {told:?}");
            if let Some(&record) = told.first() {
                assert_eq!(record_of(fact), record, "{:?}", Identity::of(fact));
                assert_eq!(record_of(record), record);
                kinds.extend(Identity::of(fact).map(|identity| identity.kind));
            }
        }
    }
    let met = [Kind::PaymentProcessed, Kind::PaymentDeclined, Kind::ItemReserved, Kind::OutOfStock, Kind::OrderShipped];
    assert!(met.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    // What the desk decides has no cause: the order that it creates is the one that it places.
    let created = sent.facts.keys().filter_map(|&id| Identity::of(id)).filter(|id| id.kind == Kind::OrderCreated);
    assert!(created.map(|id| record_of(id.id())).all(|record| sent.records.contains_key(&record)));
}

#[test]
fn an_event_of_a_fact_or_of_its_record_leads_to_the_thread_between_both() {
    let scenario = scenario();
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time::ZERO + scenario.duration);
    let timeline = player.timeline();
    let rows = timeline.rows(Time::ZERO, timeline.now(), usize::MAX);
    let (mut joined, mut alone) = (BTreeSet::new(), BTreeSet::new());
    for row in rows.iter().filter(|row| row.time < Time(4_000_000)) {
        let RowKind::Noted { node, note: Note::Service(ServiceNote::Stored { event }) } = row.kind else { continue };
        let kind = Identity::of(event).map(|identity| identity.kind).expect("of the shop");
        let threads = timeline.threads(row);
        match threads.iter().find(|thread| thread.fact == event && thread.node == node) {
            Some(thread) => {
                assert_eq!(thread.stored.0, row.id);
                let end = rows.iter().find(|row| row.id == thread.published.0).expect("it is there");
                let published = Note::Service(ServiceNote::Published { event: record_of(event) });
                assert_eq!(end.kind, RowKind::Noted { node, note: published });
                assert!(timeline.threads(end).contains(thread), "from its other end too");
                joined.insert(kind);
            }
            None => drop(alone.insert(kind)),
        }
    }
    assert!(joined.contains(&Kind::OrderCreated) && joined.contains(&Kind::ItemReserved), "{joined:?}");
    assert!(alone.contains(&Kind::OrderConfirmed), "a fact of which nobody is told: {alone:?}");
    let other = rows.iter().find(|row| matches!(row.kind, RowKind::Delivered { .. })).expect("one");
    assert_eq!(timeline.threads(other), []);
}

#[test]
fn a_bracket_of_the_run_is_as_its_customers_say() {
    let scenario = scenario();
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time::ZERO + scenario.duration);
    let timeline = player.timeline();
    let rows = timeline.rows(Time::ZERO, timeline.now(), usize::MAX);
    let when = |wanted: &dyn Fn(&CustomerNote) -> bool| {
        let told = rows
            .iter()
            .find(|row| matches!(&row.kind, RowKind::Noted { note: Note::Customers(note), .. } if wanted(note)));
        told.map(|row| row.time)
    };
    let brackets = timeline.brackets(Time::ZERO, timeline.now());
    let mut written = 0;
    for bracket in (0..).map_while(|order| brackets.get(OrderId(order))) {
        written += 1;
        let accepted = when(&|note| *note == CustomerNote::Accepted { order: bracket.order });
        // As soon as the query node has it, and told to nobody before.
        let shown = rows.iter().find(|row| {
            matches!(row.kind, RowKind::Noted { note: Note::View(ViewNote::Visible { order }), .. } if order == bracket.order)
        });
        let shown = shown.map(|row| row.time);
        let told = when(&|note| {
            matches!(note, CustomerNote::Told { order, status, .. }
                if *order == bracket.order && *status != Status::Unknown)
        });
        assert!(told.is_none_or(|told| shown.is_some_and(|shown| shown <= told)));
        assert_eq!((Some(bracket.written), bracket.visible), (accepted, shown));
        let asked = when(&|note| *note == CustomerNote::Asked { order: bracket.order });
        assert_eq!(bracket.sought, asked.is_some());
    }
    assert!(written > 20, "{written}");
}
