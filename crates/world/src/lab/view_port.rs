//! The adapter between the world's port and a query node's own.

use super::actor::{Actor, LabTimer, Note, Request, Write};
use super::bridge;
use super::wire::Wire;
use crate::base::{NodeId, Sessions, Span};
use crate::broker::Broker;
use crate::consensus::ClientRequest;
use crate::service::view::{View, ViewInput, ViewNote, ViewPort, ViewWrite};
use crate::service::{ShopMessage, Timer};
use crate::sim::{Input, Port, TimerName};

pub(super) fn step_view<P: Port<Actor>>(view: &mut View, input: Input<Actor>, port: &mut P) {
    let input = match input {
        Input::Boot => ViewInput::Boot,
        Input::Message { from, message: Wire::Shop(message) } => ViewInput::Message { from, message },
        Input::Message { from, message: Wire::Reply(reply) } => match bridge::reply(reply) {
            Some(reply) => ViewInput::Reply { from, reply },
            None => return,
        },
        Input::Timer(timer) => match Timer::from_slot(timer.slot()) {
            Some(timer) => ViewInput::Timer(timer),
            None => return,
        },
        Input::Request(Request::Scale { workers }) => ViewInput::Scale { workers },
        Input::Request(Request::View(request)) => ViewInput::Make(request),
        Input::Request(_) | Input::Synced { .. } | Input::Message { .. } => return,
    };
    view.step(input, &mut OfView(port));
}

struct OfView<'p, P>(&'p mut P);

impl<P: Port<Actor>> ViewPort for OfView<'_, P> {
    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.0.draw_between(low, high)
    }

    fn send(&mut self, to: NodeId, message: ShopMessage) {
        self.0.send(to, Wire::Shop(message));
    }

    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<Broker>>) {
        self.0.send_synced(server, Wire::Request(bridge::request(request)));
    }

    fn set_timer(&mut self, timer: Timer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    fn cancel_timer(&mut self, timer: Timer) {
        self.0.cancel_timer(LabTimer::of(timer));
    }

    fn write(&mut self, write: ViewWrite) {
        self.0.write(Write::View(write));
    }

    fn note(&mut self, note: ViewNote) {
        self.0.note(Note::View(note));
    }
}
