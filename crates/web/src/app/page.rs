//! The site as it is drawn: its head, its panels, and what opens over them.

use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::dialogs::{self, Shared};
use super::panels;
use super::tag::{Link, button, click, fixed, given, hears, known, raw, tag, text};
use super::{App, Dialog, Msg, Tab, download, quality, set_up, shop_panels, store_page};
use crate::later;

/// By the place in [`TABS`](super::TABS).
pub(super) const TAB_IDS: [&str; 7] =
    ["tab-logs", "tab-events", "tab-checks", "tab-node", "tab-orders", "tab-order", "tab-store"];

const HOW: &str = "How to read it";
const NIGHT: &str = "Day or night";
const MOON: &str =
    r#"<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M13 10A6 6 0 1 1 6.5 2.5 5 5 0 0 0 13 10z"/></svg>"#;

impl App {
    /// All of it.
    pub(super) fn page(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let (title, story) = {
            let desk = self.desk.borrow();
            (desk.title().to_owned(), desk.summary().to_owned())
        };
        let open = |class, words, dialog| button(class, words, link, Msg::Open(Some(dialog)));
        let help = fixed!("type" = "button", "class" = "small", "aria-label" = HOW, "title" = HOW);
        let night = fixed!("type" = "button", "class" = "pill icon", "aria-label" = NIGHT, "title" = NIGHT);
        let piece = vec![
            tag("h1", fixed!(), None, vec![text(title)]),
            tag("button", help, click(link, Msg::Open(Some(Dialog::Help))), vec![text("?")]),
            tag("p", fixed!(), None, vec![text(story)]),
        ];
        let nav = vec![
            open("pill", "Scenarios", Dialog::Scenarios),
            open("pill", "Set up", Dialog::SetUp),
            open("pill", "Share", Dialog::Share),
            tag("button", night, click(link, Msg::Theme), vec![raw(MOON)]),
        ];
        let head = vec![
            raw("<span class=\"logo\">tutti</span>"),
            tag("div", fixed!("class" = "piece"), None, piece),
            tag("nav", fixed!("aria-label" = "Site"), None, nav),
        ];
        let notice = self.notice.as_ref().map(|notice| {
            let words = tag("p", fixed!(), None, vec![text(notice.clone())]);
            let close = button("small", "Close", link, Msg::Dismiss);
            tag("div", fixed!("class" = "banner", "role" = "alert"), None, vec![words, close])
        });
        let all = vec![
            tag("header", fixed!("class" = "head"), None, head),
            known("main", fixed!("class" = "lab"), Vec::new(), Vec::new(), None, self.host.clone()),
            self.panels(ctx),
            notice.unwrap_or_default(),
            self.dialog.and_then(|dialog| Some(later::here()?.dialog(self, ctx, dialog))).unwrap_or_default(),
        ];
        tag("div", fixed!("class" = "page"), None, all)
    }

    /// What is open over the page.
    pub(crate) fn write_dialog(&self, link: &Link, dialog: Dialog) -> Html {
        let desk = self.desk.borrow();
        let (title, body) = match dialog {
            Dialog::Scenarios => ("Scenarios", dialogs::scenarios(desk.title(), &self.wrong, link)),
            Dialog::SetUp => ("Set up your own cluster", set_up::form(&desk.scenario(), &self.wrong, link)),
            Dialog::Help => (HOW, dialogs::help(&desk.scenario())),
            Dialog::Trace => ("Download the trace", download::form(self.made.as_deref(), link)),
            Dialog::Link(ends) => ("What this link is like", quality::form(&desk, ends, &self.wrong, link)),
            Dialog::Share => {
                let shared = Shared {
                    address: self.address(),
                    scenario: &desk.scenario(),
                    by_hand: desk.given() > 0,
                    said: self.said,
                    field: &self.field,
                };
                ("Share this run", dialogs::share(shared, link))
            }
        };
        dialogs::modal(title, &self.modal, link, body)
    }

    fn panels(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let name = self.desk.borrow().names().get(self.selected).to_owned();
        let broken = self.broken;
        let mut tabs = Vec::new();
        let mut labelled = TAB_IDS[0];
        for &tab in self.tabs() {
            let i = tab as usize;
            let words: AttrValue = match tab {
                Tab::Logs => "Logs".into(),
                Tab::Events => "Events".into(),
                Tab::Checks if broken => "Checks: broken".into(),
                Tab::Checks => "Checks".into(),
                Tab::Node if self.selected.0 as usize >= self.servers() => ["Node: ", &name].concat().into(),
                Tab::Node => ["Node ", &name].concat().into(),
                Tab::Orders => "Orders".into(),
                Tab::Order => self.order_name(),
                Tab::Store => "Store".into(),
            };
            let selected = tab == self.tab;
            if selected {
                labelled = TAB_IDS[i];
            }
            let (state, stop) = if selected { ("true", "0") } else { ("false", "-1") };
            let alarm = if broken && tab == Tab::Checks { "alarm" } else { "" };
            let values = ["button", "tab", TAB_IDS[i], "panel", state, stop, alarm].map(|value| Some(value.into()));
            let names = &["type", "role", "id", "aria-controls", "aria-selected", "tabindex", "class"];
            tabs.push(tag("button", given(names, values.into()), click(link, Msg::Show(tab)), vec![text(words)]));
        }
        let panel = match self.tab {
            Tab::Logs => self.logs.as_ref().map(|view| panels::logs(view, &self.reel, link)),
            _ => later::here().map(|later| later.panel(self, ctx)),
        };
        let keys = hears(ListenerKind::onkeydown, link, |event| Some(Msg::Tabs(event.unchecked_into())));
        let class = if self.open { "panels open" } else { "panels" };
        let values = ["panel", "panel", "tabpanel", labelled, "0"].map(|value| Some(value.into()));
        let names = &["class", "id", "role", "aria-labelledby", "tabindex"];
        let parts = vec![
            tag("div", fixed!("class" = "tabs", "role" = "tablist"), keys, tabs),
            tag("div", given(names, values.into()), None, vec![panel.unwrap_or_default()]),
        ];
        let attributes = given(&["class", "aria-label"], vec![Some(class.into()), Some("Panels".into())]);
        tag("section", attributes, None, parts)
    }

    /// What the order is called that is followed.
    fn order_name(&self) -> AttrValue {
        let order = self.desk.borrow().followed().unwrap_or_default();
        ["Order ", &order.0.to_string()].concat().into()
    }

    /// A panel other than the logs.
    pub(crate) fn write_panel(&self, link: &Link) -> Html {
        let panel = match self.tab {
            Tab::Logs => None,
            Tab::Events => self.events.as_ref().map(|view| panels::events(view, link)),
            Tab::Checks => self.checks.as_ref().map(|view| panels::checks(view, link)),
            Tab::Node => self.node.as_ref().map(|view| panels::node(view, link)),
            Tab::Orders => self.orders.as_ref().map(|view| shop_panels::orders(view, link)),
            Tab::Order => self.order.as_ref().map(|view| shop_panels::order(view, link)),
            Tab::Store => self.shelf.as_deref().and_then(|shelf| store_page::panel(shelf, link)),
        };
        panel.unwrap_or_default()
    }

    fn servers(&self) -> usize {
        let desk = self.desk.borrow();
        desk.world().ids().filter(|&id| desk.world().process(id).server().is_some()).count()
    }
}
