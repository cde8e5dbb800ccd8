//! The form for what a link is like, each direction for itself.

use tutti_core::base::NodeId;
use tutti_core::lab::Command;
use tutti_core::scenario::{Ppm, Scenario};
use tutti_core::sim::Quality;
use web_sys::Element;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::Msg;
use super::fields::{Field, Wrong, input, sent, take, tick, ticked};
use super::set_up::LATENCY;
use super::tag::{Link, fixed, given, hears, said, submit, tag, text};
use crate::desk::Desk;
use crate::stage::act::Deed;

const FIELDS: [Field; 5] = [
    ("network.latency", "Latency"),
    ("network.bandwidth", "Bytes a second, 0: any"),
    ("network.loss", "Messages lost"),
    ("network.duplicate", "Messages doubled"),
    ("network.reorder", "Messages overtaking"),
];
/// The two directions, as the fields' names tell them apart.
const WAYS: [&str; 2] = ["there ", "back "];

/// A scenario in which every link is like this: what is typed is read as in a scenario.
fn as_scenario(quality: Quality) -> Scenario {
    let mut scenario = Scenario::default();
    let network = &mut scenario.network;
    network.latency = quality.latency;
    network.bandwidth = quality.bandwidth.unwrap_or(0);
    network.loss = Ppm(quality.loss_ppm);
    network.duplicate = Ppm(quality.duplicate_ppm);
    network.reorder = Ppm(quality.reorder_ppm);
    scenario
}

fn now(desk: &Desk, ends: [NodeId; 2]) -> [Quality; 2] {
    [desk.quality(ends[0], ends[1]), desk.quality(ends[1], ends[0])]
}

/// The form, filled with what the link is like now.
pub(super) fn form(desk: &Desk, ends: [NodeId; 2], wrong: &Wrong, link: &Link) -> Html {
    let qualities = now(desk, ends);
    let names = ends.map(|end| desk.names().get(end));
    let part = |way: usize| {
        let scenario = as_scenario(qualities[way]);
        let legend = [names[way], " → ", names[1 - way]].concat();
        let mut parts = vec![tag("legend", fixed!(), None, vec![text(legend)])];
        parts.extend(FIELDS.iter().map(|&f| input(f, WAYS[way], &scenario, wrong)));
        tag("fieldset", given(&["class"], vec![Some(WAYS[way].trim_end().into())]), None, parts)
    };
    let parts = vec![
        part(0),
        tick("alike", "The same the other way", qualities[0] == qualities[1]),
        part(1),
        said("p", "said foot", LATENCY.into()),
        tag("div", fixed!("class" = "foot"), None, vec![submit("Make it so")]),
    ];
    let send = hears(ListenerKind::onsubmit, link, |event| Some(Msg::SetLink(sent(event)?)));
    tag("form", fixed!("class" = "form", "novalidate" = "novalidate"), send, parts)
}

/// What is to be done so that the link is as the form says.
pub(super) fn read(form: &Element, desk: &Desk, ends: [NodeId; 2]) -> Result<Deed, Wrong> {
    let mut wrong = Wrong::default();
    let before = now(desk, ends);
    let mut after = before;
    let alike = ticked(form, "alike");
    for way in 0..2 {
        let typed = WAYS[if alike { 0 } else { way }];
        let mut scenario = as_scenario(before[way]);
        take(form, &FIELDS, typed, &mut scenario, &mut wrong);
        if let Err(error) = scenario.inspect() {
            wrong.add(error, typed);
        }
        after[way] = scenario.network.common();
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let changed = (0..2).filter(|&way| before[way] != after[way]);
    let set = |way: usize| Command::SetLink { from: ends[way], to: ends[1 - way], quality: after[way] };
    let names = ends.map(|end| desk.names().get(end));
    let said = [names[0], " – ", names[1], ": changed"].concat();
    Ok(Deed { label: String::new(), commands: changed.map(set).collect(), said, toast: true, asks: false })
}
