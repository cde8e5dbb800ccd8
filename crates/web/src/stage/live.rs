//! What is under way at this moment, drawn over the score once a frame: the score itself is drawn anew less often.

use std::cell::Cell;
use std::f64::consts::TAU;

use tutti_core::base::Time;
use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{MessageKind, MessageView, NodeKind, Scene, Status};
use web_sys::CanvasRenderingContext2d as Ctx;

use super::axis::Axis;
use super::crowd::Crowd;
use super::sign::{TABLE, sign_number};
use super::staff::Staff;
use super::theme::{Hue, Theme};

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
    pub fn paint(&self, ctx: &Ctx, theme: &Theme, axis: &Axis, staff: &Staff<'_>, scene: &Scene, crowd: &Crowd) {
        let now = axis.x(scene.time.0 as f64);
        if self.moment.get().is_some_and(|before| (now - before).abs() < LAG) {
            return;
        }
        self.moment.set(Some(now));
        // Only what was drawn on is cleared: a canvas costs by the area that is touched.
        if let Some((from, to)) = self.drawn.take() {
            ctx.clear_rect(from, 0.0, to - from, staff.height);
        }
        let seen = crowd.seen(now);
        let begin = axis.x(staff.score.explored.0 as f64).max(axis.left - 2.0);
        let sent = scene.messages.iter().map(|m| m.sent).chain(self.gone.iter().map(|l| l.sent)).min();
        let from = match sent {
            Some(sent) if seen > 0.0 => axis.x(sent.0 as f64).min(begin),
            _ => begin,
        };
        let (left, right) = (axis.left - 2.0, axis.left + axis.width + 2.0);
        self.drawn.set(Some((from.min(now).max(left) - HEAD, now.min(right) + HEAD)));
        if from < now || seen > 0.0 {
            ctx.save();
            ctx.begin_path();
            ctx.rect(left, 0.0, right - left, staff.height);
            ctx.clip();
            if seen > 0.0 {
                self.lines(ctx, theme, axis, staff, scene, seen);
            }
            if now > begin {
                swells(ctx, theme, staff, crowd, begin, now);
                staves(ctx, theme, staff, scene, begin, now);
            }
            ctx.restore();
        }
        if (left..=right).contains(&now) {
            playhead(ctx, theme, now, staff.height);
        }
    }

    fn lines(&self, ctx: &Ctx, theme: &Theme, axis: &Axis, staff: &Staff<'_>, scene: &Scene, seen: f64) {
        for hue in [Hue::Answer, Hue::Entries, Hue::Client, Hue::Vote] {
            ctx.set_stroke_style_str(theme.colour(hue));
            for flying in [false, true] {
                let (width, alpha) = if flying { (2.0, 1.0) } else { super::staff::quiet(hue) };
                ctx.set_line_width(width);
                ctx.set_global_alpha(alpha * seen);
                ctx.begin_path();
                let draw = |l: Line| {
                    if TABLE[sign_number(l.kind)].hue == hue && l.from < staff.names.len() && l.to < staff.names.len() {
                        let (a, b) = (staff.y(l.from), staff.y(l.to));
                        ctx.move_to(axis.x(l.sent.0 as f64), a);
                        ctx.line_to(axis.x(l.end.0 as f64), a + (b - a) * l.share);
                    }
                };
                if flying {
                    scene.messages.iter().for_each(|m| draw(line(m, scene.time)));
                } else {
                    self.gone.iter().for_each(|&l| draw(l));
                }
                ctx.stroke();
            }
        }
        ctx.set_global_alpha(1.0);
    }
}

/// The moment, as a line with a ball on it. Not an element that is moved: for that the browser puts its layers together
/// anew, which takes longer than all that is drawn here.
fn playhead(ctx: &Ctx, theme: &Theme, now: f64, height: f64) {
    ctx.set_fill_style_str(theme.colour(Hue::Ink));
    ctx.fill_rect(now - 0.8, 8.0, 1.6, height - 28.0);
    ctx.begin_path();
    let _ = ctx.arc(now, 8.0, 6.0, 0.0, TAU);
    ctx.fill();
}

/// What was swollen goes on so.
fn swells(ctx: &Ctx, theme: &Theme, staff: &Staff<'_>, crowd: &Crowd, from: f64, to: f64) {
    ctx.set_fill_style_str(theme.colour(Hue::Entries));
    ctx.set_global_alpha(super::staff::SWELL);
    let half = staff.widest();
    for node in 0..staff.names.len() {
        let swell = crowd.last_swell(node) * half;
        if swell > 0.1 {
            ctx.fill_rect(from, staff.y(node) - swell, to - from, 2.0 * swell);
        }
    }
    ctx.set_global_alpha(1.0);
}

/// The staves go on from where the score ends.
fn staves(ctx: &Ctx, theme: &Theme, staff: &Staff<'_>, scene: &Scene, from: f64, to: f64) {
    for node in &scene.nodes {
        let silent = node.status != Status::Alive;
        let leads = matches!(&node.kind, NodeKind::Server(s) if s.role == Role::Leader) && !silent;
        let hue = if silent {
            Hue::Muted
        } else if leads {
            Hue::Leader
        } else {
            Hue::Follower
        };
        let y = staff.y(node.id.0 as usize);
        let _ = ctx.set_line_dash(if silent { staff.dots } else { staff.solid });
        ctx.set_stroke_style_str(theme.colour(hue));
        ctx.set_line_width(if leads { 5.0 } else { 1.3 });
        ctx.begin_path();
        ctx.move_to(from, y);
        ctx.line_to(to, y);
        ctx.stroke();
    }
    let _ = ctx.set_line_dash(staff.solid);
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
