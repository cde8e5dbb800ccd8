//! Elements, made by plain functions. Where Yew's `html!` writes out anew for each element how it is made, and each closure
//! brings code of its own, these take data: that is a fraction of what a reader downloads. What may be missing among its like
//! leaves an empty part in its place, since Yew knows parts by their places.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};
use yew::html::Scope;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, ListenerKind, Listeners, VList, VTag, VText};

use super::{App, Msg};

/// The way from an element to the app.
pub(super) type Link = Scope<App>;
/// What an element listens to.
pub(super) type On = Option<Rc<dyn Listener>>;

/// Attributes that are always so.
macro_rules! fixed {
    ($($name:literal = $value:expr),*) => {
        yew::virtual_dom::Attributes::Static(&[$(($name, yew::virtual_dom::AttributeOrProperty::Static($value))),*])
    };
}
pub(super) use fixed;

/// Attributes that depend on something, each absent if it has no value.
#[inline(never)]
pub(super) fn given(names: &'static [&'static str], values: Vec<Option<AttrValue>>) -> Attributes {
    let values = values.into_iter().map(|value| value.map(AttributeOrProperty::Attribute)).collect();
    Attributes::Dynamic { keys: names, values }
}

/// An element.
#[inline(never)]
pub(super) fn tag(name: &'static str, attributes: Attributes, on: On, children: Vec<Html>) -> Html {
    known(name, attributes, on.into_iter().collect(), children, None, NodeRef::default())
}

/// An element that is known among its like by a key, or to the app by a reference, or listens to several things.
#[inline(never)]
pub(super) fn known(
    name: &'static str,
    attributes: Attributes,
    on: Vec<Rc<dyn Listener>>,
    mut children: Vec<Html>,
    key: Option<Key>,
    node: NodeRef,
) -> Html {
    let children = if children.len() == 1 { children.remove(0) } else { VList::with_children(children, None).into() };
    let on = match on.is_empty() {
        true => Listeners::None,
        false => Listeners::Pending(on.into_iter().map(Some).collect()),
    };
    VTag::__new_other(AttrValue::Static(name), node, key, attributes, on, children).into()
}

/// Elements one after the other.
pub(super) fn list(parts: Vec<Html>) -> Html {
    VList::with_children(parts, None).into()
}

/// An input. With a value it is set back to it whenever it is drawn.
#[inline(never)]
pub(super) fn field(attributes: Attributes, value: Option<String>, on: On, node: NodeRef) -> Html {
    let on = Listeners::Pending([on].into());
    VTag::__new_input(value.map(AttrValue::from), None, node, None, attributes, on).into()
}

/// An input that listens to several things.
pub(super) fn field_on(attributes: Attributes, value: String, on: Vec<Rc<dyn Listener>>) -> Html {
    let on = Listeners::Pending(on.into_iter().map(Some).collect());
    VTag::__new_input(Some(value.into()), None, NodeRef::default(), None, attributes, on).into()
}

/// A text of several lines.
#[inline(never)]
pub(super) fn area(attributes: Attributes, value: Option<String>) -> Html {
    let none = (NodeRef::default(), None);
    VTag::__new_textarea(value.map(AttrValue::from), None, none.0, none.1, attributes, Listeners::None).into()
}

/// An element with nothing but a class and words.
pub(super) fn said(name: &'static str, class: &'static str, words: AttrValue) -> Html {
    tag(name, given(&["class"], vec![Some(class.into())]), None, vec![text(words)])
}

/// Words.
#[inline(never)]
pub(super) fn text(words: impl Into<AttrValue>) -> Html {
    VText::new(words).into()
}

/// Markup that is always so.
pub(super) fn raw(markup: &'static str) -> Html {
    Html::from_html_unchecked(AttrValue::Static(markup))
}

/// A button that sends a message.
#[inline(never)]
pub(super) fn button(class: &'static str, words: &'static str, link: &Link, msg: Msg) -> Html {
    let attributes = given(&["type", "class"], vec![Some("button".into()), Some(class.into())]);
    tag("button", attributes, click(link, msg), vec![text(words)])
}

/// The button that sends a form.
pub(super) fn submit(words: &'static str) -> Html {
    tag("button", fixed!("type" = "submit", "class" = "pill strong"), None, vec![text(words)])
}

/// Sends a message when it is clicked.
#[inline(never)]
pub(super) fn click(link: &Link, msg: Msg) -> On {
    Some(Rc::new(Click { link: link.clone(), msg }))
}

struct Click {
    link: Link,
    msg: Msg,
}

impl Listener for Click {
    fn kind(&self) -> ListenerKind {
        ListenerKind::onclick
    }

    fn handle(&self, _: Event) {
        self.link.send_message(self.msg.clone());
    }

    fn passive(&self) -> bool {
        false
    }
}

/// Sends what an event means, if it means something.
#[inline(never)]
pub(super) fn hears(kind: ListenerKind, link: &Link, meaning: fn(Event) -> Option<Msg>) -> On {
    Some(Rc::new(Hears { kind, link: link.clone(), meaning }))
}

struct Hears {
    kind: ListenerKind,
    link: Link,
    meaning: fn(Event) -> Option<Msg>,
}

impl Listener for Hears {
    fn kind(&self) -> ListenerKind {
        self.kind.clone()
    }

    fn handle(&self, event: Event) {
        if let Some(msg) = (self.meaning)(event) {
            self.link.send_message(msg);
        }
    }

    fn passive(&self) -> bool {
        self.kind == ListenerKind::onscroll
    }
}

/// What was typed into a field, or chosen in a list: both have it under the same name.
pub(super) fn value_of(event: &Event) -> String {
    event.target().map(|field| field.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}
