//! The words about the event that is picked, which are the legend of its cone too.

use tutti_core::timeline::{Bracket, CONE_REACH, Counted, Side};
use web_sys::{Element, HtmlElement};

use super::{Handle, Picked, View};
use crate::stage::dom::{Listener, attr, child, document, text_if_new};
use crate::stage::parts::Parts;
use crate::stage::staff::seconds;

/// A line between the controls and the score. It goes when this is dropped.
pub(super) struct Line {
    element: Element,
    about: HtmlElement,
    past: HtmlElement,
    future: HtmlElement,
    more: HtmlElement,
    _closed: Listener,
}

impl Line {
    pub(super) fn new(parts: &Parts, handle: &Handle) -> Line {
        let element: Element = document().create_element("div").unwrap_or_else(|_| parts.score.clone().into());
        element.set_class_name("tt-cone");
        attr(&element, "role", "group");
        attr(&element, "aria-label", "Picked event");
        let about = child(&element, "b", "");
        // This is spoken; how many effects there are, which grows while it is played, is not.
        attr(&about, "role", "status");
        let past = child(&element, "span", "past");
        let future = child(&element, "span", "future");
        let more = child(&element, "span", "");
        let close = child(&element, "button", "");
        close.set_text_content(Some("×"));
        attr(&close, "type", "button");
        attr(&close, "aria-label", "Let this event be");
        attr(&close, "title", "Let this event be (Escape)");
        let handle = handle.clone();
        let closed = Listener::new(&close, "click", move |_| {
            let through = handle.clone();
            handle.with(move |view| view.pick(None, &through));
        });
        // Where the score is, and not within it: a click there goes to a moment.
        let _ = parts.score.before_with_node_1(&element);
        Line { element, about, past, future, more, _closed: closed }
    }

    pub(super) fn write(&self, view: &View, picked: &Picked, brackets: &[Bracket]) {
        let desk = view.desk.borrow();
        let cone = &picked.cone;
        let lamport = match picked.lamport {
            Counted::Known(time) => time.to_string(),
            Counted::NotYet => "still being counted".to_owned(),
            Counted::NoSuchEvent => "unknown".to_owned(),
        };
        let about = [
            &cone.event.words(desk.names()),
            ", ",
            &seconds(cone.event.time.0 as f64, 3),
            " s, Lamport time ",
            &lamport,
        ];
        text_if_new(&self.about, &about.concat());
        text_if_new(&self.past, &counted(&cone.past, "cause"));
        text_if_new(&self.future, &counted(&cone.future, "effect"));
        let mut more = String::new();
        if cone.past.is_cut || cone.future.is_cut {
            more.push_str(&["Followed for ", &(CONE_REACH.0 / 1_000_000).to_string(), " s. "].concat());
        }
        if let Some(thread) = picked.threads.first() {
            let at = |time: tutti_core::base::Time| seconds(time.0 as f64, 3);
            let (stored, published) = (at(thread.stored.1), at(thread.published.1));
            more.push_str(&["Fact stored ", &stored, " s, record published ", &published, " s. "].concat());
        }
        if let Some(bracket) = brackets.iter().find(|bracket| Some(bracket.order) == picked.order) {
            more.push_str(
                &["Order ", &bracket.order.0.to_string(), " ", &super::paint::span_words(bracket), "."].concat(),
            );
        }
        text_if_new(&self.more, more.trim_end());
    }
}

/// How many events there are on a side.
fn counted(side: &Side, what: &str) -> String {
    let at_least = if side.is_cut { "at least " } else { "" };
    let many = if side.events.len() == 1 { "" } else { "s" };
    [at_least, &side.events.len().to_string(), " ", what, many].concat()
}

impl Drop for Line {
    fn drop(&mut self) {
        self.element.remove();
    }
}
