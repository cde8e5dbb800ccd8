//! What the site does with what it hears.

use wasm_bindgen::prelude::*;
use yew::prelude::*;

use super::dialogs::{self, Own, Piece};
use super::fields::Wrong;
use super::page::TAB_IDS;
use super::{App, Dialog, Msg, Tab, download, quality, set_up, store};
use crate::bench;
use crate::desk;
use crate::stage::Told;
use crate::stage::dom::{document, matches, window};

const BY_HAND: &str = "It cannot be copied from here: press Ctrl+C.";

/// Waits for a promise.
fn then(promise: &js_sys::Promise, done: impl FnOnce(JsValue) + 'static, failed: impl FnOnce(JsValue) + 'static) {
    let (done, failed) = (Closure::once_into_js(done), Closure::once_into_js(failed));
    let _ = js_sys::Reflect::get(promise, &"then".into())
        .and_then(|f| f.unchecked_into::<js_sys::Function>().call2(promise, &done, &failed));
}

impl App {
    /// Does what it hears, and says whether anything has to be drawn.
    pub(crate) fn hear(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Stage(Told::Tick) => {
                if self.bench && bench::ready(&self.desk.borrow()) {
                    bench::leave("{\"ready\": true}");
                }
                self.visible() && self.look()
            }
            Msg::Stage(Told::Arrived) => {
                if let (Some(stage), Some(sight)) = (&self.stage, self.sight.take()) {
                    stage.see(sight);
                }
                let other = self.desk.borrow_mut().other_engine();
                if let Some(engine) = other {
                    let words = [
                        "This link was made with engine ",
                        &engine,
                        ", and this one (",
                        desk::THIS_ENGINE,
                        ") plays it otherwise: you may not see what its maker saw.",
                    ];
                    self.notice = Some(words.concat());
                }
                true
            }
            Msg::Stage(Told::Changed) => {
                self.sight = None;
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
            Msg::Stage(Told::Followed(order)) => {
                self.version = None;
                match order {
                    Some(_) => self.tab = Tab::Order,
                    None if self.tab == Tab::Order => self.tab = Tab::Orders,
                    None => {}
                }
                self.look();
                true
            }
            Msg::Follow(order) => {
                if let Some(stage) = &self.stage {
                    stage.follow(order);
                }
                true
            }
            Msg::Version(version) => {
                self.version = Some(version);
                self.look()
            }
            Msg::Stage(Told::AskedForLink(from, to)) => {
                ctx.link().send_message(Msg::Open(Some(Dialog::Link([from, to]))));
                false
            }
            Msg::Missing | Msg::Stage(Told::Missing) => false,
            Msg::Stage(Told::Picked) => self.visible() && self.look(),
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
                let tabs = self.tabs();
                let at = tabs.iter().position(|&t| t == self.tab).unwrap_or(0);
                let to = match event.key().as_str() {
                    "ArrowRight" => (at + 1) % tabs.len(),
                    "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
                    _ => return false,
                };
                event.prevent_default();
                self.tab = tabs[to];
                self.look();
                if let Some(tab) = document().get_element_by_id(TAB_IDS[tabs[to] as usize]) {
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
                self.made = None;
                changed
            }
            Msg::Play(number) => {
                if let Some(scenario) = desk::presets().into_iter().nth(number) {
                    self.begin_with(ctx, scenario);
                }
                true
            }
            Msg::SetUp(form) => {
                let read = set_up::read(&form, &self.desk.borrow().scenario());
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
            Msg::Save(form) => {
                let made = download::read(&form).map(|ask| download::make(&self.desk.borrow(), &ask));
                self.made = made.map(|made| Box::new(made) as Box<dyn std::any::Any>);
                true
            }
            Msg::Said(said) => {
                self.said = said;
                true
            }
            Msg::Filter(filter, value) => {
                filter.put(&mut self.wanted, value);
                self.look()
            }
            Msg::Chain(event) => {
                self.wanted.chain = event;
                self.look()
            }
            Msg::Look(look) => self.look_in_logs(look),
            Msg::Go(time) => {
                if let Some(stage) = &self.stage {
                    stage.go_to(time);
                }
                false
            }
            Msg::Pick(event, time) => {
                if let Some(stage) = &self.stage {
                    stage.go_to(time);
                    stage.pick(Some((event, time)));
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
            Msg::Store(ask, value) => self.ask_store(ctx, ask, &value),
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
            Msg::Resume => {
                self.resume();
                true
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
}
