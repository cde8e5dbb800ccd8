//! What a reader does with the tape: goes along it, and picks an order from it.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use super::tape::Tapes;
use crate::stage::dom::{Listener, attr_if_new};
use crate::stage::geom::{Point, pt};
use crate::stage::view::{Handle, View};

/// So many pixels are a move and no click.
const MOVED: f64 = 5.0;

/// What was heard.
#[derive(Clone, Copy)]
enum Heard {
    Pointer,
    Wheel,
    Key,
    Topic,
    End,
}

pub(super) fn listen(handle: &Handle, reel: &Element, select: &Element, to_end: &Element) -> Vec<Listener> {
    let on = |target: &EventTarget, kind, heard| {
        let handle = handle.clone();
        Listener::new(target, kind, move |event| handle.with(|view| view.tape_hears(heard, &event)))
    };
    let pointer = ["pointerdown", "pointermove", "pointerup", "pointercancel"];
    let mut all: Vec<Listener> = pointer.map(|kind| on(reel, kind, Heard::Pointer)).into();
    all.push(on(reel, "wheel", Heard::Wheel));
    all.push(on(reel, "keydown", Heard::Key));
    all.push(on(select, "change", Heard::Topic));
    all.push(on(to_end, "click", Heard::End));
    all
}

impl View {
    fn tape_hears(&mut self, heard: Heard, event: &Event) {
        let Some(mut shop) = self.shop.take() else { return };
        let tapes = &mut shop.tapes;
        let picked = match heard {
            Heard::Pointer => event.dyn_ref::<PointerEvent>().and_then(|e| tapes.pointer(e)),
            Heard::Wheel => {
                if let Some(wheel) = event.dyn_ref::<WheelEvent>() {
                    event.prevent_default();
                    let turned = wheel.delta_x() + wheel.delta_y();
                    tapes.go(if turned > 0.0 { -1 } else { 1 });
                }
                None
            }
            Heard::Key => event.dyn_ref::<KeyboardEvent>().and_then(|e| tapes.key(e)),
            Heard::Topic => {
                tapes.choose();
                None
            }
            Heard::End => {
                tapes.back = 0;
                None
            }
        };
        self.shop = Some(shop);
        if let Some(order) = picked {
            // Again, and it is let go.
            let other = self.painter.followed != Some(order);
            self.follow(other.then_some(order));
        }
        self.show_tape();
    }
}

impl Tapes {
    /// So many records back.
    fn go(&mut self, records: i64) {
        let most = self.longest().saturating_sub(u64::from(self.geometry.fit));
        self.back = self.back.saturating_add_signed(records).min(most);
    }

    fn point(&self, event: &MouseEvent) -> Point {
        let rect = self.reel.get_bounding_client_rect();
        pt(f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top())
    }

    fn pointer(&mut self, event: &PointerEvent) -> Option<tutti_core::shop::OrderId> {
        let p = self.point(event);
        match event.type_().as_str() {
            "pointerdown" if event.button() == 0 => {
                let _ = self.reel.set_pointer_capture(event.pointer_id());
                self.drag = Some((p.x, self.back, false));
            }
            "pointermove" => match self.drag {
                Some((x, back, moved)) => {
                    let moved = moved || (p.x - x).abs() > MOVED;
                    self.drag = Some((x, back, moved));
                    if moved {
                        // Drawn to the right, what was before comes in from the left.
                        self.back = back;
                        self.go(((p.x - x) / self.geometry.pitch).round() as i64);
                    }
                }
                None => {
                    let words = self.at(p).and_then(|spot| self.words(spot)).unwrap_or_default();
                    attr_if_new(&self.reel, "title", &words);
                }
            },
            "pointerup" => {
                let (_, _, moved) = self.drag.take()?;
                let spot = self.at(p).filter(|_| !moved)?;
                return self.order(spot);
            }
            _ => self.drag = None,
        }
        None
    }

    fn key(&mut self, event: &KeyboardEvent) -> Option<tutti_core::shop::OrderId> {
        let ends: Vec<(u64, u64)> = self.tape.partitions.iter().map(|row| (row.start.0, row.end.0)).collect();
        let (row, offset) = match self.cursor {
            Some(spot) => spot,
            None => (0, ends.first()?.1.saturating_sub(1)),
        };
        let (row, offset) = match event.key().as_str() {
            "ArrowLeft" => (row, offset.saturating_sub(1)),
            "ArrowRight" => (row, offset + 1),
            "ArrowUp" => (row.saturating_sub(1), offset),
            "ArrowDown" => (row + 1, offset),
            "Home" => (row, 0),
            "End" => (row, u64::MAX),
            "Enter" => {
                event.prevent_default();
                return self.order(self.cursor?);
            }
            _ => return None,
        };
        event.prevent_default();
        event.stop_propagation();
        let row = row.min(ends.len().checked_sub(1)?);
        let (start, end) = ends[row];
        let offset = offset.clamp(start, end.saturating_sub(1).max(start));
        self.cursor = Some((row, offset));
        // It is brought into view.
        let (first, seen) = (end.saturating_sub(self.back), u64::from(self.geometry.fit));
        if offset >= first {
            self.back = end - offset - 1;
        } else if offset + seen < first {
            self.back = end.saturating_sub(offset + seen);
        }
        None
    }
}
