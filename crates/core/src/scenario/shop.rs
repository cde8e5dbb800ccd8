//! The shop of a scenario: its services, who comes, and what its people have decided.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::calls::{Calls, Style, chain};
use super::cluster::Cluster;
use super::form::{Field, Form, Record, Slot, Visit, choice, record};
use super::limits::{MAX_OUTSTANDING, MAX_PARTITIONS, MAX_SHOP_RATE, MAX_SPAN, MAX_USERS, MAX_WAITING, MIN_PERIOD};
use super::problem::Inspection;
use super::quantity::{Ppm, SpanRange};
use super::views::QuerySide;
use crate::base::{NodeId, Span};
use crate::bus::{GroupSettings, Retention, Start, TopicSettings, Waits};
use crate::consensus::raft;
use crate::lab;
use crate::service::{CustomersConfig, MAX_WORKERS, ProviderConfig, ServiceConfig};
use crate::shop::views::Folds;
use crate::shop::{Catalog, Cents, Defect, Defects, Item, Quantity, Rules, Service as Role, Topic};
use crate::sim::Latency;

/// A shop whose services talk through the bus and the store that the cluster carries, or call each other.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `style` | `"events"` | `"events"`, or `"chain"`: see [`Style`] |
/// | `calls` | | see [`Calls`]: for a chain |
/// | `order`, `payment`, `inventory`, `shipping` | one worker | see [`Staff`] |
/// | `fraud`, `analytics` | none | see [`Staff`]: with no workers they are there, but not in service |
/// | `provider` | | see [`ProviderSetting`] |
/// | `customers` | | see [`CustomersSetting`] |
/// | `rules` | | see [`RulesSetting`] |
/// | `views` | one query node | see [`QuerySide`] |
/// | `partitions` | `3` | how many partitions each topic has, 1 to 16 |
/// | `session` | `"3s"` | a worker of whom the bus has not heard for so long is out of its group |
/// | `ack_wait` | `"2s"` | how long a record may be without an answer before it is delivered again |
/// | `retry` | `"200ms"` | how long a record rests that could not be dealt with; twice as long with each try |
/// | `max_tries` | `20` | how often a record is delivered before it goes to the dead letters |
/// | `disk_sync` | `"1ms"` | how long a write of a service takes to be on disk, as a latency |
/// | `stock` | `10000` | how many of each item there are at the start |
/// | `defects` | `[]` | bugs put in on purpose: `"consumer-without-dedup"`, `"offset-before-work"`, `"no-outbox"`, `"random-partition"`, `"projection-counts-twice"`, `"provider-without-keys"` |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shop {
    /// How its services work together.
    pub style: Style,
    /// How calls are tried again, where it is a chain.
    pub calls: Calls,
    /// Takes orders.
    pub order: Staff,
    /// Has them paid.
    pub payment: Staff,
    /// Reserves what was ordered.
    pub inventory: Staff,
    /// Sends it.
    pub shipping: Staff,
    /// Looks for fraud.
    pub fraud: Staff,
    /// Counts.
    pub analytics: Staff,
    /// Captures and refunds money; not of the shop.
    pub provider: ProviderSetting,
    /// Who comes.
    pub customers: CustomersSetting,
    /// What the shop's people have decided.
    pub rules: RulesSetting,
    /// Who answers questions.
    pub views: QuerySide,
    /// How many partitions each topic has.
    pub partitions: u8,
    /// A worker of whom the bus has not heard for so long is out of its group.
    pub session: Span,
    /// How long a record may be without an answer before it is delivered again.
    pub ack_wait: Span,
    /// How long a record rests that could not be dealt with; twice as long with each try.
    pub retry: Span,
    /// How often a record is delivered before it goes to the dead letters.
    pub max_tries: u32,
    /// How long a write of a service takes to be on disk.
    pub disk_sync: Latency,
    /// How many of each item there are at the start.
    pub stock: u32,
    /// Bugs put in on purpose.
    pub defects: Defects,
    /// Who sets it up.
    pub founder: Founder,
}

/// Who sets up the shop of a scenario. Only whoever makes a [`Shop`] names what sets it up: so a page that plays no shop
/// need not have it.
#[derive(Clone, Copy, Debug)]
pub struct Founder(fn(&Shop, &Cluster) -> Arc<dyn lab::Company>);

/// There is but one.
impl PartialEq for Founder {
    fn eq(&self, _other: &Founder) -> bool {
        true
    }
}

impl Eq for Founder {}

impl Hash for Founder {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

/// How a service works.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `workers` | `1` | how many events or calls it works on at a time, 0 to 8; each is a consumer of its own |
/// | `service_time` | `"10ms..30ms"` | between these it takes for an event or a call |
/// | `prefetch` | `8` | how many records a worker has with it at most |
/// | `queue` | `64` | how many customers may wait at the order service's desk; in a chain, how many calls at any service |
/// | `timeout` | `"500ms"` | how long it waits for an answer before it asks again |
/// | `tries` | `4` | how often it asks the provider before it puts the event off; in a chain, anybody before it gives up |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Staff {
    /// How many events it works on at a time.
    pub workers: u8,
    /// Between these it takes for an event.
    pub service_time: SpanRange,
    /// How many records a worker has with it at most.
    pub prefetch: u32,
    /// How many customers may wait at the desk.
    pub queue: u32,
    /// How long it waits for an answer before it asks again.
    pub timeout: Span,
    /// How often it asks the provider before it puts the event off.
    pub tries: u8,
}

/// How the payment provider works.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `workers` | `4` | how many requests it works on at a time, 1 to 8 |
/// | `service_time` | `"20ms..60ms"` | between these it takes for a request |
/// | `queue` | `64` | how many requests may wait; others it does not hear |
/// | `unavailable` | `"0%"` | how many requests it answers that it cannot say |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderSetting {
    /// How many requests it works on at a time.
    pub workers: u8,
    /// Between these it takes for a request.
    pub service_time: SpanRange,
    /// How many requests may wait.
    pub queue: u32,
    /// How many requests it answers that it cannot say.
    pub unavailable: Ppm,
}

/// Who comes to the shop.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `users` | `20` | how many customers there are |
/// | `rate` | `3` | orders a second, of all of them; 0: only what commands order |
/// | `arrival` | `"poisson"` | as in [`Load`](super::Load) |
/// | `burst` | `1` | how many come at once each time |
/// | `until` | | when they stop coming; if not said, they never do |
/// | `looks` | `0` | how many items each looks at, before it fills its cart |
/// | `abandons` | `"0%"` | how many fill a cart and go away |
/// | `asks` | `5` | questions a second about any order, of all of them, besides those below |
/// | `asks_after` | | how long after an order is accepted they ask what became of it |
/// | `own_writes` | `false` | whoever asks wants to see what they wrote, and what they were told before |
/// | `timeout` | `"500ms"` | how long they wait for an answer before they try again |
/// | `tries` | | how often they try before they give an order up; if not said, they never do |
/// | `max_open` | `64` | how many orders, and how many questions, may be without an answer |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomersSetting {
    /// How many customers there are.
    pub users: u32,
    /// Orders a second, of all of them.
    pub rate: u32,
    /// How they are spread in time.
    pub arrival: super::Arrival,
    /// How many come at once each time.
    pub burst: u32,
    /// When they stop coming.
    pub until: Option<Span>,
    /// How many items each looks at.
    pub looks: u32,
    /// How many fill a cart and go away.
    pub abandons: Ppm,
    /// Questions a second about any order, of all of them.
    pub asks: u32,
    /// How long after an order is accepted they ask what became of it.
    pub asks_after: Option<Span>,
    /// Whoever asks wants to see what they wrote.
    pub own_writes: bool,
    /// How long they wait for an answer before they try again.
    pub timeout: Span,
    /// How often they try before they give an order up.
    pub tries: Option<u32>,
    /// How many orders, and how many questions, may be without an answer.
    pub max_open: u32,
}

/// What the shop's people have decided. Money is in cents.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `decline_above` | `1000000` | the provider declines any amount above this |
/// | `declined` | `"0%"` | how many payments are refused by the customer's bank |
/// | `shipping_deadline` | `"10s"` | how long after it was placed an order should be shipped, before it is let be |
/// | `wrong_tracking_every` | `0` | of so many orders one gets a wrong tracking number, which is corrected later; 0: none |
/// | `suspicious_amount` | `500000` | an order above this looks like fraud |
/// | `suspicious_orders` | `5` | so many orders of one customer within the window look like fraud |
/// | `suspicious_window` | `"10s"` | the window |
/// | `cart_window` | `"30s"` | a cart that nobody has touched for so long is abandoned |
/// | `renewed_after` | `"0s"` | orders that are taken before are stored in the first form of `OrderCreated`, as the code of that day wrote it |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RulesSetting {
    /// The provider declines any amount above this.
    pub decline_above: u64,
    /// How many payments are refused by the customer's bank.
    pub declined: Ppm,
    /// How long after it was placed an order should be shipped.
    pub shipping_deadline: Span,
    /// Of so many orders one gets a wrong tracking number.
    pub wrong_tracking_every: u32,
    /// Orders with a lower number are stored as the order service's first version wrote them.
    /// An order above this looks like fraud.
    pub suspicious_amount: u64,
    /// So many orders of one customer within the window look like fraud.
    pub suspicious_orders: u8,
    /// The window.
    pub suspicious_window: Span,
    /// A cart that nobody has touched for so long is abandoned.
    pub cart_window: Span,
    /// Orders that are taken before are stored in the first form of `OrderCreated`.
    pub renewed_after: Span,
}

choice!(Defect {
    "consumer-without-dedup" ConsumerWithoutDedup,
    "offset-before-work" OffsetBeforeWork,
    "no-outbox" NoOutbox,
    "random-partition" RandomPartition,
    "projection-counts-twice" ProjectionCountsTwice,
    "provider-without-keys" ProviderWithoutKeys,
});

record!(Staff {
    optional workers, optional service_time, optional prefetch, optional queue, optional timeout, optional tries,
});
record!(ProviderSetting { optional workers, optional service_time, optional queue, optional unavailable });
record!(CustomersSetting {
    optional users, optional rate, optional arrival, optional burst, optional until, optional looks, optional abandons,
    optional asks, optional asks_after, optional own_writes, optional timeout, optional tries, optional max_open,
});
record!(RulesSetting {
    optional decline_above, optional declined, optional shipping_deadline, optional wrong_tracking_every,
    optional suspicious_amount, optional suspicious_orders, optional suspicious_window, optional cart_window,
    optional renewed_after,
});

impl Record for Shop {
    fn fields(&mut self, visit: &mut Visit<'_>) {
        let mut field = |name, slot| visit(Field { name, needed: false, slot });
        field("style", self.style.slot());
        field("calls", self.calls.slot());
        field("order", self.order.slot());
        field("payment", self.payment.slot());
        field("inventory", self.inventory.slot());
        field("shipping", self.shipping.slot());
        field("fraud", self.fraud.slot());
        field("analytics", self.analytics.slot());
        field("provider", self.provider.slot());
        field("customers", self.customers.slot());
        field("rules", self.rules.slot());
        field("views", self.views.slot());
        field("partitions", self.partitions.slot());
        field("session", self.session.slot());
        field("ack_wait", self.ack_wait.slot());
        field("retry", self.retry.slot());
        field("max_tries", self.max_tries.slot());
        field("disk_sync", self.disk_sync.slot());
        field("stock", self.stock.slot());
        // A set is a list to whoever reads it.
        let mut defects = Vec::from(self.defects);
        field("defects", defects.slot());
        self.defects = defects.into();
    }
}

impl Form for Shop {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Record(self)
    }
}

impl Default for Staff {
    fn default() -> Self {
        Staff {
            workers: 1,
            service_time: SpanRange { min: Span::millis(10), max: Span::millis(30) },
            prefetch: 8,
            queue: 64,
            timeout: Span::millis(500),
            tries: 4,
        }
    }
}

impl Default for ProviderSetting {
    fn default() -> Self {
        let service_time = SpanRange { min: Span::millis(20), max: Span::millis(60) };
        ProviderSetting { workers: 4, service_time, queue: 64, unavailable: Ppm(0) }
    }
}

impl Default for CustomersSetting {
    fn default() -> Self {
        CustomersSetting {
            users: 20,
            rate: 3,
            arrival: super::Arrival::Poisson,
            burst: 1,
            until: None,
            looks: 0,
            abandons: Ppm(0),
            asks: 5,
            asks_after: None,
            own_writes: false,
            timeout: Span::millis(500),
            tries: None,
            max_open: 64,
        }
    }
}

impl Default for RulesSetting {
    fn default() -> Self {
        let rules = Rules::default();
        RulesSetting {
            decline_above: rules.decline_above.0,
            declined: Ppm(u32::from(rules.decline_per_mille) * 1_000),
            shipping_deadline: rules.shipping_deadline,
            wrong_tracking_every: rules.wrong_tracking_every,
            suspicious_amount: rules.suspicious_amount.0,
            suspicious_orders: rules.suspicious_orders,
            suspicious_window: rules.suspicious_window,
            cart_window: rules.cart_window,
            renewed_after: rules.renewed_after,
        }
    }
}

impl Default for Shop {
    fn default() -> Self {
        let absent = Staff { workers: 0, ..Staff::default() };
        Shop {
            style: Style::default(),
            calls: Calls::default(),
            order: Staff::default(),
            payment: Staff::default(),
            inventory: Staff::default(),
            shipping: Staff::default(),
            fraud: absent.clone(),
            analytics: absent,
            provider: ProviderSetting::default(),
            customers: CustomersSetting::default(),
            rules: RulesSetting::default(),
            views: QuerySide::default(),
            partitions: 3,
            session: Span::secs(3),
            ack_wait: Span::secs(2),
            retry: Span::millis(200),
            max_tries: 20,
            disk_sync: Latency::Fixed(Span::millis(1)),
            stock: 10_000,
            defects: Defects::default(),
            founder: Founder(|shop, brokers| Arc::new(shop.setup(brokers))),
        }
    }
}

impl Staff {
    fn inspect(&self, inspection: &mut Inspection) {
        inspection.number("workers", self.workers.into(), 0, MAX_WORKERS.into());
        inspect_service_time(self.service_time, inspection);
        inspection.number("prefetch", self.prefetch.into(), 1, MAX_WAITING.into());
        inspection.number("queue", self.queue.into(), 0, MAX_WAITING.into());
        inspection.span("timeout", self.timeout, MIN_PERIOD, MAX_SPAN);
        inspection.number("tries", self.tries.into(), 1, 100);
    }
}

pub(super) fn inspect_service_time(SpanRange { min, max }: SpanRange, inspection: &mut Inspection) {
    if min > max {
        inspection.problem("service_time", format!("the shortest ({min}) is longer than the longest ({max})"));
    } else {
        inspection.span("service_time", max, Span::ZERO, MAX_SPAN);
    }
}

impl RulesSetting {
    /// The rules as the shop has them.
    fn rules(&self) -> Rules {
        Rules {
            decline_above: Cents(self.decline_above),
            decline_per_mille: (self.declined.0 / 1_000).min(1_000) as u16,
            shipping_deadline: self.shipping_deadline,
            wrong_tracking_every: self.wrong_tracking_every,
            suspicious_amount: Cents(self.suspicious_amount),
            suspicious_orders: self.suspicious_orders,
            suspicious_window: self.suspicious_window,
            cart_window: self.cart_window,
            renewed_after: self.renewed_after,
        }
    }
}

impl Shop {
    /// Its services, in the order of their nodes.
    pub(super) fn staff(&self) -> [(Role, &Staff); 6] {
        [
            (Role::Order, &self.order),
            (Role::Payment, &self.payment),
            (Role::Inventory, &self.inventory),
            (Role::Shipping, &self.shipping),
            (Role::Fraud, &self.fraud),
            (Role::Analytics, &self.analytics),
        ]
    }

    /// What is sold: the shop's own catalogue, with so many of each item.
    pub fn catalog(&self) -> Catalog {
        let catalog = Catalog::default();
        let stocked = |item: &Item| Item { stock: Quantity(self.stock), ..item.clone() };
        Catalog::new(catalog.items().iter().map(stocked).collect()).unwrap_or(catalog)
    }

    /// How many query nodes there are. They follow the store, and a chain stores nothing.
    pub(super) fn query_nodes(&self) -> u8 {
        match self.style {
            Style::Events => self.views.nodes,
            Style::Chain => 0,
        }
    }

    /// The shop as the lab builds it, behind these brokers.
    pub(super) fn company(&self, brokers: &Cluster) -> Arc<dyn lab::Company> {
        (self.founder.0)(self, brokers)
    }

    fn setup(&self, brokers: &Cluster) -> lab::ShopSetup {
        let (brokers, election_timeout) = (u16::from(brokers.servers), brokers.raft().election_timeout);
        let (rules, catalog) = (self.rules.rules(), self.catalog());
        let topic = |topic: Topic| TopicSettings {
            name: topic.name().into(),
            partitions: self.partitions.into(),
            retention: Retention::default(),
        };
        let topics: Arc<[TopicSettings]> = Topic::ALL.map(topic).into();
        let node = |place: usize| NodeId(brokers + place as u16);
        let staff = self.staff();
        let provider = node(staff.len());
        let first_view = staff.len() + 2;
        let folds = Folds { catalog: catalog.clone(), cart_window: rules.cart_window };
        let callers = staff.len() as u16;
        let service = |(number, (role, staff)): (usize, (Role, &Staff))| ServiceConfig {
            number: number as u16,
            role,
            brokers,
            provider: (role == Role::Payment).then_some(provider),
            topics: topics.clone(),
            group: GroupSettings {
                name: role.name().into(),
                start: Start::Earliest,
                session_timeout: self.session,
                ack_wait: Waits { first: self.ack_wait, longest: Span(self.ack_wait.0.saturating_mul(4)) },
                retry: Waits { first: self.retry, longest: Span(self.retry.0.saturating_mul(16)) },
                max_tries: self.max_tries,
                ..GroupSettings::default()
            },
            reads: role.reads().iter().map(|topic| *topic as u16).collect(),
            workers: staff.workers,
            service_time: (staff.service_time.min, staff.service_time.max),
            prefetch: staff.prefetch,
            desk_queue: staff.queue,
            attempt_timeout: staff.timeout,
            fetch_wait: raft::patience(election_timeout),
            provider_tries: staff.tries,
            catalog: catalog.clone(),
            rules,
            defects: self.defects,
        };
        let customers = &self.customers;
        lab::ShopSetup {
            services: match self.style {
                Style::Events => staff.into_iter().enumerate().map(service).collect(),
                Style::Chain => Vec::new(),
            },
            chain: match self.style {
                Style::Events => Vec::new(),
                Style::Chain => chain(self, brokers, &catalog, rules),
            },
            provider: ProviderConfig {
                workers: self.provider.workers,
                queue: self.provider.queue,
                service_time: (self.provider.service_time.min, self.provider.service_time.max),
                unavailable_per_mille: (self.provider.unavailable.0 / 1_000).min(1_000) as u16,
                rules,
                defects: self.defects,
            },
            customers: CustomersConfig {
                shop: node(0),
                views: (0..usize::from(self.query_nodes())).map(|number| node(first_view + number)).collect(),
                users: customers.users,
                gap: (customers.rate > 0)
                    .then(|| Span(1_000_000 * u64::from(customers.burst.max(1)) / u64::from(customers.rate))),
                poisson: customers.arrival == super::Arrival::Poisson,
                burst: customers.burst,
                lasts: customers.until,
                views_per_order: customers.looks,
                abandon_per_mille: (customers.abandons.0 / 1_000).min(1_000) as u16,
                asks_gap: (customers.asks > 0).then(|| Span(1_000_000 / u64::from(customers.asks))),
                asks_after: customers.asks_after,
                own_writes: customers.own_writes,
                attempt_timeout: customers.timeout,
                tries: customers.tries,
                max_open: customers.max_open,
                catalog,
            },
            views: match self.style {
                Style::Events => self.views.configs(callers, brokers, &folds, self.defects),
                Style::Chain => Vec::new(),
            },
            disk_sync: self.disk_sync,
            defects: self.defects,
        }
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        let part = inspection.enter("calls");
        self.calls.inspect(inspection);
        inspection.leave(part);
        for (role, staff) in self.staff() {
            let part = inspection.enter(role.name());
            staff.inspect(inspection);
            inspection.leave(part);
        }
        let part = inspection.enter("provider");
        inspection.number("workers", self.provider.workers.into(), 1, MAX_WORKERS.into());
        inspect_service_time(self.provider.service_time, inspection);
        inspection.number("queue", self.provider.queue.into(), 0, MAX_WAITING.into());
        self.provider.unavailable.inspect("unavailable", inspection);
        inspection.leave(part);
        let part = inspection.enter("customers");
        let customers = &self.customers;
        inspection.number("users", customers.users.into(), 1, MAX_USERS.into());
        inspection.number("rate", customers.rate.into(), 0, MAX_SHOP_RATE.into());
        inspection.number("burst", customers.burst.into(), 1, 1_000);
        inspection.number("asks", customers.asks.into(), 0, MAX_SHOP_RATE.into());
        inspection.number("looks", customers.looks.into(), 0, 20);
        customers.abandons.inspect("abandons", inspection);
        inspection.span("timeout", customers.timeout, MIN_PERIOD, MAX_SPAN);
        if let Some(tries) = customers.tries {
            inspection.number("tries", tries.into(), 1, 1_000);
        }
        inspection.number("max_open", customers.max_open.into(), 1, MAX_OUTSTANDING.into());
        inspection.leave(part);
        let part = inspection.enter("rules");
        self.rules.declined.inspect("declined", inspection);
        if let Err(error) = self.rules.rules().inspect() {
            inspection
                .problem(error.rule, format!("{} is not between {} and {}", error.given, error.least, error.most));
        }
        inspection.leave(part);
        let part = inspection.enter("views");
        self.views.inspect(inspection);
        inspection.leave(part);
        inspection.number("partitions", self.partitions.into(), 1, MAX_PARTITIONS.into());
        inspection.span("session", self.session, Span::millis(150), MAX_SPAN);
        inspection.span("ack_wait", self.ack_wait, MIN_PERIOD, MAX_SPAN);
        inspection.span("retry", self.retry, Span::ZERO, MAX_SPAN);
        inspection.number("max_tries", self.max_tries.into(), 1, 1_000);
        super::network::inspect_latency("disk_sync", self.disk_sync, Span::ZERO, inspection);
        inspection.number("stock", self.stock.into(), 0, 1_000_000);
    }
}
