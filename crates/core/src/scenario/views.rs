//! The query side of a shop: nodes that follow the store and answer questions.

use super::form::{choice, record};
use super::limits::{MAX_PAGE, MAX_SPAN, MAX_VIEW_NODES, MAX_WAITING, MIN_PERIOD};
use super::problem::Inspection;
use super::quantity::SpanRange;
use super::shop::inspect_service_time;
use super::target::NodeName;
use crate::base::Span;
use crate::service::MAX_WORKERS;
use crate::service::view::{MAX_MODELS, ViewConfig, ViewRequest};
use crate::shop::views::{Folds, ViewKind};
use crate::shop::{Defects, limits::MAX_USERS};

/// The query nodes of a shop, and how each of them works. They are called `"view"`, `"view 2"` and so on.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `nodes` | `1` | how many there are, 0 to 4; with none nobody answers questions |
/// | `models` | `["order-status", "stock", "revenue", "carts"]` | the read models that each of them begins with; one more kind is `{"journey": {"user": 3}}` |
/// | `poll` | `"50ms"` | how long each waits at the end of the store before it looks for more |
/// | `page` | `64` | how many events it reads at once at most, 1 to 1000 |
/// | `save_every` | `32` | after so many events it writes its models, and where they stand, to its disk |
/// | `workers` | `2` | how many questions it answers at a time, 0 to 8 |
/// | `service_time` | `"1ms..4ms"` | between these it takes for a question |
/// | `queue` | `64` | how many questions may wait in it; others are turned away |
/// | `patience` | `"300ms"` | for about how long it holds a question about what it has not read yet, before it refuses |
/// | `timeout` | `"500ms"` | how long it waits for an answer of a broker before it asks again |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuerySide {
    /// How many nodes there are.
    pub nodes: u8,
    /// The read models that each of them begins with.
    pub models: Vec<ViewKind>,
    /// How long each waits at the end of the store before it looks for more.
    pub poll: Span,
    /// How many events it reads at once at most.
    pub page: u32,
    /// After so many events it writes its models, and where they stand, to its disk.
    pub save_every: u32,
    /// How many questions it answers at a time.
    pub workers: u8,
    /// Between these it takes for a question.
    pub service_time: SpanRange,
    /// How many questions may wait in it.
    pub queue: u32,
    /// For about how long it holds a question about what it has not read yet.
    pub patience: Span,
    /// How long it waits for an answer of a broker before it asks again.
    pub timeout: Span,
}

/// A read model of a query node: which is made again, or made and kept from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewCommand {
    /// Which node; if not said, the first.
    pub node: NodeName,
    /// Which read model.
    pub view: ViewKind,
}

/// A window of time over which a query node makes a read model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplayCommand {
    /// Which node; if not said, the first.
    pub node: NodeName,
    /// Which read model.
    pub view: ViewKind,
    /// What was stored at this time or later.
    pub from: Span,
    /// And before this.
    pub until: Span,
}

choice!(ViewKind {
    "order-status" OrderStatus,
    "stock" Stock,
    "revenue" Revenue,
    "carts" Carts,
    "journey" Journey { needed user },
});
choice!(ViewRequest {
    "rebuild" Rebuild { needed view },
    "add" Add { needed view },
    "replay" Replay { needed view, needed from, needed until },
});
record!(QuerySide {
    optional nodes, optional models, optional poll, optional page, optional save_every, optional workers,
    optional service_time, optional queue, optional patience, optional timeout,
});
record!(ViewCommand { optional node, needed view });
record!(ReplayCommand { optional node, needed view, needed from, needed until });

impl Default for QuerySide {
    fn default() -> Self {
        QuerySide {
            nodes: 1,
            models: vec![ViewKind::OrderStatus, ViewKind::Stock, ViewKind::Revenue, ViewKind::Carts],
            poll: Span::millis(50),
            page: 64,
            save_every: 32,
            workers: 2,
            service_time: SpanRange { min: Span::millis(1), max: Span::millis(4) },
            queue: 64,
            patience: Span::millis(300),
            timeout: Span::millis(500),
        }
    }
}

impl Default for ViewCommand {
    fn default() -> Self {
        ViewCommand { node: NodeName::VIEW, view: ViewKind::default() }
    }
}

impl Default for ReplayCommand {
    fn default() -> Self {
        let (node, view) = (NodeName::VIEW, ViewKind::default());
        ReplayCommand { node, view, from: Span::ZERO, until: Span::ZERO }
    }
}

impl QuerySide {
    /// The nodes as the lab builds them: callers of the brokers from this number on.
    pub(super) fn configs(&self, first: u16, brokers: u16, folds: &Folds, defects: Defects) -> Vec<ViewConfig> {
        let config = |number: u16| ViewConfig {
            number,
            caller: first + number,
            brokers,
            views: self.models.clone(),
            poll: self.poll,
            page: self.page,
            save_every: self.save_every,
            workers: self.workers,
            service_time: (self.service_time.min, self.service_time.max),
            queue: self.queue,
            patience: self.patience,
            attempt_timeout: self.timeout,
            folds: folds.clone(),
            defects,
        };
        (0..u16::from(self.nodes)).map(config).collect()
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        inspection.number("nodes", self.nodes.into(), 0, MAX_VIEW_NODES.into());
        inspection.length("models", self.models.len(), MAX_MODELS, "models");
        let list = inspection.enter("models");
        for (number, model) in self.models.iter().enumerate().take(MAX_MODELS) {
            let item = inspection.enter_item(number);
            if self.models[..number].contains(model) {
                inspection.here(format!("{} is there already", model.name()));
            }
            inspect_view(*model, "", inspection);
            inspection.leave(item);
        }
        inspection.leave(list);
        inspection.span("poll", self.poll, MIN_PERIOD, MAX_SPAN);
        inspection.number("page", self.page.into(), 1, MAX_PAGE.into());
        inspection.number("save_every", self.save_every.into(), 1, MAX_WAITING.into());
        inspection.number("workers", self.workers.into(), 0, MAX_WORKERS.into());
        inspect_service_time(self.service_time, inspection);
        inspection.number("queue", self.queue.into(), 0, MAX_WAITING.into());
        inspection.span("patience", self.patience, Span::ZERO, MAX_SPAN);
        inspection.span("timeout", self.timeout, MIN_PERIOD, MAX_SPAN);
    }
}

/// A read model must be of somebody who can be.
pub(super) fn inspect_view(view: ViewKind, field: &str, inspection: &mut Inspection) {
    if let ViewKind::Journey { user } = view
        && user.0 >= MAX_USERS
    {
        inspection.problem(field, format!("there is no customer {user}: the last is {}", MAX_USERS - 1));
    }
}
