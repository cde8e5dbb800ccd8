//! The score and the playhead over it.

use tutti_core::base::Time;

use super::View;
use crate::later;
use crate::stage::crowd::{self, Crowd};
use crate::stage::dom::{attr_if_new, px, style};
use crate::stage::parts::Sheet;
use crate::stage::pen::Pen;
use crate::stage::staff::{Staff, seconds};

/// The most messages on a page of the score that are looked at one by one.
const STROKES: usize = 16_000;

impl View {
    pub(super) fn draw_score(&mut self) {
        let (from, to) = (Time(self.axis.from as u64), Time(self.axis.to() as u64));
        let parts = crowd::columns(&self.axis);
        self.score = self.desk.borrow_mut().score(from, to, parts, STROKES);
        self.crowd = Crowd::of(&self.score, &self.axis, self.names.len());
        self.live.settle();
        self.staff().paint(self.pen(&self.parts.score_canvas), &self.axis);
        if let Some(later) = later::here() {
            if self.painter.followed.is_some() {
                later.follow_on_score(self);
            }
            later.over(self);
        }
        self.parts.score_canvas.show();
        let playhead = &self.parts.playhead;
        attr_if_new(playhead, "aria-valuemin", "0");
        attr_if_new(playhead, "aria-valuemax", &(self.score.explored.0 / 1_000).to_string());
        attr_if_new(playhead, "aria-valuenow", &(self.scene.time.0 / 1_000).to_string());
        let words = [&seconds(self.scene.time.0 as f64, 3), " seconds of ", &seconds(self.score.explored.0 as f64, 3)];
        attr_if_new(playhead, "aria-valuetext", &words.concat());
    }

    pub(crate) fn pen<'a>(&'a self, sheet: &'a Sheet) -> Pen<'a> {
        Pen { ctx: &sheet.ctx, theme: &self.theme }
    }

    pub(crate) fn staff(&self) -> Staff<'_> {
        let current = self.branches.iter().find(|b| b.id == self.branch);
        Staff {
            height: self.parts.score_canvas.height,
            names: &self.names,
            staves: self.shop.as_ref().map_or(&[], |shop| &shop.staves),
            servers: self.servers,
            score: &self.score,
            crowd: &self.crowd,
            now: self.scene.time,
            begun: current.and_then(|b| b.parent).map(|(_, t)| t),
        }
    }

    /// Has the element that is dragged and focused follow the playhead, which is drawn.
    pub(super) fn put_playhead(&self) {
        let x = self.axis.at(self.scene.time);
        let off = x < self.axis.left - 1.0 || x > self.axis.left + self.axis.width + 1.0;
        style(&self.parts.playhead, "visibility", if off { "hidden" } else { "visible" });
        style(&self.parts.playhead, "transform", &["translateX(", &px(x), ")"].concat());
        let past = self.scene.time < self.score.explored;
        let veil = if past { x.clamp(self.axis.left, self.axis.left + self.axis.width) + 1.0 } else { 1e5 };
        style(&self.parts.future, "left", &px(veil));
    }
}
