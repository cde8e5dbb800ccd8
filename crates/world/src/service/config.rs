//! How a service is set up.

use std::sync::Arc;

use crate::base::{NodeId, Span};
use crate::bus::{GroupSettings, MemberId, ProducerId, TopicSettings};
use crate::shop::{self, Catalog, Defects, Rules};

/// The most workers of a service.
pub const MAX_WORKERS: u8 = 8;

/// How a service is set up. It never changes in a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceConfig {
    /// Its number among the services, from 0.
    pub number: u16,
    /// What it does.
    pub role: shop::Service,
    /// The brokers are the nodes from 0 on.
    pub brokers: u16,
    /// Who captures and refunds money, if it needs somebody who does.
    pub provider: Option<NodeId>,
    /// The topics of the shop; it makes those that are not there.
    pub topics: Arc<[TopicSettings]>,
    /// Its group; the topics are filled in when they are known.
    pub group: GroupSettings,
    /// Which of the topics the group reads, by their places in `topics`.
    pub reads: Vec<u16>,
    /// How many workers it begins with, each a consumer of the group; 0: it is not in service yet.
    pub workers: u8,
    /// How long a worker takes for an event, between these.
    pub service_time: (Span, Span),
    /// How many records a worker has with it at most.
    pub prefetch: u32,
    /// How many of its desk's customers may wait; more are turned away.
    pub desk_queue: u32,
    /// How long it waits for an answer, of a broker or of the provider, before it asks again; longer where answers
    /// take longer.
    pub attempt_timeout: Span,
    /// For how long brokers let a fetch wait for which there is no record.
    pub fetch_wait: Span,
    /// After so many tries the provider is taken to be unavailable.
    pub provider_tries: u8,
    /// What is sold.
    pub catalog: Catalog,
    /// What the shop's people have decided.
    pub rules: Rules,
    /// Bugs put in on purpose.
    pub defects: Defects,
}

impl ServiceConfig {
    /// The consumer that a worker is. No two of a world are the same.
    pub(super) fn member(&self, worker: usize) -> MemberId {
        MemberId(u32::from(self.number) * u32::from(MAX_WORKERS) + worker as u32)
    }

    /// The producer that the service is.
    pub(super) fn producer(&self) -> ProducerId {
        ProducerId(u32::from(self.number))
    }
}
