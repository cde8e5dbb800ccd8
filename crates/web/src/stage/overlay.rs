//! Real buttons over what is drawn: for the keyboard and for screen readers. Three groups, one stop of the tab key each;
//! the arrow keys go from one to the next within a group.

use tutti_core::base::MessageId;
use tutti_core::lab::scene::Scene;
use tutti_core::lab::words;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::act::{link_words, name, node_words};
use super::dom::{attr, child, document, px, style};
use super::geom::Point;
use super::gesture::{LinkPart, Target};
use super::layout::Layout;
use super::paint::Painter;

/// The most messages that get a button.
const MESSAGES: usize = 40;

struct Knob {
    button: HtmlElement,
    target: Target,
    words: String,
}

/// One group of buttons.
struct Group {
    root: HtmlElement,
    knobs: Vec<Knob>,
    /// The one that the tab key stops at.
    current: usize,
}

impl Group {
    fn new(root: HtmlElement) -> Group {
        Group { root, knobs: Vec::new(), current: 0 }
    }

    fn clear(&mut self) {
        for knob in self.knobs.drain(..) {
            knob.button.remove();
        }
        self.current = 0;
    }

    fn add(&mut self, target: Target) {
        let button = child(&self.root, "button", "");
        attr(&button, "type", "button");
        attr(&button, "tabindex", if self.knobs.is_empty() { "0" } else { "-1" });
        self.knobs.push(Knob { button, target, words: String::new() });
    }

    fn put(&self, i: usize, at: Point, half: Point) {
        let button = &self.knobs[i].button;
        style(button, "left", &px(at.x));
        style(button, "top", &px(at.y));
        style(button, "width", &px(half.x * 2.0));
        style(button, "height", &px(half.y * 2.0));
    }

    fn say(&mut self, i: usize, words: String) {
        let knob = &mut self.knobs[i];
        if knob.words != words {
            attr(&knob.button, "aria-label", &words);
            knob.words = words;
        }
    }

    fn find(&self, element: &Element) -> Option<usize> {
        self.knobs.iter().position(|k| *AsRef::<Element>::as_ref(&k.button) == *element)
    }

    fn stop_at(&mut self, i: usize) {
        if let Some(old) = self.knobs.get(self.current) {
            attr(&old.button, "tabindex", "-1");
        }
        self.current = i;
        if let Some(new) = self.knobs.get(i) {
            attr(&new.button, "tabindex", "0");
        }
    }
}

/// The three groups.
pub struct Overlay {
    nodes: Group,
    links: Group,
    messages: Group,
    shown: Vec<MessageId>,
}

impl Overlay {
    /// Puts them into these elements.
    pub fn new(nodes: HtmlElement, links: HtmlElement, messages: HtmlElement) -> Overlay {
        Overlay {
            nodes: Group::new(nodes),
            links: Group::new(links),
            messages: Group::new(messages),
            shown: Vec::new(),
        }
    }

    /// Makes the buttons anew for a new set of nodes or another layout.
    pub fn build(&mut self, scene: &Scene, layout: &Layout) {
        if self.nodes.knobs.len() != scene.nodes.len() {
            self.nodes.clear();
            self.links.clear();
            for i in 0..scene.nodes.len() {
                self.nodes.add(Target::Node(i));
            }
            for link in &scene.links {
                let (from, to) = (link.from.0 as usize, link.to.0 as usize);
                self.links.add(Target::Link(LinkPart { from, to, both: false }));
            }
        }
        for (i, place) in layout.places.iter().enumerate() {
            let slack = if place.rx == place.ry { 4.0 } else { 2.0 };
            let half = super::geom::pt((place.rx + slack).max(12.0), (place.ry + slack).max(12.0));
            if i < self.nodes.knobs.len() {
                self.nodes.put(i, place.at, half);
            }
        }
        for i in 0..self.links.knobs.len() {
            if let Target::Link(part) = self.links.knobs[i].target {
                let lane = layout.lane(part.from, part.to);
                self.links.put(i, lane.a.toward(lane.b, 0.28), super::geom::pt(12.0, 12.0));
            }
        }
        self.shown.clear();
        self.messages.clear();
    }

    /// Says what is so now. Messages have buttons only while nothing moves.
    pub fn sync(&mut self, scene: &Scene, painter: &Painter, still: bool) {
        for (i, node) in scene.nodes.iter().enumerate().take(self.nodes.knobs.len()) {
            self.nodes.say(i, node_words(node));
        }
        for (i, link) in scene.links.iter().enumerate().take(self.links.knobs.len()) {
            // Of a client's links only those to servers that it talks to matter, and there are many.
            self.links.say(i, link_words(scene, link));
        }
        let wanted = || scene.messages.iter().filter(|m| still || m.held).take(MESSAGES);
        if !wanted().map(|m| m.id).eq(self.shown.iter().copied()) {
            let focused = self.focused_message();
            self.messages.clear();
            self.shown.clear();
            for m in wanted() {
                self.shown.push(m.id);
                self.messages.add(Target::Message(m.id));
            }
            if let Some(i) = focused.and_then(|id| self.shown.iter().position(|&m| m == id)) {
                self.messages.stop_at(i);
                let _ = self.messages.knobs[i].button.focus();
            }
        }
        for (i, m) in wanted().enumerate() {
            let Some(at) = painter.message_at(scene, m.id) else { continue };
            self.messages.put(i, at, super::geom::pt(12.0, 12.0));
            let held = if m.held { ", held" } else { "" };
            let words = [
                words::kind(m.kind),
                " from ",
                &name(scene, m.from),
                " to ",
                &name(scene, m.to),
                held,
                ". Enter opens it.",
            ];
            self.messages.say(i, words.concat());
        }
    }

    fn focused_message(&self) -> Option<MessageId> {
        let active = document().active_element()?;
        self.messages.find(&active).map(|i| self.shown[i])
    }

    /// What a button stands for, and the middle of it.
    pub fn target(&self, element: &Element) -> Option<Target> {
        let groups = [&self.nodes, &self.links, &self.messages];
        groups.into_iter().find_map(|g| g.find(element).map(|i| g.knobs[i].target))
    }

    /// A button has the focus now: the tab key will come back to it.
    pub fn focused(&mut self, element: &Element) {
        for group in [&mut self.nodes, &mut self.links, &mut self.messages] {
            if let Some(i) = group.find(element) {
                group.stop_at(i);
            }
        }
    }

    /// The button that a key leads to from this one.
    pub fn neighbour(&self, element: &Element, key: &str) -> Option<HtmlElement> {
        let group = [&self.nodes, &self.links, &self.messages].into_iter().find(|g| g.find(element).is_some())?;
        let (at, count) = (group.find(element)?, group.knobs.len());
        let to = match key {
            "ArrowRight" | "ArrowDown" => (at + 1) % count,
            "ArrowLeft" | "ArrowUp" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return None,
        };
        Some(group.knobs[to].button.clone())
    }
}

/// The element of an event.
pub fn element_of(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
