//! Going through time: dragging, turning and zooming the score.

use tutti_core::base::Time;
use tutti_core::timeline::score::{Mark, MarkKind};
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, PointerEvent, WheelEvent};

use super::View;
use crate::stage::Told;
use crate::stage::dom::attr_if_new;
use crate::stage::staff::seconds;

/// What the pointers on the score are doing.
#[derive(Default)]
pub(super) struct Hands {
    /// Each pointer that is down, and where.
    pub(super) down: Vec<(i32, f64)>,
    /// The first of them drags the moment.
    pub(super) dragging: bool,
    /// It was playing before.
    pub(super) resume: bool,
}

impl View {
    /// The moment under a pointer on the score; the future is not written yet.
    fn time_at(&self, x: f64) -> Time {
        let explored = self.score.explored.0 as f64;
        Time(self.axis.time(x.clamp(self.axis.left, self.axis.left + self.axis.width)).min(explored) as u64)
    }

    /// Something happened to a pointer on the score.
    pub fn score_pointer(&mut self, event: &Event) {
        let Some(e) = event.dyn_ref::<PointerEvent>() else { return };
        let x = f64::from(e.client_x()) - self.parts.score.get_bounding_client_rect().left();
        match e.type_().as_str() {
            "pointerdown" if e.button() == 0 => {
                if self.menu.is_some() {
                    self.close_menu();
                }
                let _ = self.parts.score.set_pointer_capture(e.pointer_id());
                self.hands.down.push((e.pointer_id(), x));
                if self.hands.down.len() == 1 {
                    self.hands.dragging = true;
                    self.hands.resume = self.playing();
                    self.desk.borrow_mut().set_playing(false);
                    self.seek_to(self.time_at(x));
                    let _ = self.parts.playhead.focus();
                } else {
                    self.hands.dragging = false;
                }
                e.prevent_default();
            }
            "pointermove" => {
                let Some(i) = self.hands.down.iter().position(|d| d.0 == e.pointer_id()) else {
                    return self.tell_mark(x);
                };
                let before = self.hands.down[i].1;
                self.hands.down[i].1 = x;
                if self.hands.down.len() == 2 {
                    let other = self.hands.down[1 - i].1;
                    let (was, is) = ((before - other).abs().max(8.0), (x - other).abs().max(8.0));
                    let end = self.score.explored.0 as f64;
                    self.axis.zoom(was / is, (x + other) / 2.0, end);
                    self.axis.pan((before - x) / 2.0, end);
                    self.refresh();
                } else if self.hands.dragging {
                    // At the edge the page goes along.
                    let (left, right) = (self.axis.left, self.axis.left + self.axis.width);
                    let beyond = (x - right).clamp(0.0, 40.0) + (x - left).clamp(-40.0, 0.0);
                    if beyond != 0.0 {
                        self.axis.pan(beyond, self.score.explored.0 as f64);
                    }
                    self.seek_to(self.time_at(x));
                }
            }
            "pointerup" | "pointercancel" => {
                self.hands.down.retain(|d| d.0 != e.pointer_id());
                if self.hands.down.is_empty() {
                    self.hands.dragging = false;
                    // Whoever drags wants to look: only at the end of what was played does it play on.
                    if self.hands.resume && self.desk.borrow().at_end() && self.seek.is_none() {
                        self.set_playing(true);
                    }
                    self.told.push(Told::Changed);
                    self.refresh();
                }
            }
            _ => {}
        }
    }

    /// Says what the mark under the pointer stands for.
    fn tell_mark(&self, x: f64) {
        let far = |time: Time| (self.axis.at(time) - x).abs();
        let near = self.score.marks.iter().filter(|m| far(m.time) < 7.0);
        let nearest = near.fold(None, |best: Option<&Mark>, m| match best {
            // Of two at one place the later: what broke comes last.
            Some(b) if far(b.time) < far(m.time) => best,
            _ => Some(m),
        });
        let said = |m: &Mark| match m.kind {
            MarkKind::Violation(invariant) => ["broken: ", invariant.in_words()].concat(),
            _ => m.text.to_string(),
        };
        let words = nearest.map(|m| [&seconds(m.time.0 as f64, 3), " s: ", &said(m)].concat()).unwrap_or_default();
        attr_if_new(&self.parts.score, "title", &words);
    }

    fn seek_to(&mut self, time: Time) {
        self.seek = Some(time);
        self.frames.ask();
    }

    /// The wheel was turned on the score, or on the stage: there the score turns about the moment.
    pub fn score_wheel(&mut self, event: &Event) {
        let Some(e) = event.dyn_ref::<WheelEvent>() else { return };
        e.prevent_default();
        let rect = self.parts.score.get_bounding_client_rect();
        let on_score = f64::from(e.client_y()) >= rect.top();
        let now = self.axis.at(self.scene.time);
        let x = if on_score { f64::from(e.client_x()) - rect.left() } else { now };
        let end = self.score.explored.0 as f64;
        let lines = if e.delta_mode() == 1 { 24.0 } else { 1.0 };
        let (dx, dy) = (e.delta_x() * lines, e.delta_y() * lines);
        if e.shift_key() || dx.abs() > dy.abs() {
            self.axis.pan(if dx.abs() > dy.abs() { dx } else { dy }, end);
        } else {
            self.axis.zoom((dy * 0.0022).clamp(-0.7, 0.7).exp(), x, end);
        }
        self.refresh();
    }

    /// A key on the playhead.
    pub(super) fn playhead_key(&mut self, e: &KeyboardEvent) -> bool {
        let now = self.desk.borrow().now().0 as f64;
        let step = self.axis.span / if e.shift_key() { 20.0 } else { 200.0 };
        let to = match e.key().as_str() {
            "ArrowRight" | "ArrowUp" => now + step,
            "ArrowLeft" | "ArrowDown" => now - step,
            "PageUp" => now + self.axis.span / 5.0,
            "PageDown" => now - self.axis.span / 5.0,
            "Home" => 0.0,
            "End" => self.score.explored.0 as f64,
            _ => return false,
        };
        self.go_to(Time(to.clamp(0.0, self.score.explored.0 as f64) as u64));
        true
    }

    /// Goes to a moment, and shows it.
    pub fn go_to(&mut self, time: Time) {
        self.set_playing(false);
        self.desk.borrow_mut().seek(time);
        self.after_jump();
    }

    pub(super) fn after_jump(&mut self) {
        self.painter.forget();
        let now = self.desk.borrow().now();
        self.axis.reveal(now.0 as f64);
        self.told.push(Told::Changed);
        self.refresh();
    }
}
