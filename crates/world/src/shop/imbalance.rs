//! What was seen when the books did not balance: as data, so that words are made only for who reads them.

use std::fmt;

use super::book::Service;
use super::ids::{Cents, ItemId, OrderId};
use super::inventory::Level;
use super::kind::Kind;
use super::status::Status;
use super::views::ViewKind;

/// What must hold of a shop, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// For each order nothing was captured, or its value, once.
    ChargedOnce,
    /// Never more is refunded than was captured.
    RefundedWithinCaptured,
    /// What is available, reserved and sent of an item is its initial stock.
    StockAddsUp,
    /// For each order its items are reserved once at most.
    ReservedOnce,
    /// Whose parcel has left has paid, and got nothing back.
    ShippedIsPaid,
    /// Of an order that came to nothing, no money stays.
    NothingKept,
    /// An order has one end, and stays there; no parcel leaves for one that came to nothing.
    OneEnd,
    /// The events of one order reach each service in the order in which they were published.
    KeysInOrder,
    /// When all is quiet, every order is at its end, and none holds stock back.
    EveryOrderEnds,
    /// A read model is the fold of all that was stored before its place, each event once.
    ViewIsFold,
}

impl Invariant {
    /// Every invariant.
    pub const ALL: [Invariant; 10] = [
        Invariant::ChargedOnce,
        Invariant::RefundedWithinCaptured,
        Invariant::StockAddsUp,
        Invariant::ReservedOnce,
        Invariant::ShippedIsPaid,
        Invariant::NothingKept,
        Invariant::OneEnd,
        Invariant::KeysInOrder,
        Invariant::EveryOrderEnds,
        Invariant::ViewIsFold,
    ];

    /// The name in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Invariant::ChargedOnce => "charged_once",
            Invariant::RefundedWithinCaptured => "refunded_within_captured",
            Invariant::StockAddsUp => "stock_adds_up",
            Invariant::ReservedOnce => "reserved_once",
            Invariant::ShippedIsPaid => "shipped_is_paid",
            Invariant::NothingKept => "nothing_kept",
            Invariant::OneEnd => "one_end",
            Invariant::KeysInOrder => "keys_in_order",
            Invariant::EveryOrderEnds => "every_order_ends",
            Invariant::ViewIsFold => "view_is_fold",
        }
    }

    /// What it says, for a reader of the page.
    pub fn in_words(self) -> &'static str {
        match self {
            Invariant::ChargedOnce => "nobody is charged twice",
            Invariant::RefundedWithinCaptured => "no more is refunded than was captured",
            Invariant::StockAddsUp => "stock adds up",
            Invariant::ReservedOnce => "an order is reserved once",
            Invariant::ShippedIsPaid => "what is shipped is paid",
            Invariant::NothingKept => "an order that came to nothing cost nothing",
            Invariant::OneEnd => "an order has one end",
            Invariant::KeysInOrder => "events of an order come in order",
            Invariant::EveryOrderEnds => "every order comes to its end",
            Invariant::ViewIsFold => "read models count every event once",
        }
    }
}

/// What was seen. Its words are its `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Imbalance {
    /// Something else was captured than the order's value.
    Captured {
        /// Of which order.
        order: OrderId,
        /// How much.
        captured: Cents,
        /// How often.
        times: u32,
        /// What the order costs; nothing, if its service does not know it.
        value: Cents,
    },
    /// More was refunded than was captured.
    Refunded {
        /// Of which order.
        order: OrderId,
        /// How much.
        refunded: Cents,
        /// And how much was captured.
        captured: Cents,
    },
    /// The pieces of an item are more or fewer than at first.
    Stock {
        /// Which item.
        item: ItemId,
        /// How many there are of it.
        level: Level,
    },
    /// An order's items were reserved more than once.
    Reserved {
        /// Of which order.
        order: OrderId,
        /// How often.
        times: u8,
    },
    /// A parcel has left that is not paid, or not any more.
    NotPaid {
        /// Of which order.
        order: OrderId,
        /// What was captured.
        captured: Cents,
        /// What was refunded of it.
        refunded: Cents,
    },
    /// An order came to nothing, and money was kept.
    Kept {
        /// Of which order.
        order: OrderId,
        /// At which end it is.
        end: Status,
        /// What was captured.
        captured: Cents,
        /// What was refunded of it.
        refunded: Cents,
    },
    /// An order was at an end and is elsewhere now.
    LeftItsEnd {
        /// Which order.
        order: OrderId,
        /// Where it was.
        from: Status,
        /// Where it is.
        to: Status,
    },
    /// An order came to nothing, and its parcel has left.
    SentAllTheSame {
        /// Which order.
        order: OrderId,
        /// At which end it is.
        end: Status,
    },
    /// A service was given an event of an order for the first time after one that was published later.
    OutOfOrder {
        /// Of which order.
        order: OrderId,
        /// Which service.
        service: Service,
        /// What kind of event came late.
        late: Kind,
        /// What kind of event it came after.
        after: Kind,
    },
    /// All is quiet, and an order is at no end.
    Unfinished {
        /// Which order.
        order: OrderId,
        /// Where it is.
        status: Status,
    },
    /// A read model has folded more or fewer events than were stored before its place.
    Miscounted {
        /// Which.
        view: ViewKind,
        /// How many it has folded.
        folded: u64,
        /// How many there were.
        stored: u64,
    },
    /// A read model has come to something else than the fold of what was stored before its place.
    NotTheFold {
        /// Which.
        view: ViewKind,
        /// How many events it has folded.
        folded: u64,
    },
    /// All is quiet, and an order holds stock back.
    HeldBack {
        /// Which order.
        order: OrderId,
        /// Where it is.
        status: Status,
    },
}

impl Imbalance {
    /// Which invariant does not hold.
    pub fn invariant(&self) -> Invariant {
        match self {
            Imbalance::Captured { .. } => Invariant::ChargedOnce,
            Imbalance::Refunded { .. } => Invariant::RefundedWithinCaptured,
            Imbalance::Stock { .. } => Invariant::StockAddsUp,
            Imbalance::Reserved { .. } => Invariant::ReservedOnce,
            Imbalance::NotPaid { .. } => Invariant::ShippedIsPaid,
            Imbalance::Kept { .. } => Invariant::NothingKept,
            Imbalance::LeftItsEnd { .. } | Imbalance::SentAllTheSame { .. } => Invariant::OneEnd,
            Imbalance::OutOfOrder { .. } => Invariant::KeysInOrder,
            Imbalance::Unfinished { .. } | Imbalance::HeldBack { .. } => Invariant::EveryOrderEnds,
            Imbalance::Miscounted { .. } | Imbalance::NotTheFold { .. } => Invariant::ViewIsFold,
        }
    }
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Imbalance::Captured { order, captured, times, value } => {
                write!(f, "order {order} costs {value}, and {captured} was captured in {times} payments")
            }
            Imbalance::Refunded { order, refunded, captured } => {
                write!(f, "for order {order} {captured} was captured, and {refunded} refunded")
            }
            Imbalance::Stock { item, level: Level { initial, available, reserved, sent } } => write!(
                f,
                "of item {item} there were {initial}, and {available} are available, {reserved} reserved, {sent} sent"
            ),
            Imbalance::Reserved { order, times } => write!(f, "order {order} was reserved {times} times"),
            Imbalance::NotPaid { order, captured, refunded } => {
                write!(f, "order {order} was shipped; {captured} was captured for it, and {refunded} refunded")
            }
            Imbalance::Kept { order, end, captured, refunded } => {
                write!(f, "order {order} is {end}; {captured} was captured for it, and {refunded} refunded")
            }
            Imbalance::LeftItsEnd { order, from, to } => write!(f, "order {order} was {from}, and is {to}"),
            Imbalance::SentAllTheSame { order, end } => write!(f, "order {order} is {end}, and its parcel has left"),
            Imbalance::OutOfOrder { order, service, late, after } => {
                write!(f, "{late} of order {order} came to {} after {after}, which was published later", service.name())
            }
            Imbalance::Unfinished { order, status } => write!(f, "order {order} is {status}, and nothing goes on"),
            Imbalance::Miscounted { view, folded, stored } => {
                write!(f, "{} has folded {folded} events, and {stored} were stored before its place", view.name())
            }
            Imbalance::NotTheFold { view, folded } => {
                write!(f, "{} is not the fold of the {folded} events before its place", view.name())
            }
            Imbalance::HeldBack { order, status } => {
                write!(f, "order {order} is {status}, and its items are still reserved")
            }
        }
    }
}
