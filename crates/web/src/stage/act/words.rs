//! What a screen reader says of nodes and links.

use tutti_core::consensus::raft::Role;
use tutti_core::lab::scene::{LinkView, NodeKind, NodeView, Scene, Status};

use super::name;

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
            let requests = if c.waiting == 1 { " request waiting, " } else { " requests waiting, " };
            [&node.name, ", ", status, ", ", &waiting, requests, &c.answered.to_string(), " answered. ", act].concat()
        }
        NodeKind::View(_) | NodeKind::Other => [&node.name, ", ", status, ". ", act].concat(),
        NodeKind::Service(service) => {
            let (lag, workers) = (service.lag.unwrap_or_default().to_string(), service.workers.to_string());
            let act = if service.workers == 0 && node.status == Status::Alive { "Enter has it join." } else { act };
            [&node.name, ", ", status, ", lag ", &lag, ", ", &workers, " workers. ", act].concat()
        }
        NodeKind::Customers(customers) => {
            let act = if node.status == Status::Alive { "Enter places an order." } else { act };
            [&node.name, ", ", status, ", ", &customers.placed.to_string(), " orders placed. ", act].concat()
        }
        NodeKind::Provider(_) => [&node.name, ", ", status, ". ", act].concat(),
    }
}

/// What a screen reader says of one direction of a link.
pub fn link_words(scene: &Scene, link: &LinkView) -> String {
    let (from, to) = (name(scene, link.from), name(scene, link.to));
    let (state, act) = if link.cut { ("cut", "Enter heals it.") } else { ("open", "Enter cuts it.") };
    ["link from ", &from, " to ", &to, ", ", &link_quality(link), ", ", state, ". ", act].concat()
}

/// What one direction of a link is like, in short.
pub fn link_quality(link: &LinkView) -> String {
    let ms = link.quality.latency.typical().0.div_ceil(1_000).to_string();
    match link.quality.loss_ppm {
        0 => ["about ", &ms, " ms"].concat(),
        loss => ["about ", &ms, " ms, loses ", &loss.div_ceil(10_000).to_string(), " %"].concat(),
    }
}
