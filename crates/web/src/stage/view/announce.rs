//! What a screen reader is told.

use tutti_core::timeline;
use tutti_core::timeline::score::MarkKind;

use super::View;
use crate::stage::dom::text_if_new;

/// The least time between two announcements, in milliseconds.
const ANNOUNCE: f64 = 1_800.0;

impl View {
    /// Says above the stage what is broken; and to a screen reader, first of all and once. Returns whether it did that.
    pub(crate) fn breaks(&mut self, at: f64) -> bool {
        let desk = self.desk.borrow();
        let broken = desk.run().violations().len();
        if broken == self.broken {
            return false;
        }
        let words = timeline::broken(desk.run()).unwrap_or_default();
        drop(desk);
        self.broken = broken;
        self.last_said = at;
        self.parts.broken.set_text_content(Some(&words));
        if broken > 0 {
            text_if_new(&self.parts.live, &[&words, ". ", &self.said].concat());
        }
        broken > 0
    }

    /// Says to a screen reader what is worth it: elections, crashes and what a person did; of a standing picture, the
    /// sentence.
    pub(super) fn announce(&mut self, at: f64, playing: bool) {
        if at - self.last_said < ANNOUNCE && playing {
            return;
        }
        let now = self.scene.time;
        if !playing {
            text_if_new(&self.parts.live, &self.said);
            self.announced = (now, usize::MAX);
            return;
        }
        let (since, _) = self.announced;
        let news = |kind| {
            !matches!(kind, MarkKind::Command | MarkKind::Scaled(_) | MarkKind::Election | MarkKind::Violation(_))
        };
        let last = self.score.marks.iter().rev().find(|m| m.time <= now && m.time > since && news(m.kind));
        if let Some(mark) = last {
            text_if_new(&self.parts.live, &mark.text);
            self.announced = (mark.time, 0);
            self.last_said = at;
        } else if now < since {
            self.announced = (now, 0);
        }
    }
}
