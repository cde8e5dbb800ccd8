//! Who is in the world: the actors that stand on the stage, what travels between them, and how it is all set up.

mod actor;
mod bridge;
mod broker_machine;
mod chain_parts;
mod client;
mod part;
mod ports;
mod replicated;
mod setup;
mod shop_parts;
mod shop_setup;
mod view_part;
mod wire;

pub use actor::{Actor, Durable, LabTimer, Note, Request, Write};
pub use broker_machine::BrokerMachine;
pub use client::{Client, ClientConfig, ClientNote, Load};
pub use part::{Company, Part, PartDisk, PartWrite, Watch};
pub use replicated::{Replicated, ReplicatedAnswer, ReplicatedCommand, ReplicatedQuery, ReplicatedResponse};
pub use setup::{Setup, client_name, node_name, server_name, view_name};
pub use shop_setup::{CUSTOMERS, PROVIDER, ShopSetup};
pub use wire::{Machine, MessageKind, Operation, Outcome, Wire};

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
