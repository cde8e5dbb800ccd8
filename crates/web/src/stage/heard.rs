//! What a stage hears from the browser, and when it can answer.

use web_sys::{Event, KeyboardEvent};

use super::Told;
use super::overlay::element_of;
use super::view::Handle;
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
        let key = |e: &KeyboardEvent| {
            let tag = element_of(event).map(|element| element.tag_name()).unwrap_or_default();
            e.key() == " " && matches!(tag.as_str(), "BODY" | "HTML" | "DIV")
        };
        if matches!(self, Heard::Menu | Heard::Wheel | Heard::Press)
            || event.dyn_ref::<KeyboardEvent>().is_some_and(key)
        {
            event.prevent_default();
        }
    }
}

impl Handle {
    /// Answers what was heard, as soon as what it takes is there.
    pub(super) fn hear(&self, heard: Heard, event: Event) {
        if let Some(later) = later::here() {
            return self.with(|view| later.stage(view, heard, &event, self));
        }
        heard.hold(&event);
        let handle = self.clone();
        later::then(move |later| {
            handle.with(|view| match later {
                Ok(later) => later.stage(view, heard, &event, &handle),
                Err(_) => view.tell(Told::Missing),
            });
        });
    }
}
