//! The payment provider as a process: outside of the shop, with a queue of its own, and not always there.

use std::collections::VecDeque;
use std::sync::Arc;

use super::config::MAX_WORKERS;
use super::message::{CallId, ShopMessage};
use super::port::Timer;
use crate::base::{NodeId, Span, digest};
use crate::shop::{Change, Defect, Defects, OrderId, ProviderAnswer, ProviderBook, ProviderRequest, Rules};

/// How the provider is set up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderConfig {
    /// How many requests it works on at a time, 1 to [`MAX_WORKERS`].
    pub workers: u8,
    /// How many more may wait; others it does not hear.
    pub queue: u32,
    /// How long it takes for a request, between these.
    pub service_time: (Span, Span),
    /// Of a thousand requests it answers so many that it cannot say at present, and does nothing.
    pub unavailable_per_mille: u16,
    /// What it declines.
    pub rules: Rules,
    /// Bugs put in on purpose.
    pub defects: Defects,
}

/// What the provider can do to the outside.
pub trait ProviderPort {
    /// A length of time drawn by chance, both ends included.
    fn draw_between(&mut self, low: Span, high: Span) -> Span;
    /// A number below `n`, drawn by chance.
    fn draw_below(&mut self, n: u32) -> u32;
    /// Answers, once all that was written is on disk.
    fn send(&mut self, to: NodeId, message: ShopMessage);
    /// Sets a timer to run out after this long.
    fn set_timer(&mut self, timer: Timer, after: Span);
    /// Asks for a change of what is on disk.
    fn write(&mut self, change: Change);
}

/// A request that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    /// By whom.
    pub from: NodeId,
    /// In which call.
    pub call: CallId,
    /// For what.
    pub request: ProviderRequest,
}

/// The payment provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Provider {
    config: Arc<ProviderConfig>,
    /// As it will be on disk, once all that was written is there.
    book: ProviderBook,
    waiting: VecDeque<Case>,
    working: Vec<Option<Case>>,
    /// The order of the latest answer.
    latest: Option<OrderId>,
}

impl Provider {
    /// A provider that never ran.
    pub fn new(config: Arc<ProviderConfig>) -> Provider {
        let book = ProviderBook::new(&config.rules);
        Provider::with(config, book)
    }

    /// The provider as it starts again: its accounts are all it knows.
    #[must_use]
    pub fn restart(&self, disk: &ProviderBook) -> Provider {
        Provider::with(Arc::clone(&self.config), disk.clone())
    }

    fn with(config: Arc<ProviderConfig>, book: ProviderBook) -> Provider {
        let workers = usize::from(config.workers.clamp(1, MAX_WORKERS));
        Provider { config, book, waiting: VecDeque::new(), working: vec![None; workers], latest: None }
    }

    /// How it is set up.
    pub fn config(&self) -> &ProviderConfig {
        &self.config
    }

    /// About which order it has answered last.
    pub fn latest(&self) -> Option<OrderId> {
        self.latest
    }

    /// Its accounts.
    pub fn book(&self) -> &ProviderBook {
        &self.book
    }

    /// What waits.
    pub fn waiting(&self) -> &VecDeque<Case> {
        &self.waiting
    }

    /// What it works on.
    pub fn working(&self) -> impl Iterator<Item = &Case> {
        self.working.iter().flatten()
    }

    /// Somebody calls. A call that it has in hand is not taken twice, and one that finds the queue full is not heard.
    ///
    /// Whoever gave up a call and makes another for the same waits where the first did, and is answered in the latter:
    /// were each a case of its own, a provider who is slow once would work on cases that nobody waits for, and answer
    /// none in time ever after.
    pub fn hear(&mut self, case: Case, port: &mut impl ProviderPort) {
        let knows_keys = !self.config.defects.has(Defect::ProviderWithoutKeys);
        let same = |other: &&mut Case| {
            let what = other.call == case.call || knows_keys && other.request == case.request;
            other.from == case.from && what
        };
        let known = self.waiting.iter_mut().chain(self.working.iter_mut().flatten()).find(same);
        if let Some(known) = known {
            known.call = known.call.max(case.call);
        } else if (self.waiting.len() as u64) < u64::from(self.config.queue) {
            self.waiting.push_back(case);
            self.take_up(port);
        }
    }

    fn take_up(&mut self, port: &mut impl ProviderPort) {
        while let Some(free) = self.working.iter().position(Option::is_none)
            && let Some(case) = self.waiting.pop_front()
        {
            self.working[free] = Some(case);
            let (low, high) = self.config.service_time;
            let takes = port.draw_between(low, high);
            port.set_timer(Timer::Worker(free as u8), takes);
        }
    }

    /// It is done with a request.
    pub fn time_is_taken(&mut self, worker: u8, port: &mut impl ProviderPort) {
        let Some(Case { from, call, request }) = self.working.get_mut(usize::from(worker)).and_then(Option::take)
        else {
            return;
        };
        // Both are drawn for each request, so that one rule does not shift what another one draws.
        let (unavailable, luck) = (port.draw_below(1_000) as u16, port.draw_below(1_000) as u16);
        let answer = if unavailable < self.config.unavailable_per_mille {
            ProviderAnswer::Unavailable
        } else {
            let (answer, change) = self.book.answer(&request, luck, self.config.defects);
            if change != Change::None {
                self.write(change, port);
            }
            answer
        };
        self.latest = Some(request.key().order);
        port.send(from, ShopMessage::Return { call, answer });
        self.take_up(port);
    }

    fn write(&mut self, change: Change, port: &mut impl ProviderPort) {
        apply(&mut self.book, &change);
        port.write(change);
    }

    /// A digest of what a crash would take.
    pub fn fingerprint(&self) -> u64 {
        digest(self)
    }
}

/// Carries out a write on the provider's books.
pub fn apply(book: &mut ProviderBook, change: &Change) {
    if let Change::Provider(order, row) = change {
        book.apply(*order, row);
    }
}
