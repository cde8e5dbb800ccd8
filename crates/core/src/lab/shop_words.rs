//! What is said in the shop, in words.

use super::Request;
use super::words::Names;
use crate::base::DomainEventId;
use crate::service::{CustomerNote, ServiceNote, ShopMessage};
use crate::shop::{Identity, ItemId, ProviderAnswer, ProviderRequest, Quantity, Subject};

/// An event by its name and what it is about: `OrderPlaced 32`.
pub(super) fn event(id: DomainEventId) -> String {
    match Identity::of(id) {
        Some(Identity { kind, subject: Subject::Order(order), .. }) => format!("{kind} {order}"),
        Some(Identity { kind, subject: Subject::Browsing(user, _), .. }) => format!("{kind} of customer {user}"),
        None => format!("event {id}"),
    }
}

/// What somebody wants to have: `2 of item 1, 1 of item 3`.
fn items(wanted: &[(ItemId, Quantity)]) -> String {
    let parts: Vec<String> = wanted.iter().map(|(item, quantity)| format!("{quantity} of item {item}")).collect();
    parts.join(", ")
}

fn call(request: &ProviderRequest) -> String {
    let order = request.key().order;
    match request {
        ProviderRequest::Charge { amount, .. } => format!("charge {amount} for order {order}"),
        ProviderRequest::Void { .. } => format!("give up the charge for order {order}"),
        ProviderRequest::Refund { amount, .. } => format!("give back {amount} for order {order}"),
    }
}

fn answer(answer: &ProviderAnswer) -> String {
    match answer {
        ProviderAnswer::Captured(payment) => format!("captured as payment {payment}"),
        ProviderAnswer::Declined(_) => "declined".into(),
        ProviderAnswer::Refunded => "refunded".into(),
        ProviderAnswer::Unavailable => "cannot say at present".into(),
    }
}

/// What a message says.
pub(super) fn message(message: &ShopMessage) -> Vec<(&'static str, String)> {
    match message {
        ShopMessage::Place(wish) => {
            vec![("order", wish.order.to_string()), ("customer", wish.user.to_string()), ("wants", items(&wish.wanted))]
        }
        ShopMessage::Accepted { order } => vec![("order", order.to_string()), ("says", "taken".into())],
        ShopMessage::Refused { order } => vec![("order", order.to_string()), ("says", "it cannot be taken".into())],
        ShopMessage::Busy { order } => vec![("order", order.to_string()), ("says", "too much to do".into())],
        ShopMessage::Browse { user, item, to_cart, .. } => {
            let what = if *to_cart { "puts into the cart" } else { "looks at" };
            vec![("customer", user.to_string()), (what, format!("item {item}"))]
        }
        ShopMessage::Ask { order, .. } => vec![("asks for", format!("order {order}"))],
        ShopMessage::Status { order, status, .. } => {
            vec![("order", order.to_string()), ("says", status.to_string())]
        }
        ShopMessage::Call { request, .. } => vec![("wants", call(request))],
        ShopMessage::Return { answer: said, .. } => vec![("says", answer(said))],
    }
}

/// What somebody asked a part of the shop to do.
pub(crate) fn deed(name: &str, request: &Request) -> String {
    match request {
        Request::Scale { workers: 0 } => format!("{name} leaves the running system"),
        Request::Scale { workers: 1 } => format!("{name} works with 1 worker"),
        Request::Scale { workers } => format!("{name} works with {workers} workers"),
        Request::Order { user, item, quantity } => format!("customer {user} orders {quantity} of item {item}"),
        Request::Ask { order } => format!("somebody asks for order {order}"),
        Request::Load { rate: 0 } => format!("{name} order nothing by themselves"),
        Request::Load { rate } => format!("{name} order {rate} times a second"),
        Request::Replay => format!("{name} has its dead letters delivered again"),
        Request::TimeoutNow | Request::Put { .. } | Request::Get { .. } => String::new(),
    }
}

/// What a service tells of itself.
pub(super) fn service(me: &str, note: &ServiceNote, names: &Names) -> String {
    match note {
        ServiceNote::Began { event: id, tries: 1, .. } => format!("{me} takes up {}", event(*id)),
        ServiceNote::Began { event: id, tries, .. } => format!("{me} takes up {}, for the {tries}. time", event(*id)),
        ServiceNote::Waits { event: id, .. } => format!("{me} waits for the provider, for {}", event(*id)),
        ServiceNote::Finished { event: id, .. } => format!("{me} is done with {}", event(*id)),
        ServiceNote::PutOff { event: id, .. } => format!("{me} puts off {}", event(*id)),
        ServiceNote::KnewAlready { event: id } => format!("{me} has had {} before, and does nothing", event(*id)),
        ServiceNote::DeskBegan { order } => format!("{me} takes up the wish for order {order}"),
        ServiceNote::DeskFinished { order } => format!("{me} has written down order {order}"),
        ServiceNote::TurnedAway { order } => format!("{me} turns away order {order}: too many wait"),
        ServiceNote::Stored { event: id } => format!("{me} knows that {} is stored", event(*id)),
        ServiceNote::Published { event: id } => format!("{me} knows that {} is published", event(*id)),
        ServiceNote::Retried { id, server } => format!("{me} asks {} again for {id}", names.get(*server)),
        ServiceNote::Scaled { workers: 0 } => format!("{me} leaves the running system"),
        ServiceNote::Scaled { workers } => format!("{me} has {workers} workers now"),
    }
}

/// What customers tell of themselves.
pub(super) fn customers(note: &CustomerNote) -> String {
    match note {
        CustomerNote::Placed { order } => format!("order {order} is placed"),
        CustomerNote::Retried { order } => format!("order {order} is placed again: nobody answered"),
        CustomerNote::Accepted { order } => format!("order {order} is accepted"),
        CustomerNote::Refused { order } => format!("order {order} cannot be taken"),
        CustomerNote::TurnedAway { order } => format!("order {order} is turned away"),
        CustomerNote::Asked { order } => format!("a customer asks for order {order}"),
        CustomerNote::Told { order, status } => format!("a customer is told that order {order} is {status}"),
        CustomerNote::HeldBack => "a customer goes away: too many orders are without an answer".into(),
    }
}
