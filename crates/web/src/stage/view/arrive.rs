//! Getting to where the reader was, or to where a link leads.

use super::View;
use crate::stage::{Sight, Told, axis};

/// How many steps are taken a frame on the way: the page is not to stand still for it.
const STEPS: u64 = 20_000;

impl View {
    /// Goes on for a frame.
    pub(crate) fn arrive(&mut self) {
        let arriving = self.desk.borrow().arriving();
        let arrived = self.desk.borrow_mut().arrive(STEPS);
        if arriving {
            self.painter.forget();
            self.axis.reveal(self.desk.borrow().now().0 as f64);
        }
        self.stale = true;
        if arrived {
            self.told.push(Told::Arrived);
        }
    }

    /// What of the run is seen.
    pub(crate) fn sight(&self) -> Sight {
        Sight { from: self.axis.from, span: self.axis.span, selected: self.selected }
    }

    /// Shows what was seen.
    pub(crate) fn see(&mut self, sight: Sight) {
        let end = self.desk.borrow().explored().0 as f64;
        self.axis.from = sight.from.clamp(0.0, end);
        self.axis.span = sight.span.clamp(axis::SHORTEST, axis::LONGEST.max(end * 2.0));
        self.axis.reveal(self.desk.borrow().now().0 as f64);
        self.refresh();
    }
}
