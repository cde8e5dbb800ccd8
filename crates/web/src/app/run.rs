//! Which run is on the desk, and where it is kept.

use gloo_timers::callback::Timeout;
use tutti_core::base::NodeId;
use tutti_core::scenario::Scenario;
use yew::prelude::*;

use super::doing::Kept;
use super::{App, Begun, Msg, Tab, store};
use crate::bench;
use crate::desk::Desk;
use crate::stage::dom::wants_little_motion;

/// How long after the last change the link is kept, in milliseconds.
const KEEP: u32 = 700;

impl App {
    /// Takes on what is in the address, or was on the page before, or else the first scenario.
    pub(crate) fn begin() -> Begun {
        if bench::wanted().is_some() {
            return Begun { desk: bench::frames(), notice: None, words: String::new() };
        }
        let kept = Kept::load();
        let of_link = || {
            let link = kept.link.clone().or_else(store::link_in_address);
            match link.map(|link| Desk::of_link(&link)) {
                Some(Ok(desk)) => (desk, None),
                Some(Err(trouble)) => (
                    Desk::first(),
                    Some(["This link cannot be played: ", &trouble, ". Here is the first scenario instead."].concat()),
                ),
                None => (App::first(), None),
            }
        };
        let (desk, notice) = kept.desk().map_or_else(of_link, |desk| (desk, None));
        Begun { desk, notice, words: kept.words }
    }

    /// The run for who asks for none.
    pub(super) fn first() -> Desk {
        let mut desk = Desk::first();
        // Who wants little motion begins it themselves.
        desk.set_playing(!wants_little_motion());
        desk
    }

    pub(super) fn play(&mut self, desk: Desk) {
        *self.desk.borrow_mut() = desk;
        self.selected = NodeId(0);
        self.wanted.chain = None;
        self.wanted.node = None;
        self.log_first = None;
        self.version = None;
        self.sight = None;
        self.shelf = None;
        self.suit_tab();
        if let Some(stage) = &self.stage {
            stage.reset();
        }
        self.look();
    }

    /// What is seen at the side suits what is played.
    pub(super) fn suit_tab(&mut self) {
        if self.tabs().contains(&self.tab) {
            // Of a shop its orders say more than the logs of its bus.
            if self.tab == Tab::Logs && self.tabs().contains(&Tab::Orders) {
                self.tab = Tab::Orders;
            }
        } else {
            self.tab = Tab::Logs;
        }
    }

    pub(super) fn begin_with(&mut self, ctx: &Context<Self>, scenario: Scenario) {
        self.dialog = None;
        self.notice = None;
        self.play(Desk::open(scenario));
        if let Some(stage) = &self.stage {
            stage.set_playing(true);
        }
        self.keep_soon(ctx);
    }

    /// Plays what a link holds.
    pub(super) fn follow(&mut self, link: &str) {
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
    pub(super) fn address(&self) -> String {
        self.desk.borrow().link().map(|link| store::address_with(&link)).unwrap_or_default()
    }

    pub(super) fn keep(&mut self) {
        let link = self.desk.borrow().link();
        if let Some(link) = link.filter(|link| *link != self.kept) {
            self.before = store::link_in_address().unwrap_or_default();
            store::keep_link(&link);
            self.kept = link;
        }
        self.keep_here();
    }

    /// Keeps the run at once, and once more after the last of what may follow: a page can be gone at any moment, but an
    /// address may not be changed many times a second.
    pub(super) fn keep_soon(&mut self, ctx: &Context<Self>) {
        if self.keeping.is_none() {
            self.keep();
            let link = ctx.link().clone();
            self.keeping = Some(Timeout::new(KEEP, move || link.send_message(Msg::Keep)));
        }
    }
}
