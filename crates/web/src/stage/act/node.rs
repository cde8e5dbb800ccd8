//! What can be done to a server or a client.

use tutti_core::base::{NodeId, RegisterCommand, RegisterQuery};
use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{NodeKind, NodeView, Scene, Status};
use tutti_core::lab::{Command, Request};

use super::Deed;
use super::link::is_cut;

pub(super) fn node_click(node: &NodeView) -> Deed {
    let node_id = node.id;
    let said = |what: &str| [&node.name, what].concat();
    match node.status {
        Status::Alive => Deed::new("Kill", Command::Crash { node: node_id }, said(" killed")),
        Status::Paused => Deed::new("Let it go on", Command::Resume { node: node_id }, said(" goes on")),
        Status::Dead => Deed::new("Restart", Command::Restart { node: node_id }, said(" restarted")),
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
