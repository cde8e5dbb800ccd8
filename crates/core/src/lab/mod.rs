//! Where all meet: the actors that stand on the stage, what travels between them, and the worlds they are put into.

mod actor;
mod client;
pub mod detail;
mod logs;
mod order;
pub mod scene;
mod setup;
mod situation;
mod wire;
pub mod words;

pub use actor::{Actor, Durable, LabTimer, Note, Request, Write};
pub use client::{Client, ClientConfig, ClientNote, Load};
pub use logs::{LogColumn, Logs, Slip};
pub use order::{ClientOrder, KindName, LinkOrder, MessageFilter, MessageOrder, NodeOrder, Order, Target};
pub use setup::{Setup, client_name, server_name};
pub use situation::{Blocked, blocked, sentence};
pub use wire::{Machine, Operation, Outcome, Wire};

/// The world of the lab.
pub type World = crate::sim::World<Actor>;
/// What can be done to it.
pub type Command = crate::sim::Command<Request>;
/// What happens in it.
pub type Event<'a> = crate::sim::Event<'a, Actor>;

/// Who leads: the leader of the highest term among the servers that run.
pub fn leader(world: &World) -> Option<crate::base::NodeId> {
    let alive = world.ids().filter(|&id| world.status(id) != crate::sim::Status::Dead);
    let leaders = alive.filter_map(|id| {
        let server = world.process(id).server()?;
        (server.role() == crate::consensus::raft::Role::Leader).then(|| (server.term(), id))
    });
    leaders.max().map(|(_, id)| id)
}
