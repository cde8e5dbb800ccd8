//! Pointers on the stage: what they are on, and what they mean.

use gloo_timers::callback::Timeout;
use tutti_core::base::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent, PointerEvent};

use super::View;
use crate::stage::act;
use crate::stage::dom::document;
use crate::stage::geom::{Point, Segment, pt};
use crate::stage::gesture::{LONG_PRESS, Meant, Target, link_part};
use crate::stage::overlay::element_of;
use crate::stage::paint::REACH;

impl View {
    fn point(&self, e: &MouseEvent) -> Point {
        let rect = self.parts.board.get_bounding_client_rect();
        pt(f64::from(e.client_x()) - rect.left(), f64::from(e.client_y()) - rect.top())
    }

    fn target_at(&self, p: Point) -> Option<Target> {
        let (node, message, link) = if self.touch { (8.0, 20.0, 16.0) } else { (3.0, 13.0, REACH) };
        // A message at the edge of a node is none of it, though there is some room around a node for a finger.
        let within = self.layout.node_at(p, 0.0);
        if within.is_none()
            && let Some(id) = self.painter.message_near(&self.scene, p, message)
        {
            return Some(Target::Message(id));
        }
        if let Some(i) = within.or_else(|| self.layout.node_at(p, node)) {
            return Some(Target::Node(i));
        }
        let mut best: Option<(f64, Target)> = None;
        for (a, b, line) in self.links() {
            let (d, t) = line.nearest(p);
            if d <= link && best.is_none_or(|(least, _)| d < least) {
                best = Some((d, Target::Link(link_part(a, b, t))));
            }
        }
        best.map(|(_, target)| target)
    }

    /// The links that can be touched, and where they are.
    #[inline(never)]
    fn links(&self) -> Vec<(usize, usize, Segment)> {
        let mut links = Vec::new();
        for a in 0..self.layout.places.len() {
            for b in a + 1..self.layout.places.len() {
                if self.painter.link_shown(&self.layout, a, b) {
                    links.push((a, b, self.layout.link(a, b)));
                }
            }
        }
        links
    }

    /// Something happened to a pointer on the stage. Returns a long press to wait for, in milliseconds.
    pub fn pointer(&mut self, event: &Event) -> Option<u32> {
        let e = event.dyn_ref::<PointerEvent>()?;
        // In the menu the browser's own clicks do.
        let element = element_of(event);
        if e.type_() == "pointerdown" {
            self.pressed_long = false;
        }
        if let (Some(menu), Some(element)) = (&self.menu, &element)
            && menu.holds(element)
        {
            return None;
        }
        if element.is_some_and(|el| el.closest(".tt-toast").ok().flatten().is_some()) {
            return None;
        }
        let p = self.point(e);
        self.touch = e.pointer_type() == "touch";
        match e.type_().as_str() {
            "pointerdown" => {
                if self.menu.is_some() {
                    self.close_menu();
                    return None;
                }
                if e.button() != 0 {
                    return None;
                }
                let target = self.target_at(p);
                let _ = self.parts.board.set_pointer_capture(e.pointer_id());
                self.gesture.down(e.pointer_id(), p, e.time_stamp(), target);
                self.hover_on(target, p);
                return Some(LONG_PRESS as u32);
            }
            "pointermove" => {
                let lines = self.links();
                if self.gesture.moved(e.pointer_id(), p, &lines) {
                    self.hover_on(None, p);
                    self.frames.ask();
                } else if !self.touch {
                    let target = if e.buttons() == 0 { self.target_at(p) } else { self.hover };
                    self.hover_on(target, p);
                }
            }
            "pointerup" => {
                self.long_press = None;
                let meant = self.gesture.up(e.pointer_id());
                self.frames.ask();
                self.mean(meant);
                if self.touch {
                    self.hover_on(None, p);
                }
            }
            "pointercancel" => {
                self.long_press = None;
                self.gesture.cancel();
                self.frames.ask();
            }
            "pointerleave" => {
                self.pointer = None;
                self.hover_on(None, p);
            }
            _ => {}
        }
        None
    }

    /// Waits for a long press.
    pub fn await_long_press(&mut self, wait: Timeout) {
        self.long_press = Some(wait);
    }

    /// The pointer was held long enough.
    pub fn long_pressed(&mut self) {
        self.pressed_long = true;
        let meant = self.gesture.long_press();
        self.mean(meant);
    }

    /// The browser would show its menu: ours comes instead.
    pub fn context_menu(&mut self, event: &Event) {
        let Some(e) = event.dyn_ref::<MouseEvent>() else { return };
        e.prevent_default();
        self.pressed_long |= self.touch;
        self.long_press = None;
        self.gesture.cancel();
        // The menu key gives the element that has the focus.
        let focused = document().active_element().and_then(|a| self.overlay.target(&a));
        let by_key = e.dyn_ref::<PointerEvent>().is_none_or(|p| p.pointer_id() < 0) || e.button() != 2;
        let (target, p) = match focused {
            Some(target) if by_key => (Some(target), self.place_of(target)),
            _ => (self.target_at(self.point(e)), self.point(e)),
        };
        self.mean(Meant::Menu(target, p));
    }

    pub(super) fn place_of(&self, target: Target) -> Point {
        match target {
            Target::Node(i) => self.layout.places.get(i).map_or(pt(0.0, 0.0), |p| p.at),
            Target::Link(part) => {
                let lane = self.layout.lane(part.from, part.to);
                lane.a.toward(lane.b, 0.28)
            }
            Target::Message(id) => self.painter.message_at(&self.scene, id).unwrap_or_default(),
        }
    }

    pub(super) fn hover_on(&mut self, target: Option<Target>, p: Point) {
        self.pointer = Some(p);
        if target == self.hover {
            return;
        }
        self.hover = target;
        self.beckons &= target.is_none();
        let _ = self.parts.board.class_list().toggle_with_force("is-on", target.is_some());
        if let Some(Target::Node(i)) = target
            && !self.touch
        {
            self.select(Some(NodeId(i as u16)));
        }
        self.show_tip();
        self.frames.ask();
    }

    /// Time went by under a pointer that rests.
    pub(super) fn hover_again(&mut self) {
        if let (Some(Target::Message(id)), Some(_)) = (self.hover, self.pointer)
            && !self.scene.messages.iter().any(|m| m.id == id)
        {
            self.hover = None;
            let _ = self.parts.board.class_list().remove_1("is-on");
        }
        self.show_tip();
    }

    fn mean(&mut self, meant: Meant) {
        match meant {
            Meant::Nothing => {}
            Meant::Act(target, p) => self.act(target, p),
            Meant::Menu(target, p) => self.open_menu(target, p),
            Meant::Cut(links) => {
                let deed = act::cut_all(&self.scene, &links);
                self.perform(&deed);
            }
        }
    }
}
