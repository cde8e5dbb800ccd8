//! What is going on in a shop, in one sentence.

use super::scene::Status;
use super::words::{Names, count};
use super::{World, leader, shop_scene, situation};
use crate::base::NodeId;
use crate::shop::Service as Role;

/// From so many records on, a service that runs is said to be behind.
const BEHIND: u64 = 8;

/// What is happening. While the bus cannot work, that is what counts.
pub fn sentence(world: &World, names: &Names) -> String {
    if leader(world).is_none() || situation::blocked(world).is_some() {
        let bus = situation::sentence(world, names);
        return format!("The bus stands still. {bus}");
    }
    let stopped = |id: &NodeId| world.status(*id) != Status::Alive;
    let status = |id: NodeId| if world.status(id) == Status::Dead { "dead" } else { "paused" };
    let takes = world.ids().any(|id| !stopped(&id) && is(world, id, Role::Order));
    let view = |id: NodeId| Some(shop_scene::service(world, world.process(id).service()?));
    let services: Vec<_> =
        world.ids().filter_map(|id| Some((id, view(id)?))).filter(|(_, view)| view.workers > 0).collect();
    let worst = services.iter().filter(|(id, _)| stopped(id)).max_by_key(|(id, view)| (view.lag, *id));
    if let Some(&(id, ref view)) = worst {
        let waits = match view.lag.unwrap_or_default() {
            _ if view.role == Role::Order => "no order is taken, what is on the bus is kept".into(),
            0 => "nothing waits for it yet".into(),
            1 => "1 record waits for it".into(),
            lag => format!("{} wait for it", count(lag, "record")),
        };
        let taken = if takes && view.role != Role::Order { ", new orders are still taken" } else { "" };
        return format!("{} is {}: {waits}{taken}", names.get(id), status(id));
    }
    if let Some(provider) = world.ids().find(|id| world.process(*id).provider().is_some() && stopped(id)) {
        let waiting: u8 = services.iter().map(|(_, view)| view.waiting).sum();
        let waits = if waiting > 0 { "payment waits for its answer" } else { "nobody waits for it yet" };
        return format!("the provider is {}: {waits}, new orders are still taken", status(provider));
    }
    let behind = services.iter().max_by_key(|(id, view)| (view.lag, std::cmp::Reverse(*id)));
    if let Some(&(id, ref view)) = behind
        && let Some(lag) = view.lag.filter(|lag| *lag >= BEHIND)
    {
        return format!("{} is {} behind, and works at them", names.get(id), count(lag, "record"));
    }
    let (open, shipped) = tally(world);
    match (open, shipped) {
        (0, 0) => "nobody has ordered anything yet".into(),
        (0, shipped) => format!("every order has come to its end, {shipped} shipped"),
        (1, shipped) => format!("1 order is on its way, {shipped} shipped"),
        (open, shipped) => format!("{open} orders are on their way, {shipped} shipped"),
    }
}

fn is(world: &World, id: NodeId, role: Role) -> bool {
    world.process(id).service().is_some_and(|service| service.config().role == role)
}

/// How many orders have not come to an end, and how many are shipped, as the order service has it.
fn tally(world: &World) -> (usize, usize) {
    use crate::shop::{Book, Status};
    let book = world.ids().find_map(|id| match &world.process(id).service()?.ledger().book {
        Book::Order(book) => Some(book),
        _ => None,
    });
    let mut tally = (0, 0);
    for (_, row) in book.into_iter().flat_map(|book| book.orders().iter()) {
        tally.0 += usize::from(row.status != Status::Unknown && !row.status.is_end());
        tally.1 += usize::from(row.status == Status::Shipped);
    }
    tally
}
