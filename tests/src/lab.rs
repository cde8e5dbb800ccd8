//! The lab as a person sees it: its nodes by what is said of them, its moment, its menus. A run is opened by a link to
//! an exact moment of it, so that no test depends on how fast a machine is.

use serde_json::json;
use tutti_core::base::Time;
use tutti_core::scenario::{Scenario, presets};
use tutti_core::timeline::{self, Player};

use crate::{Element, Key, Page, Setting, Site};

/// A preset.
#[must_use]
#[track_caller]
pub fn preset(name: &str) -> Scenario {
    presets::get(name).unwrap_or_else(|| panic!("there is no preset {name}"))
}

/// The part of an address that leads to a moment of a scenario, in milliseconds.
#[must_use]
#[track_caller]
pub fn link_to(scenario: &Scenario, ms: u64) -> String {
    let mut player = Player::new(scenario.setup(), scenario.plan());
    player.timeline_mut().seek(Time(ms * 1_000));
    let link = timeline::link(player.timeline(), scenario).unwrap_or_else(|error| panic!("{error}"));
    format!("#{link}")
}

impl Page {
    /// Opens a window at a moment of a preset, in milliseconds. It is paused there.
    #[must_use]
    #[track_caller]
    pub fn at(site: &Site, setting: &Setting, name: &str, ms: u64) -> Page {
        let page = Page::open(site, setting, &link_to(&preset(name), ms));
        page.wait_until("the page is at the moment of the link", || page.try_moment() == Some(ms));
        page
    }

    /// Goes to a moment of a scenario, in milliseconds.
    #[track_caller]
    pub fn go_to(&self, scenario: &Scenario, ms: u64) {
        // The same page with another link is not loaded again, and the moment may even be the same.
        self.goto("about:blank");
        self.goto(&link_to(scenario, ms));
        self.wait_until("the page is at the moment of the link", || self.try_moment() == Some(ms));
    }

    /// The button over a node: what a screen reader says of it tells how the node is.
    #[must_use]
    #[track_caller]
    pub fn node(&self, name: &str) -> Element<'_> {
        self.button_over("nodes", &[&format!("server {name}, "), &format!("{name}, ")])
    }

    /// The button over one direction of a link.
    #[must_use]
    #[track_caller]
    pub fn link(&self, from: &str, to: &str) -> Element<'_> {
        self.button_over("links", &[&format!("link from {from} to {to}, ")])
    }

    #[track_caller]
    fn button_over(&self, group: &str, begins: &[&str]) -> Element<'_> {
        let css = format!(".tt-{group} button");
        self.wait_for(&format!("there is {begins:?}"), || {
            let at = self.labels(group).iter().position(|label| begins.iter().any(|begin| label.starts_with(begin)))?;
            self.find_all(&css).into_iter().nth(at)
        })
    }

    /// What is said of all nodes, links or messages, at one moment.
    #[must_use]
    #[track_caller]
    pub fn labels(&self, group: &str) -> Vec<String> {
        let css = format!(".tt-{group} button");
        let all = "return [...document.querySelectorAll(arguments[0])].map(b => b.ariaLabel)";
        let said = self.run(all, &[json!(css)]);
        said.as_array().into_iter().flatten().filter_map(|label| Some(label.as_str()?.to_owned())).collect()
    }

    /// Who leads and runs.
    #[must_use]
    #[track_caller]
    pub fn leader(&self) -> Option<String> {
        let leads = |label: &String| label.starts_with("server ") && label.contains("leader, ") && is(label, "alive");
        let label = self.labels("nodes").into_iter().find(leads)?;
        Some(label["server ".len()..].chars().take(1).collect())
    }

    /// Waits until something is said of a node.
    #[track_caller]
    pub fn wait_for_node(&self, name: &str, words: &str) {
        self.wait_until(&format!("{name} is {words}"), || self.node(name).label().contains(words));
    }

    /// Waits until one direction of a link is cut, or whole.
    #[track_caller]
    pub fn wait_for_link(&self, from: &str, to: &str, cut: bool) {
        let what = format!("{from} to {to} is {}", if cut { "cut" } else { "open" });
        self.wait_until(&what, || self.link(from, to).label().contains(", cut.") == cut);
    }

    /// Whether time goes by.
    #[must_use]
    #[track_caller]
    pub fn playing(&self) -> bool {
        self.find(".tt-play").label().contains("Pause")
    }

    /// Stops the time.
    #[track_caller]
    pub fn pause(&self) {
        if self.playing() {
            self.click(&self.find(".tt-play"));
        }
        self.wait_until("it is paused", || !self.playing());
    }

    /// Lets time go by as fast as it can.
    #[track_caller]
    pub fn fast_forward(&self) {
        self.click(&self.find(".tt-speed input"));
        self.press(Key::End);
        if !self.playing() {
            self.click(&self.find(".tt-play"));
        }
    }

    /// The moment, in milliseconds.
    #[must_use]
    #[track_caller]
    pub fn moment(&self) -> u64 {
        self.try_moment().unwrap_or_else(|| panic!("a moment: {}", self.find(".tt-clock").text()))
    }

    /// Whether it stands at a moment, if it stands at any yet.
    #[must_use]
    pub fn is_at(&self, moment: u64) -> bool {
        self.try_moment() == Some(moment)
    }

    fn try_moment(&self) -> Option<u64> {
        let text = self.find_all(".tt-clock").first()?.text();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    /// Chooses from the menu that a right click on something opens.
    #[track_caller]
    pub fn choose(&self, of: &Element<'_>, what: &str) {
        self.right_click(of);
        self.choose_open(what);
    }

    /// Chooses from the menu that is open.
    #[track_caller]
    pub fn choose_open(&self, what: &str) {
        let item = self.wait_for(&format!("the menu offers `{what}`"), || {
            self.find_all("[role=menuitem]").into_iter().find(|item| item.text().starts_with(what))
        });
        self.click(&item);
        self.wait_until("the menu is closed", || self.find_all("[role=menu]").is_empty());
    }

    /// Writes into a field what was not in it.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        let field = self.find(css);
        self.click(&field);
        self.press_with(&[Key::Control], Key::Letter('a'));
        self.type_text(text);
        assert_eq!(field.property("value"), text, "what was typed into {css}");
    }

    /// The label of what has the focus.
    #[must_use]
    #[track_caller]
    pub fn focused(&self) -> String {
        let label = self.run("return document.activeElement.getAttribute('aria-label') || ''", &[]);
        label.as_str().unwrap_or_default().to_owned()
    }

    /// Presses the tab key until something has the focus whose label begins so.
    #[track_caller]
    pub fn tab_to(&self, begin: &str) {
        for _ in 0..40 {
            self.press(Key::Tab);
            if self.focused().starts_with(begin) {
                return;
            }
        }
        panic!("the tab key does not lead to `{begin}`");
    }
}

fn is(label: &str, status: &str) -> bool {
    label.contains(&format!(", {status}."))
}
