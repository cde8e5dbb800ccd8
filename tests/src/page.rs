//! A person in front of the page: looks, points, touches, types, and waits until something is so.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::webdriver::{ELEMENT, Session};
use crate::{Element, Key, Point, Setting, Site};

/// How long a person waits for what must come.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often they look.
const GLANCE: Duration = Duration::from_millis(20);
/// The window's upper left corner.
const TOP: Point = Point { x: 0.0, y: 0.0 };
/// A press that is meant to be a long one.
const LONG_PRESS: Duration = Duration::from_millis(900);

/// A browser window with the site in it. It closes when this is dropped; when that is because the test failed, a
/// picture of it stays in `target/page/`.
pub struct Page {
    session: Session,
    site: String,
    console: RefCell<Vec<String>>,
    /// Where the frame that was entered lies in the window: the driver knows no frames when it points.
    frame: Cell<Point>,
}

/// What goes on while a pointer is down.
#[derive(Clone, Copy)]
enum Pointer {
    Mouse { button: u8 },
    Touch,
}

impl Page {
    /// Opens a window and goes to `path`, which is relative to the site: `""`, `"?bench"`, `"#a-link"`.
    #[must_use]
    #[track_caller]
    pub fn open(site: &Site, setting: &Setting, path: &str) -> Self {
        let session = ok(Session::start(setting), "starting a browser");
        let (site, frame) = (site.address().to_owned(), Cell::new(TOP));
        let page = Self { session, site, console: RefCell::default(), frame };
        if !setting.phone {
            page.cdp("Emulation.setDeviceMetricsOverride", &setting.metrics());
        }
        page.cdp("Emulation.setEmulatedMedia", &setting.media());
        page.goto(path);
        page
    }

    /// Goes to a path of the site, and waits until the browser has loaded it. An absolute address works too.
    #[track_caller]
    pub fn goto(&self, path: &str) {
        let address = if path.contains("://") || path == "about:blank" {
            path.to_owned()
        } else {
            format!("{}{path}", self.site)
        };
        self.post("/url", &json!({ "url": address }));
        self.frame.set(TOP);
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// Goes back in the browser's history.
    #[track_caller]
    pub fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// The address that the browser shows.
    #[must_use]
    #[track_caller]
    pub fn address(&self) -> String {
        self.get("/url").as_str().unwrap_or_default().to_owned()
    }

    /// The title that the browser shows.
    #[must_use]
    #[track_caller]
    pub fn title(&self) -> String {
        self.get("/title").as_str().unwrap_or_default().to_owned()
    }

    // Looking

    /// The first element of a CSS selector, as soon as there is one.
    #[must_use]
    #[track_caller]
    pub fn find(&self, css: &str) -> Element<'_> {
        self.wait_for(&format!("there is `{css}`"), || self.find_all(css).into_iter().next())
    }

    /// All elements of a CSS selector that are there now.
    #[must_use]
    #[track_caller]
    pub fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        let found = self.post("/elements", &json!({ "using": "css selector", "value": css }));
        let ids = found.as_array().into_iter().flatten().filter_map(|each| each[ELEMENT].as_str());
        ids.map(|id| Element { page: self, id: id.to_owned() }).collect()
    }

    /// The element with this role and this accessible name, as a screen reader's user looks for it, as soon as there
    /// is one: `named("button", "Play")`.
    #[must_use]
    #[track_caller]
    pub fn named(&self, role: &str, label: &str) -> Element<'_> {
        self.wait_for(&format!("there is a {role} named `{label}`"), || self.try_named(role, label))
    }

    /// As [`Page::named`], if there is one now.
    #[must_use]
    #[track_caller]
    pub fn try_named(&self, role: &str, label: &str) -> Option<Element<'_>> {
        // Chromium tells a script an element's role and name when it is started with the feature switched on.
        let find = "const [role, label] = arguments; const all = document.querySelectorAll('*'); \
                    return [...all].find(each => each.computedRole === role && each.computedName === label)";
        let found = self.run(find, &[json!(role), json!(label)]);
        found[ELEMENT].as_str().map(|id| Element { page: self, id: id.to_owned() })
    }

    /// Goes into a frame of the page: what is looked for, pointed at and run from now on is inside it.
    #[track_caller]
    pub fn enter_frame(&self, frame: &Element<'_>) {
        let inner = "const [frame] = arguments; const r = frame.getBoundingClientRect(); \
                     return [r.x + frame.clientLeft, r.y + frame.clientTop]";
        let at = self.run(inner, &[frame.argument()]);
        self.frame.set(self.frame.get().moved(at[0].as_f64().unwrap_or(0.0), at[1].as_f64().unwrap_or(0.0)));
        self.post("/frame", &json!({ "id": frame.argument() }));
    }

    /// Goes back from all frames to the page.
    #[track_caller]
    pub fn leave_frames(&self) {
        self.post("/frame", &json!({ "id": null }));
        self.frame.set(TOP);
    }

    /// Runs the body of a function in the page and returns what it returns; a promise is waited for.
    #[track_caller]
    pub fn run(&self, body: &str, arguments: &[Value]) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    // Waiting

    /// Waits until a condition holds. `what` says which, for the message of a failure.
    #[track_caller]
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        self.wait_for(what, || holds().then_some(()));
    }

    /// Waits until there is something, and returns it.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        self.wait_within(PATIENCE, what, look)
    }

    /// As [`Page::wait_for`], with a patience of one's own.
    #[track_caller]
    pub fn wait_within<T>(&self, patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < deadline, "waited {patience:?} in vain until {what}");
            thread::sleep(GLANCE);
        }
    }

    /// Waits until an expression of JavaScript is true.
    #[track_caller]
    pub fn wait_for_script(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        self.wait_until(expression, || self.run(&script, &[]) == true);
    }

    // Pointing

    /// Moves the mouse there.
    #[track_caller]
    pub fn hover_at(&self, at: Point) {
        self.pointer(Pointer::Mouse { button: 0 }, &[self.move_to(at, Duration::ZERO)]);
    }

    /// Clicks there.
    #[track_caller]
    pub fn click_at(&self, at: Point) {
        self.press_at(Pointer::Mouse { button: 0 }, at, Duration::ZERO);
    }

    /// Clicks with the right button there.
    #[track_caller]
    pub fn right_click_at(&self, at: Point) {
        self.press_at(Pointer::Mouse { button: 2 }, at, Duration::ZERO);
    }

    /// Moves the mouse onto an element.
    #[track_caller]
    pub fn hover(&self, element: &Element<'_>) {
        self.hover_at(middle(element));
    }

    /// Clicks an element.
    #[track_caller]
    pub fn click(&self, element: &Element<'_>) {
        self.click_at(middle(element));
    }

    /// Clicks an element with the right button.
    #[track_caller]
    pub fn right_click(&self, element: &Element<'_>) {
        self.right_click_at(middle(element));
    }

    /// Drags the mouse along these places, and takes `time` for it.
    #[track_caller]
    pub fn drag(&self, path: &[Point], time: Duration) {
        self.stroke(Pointer::Mouse { button: 0 }, path, time);
    }

    /// Turns the mouse's wheel there.
    #[track_caller]
    pub fn wheel_at(&self, at: Point, delta_x: i32, delta_y: i32) {
        let at = self.in_window(at);
        let scroll = json!({
            "type": "scroll", "x": at.x.round() as i64, "y": at.y.round() as i64, "deltaX": delta_x, "deltaY": delta_y, "duration": 0,
        });
        self.perform(&json!({ "type": "wheel", "id": "wheel", "actions": [scroll] }));
    }

    // Touching

    /// Taps there with a finger.
    #[track_caller]
    pub fn tap_at(&self, at: Point) {
        self.press_at(Pointer::Touch, at, Duration::from_millis(40));
    }

    /// Taps an element with a finger.
    #[track_caller]
    pub fn tap(&self, element: &Element<'_>) {
        self.tap_at(middle(element));
    }

    /// Rests a finger there for as long as a long press takes.
    #[track_caller]
    pub fn long_press_at(&self, at: Point) {
        self.press_at(Pointer::Touch, at, LONG_PRESS);
    }

    /// Draws a finger along these places, and takes `time` for it.
    #[track_caller]
    pub fn swipe(&self, path: &[Point], time: Duration) {
        self.stroke(Pointer::Touch, path, time);
    }

    /// Lays two fingers there, side by side, and moves them from one distance to another.
    #[track_caller]
    pub fn pinch_at(&self, at: Point, from: f64, to: f64) {
        let finger = |side: f64| {
            let place = |distance: f64, time| self.move_to(at.moved(side * distance / 2.0, 0.0), time);
            let mut actions = vec![place(from, Duration::ZERO), down(Pointer::Touch)];
            for step in 1..=8 {
                actions.push(place(from + (to - from) * f64::from(step) / 8.0, Duration::from_millis(16)));
            }
            actions.push(up(Pointer::Touch));
            let id = if side < 0.0 { "finger" } else { "other finger" };
            json!({ "type": "pointer", "id": id, "parameters": { "pointerType": "touch" }, "actions": actions })
        };
        self.post("/actions", &json!({ "actions": [finger(-1.0), finger(1.0)] }));
    }

    // Typing

    /// Presses and releases a key.
    #[track_caller]
    pub fn press(&self, key: Key) {
        self.press_with(&[], key);
    }

    /// Presses a key while others are held.
    #[track_caller]
    pub fn press_with(&self, held: &[Key], key: Key) {
        if key == Key::ContextMenu {
            return self.press_context_menu();
        }
        let stroke = |kind: &str, key: Key| json!({ "type": kind, "value": key.code().to_string() });
        let mut actions: Vec<_> = held.iter().map(|held| stroke("keyDown", *held)).collect();
        actions.extend([stroke("keyDown", key), stroke("keyUp", key)]);
        actions.extend(held.iter().rev().map(|held| stroke("keyUp", *held)));
        self.perform(&json!({ "type": "key", "id": "keyboard", "actions": actions }));
    }

    /// Types a text.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        let mut actions = Vec::new();
        for letter in text.chars() {
            for kind in ["keyDown", "keyUp"] {
                actions.push(json!({ "type": kind, "value": letter.to_string() }));
            }
        }
        self.perform(&json!({ "type": "key", "id": "keyboard", "actions": actions }));
    }

    // Keeping and judging

    /// Puts a picture of the window into `target/page/NAME.png`.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        ok(self.take_screenshot(name), "taking a screenshot")
    }

    /// What the console has held since the page was opened, and is an error.
    #[must_use]
    #[track_caller]
    pub fn console_errors(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let mut kept = self.console.borrow_mut();
        for entry in entries.as_array().into_iter().flatten() {
            if entry["level"] == "SEVERE" {
                kept.push(entry["message"].as_str().unwrap_or_default().to_owned());
            }
        }
        kept.clone()
    }

    /// Fails if the console holds an error.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let errors = self.console_errors();
        assert!(errors.is_empty(), "the console holds errors:\n{}", errors.join("\n"));
    }

    /// The time that the page's main thread has worked since it was loaded.
    #[must_use]
    #[track_caller]
    pub fn main_thread_time(&self) -> Duration {
        self.cdp("Performance.enable", &json!({}));
        let metrics = self.cdp("Performance.getMetrics", &json!({}));
        let seconds = metrics["metrics"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|metric| metric["name"] == "TaskDuration")
            .and_then(|metric| metric["value"].as_f64())
            .unwrap_or_default();
        Duration::from_secs_f64(seconds)
    }

    /// A command of Chromium's own protocol, for what a person cannot do.
    #[track_caller]
    pub fn cdp(&self, command: &str, params: &Value) -> Value {
        ok(self.session.cdp(command, params), command)
    }

    // Underneath

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        ok(self.session.get(path), path)
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        ok(self.session.post(path, body), path)
    }

    #[track_caller]
    fn perform(&self, source: &Value) {
        self.post("/actions", &json!({ "actions": [source] }));
    }

    #[track_caller]
    fn pointer(&self, pointer: Pointer, actions: &[Value]) {
        let (id, kind) = match pointer {
            Pointer::Mouse { .. } => ("mouse", "mouse"),
            Pointer::Touch => ("finger", "touch"),
        };
        let parameters = json!({ "pointerType": kind });
        self.perform(&json!({ "type": "pointer", "id": id, "parameters": parameters, "actions": actions }));
    }

    #[track_caller]
    fn press_at(&self, pointer: Pointer, at: Point, time: Duration) {
        self.pointer(pointer, &[self.move_to(at, Duration::ZERO), down(pointer), pause(time), up(pointer)]);
    }

    #[track_caller]
    fn stroke(&self, pointer: Pointer, path: &[Point], time: Duration) {
        let [first, rest @ ..] = path else { panic!("a stroke needs places") };
        let each = time / u32::try_from(rest.len().max(1)).unwrap_or(1);
        let mut actions = vec![self.move_to(*first, Duration::ZERO), down(pointer)];
        let mut from = *first;
        for to in rest {
            // The driver fills in the way of a mouse; that of a finger it does not.
            let steps =
                if matches!(pointer, Pointer::Touch) { (each.as_millis() / 16).clamp(1, 100) as u32 } else { 1 };
            for step in 1..=steps {
                let part = f64::from(step) / f64::from(steps);
                let at = from.moved((to.x - from.x) * part, (to.y - from.y) * part);
                actions.push(self.move_to(at, each / steps));
            }
            from = *to;
        }
        actions.push(up(pointer));
        self.pointer(pointer, &actions);
    }

    fn in_window(&self, at: Point) -> Point {
        let frame = self.frame.get();
        at.moved(frame.x, frame.y)
    }

    fn move_to(&self, at: Point, time: Duration) -> Value {
        let Point { x, y } = self.in_window(at);
        json!({
            "type": "pointerMove",
            "duration": u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
            "x": x.round() as i64,
            "y": y.round() as i64,
        })
    }

    /// WebDriver has no code for the menu key, so it is pressed one floor lower.
    #[track_caller]
    fn press_context_menu(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({
                "type": kind, "key": "ContextMenu", "code": "ContextMenu", "windowsVirtualKeyCode": 93,
            });
            self.cdp("Input.dispatchKeyEvent", &key);
        }
    }

    fn take_screenshot(&self, name: &str) -> Result<PathBuf> {
        let picture = self.session.get("/screenshot")?;
        let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/page");
        fs::create_dir_all(&dir)?;
        let path = dir.canonicalize()?.join(format!("{name}.png"));
        fs::write(&path, BASE64_STANDARD.decode(picture.as_str().unwrap_or_default())?)?;
        Ok(path)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        let name = thread::current().name().unwrap_or("test").replace("::", "-");
        match self.take_screenshot(&format!("failed-{name}")) {
            Ok(path) => eprintln!("what the page looked like: {}", path.display()),
            Err(error) => eprintln!("no picture of the page: {error:#}"),
        }
        if let Ok(entries) = self.session.post("/se/log", &json!({ "type": "browser" })) {
            for entry in entries.as_array().into_iter().flatten() {
                eprintln!("console: {}", entry["message"].as_str().unwrap_or_default());
            }
        }
    }
}

#[track_caller]
fn ok<T>(result: Result<T>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error:#}"),
    }
}

#[track_caller]
fn middle(element: &Element<'_>) -> Point {
    element.scroll_into_view();
    element.rect().center()
}

fn down(pointer: Pointer) -> Value {
    json!({ "type": "pointerDown", "button": button(pointer) })
}

fn up(pointer: Pointer) -> Value {
    json!({ "type": "pointerUp", "button": button(pointer) })
}

fn pause(time: Duration) -> Value {
    json!({ "type": "pause", "duration": u64::try_from(time.as_millis()).unwrap_or(u64::MAX) })
}

fn button(pointer: Pointer) -> u8 {
    match pointer {
        Pointer::Mouse { button } => button,
        Pointer::Touch => 0,
    }
}
