//! The pure core of Tutti: one deterministic world, the protocols that live in it, and its history.
//!
//! A run is an event-sourced history. A [`lab::Command`] goes in at one place, the [`sim::World`] turns it into trace
//! events, and every picture, check and figure is a projection of those events. Going back in time is replay.
//!
//! The core has no I/O, no clock, no threads, no DOM and no unsafe code, and nothing in it depends on the platform:
//! the same scenario, seed and commands give the same trace natively and in wasm. What runs at every event is in
//! `tutti-world`, a crate that is compiled for speed, and is shown here as if it were part of this one. Each room imports
//! only from rooms above it in this list:
//!
//! - [`base`]: ids, time, chance, the `StateMachine` trait, client sessions;
//! - [`sim`]: the world: virtual time, the event queue, network, disks, faults, the trace;
//! - [`bus`], [`store`], [`broker`]: the event bus, the event store, and one machine made of both;
//! - [`consensus`]: protocols that replicate any `StateMachine`;
//! - [`check`]: invariants, one a file, and linearizability;
//! - [`lab`]: where all meet: the actors, their wire messages, the commands, the scene;
//! - [`scenario`]: the one scenario format, its presets and its links;
//! - [`timeline`]: commands, checkpoints and branches: seek, fork, replay;
//! - [`search`]: chaos drawn from a seed, and the sweep.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod lab;
pub mod scenario;
pub mod search;
pub mod timeline;

#[doc(inline)]
pub use tutti_world::{base, broker, bus, check, consensus, service, shop, sim, store};
