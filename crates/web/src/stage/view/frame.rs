//! What happens once a frame, and what less often.

use super::View;
use crate::later;
use crate::stage::Told;
use crate::stage::dom::{self, document, text_if_new};
use crate::stage::gesture::Target;
use crate::stage::paint::Look;
use crate::stage::pen::Pen;
use crate::stage::staff::seconds;

/// How often texts, the score and whoever listens are brought up to date while time goes by, in milliseconds.
const CALM: f64 = 100.0;

impl View {
    /// A frame has come.
    pub fn frame(&mut self, at: f64) {
        self.frames.came();
        let playing = self.playing();
        let hidden = document().hidden();
        if playing && !hidden && !later::holds() {
            // A frame that comes late must not make time jump.
            let real = self.last.map_or(0.0, |last| (at - last).clamp(0.0, 80.0));
            self.desk.borrow_mut().advance((real * 1e3) as u64);
            self.last = Some(at);
            if self.hint > 0.0 {
                self.hint_for(-real);
            }
        } else {
            self.last = None;
        }
        let behind = self.desk.borrow().behind();
        if behind && let Some(later) = later::here() {
            later.arrive(self);
        }
        if let Some(time) = self.seek.take() {
            self.desk.borrow_mut().seek(time);
            self.painter.forget();
            self.stale = true;
        }
        let moving = self.draw(at);
        if !hidden && (moving || behind || self.playing()) {
            self.frames.ask();
        }
    }

    /// The page was hidden or shown.
    pub fn visibility(&mut self) {
        self.last = None;
        self.refresh();
    }

    pub(super) fn draw(&mut self, at: f64) -> bool {
        let before = std::mem::replace(&mut self.scene, self.desk.borrow().scene());
        if self.playing() {
            self.live.pass(&before, &self.scene);
        }
        if self.layout.places.len() != self.scene.nodes.len() {
            return false;
        }
        let shop = later::here().filter(|_| self.shop.is_some());
        if let Some(later) = shop {
            later.lade(self);
        }
        self.painter.take(&self.scene, self.common);
        if self.message.is_some_and(|id| !self.scene.messages.iter().any(|m| m.id == id)) {
            self.message = None;
        }
        let motion = !dom::wants_little_motion();
        let begin = || self.painter.leader().filter(|_| self.beckons).map(Target::Node);
        let look = Look {
            hover: self.hover.or_else(begin),
            selected: self.selected,
            message: self.message.or(match self.hover {
                Some(Target::Message(id)) => Some(id),
                _ => None,
            }),
            swipe: self.gesture.swipe(),
            motion,
            now: at,
        };
        let pen = Pen { ctx: &self.parts.canvas.ctx, theme: &self.theme };
        let moving = self.painter.paint(pen, &self.layout, &self.scene, look);
        let now = self.scene.time;
        if self.playing() && self.hands.down.is_empty() && self.axis.follow(now.0 as f64) {
            self.stale = true;
        }
        if self.stale || (self.playing() && at - self.last_calm >= CALM) {
            self.calm(at);
        }
        let dim = if self.painter.followed.is_some() { 0.28 } else { 1.0 };
        let pen = self.pen(&self.parts.live_canvas);
        self.live.paint(pen, &self.axis, &self.staff(), &self.scene, &self.crowd, dim);
        moving
    }

    /// What is brought up to date less often than every frame.
    fn calm(&mut self, at: f64) {
        self.last_calm = at;
        self.stale = false;
        text_if_new(&self.parts.clock, &[&seconds(self.scene.time.0 as f64, 3), " s"].concat());
        let sentence = self.desk.borrow().sentence();
        if self.said != sentence.as_str() {
            self.said.clear();
            self.said.push_str(&sentence);
            self.parts.sentence.set_text_content(Some(&self.said));
        }
        let playing = self.playing();
        self.overlay.sync(&self.scene, &self.painter, !playing);
        self.show_controls(playing);
        self.draw_score();
        if let Some(later) = later::here().filter(|_| self.shop.is_some()) {
            later.show_tape(self);
        }
        self.put_playhead();
        // Nothing breaks that nobody has set up.
        if !later::here().is_some_and(|later| later.breaks(self, at)) {
            self.announce(at, playing);
        }
        self.hover_again();
        self.told.push(Told::Tick);
    }
}
