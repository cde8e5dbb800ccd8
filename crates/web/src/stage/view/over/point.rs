//! Pointing at what is on the score.

use tutti_core::timeline::score::{Fate, Mark, Stroke};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

use super::{Handle, View};
use crate::stage::geom::{Point, Segment, pt};
use crate::stage::heard::is_page;
use crate::stage::overlay::element_of;
use crate::stage::staff::TOP;

/// How far a mouse and a finger may be from what they mean, in pixels.
const NEAR: [f64; 2] = [5.0, 14.0];
/// A press that moves further is a drag.
const STILL: f64 = 5.0;

/// What is pointed at.
enum Pointed<'a> {
    /// A message, and whether at its end.
    Stroke(&'a Stroke, bool),
    Mark(&'a Mark),
}

impl View {
    /// Something happened to a pointer on the score, beside what it does to the moment: a click on a stroke or a mark
    /// picks its event.
    pub(crate) fn score_pick(&mut self, event: &Event, handle: &Handle) {
        let Some(e) = event.dyn_ref::<PointerEvent>() else { return };
        let rect = self.parts.score.get_bounding_client_rect();
        let p = pt(f64::from(e.client_x()) - rect.left(), f64::from(e.client_y()) - rect.top());
        let near = NEAR[usize::from(e.pointer_type() == "touch")];
        match e.type_().as_str() {
            "pointerdown" => {
                let mut over = self.take_over();
                over.pressed = (e.button() == 0 && self.hands.down.len() == 1).then_some(p);
                self.over = Some(over);
            }
            "pointermove" if e.buttons() == 0 => {
                let on = self.pointed(p, near).is_some();
                let _ = self.parts.score.class_list().toggle_with_force("is-on", on);
            }
            "pointerup" => {
                let mut over = self.take_over();
                let pressed = over.pressed.take().filter(|&from| (p - from).len() <= STILL);
                self.over = Some(over);
                let found = pressed.and_then(|_| self.pointed(p, near)).and_then(|pointed| {
                    let desk = self.desk.borrow();
                    let timeline = desk.player().timeline();
                    match pointed {
                        Pointed::Stroke(stroke, arrived) => timeline.event_of_stroke(stroke, arrived),
                        Pointed::Mark(mark) => timeline.event_of_mark(mark),
                    }
                });
                if let Some((event, time)) = found {
                    let again = self.picked() == Some(event);
                    self.pick((!again).then_some((event, time)), handle);
                }
            }
            _ => {}
        }
    }

    /// What is near a place of the score.
    fn pointed(&self, p: Point, near: f64) -> Option<Pointed<'_>> {
        let staff = self.staff();
        let marks = self.score.marks.iter().filter_map(|mark| {
            let y = mark.node.map_or(TOP - 20.0, |node| staff.y(node.slot()) - 4.0);
            let far = (pt(self.axis.at(mark.time), y) - p).len();
            (far <= near + 4.0).then_some((far, Pointed::Mark(mark)))
        });
        // One that is not drawn cannot be meant.
        let seen = self.crowd.seen(p.x) > 0.4;
        let strokes = self.score.strokes.iter().filter(|_| seen).filter_map(|stroke| {
            let (a, b) = self.ends_of(stroke);
            if p.x < a.x - near || p.x > b.x + near {
                return None;
            }
            let (far, share) = Segment { a, b }.nearest(p);
            let arrived = share > 0.5 && stroke.fate != Fate::InFlight;
            (far <= near).then_some((far, Pointed::Stroke(stroke, arrived)))
        });
        marks.chain(strokes).reduce(|best, each| if each.0 < best.0 { each } else { best }).map(|(_, pointed)| pointed)
    }

    /// A key that picks the latest event, or lets the picked one be. Says whether it was taken.
    pub(crate) fn pick_key(&mut self, event: &Event, handle: &Handle) -> bool {
        let Some(e) = event.dyn_ref::<KeyboardEvent>() else { return false };
        let Some(element) = element_of(event) else { return false };
        let within = |css: &str| element.closest(css).ok().flatten().is_some();
        if e.ctrl_key() || e.meta_key() || e.alt_key() || within("dialog, .tt-menu") {
            return false;
        }
        match e.key().as_str() {
            "Escape" if self.picked().is_some() => self.pick(None, handle),
            "c" if is_page(&element) || self.parts.root.contains(Some(&element)) || is_tab(&element) => {
                self.pick_latest(handle);
                e.prevent_default();
            }
            _ => return false,
        }
        true
    }
}

fn is_tab(element: &Element) -> bool {
    element.matches("[role=tab]").unwrap_or(false)
}
