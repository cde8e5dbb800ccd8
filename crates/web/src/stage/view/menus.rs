//! Menus of nodes, links, messages and the stage.

use tutti_core::base::{MessageId, NodeId};

use super::View;
use crate::stage::act;
use crate::stage::geom::{Point, pt};
use crate::stage::gesture::Target;
use crate::stage::menu::Menu;

impl View {
    pub(super) fn open_menu(&mut self, target: Option<Target>, p: Point) {
        let fresh = self.desk.borrow().given().to_string();
        let (about, deeds) = match target {
            Some(Target::Node(i)) => {
                let Some(node) = self.scene.nodes.get(i) else { return };
                (node.name.to_string(), act::node_menu(&self.scene, node, &["hand.", &fresh].concat()))
            }
            Some(Target::Link(part)) => {
                let (a, b) = (NodeId(part.from as u16), NodeId(part.to as u16));
                let about = [&act::name(&self.scene, a), " – ", &act::name(&self.scene, b)].concat();
                let desk = self.desk.borrow();
                let qualities = act::Qualities {
                    now: [desk.quality(a, b), desk.quality(b, a)],
                    first: [desk.first_quality(a, b), desk.first_quality(b, a)],
                };
                let mut deeds = act::link_menu(&self.scene, part, qualities);
                deeds.retain(|deed| self.whole_page || !deed.asks);
                (about, deeds)
            }
            Some(Target::Message(id)) => {
                let Some(words) = self.message_words(id) else { return };
                // It would be gone before it is read.
                self.resume = self.playing();
                self.set_playing(false);
                self.message = Some(id);
                (words, act::message_menu(&self.scene, id))
            }
            None => ("The whole stage".to_owned(), act::stage_menu(&self.scene)),
        };
        if deeds.is_empty() {
            return;
        }
        self.menu = None;
        self.menu = Some(Menu::open(&self.parts.board, self.around(target, p), target, &about, deeds));
        self.show_tip();
        self.frames.ask();
    }

    /// What a menu must not hide: its middle, and how far it reaches to each side.
    fn around(&self, target: Option<Target>, p: Point) -> (Point, Point) {
        match target {
            Some(Target::Node(i)) => {
                let place = &self.layout.places[i];
                (place.at, pt(place.rx, place.ry) + pt(6.0, 6.0))
            }
            Some(target @ Target::Message(_)) => (self.place_of(target), pt(16.0, 16.0)),
            _ => (p, pt(4.0, 4.0)),
        }
    }

    /// What a message is and what it carries.
    pub(super) fn message_words(&self, id: MessageId) -> Option<String> {
        let kind = self.scene.messages.iter().find(|m| m.id == id)?.kind;
        let mut words = tutti_core::lab::words::kind(kind).to_owned();
        // The first of them is its kind.
        for (name, value) in self.desk.borrow().message(id)?.into_iter().skip(1) {
            words.push('\n');
            words.push_str(name);
            words.push_str(": ");
            words.push_str(&value);
        }
        Some(words)
    }

    pub(super) fn close_menu(&mut self) {
        self.menu = None;
        self.message = None;
        if std::mem::take(&mut self.resume) {
            self.set_playing(true);
        }
        self.refresh();
    }
}
