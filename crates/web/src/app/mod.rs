//! The site around the stage: what is played, what is seen of it, and how it is passed on.

mod dialogs;
mod doing;
mod download;
mod fields;
mod hear;
mod look;
mod page;
mod panels;
mod quality;
mod run;
mod set_up;
mod shop;
mod shop_panels;
mod store;
mod store_page;
mod store_panel;
mod store_views;
mod tag;
mod views;

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use tutti_core::base::{EventId, NodeId, Time};
use tutti_core::shop::OrderId;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use self::dialogs::Piece;
use self::fields::Wrong;
use self::panels::{Filter, Look};
use self::shop::{OrderView, OrdersView};
use self::store::Choices;
use self::store_panel::Ask;
use self::views::{ChecksView, EventsView, LogsView, NodeFacts, Wanted};
use crate::bench;
use crate::desk::Desk;
use crate::later;
use crate::stage::act::{self, Deed};
use crate::stage::dom::{Listener, document, matches, window};
use crate::stage::{Options, Sight, Stage, Told};

const MISSING: &str = "A part of this page could not be loaded. What you do next tries it again; if that does not help, load the page anew.";
const HINT: &str = "Click the leader to kill it. Click or swipe a link to cut it. Click a message to hold it.";
const TOUCH_HINT: &str = "Tap the leader to kill it, a link to cut it, a message to hold it. Swipe across links.";

/// What can be seen at the side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Logs,
    Events,
    Checks,
    Node,
    /// In a shop: all orders.
    Orders,
    /// The order that is followed.
    Order,
    /// In a shop: what is stored.
    Store,
}

/// All of them, in the order in which they are kept.
const TABS: [Tab; 7] = [Tab::Logs, Tab::Events, Tab::Checks, Tab::Node, Tab::Orders, Tab::Order, Tab::Store];
/// In the order in which they stand: without a shop, in a shop, and where an order is followed.
const STAND: [&[Tab]; 3] = [
    &[Tab::Logs, Tab::Events, Tab::Checks, Tab::Node],
    &[Tab::Orders, Tab::Store, Tab::Logs, Tab::Events, Tab::Checks, Tab::Node],
    &[Tab::Orders, Tab::Order, Tab::Store, Tab::Logs, Tab::Events, Tab::Checks, Tab::Node],
];

/// What is open over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    Scenarios,
    SetUp,
    Share,
    /// The run as a file for another tool.
    Trace,
    Help,
    /// What the link between two nodes is like.
    Link([NodeId; 2]),
}

/// What the app hears.
#[derive(Clone)]
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
    Save(Element),
    Said(&'static str),
    Filter(Filter, String),
    Chain(Option<EventId>),
    Look(Look),
    Go(Time),
    Pick(EventId, Time),
    Deed(usize),
    /// An order is to be followed, or none.
    Follow(Option<OrderId>),
    /// The version of it to look at.
    Version(usize),
    /// The store is asked, and what.
    Store(Ask, String),
    Theme,
    Dismiss,
    Keep,
    Resume,
    AddressChanged,
    Missing,
}

/// Whether the address, or what was on the page before, asks for what is not loaded at once.
pub(crate) fn asked_for_more() -> bool {
    bench::wanted().is_some() || store::in_session().or_else(store::link_in_address).is_some()
}

/// What a page begins with.
pub(crate) struct Begun {
    pub(crate) desk: Desk,
    /// What is to be said of it.
    pub(crate) notice: Option<String>,
    /// What was seen before the page was loaded again.
    pub(crate) words: String,
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
    /// What came of a download: known to what is loaded later.
    made: Option<Box<dyn Any>>,
    notice: Option<String>,
    wanted: Wanted,
    reel: NodeRef,
    /// What was seen before the page was loaded again, until it is taken up.
    words: String,
    /// What of the run was seen before the page was loaded again, until the run is there.
    sight: Option<Sight>,
    /// Where the reader stopped in the logs; without it, they are seen to their end.
    log_first: Option<u64>,
    selected: NodeId,
    logs: Option<LogsView>,
    events: Option<EventsView>,
    checks: Option<ChecksView>,
    /// A check is broken at this moment, whichever panel is seen.
    broken: bool,
    node: Option<NodeFacts>,
    orders: Option<OrdersView>,
    order: Option<OrderView>,
    /// The version of the order that the reader looks at; the last if they chose none.
    version: Option<usize>,
    /// What is seen of the store: nothing that the page needs at first has to know what that is.
    shelf: Option<Box<dyn Any>>,
    keeping: Option<Timeout>,
    kept: String,
    /// What the address held before.
    before: String,
    bench: bool,
    _listeners: Vec<Listener>,
}

impl App {
    /// What can be seen at the side, in its order.
    fn tabs(&self) -> &'static [Tab] {
        let desk = self.desk.borrow();
        let shop = shop::is_shop(desk.world());
        STAND[usize::from(shop) + usize::from(desk.followed().is_some())]
    }

    fn deeds(&self) -> Vec<Deed> {
        let desk = self.desk.borrow();
        let scene = desk.scene();
        let fresh = ["hand.", &desk.given().to_string()].concat();
        scene.nodes.get(self.selected.0 as usize).map(|n| act::node_menu(&scene, n, &fresh)).unwrap_or_default()
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
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> App {
        let Begun { desk, notice, words } = match later::here() {
            Some(later) => later.begin(),
            None => {
                let notice = asked_for_more().then(|| MISSING.to_owned());
                Begun { desk: App::first(), notice, words: String::new() }
            }
        };
        let link = ctx.link().clone();
        let address = Listener::new(&window(), "hashchange", move |_| link.send_message(Msg::AddressChanged));
        let desk = Rc::new(RefCell::new(desk));
        let left = ctx.link().clone();
        // At once: there is no later for a page that is left.
        let leaving = Listener::new(&window(), "pagehide", move |_| {
            // Of a run that nobody touched there is nothing to keep.
            if let (Some(later), Some(app)) = (later::here(), left.get_component()) {
                later.leave(&app);
            }
        });
        let mut listeners = vec![address, leaving];
        // At the first sign of a reader, so that all is there when they get to something.
        for kind in ["pointermove", "pointerdown", "keydown", "focusin"] {
            listeners.push(Listener::new(&window(), kind, |_| later::fetch()));
        }
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
            made: None,
            notice,
            wanted: Wanted::default(),
            reel: NodeRef::default(),
            words,
            sight: None,
            log_first: None,
            selected: NodeId(0),
            logs: None,
            events: None,
            checks: None,
            broken: false,
            node: None,
            orders: None,
            order: None,
            version: None,
            shelf: None,
            keeping: None,
            kept: store::link_in_address().unwrap_or_default(),
            before: String::new(),
            bench: bench::wanted().is_some(),
            _listeners: listeners,
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
            if later::here().is_some() {
                ctx.link().send_message(Msg::Resume);
            }
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match (msg, later::here()) {
            (Msg::Stage(Told::Tick), None) => self.visible() && self.look(),
            (Msg::Stage(Told::Missing) | Msg::Missing, _) => {
                self.notice = Some(MISSING.to_owned());
                true
            }
            (msg, Some(later)) => {
                // It is there after all.
                let found = self.notice.take_if(|notice| notice == MISSING).is_some();
                later.site(self, ctx, msg) || found
            }
            (msg, None) => {
                if matches!(msg, Msg::Open(_)) {
                    later::hold();
                }
                let link = ctx.link().clone();
                // What the stage tells is nothing that the reader waits for.
                let missed = !matches!(msg, Msg::Stage(_));
                later::then(move |later| match later {
                    Ok(_) => link.send_message(msg),
                    Err(_) if missed => link.send_message(Msg::Missing),
                    Err(_) => {}
                });
                false
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.page(ctx)
    }
}
