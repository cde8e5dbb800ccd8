//! What can be done to what: the ordinary thing on a click, the rest in a menu. It only makes commands; it does nothing.

use smol_str::SmolStr;
use tutti_core::base::{MessageId, NodeId, RegisterCommand, RegisterQuery, Span};
use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{LinkView, NodeKind, NodeView, Scene, Status};
use tutti_core::lab::{Command, Request};
use tutti_core::scenario::limits::MAX_SPAN;
use tutti_core::sim::{Latency, Quality};

use super::gesture::{LinkPart, Target};

/// One thing that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// What it is called on a button.
    pub label: String,
    /// What it asks of the world.
    pub commands: Vec<Command>,
    /// What was done, in words: a branch that begins with it is called so.
    pub said: String,
    /// A toast says so, and offers to undo it.
    pub toast: bool,
    /// It is not done at once: whoever mounted the stage asks for the particulars.
    pub asks: bool,
}

impl Deed {
    fn new(label: impl Into<String>, command: Command, said: String) -> Deed {
        Deed { label: label.into(), commands: vec![command], said, toast: false, asks: false }
    }

    fn many(label: impl Into<String>, commands: Vec<Command>, said: String) -> Deed {
        Deed { label: label.into(), commands, said, toast: true, asks: false }
    }

    /// What takes it back, if that can be: links that were cut are healed again.
    pub fn undo(&self) -> Option<Deed> {
        let back = |command: &Command| match *command {
            Command::Cut { from, to } => Some(Command::Heal { from, to }),
            Command::Heal { from, to } => Some(Command::Cut { from, to }),
            _ => None,
        };
        let commands = self.commands.iter().map(back).collect::<Option<Vec<_>>>()?;
        Some(Deed {
            label: "Undo".to_owned(),
            commands,
            said: [&self.said, ", undone"].concat(),
            toast: false,
            asks: false,
        })
    }
}

/// The node's name.
pub fn name(scene: &Scene, node: NodeId) -> SmolStr {
    scene.nodes.get(node.0 as usize).map(|n| n.name.clone()).unwrap_or_default()
}

fn link(scene: &Scene, from: NodeId, to: NodeId) -> Option<&LinkView> {
    scene.links.iter().find(|l| l.from == from && l.to == to)
}

fn is_cut(scene: &Scene, from: NodeId, to: NodeId) -> bool {
    link(scene, from, to).is_some_and(|l| l.cut)
}

fn id(i: usize) -> NodeId {
    NodeId(i as u16)
}

/// The ordinary thing to do with a target.
pub fn click(scene: &Scene, target: Target) -> Option<Deed> {
    match target {
        Target::Node(i) => scene.nodes.get(i).map(node_click),
        Target::Link(part) => Some(link_click(scene, part)),
        Target::Message(_) => None,
    }
}

fn node_click(node: &NodeView) -> Deed {
    let node_id = node.id;
    let said = |what: &str| [&node.name, what].concat();
    match node.status {
        Status::Alive => Deed::new("Kill", Command::Crash { node: node_id }, said(" killed")),
        Status::Paused => Deed::new("Let it go on", Command::Resume { node: node_id }, said(" goes on")),
        Status::Dead => Deed::new("Restart", Command::Restart { node: node_id }, said(" restarted")),
    }
}

fn link_click(scene: &Scene, part: LinkPart) -> Deed {
    let (a, b) = (id(part.from), id(part.to));
    let (there, back) = (is_cut(scene, a, b), is_cut(scene, b, a));
    let (na, nb) = (name(scene, a), name(scene, b));
    if part.both {
        let between = [" between ", &na, " and ", &nb].concat();
        if there && back {
            let heal = vec![Command::Heal { from: a, to: b }, Command::Heal { from: b, to: a }];
            let said = [&na, " – ", &nb, " healed"].concat();
            Deed { label: ["Heal the link", &between].concat(), commands: heal, said, toast: false, asks: false }
        } else {
            let mut cut = Vec::new();
            if !there {
                cut.push(Command::Cut { from: a, to: b });
            }
            if !back {
                cut.push(Command::Cut { from: b, to: a });
            }
            let said = [&na, " – ", &nb, " cut"].concat();
            Deed { label: ["Cut the link", &between].concat(), commands: cut, said, toast: false, asks: false }
        }
    } else {
        let way = [&*na, " → ", &nb].concat();
        if there {
            Deed::new(["Heal ", &way].concat(), Command::Heal { from: a, to: b }, [&way, " healed"].concat())
        } else {
            Deed::new(["Cut ", &way].concat(), Command::Cut { from: a, to: b }, [&way, " cut"].concat())
        }
    }
}

/// Cuts all these links, both ways.
pub fn cut_all(scene: &Scene, links: &[(usize, usize)]) -> Deed {
    let mut commands = Vec::new();
    for &(a, b) in links {
        for (from, to) in [(id(a), id(b)), (id(b), id(a))] {
            if link(scene, from, to).is_some_and(|l| !l.cut) {
                commands.push(Command::Cut { from, to });
            }
        }
    }
    let count = links.len();
    let said = if count == 1 { "1 link cut".to_owned() } else { [&count.to_string(), " links cut"].concat() };
    Deed::many("Cut", commands, said)
}

/// A client that runs, to send a request with.
fn a_client(scene: &Scene) -> Option<NodeId> {
    let client = |n: &&NodeView| matches!(n.kind, NodeKind::Client(_)) && n.status == Status::Alive;
    scene.nodes.iter().find(client).map(|n| n.id)
}

/// All that can be done with a node. `fresh` makes a value that was not written before.
pub fn node_menu(scene: &Scene, node: &NodeView, fresh: &str) -> Vec<Deed> {
    let mut deeds = vec![node_click(node)];
    let node_id = node.id;
    match node.status {
        Status::Alive => {
            deeds.push(Deed::new("Pause", Command::Pause { node: node_id }, [&node.name, " paused"].concat()));
        }
        Status::Paused => {
            deeds.push(Deed::new("Kill", Command::Crash { node: node_id }, [&node.name, " killed"].concat()));
        }
        Status::Dead => {}
    }
    if let NodeKind::Server(server) = &node.kind {
        if node.status == Status::Alive {
            if server.role != Role::Leader {
                let request = Request::TimeoutNow;
                let command = Command::Request { node: node_id, request };
                let said = [&node.name, " timed out by hand"].concat();
                deeds.push(Deed::new("Time out now: stand for election", command, said));
            }
            if let Some(client) = a_client(scene) {
                let command = RegisterCommand::Put { key: "x".into(), value: fresh.into() };
                let put = Request::Put { server: node_id, command };
                let write = ["Send a request here: write x = ", fresh].concat();
                let said = ["a write sent to ", &node.name].concat();
                deeds.push(Deed::new(write, Command::Request { node: client, request: put }, said));
                let get = Request::Get { server: node_id, query: RegisterQuery::Get { key: "x".into() } };
                let said = ["a read sent to ", &node.name].concat();
                let command = Command::Request { node: client, request: get };
                deeds.push(Deed::new("Send a request here: read x", command, said));
            }
        }
        let others = || {
            let server = |n: &&NodeView| n.id != node_id && matches!(n.kind, NodeKind::Server(_));
            scene.nodes.iter().filter(server).flat_map(|n| [(node_id, n.id), (n.id, node_id)])
        };
        let open: Vec<Command> =
            others().filter(|&(f, t)| !is_cut(scene, f, t)).map(|(from, to)| Command::Cut { from, to }).collect();
        let cut: Vec<Command> =
            others().filter(|&(f, t)| is_cut(scene, f, t)).map(|(from, to)| Command::Heal { from, to }).collect();
        if !open.is_empty() {
            deeds.push(Deed::many("Cut it off from the others", open, [&node.name, " is cut off"].concat()));
        }
        if !cut.is_empty() {
            deeds.push(Deed::many("Heal its links", cut, [&node.name, " is connected again"].concat()));
        }
    }
    deeds
}

/// What a link is like and was at first, there and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Qualities {
    /// Now.
    pub now: [Quality; 2],
    /// When the run began.
    pub first: [Quality; 2],
}

/// All that can be done with a link.
pub fn link_menu(scene: &Scene, part: LinkPart, qualities: Qualities) -> Vec<Deed> {
    let LinkPart { from, to, .. } = part;
    let mut deeds = vec![
        link_click(scene, LinkPart { from, to, both: true }),
        link_click(scene, LinkPart { from, to, both: false }),
        link_click(scene, LinkPart { from: to, to: from, both: false }),
    ];
    let (a, b) = (id(from), id(to));
    let set = |[there, back]: [Quality; 2]| {
        vec![Command::SetLink { from: a, to: b, quality: there }, Command::SetLink { from: b, to: a, quality: back }]
    };
    let Qualities { now, first } = qualities;
    let between = [&name(scene, a), " – ", &name(scene, b)].concat();
    let slow = now.map(|quality| Quality { latency: five_times(quality.latency), ..quality });
    deeds.push(Deed::many("Make it five times slower", set(slow), [&between, ": slow"].concat()));
    let bad = now.map(|quality| Quality { loss_ppm: 300_000, ..quality });
    if bad != now {
        deeds.push(Deed::many("Lose 3 of 10 messages on it", set(bad), [&between, ": lossy"].concat()));
    }
    if now != first {
        deeds.push(Deed::many("Make it as it was at first", set(first), [&between, ": as at first"].concat()));
    }
    let asks = Deed { asks: true, ..Deed::many("Latency, loss and more …", Vec::new(), between) };
    deeds.push(asks);
    deeds
}

fn five_times(latency: Latency) -> Latency {
    // Nothing may take longer than a scenario could say.
    let times = |span: Span| Span(span.0.saturating_mul(5)).min(MAX_SPAN);
    match latency {
        Latency::Fixed(span) => Latency::Fixed(times(span)),
        Latency::Uniform { min, max } => Latency::Uniform { min: times(min), max: times(max) },
        Latency::LongTail { min, mean_extra } => Latency::LongTail { min: times(min), mean_extra: times(mean_extra) },
    }
}

/// All that can be done with a message in flight.
pub fn message_menu(scene: &Scene, message: MessageId) -> Vec<Deed> {
    let held = scene.messages.iter().any(|m| m.id == message && m.held);
    let mut deeds = Vec::new();
    let of = scene.messages.iter().find(|m| m.id == message);
    let said = |what: &str| {
        of.map_or_else(String::new, |m| {
            let (from, to) = (name(scene, m.from), name(scene, m.to));
            ["a message from ", &from, " to ", &to, what].concat()
        })
    };
    if !held {
        deeds.push(Deed::new("Hold it", Command::Hold { message }, said(" held")));
    }
    deeds.push(Deed::new("Deliver it now", Command::DeliverNow { message }, said(" delivered at once")));
    deeds.push(Deed::new("Drop it", Command::Drop { message }, said(" dropped")));
    let delay = Command::Delay { message, by: Span::millis(50) };
    deeds.push(Deed::new("Delay it by 50 ms", delay, said(" delayed")));
    deeds.push(Deed::new("Duplicate it", Command::Duplicate { message }, said(" doubled")));
    deeds
}

/// What can be done on the empty stage.
pub fn stage_menu(scene: &Scene) -> Vec<Deed> {
    let mut deeds = Vec::new();
    if scene.links.iter().any(|l| l.cut) {
        deeds.push(Deed::new("Heal every link", Command::HealAll, "every link healed".to_owned()));
    }
    let dead: Vec<Command> = scene
        .nodes
        .iter()
        .filter_map(|n| match n.status {
            Status::Dead => Some(Command::Restart { node: n.id }),
            Status::Paused => Some(Command::Resume { node: n.id }),
            Status::Alive => None,
        })
        .collect();
    if !dead.is_empty() {
        deeds.push(Deed::many("Everybody up again", dead, "Everybody is up again".to_owned()));
    }
    deeds
}

/// What a screen reader says of a node.
pub fn node_words(node: &NodeView) -> String {
    let status = match node.status {
        Status::Alive => "alive",
        Status::Paused => "paused",
        Status::Dead => "dead",
    };
    let act = match node.status {
        Status::Alive => "Enter kills it.",
        Status::Paused => "Enter lets it go on.",
        Status::Dead => "Enter restarts it.",
    };
    match &node.kind {
        NodeKind::Server(s) => {
            let term = s.term.0.to_string();
            let votes = if matches!(s.role, Role::Candidate | Role::PreCandidate) && node.status == Status::Alive {
                [", ", &s.votes.len().to_string(), " of ", &s.majority.to_string(), " votes"].concat()
            } else {
                String::new()
            };
            let role = if node.status == Status::Dead { "" } else { s.role.name() };
            let comma = if role.is_empty() { "" } else { ", " };
            ["server ", &node.name, comma, role, ", term ", &term, &votes, ", ", status, ". ", act].concat()
        }
        NodeKind::Client(c) => {
            let waiting = c.waiting.to_string();
            [
                &node.name,
                ", ",
                status,
                ", ",
                &waiting,
                " requests waiting, ",
                &c.answered.to_string(),
                " answered. ",
                act,
            ]
            .concat()
        }
    }
}

/// What a screen reader says of one direction of a link.
pub fn link_words(scene: &Scene, link: &LinkView) -> String {
    let (from, to) = (name(scene, link.from), name(scene, link.to));
    let (state, act) = if link.cut { ("cut", "Enter heals it.") } else { ("open", "Enter cuts it.") };
    ["link from ", &from, " to ", &to, ", ", state, ". ", act].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::Time;
    use tutti_core::lab::scene::ClientView;

    fn scene() -> Scene {
        let client = |n: u16, status| NodeView {
            id: NodeId(n),
            name: ["A", "B", "C"][n as usize].into(),
            status,
            kind: NodeKind::Client(ClientView { waiting: 0, answered: 0, retries: 0, target: None }),
        };
        let mut links = Vec::new();
        for a in 0..3u16 {
            for b in (0..3u16).filter(|&b| b != a) {
                let (from, to) = (NodeId(a), NodeId(b));
                links.push(LinkView { from, to, cut: (a, b) == (0, 1), typical_latency: Span::millis(5), loss_ppm: 0 });
            }
        }
        let nodes = vec![client(0, Status::Alive), client(1, Status::Paused), client(2, Status::Dead)];
        Scene { time: Time(0), nodes, links, messages: Vec::new() }
    }

    #[test]
    fn a_click_kills_the_living_and_wakes_the_others() {
        let s = scene();
        let commands = |i| click(&s, Target::Node(i)).map(|d| d.commands);
        assert_eq!(commands(0), Some(vec![Command::Crash { node: NodeId(0) }]));
        assert_eq!(commands(1), Some(vec![Command::Resume { node: NodeId(1) }]));
        assert_eq!(commands(2), Some(vec![Command::Restart { node: NodeId(2) }]));
        assert_eq!(commands(9), None);
    }

    #[test]
    fn a_click_on_a_direction_turns_it_and_in_the_middle_both() {
        let s = scene();
        let (a, b) = (NodeId(0), NodeId(1));
        let part = |from, to, both| click(&s, Target::Link(LinkPart { from, to, both })).unwrap().commands;
        assert_eq!(part(0, 1, false), vec![Command::Heal { from: a, to: b }]);
        assert_eq!(part(1, 0, false), vec![Command::Cut { from: b, to: a }]);
        assert_eq!(part(0, 1, true), vec![Command::Cut { from: b, to: a }], "what is cut already stays so");
        assert_eq!(part(0, 2, true).len(), 2);
    }

    #[test]
    fn a_swipe_cuts_only_what_is_whole() {
        let deed = cut_all(&scene(), &[(0, 1), (1, 2)]);
        assert_eq!(deed.commands.len(), 3);
        assert_eq!(deed.said, "2 links cut");
    }

    #[test]
    fn a_link_is_made_worse_and_right_again() {
        let first = Quality::clean(Latency::Uniform { min: Span::millis(5), max: Span::secs(40) });
        let lossy = Quality { loss_ppm: 300_000, ..first };
        let part = LinkPart { from: 0, to: 2, both: true };
        let menu = |now: Quality| link_menu(&scene(), part, Qualities { now: [now, now], first: [first, first] });
        let find = |menu: &[Deed], label: &str| menu.iter().find(|d| d.label.starts_with(label)).cloned();
        let set = |deed: Option<Deed>| match deed.expect("it is offered").commands[1] {
            Command::SetLink { from: NodeId(2), to: NodeId(0), quality } => quality,
            _ => panic!("the way back"),
        };
        let slow = Latency::Uniform { min: Span::millis(25), max: Span::secs(60) };
        assert_eq!(set(find(&menu(first), "Make it five")), Quality::clean(slow));
        assert_eq!(set(find(&menu(first), "Lose")), lossy);
        assert_eq!(find(&menu(first), "Make it as"), None);
        assert_eq!(find(&menu(lossy), "Lose"), None);
        assert_eq!(set(find(&menu(lossy), "Make it as")), first);
        assert!(menu(first).iter().all(|deed| deed.asks == deed.commands.is_empty()));
    }

    #[test]
    fn the_empty_stage_offers_what_helps() {
        let labels: Vec<String> = stage_menu(&scene()).into_iter().map(|d| d.label).collect();
        assert_eq!(labels, ["Heal every link", "Everybody up again"]);
    }
}
