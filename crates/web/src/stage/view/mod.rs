//! One mounted stage: what it shows, and what it does with what the reader does.

mod announce;
mod arrive;
mod branches;
mod deeds;
mod frame;
mod keyboard;
mod menus;
pub(crate) mod over;
mod pointer;
mod score;
mod time;
mod tip;
mod toast;
mod transport;

use std::any::Any;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use smol_str::SmolStr;
use tutti_core::base::{MessageId, NodeId, Time};
use tutti_core::lab::scene::{NodeKind, Scene};
use tutti_core::sim::Quality;
use tutti_core::timeline::score::{BranchView, Score};
use web_sys::Element;

use self::time::Hands;
use super::act::Deed;
use super::axis::Axis;
use super::crowd::Crowd;
use super::dom::{self, attr};
use super::geom::Point;
use super::gesture::{Gesture, Target};
use super::layout::Layout;
use super::live::Live;
use super::menu::Menu;
use super::overlay::Overlay;
use super::pace;
use super::paint::Painter;
use super::parts::Parts;
use super::shop::{ShopStage, is_shop};
use super::theme::Theme;
use super::{Options, Told};
use crate::desk::Desk;
use crate::later;

/// How long the hint stays while time goes by, in milliseconds.
const HINT: f64 = 30_000.0;

/// The state of a mounted stage.
pub struct View {
    pub(crate) desk: Rc<RefCell<Desk>>,
    pub(crate) parts: Parts,
    theme: Theme,
    pub(crate) layout: Layout,
    pub(crate) painter: Painter,
    overlay: Overlay,
    pub(crate) scene: Scene,
    /// If a shop is on the stage.
    pub(crate) shop: Option<Box<ShopStage>>,
    /// A way to itself, for listeners that come and go.
    pub(crate) handle: Option<Handle>,
    /// What most links are like.
    common: Quality,
    gesture: Gesture,
    long_press: Option<Timeout>,
    /// The finger that opened the menu has not been down anew: its release is no choice from it.
    pressed_long: bool,
    touch: bool,
    hover: Option<Target>,
    pointer: Option<Point>,
    selected: Option<NodeId>,
    message: Option<MessageId>,
    menu: Option<Menu>,
    /// It was playing before the menu of a message stopped it.
    resume: bool,
    /// How long the hint stays if time goes by and nothing is done, in milliseconds.
    hint: f64,
    /// Who sees it for the first time has not even pointed at anything: there is a ring around where to begin.
    beckons: bool,
    whole_page: bool,
    toast: Option<Timeout>,
    /// What the toast would do.
    undo: Option<Deed>,

    pub(crate) axis: Axis,
    score: Score,
    crowd: Crowd,
    live: Live,
    /// What is over the score: known to what is loaded later.
    over: Option<Box<dyn Any>>,
    names: Vec<SmolStr>,
    servers: usize,
    branches: Vec<BranchView>,
    branch: u32,
    hands: Hands,
    /// Where the score is to go at the next frame.
    seek: Option<Time>,
    written: u32,

    frames: dom::Frames,
    last: Option<f64>,
    last_calm: f64,
    last_said: f64,
    said: String,
    /// How many checks are broken, as it was announced.
    broken: usize,
    announced: (Time, usize),
    stale: bool,
    told: Vec<Told>,
    listener: Rc<dyn Fn(Told)>,
}

/// A way to a view from a callback of the browser.
#[derive(Clone)]
pub struct Handle(Weak<RefCell<View>>);

impl Handle {
    /// A handle.
    pub fn new(view: &Rc<RefCell<View>>) -> Handle {
        Handle(Rc::downgrade(view))
    }

    /// Does something with the view, and then tells whoever listens. What comes while something is being done, such as
    /// a focus that the view moved itself, is passed over.
    pub fn with(&self, f: impl FnOnce(&mut View)) {
        let Some(view) = self.0.upgrade() else { return };
        let (told, listener) = {
            let Ok(mut view) = view.try_borrow_mut() else { return };
            f(&mut view);
            (std::mem::take(&mut view.told), view.listener.clone())
        };
        for each in told {
            listener(each);
        }
    }
}

impl View {
    /// A view of these parts.
    pub fn new(
        desk: Rc<RefCell<Desk>>,
        options: Options,
        parts: Parts,
        frames: dom::Frames,
        listener: Rc<dyn Fn(Told)>,
    ) -> View {
        let theme = Theme::read(&parts.root);
        let Options { hint, whole_page } = options;
        let overlay = Overlay::new(parts.group(".tt-nodes"), parts.group(".tt-links"), parts.group(".tt-messages"));
        let scene = desk.borrow().scene();
        if let Some(words) = parts.hint.first_element_child() {
            words.set_text_content(Some(&hint));
        }
        parts.hint.set_hidden(hint.is_empty());
        let mut view = View {
            desk,
            parts,
            theme,
            layout: Layout::default(),
            painter: Painter::default(),
            overlay,
            scene,
            shop: None,
            handle: None,
            common: Quality::default(),
            gesture: Gesture::default(),
            long_press: None,
            pressed_long: false,
            touch: false,
            hover: None,
            pointer: None,
            selected: None,
            message: None,
            menu: None,
            resume: false,
            toast: None,
            undo: None,
            axis: Axis { from: 0.0, span: 1e6, left: 64.0, width: 100.0, whole: false },
            score: Score::default(),
            crowd: Crowd::default(),
            live: Live::default(),
            over: None,
            hint: if hint.is_empty() { 0.0 } else { HINT },
            beckons: !hint.is_empty(),
            whole_page,
            names: Vec::new(),
            servers: 0,
            branches: Vec::new(),
            branch: 0,
            hands: Hands::default(),
            seek: None,
            written: 0,
            frames,
            last: None,
            last_calm: f64::NEG_INFINITY,
            last_said: f64::NEG_INFINITY,
            said: String::new(),
            broken: 0,
            announced: (Time::ZERO, 0),
            stale: true,
            told: Vec::new(),
            listener,
        };
        view.reset();
        view
    }

    /// The root of its elements.
    pub fn root(&self) -> &Element {
        &self.parts.root
    }

    /// Its board and its score, for listeners.
    pub fn hosts(&self) -> (Element, Element, Element) {
        (self.parts.board.clone().into(), self.parts.score.clone().into(), self.parts.playhead.clone().into())
    }

    /// Its row of controls, its speed and its branches, for listeners.
    pub fn controls(&self) -> (Element, Element, Element) {
        (self.parts.bar.clone().into(), self.parts.speed.clone().into(), self.parts.systems.clone().into())
    }

    /// Its toast, for listeners.
    pub fn toast_element(&self) -> Element {
        self.parts.toast.clone().into()
    }

    /// The button that closes its hint, for listeners.
    pub fn hint_button(&self) -> Element {
        self.parts.hint.last_element_child().unwrap_or_else(|| self.parts.hint.clone().into())
    }

    /// Tells whoever mounted it.
    pub(super) fn tell(&mut self, told: Told) {
        self.told.push(told);
    }

    /// Whether time goes by.
    fn playing(&self) -> bool {
        self.desk.borrow().playing()
    }

    /// Another run is to be shown.
    pub fn reset(&mut self) {
        self.scene = self.desk.borrow().scene();
        self.common = self.desk.borrow().common_quality();
        self.names = self.scene.nodes.iter().map(|n| n.name.clone()).collect();
        self.servers = self.scene.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Server(_))).count();
        self.menu = None;
        self.over = None;
        self.live.veiled = false;
        self.hover = None;
        self.message = None;
        self.selected = None;
        self.layout = Layout::default();
        self.painter.forget();
        self.painter.cargo.clear();
        self.painter.followed = None;
        self.shop = None;
        self.open_shop_if_any();
        self.hide_toast();
        let now = self.desk.borrow().now().0 as f64;
        // Half a minute of the slow motion that a run begins in, so that strokes are slanted and not upright.
        let ratio = self.ratio();
        let narrow = if self.parts.root.client_width() < 560 { 0.5 } else { 1.0 };
        self.axis.span = (34e6 * ratio * narrow).clamp(200_000.0, 20e6);
        self.axis.from = (now - self.axis.span * 0.25).max(0.0);
        self.axis.whole = false;
        let stop = pace::nearest(ratio);
        attr(&self.parts.speed, "max", &(pace::PACES.len() - 1).to_string());
        self.parts.speed.set_value(&stop.to_string());
        self.show_pace(stop);
        self.announced = (self.desk.borrow().now(), usize::MAX);
        self.resized();
        self.refresh();
    }

    /// Something has changed: everything is drawn anew at the next frame.
    pub fn refresh(&mut self) {
        self.stale = true;
        self.frames.ask();
    }

    /// It knows a way to itself from now on.
    pub(super) fn know(&mut self, handle: Handle) {
        self.handle = Some(handle);
        self.open_shop_if_any();
        if self.shop.is_some() {
            // It was arranged as if it were a cluster.
            self.layout = Layout::default();
            self.resized();
        }
    }

    fn open_shop_if_any(&mut self) {
        if is_shop(&self.scene)
            && let Some(later) = later::here()
        {
            later.open_shop(self);
        }
    }

    pub(crate) fn read_theme(&mut self) {
        self.theme = Theme::read(&self.parts.root);
    }

    /// The colours are others.
    pub fn restyle(&mut self) {
        self.read_theme();
        self.painter.prepare(&self.layout, &self.theme, self.parts.canvas.ratio);
        self.refresh();
    }

    /// The elements may have another size.
    pub fn resized(&mut self) {
        let board = self.parts.canvas.fit(&self.parts.board);
        let clients = self.scene.nodes.len() - self.servers;
        let (w, h) = (self.parts.canvas.width, self.parts.canvas.height);
        if board || self.layout.places.len() != self.scene.nodes.len() {
            let shop = later::here().filter(|_| self.shop.is_some());
            self.layout = match shop {
                Some(later) => later.arrange(&self.scene, w, h),
                None => Layout::new(w, h, self.servers, clients),
            };
            self.painter.prepare(&self.layout, &self.theme, self.parts.canvas.ratio);
            self.painter.take(&self.scene, self.common);
            self.overlay.build(&self.scene, &self.layout);
        }
        self.parts.score_canvas.fit(&self.parts.score);
        self.parts.live_canvas.fit(&self.parts.score);
        // The names in a shop are longer.
        let shop = if self.shop.is_some() { 24.0 } else { 0.0 };
        self.axis.left = shop + if w < 560.0 { 46.0 } else { 70.0 };
        self.axis.width = (self.parts.score_canvas.width - self.axis.left - 10.0).max(40.0);
        self.stale = true;
        // At once: a canvas that is given a size is blank.
        self.draw(dom::now());
        self.frames.ask();
    }
}
