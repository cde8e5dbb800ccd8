//! Parts: actors of a kind that not every world has, behind trait objects.
//!
//! A world names only servers and clients. What else is on the stage comes in as a [`Part`], made by the [`Company`] that a
//! [`Setup`](super::Setup) brings with it. So a page whose first run has none need not have their code at first.

use smol_str::SmolStr;

use super::World;
use super::actor::{Actor, Durable, Note};
use super::wire::Machine;
use crate::base::{NodeId, Value, values};
use crate::check::{Breach, Invariant};
use crate::sim::{Input, NodeSpec, Port};

/// A process of a kind of its own: what [`Process`](crate::sim::Process) asks, where types need not be known.
pub trait Part: std::any::Any + std::fmt::Debug + Send + Sync {
    /// Another one like it.
    fn copy(&self) -> Box<dyn Part>;
    /// What its node is called.
    fn name(&self) -> SmolStr;
    /// See [`Process::step`](crate::sim::Process::step).
    fn step(&mut self, input: Input<Actor>, port: &mut dyn Port<Actor>);
    /// See [`Process::restart`](crate::sim::Process::restart).
    fn restart(&self, disk: &Durable) -> Box<dyn Part>;
    /// See [`Process::empty_disk`](crate::sim::Process::empty_disk).
    fn empty_disk(&self) -> Durable;
    /// See [`Process::fingerprint`](crate::sim::Process::fingerprint).
    fn fingerprint(&self) -> u64;
}

impl Clone for Box<dyn Part> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

impl dyn Part {
    /// The part, if it is of this type.
    pub fn is<T: 'static>(&self) -> Option<&T> {
        (self as &dyn std::any::Any).downcast_ref()
    }
}

/// What is on a part's disk.
pub trait PartDisk: Value {
    /// Another one like it.
    fn copy(&self) -> Box<dyn PartDisk>;
    /// Carries out a write; nothing, if it is not one for such a disk.
    fn apply(&mut self, write: &dyn PartWrite);
}

values!(PartDisk);

/// One change of what is on a part's disk.
pub trait PartWrite: Value {
    /// Another one like it.
    fn copy(&self) -> Box<dyn PartWrite>;
}

values!(PartWrite);

/// All the parts of a world: who they are, what the servers carry for them, and what must hold among them.
pub trait Company: Value {
    /// What the servers carry.
    fn machine(&self) -> Machine;
    /// The parts: the nodes after the servers and the clients.
    fn nodes(&self) -> Vec<NodeSpec<Actor>>;
    /// Who looks whether all is as it must be.
    fn watch(&self, world: &World) -> Option<Box<dyn Watch>>;
}

impl PartialEq for dyn Company {
    fn eq(&self, other: &dyn Company) -> bool {
        self.same(other)
    }
}

impl Eq for dyn Company {}

impl std::hash::Hash for dyn Company {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.feed(state);
    }
}

/// An onlooker who knows what must hold in a company.
pub trait Watch: std::fmt::Debug + Send + Sync {
    /// Another one like it.
    fn copy(&self) -> Box<dyn Watch>;
    /// The invariants that it looks at while the world runs.
    fn invariants(&self) -> Vec<Invariant>;
    /// Somebody has told something.
    fn noted(&mut self, world: &World, node: NodeId, note: &Note) -> Option<(Invariant, Breach)>;
    /// A step was taken at this node, which is not a server's; `restarted`: it has started again.
    fn after(&mut self, world: &World, node: NodeId, restarted: bool) -> Vec<(Invariant, Breach)>;
    /// What does not hold when all is quiet: no fault goes on, and nothing more is to come.
    fn at_end(&self, world: &World) -> Vec<(Invariant, Breach)>;
    /// Whether all that was begun is at its end.
    fn all_ended(&self, world: &World) -> bool;
}

impl Clone for Box<dyn Watch> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}
