//! A query node as a part of a world.

use smol_str::SmolStr;

use super::actor::{Actor, Durable, LabTimer, Note, Request, Write};
use super::bridge;
use super::part::{Part, PartDisk, PartWrite};
use super::setup::view_name;
use super::wire::Wire;
use crate::base::{NodeId, Sessions, Span};
use crate::broker::Broker;
use crate::consensus::ClientRequest;
use crate::service::view::{View, ViewDisk, ViewInput, ViewNote, ViewPort, ViewWrite};
use crate::service::{ShopMessage, Timer};
use crate::sim::{Input, Port, TimerName};

impl Part for View {
    fn copy(&self) -> Box<dyn Part> {
        Box::new(self.clone())
    }

    fn name(&self) -> SmolStr {
        view_name(self.config().number)
    }

    fn step(&mut self, input: Input<Actor>, port: &mut dyn Port<Actor>) {
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
        View::step(self, input, &mut OfView(port));
    }

    fn restart(&self, disk: &Durable) -> Box<dyn Part> {
        Box::new(disk.part().map_or_else(|| self.clone(), |disk| View::restart(self, disk)))
    }

    fn empty_disk(&self) -> Durable {
        Durable::Part(Box::new(View::empty_disk(self.config())))
    }

    fn fingerprint(&self) -> u64 {
        View::fingerprint(self)
    }
}

impl PartDisk for ViewDisk {
    fn copy(&self) -> Box<dyn PartDisk> {
        Box::new(self.clone())
    }

    fn apply(&mut self, write: &dyn PartWrite) {
        if let Some(write) = write.is::<ViewWrite>() {
            ViewDisk::apply(self, write.clone());
        }
    }
}

impl PartWrite for ViewWrite {
    fn copy(&self) -> Box<dyn PartWrite> {
        Box::new(self.clone())
    }
}

struct OfView<'p>(&'p mut dyn Port<Actor>);

impl ViewPort for OfView<'_> {
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
        self.0.write(Write::Part(Box::new(write)));
    }

    fn note(&mut self, note: ViewNote) {
        self.0.note(Note::View(note));
    }
}
