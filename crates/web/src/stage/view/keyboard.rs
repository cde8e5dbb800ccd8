//! Keys and the focus.

use tutti_core::base::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::View;
use crate::stage::Told;
use crate::stage::geom::pt;
use crate::stage::heard::is_page;
use crate::stage::overlay::element_of;

impl View {
    /// A key was pressed somewhere in the component. Returns whether it was taken.
    pub fn key(&mut self, event: &Event) -> bool {
        let Some(e) = event.dyn_ref::<KeyboardEvent>() else { return false };
        let Some(element) = element_of(event) else { return false };
        if let Some(menu) = &self.menu
            && menu.holds(&element)
        {
            if menu.key(e) {
                self.close_menu();
            }
            return true;
        }
        let key = e.key();
        if e.ctrl_key() || e.meta_key() || e.alt_key() {
            return false;
        }
        if key == "Escape" {
            self.gesture.cancel();
            self.hide_toast();
            self.frames.ask();
            return false;
        }
        if (key == "ContextMenu" || (key == "F10" && e.shift_key()))
            && let Some(target) = self.overlay.target(&element)
        {
            let p = self.place_of(target);
            self.open_menu(Some(target), p);
            e.prevent_default();
            return true;
        }
        if let Some(next) = self.overlay.neighbour(&element, &key) {
            let _ = next.focus();
            self.focused(&next);
            e.prevent_default();
            return true;
        }
        if element.class_list().contains("tt-playhead") && self.playhead_key(e) {
            e.prevent_default();
            return true;
        }
        let control = match key.as_str() {
            " " if element.tag_name() != "BUTTON" || is_idle_tab(&element) => "play",
            "." => "step",
            "," => "back",
            "+" | "=" => "in",
            "-" => "out",
            "0" => "fit",
            _ => return false,
        };
        self.control(control);
        e.prevent_default();
        true
    }

    /// A key was pressed somewhere on the page.
    pub fn page_key(&mut self, event: &Event) {
        let free = |e: &Element| is_page(e) || is_idle_tab(e);
        if element_of(event).is_none_or(|e| free(&e)) {
            self.key(event);
        }
    }

    /// A button of the overlay has the focus.
    pub fn focused(&mut self, element: &Element) {
        if let Some(target) = self.overlay.target(element) {
            self.overlay.focused(element);
            // A pointer that gave the focus shows by itself what it is on.
            if element.matches(":focus-visible").unwrap_or(false) {
                let p = self.place_of(target);
                self.hover_on(Some(target), p);
            }
        }
    }

    /// The focus went elsewhere.
    pub fn blurred(&mut self) {
        self.hover_on(None, pt(0.0, 0.0));
        self.pointer = None;
    }

    /// Selects a node.
    pub fn select(&mut self, node: Option<NodeId>) {
        if self.selected != node {
            self.selected = node;
            self.told.push(Told::Selected(node));
            self.frames.ask();
        }
    }
}

/// Whether an element is a tab that is selected: the keys of the stage do nothing to it, and who clicked it wants to
/// play.
fn is_idle_tab(element: &Element) -> bool {
    element.matches("[role=tab][aria-selected=true]").unwrap_or(false)
}
