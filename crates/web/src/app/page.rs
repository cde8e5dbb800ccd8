//! The site as it is drawn: its head, its panels, and what opens over them.

use yew::prelude::*;

use super::dialogs::{self, Shared};
use super::panels;
use super::{App, Dialog, Msg, TABS, Tab, quality, set_up};

pub(super) const TAB_IDS: [&str; 4] = ["tab-logs", "tab-events", "tab-checks", "tab-node"];

impl App {
    /// All of it.
    pub(super) fn page(&self, ctx: &Context<Self>) -> Html {
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
