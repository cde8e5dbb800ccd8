//! The customers, all of them as one process: a load of orders, and questions about what became of them.
//!
//! They are outside of the shop: what they were told is all that counts for them. An order keeps its number on every try,
//! so that one wish is one order. Questions go to the query nodes, in turn. Of each order they keep how far they know it to
//! have come: what they were told is taken, and what they were answered. An answer that is behind that is stale, and
//! whoever wants to see what they wrote says it with the question.

use std::sync::Arc;

use super::message::{CallId, NoAnswer, ShopMessage};
use crate::base::{NodeId, SortedMap, Span, digest};
use crate::shop::limits::MAX_LINES;
use crate::shop::{BrowseNumber, Catalog, ItemId, OrderId, PlaceOrder, Quantity, Status, Table, UserId};
use crate::sim::TimerName;
use crate::store::StreamVersion;

/// How often they look for what was not answered.
const LOOK: Span = Span::millis(50);

/// How the customers behave.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomersConfig {
    /// Who takes orders.
    pub shop: NodeId,
    /// Who answers questions.
    pub views: Vec<NodeId>,
    /// How many they are.
    pub users: u32,
    /// The mean time between two orders of all of them; `None`: they order nothing by themselves.
    pub gap: Option<Span>,
    /// The gaps are exponentially distributed, as of many independent people; otherwise all the same.
    pub poisson: bool,
    /// How many orders come at once each time.
    pub burst: u32,
    /// How long after their start they go on; `None`: for ever.
    pub lasts: Option<Span>,
    /// How many items they look at for each order.
    pub views_per_order: u32,
    /// How many of a thousand fill a cart and go away.
    pub abandon_per_mille: u16,
    /// How long after an order is accepted they ask what became of it; `None`: they do not ask.
    pub asks_after: Option<Span>,
    /// The mean time between two questions of all of them about some order, besides those above; `None`: they ask none.
    pub asks_gap: Option<Span>,
    /// Whoever asks wants to see what they wrote, and what they were told before.
    pub own_writes: bool,
    /// How long they wait for an answer before they try again.
    pub attempt_timeout: Span,
    /// After so many tries without an answer they give an order up; `None`: they never do.
    pub tries: Option<u32>,
    /// How many orders, and how many questions, may be without an answer; further ones are not placed.
    pub max_open: u32,
    /// What is sold.
    pub catalog: Catalog,
}

/// The timers of the customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerTimer {
    /// Time for the next order.
    Next,
    /// Time to look for what was not answered.
    Look,
    /// The load ends.
    End,
    /// Time for the next question.
    Ask,
}

impl TimerName for CustomerTimer {
    fn slot(self) -> usize {
        self as usize
    }

    fn from_slot(slot: usize) -> Option<Self> {
        use CustomerTimer::{Ask, End, Look, Next};
        [Next, Look, End, Ask].get(slot).copied()
    }
}

/// What customers tell of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerNote {
    /// An order is placed: it begins here.
    Placed {
        /// Which.
        order: OrderId,
    },
    /// It is placed again.
    Retried {
        /// Which.
        order: OrderId,
    },
    /// They were told that it is taken.
    Accepted {
        /// Which.
        order: OrderId,
    },
    /// They were turned away.
    TurnedAway {
        /// With which order.
        order: OrderId,
    },
    /// They were told that it cannot be taken.
    Refused {
        /// Which.
        order: OrderId,
    },
    /// They were told how it ended, where the shop is a chain.
    Ended {
        /// Which.
        order: OrderId,
        /// Which end.
        status: Status,
    },
    /// They were told that something has failed, where the shop is a chain.
    Failed {
        /// Which.
        order: OrderId,
    },
    /// Nobody answers, and they try no more.
    GaveUp {
        /// Which.
        order: OrderId,
    },
    /// They ask what became of it.
    Asked {
        /// Of which.
        order: OrderId,
    },
    /// They were told what became of it.
    Told {
        /// Of which.
        order: OrderId,
        /// How far it is.
        status: Status,
        /// They knew better when they asked.
        stale: bool,
    },
    /// Their question came to nothing.
    AskedInVain {
        /// About which order.
        order: OrderId,
        /// Why.
        why: Vain,
    },
    /// Too much is without an answer to place another order, or to ask another question.
    HeldBack,
}

/// Why a question came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vain {
    /// Nobody answered in time.
    Silence,
    /// It was refused.
    Refused(NoAnswer),
}

/// The first fact of an order's stream. An order that is taken is on its way there, and nothing comes before it.
const CREATED: StreamVersion = StreamVersion(0);

/// What the customers have on their own: how often they were started, and which orders they have numbered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CustomersDisk {
    /// How often.
    pub life: u16,
    /// The number of the next order.
    pub next: OrderId,
}

/// What customers can do to the outside.
pub trait CustomersPort {
    /// A number below `n`, drawn by chance.
    fn draw_below(&mut self, n: u32) -> u32;
    /// An exponentially distributed length of time.
    fn draw_exponential(&mut self, mean: Span) -> Span;
    /// Says something, once all that was written is on disk.
    fn send(&mut self, to: NodeId, message: ShopMessage);
    /// Sets a timer to run out after this long.
    fn set_timer(&mut self, timer: CustomerTimer, after: Span);
    /// Stops a timer.
    fn cancel_timer(&mut self, timer: CustomerTimer);
    /// Asks for a change of what is on disk.
    fn write(&mut self, disk: CustomersDisk);
    /// Tells an onlooker something. Causes nothing.
    fn note(&mut self, note: CustomerNote);
}

/// An order that nobody has accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Wish {
    wish: PlaceOrder,
    /// For how many looks it waits since it was last sent.
    waited: u32,
    /// How often it was sent.
    tries: u32,
}

/// A question that is asked, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Question {
    order: OrderId,
    /// After so many looks it is asked.
    due: u32,
    call: Option<CallId>,
    /// How far the order had come for all they knew when they asked.
    knew: Option<StreamVersion>,
}

/// The customers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Customers {
    config: Arc<CustomersConfig>,
    disk: CustomersDisk,
    /// The mean time between two orders; `None`: they order nothing by themselves.
    gap: Option<Span>,
    loading: bool,
    wishes: SortedMap<OrderId, Wish>,
    questions: Vec<Question>,
    calls: u32,
    /// What each of them has done so far while looking around.
    browsed: SortedMap<UserId, BrowseNumber>,
    looks: u32,
    accepted: u32,
    /// How far each order has come for all they know.
    known: Table<Option<StreamVersion>>,
    tally: Asking,
}

/// What came of questions, in one life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asking {
    /// Questions that were asked.
    pub asked: u32,
    /// Those that were answered.
    pub told: u32,
    /// Of these, those whose answer was older than what the customer knew.
    pub stale: u32,
    /// Those that were refused or not answered in time.
    pub in_vain: u32,
}

impl Customers {
    /// Customers who have never come.
    pub fn new(config: Arc<CustomersConfig>) -> Customers {
        Customers::with(config, CustomersDisk::default())
    }

    /// The customers as they start again: they have forgotten what they have not written down.
    #[must_use]
    pub fn restart(&self, disk: &CustomersDisk) -> Customers {
        Customers::with(Arc::clone(&self.config), *disk)
    }

    fn with(config: Arc<CustomersConfig>, disk: CustomersDisk) -> Customers {
        Customers {
            gap: config.gap,
            config,
            disk,
            loading: false,
            wishes: SortedMap::default(),
            questions: Vec::new(),
            calls: 0,
            browsed: SortedMap::default(),
            looks: 0,
            accepted: 0,
            known: Table::default(),
            tally: Asking::default(),
        }
    }

    /// How they behave.
    pub fn config(&self) -> &CustomersConfig {
        &self.config
    }

    /// How many orders were placed so far, in all lives.
    pub fn placed(&self) -> u32 {
        self.disk.next.0
    }

    /// How many were accepted in this life.
    pub fn accepted(&self) -> u32 {
        self.accepted
    }

    /// What came of their questions in this life.
    pub fn asking(&self) -> Asking {
        self.tally
    }

    /// How many questions are without an answer.
    pub fn questions(&self) -> usize {
        self.questions.len()
    }

    /// How many wait to be accepted.
    pub fn open(&self) -> usize {
        self.wishes.len()
    }

    /// The mean time between two times that somebody orders; `None`: they order nothing by themselves.
    pub fn gap(&self) -> Option<Span> {
        self.gap.filter(|_| self.loading)
    }

    /// They order so often from now on, in orders a second: at once, and for as long as they run.
    pub fn set_rate(&mut self, rate: u32, port: &mut impl CustomersPort) {
        let burst = u64::from(self.config.burst.max(1));
        self.gap = (rate > 0).then(|| Span(1_000_000 * burst / u64::from(rate)));
        self.loading = rate > 0 || self.config.asks_gap.is_some();
        port.cancel_timer(CustomerTimer::Next);
        port.cancel_timer(CustomerTimer::End);
        self.await_next(CustomerTimer::Next, self.gap, port);
    }

    /// They come, for the first time or again.
    pub fn boot(&mut self, port: &mut impl CustomersPort) {
        self.disk.life += 1;
        port.write(self.disk);
        self.loading = self.gap.is_some() || self.config.asks_gap.is_some();
        if let Some(lasts) = self.config.lasts {
            port.set_timer(CustomerTimer::End, lasts);
        }
        self.await_next(CustomerTimer::Next, self.gap, port);
        self.await_next(CustomerTimer::Ask, self.config.asks_gap, port);
    }

    fn await_next(&mut self, what: CustomerTimer, gap: Option<Span>, port: &mut impl CustomersPort) {
        let Some(gap) = gap.filter(|_| self.loading) else { return };
        let gap = if self.config.poisson { port.draw_exponential(gap) } else { gap };
        port.set_timer(what, gap.max(Span(1)));
    }

    /// A timer has run out.
    pub fn time_out(&mut self, timer: CustomerTimer, port: &mut impl CustomersPort) {
        match timer {
            CustomerTimer::Next => {
                for _ in 0..self.config.burst.max(1) {
                    self.come(port);
                }
                self.await_next(CustomerTimer::Next, self.gap, port);
            }
            CustomerTimer::Ask => {
                self.wonder(port);
                self.await_next(CustomerTimer::Ask, self.config.asks_gap, port);
            }
            CustomerTimer::End => {
                self.loading = false;
                port.cancel_timer(CustomerTimer::Next);
                port.cancel_timer(CustomerTimer::Ask);
            }
            CustomerTimer::Look => self.look(port),
        }
    }

    /// A customer comes, looks around, and orders or goes away.
    fn come(&mut self, port: &mut impl CustomersPort) {
        // All is drawn whether or not there is room, so that full hands do not shift what comes later.
        let user = UserId(port.draw_below(self.config.users.max(1)));
        let abandons = port.draw_below(1_000) < u32::from(self.config.abandon_per_mille);
        let kinds = self.config.catalog.items().len() as u32;
        for _ in 0..self.config.views_per_order {
            let item = ItemId(port.draw_below(kinds.max(1)) as u16);
            self.browse(user, item, false, port);
        }
        let lines = 1 + port.draw_below(2).min(MAX_LINES as u32 - 1);
        let mut wanted: Vec<(ItemId, Quantity)> = Vec::new();
        for _ in 0..lines {
            let (item, count) = (ItemId(port.draw_below(kinds.max(1)) as u16), 1 + port.draw_below(3));
            if wanted.iter().all(|(other, _)| *other != item) {
                wanted.push((item, Quantity(count)));
            }
        }
        if self.config.views_per_order > 0 {
            wanted.iter().for_each(|(item, _)| self.browse(user, *item, true, port));
        }
        if abandons {
            return;
        }
        if self.wishes.len() as u64 >= u64::from(self.config.max_open) {
            return port.note(CustomerNote::HeldBack);
        }
        self.place(user, wanted, port);
    }

    fn browse(&mut self, user: UserId, item: ItemId, to_cart: bool, port: &mut impl CustomersPort) {
        // Each life has numbers of its own: what was done in an earlier one is not done again.
        let first = BrowseNumber(u32::from(self.disk.life) << 20);
        let next = self.browsed.get_or_insert_with(user, || first);
        let number = *next;
        next.0 = next.0.saturating_add(1);
        port.send(self.config.shop, ShopMessage::Browse { user, number, item, to_cart });
    }

    /// Places an order.
    pub fn place(&mut self, user: UserId, wanted: Vec<(ItemId, Quantity)>, port: &mut impl CustomersPort) -> OrderId {
        let order = self.disk.next;
        self.disk.next = OrderId(order.0 + 1);
        port.write(self.disk);
        if self.wishes.is_empty() && self.questions.is_empty() {
            port.set_timer(CustomerTimer::Look, LOOK);
        }
        port.note(CustomerNote::Placed { order });
        let wish = PlaceOrder { order, user, wanted };
        port.send(self.config.shop, ShopMessage::Place(wish.clone()));
        self.wishes.insert(order, Wish { wish, waited: 0, tries: 1 });
        order
    }

    /// Some customer wonders what became of some order.
    fn wonder(&mut self, port: &mut impl CustomersPort) {
        let order = OrderId(port.draw_below(self.disk.next.0.max(1)));
        if self.disk.next == OrderId(0) {
            return; // there is none yet
        }
        if self.questions.len() as u64 >= u64::from(self.config.max_open) {
            return port.note(CustomerNote::HeldBack);
        }
        self.ask(order, port);
    }

    /// Asks what became of an order.
    pub fn ask(&mut self, order: OrderId, port: &mut impl CustomersPort) {
        self.ask_at(order, self.looks, port);
    }

    fn ask_at(&mut self, order: OrderId, due: u32, port: &mut impl CustomersPort) {
        if self.config.views.is_empty() {
            return; // there is nobody whom to ask
        }
        if self.wishes.is_empty() && self.questions.is_empty() {
            port.set_timer(CustomerTimer::Look, LOOK);
        }
        self.questions.push(Question { order, due, call: None, knew: None });
        self.ask_due(port);
    }

    fn ask_due(&mut self, port: &mut impl CustomersPort) {
        for question in &mut self.questions {
            if question.call.is_none() && question.due <= self.looks {
                self.calls += 1;
                let number = self.calls;
                let Some(&view) = self.config.views.get(number as usize % self.config.views.len().max(1)) else {
                    return;
                };
                let (order, call) = (question.order, CallId { life: self.disk.life, number });
                question.call = Some(call);
                question.knew = self.known.row(order.0);
                self.tally.asked += 1;
                port.note(CustomerNote::Asked { order });
                let after = question.knew.filter(|_| self.config.own_writes);
                port.send(view, ShopMessage::Ask { call, order, after });
            }
        }
    }

    /// The question that was asked in a call is over.
    fn close(&mut self, call: CallId) -> Option<Question> {
        let at = self.questions.iter().position(|question| question.call == Some(call))?;
        Some(self.questions.remove(at))
    }

    fn in_vain(&mut self, order: OrderId, why: Vain, port: &mut impl CustomersPort) {
        self.tally.in_vain += 1;
        port.note(CustomerNote::AskedInVain { order, why });
    }

    fn learn(&mut self, order: OrderId, version: Option<StreamVersion>) {
        if version > self.known.row(order.0) {
            self.known.set(order.0, version);
        }
    }

    /// The shop says something.
    pub fn hear(&mut self, message: &ShopMessage, port: &mut impl CustomersPort) {
        match *message {
            ShopMessage::Accepted { order } if self.wishes.remove(&order).is_some() => {
                self.accepted += 1;
                port.note(CustomerNote::Accepted { order });
                self.learn(order, Some(CREATED));
                if let Some(after) = self.config.asks_after {
                    self.ask_at(order, self.looks.saturating_add((after.0 / LOOK.0) as u32), port);
                }
            }
            ShopMessage::Refused { order } if self.wishes.remove(&order).is_some() => {
                port.note(CustomerNote::Refused { order });
            }
            ShopMessage::Ended { order, status } if self.wishes.remove(&order).is_some() => {
                self.accepted += 1;
                port.note(CustomerNote::Accepted { order });
                port.note(CustomerNote::Ended { order, status });
            }
            ShopMessage::Failed { order } if self.wishes.remove(&order).is_some() => {
                port.note(CustomerNote::Failed { order });
            }
            ShopMessage::Busy { order } if self.wishes.contains_key(&order) => {
                port.note(CustomerNote::TurnedAway { order });
            }
            ShopMessage::Status { call, order, status, version, .. } => {
                if let Some(question) = self.close(call) {
                    let stale = version < question.knew;
                    self.tally.told += 1;
                    self.tally.stale += u32::from(stale);
                    self.learn(order, version);
                    port.note(CustomerNote::Told { order, status, stale });
                }
            }
            ShopMessage::NoAnswer { call, order, why } if self.close(call).is_some() => {
                self.in_vain(order, Vain::Refused(why), port);
            }
            _ => {}
        }
    }

    /// Whoever was not answered tries again; a question is given up.
    fn look(&mut self, port: &mut impl CustomersPort) {
        self.looks = self.looks.saturating_add(1);
        let patience = (self.config.attempt_timeout.0 / LOOK.0).max(1) as u32;
        let mut given_up = Vec::new();
        for (&order, wish) in self.wishes.iter_mut() {
            wish.waited += 1;
            if wish.waited >= patience && self.config.tries.is_some_and(|most| wish.tries >= most) {
                given_up.push(order);
            } else if wish.waited >= patience {
                (wish.waited, wish.tries) = (0, wish.tries.saturating_add(1));
                port.note(CustomerNote::Retried { order });
                port.send(self.config.shop, ShopMessage::Place(wish.wish.clone()));
            }
        }
        for order in given_up {
            self.wishes.remove(&order);
            port.note(CustomerNote::GaveUp { order });
        }
        let looks = self.looks;
        let late = |question: &Question| question.call.is_some() && looks >= question.due.saturating_add(patience);
        let given_up: Vec<OrderId> =
            self.questions.extract_if(.., |question| late(question)).map(|question| question.order).collect();
        given_up.into_iter().for_each(|order| self.in_vain(order, Vain::Silence, port));
        self.ask_due(port);
        if !self.wishes.is_empty() || !self.questions.is_empty() {
            port.set_timer(CustomerTimer::Look, LOOK);
        }
    }

    /// A digest of what a crash would take.
    pub fn fingerprint(&self) -> u64 {
        digest(self)
    }
}
