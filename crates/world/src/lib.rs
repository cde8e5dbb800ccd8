//! What runs in Tutti: one deterministic world, the protocols that live in it, and who looks at every step of it.
//!
//! It is a crate of its own to be compiled for speed: what happens at every event is here, and what is only read and
//! written is in `tutti-core`, which shows all these rooms as its own. Generic code is compiled by the crate that says for
//! which types; so [`lab`] names them, and [`run::Run`], of which no step is inlined, is the one way to play a world.
//!
//! There is no I/O, no clock, no thread and no unsafe code, and nothing depends on the platform: the same seed and
//! commands give the same trace natively and in wasm. Each room imports only from rooms above it in this list:
//!
//! - [`base`]: ids, time, chance, the `StateMachine` trait, client sessions;
//! - [`sim`]: the world: virtual time, the event queue, network, disks, faults, the trace;
//! - [`bus`]: the event bus, a pure `StateMachine`: topics, consumer groups, redelivery, dead letters;
//! - [`store`]: the event store, a pure `StateMachine`: streams, projections, the past;
//! - [`broker`]: bus and store as one machine, for one log;
//! - [`consensus`]: protocols that replicate any `StateMachine`;
//! - [`shop`]: the business of an event-driven shop: its events, what its services make of them, its read models;
//! - [`service`]: services as processes: workers, disk, outbox; the provider and the customers outside;
//! - [`lab`]: where both meet: the actors, their wire messages, how a world is set up;
//! - [`check`]: invariants, one a file, and linearizability;
//! - [`run`]: a world with its onlookers: the trace hash, the checks, the counters.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod base;
pub mod broker;
pub mod bus;
pub mod check;
pub mod consensus;
pub mod lab;
pub mod run;
pub mod service;
pub mod shop;
pub mod sim;
pub mod store;
