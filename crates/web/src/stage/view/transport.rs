//! The row of controls: playing, stepping, speed.

use web_sys::Event;

use super::View;
use crate::later;
use crate::stage::Told;
use crate::stage::dom::{attr, attr_if_new, text_if_new};
use crate::stage::overlay::element_of;
use crate::stage::pace;
use crate::stage::parts::{PAUSE, PLAY};

impl View {
    pub(super) fn ratio(&self) -> f64 {
        self.desk.borrow().ratio()
    }

    pub(super) fn show_controls(&mut self, playing: bool) {
        let label = if playing { "Pause" } else { "Play" };
        if self.parts.play.get_attribute("aria-label").as_deref() != Some(label) {
            attr(&self.parts.play, "aria-label", label);
            attr(&self.parts.play, "title", if playing { "Pause (Space)" } else { "Play (Space)" });
            self.parts.play.set_inner_html(if playing { PAUSE } else { PLAY });
        }
        let at_end = self.desk.borrow().at_end();
        if let Ok(Some(end)) = self.parts.bar.query_selector("[data-do=end]") {
            let _ = end.toggle_attribute_with_force("disabled", at_end);
        }
        self.show_branches();
    }

    pub(super) fn show_pace(&self, stop: usize) {
        let words = pace::words(stop);
        text_if_new(&self.parts.speed_words, &words);
        attr_if_new(&self.parts.speed, "aria-valuetext", &words);
    }

    /// Lets time go by, or not.
    pub fn set_playing(&mut self, playing: bool) {
        if self.playing() != playing {
            self.desk.borrow_mut().set_playing(playing);
            self.last = None;
            self.told.push(Told::Changed);
        }
        self.refresh();
    }

    /// Lets time go by, or stops it; if it only stands for what is being loaded, it does so no more.
    pub fn play_or_pause(&mut self) {
        later::go_on();
        self.set_playing(!self.playing());
    }

    /// Does what a control says.
    pub fn control(&mut self, what: &str) {
        match what {
            "play" => self.play_or_pause(),
            "step" => {
                self.set_playing(false);
                self.desk.borrow_mut().step();
                let now = self.desk.borrow().now();
                self.axis.reveal(now.0 as f64);
                self.told.push(Told::Changed);
                self.refresh();
            }
            "back" => {
                self.set_playing(false);
                self.desk.borrow_mut().step_back();
                self.after_jump();
            }
            "end" => {
                let end = self.score.explored;
                self.desk.borrow_mut().seek(end);
                self.after_jump();
            }
            "in" | "out" => {
                let x = self.axis.at(self.scene.time);
                let end = self.score.explored.0 as f64;
                self.axis.zoom(if what == "in" { 0.6 } else { 1.0 / 0.6 }, x, end);
                self.refresh();
            }
            "fit" => {
                self.axis.fit(self.score.explored.0 as f64);
                self.refresh();
            }
            _ => {}
        }
    }

    /// A button of the row was pressed.
    pub fn bar_click(&mut self, event: &Event) {
        let button = element_of(event).and_then(|e| e.closest("[data-do]").ok().flatten());
        if let Some(what) = button.and_then(|b| b.get_attribute("data-do")) {
            self.control(&what);
        }
    }

    /// The speed was moved.
    pub fn speed_moved(&mut self) {
        let stop = self.parts.speed.value().parse::<usize>().unwrap_or(0).min(pace::PACES.len() - 1);
        let (n, d) = pace::PACES[stop];
        let before = self.ratio();
        self.desk.borrow_mut().set_ratio(n, d);
        // The playhead keeps its pace over the page: a page is as long as it was for whoever reads it.
        if !self.axis.whole {
            let x = self.axis.at(self.scene.time);
            let end = self.score.explored.0 as f64;
            self.axis.zoom(self.ratio() / before.max(1e-6), x, end);
        }
        self.refresh();
        self.show_pace(stop);
        self.told.push(Told::Changed);
    }
}
