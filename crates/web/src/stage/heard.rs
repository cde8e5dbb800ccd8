//! What a stage hears from the browser, and when it can answer.

use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

use super::Told;
use super::overlay::element_of;
use super::view::{Handle, View};
use crate::later;
use wasm_bindgen::JsCast;

/// What a listener of the stage is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A pointer on the board.
    Pointer,
    /// The mouse was pressed on the board, which gives the focus if nobody minds.
    Press,
    /// The board is asked for a menu.
    Menu,
    /// A click on the board, by whatever means.
    Click,
    /// Something on the board has the focus.
    Focus,
    /// Nothing has it any more.
    Blur,
    /// A pointer on the score.
    Score,
    /// A wheel was turned.
    Wheel,
    /// A button of the row of controls.
    Bar,
    /// The speed.
    Speed,
    /// A branch was chosen.
    Branch,
    /// The button that closes the hint.
    Hint,
    /// The button that takes back what was done.
    Undo,
    /// A key within the stage.
    Key,
    /// A key anywhere on the page.
    PageKey,
    /// The colours may be others, or whether things may move.
    Look,
}

impl Heard {
    /// What cannot wait: who would scroll the page, or show a menu of its own, has to be kept from it at once.
    fn hold(self, event: &Event) {
        if matches!(self, Heard::Menu | Heard::Wheel | Heard::Press) {
            event.prevent_default();
        }
    }

    /// Whether it plays or pauses, for which nothing has to be loaded.
    fn plays(self, event: &Event) -> bool {
        let key = |e: &KeyboardEvent| e.key() == " " && !e.ctrl_key() && !e.meta_key() && !e.alt_key();
        let space = event.dyn_ref().is_some_and(key);
        element_of(event).is_some_and(|element| match self {
            Heard::Bar => element.closest("[data-do=play]").is_ok_and(|found| found.is_some()),
            Heard::Key => space && element.tag_name() != "BUTTON",
            Heard::PageKey => space && is_page(&element),
            _ => false,
        })
    }

    /// Whether it is a deed, which is meant for the moment at which it is heard.
    fn is_deed(self, event: &Event) -> bool {
        match self {
            Heard::Pointer | Heard::Score => event.type_() == "pointerdown",
            Heard::Menu | Heard::Click | Heard::Bar | Heard::Speed => true,
            Heard::Key | Heard::PageKey => {
                event.dyn_ref::<KeyboardEvent>().is_some_and(|e| e.key() != "Tab")
                    && (self == Heard::Key || element_of(event).is_some_and(|element| is_page(&element)))
            }
            _ => false,
        }
    }

    /// Whether a pointer only moves about: it would fill the queue.
    fn is_idle(self, event: &Event) -> bool {
        let idle = |e: &PointerEvent| e.buttons() == 0 && ["pointermove", "pointerleave"].contains(&&*e.type_());
        event.dyn_ref().is_some_and(idle)
    }
}

/// Whether nothing of the page in particular has the focus.
pub(crate) fn is_page(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "BODY" | "HTML")
}

impl Handle {
    /// Answers what was heard, as soon as what it takes is there; until then, time stands for a deed.
    pub(super) fn hear(&self, heard: Heard, event: Event) {
        if let Some(later) = later::here() {
            return self.with(|view| later.stage(view, heard, &event, self));
        }
        heard.hold(&event);
        if heard.plays(&event) {
            event.prevent_default();
            event.stop_propagation();
            return self.with(View::play_or_pause);
        }
        if heard.is_idle(&event) {
            return later::fetch();
        }
        if heard.is_deed(&event) {
            later::hold();
        }
        let handle = self.clone();
        later::then(move |later| {
            handle.with(|view| match later {
                Ok(later) => later.stage(view, heard, &event, &handle),
                Err(_) => view.tell(Told::Missing),
            });
        });
    }
}
