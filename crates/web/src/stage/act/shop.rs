//! What can be done to a part of a shop.

use tutti_core::lab::scene::{CustomersView, NodeKind, NodeView, ServiceView, Status};
use tutti_core::lab::{Command, Request};
use tutti_core::service::MAX_WORKERS;
use tutti_core::shop::{ItemId, OrderId, Quantity, UserId};

use super::Deed;

/// The loads that are offered, in orders a second.
const RATES: [u32; 5] = [0, 1, 3, 10, 50];

fn ask(node: &NodeView, label: &[&str], request: Request, said: &[&str]) -> Deed {
    Deed::new(label, Command::Request { node: node.id, request }, said)
}

/// What a click does where it does not kill: it has who is not in service join, and customers order something.
pub(super) fn click(node: &NodeView) -> Option<Deed> {
    match &node.kind {
        _ if node.status != Status::Alive => None,
        NodeKind::Service(service) if service.workers == 0 => Some(scale(node, 1, "Put it into service", " joins")),
        NodeKind::Customers(customers) => Some(order(node, customers)),
        _ => None,
    }
}

fn scale(node: &NodeView, workers: u8, label: &str, said: &str) -> Deed {
    ask(node, &[label], Request::Scale { workers }, &[&node.name, said])
}

/// One of the first items, for one of the first customers: each time another.
fn order(node: &NodeView, customers: &CustomersView) -> Deed {
    let (user, item) = (UserId(customers.placed % 7), ItemId((customers.placed % 4) as u16));
    let request = Request::Order { user, item, quantity: Quantity(1) };
    let number = customers.placed.to_string();
    ask(node, &["Place an order"], request, &["order ", &number, " placed by hand"])
}

/// All else that can be done with it.
pub(super) fn menu(node: &NodeView) -> Vec<Deed> {
    match &node.kind {
        NodeKind::Service(service) if node.status == Status::Alive => service_menu(node, service),
        NodeKind::Customers(customers) if node.status == Status::Alive => customers_menu(node, customers),
        _ => Vec::new(),
    }
}

fn service_menu(node: &NodeView, service: &ServiceView) -> Vec<Deed> {
    let mut deeds = Vec::new();
    let workers = service.workers;
    if workers > 0 && workers < MAX_WORKERS {
        let more = (workers + 1).to_string();
        deeds.push(scale(node, workers + 1, &["One worker more: ", &more].concat(), " has one worker more"));
    }
    if workers > 1 {
        let fewer = (workers - 1).to_string();
        deeds.push(scale(node, workers - 1, &["One worker fewer: ", &fewer].concat(), " has one worker fewer"));
    }
    if workers > 0 {
        deeds.push(scale(node, 0, "Take it out of service", " leaves"));
    }
    if service.dead_letters > 0 {
        let letters = service.dead_letters.to_string();
        let label = ["Deliver its dead letters again: ", &letters];
        deeds.push(ask(node, &label, Request::Replay, &[&node.name, " has its dead letters again"]));
    }
    deeds
}

fn customers_menu(node: &NodeView, customers: &CustomersView) -> Vec<Deed> {
    let mut deeds = Vec::new();
    if let Some(last) = customers.placed.checked_sub(1).filter(|_| customers.answered) {
        let label = ["Ask what became of order ", &last.to_string()].concat();
        let said = ["somebody asks for order ", &last.to_string()].concat();
        deeds.push(ask(node, &[&label], Request::Ask { order: OrderId(last) }, &[&said]));
    }
    let now = customers.gap.map_or(0, |gap| 1_000_000 / gap.0.max(1));
    for rate in RATES.into_iter().filter(|rate| u64::from(*rate) != now) {
        let label = match rate {
            0 => "No orders by themselves".to_owned(),
            1 => "1 order a second".to_owned(),
            rate => [&rate.to_string(), " orders a second"].concat(),
        };
        let said = [&node.name, ": ", &label].concat();
        deeds.push(ask(node, &[&label], Request::Load { rate }, &[&said]));
    }
    deeds
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::{NodeId, Span};
    use tutti_core::shop::Service as Role;

    fn node(kind: NodeKind) -> NodeView {
        NodeView { id: NodeId(4), name: "it".into(), status: Status::Alive, kind }
    }

    fn service(workers: u8, dead_letters: u32) -> NodeView {
        let (busy, waiting, queue, outbox) = (0, 0, 0, 0);
        let (waits, lag) = (Span::ZERO, Some(0));
        let role = Role::Payment;
        node(NodeKind::Service(ServiceView {
            role,
            workers,
            busy,
            waiting,
            calls: Vec::new(),
            waits,
            queue,
            outbox,
            lag,
            dead_letters,
        }))
    }

    fn customers(placed: u32, rate: u64) -> NodeView {
        let gap = (rate > 0).then(|| Span(1_000_000 / rate));
        node(NodeKind::Customers(CustomersView { placed, waiting: 0, asking: Default::default(), gap, answered: true }))
    }

    fn requests(node: &NodeView) -> Vec<Request> {
        let request = |deed: Deed| match deed.commands.as_slice() {
            [Command::Request { node: NodeId(4), request }] => request.clone(),
            other => panic!("one request to the node, and not {other:?}"),
        };
        click(node).into_iter().chain(menu(node)).map(request).collect()
    }

    #[test]
    fn a_service_is_scaled_by_one_joins_and_leaves() {
        let scale = |workers| Request::Scale { workers };
        assert_eq!(requests(&service(0, 0)), [scale(1)]);
        assert_eq!(requests(&service(1, 0)), [scale(2), scale(0)]);
        assert_eq!(requests(&service(3, 0)), [scale(4), scale(2), scale(0)]);
        assert_eq!(requests(&service(MAX_WORKERS, 0)), [scale(MAX_WORKERS - 1), scale(0)]);
    }

    #[test]
    fn dead_letters_are_delivered_again_only_where_there_are_any() {
        assert_eq!(requests(&service(1, 2)).last(), Some(&Request::Replay));
        let dead = NodeView { status: Status::Dead, ..service(1, 2) };
        assert_eq!(requests(&dead), []);
    }

    #[test]
    fn customers_order_ask_and_come_at_another_rate() {
        let all = requests(&customers(5, 3));
        assert!(matches!(all[0], Request::Order { quantity: Quantity(1), .. }), "{all:?}");
        assert_eq!(all[1], Request::Ask { order: OrderId(4) });
        let rates: Vec<u32> =
            all.iter().filter_map(|r| if let Request::Load { rate } = r { Some(*rate) } else { None }).collect();
        assert_eq!(rates, [0, 1, 10, 50], "the present one is not offered");
        assert!(
            !requests(&customers(0, 0)).iter().any(|r| matches!(r, Request::Ask { .. } | Request::Load { rate: 0 }))
        );
    }
}
