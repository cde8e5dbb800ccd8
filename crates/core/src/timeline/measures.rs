//! What a shop achieves, over time: orders placed, acknowledged, completed and failed, and how long they took. The same is
//! measured of both styles, from what happened: what customers were told, and what the order service wrote.
//!
//! An order is *acknowledged* when its customer is told that it is taken. With events that is early, and the rest comes
//! later; a chain of direct calls has nothing to say before all is over. It is *completed* when the order service knows
//! that its parcel has left, whatever the customer was told.

use std::collections::BTreeSet;

use super::{Placed, judge_with};
use crate::base::{NodeId, Span, Time};
use crate::lab::{Actor, Event, Note, Wire, World};
use crate::scenario::Scenario;
use crate::service::chain::ChainNote;
use crate::service::{CallId, CustomerNote, ServiceNote, ShopMessage};
use crate::shop::{Identity, Kind, OrderId, Service, Status, Subject};
use crate::sim::{EventKind, Sink};

/// What became of an order, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// When its customer placed it first.
    pub placed: Option<Time>,
    /// When the customer was told that it is taken.
    pub acknowledged: Option<Time>,
    /// When the order service knew its end, and which.
    pub ended: Option<(Time, Status)>,
    /// When the customer was told that it has failed or cannot be taken, or gave it up.
    pub failed: Option<Time>,
}

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Placed,
    /// After so long.
    Acknowledged(Span),
    /// After so long.
    Completed(Span),
    CameToNothing,
    Failed,
    TurnedAway,
    LeftInDoubt,
    Retried,
}

/// How long something took: of so many, half took no longer than the first of these, and so on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// Of how many.
    pub of: usize,
    /// Half of them took no longer.
    pub p50: Span,
    /// 95 of a hundred took no longer.
    pub p95: Span,
    /// 99 of a hundred took no longer.
    pub p99: Span,
    /// None took longer.
    pub most: Span,
}

impl Percentiles {
    /// Of these, by nearest rank: the least of them that so many are no greater than.
    pub fn of(mut lengths: Vec<Span>) -> Percentiles {
        lengths.sort_unstable();
        let at = |percent: usize| {
            let rank = (lengths.len() * percent).div_ceil(100);
            rank.checked_sub(1).and_then(|place| lengths.get(place)).copied().unwrap_or_default()
        };
        Percentiles { of: lengths.len(), p50: at(50), p95: at(95), p99: at(99), most: at(100) }
    }
}

/// What a shop achieved within some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Orders that were placed, retries not counted.
    pub placed: u64,
    /// Orders of which customers were told that they are taken.
    pub acknowledged: u64,
    /// Orders that were sent, as the order service knows.
    pub completed: u64,
    /// Orders that were rejected or cancelled: a definite end too.
    pub came_to_nothing: u64,
    /// Orders of which customers were told that they have failed or cannot be taken, or which they gave up.
    pub failed: u64,
    /// How often customers were turned away. They come again.
    pub turned_away: u64,
    /// How often a chain's order service gave an order up where it stood.
    pub left_in_doubt: u64,
    /// Everything that was asked again, by anybody.
    pub retries: u64,
    /// Messages that were sent, between brokers too.
    pub messages: u64,
    /// From placed to acknowledged, for those that were acknowledged within this time.
    pub acknowledging: Percentiles,
    /// From placed to completed, for those that were completed within this time.
    pub completing: Percentiles,
}

/// Messages are counted for stretches of this length: figures of a stretch that is no multiple of it take in those of the
/// rest of the last one.
pub const GRAIN: Span = Span::millis(50);

/// What a shop achieves. An onlooker: it has to see a run from its beginning.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    order_service: Option<NodeId>,
    journeys: Vec<Journey>,
    /// In the order in which it happened.
    things: Vec<(Time, Thing)>,
    /// By [`GRAIN`].
    messages: Vec<u64>,
    /// What the provider was asked and has not answered.
    asked: BTreeSet<(NodeId, CallId)>,
}

/// Plays a scenario up to `until`, with what was ordered besides, and measures it.
pub fn measure(scenario: &Scenario, by_hand: Vec<Placed>, until: Time) -> Measures {
    let run = super::Run::unwatched(&scenario.setup());
    let mut measures = Measures::of(run.world());
    judge_with(scenario, by_hand, until, Some(&mut measures));
    measures
}

impl Measures {
    /// Of a world, of which nothing was seen yet.
    pub fn of(world: &World) -> Measures {
        let takes_orders = |&id: &NodeId| {
            let actor = world.process(id);
            let role = actor.service().map(|service| service.config().role);
            role.or_else(|| actor.chain().map(|service| service.config().role)) == Some(Service::Order)
        };
        Measures { order_service: world.ids().find(takes_orders), ..Measures::default() }
    }

    /// What became of each order, by its number.
    pub fn journeys(&self) -> &[Journey] {
        &self.journeys
    }

    /// What was achieved from one moment on and before another.
    pub fn between(&self, from: Time, to: Time) -> Figures {
        let place = |time: Time| self.things.partition_point(|(at, _)| *at < time);
        let mut figures = Figures::default();
        let (mut acknowledging, mut completing) = (Vec::new(), Vec::new());
        for (_, thing) in self.things.get(place(from)..place(to)).unwrap_or_default() {
            let count = match *thing {
                Thing::Placed => &mut figures.placed,
                Thing::Acknowledged(after) => {
                    acknowledging.push(after);
                    &mut figures.acknowledged
                }
                Thing::Completed(after) => {
                    completing.push(after);
                    &mut figures.completed
                }
                Thing::CameToNothing => &mut figures.came_to_nothing,
                Thing::Failed => &mut figures.failed,
                Thing::TurnedAway => &mut figures.turned_away,
                Thing::LeftInDoubt => &mut figures.left_in_doubt,
                Thing::Retried => &mut figures.retries,
            };
            *count += 1;
        }
        let grain =
            |time: Time| usize::try_from(time.0.div_ceil(GRAIN.0)).unwrap_or(usize::MAX).min(self.messages.len());
        figures.messages = self.messages.get(grain(from)..grain(to)).unwrap_or_default().iter().sum();
        figures.acknowledging = Percentiles::of(acknowledging);
        figures.completing = Percentiles::of(completing);
        figures
    }

    /// What was achieved in each of so many stretches of a length, the first of which begins at `from`: the points of a
    /// chart.
    pub fn series(&self, from: Time, length: Span, count: usize) -> Vec<(Time, Figures)> {
        let start = |number: usize| Time(from.0.saturating_add(length.0.saturating_mul(number as u64)));
        (0..count).map(|number| (start(number), self.between(start(number), start(number + 1)))).collect()
    }

    fn journey(&mut self, order: OrderId) -> Option<&mut Journey> {
        let place = usize::try_from(order.0).ok()?;
        if place >= crate::shop::limits::MAX_ORDERS as usize {
            return None;
        }
        if self.journeys.len() <= place {
            self.journeys.resize(place + 1, Journey::default());
        }
        self.journeys.get_mut(place)
    }

    /// An order is at its end. It is that once: what comes round again changes nothing.
    fn ended(&mut self, time: Time, order: OrderId, status: Status) {
        let Some(journey) = self.journey(order).filter(|journey| journey.ended.is_none()) else { return };
        journey.ended = Some((time, status));
        let after = time.since(journey.placed.unwrap_or(time));
        let thing = if status == Status::Shipped { Thing::Completed(after) } else { Thing::CameToNothing };
        self.things.push((time, thing));
    }

    fn failed(&mut self, time: Time, order: OrderId) {
        if let Some(journey) = self.journey(order).filter(|journey| journey.failed.is_none()) {
            journey.failed = Some(time);
            self.things.push((time, Thing::Failed));
        }
    }

    fn customers(&mut self, time: Time, note: &CustomerNote) {
        match *note {
            CustomerNote::Placed { order } => {
                if let Some(journey) = self.journey(order) {
                    journey.placed = Some(time);
                    self.things.push((time, Thing::Placed));
                }
            }
            CustomerNote::Accepted { order } => {
                let Some(journey) = self.journey(order).filter(|journey| journey.acknowledged.is_none()) else {
                    return;
                };
                journey.acknowledged = Some(time);
                let after = time.since(journey.placed.unwrap_or(time));
                self.things.push((time, Thing::Acknowledged(after)));
            }
            CustomerNote::Refused { order } | CustomerNote::Failed { order } | CustomerNote::GaveUp { order } => {
                self.failed(time, order);
            }
            CustomerNote::Retried { .. } => self.things.push((time, Thing::Retried)),
            CustomerNote::TurnedAway { .. } => self.things.push((time, Thing::TurnedAway)),
            CustomerNote::Ended { .. }
            | CustomerNote::Asked { .. }
            | CustomerNote::Told { .. }
            | CustomerNote::AskedInVain { .. }
            | CustomerNote::HeldBack => {}
        }
    }

    fn service(&mut self, time: Time, node: NodeId, note: &ServiceNote) {
        match *note {
            ServiceNote::Finished { event, .. } if Some(node) == self.order_service => {
                let Some(Identity { kind, subject: Subject::Order(order), .. }) = Identity::of(event) else { return };
                let status = match kind {
                    Kind::OrderShipped => Status::Shipped,
                    Kind::PaymentDeclined => Status::Rejected,
                    Kind::PaymentRefunded => Status::Cancelled,
                    _ => return,
                };
                self.ended(time, order, status);
            }
            ServiceNote::Retried { .. } => self.things.push((time, Thing::Retried)),
            _ => {}
        }
    }

    fn chain(&mut self, time: Time, note: &ChainNote) {
        match *note {
            ChainNote::Ended { order, status } => self.ended(time, order, status),
            // Every try is a call of its own, also of the provider.
            ChainNote::Called { tries: 2.., .. } => self.things.push((time, Thing::Retried)),
            ChainNote::LeftInDoubt { .. } => self.things.push((time, Thing::LeftInDoubt)),
            _ => {}
        }
    }

    fn sent(&mut self, time: Time, from: NodeId, to: NodeId, body: &Wire) {
        let grain = (time.0 / GRAIN.0) as usize;
        if self.messages.len() <= grain {
            self.messages.resize(grain + 1, 0);
        }
        if let Some(count) = self.messages.get_mut(grain) {
            *count += 1;
        }
        // An event-driven service that asks the provider again does so in the same call, and says nothing of it.
        match body {
            Wire::Shop(ShopMessage::Call { call, .. }) if !self.asked.insert((from, *call)) => {
                self.things.push((time, Thing::Retried));
            }
            Wire::Shop(ShopMessage::Return { call, .. }) => {
                self.asked.remove(&(to, *call));
            }
            _ => {}
        }
    }
}

impl Sink<Actor> for Measures {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::Noted { note: Note::Customers(note), .. } => self.customers(event.time, note),
            EventKind::Noted { node, note: Note::Service(note) } => self.service(event.time, *node, note),
            EventKind::Noted { note: Note::Chain(note), .. } => self.chain(event.time, note),
            EventKind::Sent { from, to, body, .. } => self.sent(event.time, *from, *to, body),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let of = |count: u64| Percentiles::of((1..=count).rev().map(Span).collect());
        let ranks = |p: Percentiles| (p.p50.0, p.p95.0, p.p99.0, p.most.0);
        assert_eq!(Percentiles::of(Vec::new()), Percentiles::default());
        assert_eq!(ranks(of(1)), (1, 1, 1, 1));
        assert_eq!(ranks(of(4)), (2, 4, 4, 4));
        assert_eq!(ranks(of(100)), (50, 95, 99, 100));
        assert_eq!(ranks(of(1_000)), (500, 950, 990, 1_000));
    }

    #[test]
    fn an_order_ends_once_and_is_counted_where_it_ended() {
        let mut measures = Measures::default();
        let order = OrderId(3);
        measures.customers(Time(1_000), &CustomerNote::Placed { order });
        measures.customers(Time(2_500), &CustomerNote::Accepted { order });
        measures.ended(Time(9_000), order, Status::Shipped);
        measures.ended(Time(9_500), order, Status::Shipped);
        let all = measures.between(Time::ZERO, Time(10_000));
        assert_eq!((all.placed, all.acknowledged, all.completed, all.came_to_nothing), (1, 1, 1, 0));
        assert_eq!((all.acknowledging.p50, all.completing.p50), (Span(1_500), Span(8_000)));
        let series = measures.series(Time::ZERO, Span(9_000), 2);
        assert_eq!([series[0].1.completed, series[1].1.completed], [0, 1]);
    }
}
