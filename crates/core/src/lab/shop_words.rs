//! What is said in the shop, in words.

use super::Request;
use super::scene::CallsView;
use super::words::Names;
use crate::base::DomainEventId;
use crate::service::chain::{ChainAnswer, ChainNote, Failure};
use crate::service::view::{Plan, Purpose, ViewNote, ViewRequest};
use crate::service::{CustomerNote, NoAnswer, ServiceNote, ShopMessage, Vain};
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

fn chain_answer(answer: &ChainAnswer) -> String {
    match answer {
        ChainAnswer::Done(events) if events.is_empty() => "done".into(),
        ChainAnswer::Done(events) => {
            let kinds: Vec<&str> = events.iter().map(|event| event.kind().name()).collect();
            kinds.join(", ")
        }
        ChainAnswer::Busy => "too much to do".into(),
        ChainAnswer::Failed => "it has failed".into(),
    }
}

/// The calls of a service to another: `payment: 2 wait, breaker open`.
pub(super) fn calls(calls: &CallsView) -> String {
    let mut words = format!("{}: {} wait", calls.whom, calls.waiting);
    if calls.backing_off > 0 {
        words.push_str(&format!(", {} back off", calls.backing_off));
    }
    if let Some(state) = calls.breaker {
        words.push_str(&format!(", breaker {}", state.name()));
    }
    words
}

/// What a service of a chain tells of itself.
pub(super) fn chain(me: &str, note: &ChainNote, names: &Names) -> String {
    match *note {
        ChainNote::Began { from, order, what, .. } => {
            format!("{me} takes up what {} asks for order {order}: {what}", names.get(from))
        }
        ChainNote::Called { whom, order, tries: 1, .. } => format!("{me} calls {whom} for order {order}, and waits"),
        ChainNote::Called { whom, order, tries, .. } => {
            format!("{me} calls {whom} for order {order} for the {tries}. time, and waits")
        }
        ChainNote::TryFailed { whom, order, why, .. } => match why {
            Failure::TimedOut => format!("{me} hears nothing of {whom} for order {order} in time"),
            Failure::Refused => format!("{me} is turned away by {whom} with order {order}"),
            Failure::Failed => format!("{me} is told by {whom} that it failed for order {order}"),
            Failure::Broken => format!("{me} does not call {whom} for order {order}: its breaker is open"),
        },
        ChainNote::GaveUp { whom, order, .. } => format!("{me} gives up on {whom} for order {order}"),
        ChainNote::Wrote { order } => format!("{me} writes down what it did for order {order}"),
        ChainNote::KnewAlready { order } => format!("{me} has done that for order {order} before, and looks it up"),
        ChainNote::Finished { order, ok: true, .. } => format!("{me} answers for order {order}"),
        ChainNote::Finished { order, ok: false, .. } => format!("{me} answers that it failed for order {order}"),
        ChainNote::TurnedAway { order } => format!("{me} turns away order {order}: too many wait"),
        ChainNote::Ended { order, status } => format!("order {order} is {status}"),
        ChainNote::LeftInDoubt { order } => {
            format!("{me} leaves order {order} where it is: nobody knows what was done")
        }
        ChainNote::Switched { whom, to } => format!("the breaker of {me} to {whom} is {} now", to.name()),
        ChainNote::Scaled { workers: 1 } => format!("{me} has 1 worker now"),
        ChainNote::Scaled { workers } => format!("{me} has {workers} workers now"),
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
        ShopMessage::Ask { order, after: None, .. } => vec![("asks for", format!("order {order}"))],
        ShopMessage::Ask { order, after: Some(version), .. } => {
            vec![("asks for", format!("order {order}")), ("not older than", format!("version {version}"))]
        }
        ShopMessage::Status { order, status, as_of, .. } => {
            vec![("order", order.to_string()), ("says", status.to_string()), ("as of", as_of.to_string())]
        }
        ShopMessage::NoAnswer { order, why, .. } => {
            vec![("order", order.to_string()), ("says", no_answer(*why).into())]
        }
        ShopMessage::Call { request, .. } => vec![("wants", call(request))],
        ShopMessage::Request { request, .. } => {
            vec![("order", request.order().to_string()), ("wants", request.name().into())]
        }
        ShopMessage::Response { order, answer: said, .. } => {
            vec![("order", order.to_string()), ("says", chain_answer(said))]
        }
        ShopMessage::Ended { order, status } => vec![("order", order.to_string()), ("says", status.to_string())],
        ShopMessage::Failed { order } => vec![("order", order.to_string()), ("says", "it has failed".into())],
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
        Request::View(request) => format!("{name} is to {}", wanted(*request)),
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
        ServiceNote::AnsweredTooLate => format!("{me} hears from the provider what nobody waits for any more"),
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
        CustomerNote::Ended { order, status } => format!("customers are told that order {order} is {status}"),
        CustomerNote::Failed { order } => format!("customers are told that order {order} has failed"),
        CustomerNote::GaveUp { order } => format!("order {order} is given up: nobody answers"),
        CustomerNote::TurnedAway { order } => format!("order {order} is turned away"),
        CustomerNote::Asked { order } => format!("a customer asks for order {order}"),
        CustomerNote::Told { order, status, stale: false } => {
            format!("a customer is told that order {order} is {status}")
        }
        CustomerNote::Told { order, status, stale: true } => {
            format!("a customer is told that order {order} is {status}, and knows better: the answer is stale")
        }
        CustomerNote::AskedInVain { order, why: Vain::Silence } => {
            format!("nobody answers what became of order {order}")
        }
        CustomerNote::AskedInVain { order, why: Vain::Refused(why) } => {
            format!("a customer who asks for order {order} is refused: {}", no_answer(*why))
        }
        CustomerNote::HeldBack => "a customer goes away: too much is without an answer".into(),
    }
}

fn no_answer(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::Busy => "too many questions wait",
        NoAnswer::NotYet => "what you know of is not known here yet",
        NoAnswer::NotKept => "that is not kept here",
    }
}

fn wanted(request: ViewRequest) -> String {
    plan(request.plan())
}

/// What is to become of a read model.
pub(super) fn plan(plan: Plan) -> String {
    let view = plan.view.name();
    match plan.purpose {
        Purpose::Add => format!("make {view} from all history"),
        Purpose::Rebuild => format!("make {view} again from nothing"),
        Purpose::Replay { from, until } => format!("make {view} of what was stored from {from} to {until}"),
    }
}

/// What a query node tells of itself.
pub(super) fn view(me: &str, note: &ViewNote, names: &Names) -> String {
    match note {
        ViewNote::Folded { events: 1, next } => format!("{me} folds in 1 event, up to {next}"),
        ViewNote::Folded { events, next } => format!("{me} folds in {events} events, up to {next}"),
        ViewNote::Visible { order } => format!("order {order} is visible at {me}"),
        ViewNote::Saved { next } => format!("{me} writes its read models as of {next}"),
        ViewNote::Unreadable { next } => format!("{me} cannot read the event at {next}, and stands still"),
        ViewNote::Holds { order } => {
            format!("{me} has not read what is asked about order {order} yet, and waits for it")
        }
        ViewNote::TurnedAway { order } => format!("{me} turns away a question about order {order}: too many wait"),
        ViewNote::GaveUp { order } => {
            format!("{me} refuses a question about order {order}: it has not read so far in time")
        }
        ViewNote::Began { plan: what } => format!("{me} begins to {}", plan(*what)),
        ViewNote::Made { plan: what, folded, same: None } => format!("{me} is done: {}, {folded} events", plan(*what)),
        ViewNote::Made { plan: Plan { view, .. }, folded, same: Some(true) } => {
            format!("{me} has made {} again of {folded} events, and it is the same as before", view.name())
        }
        ViewNote::Made { plan: Plan { view, .. }, folded, same: Some(false) } => {
            format!("{me} has made {} again of {folded} events, and it is not what it was before", view.name())
        }
        ViewNote::NotDone { request, why } => format!("{me} does not {}: {why}", wanted(*request)),
        ViewNote::Retried { id, server } => format!("{me} asks {} again for {id}", names.get(*server)),
        ViewNote::Scaled { workers } => format!("{me} answers {workers} questions at a time now"),
    }
}
