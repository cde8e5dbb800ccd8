//! A read model of any kind, as one value: which, what it has come to, and which events are in it.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use super::{
    Carts, CartsView, Journey, JourneyView, OrderStatusView, Revenue, RevenueView, StatusRow, StockRow, StockView,
};
use crate::base::Span;
use crate::shop::catalog::Catalog;
use crate::shop::ids::{OrderId, UserId};
use crate::shop::table::Table;
use crate::shop::upcast::upcasters;
use crate::store::{
    Filter, GlobalPosition, Page, Projected, Projection, ProjectionError, Projector, RecordedEvent, Store,
};

/// The kinds of read models: the list from which one is picked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ViewKind {
    /// Where every order is.
    #[default]
    OrderStatus,
    /// How many there are of every item.
    Stock,
    /// What came in, and what went back.
    Revenue,
    /// Carts that became no order.
    Carts,
    /// What one customer did, and what became of it.
    Journey {
        /// Which customer.
        user: UserId,
    },
}

impl ViewKind {
    /// Its name.
    pub fn name(self) -> SmolStr {
        match self {
            ViewKind::OrderStatus => SmolStr::new_static("order-status"),
            ViewKind::Stock => SmolStr::new_static("stock"),
            ViewKind::Revenue => SmolStr::new_static("revenue"),
            ViewKind::Carts => SmolStr::new_static("carts"),
            ViewKind::Journey { user } => format_smolstr!("journey-{user}"),
        }
    }
}

/// What the folds have to know of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Folds {
    /// What is sold, and how many there were at first.
    pub catalog: Catalog,
    /// A cart that nobody has touched for so long is abandoned.
    pub cart_window: Span,
}

/// A read model: state and place in one value, for one commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// Where every order is.
    OrderStatus(Projected<Table<StatusRow>>),
    /// How many there are of every item.
    Stock(Projected<Table<StockRow>>),
    /// What came in, and what went back.
    Revenue(Projected<Revenue>),
    /// Carts that became no order.
    Carts(Projected<Carts>),
    /// What one customer did.
    Journey(UserId, Projected<Journey>),
}

/// Does the same with the fold and with what it has come to, whatever kind it is.
macro_rules! of_each {
    ($model:expr, $folds:expr, |$fold:ident, $projected:ident| $body:expr) => {
        match $model {
            Model::OrderStatus($projected) => {
                let $fold = OrderStatusView;
                $body
            }
            Model::Stock($projected) => {
                let $fold = StockView::new(&$folds.catalog);
                $body
            }
            Model::Revenue($projected) => {
                let $fold = RevenueView;
                $body
            }
            Model::Carts($projected) => {
                let $fold = CartsView { window: $folds.cart_window };
                $body
            }
            Model::Journey(user, $projected) => {
                let $fold = JourneyView { user: *user };
                $body
            }
        }
    };
}

/// Does the same with what it has come to, whatever kind it is.
macro_rules! whatever {
    ($model:expr, |$projected:ident| $body:expr) => {
        match $model {
            Model::OrderStatus($projected) => $body,
            Model::Stock($projected) => $body,
            Model::Revenue($projected) => $body,
            Model::Carts($projected) => $body,
            Model::Journey(_, $projected) => $body,
        }
    };
}

impl Model {
    /// One that has folded nothing yet.
    pub fn new(kind: ViewKind, folds: &Folds) -> Model {
        match kind {
            ViewKind::OrderStatus => Model::OrderStatus(Projected::nothing(&OrderStatusView)),
            ViewKind::Stock => Model::Stock(Projected::nothing(&StockView::new(&folds.catalog))),
            ViewKind::Revenue => Model::Revenue(Projected::nothing(&RevenueView)),
            ViewKind::Carts => Model::Carts(Projected::nothing(&CartsView { window: folds.cart_window })),
            ViewKind::Journey { user } => Model::Journey(user, Projected::nothing(&JourneyView { user })),
        }
    }

    /// Which it is.
    pub fn kind(&self) -> ViewKind {
        match self {
            Model::OrderStatus(_) => ViewKind::OrderStatus,
            Model::Stock(_) => ViewKind::Stock,
            Model::Revenue(_) => ViewKind::Revenue,
            Model::Carts(_) => ViewKind::Carts,
            Model::Journey(user, _) => ViewKind::Journey { user: *user },
        }
    }

    /// Where to read on: everything before is in it.
    pub fn next(&self) -> GlobalPosition {
        whatever!(self, |projected| projected.next)
    }

    /// How many events were folded in.
    pub fn folded(&self) -> u64 {
        whatever!(self, |projected| projected.folded)
    }

    /// The same state at another place: what a reader that keeps them apart has on its disk.
    #[must_use]
    pub fn at(mut self, place: GlobalPosition) -> Model {
        whatever!(&mut self, |projected| projected.next = place);
        self
    }

    /// Where an order is, if this is the model that knows.
    pub fn status(&self, order: OrderId) -> Option<StatusRow> {
        match self {
            Model::OrderStatus(projected) => Some(projected.state.row(order.0)),
            _ => None,
        }
    }

    /// Folds in a page of `$all`, as [`Projected::fold_page`] does.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn fold(
        &mut self,
        folds: &Folds,
        page: &Page,
        until: Option<GlobalPosition>,
        wanted: impl Fn(&RecordedEvent) -> bool,
    ) -> Result<u64, ProjectionError> {
        of_each!(self, folds, |fold, projected| projected.fold_page(&fold, &upcasters(), page, until, wanted))
    }

    /// Which events it folds.
    pub fn filter(&self, folds: &Folds) -> Filter {
        fn of<P: Projection>(fold: &P, _: &Projected<P::State>) -> Filter {
            fold.filter()
        }
        of_each!(self, folds, |fold, projected| of(&fold, projected))
    }

    /// Whether what it has come to is the fold of all events of a store that are before its place, each once.
    ///
    /// # Errors
    /// If an event cannot be read.
    pub fn is_fold_of(&self, folds: &Folds, store: &Store) -> Result<bool, ProjectionError> {
        of_each!(self, folds, |fold, projected| {
            let mut anew = Projector::before(fold, upcasters(), projected.next);
            Ok(*anew.catch_up(store)? == projected.state)
        })
    }

    /// Whether both have come to the same, however often they folded.
    pub fn says_the_same(&self, other: &Model) -> bool {
        match (self, other) {
            (Model::OrderStatus(one), Model::OrderStatus(other)) => one.state == other.state,
            (Model::Stock(one), Model::Stock(other)) => one.state == other.state,
            (Model::Revenue(one), Model::Revenue(other)) => one.state == other.state,
            (Model::Carts(one), Model::Carts(other)) => one.state == other.state,
            (Model::Journey(user, one), Model::Journey(whose, other)) => user == whose && one.state == other.state,
            _ => false,
        }
    }
}
