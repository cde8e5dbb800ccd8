//! What is found on a page.

use serde_json::{Value, json};

use crate::Page;
use crate::webdriver::ELEMENT;

/// A place in the window, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    /// The place at these coordinates.
    #[must_use]
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The place that is this far away.
    #[must_use]
    pub fn moved(self, x: f64, y: f64) -> Self {
        Self { x: self.x + x, y: self.y + y }
    }
}

/// Where something is in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// Its middle.
    #[must_use]
    pub fn center(self) -> Point {
        self.at(0.5, 0.5)
    }

    /// The place at these fractions of its width and height.
    #[must_use]
    pub fn at(self, x: f64, y: f64) -> Point {
        Point { x: self.x + self.width * x, y: self.y + self.height * y }
    }
}

/// An element of the page.
#[derive(Clone)]
pub struct Element<'p> {
    pub(crate) page: &'p Page,
    pub(crate) id: String,
}

impl Element<'_> {
    /// The element as an argument of a script.
    #[must_use]
    pub fn argument(&self) -> Value {
        json!({ ELEMENT: self.id })
    }

    /// The text that a reader sees of it.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> String {
        self.told("text")
    }

    /// The name that a screen reader says.
    #[must_use]
    #[track_caller]
    pub fn label(&self) -> String {
        self.told("computedlabel")
    }

    /// The role that a screen reader says.
    #[must_use]
    #[track_caller]
    pub fn role(&self) -> String {
        self.told("computedrole")
    }

    /// An attribute, if it is there.
    #[must_use]
    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        let value = self.run("return element.getAttribute(argument)", name);
        value.as_str().map(str::to_owned)
    }

    /// A property: `checked`, `value`, `scrollTop`.
    #[must_use]
    #[track_caller]
    pub fn property(&self, name: &str) -> Value {
        self.run("return element[argument]", name)
    }

    /// A computed style.
    #[must_use]
    #[track_caller]
    pub fn style(&self, name: &str) -> String {
        let value = self.run("return getComputedStyle(element).getPropertyValue(argument)", name);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Whether a reader sees it.
    #[must_use]
    #[track_caller]
    pub fn is_displayed(&self) -> bool {
        self.run("return element.checkVisibility({ opacityProperty: true, visibilityProperty: true })", "") == true
    }

    /// Whether it has the focus.
    #[must_use]
    #[track_caller]
    pub fn is_focused(&self) -> bool {
        self.run("return element === element.getRootNode().activeElement", "") == true
    }

    /// Where it is in the window.
    #[must_use]
    #[track_caller]
    pub fn rect(&self) -> Rect {
        let value = self.run("const r = element.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]", "");
        let number = |index: usize| value[index].as_f64().unwrap_or_default();
        Rect { x: number(0), y: number(1), width: number(2), height: number(3) }
    }

    /// Brings it into the window.
    #[track_caller]
    pub fn scroll_into_view(&self) {
        self.run("element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' })", "");
    }

    #[track_caller]
    fn run(&self, body: &str, argument: &str) -> Value {
        let script = format!("const [element, argument] = arguments; {body}");
        self.page.run(&script, &[self.argument(), json!(argument)])
    }

    #[track_caller]
    fn told(&self, what: &str) -> String {
        let value = self.page.get(&format!("/element/{}/{what}", self.id));
        value.as_str().unwrap_or_default().to_owned()
    }
}
