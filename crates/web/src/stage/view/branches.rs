//! The branches: which is played, and a strip for each under the score.

use wasm_bindgen::JsCast;
use web_sys::Event;

use super::View;
use crate::later;
use crate::stage::dom::{attr, attr_if_new, child, px, style, text_if_new};
use crate::stage::overlay::element_of;
use crate::stage::staff::seconds;

impl View {
    /// Shows the branches, if there is or was more than one.
    pub(super) fn show_branches(&mut self) {
        self.branch = self.desk.borrow().branch();
        let many = self.desk.borrow().branches().len() > 1 || !self.branches.is_empty();
        if many && let Some(later) = later::here() {
            later.branches(self);
        }
    }

    /// Brings the strips up to date, and the words about the branch that is played.
    pub(crate) fn write_branches(&mut self) {
        let desk = self.desk.borrow();
        let (branches, current) = (desk.branches(), desk.branch());
        drop(desk);
        let many = branches.len() > 1;
        let words = match branches.iter().find(|b| b.id == current) {
            Some(b) if many => match b.parent {
                Some((_, at)) => [
                    "branch ",
                    &(b.id + 1).to_string(),
                    " of ",
                    &branches.len().to_string(),
                    ", begun at ",
                    &seconds(at.0 as f64, 3),
                    " s: “",
                    &b.label,
                    "”",
                ]
                .concat(),
                None => ["branch 1 of ", &branches.len().to_string(), ", the first"].concat(),
            },
            _ => String::new(),
        };
        text_if_new(&self.parts.branch, &words);
        // The strips stand under the score at its scale, so they change when it does.
        let same = branches == self.branches && self.written == self.strip_key();
        if same {
            return;
        }
        self.written = self.strip_key();
        let rebuild = branches.len() != self.branches.len();
        self.branches = branches;
        self.parts.systems.set_hidden(!many);
        if !many {
            self.parts.systems.set_inner_html("");
            return;
        }
        if rebuild {
            self.parts.systems.set_inner_html("");
            for b in &self.branches {
                let button = child(&self.parts.systems, "button", "");
                attr(&button, "type", "button");
                attr(&button, "data-branch", &b.id.to_string());
                child(&button, "i", "");
                child(&button, "span", "");
            }
        }
        let list = self.parts.systems.children();
        let (left, right) = (self.axis.left, self.axis.left + self.axis.width);
        for (i, b) in self.branches.iter().enumerate() {
            let Some(button) = list.item(i as u32) else { continue };
            attr_if_new(&button, "aria-current", if b.id == current { "true" } else { "false" });
            let begun = b.parent.map_or(0.0, |(_, t)| t.0 as f64);
            let (x0, x1) = (self.axis.x(begun).clamp(left, right), self.axis.at(b.explored).clamp(left, right));
            if let (Some(bar), Some(label)) = (button.first_element_child(), button.last_element_child()) {
                let bar: web_sys::HtmlElement = bar.unchecked_into();
                style(&bar, "left", &px(x0));
                style(&bar, "width", &px((x1 - x0).max(2.0)));
                // The words stand where the branch begins.
                let begins = px(x0.min(right - 220.0).max(left));
                style(label.unchecked_ref(), "left", &begins);
                let words = match b.parent {
                    None => ["1: as it began"].concat(),
                    Some((_, at)) => {
                        [&(b.id + 1).to_string(), ": “", &b.label, "” at ", &seconds(at.0 as f64, 3), " s"].concat()
                    }
                };
                text_if_new(&label, &words);
            }
        }
    }

    /// What the strips of the branches depend on besides the branches.
    fn strip_key(&self) -> u32 {
        let desk = self.desk.borrow();
        (self.axis.from as u64 as u32)
            ^ (self.axis.span as u64 as u32).rotate_left(11)
            ^ (desk.branch() << 25)
            ^ (self.axis.width as u32)
    }

    /// A branch was chosen.
    pub fn branch_click(&mut self, event: &Event) {
        let button = element_of(event).and_then(|e| e.closest("[data-branch]").ok().flatten());
        let branch = button.and_then(|b| b.get_attribute("data-branch")).and_then(|b| b.parse().ok());
        if let Some(branch) = branch {
            self.desk.borrow_mut().switch(branch);
            self.after_jump();
        }
    }
}
