//! The stage and its score: a component for any element of any page, any number of times.
//!
//! It is drawn imperatively from the scene, once a frame while something moves and not at all while nothing does. It
//! has no globals, and takes everything with it when it is dropped: elements, listeners, observers, frames.

pub mod act;
pub mod axis;
pub mod crowd;
pub mod dom;
pub mod geom;
pub mod gesture;
pub mod layout;
pub mod live;
pub mod menu;
pub mod overlay;
pub mod pace;
pub mod paint;
pub mod parts;
pub mod sign;
pub mod staff;
pub mod theme;
pub mod view;

use std::cell::RefCell;
use std::rc::Rc;

use crate::desk::Desk;
use gloo_timers::callback::Timeout;
use tutti_core::base::{NodeId, Time};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, EventTarget, ResizeObserver};

use self::dom::{Frames, Listener};
use self::parts::Parts;
use self::view::{Handle, View};

/// What a stage is to be like.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// One line for who sees it for the first time, until something was done; none if empty.
    pub hint: String,
    /// The page is all about this stage: space, dot and the like work wherever the focus is, and the wheel over the
    /// stage turns the score. In a page that scrolls it must not.
    pub whole_page: bool,
}

/// What a stage tells whoever mounted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Time has gone by; told at most ten times a second.
    Tick,
    /// The reader did something that a link would hold.
    Changed,
    /// The run has arrived at the moment of its link; the desk knows whether it is what the link's maker saw.
    Arrived,
    /// Another node is selected.
    Selected(Option<NodeId>),
    /// The hint has done its work.
    Hinted,
    /// The reader wants to say what the link between two nodes is like.
    AskedForLink(NodeId, NodeId),
}

/// A mounted stage.
pub struct Stage {
    _view: Rc<RefCell<View>>,
    handle: Handle,
    root: Element,
    _listeners: Vec<Listener>,
    observer: Option<ResizeObserver>,
    _resized: Closure<dyn FnMut()>,
}

impl Stage {
    /// Mounts a stage in an element. `None` if the browser gives no canvas.
    pub fn mount(
        host: &Element,
        desk: Rc<RefCell<Desk>>,
        options: Options,
        listener: Rc<dyn Fn(Told)>,
    ) -> Option<Stage> {
        let parts = Parts::new(host)?;
        // The view is made with a way to itself.
        let slot: Rc<RefCell<Option<Handle>>> = Rc::default();
        let through = slot.clone();
        let frames = Frames::new(move |at| {
            let handle = through.borrow().clone();
            if let Some(handle) = handle {
                handle.with(|view| view.frame(at));
            }
        });
        let whole_page = options.whole_page;
        let view = Rc::new(RefCell::new(View::new(desk, options, parts, frames, listener)));
        let handle = Handle::new(&view);
        *slot.borrow_mut() = Some(handle.clone());

        let (root, hosts, controls, toast, hint) = {
            let view = view.borrow();
            (view.root().clone(), view.hosts(), view.controls(), view.toast_element(), view.hint_button())
        };
        let (board, score, _) = hosts;
        let (bar, speed, systems) = controls;
        let mut listeners = Vec::new();
        let mut on = |target: &EventTarget, kind: &'static str, f: fn(&mut View, &Event, &Handle)| {
            let handle = handle.clone();
            listeners.push(Listener::new(target, kind, move |event| {
                let inner = handle.clone();
                handle.with(|view| f(view, &event, &inner));
            }));
        };
        for kind in ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"] {
            on(&board, kind, |view, event, handle| {
                if let Some(wait) = view.pointer(event) {
                    let handle = handle.clone();
                    view.await_long_press(Timeout::new(wait, move || handle.with(View::long_pressed)));
                }
            });
        }
        on(&board, "contextmenu", |view, event, _| view.context_menu(event));
        on(&board, "click", |view, event, _| view.board_click(event));
        on(&board, "focusin", |view, event, _| {
            if let Some(element) = overlay::element_of(event) {
                view.focused(&element);
            }
        });
        on(&board, "focusout", |view, _, _| view.blurred());
        for kind in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
            on(&score, kind, |view, event, _| view.score_pointer(event));
        }
        on(&score, "wheel", |view, event, _| view.score_wheel(event));
        if whole_page {
            on(&board, "wheel", |view, event, _| view.score_wheel(event));
        }
        on(&bar, "click", |view, event, _| view.bar_click(event));
        on(&speed, "input", |view, _, _| view.speed_moved());
        on(&systems, "click", |view, event, _| view.branch_click(event));
        on(&hint, "click", |view, _, _| view.hinted());
        if let Ok(Some(undo)) = toast.query_selector("button") {
            on(&undo, "click", |view, _, _| view.undo());
        }
        on(&root, "keydown", |view, event, _| {
            if view.key(event) {
                event.stop_propagation();
            }
        });
        if whole_page {
            on(&dom::document(), "keydown", |view, event, _| {
                let on_page =
                    overlay::element_of(event).is_none_or(|e| matches!(e.tag_name().as_str(), "BODY" | "HTML"));
                if on_page {
                    view.key(event);
                }
            });
        }
        on(&dom::document(), "visibilitychange", |view, _, _| view.visibility());
        for query in ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"] {
            if let Ok(Some(media)) = dom::window().match_media(query) {
                on(&media, "change", |view, _, _| view.restyle());
            }
        }

        let resized = {
            let handle = handle.clone();
            Closure::<dyn FnMut()>::new(move || handle.with(View::resized))
        };
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(&board);
            observer.observe(&score);
        }
        handle.with(View::refresh);
        Some(Stage { _view: view, handle, root, _listeners: listeners, observer, _resized: resized })
    }

    /// Another run is to be shown: the desk holds it already.
    pub fn reset(&self) {
        self.handle.with(View::reset);
    }

    /// The desk was changed from outside.
    pub fn refresh(&self) {
        self.handle.with(View::refresh);
    }

    /// The colours are others.
    pub fn restyle(&self) {
        self.handle.with(View::restyle);
    }

    /// Does something as if the reader had done it on the stage.
    pub fn perform(&self, deed: &act::Deed) {
        self.handle.with(|view| view.perform(deed));
    }

    /// Goes to a moment and stands there.
    pub fn go_to(&self, time: Time) {
        self.handle.with(|view| view.go_to(time));
    }

    /// Selects a node.
    pub fn select(&self, node: Option<NodeId>) {
        self.handle.with(|view| view.select(node));
    }

    /// Lets time go by, or not.
    pub fn set_playing(&self, playing: bool) {
        self.handle.with(|view| view.set_playing(playing));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(observer) = self.observer.take() {
            observer.disconnect();
        }
        self.root.remove();
    }
}
