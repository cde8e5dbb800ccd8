//! What the panels of a shop show, as plain values: all orders, and the one that is followed.

use tutti_core::base::{NodeId, Time};
use tutti_core::check::Invariant;
use tutti_core::lab::World;
use tutti_core::lab::shop_orders::{self, OrderLine, OrderStream};
use tutti_core::shop::{Invariant as Balance, Kind, OrderId, Service as Role};
use tutti_core::timeline::StorySpan;

use super::views::{self, CheckView};
use crate::desk::Desk;

/// The most orders in the list.
const ORDERS: usize = 60;

/// All orders, the newest first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrdersView {
    pub lines: Vec<OrderLine>,
    /// How many there are in all.
    pub count: u32,
    pub followed: Option<OrderId>,
}

/// A bar of the waterfall.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// The event that it is about, for its colour, if the bus did it.
    pub kind: Option<Kind>,
    /// Whether it is done by somebody outside.
    pub outside: bool,
    pub start: Time,
    /// Until when; until now, if it goes on.
    pub end: Time,
    pub open: bool,
    pub failed: bool,
}

/// The order that is followed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrderView {
    pub order: OrderId,
    pub bars: Vec<Bar>,
    /// From when to when the bars reach.
    pub span: (Time, Time),
    pub stream: OrderStream,
    /// The version that is looked at; the last, if the reader chose none.
    pub version: Option<usize>,
    pub checks: Vec<CheckView>,
}

/// All orders of a desk.
pub(super) fn orders(desk: &Desk) -> OrdersView {
    let (lines, count) = shop_orders::orders(desk.world(), ORDERS);
    OrdersView { lines, count, followed: desk.followed() }
}

/// The order that is followed, as far as it has come at this moment.
pub(super) fn order(desk: &mut Desk, version: Option<usize>) -> Option<OrderView> {
    desk.keep_following();
    let order = desk.followed()?;
    let now = desk.now();
    let story = desk.story()?.borrow();
    let bars: Vec<Bar> =
        story.spans.iter().filter(|span| span.start <= now).map(|span| bar(desk.world(), span, now, desk)).collect();
    let start = story.placed.or(bars.first().map(|bar| bar.start)).unwrap_or(now).min(now);
    let end = bars.iter().map(|bar| bar.end).max().unwrap_or(now);
    let stream = shop_orders::stream(desk.world(), order).unwrap_or_default();
    let version = version.filter(|version| *version < stream.facts.len());
    Some(OrderView { order, bars, span: (start, end), stream, version, checks: checks(desk) })
}

/// Those of the checks that an order is about, and whatever is broken.
fn checks(desk: &Desk) -> Vec<CheckView> {
    let about = |invariant: Invariant| {
        matches!(
            invariant,
            Invariant::AcknowledgedWrites | Invariant::Shop(Balance::ChargedOnce | Balance::StockAddsUp)
        )
    };
    let standing = desk.run().standing().into_iter();
    let chosen = standing.filter(|(invariant, standing)| about(*invariant) || views::is_broken(standing));
    chosen.map(|(invariant, standing)| CheckView { words: invariant.in_words(), standing }).collect()
}

fn bar(world: &World, span: &StorySpan, now: Time, desk: &Desk) -> Bar {
    let process = world.process(span.node);
    let role = process.service().map(|service| service.config().role);
    let bus = process.server().is_some();
    let name = desk.names().get(span.node);
    let again = span.what.split_once(", try").map(|(_, n)| [" (try", n, ")"].concat()).unwrap_or_default();
    let what = match (role, span.kind) {
        (Some(role), Some(kind)) => [deed(role, kind), &again].concat(),
        _ => span.what.to_string(),
    };
    let end = span.end.filter(|end| *end <= now);
    Bar {
        who: if bus { "bus".to_owned() } else { name.to_owned() },
        what,
        kind: span.kind.filter(|_| bus),
        outside: role.is_none() && !bus,
        start: span.start,
        end: end.unwrap_or(now),
        open: end.is_none(),
        failed: span.failed && end.is_some(),
    }
}

/// What a service does about an event.
fn deed(role: Role, kind: Kind) -> &'static str {
    match (role, kind) {
        (Role::Order, Kind::PaymentProcessed) => "confirm the order",
        (Role::Order, Kind::PaymentDeclined) => "reject the order",
        (Role::Order, Kind::PaymentRefunded) => "cancel the order",
        (Role::Order, Kind::OutOfStock) => "note that stock is out",
        (Role::Order, Kind::OrderShipped) => "close the order",
        (Role::Order, Kind::TrackingCorrected) => "correct the parcel's number",
        (Role::Payment, Kind::OrderPlaced) => "charge the card",
        (Role::Payment, Kind::OutOfStock | Kind::ShippingCancelled) => "give the money back",
        (Role::Inventory, Kind::PaymentProcessed) => "reserve the items",
        (Role::Inventory, Kind::ShippingCancelled) => "put the items back",
        (Role::Inventory, Kind::OrderShipped) => "write the items off",
        (Role::Shipping, Kind::StockUpdated) => "prepare the parcel",
        (Role::Shipping, Kind::CancelRequested) => "stop the parcel",
        (Role::Fraud, _) => "look for fraud",
        (Role::Analytics, _) => "count it",
        _ => "look at it",
    }
}

/// Whether a shop is played.
pub(super) fn is_shop(world: &World) -> bool {
    world.ids().any(|id: NodeId| world.process(id).customers().is_some())
}
