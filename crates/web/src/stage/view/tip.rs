//! A word about what the pointer is on, and how long the hint stays.

use tutti_core::base::NodeId;
use tutti_core::lab::scene::Scene;

use super::View;
use crate::later;
use crate::stage::Told;
use crate::stage::act;
use crate::stage::dom::{px, style, text_if_new};
use crate::stage::geom::pt;
use crate::stage::gesture::Target;

impl View {
    /// The hint has done its work.
    pub fn hinted(&mut self) {
        if self.hint > 0.0 {
            self.told.push(Told::Hinted);
            self.hint_for(-self.hint);
        }
    }

    /// The hint stays for so many milliseconds more, or less. When it is gone it leaves its room behind: nothing may
    /// move under a pointer.
    pub(super) fn hint_for(&mut self, more: f64) {
        self.hint += more;
        if self.hint <= 0.0 {
            self.beckons = false;
            style(&self.parts.hint, "visibility", "hidden");
        }
    }

    /// What is said of a target that the pointer is on.
    pub(crate) fn tip_words(&self, target: Target) -> Option<String> {
        match target {
            Target::Message(id) => self.message_words(id),
            target => act::click(&self.scene, target).map(|deed| match target {
                Target::Node(i) => ["Click: ", &lower(&deed.label), &name_after(&self.scene, i)].concat(),
                Target::Link(part) => {
                    let like = act::quality(&self.scene, part).unwrap_or_default();
                    ["Click: ", &lower(&deed.label), " (", &like, ")"].concat()
                }
                Target::Message(_) => ["Click: ", &lower(&deed.label)].concat(),
            }),
        }
    }

    pub(super) fn show_tip(&self) {
        let words = match self.hover {
            None => None,
            Some(_) if self.menu.is_some() || self.gesture.swipe().is_some() => None,
            Some(target) => later::here().and_then(|later| later.tip(self, target)),
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
        let at = match self.hover {
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
}

fn lower(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn name_after(scene: &Scene, i: usize) -> String {
    [" ", &act::name(scene, NodeId(i as u16))].concat()
}
