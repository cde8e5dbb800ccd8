//! What is drawn over the score: the cone of the event that somebody picked, its thread, and the brackets of orders.
//!
//! Only what is loaded later makes one; for all else it is something over the score of which nothing is known.

mod line;
mod paint;
mod point;

use tutti_core::base::{EventId, Time};
use tutti_core::shop::OrderId;
use tutti_core::timeline::score::Score;
use tutti_core::timeline::{Bracket, CONE_REACH, Clocks, Cone, Counted, Thread};

use self::line::Line;
use super::{Handle, View};
use crate::stage::Told;
use crate::stage::geom::Point;

/// So many events are counted in a frame to find a Lamport time.
const COUNTED: u64 = 300_000;
/// So many orders have a bracket if none is picked.
const BRACKETS: usize = 3;

/// What is over the score.
#[derive(Default)]
pub(in crate::stage) struct Over {
    picked: Option<Picked>,
    clocks: Clocks,
    brackets: Vec<Bracket>,
    /// The stretch and the branch that the brackets were taken of, and how far it was played.
    taken: Option<(Time, Time, u32, Time)>,
    /// Where a pointer went down that may become a click.
    pressed: Option<Point>,
}

/// The event that was picked.
struct Picked {
    cone: Cone,
    lamport: Counted,
    threads: Vec<Thread>,
    order: Option<OrderId>,
    branch: u32,
    /// How far the branch was played when the cone was made.
    explored: Time,
    line: Line,
}

/// On which side of the picked event another is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sided {
    /// It is the one.
    Picked,
    /// It happened before it.
    Past,
    /// It happened after it.
    Future,
}

impl Picked {
    /// Looks again, if there may be more to see. Says whether the event is still there.
    fn renew(&mut self, view: &View, clocks: &mut Clocks) -> bool {
        let desk = view.desk.borrow();
        let timeline = desk.player().timeline();
        let (event, time) = (self.cone.event.id, self.cone.event.time);
        let grows = self.explored < time + CONE_REACH && self.explored != desk.explored();
        if grows || self.branch != desk.branch() {
            match timeline.cone(event, time) {
                Some(cone) if cone.event == self.cone.event => self.cone = cone,
                _ => return false,
            }
            self.threads = timeline.threads(&self.cone.event);
            (self.explored, self.branch) = (desk.explored(), desk.branch());
        }
        if self.lamport == Counted::NotYet {
            self.lamport = timeline.lamport(clocks, event, time, COUNTED);
        }
        true
    }
}

impl View {
    /// What is over the score, which nobody has made before it is needed.
    fn take_over(&mut self) -> Box<Over> {
        self.over.take().and_then(|over| over.downcast().ok()).unwrap_or_default()
    }

    /// What is over the score, if anything is.
    fn over(&self) -> Option<&Over> {
        self.over.as_ref()?.downcast_ref()
    }

    /// The score was drawn: draws what is over it.
    pub(crate) fn draw_over(&mut self) {
        let mut over = self.take_over();
        if let Some(mut picked) = over.picked.take() {
            if picked.renew(self, &mut over.clocks) {
                if picked.lamport == Counted::NotYet {
                    self.refresh();
                }
                over.picked = Some(picked);
            } else {
                self.told.push(Told::Picked);
            }
        }
        self.live.veiled = over.picked.is_some();
        over.take_brackets(self);
        if let Some(picked) = &over.picked {
            self.paint_cone(picked);
            picked.line.write(self, picked, &over.brackets);
        }
        self.paint_brackets(&over.brackets);
        self.over = Some(over);
    }

    /// Picks an event, which happened at this moment, or lets the one that is picked be.
    pub fn pick(&mut self, event: Option<(EventId, Time)>, handle: &Handle) {
        let mut over = self.take_over();
        let picked = event.and_then(|(event, time)| {
            let desk = self.desk.borrow();
            let timeline = desk.player().timeline();
            let cone = timeline.cone(event, time)?;
            let lamport = timeline.lamport(&mut over.clocks, event, time, COUNTED);
            let (threads, order) = (timeline.threads(&cone.event), cone.event.order());
            let line = Line::new(&self.parts, handle);
            let (branch, explored) = (desk.branch(), desk.explored());
            Some(Picked { cone, lamport, threads, order, branch, explored, line })
        });
        // The words about the one before go first.
        over.picked = None;
        over.picked = picked;
        over.taken = None;
        self.over = Some(over);
        self.told.push(Told::Picked);
        // The score has less room now, or more.
        self.resized();
        self.refresh();
    }

    /// Picks the event that happened last before this moment, or lets it be if it is picked already.
    fn pick_latest(&mut self, handle: &Handle) {
        let latest = self.desk.borrow().player().timeline().latest_event();
        let again = latest.map(|(event, _)| event) == self.picked();
        self.pick(latest.filter(|_| !again), handle);
    }

    /// The event that is picked.
    pub(crate) fn picked(&self) -> Option<EventId> {
        Some(self.over()?.picked.as_ref()?.cone.event.id)
    }

    /// On which side of the picked event another is, if it is on one.
    pub(crate) fn side_of(&self, event: EventId) -> Option<Sided> {
        let cone = &self.over()?.picked.as_ref()?.cone;
        match event {
            _ if event == cone.event.id => Some(Sided::Picked),
            _ if cone.past.holds(event) => Some(Sided::Past),
            _ if cone.future.holds(event) => Some(Sided::Future),
            _ => None,
        }
    }
}

impl Over {
    /// Takes the brackets anew, if there can be others.
    fn take_brackets(&mut self, view: &View) {
        let desk = view.desk.borrow();
        if !desk.has_shop() {
            return;
        }
        let Score { from, to, explored, .. } = view.score;
        let key = (from, to, desk.branch(), explored.min(to + CONE_REACH));
        if self.taken == Some(key) {
            return;
        }
        self.taken = Some(key);
        // One that was written a little before may be visible only now.
        let timeline = desk.player().timeline();
        let before = Time(from.0.saturating_sub(CONE_REACH.0));
        let all = timeline.brackets(before, to + CONE_REACH);
        self.brackets = match self.picked.as_ref().and_then(|picked| picked.order) {
            Some(order) => all.get(order).into_iter().collect(),
            None => all.latest(BRACKETS),
        };
    }
}
