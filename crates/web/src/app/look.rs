//! What is taken from the desk for the panels.

use web_sys::Element;

use super::panels::{self, Look};
use super::shop;
use super::store_panel;
use super::views;
use super::{App, Tab};
use crate::later;
use crate::stage::dom::matches;

fn put<T: PartialEq>(place: &mut Option<T>, value: Option<T>) -> bool {
    let changed = *place != value;
    if changed {
        *place = value;
    }
    changed
}

impl App {
    /// What the visible panel shows. Returns whether anything of it changed.
    pub(super) fn look(&mut self) -> bool {
        let broken = !self.desk.borrow().run().violations().is_empty();
        let turned = std::mem::replace(&mut self.broken, broken) != broken;
        self.look_at_panel() || turned
    }

    fn look_at_panel(&mut self) -> bool {
        match self.tab {
            Tab::Logs => {
                let view = views::logs(&self.desk.borrow(), self.log_first);
                put(&mut self.logs, Some(view))
            }
            _ => later::here().is_some_and(|later| later.look(self)),
        }
    }

    /// What a panel other than the logs shows. Returns whether anything of it changed.
    pub(crate) fn look_closer(&mut self) -> bool {
        if self.tab == Tab::Order {
            let view = shop::order(&mut self.desk.borrow_mut(), self.version);
            return put(&mut self.order, view);
        }
        let desk = self.desk.borrow();
        match self.tab {
            Tab::Logs | Tab::Order => false,
            Tab::Orders => put(&mut self.orders, Some(shop::orders(&desk))),
            Tab::Events => {
                let side = |event| self.stage.as_ref().and_then(|stage| stage.side_of(event));
                let view = views::events(&desk, &self.wanted, &side);
                put(&mut self.events, Some(view))
            }
            Tab::Checks => put(&mut self.checks, Some(views::checks(&desk))),
            Tab::Store => store_panel::look(&mut self.shelf, &desk),
            Tab::Node => {
                let deeds = self.deeds().into_iter().map(|d| d.label).collect();
                put(&mut self.node, views::node(&desk, self.selected, deeds))
            }
        }
    }

    pub(super) fn visible(&self) -> bool {
        self.open || !matches("(max-width: 899px)")
    }

    /// Shows another part of the logs. Returns whether there is anything to draw.
    pub(super) fn look_in_logs(&mut self, look: Look) -> bool {
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
}
