//! The form for one's own cluster.

use tutti_core::consensus::raft::Defect;
use tutti_core::scenario::Scenario;
use web_sys::Element;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::Msg;
use super::fields::{Field, Wrong, input, sent, take, tick, ticked};
use super::tag::{Link, fixed, hears, list, said, submit, tag, text};

const CLUSTER: [Field; 5] = [
    ("cluster.servers", "Servers"),
    ("cluster.election_timeout", "Election timeout"),
    ("cluster.heartbeat", "Heartbeat every"),
    ("cluster.disk_sync", "A write to disk takes"),
    ("cluster.snapshot_every", "Snapshot every so many entries"),
];
const NETWORK: [Field; 5] = [
    ("network.latency", "Latency"),
    ("network.bandwidth", "Bytes a second, 0: any"),
    ("network.loss", "Messages lost"),
    ("network.duplicate", "Messages doubled"),
    ("network.reorder", "Messages overtaking"),
];
const LOAD: [Field; 4] = [
    ("load.clients", "Clients"),
    ("load.rate", "Requests a second"),
    ("load.reads", "Of them reads"),
    ("seed", "Seed of all chance"),
];

/// How a latency is written.
pub(super) const LATENCY: &str =
    "A latency is always the same (5ms), anything between two (5ms..15ms), or mostly short with a long tail (5ms+3ms).";

/// The form, filled with the scenario that is played.
pub(super) fn form(now: &Scenario, wrong: &Wrong, link: &Link) -> Html {
    let group = |legend: &'static str, parts: Vec<Html>| {
        let legend = tag("legend", fixed!(), None, vec![text(legend)]);
        tag("fieldset", fixed!(), None, vec![legend, list(parts)])
    };
    let inputs = |fields: &[Field]| -> Vec<Html> { fields.iter().map(|&f| input(f, "", now, wrong)).collect() };
    let mut network = inputs(&NETWORK);
    network.push(said("p", "said", LATENCY.into()));
    let protocol = vec![
        tick("pre_vote", "Ask before campaigning (pre-vote)", now.cluster.pre_vote),
        tick("check_quorum", "A leader without a majority steps down (check-quorum)", now.cluster.check_quorum),
    ];
    let defect = |d: Defect| tick(d.name(), d.name().replace('-', " "), now.cluster.defects.has(d));
    let other = |path: &str| CLUSTER.iter().chain(&NETWORK).chain(&LOAD).all(|f| f.0 != path);
    let parts = vec![
        group("Cluster", inputs(&CLUSTER)),
        group("Network", network),
        group("Load", inputs(&LOAD)),
        group("Protocol", protocol),
        group("Famous bugs, to see which check turns red", Defect::ALL.into_iter().map(defect).collect()),
        tag("div", fixed!("class" = "foot", "role" = "alert"), None, wrong.list(other)),
        tag("div", fixed!("class" = "foot"), None, vec![submit("Play this cluster")]),
    ];
    let send = hears(ListenerKind::onsubmit, link, |event| Some(Msg::SetUp(sent(event)?)));
    tag("form", fixed!("class" = "form", "novalidate" = "novalidate"), send, parts)
}

/// The scenario that the form describes. What the form does not ask for stays as it is played now, but for what was to
/// happen in it.
pub(super) fn read(form: &Element, now: &Scenario) -> Result<Scenario, Wrong> {
    let mut wrong = Wrong::default();
    let mut scenario = now.clone();
    for fields in [&CLUSTER[..], &NETWORK, &LOAD] {
        take(form, fields, "", &mut scenario, &mut wrong);
    }
    let cluster = &mut scenario.cluster;
    cluster.pre_vote = ticked(form, "pre_vote");
    cluster.check_quorum = ticked(form, "check_quorum");
    cluster.defects = Defect::ALL.into_iter().filter(|d| ticked(form, d.name())).collect::<Vec<_>>().into();
    scenario.network.links.clear();
    scenario.commands.clear();
    scenario.expect.clear();
    scenario.name = Default::default();
    scenario.story = Default::default();
    scenario.title = "Your own cluster".into();
    let size = [scenario.cluster.servers.to_string(), scenario.load.clients.to_string()];
    scenario.summary = [&size[0], " servers, ", &size[1], " clients, set up by hand"].concat().into();
    // What was not even read stands there as it was, so nothing is said of it twice.
    if let Err(error) = scenario.inspect() {
        wrong.add(error, "");
    }
    if wrong.is_empty() { Ok(scenario) } else { Err(wrong) }
}
