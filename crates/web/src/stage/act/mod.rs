//! What can be done to what: the ordinary thing on a click, the rest in a menu. It only makes commands; it does nothing.

mod link;
mod message;
mod node;
mod shop;
mod words;

use smol_str::SmolStr;
use tutti_core::base::NodeId;
use tutti_core::lab::Command;
use tutti_core::lab::scene::{Scene, Status};
use tutti_core::sim::Quality;

pub use self::link::{Qualities, cut_all, link_menu};
pub use self::message::message_menu;
pub use self::node::node_menu;
pub use self::words::{link_quality, link_words, node_words};

use self::link::link_click;
use self::node::node_click;
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
    /// A deed of one command; its label and what is said of it are put together.
    #[inline(never)]
    fn new(label: &[&str], command: Command, said: &[&str]) -> Deed {
        Deed { toast: false, ..Deed::many(label, vec![command], said) }
    }

    /// A deed of several.
    #[inline(never)]
    fn many(label: &[&str], commands: Vec<Command>, said: &[&str]) -> Deed {
        Deed { label: label.concat(), commands, said: said.concat(), toast: true, asks: false }
    }

    /// What takes it back, if that can be: links that were cut are healed again, and are again what they are like before
    /// it is done, which `now` says.
    pub fn undo(&self, now: impl Fn(NodeId, NodeId) -> Quality) -> Option<Deed> {
        let back = |command: &Command| match *command {
            Command::Cut { from, to } => Some(Command::Heal { from, to }),
            Command::Heal { from, to } => Some(Command::Cut { from, to }),
            Command::SetLink { from, to, .. } => Some(Command::SetLink { from, to, quality: now(from, to) }),
            _ => None,
        };
        let commands = self.commands.iter().map(back).collect::<Option<Vec<_>>>()?;
        Some(Deed { toast: false, ..Deed::many(&["Undo"], commands, &[&self.said, ", undone"]) })
    }
}

/// The node's name.
pub fn name(scene: &Scene, node: NodeId) -> SmolStr {
    scene.nodes.get(node.0 as usize).map(|n| n.name.clone()).unwrap_or_default()
}

fn id(i: usize) -> NodeId {
    NodeId(i as u16)
}

/// What the direction of a link under a pointer is like.
pub fn quality(scene: &Scene, part: LinkPart) -> Option<String> {
    link::link(scene, id(part.from), id(part.to)).map(link_quality)
}

/// The ordinary thing to do with a target.
pub fn click(scene: &Scene, target: Target) -> Option<Deed> {
    match target {
        Target::Node(i) => scene.nodes.get(i).map(node_click),
        Target::Link(part) => Some(link_click(scene, part)),
        Target::Message(_) => None,
    }
}

/// What can be done on the empty stage.
pub fn stage_menu(scene: &Scene) -> Vec<Deed> {
    let mut deeds = Vec::new();
    if scene.links.iter().any(|l| l.cut) {
        deeds.push(Deed::new(&["Heal every link"], Command::HealAll, &["every link healed"]));
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
        deeds.push(Deed::many(&["Everybody up again"], dead, &["Everybody is up again"]));
    }
    deeds
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::{Span, Time};
    use tutti_core::lab::scene::{ClientView, LinkView, NodeKind, NodeView, Status};
    use tutti_core::sim::Latency;

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
                let quality = Quality::clean(Latency::Fixed(Span::millis(5)));
                links.push(LinkView { from, to, cut: (a, b) == (0, 1), quality });
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
    fn what_was_done_to_links_is_taken_back_and_what_was_done_to_nodes_is_not() {
        let before = |from: NodeId, to: NodeId| Quality::clean(Latency::Fixed(Span(u64::from(10 * from.0 + to.0))));
        let (from, to) = (NodeId(1), NodeId(2));
        let bad = Quality { loss_ppm: 300_000, ..before(from, to) };
        let commands = vec![Command::Cut { from, to }, Command::SetLink { from, to, quality: bad }];
        let undo = Deed::many(&[], commands, &["worse"]).undo(before).expect("it can be taken back");
        let quality = before(from, to);
        assert_eq!(undo.commands, [Command::Heal { from, to }, Command::SetLink { from, to, quality }]);
        assert_eq!(undo.said, "worse, undone");
        assert_eq!(Deed::many(&[], vec![Command::Crash { node: from }], &[]).undo(before), None);
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

    #[test]
    fn a_slow_link_and_a_lossy_one_are_said_to_be() {
        let mut s = scene();
        let part = LinkPart { from: 0, to: 2, both: false };
        assert_eq!(quality(&s, part).as_deref(), Some("about 5 ms"));
        let (from, to) = (NodeId(0), NodeId(2));
        let link = s.links.iter_mut().find(|l| (l.from, l.to) == (from, to)).expect("a link");
        link.quality = Quality { loss_ppm: 300_000, ..Quality::clean(Latency::Fixed(Span::millis(80))) };
        assert_eq!(quality(&s, part).as_deref(), Some("about 80 ms, loses 30 %"));
    }
}
