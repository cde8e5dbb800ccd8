//! What each node was: staves, elections, leaders, rests and fermatas.

use tutti_core::base::Time;
use tutti_core::timeline::score::StaffState;

use super::Staff;
use crate::stage::axis::Axis;
use crate::stage::geom::pt;
use crate::stage::pen::Pen;
use crate::stage::theme::{Dash, Hue};

/// How a staff is drawn while its node is something.
const LOOKS: [(StaffState, Dash, Hue, f32); 5] = [
    (StaffState::Quiet, Dash::Solid, Hue::Follower, 1.3),
    (StaffState::Paused, Dash::Fine, Hue::Muted, 1.5),
    (StaffState::Dead, Dash::Fine, Hue::Muted, 1.5),
    (StaffState::Election, Dash::Solid, Hue::Follower, 1.3),
    (StaffState::Leader, Dash::Solid, Hue::Leader, 5.0),
];

impl Staff<'_> {
    fn end(&self, t: Time) -> Time {
        if t == Time::NEVER { self.score.explored } else { t }
    }

    pub(super) fn spans(&self, pen: Pen<'_>, axis: &Axis) {
        let right = axis.left + axis.width + 20.0;
        // From where to where, and at which height.
        let spans = || {
            self.score.spans.iter().map(|s| {
                let (a, b) = (axis.at(s.from), axis.at(self.end(s.to)).min(right));
                (s.state, a, b, self.y(s.node.0 as usize))
            })
        };
        for (state, dash, hue, width) in LOOKS {
            pen.dash(dash);
            pen.line(hue, width);
            for (_, a, b, y) in spans().filter(|s| s.0 == state) {
                let a = a.max(axis.left - 20.0);
                if b > a {
                    pen.add(pt(a, y), pt(b, y));
                }
            }
            pen.stroke();
        }
        pen.dash(Dash::Solid);
        // Elections swell.
        pen.shape(Hue::Candidate);
        for (_, a, b, y) in spans().filter(|s| s.0 == StaffState::Election) {
            let b = b.max(a + 3.0);
            pen.add(pt(b, y + 7.0), pt(a, y));
            pen.ctx.line_to(b, y - 7.0);
        }
        pen.fill();
        // Deaths and fermatas.
        for (state, x, _, y) in spans().filter(|s| s.1 >= axis.left - 10.0) {
            match state {
                StaffState::Dead => pen.rest(pt(x - 2.0, y - 12.0), 2.2, 0.85),
                StaffState::Paused => pen.fermata(pt(x, y - 5.0), 7.0),
                _ => {}
            }
        }
    }
}
