//! The site around the stage: what is played, what is seen of it, and how it is passed on.

mod dialogs;
mod fields;
mod panels;
mod quality;
mod set_up;
mod store;
mod views;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use tutti_core::base::{NodeId, Time};
use tutti_core::scenario::Scenario;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use self::dialogs::{Own, Piece, Shared};
use self::fields::Wrong;
use self::panels::Look;
use self::store::Choices;
use self::views::{ChecksView, EventsView, LogsView, NodeFacts, Wanted};
use crate::bench;
use crate::desk::{self, Desk};
use crate::stage::act::{self, Deed};
use crate::stage::dom::{Listener, document, matches, wants_little_motion, window};
use crate::stage::{Options, Stage, Told};

/// How long after the last change the link is kept, in milliseconds.
const KEEP: u32 = 700;

const BY_HAND: &str = "It cannot be copied from here: press Ctrl+C.";

const HINT: &str = "Click a node to kill it. Click or swipe a link to cut it. Click a message to hold it.";
const TOUCH_HINT: &str = "Tap a node to kill it, a link to cut it, a message to hold it. Swipe across links.";

/// Waits for a promise.
fn then(promise: &js_sys::Promise, done: impl FnOnce(JsValue) + 'static, failed: impl FnOnce(JsValue) + 'static) {
    let (done, failed) = (Closure::once_into_js(done), Closure::once_into_js(failed));
    let _ = js_sys::Reflect::get(promise, &"then".into())
        .and_then(|f| f.unchecked_into::<js_sys::Function>().call2(promise, &done, &failed));
}

/// What can be seen at the side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Logs,
    Events,
    Checks,
    Node,
}

const TABS: [Tab; 4] = [Tab::Logs, Tab::Events, Tab::Checks, Tab::Node];

/// What is open over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    Scenarios,
    SetUp,
    Share,
    Help,
    /// What the link between two nodes is like.
    Link([NodeId; 2]),
}

/// What the app hears.
pub(crate) enum Msg {
    Stage(Told),
    Show(Tab),
    Tabs(KeyboardEvent),
    Open(Option<Dialog>),
    Play(usize),
    SetUp(Element),
    SetLink(Element),
    Read(String),
    ReadFile(HtmlInputElement),
    Copy(Piece),
    Said(&'static str),
    Want(Wanted),
    Look(Look),
    Go(Time),
    Deed(usize),
    Theme,
    Dismiss,
    Keep,
    AddressChanged,
}

/// The site.
pub(crate) struct App {
    desk: Rc<RefCell<Desk>>,
    host: NodeRef,
    stage: Option<Stage>,
    choices: Choices,
    tab: Tab,
    /// On a narrow screen: the sheet is drawn up.
    open: bool,
    dialog: Option<Dialog>,
    modal: NodeRef,
    field: NodeRef,
    /// What is wrong with the form for one's own cluster.
    wrong: Wrong,
    /// What came of copying.
    said: &'static str,
    notice: Option<String>,
    wanted: Wanted,
    reel: NodeRef,
    /// Where the reader stopped in the logs; without it, they are seen to their end.
    log_first: Option<u64>,
    selected: NodeId,
    logs: Option<LogsView>,
    events: Option<EventsView>,
    checks: Option<ChecksView>,
    node: Option<NodeFacts>,
    keeping: Option<Timeout>,
    kept: String,
    bench: bool,
    _listeners: [Listener; 2],
}

impl App {
    /// Takes on what is in the address, or was on the page before, or else the first scenario.
    fn begin() -> (Desk, Option<String>) {
        if bench::wanted().is_some() {
            return (bench::frames(), None);
        }
        let link = store::link_in_session().or_else(store::link_in_address);
        match link.map(|link| Desk::of_link(&link)) {
            Some(Ok(desk)) => (desk, None),
            Some(Err(trouble)) => (
                Desk::first(),
                Some(["This link cannot be played: ", &trouble, ". Here is the first scenario instead."].concat()),
            ),
            None => {
                let mut desk = Desk::first();
                // Who wants little motion begins it themselves.
                desk.set_playing(!wants_little_motion());
                (desk, None)
            }
        }
    }

    /// What the visible panel shows. Returns whether anything of it changed.
    fn look(&mut self) -> bool {
        let desk = self.desk.borrow();
        fn put<T: PartialEq>(place: &mut Option<T>, value: Option<T>) -> bool {
            let changed = *place != value;
            if changed {
                *place = value;
            }
            changed
        }
        match self.tab {
            Tab::Logs => put(&mut self.logs, Some(views::logs(&desk, self.log_first))),
            Tab::Events => put(&mut self.events, Some(views::events(&desk, &self.wanted))),
            Tab::Checks => put(&mut self.checks, Some(views::checks(&desk))),
            Tab::Node => {
                let deeds = self.deeds().into_iter().map(|d| d.label).collect();
                put(&mut self.node, views::node(&desk, self.selected, deeds))
            }
        }
    }

    fn visible(&self) -> bool {
        self.open || !matches("(max-width: 899px)")
    }

    fn deeds(&self) -> Vec<Deed> {
        let desk = self.desk.borrow();
        let scene = desk.scene();
        let fresh = ["by hand ", &desk.given().to_string()].concat();
        scene.nodes.get(self.selected.0 as usize).map(|n| act::node_menu(&scene, n, &fresh)).unwrap_or_default()
    }

    fn play(&mut self, desk: Desk) {
        *self.desk.borrow_mut() = desk;
        self.selected = NodeId(0);
        self.wanted.chain = None;
        self.wanted.node = None;
        self.log_first = None;
        if let Some(stage) = &self.stage {
            stage.reset();
        }
        self.look();
    }

    fn begin_with(&mut self, ctx: &Context<Self>, scenario: Scenario) {
        self.dialog = None;
        self.notice = None;
        self.play(Desk::open(scenario));
        if let Some(stage) = &self.stage {
            stage.set_playing(true);
        }
        self.keep_soon(ctx);
    }

    /// Plays what a link holds.
    fn follow(&mut self, link: &str) {
        self.dialog = None;
        match Desk::of_link(link) {
            Ok(desk) => {
                self.notice = None;
                self.play(desk);
            }
            Err(trouble) => self.notice = Some(["This link cannot be played: ", &trouble].concat()),
        }
    }

    /// The address of this run.
    fn address(&self) -> String {
        self.desk.borrow().link().map(|link| store::address_with(&link)).unwrap_or_default()
    }

    /// Shows another part of the logs. Returns whether there is anything to draw.
    fn look_in_logs(&mut self, look: Look) -> bool {
        let Some(reel) = self.reel.cast::<Element>() else { return false };
        let page = f64::from(reel.client_width()) * 0.7;
        match look {
            Look::Here => {}
            Look::Begin => reel.set_scroll_left(0),
            Look::End => reel.set_scroll_left(reel.scroll_width()),
            Look::By(pages) => reel.set_scroll_left(reel.scroll_left() + (page * pages) as i32),
        }
        let left = reel.scroll_left();
        let at_end = left + reel.client_width() >= reel.scroll_width() - 6;
        self.log_first = (!at_end).then_some((f64::from(left) / panels::SLIP) as u64 + 1);
        self.look()
    }

    fn apply_theme(&self) {
        if let Some(root) = document().document_element() {
            let _ = match self.choices.theme.as_str() {
                "" => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme),
            };
        }
        if let Some(stage) = &self.stage {
            stage.restyle();
        }
    }

    fn keep(&mut self) {
        let link = self.desk.borrow().link();
        if let Some(link) = link.filter(|link| *link != self.kept) {
            store::keep_link(&link);
            self.kept = link;
        }
    }

    /// Keeps the run at once, and once more after the last of what may follow: a page can be gone at any moment, but an
    /// address may not be changed many times a second.
    fn keep_soon(&mut self, ctx: &Context<Self>) {
        if self.keeping.is_none() {
            self.keep();
            let link = ctx.link().clone();
            self.keeping = Some(Timeout::new(KEEP, move || link.send_message(Msg::Keep)));
        }
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> App {
        let (desk, notice) = App::begin();
        let link = ctx.link().clone();
        let address = Listener::new(&window(), "hashchange", move |_| link.send_message(Msg::AddressChanged));
        let desk = Rc::new(RefCell::new(desk));
        let left = desk.clone();
        // At once: there is no later for a page that is left.
        let leaving = Listener::new(&window(), "pagehide", move |_| {
            if let Some(link) = left.try_borrow().ok().and_then(|desk| desk.link()) {
                store::keep_on_leaving(&link);
            }
        });
        let app = App {
            desk,
            host: NodeRef::default(),
            stage: None,
            choices: Choices::load(),
            tab: Tab::Logs,
            open: false,
            dialog: None,
            modal: NodeRef::default(),
            field: NodeRef::default(),
            wrong: Wrong::default(),
            said: "",
            notice,
            wanted: Wanted::default(),
            reel: NodeRef::default(),
            log_first: None,
            selected: NodeId(0),
            logs: None,
            events: None,
            checks: None,
            node: None,
            keeping: None,
            kept: store::link_in_address().unwrap_or_default(),
            bench: bench::wanted().is_some(),
            _listeners: [address, leaving],
        };
        app.apply_theme();
        app
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if let Some(dialog) = self.modal.cast::<HtmlDialogElement>()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
            // Not the button that closes it, which is the first that could have the focus.
            let _ = dialog.focus();
        }
        if self.log_first.is_none()
            && let Some(reel) = self.reel.cast::<Element>()
        {
            reel.set_scroll_left(reel.scroll_width());
        }
        if first && let Some(host) = self.host.cast::<Element>() {
            let link = ctx.link().clone();
            let touch = matches("(pointer: coarse)");
            let hint = match touch {
                _ if self.choices.hinted => "",
                true => TOUCH_HINT,
                false => HINT,
            };
            let options = Options { hint: hint.to_owned(), whole_page: true };
            self.stage = Stage::mount(
                &host,
                self.desk.clone(),
                options,
                Rc::new(move |told| link.send_message(Msg::Stage(told))),
            );
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Stage(Told::Tick) => {
                if self.bench && bench::ready(&self.desk.borrow()) {
                    bench::leave("{\"ready\": true}");
                }
                self.visible() && self.look()
            }
            Msg::Stage(Told::Arrived) => {
                if let Some(engine) = self.desk.borrow().other_engine() {
                    let words = [
                        "This link was made with engine ",
                        engine,
                        ", and this one (",
                        desk::THIS_ENGINE,
                        ") plays it otherwise: you may not see what its maker saw.",
                    ];
                    self.notice = Some(words.concat());
                }
                true
            }
            Msg::Stage(Told::Changed) => {
                self.keep_soon(ctx);
                false
            }
            Msg::Stage(Told::Selected(node)) => {
                if let Some(node) = node {
                    self.selected = node;
                }
                self.look();
                true
            }
            Msg::Stage(Told::AskedForLink(from, to)) => {
                ctx.link().send_message(Msg::Open(Some(Dialog::Link([from, to]))));
                false
            }
            Msg::Stage(Told::Hinted) => {
                self.choices.hinted = true;
                self.choices.keep();
                false
            }
            Msg::Show(tab) => {
                self.open = !(self.open && self.tab == tab);
                self.tab = tab;
                self.look();
                true
            }
            Msg::Tabs(event) => {
                let at = TABS.iter().position(|&t| t == self.tab).unwrap_or(0);
                let to = match event.key().as_str() {
                    "ArrowRight" => (at + 1) % TABS.len(),
                    "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
                    _ => return false,
                };
                event.prevent_default();
                self.tab = TABS[to];
                self.look();
                if let Some(tab) = document().get_element_by_id(TAB_IDS[to]) {
                    use wasm_bindgen::JsCast;
                    let _ = tab.unchecked_into::<web_sys::HtmlElement>().focus();
                }
                true
            }
            Msg::Open(dialog) => {
                if dialog.is_some()
                    && let Some(stage) = &self.stage
                {
                    stage.set_playing(false);
                }
                let changed = self.dialog != dialog;
                self.dialog = dialog;
                self.wrong = Wrong::default();
                self.said = "";
                changed
            }
            Msg::Play(number) => {
                if let Some(scenario) = desk::presets().into_iter().nth(number) {
                    self.begin_with(ctx, scenario);
                }
                true
            }
            Msg::SetUp(form) => {
                let read = set_up::read(&form, self.desk.borrow().scenario());
                match read {
                    Ok(scenario) => self.begin_with(ctx, scenario),
                    Err(wrong) => self.wrong = wrong,
                }
                true
            }
            Msg::SetLink(form) => {
                let Some(Dialog::Link(ends)) = self.dialog else { return false };
                let read = quality::read(&form, &self.desk.borrow(), ends);
                match read {
                    Ok(deed) => {
                        self.dialog = None;
                        if let Some(stage) = &self.stage {
                            stage.perform(&deed);
                        }
                    }
                    Err(wrong) => self.wrong = wrong,
                }
                true
            }
            Msg::Read(text) => {
                match dialogs::own(&text) {
                    Ok(Own::Scenario(scenario)) => self.begin_with(ctx, *scenario),
                    Ok(Own::Link(link)) => self.follow(&link),
                    Err(wrong) => self.wrong = wrong,
                }
                true
            }
            Msg::ReadFile(input) => match dialogs::chosen(&input) {
                Some(Ok(text)) => {
                    let (done, failed) = (ctx.link().clone(), ctx.link().clone());
                    let read = move |text: JsValue| done.send_message(Msg::Read(text.as_string().unwrap_or_default()));
                    then(&text, read, move |_| failed.send_message(Msg::Read(String::new())));
                    false
                }
                Some(Err(wrong)) => {
                    self.wrong = wrong;
                    true
                }
                None => false,
            },
            Msg::Copy(piece) => {
                let text = match piece {
                    Piece::Link => {
                        dialogs::select_all(&self.field);
                        self.address()
                    }
                    Piece::Scenario => self.desk.borrow().scenario().to_json(),
                };
                let clipboard = window().navigator().clipboard();
                // In a frame there may be none.
                if clipboard.is_undefined() {
                    self.said = BY_HAND;
                    return true;
                }
                let (done, failed) = (ctx.link().clone(), ctx.link().clone());
                let done = move |_| done.send_message(Msg::Said("Copied."));
                then(&clipboard.write_text(&text), done, move |_| failed.send_message(Msg::Said(BY_HAND)));
                false
            }
            Msg::Said(said) => {
                self.said = said;
                true
            }
            Msg::Want(wanted) => {
                self.wanted = wanted;
                self.look()
            }
            Msg::Look(look) => self.look_in_logs(look),
            Msg::Go(time) => {
                if let Some(stage) = &self.stage {
                    stage.go_to(time);
                }
                false
            }
            Msg::Deed(i) => {
                let deed = self.deeds().into_iter().nth(i);
                if let (Some(stage), Some(deed)) = (&self.stage, deed) {
                    stage.perform(&deed);
                }
                false
            }
            Msg::Theme => {
                let night = match self.choices.theme.as_str() {
                    "night" => true,
                    "day" => false,
                    _ => matches("(prefers-color-scheme: dark)"),
                };
                self.choices.theme = if night { "day" } else { "night" }.to_owned();
                self.choices.keep();
                self.apply_theme();
                true
            }
            Msg::Dismiss => {
                self.notice = None;
                true
            }
            Msg::Keep => {
                self.keeping = None;
                self.keep();
                false
            }
            Msg::AddressChanged => {
                let Some(link) = store::link_in_address() else { return false };
                if link == self.kept {
                    return false;
                }
                self.kept = link.clone();
                self.follow(&link);
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let (title, story) = {
            let desk = self.desk.borrow();
            (desk.title().to_owned(), desk.summary().to_owned())
        };
        let opens = |dialog: Dialog| link.callback(move |_: MouseEvent| Msg::Open(Some(dialog)));
        let dialog = self.dialog.map(|dialog| self.dialog(ctx, dialog));
        html! {
            <div class="page">
                <header class="head">
                    <span class="logo">{ "tutti" }</span>
                    <div class="piece">
                        <h1>{ title }</h1>
                        <button type="button" class="small" aria-label="How to read it" title="How to read it"
                            onclick={opens(Dialog::Help)}>{ "?" }</button>
                        <p>{ story }</p>
                    </div>
                    <nav aria-label="Site">
                        <button type="button" class="pill" onclick={opens(Dialog::Scenarios)}>{ "Scenarios" }</button>
                        <button type="button" class="pill" onclick={opens(Dialog::SetUp)}>{ "Set up" }</button>
                        <button type="button" class="pill" onclick={opens(Dialog::Share)}>{ "Share" }</button>
                        <button type="button" class="pill icon" aria-label="Day or night" title="Day or night"
                            onclick={link.callback(|_| Msg::Theme)}>
                            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M13 10A6 6 0 1 1 6.5 2.5 5 5 0 0 0 13 10z"/></svg>
                        </button>
                    </nav>
                </header>
                <main class="lab" ref={self.host.clone()}></main>
                { self.panels(ctx) }
                if let Some(notice) = &self.notice {
                    <div class="banner" role="alert"><p>{ notice }</p>
                        <button type="button" class="small" onclick={link.callback(|_| Msg::Dismiss)}>{ "Close" }</button></div>
                }
                { dialog.unwrap_or_default() }
            </div>
        }
    }
}

const TAB_IDS: [&str; 4] = ["tab-logs", "tab-events", "tab-checks", "tab-node"];

impl App {
    fn dialog(&self, ctx: &Context<Self>, dialog: Dialog) -> Html {
        let link = ctx.link();
        let desk = self.desk.borrow();
        let (title, body) = match dialog {
            Dialog::Scenarios => {
                let open = link.callback(|form| Msg::Read(dialogs::typed(&form)));
                let (play, file) = (link.callback(Msg::Play), link.callback(Msg::ReadFile));
                ("Scenarios", dialogs::scenarios(desk.title(), &self.wrong, &play, &open, &file))
            }
            Dialog::SetUp => {
                let form = set_up::form(desk.scenario(), &self.wrong, &link.callback(Msg::SetUp));
                ("Set up your own cluster", form)
            }
            Dialog::Help => ("How to read it", dialogs::help(desk.scenario())),
            Dialog::Link(ends) => {
                ("What this link is like", quality::form(&desk, ends, &self.wrong, &link.callback(Msg::SetLink)))
            }
            Dialog::Share => {
                let shared = Shared {
                    address: &self.address(),
                    scenario: desk.scenario(),
                    by_hand: desk.given() > 0,
                    said: self.said,
                    field: &self.field,
                };
                ("Share this run", dialogs::share(&shared, &link.callback(Msg::Copy)))
            }
        };
        dialogs::modal(title, &self.modal, &link.callback(|()| Msg::Open(None)), body)
    }

    fn panels(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let name = self.desk.borrow().names().get(self.selected).to_owned();
        let tabs = TABS.iter().enumerate().map(|(i, &tab)| {
            let words = match tab {
                Tab::Logs => "Logs".to_owned(),
                Tab::Events => "Events".to_owned(),
                Tab::Checks => "Checks".to_owned(),
                Tab::Node if self.selected.0 as usize >= self.servers() => ["Node: ", &name].concat(),
                Tab::Node => ["Node ", &name].concat(),
            };
            let selected = tab == self.tab;
            html! {
                <button type="button" role="tab" id={TAB_IDS[i]} aria-controls="panel" aria-selected={selected.to_string()}
                    tabindex={if selected { "0" } else { "-1" }} onclick={link.callback(move |_| Msg::Show(tab))}>
                    { words }
                </button>
            }
        });
        let go = link.callback(Msg::Go);
        let panel = match self.tab {
            Tab::Logs => self.logs.as_ref().map(|view| panels::logs(view, &self.reel, &link.callback(Msg::Look))),
            Tab::Events => self.events.as_ref().map(|view| panels::events(view, &link.callback(Msg::Want), &go)),
            Tab::Checks => self.checks.as_ref().map(|view| panels::checks(view, &go)),
            Tab::Node => self.node.as_ref().map(|view| panels::node(view, &link.callback(Msg::Deed))),
        };
        html! {
            <section class={classes!("panels", self.open.then_some("open"))} aria-label="Panels">
                <div class="tabs" role="tablist" onkeydown={link.callback(Msg::Tabs)}>{ for tabs }</div>
                <div class="panel" id="panel" role="tabpanel" aria-labelledby={TAB_IDS[TABS.iter().position(|&t| t == self.tab).unwrap_or(0)]} tabindex="0">
                    { panel.unwrap_or_default() }
                </div>
            </section>
        }
    }

    fn servers(&self) -> usize {
        let desk = self.desk.borrow();
        desk.world().ids().filter(|&id| desk.world().process(id).server().is_some()).count()
    }
}
