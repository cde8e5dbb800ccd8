//! What was just done, and how to take it back.

use gloo_timers::callback::Timeout;

use super::View;
use crate::stage::act::Deed;

impl View {
    /// Says what was done, and offers to take it back.
    pub(super) fn toast(&mut self, words: &str, undo: Option<Deed>) {
        self.undo = undo;
        let toast = &self.parts.toast;
        if let Some(span) = toast.first_element_child() {
            span.set_text_content(Some(words));
        }
        if let Some(button) = toast.last_element_child() {
            let _ = button.toggle_attribute_with_force("hidden", self.undo.is_none());
        }
        toast.set_hidden(false);
        let element = toast.clone();
        self.toast = Some(Timeout::new(9_000, move || element.set_hidden(true)));
    }

    pub(super) fn hide_toast(&mut self) {
        self.toast = None;
        self.parts.toast.set_hidden(true);
    }

    /// The button of the toast.
    pub fn undo(&mut self) {
        self.hide_toast();
        if let Some(deed) = self.undo.take() {
            self.perform(&deed);
        }
    }
}
