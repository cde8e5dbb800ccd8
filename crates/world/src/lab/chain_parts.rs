//! The services of a chain of direct calls as parts of a world.

use smol_str::SmolStr;

use super::actor::{Actor, Durable, LabTimer, Note, Request, Write};
use super::part::Part;
use super::shop_parts::OfService;
use super::wire::Wire;
use crate::base::{NodeId, Span, Time};
use crate::service::chain::{ChainInput, ChainNote, ChainPort, ChainService, ChainTimer};
use crate::service::{ServiceWrite, ShopMessage};
use crate::sim::{Input, Port, TimerName};

impl Part for ChainService {
    fn copy(&self) -> Box<dyn Part> {
        Box::new(self.clone())
    }

    fn name(&self) -> SmolStr {
        SmolStr::new_static(self.config().role.name())
    }

    fn step(&mut self, input: Input<Actor>, port: &mut dyn Port<Actor>) {
        let input = match input {
            Input::Boot => ChainInput::Boot,
            Input::Message { from, message: Wire::Shop(message) } => ChainInput::Message { from, message },
            Input::Timer(timer) => match ChainTimer::from_slot(timer.slot()) {
                Some(timer) => ChainInput::Timer(timer),
                None => return,
            },
            Input::Request(Request::Scale { workers }) => ChainInput::Scale { workers },
            Input::Request(_) | Input::Synced { .. } | Input::Message { .. } => return,
        };
        ChainService::step(self, input, &mut OfService(port));
    }

    fn restart(&self, disk: &Durable) -> Box<dyn Part> {
        Box::new(disk.part().map_or_else(|| self.clone(), |disk| ChainService::restart(self, disk)))
    }

    fn empty_disk(&self) -> Durable {
        Durable::Part(Box::new(ChainService::empty_ledger(self.config())))
    }

    fn fingerprint(&self) -> u64 {
        ChainService::fingerprint(self)
    }
}

impl ChainPort for OfService<'_> {
    fn local_time(&self) -> Time {
        self.0.local_time()
    }

    fn draw_between(&mut self, low: Span, high: Span) -> Span {
        self.0.draw_between(low, high)
    }

    fn send(&mut self, to: NodeId, message: ShopMessage) {
        self.0.send_synced(to, Wire::Shop(message));
    }

    fn set_timer(&mut self, timer: ChainTimer, after: Span) {
        self.0.set_timer(LabTimer::of(timer), after);
    }

    fn cancel_timer(&mut self, timer: ChainTimer) {
        self.0.cancel_timer(LabTimer::of(timer));
    }

    fn write(&mut self, write: ServiceWrite) {
        self.0.write(Write::Part(Box::new(write)));
    }

    fn note(&mut self, note: ChainNote) {
        self.0.note(Note::Chain(note));
    }
}
