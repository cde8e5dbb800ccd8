//! The menu of a thing: a little list of buttons that takes the focus and gives it back.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::act::Deed;
use super::beside::{Bounds, beside};
use super::dom::{attr, child, document, px, style};
use super::geom::{Point, pt};
use super::gesture::Target;

/// An open menu. It is gone when this is dropped.
pub struct Menu {
    root: HtmlElement,
    opener: Option<HtmlElement>,
    deeds: Vec<Deed>,
    /// What it is about; the stage itself if nothing.
    pub about: Option<Target>,
}

impl Menu {
    /// Opens it on `board`, beside what is around a point and reaches `half` to each side, with what it is about and what
    /// can be done.
    pub fn open(
        board: &Element,
        (at, half): (Point, Point),
        about: Option<Target>,
        words: &str,
        deeds: Vec<Deed>,
    ) -> Menu {
        let opener = document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok());
        let root = child(board, "div", "tt-menu");
        attr(&root, "role", "menu");
        attr(&root, "aria-label", words);
        if !words.is_empty() {
            let p = child(&root, "p", "");
            attr(&p, "role", "presentation");
            p.set_text_content(Some(words));
        }
        for (i, deed) in deeds.iter().enumerate() {
            let item = child(&root, "button", "");
            attr(&item, "role", "menuitem");
            attr(&item, "type", "button");
            attr(&item, "tabindex", "-1");
            attr(&item, "data-deed", &i.to_string());
            item.set_text_content(Some(&deed.label));
        }
        let menu = Menu { root, opener, deeds, about };
        // It may reach beyond the board, but not beyond what is seen.
        let size = pt(f64::from(menu.root.offset_width()), f64::from(menu.root.offset_height()));
        let rect = board.get_bounding_client_rect();
        let from = pt(4.0 - rect.left(), 4.0 - rect.top());
        let seen = document().document_element();
        let seen = seen.map_or(pt(0.0, 0.0), |e| pt(f64::from(e.client_width()), f64::from(e.client_height())));
        let place = beside(at, half, size, Bounds { from, to: from + seen - pt(8.0, 8.0) });
        style(&menu.root, "left", &px(place.x));
        style(&menu.root, "top", &px(place.y));
        menu.focus(0);
        menu
    }

    fn items(&self) -> Vec<HtmlElement> {
        let Ok(list) = self.root.query_selector_all("button") else { return Vec::new() };
        (0..list.length()).filter_map(|i| list.get(i)?.dyn_into().ok()).collect()
    }

    fn focus(&self, i: usize) {
        if let Some(item) = self.items().get(i) {
            let _ = item.focus();
        }
    }

    /// Whether an element is part of it.
    pub fn holds(&self, element: &Element) -> bool {
        self.root.contains(Some(element))
    }

    /// The deed of one of its buttons.
    pub fn deed(&self, element: &Element) -> Option<Deed> {
        let item = element.closest("[data-deed]").ok().flatten()?;
        self.deeds.get(item.get_attribute("data-deed")?.parse::<usize>().ok()?).cloned()
    }

    /// A key was pressed in it. Returns whether the menu is to close.
    pub fn key(&self, event: &KeyboardEvent) -> bool {
        let items = self.items();
        let active = document().active_element();
        let at = items.iter().position(|i| active.as_ref() == Some(i.as_ref())).unwrap_or(0);
        let last = items.len().saturating_sub(1);
        let to = match event.key().as_str() {
            "Escape" | "Tab" => {
                event.prevent_default();
                return true;
            }
            "ArrowDown" => {
                if at == last {
                    0
                } else {
                    at + 1
                }
            }
            "ArrowUp" => {
                if at == 0 {
                    last
                } else {
                    at - 1
                }
            }
            "Home" => 0,
            "End" => last,
            _ => return false,
        };
        event.prevent_default();
        self.focus(to);
        false
    }
}

impl Drop for Menu {
    fn drop(&mut self) {
        let had_focus = document().active_element().is_some_and(|e| self.root.contains(Some(&e)));
        self.root.remove();
        if had_focus && let Some(opener) = &self.opener {
            let _ = opener.focus();
        }
    }
}
