//! All services behind one face, for whoever runs them.

use std::fmt;

use super::analytics::AnalyticsBook;
use super::catalog::Catalog;
use super::effect::{Change, Effect, Work};
use super::event::ShopEvent;
use super::fraud::FraudBook;
use super::inventory::InventoryBook;
use super::kind::Topic;
use super::order::OrderBook;
use super::payment::PaymentBook;
use super::provider::{ProviderAnswer, ProviderBook};
use super::rules::Rules;
use super::shipping::ShippingBook;
use crate::base::Time;

/// Who keeps books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Takes orders, and keeps what becomes of them.
    Order,
    /// Gets the money, and gives it back.
    Payment,
    /// Reserves what was paid for.
    Inventory,
    /// Sends parcels.
    Shipping,
    /// Raises alerts.
    Fraud,
    /// Counts.
    Analytics,
    /// The payment provider: outside of the shop. It reads no topic, and answers who asks.
    Provider,
}

impl Service {
    /// Every one.
    pub const ALL: [Service; 7] = [
        Service::Order,
        Service::Payment,
        Service::Inventory,
        Service::Shipping,
        Service::Fraud,
        Service::Analytics,
        Service::Provider,
    ];

    /// Its name, also that of its consumer group.
    pub fn name(self) -> &'static str {
        match self {
            Service::Order => "order",
            Service::Payment => "payment",
            Service::Inventory => "inventory",
            Service::Shipping => "shipping",
            Service::Fraud => "fraud",
            Service::Analytics => "analytics",
            Service::Provider => "provider",
        }
    }

    /// The topics that it reads.
    pub fn reads(self) -> &'static [Topic] {
        match self {
            Service::Provider => &[],
            Service::Analytics => &Topic::ALL,
            _ => &[Topic::Orders],
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The books of one service. A running service has two copies: one that it works with, and the durable one, to which
/// each change is applied when it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Book {
    /// The order service's.
    Order(OrderBook),
    /// Payment's.
    Payment(PaymentBook),
    /// Inventory's.
    Inventory(InventoryBook),
    /// Shipping's.
    Shipping(ShippingBook),
    /// The fraud check's.
    Fraud(FraudBook),
    /// Analytics'.
    Analytics(AnalyticsBook),
    /// The provider's.
    Provider(ProviderBook),
}

impl Book {
    /// The empty books of a service.
    pub fn new(service: Service, catalog: &Catalog, rules: &Rules) -> Book {
        match service {
            Service::Order => Book::Order(OrderBook::new(catalog, rules)),
            Service::Payment => Book::Payment(PaymentBook::default()),
            Service::Inventory => Book::Inventory(InventoryBook::new(catalog)),
            Service::Shipping => Book::Shipping(ShippingBook::new(rules)),
            Service::Fraud => Book::Fraud(FraudBook::new(rules)),
            Service::Analytics => Book::Analytics(AnalyticsBook::new(catalog)),
            Service::Provider => Book::Provider(ProviderBook::new(rules)),
        }
    }

    /// Whose books they are.
    pub fn service(&self) -> Service {
        match self {
            Book::Order(_) => Service::Order,
            Book::Payment(_) => Service::Payment,
            Book::Inventory(_) => Service::Inventory,
            Book::Shipping(_) => Service::Shipping,
            Book::Fraud(_) => Service::Fraud,
            Book::Analytics(_) => Service::Analytics,
            Book::Provider(_) => Service::Provider,
        }
    }

    /// What an event asks for. It is to be asked anew before each try: the answer depends on what was decided since.
    pub fn work(&self, event: &ShopEvent) -> Work {
        match self {
            Book::Order(book) => book.work(event),
            Book::Payment(book) => book.work(event),
            Book::Inventory(book) => book.work(event),
            Book::Shipping(book) => book.work(event),
            Book::Fraud(book) => book.work(event),
            Book::Analytics(book) => book.work(event),
            Book::Provider(_) => Work::Skip,
        }
    }

    /// What comes of an event, at this time by the service's clock: the answer is that of the provider, if it was
    /// [asked](Work::Ask). Nothing is changed until the effect's change is [applied](Self::apply).
    pub fn decide(&self, event: &ShopEvent, answer: Option<&ProviderAnswer>, at: Time) -> Effect {
        match self {
            Book::Order(book) => book.decide(event, at),
            Book::Payment(book) => book.decide(event, answer),
            Book::Inventory(book) => book.decide(event),
            Book::Shipping(book) => book.decide(event, at),
            Book::Fraud(book) => book.decide(event),
            Book::Analytics(book) => book.decide(event),
            Book::Provider(_) => Effect::none(),
        }
    }

    /// Carries out a change. One of another service changes nothing.
    pub fn apply(&mut self, change: &Change) {
        match (self, change) {
            (Book::Order(book), Change::Order(order, row)) => book.apply(*order, row),
            (Book::Payment(book), Change::Payment(order, row)) => book.apply(*order, row),
            (Book::Inventory(book), Change::Stock(change)) => book.apply(change),
            (Book::Shipping(book), Change::Shipment(order, shipment)) => book.apply(*order, *shipment),
            (Book::Fraud(book), Change::Suspect(user, suspect)) => book.apply(*user, suspect),
            (Book::Analytics(book), Change::Counted(counted)) => book.apply(counted),
            (Book::Provider(book), Change::Provider(order, row)) => book.apply(*order, row),
            _ => {}
        }
    }
}
