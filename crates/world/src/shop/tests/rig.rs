//! A shop without a network: every record is delivered to every service, when and as often as a test wants.

use super::super::*;
use crate::base::{StateMachine, Stream, Time};
use crate::store::{Action, Append, ExpectedVersion, Store, StoreCommand, StoreResponse};

const CONSUMERS: [Service; 6] =
    [Service::Order, Service::Payment, Service::Inventory, Service::Shipping, Service::Fraud, Service::Analytics];

/// What the provider does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// It answers.
    Well,
    /// It answers that it cannot.
    Down,
    /// It does what it is asked, and the answer is lost.
    Mute,
}

#[derive(Clone, Debug)]
pub(super) struct Rig {
    books: [Book; 7],
    seen: [Seen; 7],
    /// What was published and not yet dealt with, by whom.
    pub(super) inbox: Vec<(Service, ShopEvent)>,
    /// What the provider answered, and payment has not heard yet.
    answers: Vec<(ShopEvent, ProviderAnswer)>,
    pub(super) store: Store,
    balance: Balance,
    pub(super) imbalances: Vec<Imbalance>,
    /// Every kind that was published, by whichever order.
    pub(super) published: Vec<(OrderId, Kind)>,
    pub(super) mood: Mood,
    pub(super) guarded: bool,
    pub(super) defects: Defects,
    pub(super) now: Time,
    /// How many things were looked at.
    pub(super) browsed: u32,
}

impl Rig {
    pub(super) fn new(catalog: &Catalog, rules: &Rules) -> Rig {
        Rig {
            books: Service::ALL.map(|service| Book::new(service, catalog, rules)),
            seen: Default::default(),
            inbox: Vec::new(),
            answers: Vec::new(),
            store: Store::default(),
            balance: Balance::default(),
            imbalances: Vec::new(),
            published: Vec::new(),
            mood: Mood::Well,
            guarded: true,
            defects: Defects::default(),
            now: Time(1_000),
            browsed: 0,
        }
    }

    pub(super) fn book(&self, service: Service) -> &Book {
        &self.books[service as usize]
    }

    pub(super) fn orders(&self) -> &OrderBook {
        let Book::Order(book) = self.book(Service::Order) else { unreachable!("in the order of the services") };
        book
    }

    pub(super) fn provider(&self) -> &ProviderBook {
        let Book::Provider(book) = self.book(Service::Provider) else { unreachable!("in the order of the services") };
        book
    }

    pub(super) fn inventory(&self) -> &InventoryBook {
        let Book::Inventory(book) = self.book(Service::Inventory) else { unreachable!("in the order of the services") };
        book
    }

    pub(super) fn shipping(&self) -> &ShippingBook {
        let Book::Shipping(book) = self.book(Service::Shipping) else { unreachable!("in the order of the services") };
        book
    }

    pub(super) fn analytics(&self) -> &AnalyticsBook {
        let Book::Analytics(book) = self.book(Service::Analytics) else { unreachable!("in the order of the services") };
        book
    }

    pub(super) fn all_books(&self) -> Books<'_> {
        Books {
            order: self.orders(),
            inventory: self.inventory(),
            shipping: self.shipping(),
            provider: self.provider(),
        }
    }

    pub(super) fn status(&self, order: u32) -> Status {
        self.orders().order(OrderId(order)).map_or(Status::Unknown, |row| row.status)
    }

    /// How much was captured and refunded.
    pub(super) fn money(&self, order: u32) -> (Cents, Cents) {
        let account = self.provider().account(OrderId(order));
        account.map_or((Cents::ZERO, Cents::ZERO), |account| (account.captured, account.refunded))
    }

    pub(super) fn place(&mut self, order: u32, user: u32, wanted: &[(u16, u32)]) -> Result<Effect, Refusal> {
        let wanted = wanted.iter().map(|&(item, quantity)| (ItemId(item), Quantity(quantity))).collect();
        let wish = PlaceOrder { order: OrderId(order), user: UserId(user), wanted };
        let effect = self.orders().place(&wish, self.now)?;
        self.commit(Service::Order, &effect, OrderId(order));
        Ok(effect)
    }

    pub(super) fn deadline(&mut self, order: u32) -> Effect {
        let effect = self.orders().deadline_passed(OrderId(order));
        self.commit(Service::Order, &effect, OrderId(order));
        effect
    }

    /// A customer tells what they look at.
    pub(super) fn browse(&mut self, event: ShopEvent) {
        let Subject::Browsing(user, _) = event.subject() else { return };
        self.append(&Fact { stream: streams::customer(user), event: event.clone(), old_form: false });
        self.inbox.push((Service::Analytics, event));
    }

    fn commit(&mut self, service: Service, effect: &Effect, order: OrderId) {
        self.books[service as usize].apply(&effect.change);
        effect.facts.iter().for_each(|fact| self.append(fact));
        for event in &effect.records {
            assert_eq!(event.topic(), Some(Topic::Orders), "{}", event.kind());
            self.published.push((order, event.kind()));
            self.inbox.extend(CONSUMERS.map(|consumer| (consumer, event.clone())));
        }
        self.check(order);
    }

    fn append(&mut self, fact: &Fact) {
        let events = [fact.to_new_event(None)].into();
        let append = Append { stream: fact.stream.clone(), expected: ExpectedVersion::Any, events };
        let response = self.store.apply(&StoreCommand { at: self.now, action: Action::Append(append) });
        assert!(matches!(response, StoreResponse::Appended(_)), "{response:?}");
    }

    fn check(&mut self, order: OrderId) {
        let mut balance = std::mem::take(&mut self.balance);
        let found = balance.after(&self.all_books(), order);
        self.balance = balance;
        self.imbalances.extend(found);
    }

    /// Asks the provider, which acts at once. `None`: the answer is lost.
    fn ask(&mut self, request: &ProviderRequest, per_mille: u16) -> Option<ProviderAnswer> {
        if self.mood == Mood::Down {
            return Some(ProviderAnswer::Unavailable);
        }
        let (answer, change) = self.provider().answer(request, per_mille, self.defects);
        self.books[Service::Provider as usize].apply(&change);
        self.check(request.key().order);
        (self.mood == Mood::Well).then_some(answer)
    }

    /// Delivers an event to a service; says whether it is dealt with.
    pub(super) fn deliver(&mut self, service: Service, event: &ShopEvent) -> bool {
        if self.guarded && self.seen[service as usize].has(event.id()) {
            return true;
        }
        let answer = match self.book(service).work(event) {
            Work::Ask(request) => match self.ask(&request, 500) {
                Some(answer) => Some(answer),
                None => return false,
            },
            _ => None,
        };
        self.decide(service, event, answer)
    }

    fn decide(&mut self, service: Service, event: &ShopEvent, answer: Option<ProviderAnswer>) -> bool {
        if self.guarded && self.seen[service as usize].has(event.id()) {
            return true;
        }
        self.now.0 += 7;
        let effect = self.book(service).decide(event, answer.as_ref(), self.now);
        if !effect.again {
            self.seen[service as usize].mark(event.id());
        }
        self.commit(service, &effect, event.order().unwrap_or_default());
        !effect.again
    }

    /// Delivers the oldest undelivered event of a kind to a service.
    pub(super) fn hand(&mut self, service: Service, kind: Kind) -> bool {
        let place = self.inbox.iter().position(|(to, event)| *to == service && event.kind() == kind);
        let (_, event) = self.inbox.remove(place.unwrap_or_else(|| panic!("no {kind} for {service}")));
        let done = self.deliver(service, &event);
        if !done {
            self.inbox.push((service, event));
        }
        done
    }

    /// Delivers everything in order until nothing is left.
    pub(super) fn settle(&mut self) {
        for _ in 0..10_000 {
            if self.inbox.is_empty() {
                return;
            }
            let (service, event) = self.inbox.remove(0);
            if !self.deliver(service, &event) {
                self.inbox.push((service, event));
            }
        }
        panic!("it never comes to rest: {:?}", self.inbox);
    }

    /// Does something, anything: delivers out of order, twice, late, while the provider does what it wants.
    pub(super) fn stir(&mut self, stream: &mut Stream, orders: u32) {
        self.now.0 += u64::from(stream.below(50_000));
        self.mood = [Mood::Well, Mood::Well, Mood::Down, Mood::Mute][stream.below(4) as usize];
        match stream.below(20) {
            0 => drop(self.deadline(stream.below(orders))),
            1..5 if !self.answers.is_empty() => {
                let place = stream.below(self.answers.len() as u32) as usize;
                let (event, answer) = self.answers.swap_remove(place);
                if !self.decide(Service::Payment, &event, Some(answer)) {
                    self.inbox.push((Service::Payment, event));
                }
            }
            n if !self.inbox.is_empty() => {
                let place = stream.below(self.inbox.len() as u32) as usize;
                let (service, event) = self.inbox[place].clone();
                let work = self.book(service).work(&event);
                let had = self.guarded && self.seen[service as usize].has(event.id());
                match work {
                    // The answer is on its way while other things happen.
                    Work::Ask(request) if n < 12 && !had => {
                        if let Some(answer) = self.ask(&request, stream.below(1_000) as u16) {
                            self.inbox.swap_remove(place);
                            self.answers.push((event, answer));
                        }
                    }
                    _ => {
                        // One of ten comes again although it was dealt with.
                        if self.deliver(service, &event) && !stream.chance(100_000) {
                            self.inbox.swap_remove(place);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Faults stop: everything that is under way comes to its end.
    pub(super) fn mend(&mut self) {
        self.mood = Mood::Well;
        for (event, answer) in std::mem::take(&mut self.answers) {
            if !self.decide(Service::Payment, &event, Some(answer)) {
                self.inbox.push((Service::Payment, event));
            }
        }
        self.settle();
        self.imbalances.extend(super::super::balance::at_end(&self.all_books()));
    }
}
