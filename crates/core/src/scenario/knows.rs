//! Who has to know whom by name, for whoever draws it or counts what a change touches.
//!
//! An arrow goes from whoever has to be told, when it is set up, to whom or what it is told of. In a chain of direct calls
//! these are the services that it calls. With events it is the topics that it publishes to or reads: who else does, it
//! does not know.

use std::collections::BTreeSet;
use std::fmt;

use super::calls::Style;
use super::shop::Shop;
use crate::shop::{Service, Topic};

/// Who or what can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// The customers.
    Customers,
    /// A service, or the provider.
    Service(Service),
    /// A topic of the bus.
    Topic(Topic),
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// To ask, and to wait for the answer.
    Calls,
    /// To tell whoever reads it.
    Publishes,
    /// To hear of whoever publishes.
    Reads,
}

/// One has to know the other by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Who has to know.
    pub from: Party,
    /// Whom, or what.
    pub to: Party,
    /// What for.
    pub what_for: Use,
}

/// What somebody may do to a running shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A service that was not there joins.
    Add(Service),
    /// Another service takes a service's place, under another name.
    Replace(Service),
}

/// The arrows that a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Those of the new service itself: it has to be told all that it knows.
    pub own: BTreeSet<Arrow>,
    /// Those of others: each has to be told, and so to be changed.
    pub of_others: BTreeSet<Arrow>,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Customers => f.write_str("customers"),
            Party::Service(service) => service.fmt(f),
            Party::Topic(topic) => write!(f, "topic {}", topic.name()),
        }
    }
}

impl Shop {
    /// Who has to know whom in this shop.
    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let here: Vec<Service> = self.in_service().collect();
        let among = here.iter().flat_map(|&service| arrows_from(service, self.style));
        // Who is not in service is known to nobody.
        let known = |arrow: &Arrow| match arrow.to {
            Party::Service(Service::Provider) => true,
            Party::Service(service) => here.contains(&service),
            Party::Customers | Party::Topic(_) => true,
        };
        let desk = Arrow { from: Party::Customers, to: Party::Service(Service::Order), what_for: Use::Calls };
        among.filter(known).chain([desk]).collect()
    }

    /// The arrows that a change of this shop touches. One that does not fit touches none.
    pub fn touched_by(&self, change: Change) -> Touched {
        let mut after = self.clone();
        let (service, fits) = match change {
            Change::Add(service) => {
                let absent = after.staff_of(service).is_some_and(|staff| staff.workers == 0);
                if let Some(staff) = after.staff_of(service) {
                    staff.workers = 1;
                }
                (service, absent)
            }
            Change::Replace(service) => (service, self.in_service().any(|here| here == service)),
        };
        if !fits {
            return Touched::default();
        }
        let party = Party::Service(service);
        let (own, others): (BTreeSet<Arrow>, BTreeSet<Arrow>) =
            after.arrows().into_iter().partition(|arrow| arrow.from == party);
        Touched { own, of_others: others.into_iter().filter(|arrow| arrow.to == party).collect() }
    }

    fn in_service(&self) -> impl Iterator<Item = Service> {
        self.staff().into_iter().filter(|(_, staff)| staff.workers > 0).map(|(role, _)| role)
    }

    fn staff_of(&mut self, service: Service) -> Option<&mut super::Staff> {
        match service {
            Service::Order => Some(&mut self.order),
            Service::Payment => Some(&mut self.payment),
            Service::Inventory => Some(&mut self.inventory),
            Service::Shipping => Some(&mut self.shipping),
            Service::Fraud => Some(&mut self.fraud),
            Service::Analytics => Some(&mut self.analytics),
            Service::Provider => None,
        }
    }
}

/// Whom and what a service has to know.
fn arrows_from(service: Service, style: Style) -> Vec<Arrow> {
    let from = Party::Service(service);
    let calls = |other: &Service| Arrow { from, to: Party::Service(*other), what_for: Use::Calls };
    let topic = |topic: &Topic, what_for| Arrow { from, to: Party::Topic(*topic), what_for };
    match style {
        Style::Chain => service.calls().iter().map(calls).collect(),
        Style::Events => {
            let publishes = service.publishes().iter().map(|to| topic(to, Use::Publishes));
            let reads = service.reads().iter().map(|to| topic(to, Use::Reads));
            // Who is outside of the shop publishes nothing.
            let asks = service.calls().iter().filter(|other| **other == Service::Provider).map(calls);
            publishes.chain(reads).chain(asks).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(style: Style) -> Shop {
        Shop { style, ..Shop::default() }
    }

    fn written(arrows: &BTreeSet<Arrow>) -> Vec<String> {
        arrows.iter().map(|arrow| format!("{} -> {}", arrow.from, arrow.to)).collect()
    }

    #[test]
    fn in_a_chain_services_know_each_other_and_with_events_only_topics_and_the_provider() {
        assert_eq!(
            written(&shop(Style::Chain).arrows()),
            [
                "customers -> order",
                "order -> payment",
                "order -> inventory",
                "order -> shipping",
                "payment -> inventory",
                "payment -> provider",
                "inventory -> shipping"
            ]
        );
        for arrow in shop(Style::Events).arrows() {
            let outside = arrow.from == Party::Customers || arrow.to == Party::Service(Service::Provider);
            assert!(outside || matches!(arrow.to, Party::Topic(_)), "{arrow:?}");
        }
    }

    #[test]
    fn who_joins_is_told_what_it_needs_and_with_events_nobody_else_is_told_anything() {
        for joins in [Service::Fraud, Service::Analytics] {
            let events = shop(Style::Events).touched_by(Change::Add(joins));
            assert_eq!(events.of_others, BTreeSet::new(), "{joins}");
            assert!(!events.own.is_empty());
            let chain = shop(Style::Chain).touched_by(Change::Add(joins));
            assert_eq!(written(&chain.of_others), [format!("order -> {joins}")]);
        }
    }

    #[test]
    fn who_is_replaced_is_known_to_its_callers_and_with_events_to_nobody_in_the_shop() {
        let count = |style, service| shop(style).touched_by(Change::Replace(service)).of_others.len();
        let counts = [Service::Payment, Service::Inventory, Service::Shipping]
            .map(|service| (count(Style::Chain, service), count(Style::Events, service)));
        assert_eq!(counts, [(1, 0), (2, 0), (2, 0)]);
        // Customers come to a door that has a name, whatever is behind it.
        assert_eq!((count(Style::Chain, Service::Order), count(Style::Events, Service::Order)), (1, 1));
    }

    #[test]
    fn a_change_that_does_not_fit_touches_nothing() {
        let shop = shop(Style::Chain);
        assert_eq!(shop.touched_by(Change::Add(Service::Payment)), Touched::default());
        assert_eq!(shop.touched_by(Change::Replace(Service::Fraud)), Touched::default());
        assert_eq!(shop.touched_by(Change::Add(Service::Provider)), Touched::default());
    }
}
