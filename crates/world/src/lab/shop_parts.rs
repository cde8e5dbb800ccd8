//! The shop's people as parts of a world: the adapters between the world's port and each one's own.

use smol_str::SmolStr;

use super::actor::{Actor, Durable, LabTimer, Note, Request, Write};
use super::bridge;
use super::part::{Part, PartDisk, PartWrite};
use super::shop_setup::{CUSTOMERS, PROVIDER};
use super::wire::Wire;
use crate::base::{NodeId, Sessions, Span, Time};
use crate::broker::Broker;
use crate::consensus::ClientRequest;
use crate::service::{
    self, Case, CustomerNote, CustomerTimer, Customers, CustomersDisk, CustomersPort, Ledger, Provider, ProviderPort,
    Service, ServiceNote, ServicePort, ServiceWrite, ShopMessage, apply_to_provider,
};
use crate::shop::{Change, ProviderBook};
use crate::sim::{Input, Port, TimerName};

impl Part for Service {
    fn copy(&self) -> Box<dyn Part> {
        Box::new(self.clone())
    }

    fn name(&self) -> SmolStr {
        SmolStr::new_static(self.config().role.name())
    }

    fn step(&mut self, input: Input<Actor>, port: &mut dyn Port<Actor>) {
        let input = match input {
            Input::Boot => service::Input::Boot,
            Input::Message { from, message: Wire::Shop(message) } => service::Input::Message { from, message },
            Input::Message { from, message: Wire::Reply(reply) } => match bridge::reply(reply) {
                Some(reply) => service::Input::Reply { from, reply },
                None => return,
            },
            Input::Timer(timer) => match service::Timer::from_slot(timer.slot()) {
                Some(timer) => service::Input::Timer(timer),
                None => return,
            },
            Input::Request(Request::Scale { workers }) => service::Input::Scale { workers },
            Input::Request(Request::Replay) => service::Input::Replay,
            Input::Request(_) | Input::Synced { .. } | Input::Message { .. } => return,
        };
        Service::step(self, input, &mut OfService(port));
    }

    fn restart(&self, disk: &Durable) -> Box<dyn Part> {
        Box::new(disk.part().map_or_else(|| self.clone(), |disk| Service::restart(self, disk)))
    }

    fn empty_disk(&self) -> Durable {
        Durable::Part(Box::new(Service::empty_ledger(self.config())))
    }

    fn fingerprint(&self) -> u64 {
        Service::fingerprint(self)
    }
}

impl PartDisk for Ledger {
    fn copy(&self) -> Box<dyn PartDisk> {
        Box::new(self.clone())
    }

    fn apply(&mut self, write: &dyn PartWrite) {
        if let Some(write) = write.is() {
            Ledger::apply(self, write);
        }
    }
}

impl PartWrite for ServiceWrite {
    fn copy(&self) -> Box<dyn PartWrite> {
        Box::new(self.clone())
    }
}

impl Part for Provider {
    fn copy(&self) -> Box<dyn Part> {
        Box::new(self.clone())
    }

    fn name(&self) -> SmolStr {
        SmolStr::new_static(PROVIDER)
    }

    fn step(&mut self, input: Input<Actor>, port: &mut dyn Port<Actor>) {
        let port = &mut OfService(port);
        match input {
            Input::Message { from, message: Wire::Shop(ShopMessage::Call { call, request }) } => {
                self.hear(Case { from, call, request }, port);
            }
            Input::Timer(timer) => {
                if let Some(service::Timer::Worker(worker)) = service::Timer::from_slot(timer.slot()) {
                    self.time_is_taken(worker, port);
                }
            }
            _ => {}
        }
    }

    fn restart(&self, disk: &Durable) -> Box<dyn Part> {
        Box::new(disk.part().map_or_else(|| self.clone(), |disk| Provider::restart(self, disk)))
    }

    fn empty_disk(&self) -> Durable {
        Durable::Part(Box::new(self.book().clone()))
    }

    fn fingerprint(&self) -> u64 {
        Provider::fingerprint(self)
    }
}

impl PartDisk for ProviderBook {
    fn copy(&self) -> Box<dyn PartDisk> {
        Box::new(self.clone())
    }

    fn apply(&mut self, write: &dyn PartWrite) {
        if let Some(change) = write.is() {
            apply_to_provider(self, change);
        }
    }
}

impl PartWrite for Change {
    fn copy(&self) -> Box<dyn PartWrite> {
        Box::new(self.clone())
    }
}

impl Part for Customers {
    fn copy(&self) -> Box<dyn Part> {
        Box::new(self.clone())
    }

    fn name(&self) -> SmolStr {
        SmolStr::new_static(CUSTOMERS)
    }

    fn step(&mut self, input: Input<Actor>, port: &mut dyn Port<Actor>) {
        let port = &mut OfService(port);
        match input {
            Input::Boot => self.boot(port),
            Input::Message { message: Wire::Shop(message), .. } => self.hear(&message, port),
            Input::Timer(timer) => {
                if let Some(timer) = CustomerTimer::from_slot(timer.slot()) {
                    self.time_out(timer, port);
                }
            }
            Input::Request(Request::Order { user, item, quantity }) => {
                self.place(user, vec![(item, quantity)], port);
            }
            Input::Request(Request::Ask { order }) => self.ask(order, port),
            Input::Request(Request::Load { rate }) => self.set_rate(rate, port),
            _ => {}
        }
    }

    fn restart(&self, disk: &Durable) -> Box<dyn Part> {
        Box::new(disk.part().map_or_else(|| self.clone(), |disk| Customers::restart(self, disk)))
    }

    fn empty_disk(&self) -> Durable {
        Durable::Part(Box::new(CustomersDisk::default()))
    }

    fn fingerprint(&self) -> u64 {
        Customers::fingerprint(self)
    }
}

impl PartDisk for CustomersDisk {
    fn copy(&self) -> Box<dyn PartDisk> {
        Box::new(*self)
    }

    fn apply(&mut self, write: &dyn PartWrite) {
        if let Some(now) = write.is() {
            *self = *now;
        }
    }
}

impl PartWrite for CustomersDisk {
    fn copy(&self) -> Box<dyn PartWrite> {
        Box::new(*self)
    }
}

/// The world's port as the shop sees it. In a life that is not on disk yet nothing is said, and nothing is ever told that
/// a crash could undo.
pub(super) struct OfService<'p>(pub(super) &'p mut dyn Port<Actor>);

impl ServicePort for OfService<'_> {
    fn local_time(&self) -> Time {
        self.0.local_time()
    }

    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.0.draw_between(low, high)
    }

    fn send(&mut self, to: NodeId, message: ShopMessage) {
        self.0.send_synced(to, Wire::Shop(message));
    }

    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<Broker>>) {
        self.0.send_synced(server, Wire::Request(bridge::request(request)));
    }

    fn set_timer(&mut self, timer: service::Timer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    fn cancel_timer(&mut self, timer: service::Timer) {
        self.0.cancel_timer(LabTimer::of(timer));
    }

    fn write(&mut self, write: ServiceWrite) {
        self.0.write(Write::Part(Box::new(write)));
    }

    fn note(&mut self, note: ServiceNote) {
        self.0.note(Note::Service(note));
    }
}

impl ProviderPort for OfService<'_> {
    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.0.draw_between(low, high)
    }

    fn draw_below(&mut self, n: u32) -> u32 {
        self.0.draw_below(n)
    }

    fn send(&mut self, to: NodeId, message: ShopMessage) {
        self.0.send_synced(to, Wire::Shop(message));
    }

    fn set_timer(&mut self, timer: service::Timer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    fn write(&mut self, change: Change) {
        self.0.write(Write::Part(Box::new(change)));
    }
}

impl CustomersPort for OfService<'_> {
    fn draw_below(&mut self, n: u32) -> u32 {
        self.0.draw_below(n)
    }

    fn draw_exponential(&mut self, mean: Span) -> Span {
        self.0.draw_exponential(mean)
    }

    fn send(&mut self, to: NodeId, message: ShopMessage) {
        self.0.send_synced(to, Wire::Shop(message));
    }

    fn set_timer(&mut self, timer: CustomerTimer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    fn cancel_timer(&mut self, timer: CustomerTimer) {
        self.0.cancel_timer(LabTimer::of(timer));
    }

    fn write(&mut self, disk: CustomersDisk) {
        self.0.write(Write::Part(Box::new(disk)));
    }

    fn note(&mut self, note: CustomerNote) {
        self.0.note(Note::Customers(note));
    }
}
