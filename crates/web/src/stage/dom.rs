//! The few things that are wanted of the DOM, each taking back on drop what it put there.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{AddEventListenerOptions, Document, Element, Event, EventTarget, HtmlElement, Window};

/// The window. The page runs nowhere else.
pub fn window() -> Window {
    web_sys::window().unwrap_throw()
}

/// The document.
pub fn document() -> Document {
    window().document().unwrap_throw()
}

/// Milliseconds of a clock that only goes forward.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |p| p.now())
}

/// A new element with a class, at the end of its parent.
pub fn child(parent: &Element, tag: &str, class: &str) -> HtmlElement {
    let element = document().create_element(tag).unwrap_throw();
    element.set_class_name(class);
    let _ = parent.append_child(&element);
    element.unchecked_into()
}

/// Sets an attribute. Fails only for names that are none.
pub fn attr(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Sets an attribute if it is not so already: a screen reader is not told twice.
pub fn attr_if_new(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        attr(element, name, value);
    }
}

/// Sets a text if it is not so already.
pub fn text_if_new(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets a style property.
pub fn style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

/// A number of pixels, to a tenth.
pub fn px(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    [sign, &(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), "px"].concat()
}

/// A listener, removed on drop.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens; the listener may not be passive, since it may keep the browser from scrolling or clicking.
    pub fn new(target: &EventTarget, kind: &'static str, handler: impl FnMut(Event) + 'static) -> Listener {
        let closure = Closure::<dyn FnMut(Event)>::new(handler);
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        let function: &Function = closure.as_ref().unchecked_ref();
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(kind, function, &options);
        Listener { target: target.clone(), kind, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function: &Function = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.kind, function);
    }
}

/// One request for a frame at a time, taken back on drop.
pub struct Frames {
    closure: Closure<dyn FnMut(f64)>,
    asked: Option<i32>,
}

impl Frames {
    /// Calls `handler` once for each time that a frame was asked for. It has to say [`Frames::came`].
    pub fn new(handler: impl FnMut(f64) + 'static) -> Frames {
        Frames { closure: Closure::new(handler), asked: None }
    }

    /// Asks for a frame, if none is asked for already.
    pub fn ask(&mut self) {
        if self.asked.is_none() {
            self.asked = window().request_animation_frame(self.closure.as_ref().unchecked_ref()).ok();
        }
    }

    /// The frame that was asked for has come.
    pub fn came(&mut self) {
        self.asked = None;
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(id) = self.asked.take() {
            let _ = window().cancel_animation_frame(id);
        }
    }
}

/// Whether the reader wants things not to move.
pub fn wants_little_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether a media query holds.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|m| m.matches())
}
