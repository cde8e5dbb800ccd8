//! What customers, services and the provider say to each other.

use super::chain::{ChainAnswer, ChainRequest};
use crate::shop::{BrowseNumber, ItemId, OrderId, PlaceOrder, ProviderAnswer, ProviderRequest, Status, UserId};
use crate::store::{GlobalPosition, StreamVersion};

/// The number of a call among its caller's: the answer says which call it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId {
    /// In which of the caller's lives.
    pub life: u16,
    /// Which call of that life.
    pub number: u32,
}

/// Why a question is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoAnswer {
    /// Too many wait.
    Busy,
    /// What the customer knows to be written was not read here in time.
    NotYet,
    /// Nobody keeps here what is asked for.
    NotKept,
}

/// A message of the shop, beside those to and from the brokers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ShopMessage {
    /// A customer places an order, for the first time or again: the order's number stays.
    Place(
        /// Which order, whose, and what it is about.
        PlaceOrder,
    ),
    /// The order is taken: it is on the order service's disk, and will come to an end.
    Accepted {
        /// Which order.
        order: OrderId,
    },
    /// There is too much to do: come again.
    Busy {
        /// Which order.
        order: OrderId,
    },
    /// The order cannot be taken: it wants what there is not.
    Refused {
        /// Which order.
        order: OrderId,
    },
    /// A customer looks at an item, or puts it into the cart. Nobody answers.
    Browse {
        /// Which customer.
        user: UserId,
        /// Which of the things that the customer did.
        number: BrowseNumber,
        /// Which item.
        item: ItemId,
        /// It goes into the cart.
        to_cart: bool,
    },
    /// A customer asks what has become of an order.
    Ask {
        /// Which question.
        call: CallId,
        /// About which order.
        order: OrderId,
        /// What the customer knows to be in the order's stream: whoever answers waits until it has come that far.
        after: Option<StreamVersion>,
    },
    /// What has become of it, as far as is known here.
    Status {
        /// To which question.
        call: CallId,
        /// About which order.
        order: OrderId,
        /// How far it is.
        status: Status,
        /// The last fact of it that is known here; `None`: the order is not known.
        version: Option<StreamVersion>,
        /// All that was stored before this is in the answer.
        as_of: GlobalPosition,
    },
    /// A question is not answered.
    NoAnswer {
        /// Which question.
        call: CallId,
        /// About which order.
        order: OrderId,
        /// Why not.
        why: NoAnswer,
    },
    /// A service asks the provider.
    Call {
        /// Which call.
        call: CallId,
        /// For what.
        request: ProviderRequest,
    },
    /// The provider answers.
    Return {
        /// Which call.
        call: CallId,
        /// What it answers.
        answer: ProviderAnswer,
    },
    /// A service of the chain asks another.
    Request {
        /// Which call.
        call: CallId,
        /// For what.
        request: Box<ChainRequest>,
    },
    /// The other answers.
    Response {
        /// Which call.
        call: CallId,
        /// For which order.
        order: OrderId,
        /// What comes of it.
        answer: ChainAnswer,
    },
    /// The order has come to its end, where the shop is a chain: the only answer that its customer gets.
    Ended {
        /// Which order.
        order: OrderId,
        /// Which end.
        status: Status,
    },
    /// Somewhere in the chain something has failed: there will be no parcel, as far as anybody knows.
    Failed {
        /// Which order.
        order: OrderId,
    },
}

impl ShopMessage {
    /// About how many bytes it takes on the wire.
    pub fn bytes(&self) -> u32 {
        match self {
            ShopMessage::Place(wish) => 32 + 6 * wish.wanted.len() as u32,
            ShopMessage::Status { .. } => 80,
            ShopMessage::Request { .. } => 96,
            ShopMessage::Response { answer: ChainAnswer::Done(events), .. } => 40 + 56 * events.len() as u32,
            _ => 40,
        }
    }

    /// The order that it is about, if it is about one.
    pub fn order(&self) -> Option<OrderId> {
        match self {
            ShopMessage::Place(wish) => Some(wish.order),
            ShopMessage::Accepted { order }
            | ShopMessage::Refused { order }
            | ShopMessage::Busy { order }
            | ShopMessage::Ask { order, .. }
            | ShopMessage::Status { order, .. }
            | ShopMessage::Response { order, .. }
            | ShopMessage::Ended { order, .. }
            | ShopMessage::Failed { order }
            | ShopMessage::NoAnswer { order, .. } => Some(*order),
            ShopMessage::Request { request, .. } => Some(request.order()),
            ShopMessage::Call { request, .. } => Some(request.key().order),
            ShopMessage::Browse { .. } | ShopMessage::Return { .. } => None,
        }
    }
}
