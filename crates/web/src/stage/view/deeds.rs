//! Doing what the reader wants done.

use tutti_core::base::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

use super::View;
use crate::stage::Told;
use crate::stage::act::{self, Deed};
use crate::stage::geom::Point;
use crate::stage::gesture::Target;
use crate::stage::overlay::element_of;

impl View {
    /// The ordinary thing with a target.
    pub(super) fn act(&mut self, target: Target, p: Point) {
        // A ticket leads to its order; its menu opens as any other does.
        if let Target::Message(id) = target
            && let Some(order) = self.order_of(id)
        {
            let other = self.painter.followed != Some(order);
            return self.follow(other.then_some(order));
        }
        if let Target::Message(_) = target {
            self.open_menu(Some(target), p);
            return;
        }
        if let Target::Node(i) = target {
            self.select(Some(NodeId(i as u16)));
        }
        if let Some(deed) = act::click(&self.scene, target) {
            self.perform(&deed);
        }
    }

    /// Gives the commands of a deed.
    pub fn perform(&mut self, deed: &Deed) {
        if deed.commands.is_empty() {
            return;
        }
        let undo = deed.undo(|from, to| self.desk.borrow().quality(from, to));
        let mut trouble = None;
        for command in &deed.commands {
            let given = self.desk.borrow_mut().give(command, &deed.said);
            trouble = given.err().or(trouble);
        }
        if let Some(trouble) = trouble {
            self.toast(&trouble, None);
        } else if deed.toast {
            self.toast(&deed.said, undo);
        } else {
            self.hide_toast();
        }
        self.hinted();
        self.told.push(Told::Changed);
        self.refresh();
    }

    /// Something was clicked on the board by other means than a pointer, or in the menu.
    pub fn board_click(&mut self, event: &Event) {
        let Some(element) = element_of(event) else { return };
        if let Some(menu) = &self.menu
            && menu.holds(&element)
        {
            let by_release = self.pressed_long && event.dyn_ref::<MouseEvent>().is_some_and(|m| m.detail() > 0);
            if let Some(deed) = menu.deed(&element).filter(|_| !by_release) {
                let about = menu.about;
                self.close_menu();
                match about {
                    Some(Target::Link(part)) if deed.asks => {
                        self.told.push(Told::AskedForLink(NodeId(part.from as u16), NodeId(part.to as u16)));
                    }
                    _ => self.perform(&deed),
                }
            }
            return;
        }
        // A pointer's click was seen as a gesture already; those of the keyboard and of readers have no detail.
        let by_key = event.dyn_ref::<MouseEvent>().is_some_and(|m| m.detail() == 0);
        if by_key && let Some(target) = self.overlay.target(&element) {
            let p = self.place_of(target);
            self.act(target, p);
        }
    }
}
