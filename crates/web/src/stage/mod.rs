//! The stage and its score: a component for any element of any page, any number of times.
//!
//! It is drawn imperatively from the scene, once a frame while something moves and not at all while nothing does. It
//! has no globals, and takes everything with it when it is dropped: elements, listeners, observers, frames.

pub mod act;
pub mod axis;
pub mod beside;
pub mod crowd;
pub mod dom;
pub mod geom;
pub mod gesture;
pub mod heard;
pub mod layout;
pub mod live;
pub mod menu;
pub mod overlay;
pub mod pace;
pub mod paint;
pub mod parts;
pub mod pen;
pub(crate) mod shop;
pub mod sign;
pub mod staff;
pub mod theme;
pub mod view;

use std::cell::RefCell;
use std::rc::Rc;

use crate::desk::Desk;
use tutti_core::base::{EventId, NodeId, Time};
use tutti_core::shop::OrderId;
use wasm_bindgen::prelude::*;
use web_sys::{Element, EventTarget, ResizeObserver};

use self::dom::{Frames, Listener};
use self::heard::Heard;
use self::parts::Parts;
use self::view::over::Sided;
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
    /// Another order is followed, or none.
    Followed(Option<OrderId>),
    /// Another event is picked, or none.
    Picked,
    /// The hint has done its work.
    Hinted,
    /// The reader wants to say what the link between two nodes is like.
    AskedForLink(NodeId, NodeId),
    /// What it takes to do what the reader wants could not be loaded.
    Missing,
}

/// What of a run is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The moment at the left edge of the score, in microseconds.
    pub from: f64,
    /// How many microseconds it shows.
    pub span: f64,
    /// The node that is selected.
    pub selected: Option<NodeId>,
}

/// A mounted stage.
pub struct Stage {
    view: Rc<RefCell<View>>,
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
        handle.with(|view| view.know(handle.clone()));

        let (root, hosts, controls, toast, hint) = {
            let view = view.borrow();
            (view.root().clone(), view.hosts(), view.controls(), view.toast_element(), view.hint_button())
        };
        let (board, score, _) = hosts;
        let (bar, speed, systems) = controls;
        let mut listeners = Vec::new();
        let mut on = |target: &EventTarget, kind: &'static str, heard: Heard| {
            let handle = handle.clone();
            listeners.push(Listener::new(target, kind, move |event| handle.hear(heard, event)));
        };
        for kind in ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"] {
            on(&board, kind, Heard::Pointer);
        }
        for kind in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
            on(&score, kind, Heard::Score);
        }
        for (target, kind, heard) in [
            (&board, "contextmenu", Heard::Menu),
            (&board, "mousedown", Heard::Press),
            (&board, "click", Heard::Click),
            (&board, "focusin", Heard::Focus),
            (&board, "focusout", Heard::Blur),
            (&score, "wheel", Heard::Wheel),
            (&bar, "click", Heard::Bar),
            (&speed, "input", Heard::Speed),
            (&systems, "click", Heard::Branch),
            (&hint, "click", Heard::Hint),
            (&root, "keydown", Heard::Key),
        ] {
            on(target, kind, heard);
        }
        if let Ok(Some(undo)) = toast.query_selector("button") {
            on(&undo, "click", Heard::Undo);
        }
        if whole_page {
            on(&board, "wheel", Heard::Wheel);
            on(&dom::document(), "keydown", Heard::PageKey);
        }
        for query in ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"] {
            if let Ok(Some(media)) = dom::window().match_media(query) {
                on(&media, "change", Heard::Look);
            }
        }
        let seen = handle.clone();
        listeners.push(Listener::new(&dom::document(), "visibilitychange", move |_| seen.with(View::visibility)));

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
        Some(Stage { view, handle, root, _listeners: listeners, observer, _resized: resized })
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

    /// Picks an event, which happened at this moment, or none.
    pub(crate) fn pick(&self, event: Option<(EventId, Time)>) {
        self.handle.with(|view| view.pick(event, &self.handle));
    }

    /// On which side of the picked event another is, if it is on one.
    pub(crate) fn side_of(&self, event: EventId) -> Option<Sided> {
        self.view.try_borrow().ok()?.side_of(event)
    }

    /// What of the run is seen, unless something is being done just now.
    pub fn sight(&self) -> Option<Sight> {
        self.view.try_borrow().ok().map(|view| view.sight())
    }

    /// Shows the stretch of the score that was seen.
    pub fn see(&self, sight: Sight) {
        self.handle.with(|view| view.see(sight));
    }

    /// Selects a node.
    pub fn select(&self, node: Option<NodeId>) {
        self.handle.with(|view| view.select(node));
    }

    /// Follows an order, or none.
    pub fn follow(&self, order: Option<OrderId>) {
        self.handle.with(|view| view.follow(order));
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
