//! What can be done to a server or a client.

use tutti_core::base::{NodeId, RegisterCommand, RegisterQuery};
use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{NodeKind, NodeView, Scene, Status};
use tutti_core::lab::{Command, Request, words};

use super::link::is_cut;
use super::{Deed, shop};

fn kill(node: &NodeView) -> Deed {
    Deed::new(&["Kill"], Command::Crash { node: node.id }, &[&node.name, " killed"])
}

pub(super) fn node_click(node: &NodeView) -> Deed {
    if let Some(deed) = shop::click(node) {
        return deed;
    }
    let (id, name) = (node.id, &node.name);
    match node.status {
        Status::Alive => kill(node),
        Status::Paused => Deed::new(&["Let it go on"], Command::Resume { node: id }, &[name, " goes on"]),
        Status::Dead => Deed::new(&["Restart"], Command::Restart { node: id }, &[name, " restarted"]),
    }
}

/// A client that runs, to send a request with.
fn a_client(scene: &Scene) -> Option<NodeId> {
    let client = |n: &&NodeView| matches!(n.kind, NodeKind::Client(_)) && n.status == Status::Alive;
    scene.nodes.iter().find(client).map(|n| n.id)
}

/// All that can be done with a node. `fresh` makes a value that was not written before.
pub fn node_menu(scene: &Scene, node: &NodeView, fresh: &str) -> Vec<Deed> {
    let mut deeds = vec![node_click(node)];
    let (id, name) = (node.id, &node.name);
    match node.status {
        Status::Alive => deeds.push(Deed::new(&["Pause"], Command::Pause { node: id }, &[name, " paused"])),
        Status::Paused => deeds.push(kill(node)),
        Status::Dead => {}
    }
    let NodeKind::Server(server) = &node.kind else {
        if shop::click(node).is_some() {
            deeds.push(kill(node));
        }
        deeds.extend(shop::menu(node));
        return deeds;
    };
    if node.status == Status::Alive {
        if server.role != Role::Leader {
            let command = Command::Request { node: id, request: Request::TimeoutNow };
            deeds.push(Deed::new(&["Time out now: stand for election"], command, &[name, " timed out by hand"]));
        }
        if let Some(client) = a_client(scene) {
            let command = RegisterCommand::Put { key: "x".into(), value: fresh.into() };
            let label = ["Send a request here: write ", &words::change(&command)];
            let put = Command::Request { node: client, request: Request::Put { server: id, command } };
            deeds.push(Deed::new(&label, put, &["a write sent to ", name]));
            let query = RegisterQuery::Get { key: "x".into() };
            let get = Command::Request { node: client, request: Request::Get { server: id, query } };
            deeds.push(Deed::new(&["Send a request here: read x"], get, &["a read sent to ", name]));
        }
    }
    let (mut cut, mut heal) = (Vec::new(), Vec::new());
    for other in scene.nodes.iter().filter(|n| n.id != id && matches!(n.kind, NodeKind::Server(_))) {
        for (from, to) in [(id, other.id), (other.id, id)] {
            if is_cut(scene, from, to) {
                heal.push(Command::Heal { from, to });
            } else {
                cut.push(Command::Cut { from, to });
            }
        }
    }
    if !cut.is_empty() {
        deeds.push(Deed::many(&["Cut it off from the others"], cut, &[name, " is cut off"]));
    }
    if !heal.is_empty() {
        deeds.push(Deed::many(&["Heal its links"], heal, &[name, " is connected again"]));
    }
    deeds
}
