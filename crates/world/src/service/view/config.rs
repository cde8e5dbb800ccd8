//! How a query node is set up.

use crate::base::Span;
use crate::shop::Defects;
use crate::shop::views::{Folds, ViewKind};

/// How a query node is set up. It never changes in a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ViewConfig {
    /// Its number among the query nodes, from 0.
    pub number: u16,
    /// Its number among all of the shop who ask brokers.
    pub caller: u16,
    /// The brokers are the nodes from 0 on.
    pub brokers: u16,
    /// The read models that it begins with.
    pub views: Vec<ViewKind>,
    /// How long it waits at the end of the store before it looks for more.
    pub poll: Span,
    /// How many events it reads at once at most.
    pub page: u32,
    /// After so many events it writes what its models have come to.
    pub save_every: u32,
    /// How many questions it answers at a time.
    pub workers: u8,
    /// How long it takes for a question, between these.
    pub service_time: (Span, Span),
    /// How many questions may wait in it; more are turned away.
    pub queue: u32,
    /// For about how long it holds a question about what it has not read yet, before it refuses.
    pub patience: Span,
    /// How long it waits for an answer of a broker before it asks again.
    pub attempt_timeout: Span,
    /// What the folds have to know of the shop.
    pub folds: Folds,
    /// Bugs put in on purpose.
    pub defects: Defects,
}
