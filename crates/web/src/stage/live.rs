//! What is under way at this moment, drawn over the score once a frame: the score itself is drawn anew less often.

use std::cell::Cell;

use tutti_core::base::Time;
use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{MessageKind, MessageView, NodeKind, Scene, Status};

use super::axis::Axis;
use super::crowd::Crowd;
use super::geom::pt;
use super::pen::Pen;
use super::sign::{TABLE, sign_number};
use super::staff::{HUES, SWELL, Staff, quiet};
use super::theme::{Dash, Hue};

/// A line from when and where a message was sent to when and where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    kind: MessageKind,
    from: usize,
    to: usize,
    sent: Time,
    end: Time,
    share: f64,
}

fn line(m: &MessageView, now: Time) -> Line {
    let end = if m.held { now } else { now.min(m.due) };
    Line { kind: m.kind, from: m.from.0 as usize, to: m.to.0 as usize, sent: m.sent, end, share: m.progress(now) }
}

/// The lines that the score does not have yet.
#[derive(Debug, Default)]
pub struct Live {
    /// Something is picked, to which it is not known to belong: it is drawn faintly.
    pub veiled: bool,
    /// Messages that arrived since the score was drawn.
    gone: Vec<Line>,
    /// From where to where it was drawn on last.
    drawn: Cell<Option<(f64, f64)>>,
    /// Where the moment was then; `None`: it has to be drawn anew in any case.
    moment: Cell<Option<f64>>,
}

/// By so many pixels what is drawn may lag the moment: less is not seen, and each time costs a part of a frame.
const LAG: f64 = 1.0;

/// Half of what the playhead takes.
const HEAD: f64 = 7.0;

impl Live {
    /// The score was drawn: what has ended is on it.
    pub fn settle(&mut self) {
        self.gone.clear();
        self.moment.set(None);
    }

    /// Time went by from one scene to the next: remembers what ended between them.
    pub fn pass(&mut self, before: &Scene, after: &Scene) {
        if after.time <= before.time {
            return;
        }
        // Both are in the order of their ids.
        let mut left = after.messages.iter().map(|m| m.id).peekable();
        for m in &before.messages {
            while left.next_if(|&id| id < m.id).is_some() {}
            if left.peek() != Some(&m.id) {
                self.gone.push(line(m, after.time));
            }
        }
    }

    /// Draws what is under way; and, if the score ends before this moment, what came after its end.
    /// `dim`: how strongly, where something else is to be seen.
    pub fn paint(&self, pen: Pen<'_>, axis: &Axis, staff: &Staff<'_>, scene: &Scene, crowd: &Crowd, dim: f64) {
        let now = axis.at(scene.time);
        if self.moment.get().is_some_and(|before| (now - before).abs() < LAG) {
            return;
        }
        self.moment.set(Some(now));
        // Only what was drawn on is cleared: a canvas costs by the area that is touched.
        let ctx = pen.ctx;
        if let Some((from, to)) = self.drawn.take() {
            ctx.clear_rect(from, 0.0, to - from, staff.height);
        }
        let seen = crowd.seen(now) * if self.veiled { 0.3 } else { 1.0 };
        let (left, right) = (axis.left - 2.0, axis.left + axis.width + 2.0);
        let begin = axis.at(staff.score.explored).max(left);
        let sent = scene.messages.iter().map(|m| m.sent).chain(self.gone.iter().map(|l| l.sent)).min();
        let from = match sent {
            Some(sent) if seen > 0.0 => axis.at(sent).min(begin),
            _ => begin,
        };
        self.drawn.set(Some((from.min(now).max(left) - HEAD, now.min(right) + HEAD)));
        if from < now || seen > 0.0 {
            ctx.save();
            ctx.begin_path();
            ctx.rect(left, 0.0, right - left, staff.height);
            ctx.clip();
            if seen > 0.0 {
                self.lines(pen, axis, staff, scene, seen * dim);
            }
            if now > begin {
                on(pen, staff, scene, crowd, (begin, now), dim);
            }
            ctx.restore();
        }
        if (left..=right).contains(&now) {
            // The moment, as a line with a ball on it. Not an element that is moved: for that the browser puts its
            // layers together anew, which takes longer than all that is drawn here.
            pen.shape(Hue::Ink);
            ctx.rect(now - 0.8, 8.0, 1.6, staff.height - 28.0);
            pen.round(pt(now, 8.0), 6.0);
            pen.fill();
        }
    }

    fn lines(&self, pen: Pen<'_>, axis: &Axis, staff: &Staff<'_>, scene: &Scene, seen: f64) {
        for hue in HUES {
            let draw = |l: Line| {
                if TABLE[sign_number(l.kind)].hue == hue && l.from < staff.names.len() && l.to < staff.names.len() {
                    let (a, b) = (staff.y(l.from), staff.y(l.to));
                    pen.add(pt(axis.at(l.sent), a), pt(axis.at(l.end), a + (b - a) * l.share));
                }
            };
            let (width, alpha) = quiet(hue);
            pen.alpha(alpha * seen);
            pen.line(hue, width);
            self.gone.iter().for_each(|&l| draw(l));
            pen.stroke();
            pen.alpha(seen);
            pen.line(hue, 2.0);
            scene.messages.iter().for_each(|m| draw(line(m, scene.time)));
            pen.stroke();
        }
        pen.alpha(1.0);
    }
}

/// Staves, and how they swell, go on from where the score ends.
fn on(pen: Pen<'_>, staff: &Staff<'_>, scene: &Scene, crowd: &Crowd, (from, to): (f64, f64), dim: f64) {
    let half = staff.widest();
    pen.alpha(SWELL * dim);
    pen.shape(Hue::Entries);
    for node in 0..staff.names.len() {
        let swell = crowd.last_swell(node) * half;
        if swell > 0.1 {
            pen.ctx.fill_rect(from, staff.y(node) - swell, to - from, 2.0 * swell);
        }
    }
    pen.alpha(dim);
    for node in &scene.nodes {
        let leads = matches!(&node.kind, NodeKind::Server(s) if s.role == Role::Leader);
        let (dash, hue, width) = match (node.status, leads) {
            (Status::Alive, true) => (Dash::Solid, Hue::Leader, 5.0),
            (Status::Alive, false) => (Dash::Solid, Hue::Follower, 1.3),
            _ => (Dash::Fine, Hue::Muted, 1.3),
        };
        let y = staff.y(node.id.0 as usize);
        pen.dash(dash);
        pen.line(hue, width);
        pen.add(pt(from, y), pt(to, y));
        pen.stroke();
    }
    pen.dash(Dash::Solid);
    pen.alpha(1.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::{MessageId, NodeId};

    fn scene(time: u64, ids: &[u64]) -> Scene {
        let message = |&id: &u64| MessageView {
            id: MessageId(id),
            from: NodeId(0),
            to: NodeId(1),
            sent: Time(0),
            due: Time(10 * id),
            changed: (Time(0), 0),
            held: false,
            kind: MessageKind::Heartbeat,
        };
        Scene { time: Time(time), nodes: Vec::new(), links: Vec::new(), messages: ids.iter().map(message).collect() }
    }

    #[test]
    fn what_ends_between_two_frames_is_kept_until_the_score_has_it() {
        let mut live = Live::default();
        live.pass(&scene(5, &[1, 2, 4, 9]), &scene(45, &[4, 9, 11]));
        let ends: Vec<_> = live.gone.iter().map(|l| (l.end.0, l.share)).collect();
        assert_eq!(ends, [(10, 1.0), (20, 1.0)], "they arrived when they were due");
        live.pass(&scene(45, &[9]), &scene(60, &[]));
        assert_eq!(live.gone.last().map(|l| l.end), Some(Time(60)), "this one was lost on its way");
        live.pass(&scene(60, &[1]), &scene(50, &[]));
        assert_eq!(live.gone.len(), 3, "a step back ends nothing");
        live.settle();
        assert!(live.gone.is_empty());
    }
}
