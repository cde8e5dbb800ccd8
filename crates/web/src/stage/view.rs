//! One mounted stage: what it shows, and what it does with what the reader does.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::desk::Desk;
use gloo_timers::callback::Timeout;
use smol_str::SmolStr;
use tutti_core::base::{MessageId, NodeId, Time};
use tutti_core::lab::scene::{NodeKind, Scene};
use tutti_core::timeline::score::{BranchView, Mark, MarkKind, Score};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use super::act::{self, Deed};
use super::axis::Axis;
use super::crowd::{self, Crowd};
use super::dom::{self, attr, attr_if_new, child, document, px, style, text_if_new};
use super::geom::{Point, pt};
use super::gesture::{Gesture, LONG_PRESS, Meant, Target, link_part};
use super::layout::Layout;
use super::live::Live;
use super::menu::Menu;
use super::overlay::{Overlay, element_of};
use super::pace;
use super::paint::{Look, Painter, REACH};
use super::parts::{PAUSE, PLAY, Parts};
use super::staff::{Staff, seconds};
use super::theme::Theme;
use super::{Options, Told};

/// How often texts, the score and whoever listens are brought up to date while time goes by, in milliseconds.
const CALM: f64 = 100.0;
/// How many steps are taken a frame on the way to the moment of a link.
const ARRIVAL: u64 = 20_000;
/// The most messages on a page of the score that are looked at one by one.
const STROKES: usize = 16_000;
/// What stands at the leader as long as nothing was ever done.
const BEGIN: &str = "Click the leader to kill it";
/// The least time between two announcements, in milliseconds.
const ANNOUNCE: f64 = 1_800.0;

/// What the pointers on the score are doing.
#[derive(Default)]
struct Hands {
    /// Each pointer that is down, and where.
    down: Vec<(i32, f64)>,
    /// The first of them drags the moment.
    dragging: bool,
    /// It was playing before.
    resume: bool,
}

/// The state of a mounted stage.
pub struct View {
    desk: Rc<RefCell<Desk>>,
    parts: Parts,
    theme: Theme,
    layout: Layout,
    painter: Painter,
    overlay: Overlay,
    scene: Scene,
    gesture: Gesture,
    long_press: Option<Timeout>,
    touch: bool,
    hover: Option<Target>,
    pointer: Option<Point>,
    selected: Option<NodeId>,
    message: Option<MessageId>,
    menu: Option<Menu>,
    /// It was playing before the menu of a message stopped it.
    resume: bool,
    /// Who sees it for the first time has done nothing yet.
    hint: bool,
    whole_page: bool,
    toast: Option<Timeout>,
    /// What the toast would do.
    undo: Option<Deed>,

    axis: Axis,
    score: Score,
    crowd: Crowd,
    live: Live,
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
            gesture: Gesture::default(),
            long_press: None,
            touch: false,
            hover: None,
            pointer: None,
            selected: None,
            message: None,
            menu: None,
            resume: false,
            toast: None,
            undo: None,
            axis: Axis { from: 0.0, span: 1e6, left: 64.0, width: 100.0 },
            score: Score::default(),
            crowd: Crowd::default(),
            live: Live::default(),
            hint: !hint.is_empty(),
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

    /// The hint has done its work. It leaves its room behind: nothing may move under a pointer.
    pub fn hinted(&mut self) {
        if std::mem::take(&mut self.hint) {
            style(&self.parts.hint, "visibility", "hidden");
            self.told.push(Told::Hinted);
            self.show_tip();
        }
    }

    /// Whether time goes by.
    fn playing(&self) -> bool {
        self.desk.borrow().playing()
    }

    // Time

    /// Another run is to be shown.
    pub fn reset(&mut self) {
        self.scene = self.desk.borrow().scene();
        self.names = self.scene.nodes.iter().map(|n| n.name.clone()).collect();
        self.servers = self.scene.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Server(_))).count();
        self.menu = None;
        self.hover = None;
        self.message = None;
        self.selected = None;
        self.layout = Layout::default();
        self.painter.forget();
        self.hide_toast();
        let now = self.desk.borrow().now().0 as f64;
        // Half a minute of the slow motion that a run begins in, so that strokes are slanted and not upright.
        let ratio = self.ratio();
        let narrow = if self.parts.root.client_width() < 560 { 0.5 } else { 1.0 };
        self.axis.span = (34e6 * ratio * narrow).clamp(200_000.0, 20e6);
        self.axis.from = (now - self.axis.span * 0.25).max(0.0);
        let stop = pace::nearest(ratio);
        attr(&self.parts.speed, "max", &(pace::PACES.len() - 1).to_string());
        self.parts.speed.set_value(&stop.to_string());
        self.show_pace(stop);
        self.announced = (self.desk.borrow().now(), usize::MAX);
        self.resized();
        self.refresh();
    }

    fn ratio(&self) -> f64 {
        self.desk.borrow().ratio()
    }

    /// Something has changed: everything is drawn anew at the next frame.
    pub fn refresh(&mut self) {
        self.stale = true;
        self.frames.ask();
    }

    /// The colours are others.
    pub fn restyle(&mut self) {
        self.theme = Theme::read(&self.parts.root);
        self.painter.prepare(&self.layout, &self.theme);
        self.refresh();
    }

    /// The elements may have another size.
    pub fn resized(&mut self) {
        let board = self.parts.canvas.fit(&self.parts.board);
        let clients = self.scene.nodes.len() - self.servers;
        let (w, h) = (self.parts.canvas.width, self.parts.canvas.height);
        if board || self.layout.places.len() != self.scene.nodes.len() {
            self.layout = Layout::new(w, h, self.servers, clients);
            self.painter.prepare(&self.layout, &self.theme);
            self.painter.take(&self.scene);
            self.overlay.build(&self.scene, &self.layout);
        }
        self.parts.score_canvas.fit(&self.parts.score);
        self.parts.live_canvas.fit(&self.parts.score);
        self.axis.left = if w < 560.0 { 46.0 } else { 70.0 };
        self.axis.width = (self.parts.score_canvas.width - self.axis.left - 10.0).max(40.0);
        self.stale = true;
        // At once: a canvas that is given a size is blank.
        self.draw(dom::now());
        self.frames.ask();
    }

    /// A frame has come.
    pub fn frame(&mut self, at: f64) {
        self.frames.came();
        let playing = self.playing();
        let hidden = document().hidden();
        if playing && !hidden {
            // A frame that comes late must not make time jump.
            let real = self.last.map_or(0.0, |last| (at - last).clamp(0.0, 80.0));
            self.desk.borrow_mut().advance((real * 1e3) as u64);
            self.last = Some(at);
        } else {
            self.last = None;
        }
        let arriving = self.desk.borrow().arriving();
        if arriving {
            // A link may lead far into a run: the page is not to stand still for it.
            let arrived = self.desk.borrow_mut().arrive(ARRIVAL);
            self.painter.forget();
            self.axis.reveal(self.desk.borrow().now().0 as f64);
            self.stale = true;
            if arrived {
                self.told.push(Told::Arrived);
            }
        }
        if let Some(time) = self.seek.take() {
            self.desk.borrow_mut().seek(time);
            self.painter.forget();
            self.stale = true;
        }
        let moving = self.draw(at);
        if !hidden && (moving || arriving || self.playing()) {
            self.frames.ask();
        }
    }

    /// The page was hidden or shown.
    pub fn visibility(&mut self) {
        self.last = None;
        self.refresh();
    }

    fn draw(&mut self, at: f64) -> bool {
        let before = std::mem::replace(&mut self.scene, self.desk.borrow().scene());
        if self.playing() {
            self.live.pass(&before, &self.scene);
        }
        if self.layout.places.len() != self.scene.nodes.len() {
            return false;
        }
        self.painter.take(&self.scene);
        if self.message.is_some_and(|id| !self.scene.messages.iter().any(|m| m.id == id)) {
            self.message = None;
        }
        let motion = !dom::wants_little_motion();
        let look = Look {
            hover: self.hover,
            selected: self.selected,
            message: self.message.or(match self.hover {
                Some(Target::Message(id)) => Some(id),
                _ => None,
            }),
            swipe: self.gesture.swipe(),
            motion,
            now: at,
        };
        let moving = self.painter.paint(&self.parts.canvas.ctx, &self.theme, &self.layout, &self.scene, look);
        let now = self.scene.time;
        text_if_new(&self.parts.clock, &[&seconds(now.0 as f64, 3), " s"].concat());
        if self.playing() && self.hands.down.is_empty() && self.axis.follow(now.0 as f64) {
            self.stale = true;
        }
        self.put_playhead();
        if self.stale || (self.playing() && at - self.last_calm >= CALM) {
            self.calm(at);
        }
        let sheet = &self.parts.live_canvas;
        self.live.paint(&sheet.ctx, &self.theme, &self.axis, &self.staff(), &self.scene, &self.crowd);
        moving
    }

    /// What is brought up to date less often than every frame.
    fn calm(&mut self, at: f64) {
        self.last_calm = at;
        self.stale = false;
        let sentence = self.desk.borrow().sentence();
        if self.said != sentence.as_str() {
            self.said.clear();
            self.said.push_str(&sentence);
            self.parts.sentence.set_text_content(Some(&self.said));
        }
        let playing = self.playing();
        self.overlay.sync(&self.scene, &self.painter, !playing);
        self.show_controls(playing);
        self.draw_score();
        self.announce(at, playing);
        self.hover_again();
        self.told.push(Told::Tick);
    }

    /// Says to a screen reader what is worth it: elections, crashes and what a person did; of a standing picture, the
    /// sentence.
    fn announce(&mut self, at: f64, playing: bool) {
        if at - self.last_said < ANNOUNCE && playing {
            return;
        }
        let now = self.scene.time;
        if !playing {
            text_if_new(&self.parts.live, &self.said);
            self.announced = (now, usize::MAX);
            return;
        }
        let (since, _) = self.announced;
        let news = |kind| !matches!(kind, MarkKind::Command | MarkKind::Election);
        let last = self.score.marks.iter().rev().find(|m| m.time <= now && m.time > since && news(m.kind));
        if let Some(mark) = last {
            text_if_new(&self.parts.live, &mark.text);
            self.announced = (mark.time, 0);
            self.last_said = at;
        } else if now < since {
            self.announced = (now, 0);
        }
    }

    fn show_controls(&mut self, playing: bool) {
        let label = if playing { "Pause" } else { "Play" };
        if self.parts.play.get_attribute("aria-label").as_deref() != Some(label) {
            attr(&self.parts.play, "aria-label", label);
            attr(&self.parts.play, "title", if playing { "Pause (Space)" } else { "Play (Space)" });
            self.parts.play.set_inner_html(if playing { PAUSE } else { PLAY });
        }
        let at_end = self.desk.borrow().at_end();
        if let Ok(Some(end)) = self.parts.bar.query_selector("[data-do=end]") {
            let _ = end.toggle_attribute_with_force("disabled", at_end);
        }
        self.show_branches();
    }

    fn show_pace(&self, stop: usize) {
        let words = pace::words(stop);
        text_if_new(&self.parts.speed_words, &words);
        attr_if_new(&self.parts.speed, "aria-valuetext", &words);
    }

    fn show_branches(&mut self) {
        let desk = self.desk.borrow();
        let (branches, current) = (desk.branches(), desk.branch());
        drop(desk);
        self.branch = current;
        let many = branches.len() > 1;
        let words = match branches.iter().find(|b| b.id == current) {
            Some(b) if many => match b.parent {
                Some((_, at)) => [
                    "branch ",
                    &(b.id + 1).to_string(),
                    " of ",
                    &branches.len().to_string(),
                    ", begun at ",
                    &seconds(at.0 as f64, 3),
                    " s: “",
                    &b.label,
                    "”",
                ]
                .concat(),
                None => ["branch 1 of ", &branches.len().to_string(), ", the first"].concat(),
            },
            _ => String::new(),
        };
        text_if_new(&self.parts.branch, &words);
        // The strips stand under the score at its scale, so they change when it does.
        let same = branches == self.branches && self.written == self.strip_key();
        if same {
            return;
        }
        self.written = self.strip_key();
        let rebuild = branches.len() != self.branches.len();
        self.branches = branches;
        self.parts.systems.set_hidden(!many);
        if !many {
            self.parts.systems.set_inner_html("");
            return;
        }
        if rebuild {
            self.parts.systems.set_inner_html("");
            for b in &self.branches {
                let button = child(&self.parts.systems, "button", "");
                attr(&button, "type", "button");
                attr(&button, "data-branch", &b.id.to_string());
                child(&button, "i", "");
                child(&button, "span", "");
            }
        }
        let list = self.parts.systems.children();
        let (left, right) = (self.axis.left, self.axis.left + self.axis.width);
        for (i, b) in self.branches.iter().enumerate() {
            let Some(button) = list.item(i as u32) else { continue };
            attr_if_new(&button, "aria-current", if b.id == current { "true" } else { "false" });
            let begun = b.parent.map_or(0.0, |(_, t)| t.0 as f64);
            let (x0, x1) = (self.axis.x(begun).clamp(left, right), self.axis.x(b.explored.0 as f64).clamp(left, right));
            if let (Some(bar), Some(label)) = (button.first_element_child(), button.last_element_child()) {
                let bar: web_sys::HtmlElement = bar.unchecked_into();
                style(&bar, "left", &px(x0));
                style(&bar, "width", &px((x1 - x0).max(2.0)));
                // The words stand where the branch begins.
                let begins = px(x0.min(right - 220.0).max(left));
                style(label.unchecked_ref(), "left", &begins);
                let words = match b.parent {
                    None => ["1: as it began"].concat(),
                    Some((_, at)) => {
                        [&(b.id + 1).to_string(), ": “", &b.label, "” at ", &seconds(at.0 as f64, 3), " s"].concat()
                    }
                };
                text_if_new(&label, &words);
            }
        }
    }

    /// What the strips of the branches depend on besides the branches.
    fn strip_key(&self) -> u32 {
        let desk = self.desk.borrow();
        (self.axis.from as u64 as u32)
            ^ (self.axis.span as u64 as u32).rotate_left(11)
            ^ (desk.branch() << 25)
            ^ (self.axis.width as u32)
    }

    // The score

    fn draw_score(&mut self) {
        let (from, to) = (Time(self.axis.from as u64), Time(self.axis.to() as u64));
        let parts = crowd::columns(&self.axis);
        self.score = self.desk.borrow_mut().score(from, to, parts, STROKES);
        self.crowd = Crowd::of(&self.score, &self.axis, self.names.len());
        self.live.settle();
        self.staff().paint(&self.parts.score_canvas.ctx, &self.theme, &self.axis);
        let playhead = &self.parts.playhead;
        attr_if_new(playhead, "aria-valuemin", "0");
        attr_if_new(playhead, "aria-valuemax", &(self.score.explored.0 / 1_000).to_string());
        attr_if_new(playhead, "aria-valuenow", &(self.scene.time.0 / 1_000).to_string());
        let words = [&seconds(self.scene.time.0 as f64, 3), " seconds of ", &seconds(self.score.explored.0 as f64, 3)];
        attr_if_new(playhead, "aria-valuetext", &words.concat());
    }

    fn staff(&self) -> Staff<'_> {
        let current = self.branches.iter().find(|b| b.id == self.branch);
        Staff {
            height: self.parts.score_canvas.height,
            names: &self.names,
            servers: self.servers,
            score: &self.score,
            crowd: &self.crowd,
            now: self.scene.time,
            begun: current.and_then(|b| b.parent).map(|(_, t)| t),
            dots: self.painter.fine_dots(),
            solid: self.painter.no_dash(),
        }
    }

    fn put_playhead(&self) {
        let x = self.axis.x(self.scene.time.0 as f64);
        let off = x < self.axis.left - 1.0 || x > self.axis.left + self.axis.width + 1.0;
        style(&self.parts.playhead, "visibility", if off { "hidden" } else { "visible" });
        style(&self.parts.playhead, "transform", &["translateX(", &px(x), ")"].concat());
        let past = self.scene.time < self.score.explored;
        let veil = if past { x.clamp(self.axis.left, self.axis.left + self.axis.width) } else { 1e5 };
        style(&self.parts.future, "left", &px(veil));
    }

    /// The moment under a pointer on the score; the future is not written yet.
    fn time_at(&self, x: f64) -> Time {
        let explored = self.score.explored.0 as f64;
        Time(self.axis.time(x.clamp(self.axis.left, self.axis.left + self.axis.width)).min(explored) as u64)
    }

    /// Something happened to a pointer on the score.
    pub fn score_pointer(&mut self, event: &Event) {
        let Some(e) = event.dyn_ref::<PointerEvent>() else { return };
        let x = f64::from(e.client_x()) - self.parts.score.get_bounding_client_rect().left();
        match e.type_().as_str() {
            "pointerdown" if e.button() == 0 => {
                let _ = self.parts.score.set_pointer_capture(e.pointer_id());
                self.hands.down.push((e.pointer_id(), x));
                if self.hands.down.len() == 1 {
                    self.hands.dragging = true;
                    self.hands.resume = self.playing();
                    self.desk.borrow_mut().set_playing(false);
                    self.seek_to(self.time_at(x));
                    let _ = self.parts.playhead.focus();
                } else {
                    self.hands.dragging = false;
                }
                e.prevent_default();
            }
            "pointermove" => {
                let Some(i) = self.hands.down.iter().position(|d| d.0 == e.pointer_id()) else {
                    return self.tell_mark(x);
                };
                let before = self.hands.down[i].1;
                self.hands.down[i].1 = x;
                if self.hands.down.len() == 2 {
                    let other = self.hands.down[1 - i].1;
                    let (was, is) = ((before - other).abs().max(8.0), (x - other).abs().max(8.0));
                    let end = self.score.explored.0 as f64;
                    self.axis.zoom(was / is, (x + other) / 2.0, end);
                    self.axis.pan((before - x) / 2.0, end);
                    self.refresh();
                } else if self.hands.dragging {
                    // At the edge the page goes along.
                    let (left, right) = (self.axis.left, self.axis.left + self.axis.width);
                    let beyond = (x - right).clamp(0.0, 40.0) + (x - left).clamp(-40.0, 0.0);
                    if beyond != 0.0 {
                        self.axis.pan(beyond, self.score.explored.0 as f64);
                    }
                    self.seek_to(self.time_at(x));
                }
            }
            "pointerup" | "pointercancel" => {
                self.hands.down.retain(|d| d.0 != e.pointer_id());
                if self.hands.down.is_empty() {
                    self.hands.dragging = false;
                    // Whoever drags wants to look: only at the end of what was played does it play on.
                    if self.hands.resume && self.desk.borrow().at_end() && self.seek.is_none() {
                        self.set_playing(true);
                    }
                    self.told.push(Told::Changed);
                    self.refresh();
                }
            }
            _ => {}
        }
    }

    /// Says what the mark under the pointer stands for.
    fn tell_mark(&self, x: f64) {
        let far = |time: Time| (self.axis.x(time.0 as f64) - x).abs();
        let near = self.score.marks.iter().filter(|m| far(m.time) < 7.0);
        let nearest = near.fold(None, |best: Option<&Mark>, m| match best {
            Some(b) if far(b.time) <= far(m.time) => best,
            _ => Some(m),
        });
        let words = nearest.map(|m| [&seconds(m.time.0 as f64, 3), " s: ", &m.text].concat()).unwrap_or_default();
        attr_if_new(&self.parts.score, "title", &words);
    }

    fn seek_to(&mut self, time: Time) {
        self.seek = Some(time);
        self.frames.ask();
    }

    /// The wheel was turned on the score, or on the stage: there the score turns about the moment.
    pub fn score_wheel(&mut self, event: &Event) {
        let Some(e) = event.dyn_ref::<WheelEvent>() else { return };
        e.prevent_default();
        let rect = self.parts.score.get_bounding_client_rect();
        let on_score = f64::from(e.client_y()) >= rect.top();
        let now = self.axis.x(self.scene.time.0 as f64);
        let x = if on_score { f64::from(e.client_x()) - rect.left() } else { now };
        let end = self.score.explored.0 as f64;
        let lines = if e.delta_mode() == 1 { 24.0 } else { 1.0 };
        let (dx, dy) = (e.delta_x() * lines, e.delta_y() * lines);
        if e.shift_key() || dx.abs() > dy.abs() {
            self.axis.pan(if dx.abs() > dy.abs() { dx } else { dy }, end);
        } else {
            self.axis.zoom((dy * 0.0022).clamp(-0.7, 0.7).exp(), x, end);
        }
        self.refresh();
    }

    /// A key on the playhead.
    fn playhead_key(&mut self, e: &KeyboardEvent) -> bool {
        let now = self.desk.borrow().now().0 as f64;
        let step = self.axis.span / if e.shift_key() { 20.0 } else { 200.0 };
        let to = match e.key().as_str() {
            "ArrowRight" | "ArrowUp" => now + step,
            "ArrowLeft" | "ArrowDown" => now - step,
            "PageUp" => now + self.axis.span / 5.0,
            "PageDown" => now - self.axis.span / 5.0,
            "Home" => 0.0,
            "End" => self.score.explored.0 as f64,
            _ => return false,
        };
        self.go_to(Time(to.clamp(0.0, self.score.explored.0 as f64) as u64));
        true
    }

    /// Goes to a moment, and shows it.
    pub fn go_to(&mut self, time: Time) {
        self.set_playing(false);
        self.desk.borrow_mut().seek(time);
        self.after_jump();
    }

    fn after_jump(&mut self) {
        self.painter.forget();
        let now = self.desk.borrow().now();
        self.axis.reveal(now.0 as f64);
        self.told.push(Told::Changed);
        self.refresh();
    }

    // Controls

    /// Lets time go by, or not.
    pub fn set_playing(&mut self, playing: bool) {
        if self.playing() != playing {
            self.desk.borrow_mut().set_playing(playing);
            self.last = None;
            self.told.push(Told::Changed);
        }
        self.refresh();
    }

    /// Does what a control says.
    pub fn control(&mut self, what: &str) {
        match what {
            "play" => self.set_playing(!self.playing()),
            "step" => {
                self.set_playing(false);
                self.desk.borrow_mut().step();
                let now = self.desk.borrow().now();
                self.axis.reveal(now.0 as f64);
                self.told.push(Told::Changed);
                self.refresh();
            }
            "back" => {
                self.set_playing(false);
                self.desk.borrow_mut().step_back();
                self.after_jump();
            }
            "end" => {
                let end = self.score.explored;
                self.desk.borrow_mut().seek(end);
                self.after_jump();
            }
            "in" | "out" => {
                let x = self.axis.x(self.scene.time.0 as f64);
                let end = self.score.explored.0 as f64;
                self.axis.zoom(if what == "in" { 0.6 } else { 1.0 / 0.6 }, x, end);
                self.refresh();
            }
            "fit" => {
                self.axis.fit(self.score.explored.0 as f64);
                self.refresh();
            }
            _ => {}
        }
    }

    /// A button of the row was pressed.
    pub fn bar_click(&mut self, event: &Event) {
        let button = element_of(event).and_then(|e| e.closest("[data-do]").ok().flatten());
        if let Some(what) = button.and_then(|b| b.get_attribute("data-do")) {
            self.control(&what);
        }
    }

    /// The speed was moved.
    pub fn speed_moved(&mut self) {
        let stop = self.parts.speed.value().parse::<usize>().unwrap_or(0).min(pace::PACES.len() - 1);
        let (n, d) = pace::PACES[stop];
        let before = self.ratio();
        self.desk.borrow_mut().set_ratio(n, d);
        // The playhead keeps its pace over the page: a page is as long as it was for whoever reads it.
        let x = self.axis.x(self.scene.time.0 as f64);
        let end = self.score.explored.0 as f64;
        self.axis.zoom(self.ratio() / before.max(1e-6), x, end);
        self.refresh();
        self.show_pace(stop);
        self.told.push(Told::Changed);
    }

    /// A branch was chosen.
    pub fn branch_click(&mut self, event: &Event) {
        let button = element_of(event).and_then(|e| e.closest("[data-branch]").ok().flatten());
        let branch = button.and_then(|b| b.get_attribute("data-branch")).and_then(|b| b.parse().ok());
        if let Some(branch) = branch {
            self.desk.borrow_mut().switch(branch);
            self.after_jump();
        }
    }

    // The stage

    fn point(&self, e: &MouseEvent) -> Point {
        let rect = self.parts.board.get_bounding_client_rect();
        pt(f64::from(e.client_x()) - rect.left(), f64::from(e.client_y()) - rect.top())
    }

    fn target_at(&self, p: Point) -> Option<Target> {
        let (node, message, link) = if self.touch { (8.0, 20.0, 16.0) } else { (3.0, 13.0, REACH) };
        if let Some(i) = self.layout.node_at(p, node) {
            return Some(Target::Node(i));
        }
        if let Some(id) = self.painter.message_near(&self.scene, p, message) {
            return Some(Target::Message(id));
        }
        let mut best: Option<(f64, Target)> = None;
        for (a, b, line) in self.links() {
            let (d, t) = line.nearest(p);
            if d <= link && best.is_none_or(|(least, _)| d < least) {
                best = Some((d, Target::Link(link_part(a, b, t))));
            }
        }
        best.map(|(_, target)| target)
    }

    fn links(&self) -> impl Iterator<Item = (usize, usize, super::geom::Segment)> {
        let n = self.layout.places.len();
        let pairs = (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)));
        pairs.filter(|&(a, b)| self.painter.link_shown(&self.layout, a, b)).map(|(a, b)| (a, b, self.layout.link(a, b)))
    }

    /// Something happened to a pointer on the stage. Returns a long press to wait for, in milliseconds.
    pub fn pointer(&mut self, event: &Event) -> Option<u32> {
        let e = event.dyn_ref::<PointerEvent>()?;
        // In the menu the browser's own clicks do.
        let element = element_of(event);
        if let (Some(menu), Some(element)) = (&self.menu, &element)
            && menu.holds(element)
        {
            return None;
        }
        if element.is_some_and(|el| el.closest(".tt-toast").ok().flatten().is_some()) {
            return None;
        }
        let p = self.point(e);
        self.touch = e.pointer_type() == "touch";
        match e.type_().as_str() {
            "pointerdown" => {
                if self.menu.is_some() {
                    self.close_menu();
                    return None;
                }
                if e.button() != 0 {
                    return None;
                }
                let target = self.target_at(p);
                let _ = self.parts.board.set_pointer_capture(e.pointer_id());
                self.gesture.down(e.pointer_id(), p, e.time_stamp(), target);
                self.hover_on(target, p);
                return Some(LONG_PRESS as u32);
            }
            "pointermove" => {
                let lines: Vec<_> = self.links().collect();
                if self.gesture.moved(e.pointer_id(), p, lines.into_iter()) {
                    self.hover_on(None, p);
                    self.frames.ask();
                } else if !self.touch {
                    let target = if e.buttons() == 0 { self.target_at(p) } else { self.hover };
                    self.hover_on(target, p);
                }
            }
            "pointerup" => {
                self.long_press = None;
                let meant = self.gesture.up(e.pointer_id());
                self.frames.ask();
                self.mean(meant);
                if self.touch {
                    self.hover_on(None, p);
                }
            }
            "pointercancel" => {
                self.long_press = None;
                self.gesture.cancel();
                self.frames.ask();
            }
            "pointerleave" => {
                self.pointer = None;
                self.hover_on(None, p);
            }
            _ => {}
        }
        None
    }

    /// Waits for a long press.
    pub fn await_long_press(&mut self, wait: Timeout) {
        self.long_press = Some(wait);
    }

    /// The pointer was held long enough.
    pub fn long_pressed(&mut self) {
        let meant = self.gesture.long_press();
        self.mean(meant);
    }

    /// The browser would show its menu: ours comes instead.
    pub fn context_menu(&mut self, event: &Event) {
        let Some(e) = event.dyn_ref::<MouseEvent>() else { return };
        e.prevent_default();
        self.long_press = None;
        self.gesture.cancel();
        // The menu key gives the element that has the focus.
        let focused = document().active_element().and_then(|a| self.overlay.target(&a));
        let by_key = e.dyn_ref::<PointerEvent>().is_none_or(|p| p.pointer_id() < 0) || e.button() != 2;
        let (target, p) = match focused {
            Some(target) if by_key => (Some(target), self.place_of(target)),
            _ => (self.target_at(self.point(e)), self.point(e)),
        };
        self.mean(Meant::Menu(target, p));
    }

    fn place_of(&self, target: Target) -> Point {
        match target {
            Target::Node(i) => self.layout.places.get(i).map_or(pt(0.0, 0.0), |p| p.at),
            Target::Link(part) => {
                let lane = self.layout.lane(part.from, part.to);
                lane.a.toward(lane.b, 0.28)
            }
            Target::Message(id) => self.painter.message_at(&self.scene, id).unwrap_or_default(),
        }
    }

    fn hover_on(&mut self, target: Option<Target>, p: Point) {
        self.pointer = Some(p);
        if target == self.hover {
            return;
        }
        self.hover = target;
        let _ = self.parts.board.class_list().toggle_with_force("is-on", target.is_some());
        if let Some(Target::Node(i)) = target
            && !self.touch
        {
            self.select(Some(NodeId(i as u16)));
        }
        self.show_tip();
        self.frames.ask();
    }

    /// Time went by under a pointer that rests.
    fn hover_again(&mut self) {
        if let (Some(Target::Message(id)), Some(_)) = (self.hover, self.pointer)
            && !self.scene.messages.iter().any(|m| m.id == id)
        {
            self.hover = None;
            let _ = self.parts.board.class_list().remove_1("is-on");
        }
        self.show_tip();
    }

    fn show_tip(&self) {
        // Who sees it for the first time is shown where to begin.
        // Where there is little room it would hide what it is about.
        let leader = self.painter.leader().filter(|_| self.hint && self.hover.is_none() && !self.layout.narrow);
        let words = match self.hover {
            _ if leader.is_some() && self.menu.is_none() => leader.map(|_| BEGIN.to_owned()),
            None => None,
            Some(_) if self.menu.is_some() || self.gesture.swipe().is_some() => None,
            Some(Target::Message(id)) => self.message_words(id),
            Some(target) => act::click(&self.scene, target).map(|deed| match target {
                Target::Node(i) => ["Click: ", &lower(&deed.label), &name_after(&self.scene, i)].concat(),
                _ => ["Click: ", &lower(&deed.label)].concat(),
            }),
        };
        let tip = &self.parts.tip;
        let Some(words) = words else {
            tip.set_hidden(true);
            return;
        };
        text_if_new(tip, &words);
        tip.set_hidden(false);
        // Over a node, so that it hides neither the node nor what flies to it; else beside the pointer.
        let (w, bw) = (f64::from(tip.offset_width()), self.layout.width);
        let at = match self.hover.or(leader.map(Target::Node)) {
            Some(Target::Node(i)) => {
                let place = self.layout.places[i];
                let y = if place.at.y < 90.0 { place.at.y + place.ry + 18.0 } else { place.at.y - place.ry - 50.0 };
                pt(place.at.x - w / 2.0, y)
            }
            _ => self.pointer.unwrap_or_default() + pt(16.0, 14.0),
        };
        style(tip, "left", &px(at.x.clamp(4.0, (bw - w - 4.0).max(4.0))));
        style(tip, "top", &px(at.y.clamp(0.0, (self.layout.height - 26.0).max(0.0))));
    }

    fn mean(&mut self, meant: Meant) {
        match meant {
            Meant::Nothing => {}
            Meant::Act(target, p) => self.act(target, p),
            Meant::Menu(target, p) => self.open_menu(target, p),
            Meant::Cut(links) => {
                let deed = act::cut_all(&self.scene, &links);
                self.perform(&deed);
            }
        }
    }

    /// The ordinary thing with a target.
    fn act(&mut self, target: Target, p: Point) {
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
        let mut trouble = None;
        for command in &deed.commands {
            let given = self.desk.borrow_mut().give(command, &deed.said);
            trouble = given.err().or(trouble);
        }
        if let Some(trouble) = trouble {
            self.toast(&trouble, None);
        } else if deed.toast {
            self.toast(&deed.said, deed.undo());
        } else {
            self.hide_toast();
        }
        self.hinted();
        self.told.push(Told::Changed);
        self.refresh();
    }

    fn open_menu(&mut self, target: Option<Target>, p: Point) {
        let fresh = self.desk.borrow().given().to_string();
        let (about, deeds) = match target {
            Some(Target::Node(i)) => {
                let Some(node) = self.scene.nodes.get(i) else { return };
                (node.name.to_string(), act::node_menu(&self.scene, node, &["by hand ", &fresh].concat()))
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
        self.menu = Some(Menu::open(&self.parts.board, p, target, &about, deeds));
        self.show_tip();
        self.frames.ask();
    }

    /// What a message is and what it carries.
    fn message_words(&self, id: MessageId) -> Option<String> {
        let kind = self.scene.messages.iter().find(|m| m.id == id)?.kind;
        let mut words = tutti_core::lab::words::kind(kind).to_owned();
        for (name, value) in self.desk.borrow().message(id)? {
            words.push('\n');
            words.push_str(name);
            words.push_str(": ");
            words.push_str(&value);
        }
        Some(words)
    }

    fn close_menu(&mut self) {
        self.menu = None;
        self.message = None;
        if std::mem::take(&mut self.resume) {
            self.set_playing(true);
        }
        self.refresh();
    }

    /// Something was clicked on the board by other means than a pointer, or in the menu.
    pub fn board_click(&mut self, event: &Event) {
        let Some(element) = element_of(event) else { return };
        if let Some(menu) = &self.menu
            && menu.holds(&element)
        {
            if let Some(deed) = menu.deed(&element) {
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

    /// A key was pressed somewhere in the component. Returns whether it was taken.
    pub fn key(&mut self, event: &Event) -> bool {
        let Some(e) = event.dyn_ref::<KeyboardEvent>() else { return false };
        let Some(element) = element_of(event) else { return false };
        if let Some(menu) = &self.menu
            && menu.holds(&element)
        {
            if menu.key(e) {
                self.close_menu();
            }
            return true;
        }
        let key = e.key();
        if e.ctrl_key() || e.meta_key() || e.alt_key() {
            return false;
        }
        if key == "Escape" {
            self.gesture.cancel();
            self.hide_toast();
            self.frames.ask();
            return false;
        }
        if (key == "ContextMenu" || (key == "F10" && e.shift_key()))
            && let Some(target) = self.overlay.target(&element)
        {
            let p = self.place_of(target);
            self.open_menu(Some(target), p);
            e.prevent_default();
            return true;
        }
        if let Some(next) = self.overlay.neighbour(&element, &key) {
            let _ = next.focus();
            self.focused(&next);
            e.prevent_default();
            return true;
        }
        if element.class_list().contains("tt-playhead") && self.playhead_key(e) {
            e.prevent_default();
            return true;
        }
        let control = match key.as_str() {
            " " if element.tag_name() != "BUTTON" => "play",
            "." => "step",
            "," => "back",
            "+" | "=" => "in",
            "-" => "out",
            "0" => "fit",
            _ => return false,
        };
        self.control(control);
        e.prevent_default();
        true
    }

    /// A button of the overlay has the focus.
    pub fn focused(&mut self, element: &Element) {
        if let Some(target) = self.overlay.target(element) {
            self.overlay.focused(element);
            // A pointer that gave the focus shows by itself what it is on.
            if element.matches(":focus-visible").unwrap_or(false) {
                let p = self.place_of(target);
                self.hover_on(Some(target), p);
            }
        }
    }

    /// The focus went elsewhere.
    pub fn blurred(&mut self) {
        self.hover_on(None, pt(0.0, 0.0));
        self.pointer = None;
    }

    /// Selects a node.
    pub fn select(&mut self, node: Option<NodeId>) {
        if self.selected != node {
            self.selected = node;
            self.told.push(Told::Selected(node));
            self.frames.ask();
        }
    }

    // The toast

    /// Says what was done, and offers to take it back.
    fn toast(&mut self, words: &str, undo: Option<Deed>) {
        self.undo = undo;
        let toast = &self.parts.toast;
        if let Some(span) = toast.first_element_child() {
            span.set_text_content(Some(words));
        }
        if let Some(button) = toast.last_element_child() {
            let _ = button.toggle_attribute_with_force("hidden", self.undo.is_none());
        }
        toast.set_hidden(false);
        let element = toast.clone();
        self.toast = Some(Timeout::new(9_000, move || element.set_hidden(true)));
    }

    fn hide_toast(&mut self) {
        self.toast = None;
        self.parts.toast.set_hidden(true);
    }

    /// The button of the toast.
    pub fn undo(&mut self) {
        self.hide_toast();
        if let Some(deed) = self.undo.take() {
            self.perform(&deed);
        }
    }
}

fn lower(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn name_after(scene: &Scene, i: usize) -> String {
    [" ", &act::name(scene, NodeId(i as u16))].concat()
}
