//! The adapters between the world's port and each process's own.

use super::actor::{Actor, LabTimer, Note, Request, Write};
use super::bridge;
use super::client::{self, Client, ClientNote, ClientPort};
use super::wire::{Machine, Operation, Wire};
use crate::base::{NodeId, Sessions, Span, StateMachine, Time};
use crate::broker::Broker;
use crate::consensus::raft::{self, Raft, RaftPort};
use crate::consensus::{ClientReply, ClientRequest};
use crate::service::{
    self, Case, CustomerNote, CustomerTimer, Customers, CustomersDisk, CustomersPort, Provider, ProviderPort, Service,
    ServiceNote, ServicePort, ServiceWrite, ShopMessage,
};
use crate::shop::Change;
use crate::sim::{Input, Port, TimerName};

#[inline]
pub(super) fn step_server<P: Port<Actor>>(server: &mut Raft<Machine>, input: Input<Actor>, port: &mut P) {
    let input = match input {
        Input::Message { from, message: Wire::Raft(message) } => raft::Input::Peer { from, message },
        Input::Message { from, message: Wire::Request(request) } => raft::Input::Client { from, request },
        Input::Message { message: Wire::Reply(_) | Wire::Shop(_), .. } => return,
        Input::Timer(timer) => match raft::Timer::from_slot(timer.slot()) {
            Some(timer) => raft::Input::Timer(timer),
            None => return,
        },
        Input::Synced { writes } => raft::Input::Synced { writes },
        Input::Boot => raft::Input::Boot,
        Input::Request(Request::TimeoutNow) => raft::Input::TimeoutNow,
        Input::Request(_) => return,
    };
    server.step(input, &mut ServerPort(port));
}

pub(super) fn step_client<P: Port<Actor>>(client: &mut Client, input: Input<Actor>, port: &mut P) {
    let port = &mut OfClient(port);
    match input {
        Input::Boot => client.boot(port),
        Input::Message { from, message: Wire::Reply(reply) } => client.answer(from, reply, port),
        Input::Timer(timer) => match timer.slot() {
            0 => client.time_out(client::Timer::Next, port),
            1 => client.time_out(client::Timer::Retry, port),
            _ => client.time_out(client::Timer::End, port),
        },
        Input::Request(Request::Put { server, command }) => {
            client.invoke(Operation::Command(command), server, port);
        }
        Input::Request(Request::Get { server, query }) => client.invoke(Operation::Query(query), server, port),
        Input::Request(_) | Input::Synced { .. } | Input::Message { .. } => {}
    }
}

pub(super) fn step_service<P: Port<Actor>>(service: &mut Service, input: Input<Actor>, port: &mut P) {
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
    service.step(input, &mut OfService(port));
}

pub(super) fn step_provider<P: Port<Actor>>(provider: &mut Provider, input: Input<Actor>, port: &mut P) {
    let port = &mut OfService(port);
    match input {
        Input::Message { from, message: Wire::Shop(ShopMessage::Call { call, request }) } => {
            provider.hear(Case { from, call, request }, port);
        }
        Input::Timer(timer) => {
            if let Some(service::Timer::Worker(worker)) = service::Timer::from_slot(timer.slot()) {
                provider.time_is_taken(worker, port);
            }
        }
        _ => {}
    }
}

pub(super) fn step_customers<P: Port<Actor>>(customers: &mut Customers, input: Input<Actor>, port: &mut P) {
    let port = &mut OfService(port);
    match input {
        Input::Boot => customers.boot(port),
        Input::Message { message: Wire::Shop(message), .. } => customers.hear(&message, port),
        Input::Timer(timer) => {
            if let Some(timer) = CustomerTimer::from_slot(timer.slot()) {
                customers.time_out(timer, port);
            }
        }
        Input::Request(Request::Order { user, item, quantity }) => {
            customers.place(user, vec![(item, quantity)], port);
        }
        Input::Request(Request::Ask { order }) => customers.ask(order, port),
        Input::Request(Request::Load { rate }) => customers.set_rate(rate, port),
        _ => {}
    }
}

/// The world's port as a Raft server sees it.
struct ServerPort<'p, P>(&'p mut P);

impl<P: Port<Actor>> RaftPort<Machine> for ServerPort<'_, P> {
    #[inline]
    fn local_time(&self) -> Time {
        self.0.local_time()
    }

    #[inline]
    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.0.draw_between(low, high)
    }

    #[inline]
    fn send(&mut self, to: NodeId, message: raft::RaftMessage<Machine>) {
        self.0.send(to, Wire::Raft(message));
    }

    #[inline]
    fn send_synced(&mut self, to: NodeId, message: raft::RaftMessage<Machine>) {
        self.0.send_synced(to, Wire::Raft(message));
    }

    fn reply(&mut self, to: NodeId, reply: ClientReply<Machine>) {
        self.0.send(to, Wire::Reply(reply));
    }

    #[inline]
    fn set_timer(&mut self, timer: raft::Timer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    #[inline]
    fn cancel_timer(&mut self, timer: raft::Timer) {
        self.0.cancel_timer(LabTimer::of(timer));
    }

    fn write(&mut self, write: raft::Write<<Machine as StateMachine>::Command>) {
        self.0.write(Write::Server(write));
    }

    #[inline]
    fn note(&mut self, note: raft::Note) {
        self.0.note(Note::Server(note));
    }
}

/// The world's port as a client sees it.
struct OfClient<'p, P>(&'p mut P);

impl<P: Port<Actor>> ClientPort for OfClient<'_, P> {
    fn ask(&mut self, server: NodeId, request: ClientRequest<Machine>) {
        // In a life that is not on disk yet nothing is said, lest the next life say it again.
        self.0.send_synced(server, Wire::Request(request));
    }

    fn set(&mut self, timer: client::Timer, after: Span) {
        self.0.set_timer(LabTimer::of_slot(timer as usize), after);
    }

    fn cancel(&mut self, timer: client::Timer) {
        self.0.cancel_timer(LabTimer::of_slot(timer as usize));
    }

    fn exponential(&mut self, mean: Span) -> Span {
        self.0.draw_exponential(mean)
    }

    fn below(&mut self, n: u32) -> u32 {
        self.0.draw_below(n)
    }

    fn tell(&mut self, note: ClientNote) {
        self.0.note(Note::Client(note));
    }

    fn remember_life(&mut self, life: u16) {
        self.0.write(Write::Client { life });
    }
}

/// The world's port as the shop sees it. In a life that is not on disk yet nothing is said, and nothing is ever told that
/// a crash could undo.
struct OfService<'p, P>(&'p mut P);

impl<P: Port<Actor>> ServicePort for OfService<'_, P> {
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
        self.0.write(Write::Service(write));
    }

    fn note(&mut self, note: ServiceNote) {
        self.0.note(Note::Service(note));
    }
}

impl<P: Port<Actor>> ProviderPort for OfService<'_, P> {
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
        self.0.write(Write::Provider(change));
    }
}

impl<P: Port<Actor>> CustomersPort for OfService<'_, P> {
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
        self.0.write(Write::Customers(disk));
    }

    fn note(&mut self, note: CustomerNote) {
        self.0.note(Note::Customers(note));
    }
}
